"""What people type, and what they expect to see first: the table search is held to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_core.permissions import Access
from crm_core.store.indexes.search import Asker
from crm_core.store.replica import Replica
from tests.builders import FakeClock, a_replica, an_actor

_SIEMENS = "西门子 Siemens 医疗"
_CUSTOMERS = (
    ("苏州医院", "0512-65001234"), ("苏州口腔医院", "13800005678"),
    ("苏州永亿仪器公司", "13900009999"),
    ("重庆银行", "13911112222"), (_SIEMENS, "13700003333"), ("蘇州工業園", ""),
    ("南京女子医院", "13812345678"), ("汪泉诊所", "13612340000"), ("A座培训学校", "13512340001"),
)  # fmt: skip
_CONTACTS = (
    ("王女士", "", "13812345678"), ("王宁生", "", "13500001111"), ("张伟", "主任", "13600002222"),
    ("单晓", "经理", "13600007777"), ("曾小贤", "", "13600008888"),
    ("李慧", "", "138****6666"),
)  # fmt: skip

VECTORS = (
    # hanzi, any run of them, in any order of words
    ("王女士", "王女士"), ("女士", "王女士"), ("口腔", "苏州口腔医院"), ("苏州医院", "苏州医院"),
    ("医院 口腔", "苏州口腔医院"), ("苏州", "苏州医院"),
    # full pinyin, also unfinished, and heteronyms
    ("wangnvshi", "王女士"), ("wangnv", "王女士"), ("chongqing", "重庆银行"),
    ("yinhang", "重庆银行"),
    ("zhangwei", "张伟"), ("zhangw", "张伟"), ("shanxiao", "单晓"), ("zengxiao", "曾小贤"),
    # initials
    ("wns", "王女士"), ("szyy", "苏州医院"), ("szkq", "苏州口腔医院"), ("zw", "张伟"),
    ("cqyh", "重庆银行"),
    ("azpx", "A座培训学校"),
    # mixed
    ("王ns", "王女士"), ("苏州yy", "苏州医院"), ("苏州kq", "苏州口腔医院"), ("wang女", "王女士"),
    # surname and title
    ("张主任", "张伟"), ("zzr", "张伟"),
    # traditional and simplified, both ways
    ("蘇州醫院", "苏州医院"), ("苏州工业园", "蘇州工業園"), ("張偉", "张伟"), ("重慶", "重庆银行"),
    ("szgyy", "蘇州工業園"),
    # digits: the last four, the whole, with blanks, signs and the country
    ("1111", "王宁生"), ("7777", "单晓"), ("13500001111", "王宁生"), ("135 0000 1111", "王宁生"),
    ("+86 135-0000-1111", "王宁生"), ("0086 13500001111", "王宁生"), ("８６13500001111", "王宁生"),
    ("65001234", "苏州医院"), ("１１１１", "王宁生"),
    # masked as typed
    ("135****1111", "王宁生"), ("137****3333", _SIEMENS), ("138****6666", "李慧"),
    # one letter wrong, missing, too many, or two changed places
    ("wangnushi", "王女士"), ("zhangwri", "张伟"), ("zhangwie", "张伟"),
    ("siemnes", _SIEMENS), ("siemans", _SIEMENS), ("chongqin", "重庆银行"),
    ("chomgqing", "重庆银行"),
    # another character with the same sound, another in one place, one too many, one missing
    ("张炜", "张伟"), ("王女市", "王女士"), ("苏州口墙医院", "苏州口腔医院"),
    ("苏州人口腔医院", "苏州口腔医院"),
    ("重庆银杭", "重庆银行"), ("苏工业园", "蘇州工業園"),
    ("siemens", _SIEMENS), ("Siem", _SIEMENS), ("ＳＩＥＭＥＮＳ", _SIEMENS),
)  # fmt: skip


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    path: Path = tmp_path_factory.mktemp("vectors") / "street.db"
    replica = a_replica(path, time=FakeClock(), node="1" * 16)
    with replica.write(an_actor()) as (unit, _):
        for name, phone in _CUSTOMERS:
            unit.create("customer", {"name": name, "kind": "organisation", "phone": phone or None})
        for name, title, phone in _CONTACTS:
            unit.create("contact", {"name": name, "title": title or None, "phone": phone})
    yield replica
    replica.close()


@pytest.mark.parametrize(("typed", "expected"), VECTORS)
def test_what_is_meant_comes_first(street: Replica, typed: str, expected: str) -> None:
    assert [hit.title for hit in street.search(typed)][:1] == [expected]


@pytest.mark.parametrize("name", [name for name, _ in _CUSTOMERS])
def test_every_key_stroke_of_a_name_finds_it(street: Replica, name: str) -> None:
    for size in range(1, len(name) + 1):
        assert name in [hit.title for hit in street.search(name[:size])], name[:size]


def test_a_single_letter_finds_names_that_begin_with_it(street: Replica) -> None:
    assert {"王女士", "王宁生", "汪泉诊所"} <= {hit.title for hit in street.search("w")}


def test_what_i_open_comes_before_what_i_do_not(street: Replica) -> None:
    (second,) = [hit for hit in street.search("w") if hit.title == "汪泉诊所"]
    used = Asker({(second.entity, second.id): 8.0})
    assert street.search("w", asker=used)[0].title == "汪泉诊所"
    # But never before what was typed to the letter.
    assert street.search("王女士", asker=used)[0].title == "王女士"


def test_hidden_digits_find_nothing(street: Replica) -> None:
    masked = {"contact": {"phone": Access.MASKED}, "customer": {"phone": Access.MASKED}}
    rep = Asker(withheld=masked)
    assert "王宁生" in {hit.title for hit in street.search("00001111")}
    for hidden in ("00001111", "0000111", "13500001111", "135000", "00001"):
        assert "王宁生" not in {hit.title for hit in street.search(hidden, asker=rep)}, hidden
    for told in ("1111", "135", "135****1111"):
        assert "王宁生" in {hit.title for hit in street.search(told, asker=rep)}, told
