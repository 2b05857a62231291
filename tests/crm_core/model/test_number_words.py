"""Counts of one are said in the singular."""

import pytest

from crm_core.model.number_words import counted, unit_after


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("1 leads", "1 lead"), ("21 leads", "21 leads"), ("0.1 leads", "0.1 leads"),
        ("1,001 records", "1,001 records"), ("1 overdue leads", "1 overdue lead"),
        ("1 facts of 1 records.", "1 fact of 1 record."), ("1 条线索", "1 条线索"),
        ("-1 days", "-1 days"), ("1 of 2 leads", "1 of 2 leads"),
        ("1 rows, 2 rows", "1 row, 2 rows"),
    ],
)  # fmt: skip
def test_one_is_said_in_the_singular(said: str, right: str) -> None:
    assert counted(said) == right


def test_a_unit_follows_its_figure() -> None:
    assert [unit_after(n, "leads") for n in ("1", "2", "1.0")] == ["lead", "leads", "leads"]
    assert unit_after("1", "条") == "条"
