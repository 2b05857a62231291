"""From what was added up to a value: the only place where a measure's numbers are divided.

Sums are whole numbers, so that the order in which facts are added changes no bit;
`store.measures.measuring` and whoever recomputes from an explanation both end here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from crm_core.insight.declared import Explanation, Measure, Shape, Spread, Value
from crm_core.insight.framing import HOUR

HOURS = 1 / HOUR


@dataclass(frozen=True, slots=True)
class Sums:
    """What the facts of one group come to."""

    numerator: int = 0
    denominator: int = 0
    count: int = 0
    middle: tuple[int, int] = (0, 0)
    """Of a distribution: its two middle members (twice the same where there is one)."""
    ninth: int = 0
    """Of a distribution: the member that nine tenths do not exceed (nearest rank)."""


def places(n: int) -> tuple[int, int, int]:
    """Where in `n` members in order, counted from 1, the middle ones and the ninth tenth stand."""
    return (n + 1) // 2, n // 2 + 1, -(-9 * n // 10)


def sums_of(measure: Measure, facts: Sequence[tuple[int, int]]) -> Sums:
    """Add up (numerator, denominator) of facts."""
    if measure.shape is not Shape.DURATION:
        return Sums(sum(n for n, _ in facts), sum(d for _, d in facts), len(facts))
    return distribution([n for n, _ in facts])


def distribution(members: Sequence[int]) -> Sums:
    """What the members of a distribution come to."""
    if not members:
        return Sums()
    ordered, count = sorted(members), len(members)
    low, high, ninth = (ordered[place - 1] for place in places(count))
    return Sums(sum(members), count, count, (low, high), ninth)


def value_of(measure: Measure, groups: tuple[str, ...], sums: Sums) -> Value:
    """The value of one group."""
    spread = _spread(measure, sums)
    value = _VALUES[measure.shape](measure, sums) if spread is None else spread.median
    return Value(
        groups=groups,
        value=value,
        numerator=sums.numerator,
        denominator=sums.denominator,
        count=sums.count,
        red=measure.threshold.red(value),
        spread=spread,
    )


def _spread(measure: Measure, sums: Sums) -> Spread | None:
    if measure.shape is not Shape.DURATION or not sums.count:
        return None
    scale = _unit(measure)
    return Spread(
        mean=sums.numerator / (sums.count * scale),
        median=sum(sums.middle) / (2 * scale),
        p90=sums.ninth / scale,
        n=sums.count,
    )


def _unit(measure: Measure) -> int:
    """Milliseconds in the unit of a distribution."""
    return HOUR * round(1 / measure.scale)


def amount_of(measure: Measure, numerator: int) -> float:
    """What one fact added, in the unit of the measure: hours, yuan."""
    if measure.shape is Shape.DURATION:
        return numerator / _unit(measure)
    return _scaled(measure, numerator, 1)


def _share(_measure: Measure, sums: Sums) -> float | None:
    if not sums.denominator:
        return None
    return min(100.0, 100 * sums.numerator / sums.denominator)


def _rate(measure: Measure, sums: Sums) -> float | None:
    return _scaled(measure, sums.numerator, sums.denominator) if sums.denominator else None


def _scaled(measure: Measure, numerator: int, denominator: int) -> float:
    """The quotient in the unit of the measure, rounded once: 1.5 hours are exactly 1.5."""
    if measure.scale < 1:
        return numerator / (denominator * round(1 / measure.scale))
    return numerator * round(measure.scale) / denominator


def _excess(_measure: Measure, sums: Sums) -> float | None:
    if not sums.denominator:
        return None
    return (sums.numerator - sums.denominator) / sums.denominator


_VALUES: Mapping[Shape, Callable[[Measure, Sums], float | None]] = {
    Shape.COUNT: lambda measure, sums: _scaled(measure, sums.numerator, 1),
    Shape.SHARE: _share,
    Shape.RATE: _rate,
    Shape.EXCESS: _excess,
    Shape.DURATION: lambda _measure, _sums: None,
    Shape.COMPOSITE: lambda _measure, _sums: None,
    Shape.ABSENT: lambda _measure, _sums: None,
}


Combine = Callable[[Mapping[str, Value]], Value]
"""How the values of the parts become that of a composite (`composites.COMBINED`)."""


def recompute(explanation: Explanation, combined: Mapping[str, Combine]) -> Value:
    """The value, worked out again from the evidence alone; what was before is taken over."""
    measure, before = explanation.measure, explanation.value
    if measure.made_of_others:
        parts = {one.part: recompute(one, combined) for one in explanation.parts}
        parts = {name: part for name, part in parts.items() if name in before.parts}
        made = replace(combined[measure.id](parts), groups=explanation.groups, parts=parts)
        return replace(made, red=measure.threshold.red(made.value), previous=before.previous)
    facts = [(one.numerator, one.denominator) for one in explanation.evidence]
    value = value_of(measure, explanation.groups, sums_of(measure, facts))
    return replace(value, previous=before.previous)
