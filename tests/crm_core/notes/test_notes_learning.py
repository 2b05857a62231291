"""Words a company has learnt are put right before anything else is read."""

from datetime import datetime

from crm_core.notes.lexicon import load_lexicon
from crm_core.notes.pipeline import NoteParser
from crm_core.notes.types import Learnt, NoteContext, NoteFields


def parse(text: str, *learnt: Learnt, products: tuple[str, ...] = ("提分班",)) -> NoteFields:
    context = NoteContext(
        reference=datetime.fromisoformat("2026-03-04T10:00"), products=products, learnt=learnt
    )
    return NoteParser(load_lexicon(), context).parse(text)


def test_a_mishearing_that_was_corrected_once_is_right_the_next_time() -> None:
    said = "想 报 体 粪 斑 预算 两万"
    assert parse(said, products=("高分冲刺营",)).product == ()
    learnt = Learnt("体粪斑", "高分冲刺营")
    assert parse(said, learnt, products=("高分冲刺营",)).product == ("高分冲刺营",)


def test_what_is_heard_alike_is_put_right_too_but_only_in_what_was_heard() -> None:
    learnt = Learnt("披肩差", "批间差")
    assert "批间差" in parse("担心 匹 间 差 太 大", learnt).words
    assert "匹间差" in parse("担心匹间差太大。", learnt).words


def test_a_word_of_the_company_needs_no_mishearing() -> None:
    assert "转介绍" in parse("做 砖 介 绍 的", Learnt("", "转介绍")).words


def test_putting_right_changes_no_place_and_never_loops() -> None:
    fields = parse("提分班 提分班 要 三个", Learnt("提分", "提分提分"), Learnt("班", "班班"))
    assert fields.words.startswith("提分提分")
    assert parse("", Learnt("", ""), Learnt("甲", "")).words == ""
