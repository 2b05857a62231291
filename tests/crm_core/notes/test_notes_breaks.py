"""Where a clause ends in text without a comma (decision 079)."""

from datetime import datetime

from crm_core.notes.breaks import Breaks, load_breaks
from crm_core.notes.lexicon import load_lexicon
from crm_core.notes.names import Kind
from crm_core.notes.people import Heard
from crm_core.notes.pipeline import NoteParser
from crm_core.notes.segments import Board, Mark
from crm_core.notes.transcript import read
from crm_core.notes.types import KnownContact, NoteContext, Span


def test_a_break_is_set_and_everything_keeps_its_place() -> None:
    board = Board.of(read("太贵 了 王总 再谈", frozenset()))
    board.cover(3, 5, Mark.CONTACT)
    names = [Heard(Kind.CONTACT, 3, 5, "王总", ("#0",), 0.0)]
    broken, moved = Breaks("c1了\t40\n\t-8\n").set_in(board, names)
    assert broken.words == "太贵了，王总再谈"
    assert broken.mask == "太贵了，\ue004\ue004再谈"
    assert [(one.start, one.end) for one in moved] == [(4, 6)]
    assert broken.span(4, 6) == Span(5, 7)
    assert broken.span(0, 3) == Span(0, 4)


def test_numbers_are_never_broken_and_nothing_known_changes_nothing() -> None:
    board = Board.of(read("三 十五 万", frozenset()))
    assert Breaks("\t100\n").set_in(board, [])[0].words == "三十五万"
    assert Breaks("").set_in(board, [])[0] is board


def test_clauses_of_a_heard_note_are_read_one_by_one() -> None:
    moment = datetime(2026, 3, 2, 9)  # noqa: DTZ001 - a naive local moment is allowed
    context = NoteContext(moment, (KnownContact("佟大伟", "科长", ""),), products=("彩超",))
    text = "佟科长 要 两台 彩超 担心 操作 复杂 预算 五十万 左右 下周三 去 演示"
    fields = NoteParser(load_lexicon(), context).parse(text)
    assert fields.concern == ("操作复杂",)
    assert [one.what for one in fields.next] == ["去演示"]
    assert "，" in fields.words
    board = Board.of(read(text, frozenset()))
    assert "，" in load_breaks().set_in(board, [])[0].words
