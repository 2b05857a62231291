"""How a cell of a heat map stands beside the others of its column: slower, faster (row 6.7)."""

from collections.abc import Sequence
from statistics import median

from crm_core.insight.declared import Measure, Shape
from crm_core.model.schema import Label

_LEAST = 3
"""Beside fewer than two others there is no middle."""


def beside_others(
    measure: Measure, values: Sequence[float | None], columns: int, language: str
) -> list[str]:
    """For each cell, line by line, how much more or less it is than the middle of its column."""
    said: list[str] = []
    for place, value in enumerate(values):
        known = [one for one in values[place % columns :: columns] if one is not None]
        told = measure.shape is Shape.DURATION and value is not None and len(known) >= _LEAST
        said.append(_words(measure, (value or 0.0) - median(known), language) if told else "")
    return said


def _words(measure: Measure, more: float, language: str) -> str:
    unit, shown = measure.unit.text(language), abs(more)
    if measure.unit.en == "h" and shown >= 24:
        unit, shown = Label("天", "days").text(language), shown / 24
    if round(shown, 1) == 0:
        return Label("与同列中位相当", "as the middle of its column").text(language)
    slow = more > 0
    zh, en = ("慢", "slower") if slow else ("快", "faster")
    return Label(
        f"比同列中位{zh} {shown:.1f} {unit}",
        f"{shown:.1f} {unit} {en} than the middle of its column",
    ).text(language)
