"""Spoken numbers (feature row 3.3)."""

import pytest

from crm_core.notes.numbers import Amount, amount_of, numbers_in, value_of


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("两万五", 25_000),
        ("一万二千八", 12_800),
        ("八万六", 86_000),
        ("一百二十万", 1_200_000),
        ("一百零五", 105),
        ("三百五", 350),
        ("十五", 15),
        ("二十五", 25),
        ("1.3万", 13_000),
        ("2万5", 25_000),
        ("一点五万", 15_000),
        ("一亿两千万", 120_000_000),
        ("12,800", 12_800),
        ("二零二六", 2026),
    ],
)
def test_reads_one_number(words: str, value: float) -> None:
    assert value_of(words) == value


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [("五六万", 50_000, 60_000), ("两三", 2, 3), ("十五六万", 150_000, 160_000), ("三五", 3, 5)],
)
def test_neighbouring_digits_are_a_range(words: str, low: float, high: float) -> None:
    assert amount_of(words) == Amount(low, high)


@pytest.mark.parametrize("words", ["", "点", "三点", "abc", "一二"])
def test_what_is_no_number_is_refused_or_a_range(words: str) -> None:
    assert value_of(words) is None


def test_numbers_are_found_with_their_places() -> None:
    assert numbers_in("要三百盒和20台") == [(1, 3, 300.0), (5, 7, 20.0)]
