"""Sums of money and counted things (row 3.3): what is a budget, what a difference, what a count."""

import pytest

from crm_core.notes.lexicon import load_lexicon
from crm_core.notes.money import Money, cover_percentages, find_money
from crm_core.notes.quantities import QuantityReader
from crm_core.notes.segments import Board
from crm_core.notes.transcript import read
from crm_core.notes.types import Quantity


def _money(words: str) -> list[Money]:
    board = Board.of(read(words, frozenset()))
    cover_percentages(board)
    return find_money(board)


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [
        ("预算两万五", 25_000, 25_000),
        ("一百二十万左右", 1_200_000, 1_200_000),
        ("预算二十到三十万", 200_000, 300_000),
        ("六十到80万", 600_000, 800_000),
        ("六千到八千都行", 6_000, 8_000),
        ("三千来块", 3_000, 3_000),
        ("3万以内", None, 30_000),
        ("最多出两万", None, 20_000),
        ("不超过五万", None, 50_000),
        ("预算十万以上", 100_000, None),
        ("预算五六万", 50_000, 60_000),
        ("单价八十五", 85, 85),
        ("一块五", 1.5, 1.5),
        ("1.3万", 13_000, 13_000),
    ],
)
def test_reads_a_sum(words: str, low: float | None, high: float | None) -> None:
    (found,) = _money(words)
    assert (found.low, found.high, found.difference) == (low, high, False)


@pytest.mark.parametrize("words", ["比他们贵四千", "便宜一块五", "贵了五十块", "能降两千吗"])
def test_a_difference_is_no_budget(words: str) -> None:
    assert [one.difference for one in _money(words)] == [True]


@pytest.mark.parametrize(
    "words", ["百分之十五", "打七折", "三十天", "5%", "十五号", "两个月", "三点"]
)
def test_other_numbers_are_no_money(words: str) -> None:
    assert _money(words) == []


def test_a_foreign_currency_is_kept() -> None:
    assert _money("报价五万美元")[0].currency == "USD"


@pytest.mark.parametrize(
    ("words", "quantities"),
    [
        ("五百盒", [Quantity(500, 500, "盒")]),
        ("两三箱", [Quantity(2, 3, "箱")]),
        ("至少10个账号", [Quantity(10, 10, "个")]),
        ("二十到三十台", [Quantity(20, 30, "台")]),
        ("50箱水和30箱茶", [Quantity(50, 50, "箱"), Quantity(30, 30, "箱")]),
        ("8台，1台两千以内", [Quantity(8, 8, "台")]),
        ("两个月", []),
        ("一个星期", []),
        ("第三台", []),
    ],
)
def test_reads_counted_things(words: str, quantities: list[Quantity]) -> None:
    board = Board.of(read(words, frozenset()))
    found = QuantityReader(load_lexicon()).find(board)
    assert [one.quantity for one in found] == quantities
