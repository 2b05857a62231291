"""What a rep may say: every name comes, nothing is random twice, every number is a number."""

import random
import re
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from crm_core.notes.expected import load_phrasebook, parse_pattern
from crm_core.notes.expressions import said_count, said_date, said_number, said_sum
from crm_core.notes.lexicon import load_lexicon
from crm_core.notes.numbers import value_of
from crm_core.notes.pipeline import NoteParser
from crm_core.notes.types import KnownContact, NoteContext

CONTEXT = NoteContext(
    reference=datetime.fromisoformat("2026-03-04T10:00"),
    contacts=(KnownContact("卞丽", "店长", "好邻居便利"), KnownContact("欧阳倩", "经理", "")),
    orgs=("好邻居便利",),
    products=("裂隙灯", "苏打饼干"),
    competitors=("鱼跃",),
)


def test_every_name_is_expected_in_every_form_and_nothing_is_left_unfilled() -> None:
    sentences = ["".join(one) for one in load_phrasebook(load_lexicon()).sentences(CONTEXT)]
    said = "，".join(sentences)
    names = ("卞丽", "卞店长", "卞丽店长", "欧阳经理", "好邻居便利", "裂隙灯", "苏打饼干", "鱼跃")
    for name in names:
        assert said.count(name) >= 4, name
    assert not re.search(r"[{}\d]", said)


def test_the_same_context_gives_the_same_sentences() -> None:
    book = load_phrasebook(load_lexicon())
    assert list(book.sentences(CONTEXT)) == list(book.sentences(CONTEXT))


def test_where_no_names_are_known_the_words_around_them_are_still_expected() -> None:
    nobody = NoteContext(reference=CONTEXT.reference)
    sentences = {"".join(one) for one in load_phrasebook(load_lexicon()).sentences(nobody)}
    assert "接了电话说这会儿在开会让我" in {one[:13] for one in sentences}


def test_a_pattern_is_words_and_slots() -> None:
    assert parse_pattern("{c}要{n}{p}，预算{m}").pieces == (
        ("c", True), ("要", False), ("n", True), ("p", True), ("预算", False), ("m", True),
    )  # fmt: skip


@given(st.integers(0, 99_999_999), st.integers(0, 1000))
def test_a_number_as_said_is_that_number(value: int, seed: int) -> None:
    assert value_of(said_number(value, random.Random(seed))) == value


def test_what_is_made_up_is_what_the_parser_reads() -> None:
    lexicon = load_lexicon()
    parser, dice = NoteParser(lexicon, CONTEXT), random.Random(11)
    for _ in range(150):
        total, count, day = said_sum(dice), said_count(("台", "箱"), dice), said_date(dice)
        fields = parser.parse(f"卞店长要{count}裂隙灯，预算{total}，{day}给报价")
        assert fields.budget_min or fields.budget_max, total
        assert len(fields.quantity) == 1, count
        assert [one.due for one in fields.promise] != [None], day
