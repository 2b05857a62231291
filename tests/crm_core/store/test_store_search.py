"""Found by characters, pinyin, initials and digits; what is typed can never break the search."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_core.matching.pinyin import split_letters
from crm_core.permissions import Actor
from crm_core.store.replica import Replica
from tests.builders import FakeClock, a_customer, a_replica, an_actor, change, create


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    path: Path = tmp_path_factory.mktemp("search") / "town.db"
    replica = a_replica(path, time=FakeClock(), node="1" * 16)
    with replica.write(an_actor()) as (unit, _):
        unit.create("customer", a_customer(name="北京协和医院", phone="13800001234"))
        unit.create("customer", a_customer(name="上海瑞金医院", phone="13812340000"))
    yield replica
    replica.close()


@pytest.mark.parametrize(
    "typed", ["协和", "xiehe", "xieh", "xh", "bjxh", "beijing", "bei协和", "ＸＩＥＨＥ"]
)
def test_ways_to_find_a_hospital(town: Replica, typed: str) -> None:
    assert town.search(typed)[0].title == "北京协和医院"


@pytest.mark.parametrize("typed", ["1234", "１２３４", "00001234"])
def test_the_last_four_digits_come_first(town: Replica, typed: str) -> None:
    assert town.search(typed)[0].title == "北京协和医院"


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=30) | st.text("\"'*-^:()ORNEADT 协a1\x00\\{}", max_size=40))
def test_nothing_typed_breaks_the_search(town: Replica, typed: str) -> None:
    assert len(town.search(typed, limit=1)) <= 1


def test_letters_that_are_no_pinyin_are_given_up_at_once() -> None:
    assert split_letters("an" * 19 + "vv") == []
    assert ["wang", "m"] in split_letters("wangm")


def test_the_index_follows_every_change(tmp_path: Path, me: Actor) -> None:
    replica = a_replica(tmp_path / "index.db", time=FakeClock(), node="1" * 16)
    record_id = create(replica, "customer", a_customer(name="旧名"), by=me)
    change(replica, "customer", record_id, by=me, level="B")
    assert replica.search("旧名")
    change(replica, "customer", record_id, by=me, name="新号")
    assert replica.search("旧名") == []
    with replica.write(me) as (unit, gone):
        unit.delete("customer", record_id)
    assert replica.search("新号") == []
    with replica.write(me) as (unit, _):
        unit.undo(gone.group)
    assert replica.search("xinhao")[0].id == record_id
    replica.close()
