"""Names by sound: confusions of dialect and recogniser, and the time a whole replica takes."""

import random
import time
from datetime import datetime

import pytest

from crm_core.notes.lexicon import load_lexicon
from crm_core.notes.names import Alias, Kind, NameIndex, choose, make_alias
from crm_core.notes.pinyin import distance, syllables
from crm_core.notes.pipeline import NoteParser
from crm_core.notes.types import KnownContact, NoteContext


@pytest.mark.parametrize(
    ("one", "other"),
    [("lan", "nan"), ("zang", "zhang"), ("zan", "zang"), ("lin", "ling"), ("sen", "shen")],
)
def test_usual_confusions_are_near(one: str, other: str) -> None:
    assert 0 < distance(one, other) <= 0.2
    assert distance(one, other) == distance(other, one)


def test_unlike_syllables_are_far() -> None:
    assert distance("bo", "xiang") == 1.0
    assert distance("ma", "ma") == 0.0


def test_one_syllable_for_each_character() -> None:
    assert syllables("K12班，好") == ["k", "1", "2", "ban", "，", "hao"]


def _find(text: str, aliases: list[Alias], *, heard: bool = True) -> list[str]:
    matches = NameIndex(aliases).matches(text, syllables(text), [False] * len(text), heard=heard)
    return [one.alias.text for one in choose(matches)]


def test_a_misheard_name_is_found_and_the_longer_one_wins() -> None:
    aliases = [make_alias(Kind.PRODUCT, one, [one]) for one in ("数据看板", "数据", "血糖试纸")]
    assert _find("鲁总问书局看班多少钱", aliases) == ["数据看板"]
    assert _find("他要雪堂式纸", aliases) == ["血糖试纸"]


def test_typed_text_is_not_stretched_to_a_name_that_is_only_similar() -> None:
    aliases = [make_alias(Kind.PRODUCT, "减速机", ["减速机"])]
    assert _find("要检测机", aliases, heard=False) == []
    assert _find("要减速机", aliases, heard=False) == ["减速机"]


def test_a_short_form_of_an_organisation_needs_its_own_characters() -> None:
    short = make_alias(Kind.ORG, "永固", ["永固机电"], exact=True)
    assert _find("永固来电", [short]) == ["永固"]
    assert _find("拥护来电", [short]) == []


def test_a_note_against_a_whole_replica_stays_quick() -> None:
    dice = random.Random(3)
    surnames, given = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林", "伟芳娜秀英敏静丽强磊军洋勇艳杰涛明"
    contacts = tuple(
        KnownContact(
            dice.choice(surnames) + dice.choice(given) + dice.choice(given),
            dice.choice(("总", "经理", "主任")),
            "",
        )
        for _ in range(5000)
    )
    moment = datetime(2026, 1, 14, 10)  # noqa: DTZ001 - a naive local moment is allowed
    note = "记录 王 伟强 咨询 价格 预算 三万 左右 明天 下午 给 他 发 资料 担心 售后 响应 慢"

    def of(known: tuple[KnownContact, ...]) -> float:
        parser = NoteParser(load_lexicon(), NoteContext(moment, known))
        started = time.process_time()
        for _ in range(10):
            parser.parse(note)
        return time.process_time() - started

    few = max(of(contacts[:50]), 0.01)
    assert of(contacts) < 20 * few, "a hundred times the people, a fraction of that in time"


def _person_heard(text: str, *people: KnownContact) -> tuple[object, float, tuple[str, ...]]:
    orgs = tuple(dict.fromkeys(one.org for one in people if one.org))
    moment = datetime(2026, 3, 2, 9)  # noqa: DTZ001 - a naive local moment is allowed
    context = NoteContext(moment, contacts=people, orgs=orgs)
    guesses = NoteParser(load_lexicon(), context).parse(text).guesses
    guess = next(one for one in guesses if one.name == "contact")
    return guess.value, guess.confidence, guess.alternatives


TWINS = (KnownContact("车永红", "老板", "红红便利店"), KnownContact("车永宏", "主任", "宏达商贸"))


def test_two_people_who_sound_alike_are_a_choice_whatever_characters_were_written() -> None:
    value, sure, others = _person_heard("车永宏 说 包装 坏 了 四箱 大后天 换", *TWINS)
    assert sure < 0.5
    assert {value, *others} == {"车永红", "车永宏"}
    value, sure, _ = _person_heard("车永宏说包装坏了四箱，大后天换。", *TWINS)
    assert (value, sure) == ("车永宏", 1.0)


def test_the_organisation_named_tells_people_who_sound_alike_apart() -> None:
    value, sure, _ = _person_heard("红红 便利店 车永宏 说 包装 坏 了 四箱", *TWINS)
    assert value == "车永红"
    assert sure > 0.6


def test_a_title_without_the_family_name_is_never_taken_without_asking() -> None:
    people = KnownContact("褚卫民", "主任", "江阳医院")
    _, sure, _ = _person_heard("江阳 医院 还是 觉得 贵 主任 让 我们 降到 两千 六", people)
    assert sure < 0.5


def test_a_family_name_with_a_sound_of_its_own_is_found_by_it() -> None:
    people = KnownContact("仇慧", "采购", ""), KnownContact("卞慧", "女士", "")
    assert _person_heard("求 会 问 钢丝绳 多少 钱", *people)[0] == "仇慧"
