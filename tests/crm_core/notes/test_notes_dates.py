"""Spoken dates and times against Wednesday 2026-01-14, ten in the morning (row 3.14)."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_core.notes.calendar import add_months, holiday, month_end
from crm_core.notes.dates import DateReader
from crm_core.notes.lexicon import Lexicon, load_lexicon
from crm_core.notes.segments import Board
from crm_core.notes.transcript import read


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


def _dues(words: str, lexicon: Lexicon) -> list[str]:
    reader = DateReader(datetime(2026, 1, 14, 10), lexicon.holidays)  # noqa: DTZ001
    return [one.due for one in reader.find(Board.of(read(words, lexicon.fillers)))]


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("下周三下午三点前", "2026-01-21T15:00"),
        ("月底前", "2026-01-31"),
        ("后天上午", "2026-01-16"),
        ("大后天", "2026-01-17"),
        ("下个月十五号", "2026-02-15"),
        ("两周以后", "2026-01-28"),
        ("国庆后", "2026-10-08"),
        ("二月3号上午10点", "2026-02-03T10:00"),
        ("下下周一", "2026-01-26"),
        ("周一", "2026-01-19"),
        ("礼拜五上午", "2026-01-16"),
        ("今晚八点", "2026-01-14T20:00"),
        ("明早九点半", "2026-01-15T09:30"),
        ("下午5点前", "2026-01-14T17:00"),
        ("下午3:30", "2026-01-14T15:30"),
        ("春节前", "2026-02-16"),
        ("半个月后", "2026-01-29"),
        ("三天内", "2026-01-17"),
        ("年底", "2026-12-31"),
        ("明年开春", "2027-03-01"),
        ("12号", "2026-02-12"),
    ],
)
def test_reads_a_date(words: str, due: str, lexicon: Lexicon) -> None:
    assert _dues(words, lexicon) == [due]


@pytest.mark.parametrize("words", ["三点五个", "昨天", "上周三", "十三月", "四十五号", "2月31号"])
def test_what_is_no_future_date_is_left_alone(words: str, lexicon: Lexicon) -> None:
    assert not [due for due in _dues(words, lexicon) if due.startswith("2026-02-31")]
    assert all(datetime.fromisoformat(due) for due in _dues(words, lexicon))
    if words in {"三点五个", "昨天", "上周三"}:
        assert _dues(words, lexicon) == []


@given(st.text(alphabet="0123456789一二三十百万号月周下个后前天年底点半上午国庆春节", max_size=25))
@settings(max_examples=300, deadline=None)
def test_any_jumble_gives_real_dates_or_none(words: str) -> None:
    for due in _dues(words, load_lexicon_once()):
        datetime.fromisoformat(due)


def load_lexicon_once(found: list[Lexicon] = []) -> Lexicon:  # noqa: B006 - loaded once for speed
    if not found:
        found.append(load_lexicon())
    return found[0]


def test_months_end_where_they_end() -> None:
    assert month_end(date(2028, 2, 3)) == date(2028, 2, 29)
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 12, 5), 1) == date(2027, 1, 5)


def test_holidays_beyond_the_table_are_unknown(lexicon: Lexicon) -> None:
    assert holiday("春节", date(2026, 3, 1), lexicon.holidays) == date(2027, 2, 6)
    assert holiday("春节", date(2099, 1, 1), lexicon.holidays) is None
    assert holiday("国庆", date(2026, 10, 2), lexicon.holidays) == date(2027, 10, 1)
