"""From the words of a card to seconds of a recording; words spoken into one card."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.notes.lexicon import load_lexicon
from crm_core.notes.types import Span
from desktop.services.notes import NoteReader
from desktop.services.voice.hearing import Word
from desktop.services.voice.recognition import Transcript
from desktop.viewmodels.visits.note_sound import (
    Said,
    Sound,
    Stretch,
    as_json,
    from_json,
    stretch_of,
)
from desktop.viewmodels.visits.saying_again import said_again
from desktop.viewmodels.visits.visit_assembly import closed_up
from desktop.viewmodels.visits.visit_cards import Card, Decision, Field
from tests.desktop.visits import a_desk

FIRST = Sound("one", (Said("林女士", 0.5, 1.0), Said("预算", 1.0, 1.4), Said("一万八", 1.4, 2.0)))
SECOND = Sound("two", (Said("明天", 3.0, 3.4), Said("回复", 3.4, 4.0)))
TEXT = "林女士预算一万八\n（手写）\n明天回复"


def place(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


@pytest.mark.parametrize(
    ("words", "stretch"),
    [
        ("一万八", Stretch("one", 1.25, 2.25)),
        ("预算一", Stretch("one", 0.85, 2.25)),
        ("回复", Stretch("two", 3.25, 4.25)),
        ("手写", None),
        ("八\n（手", None),
    ],
)
def test_words_are_found_in_their_recording(words: str, stretch: Stretch | None) -> None:
    assert stretch_of(TEXT, (FIRST, SECOND), place(words)) == stretch


def test_what_was_typed_over_or_not_kept_has_no_sound() -> None:
    assert stretch_of("林女士预算两万", (FIRST,), Span(0, 3)) is None
    assert stretch_of(TEXT, (Sound("", FIRST.words),), place("预算")) is None
    assert stretch_of(TEXT, (FIRST,), None) is None


def test_it_outlives_a_restart_and_odd_content_is_no_sound() -> None:
    assert from_json(as_json((FIRST, SECOND))) == (FIRST, SECOND)
    assert from_json([{"words": [["x"]]}]) == ()
    assert from_json("nothing") == ()


@given(st.lists(st.text("林王预算万八 ab", min_size=1, max_size=4), max_size=8), st.data())
def test_no_span_hurts_and_seconds_never_run_backwards(
    words: list[str], data: st.DataObject
) -> None:
    said = tuple(Word(word, float(n), n + 0.9, 1.0) for n, word in enumerate(words))
    sound = Sound.of(Transcript(" ".join(words), said, 9.0), "one")
    text = closed_up(" ".join(words))
    start = data.draw(st.integers(0, 30))
    found = stretch_of(text, (sound,), Span(start, start + data.draw(st.integers(0, 30))))
    assert found is None or found.start < found.end


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NoteReader]:
    with a_desk(Path(tmp_path_factory.mktemp("again")) / "profile") as desk:
        at = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
        yield NoteReader(desk.workspace, at, desk.ids["hospital"], lexicon=load_lexicon())


def a_card(field: Field, value: str, due: str | None = None) -> Card:
    return Card(str(field), field, value, value, due=due)


@pytest.mark.parametrize(
    ("field", "before", "said", "after"),
    [
        (Field.BUDGET, "18000", "三万", "30000"),
        (Field.BUDGET, "18000", "两万 到 三万", "20000-30000"),
        (Field.PRODUCT, "化学", "全自动 化学 发光仪", "全自动化学发光仪"),
        (Field.CONCERN, "服务", "售后 响应", "售后响应"),
        (Field.OBJECTION, "price", "要 领导 审批", "approval"),
        (Field.PROMISE, "发资料", "寄 两 套 样品", "寄两套样品"),
        (Field.BUDGET, "18000", "280k", "280000"),
        (Field.PRODUCT, "analyser", "blood analyser", "blood analyser"),
    ],
)
def test_a_value_is_said_again(
    reader: NoteReader, field: Field, before: str, said: str, after: str
) -> None:
    fresh = said_again(reader, a_card(field, before), said)
    assert fresh is not None
    assert (fresh.value, fresh.decision) == (after, Decision.EDITED)


def test_a_day_alone_moves_the_task(reader: NoteReader) -> None:
    card = a_card(Field.PROMISE, "发报价单", "2026-03-03T10:00:00Z")
    fresh = said_again(reader, card, "后天 上午")
    assert fresh is not None
    assert fresh.value == "发报价单"
    assert str(fresh.due).startswith("2026-03-04")


def test_a_name_said_again_is_a_choice_where_it_may_be_two(reader: NoteReader) -> None:
    one = said_again(reader, a_card(Field.CONTACT, "x"), "王强")
    assert one is not None
    assert [c.label for c in one.choices if c.value == one.value] == ["王强"]
    two = said_again(reader, a_card(Field.CONTACT, "x"), "王主任")
    assert two is not None
    assert (two.value, two.decision) == ("", Decision.OPEN)


@pytest.mark.parametrize(
    ("field", "said"),
    [(Field.BUDGET, "今天 天气 不错"), (Field.SENTIMENT, "嗯"), (Field.PRODUCT, "  ")],
)
def test_what_is_no_value_changes_nothing(reader: NoteReader, field: Field, said: str) -> None:
    assert said_again(reader, a_card(field, "x"), said) is None
