"""How measures made of others come of their parts. Points out of 100; weights in `standards`.

A part without data has no say: the others share its weight, so that a score never punishes what
nobody recorded.
"""

from collections.abc import Mapping

from crm_core.insight.declared import Measure, Value
from crm_core.insight.reducing import Combine
from crm_core.insight.standards import SHIPPED

PREVIOUS = "@previous"
"""Ends the name of a part that is taken from the period before."""


def parts_of(measure: Measure) -> tuple[str, ...]:
    """The measures a composite is made of, each once, whichever period they are taken from."""
    return tuple(dict.fromkeys(part.removesuffix(PREVIOUS) for part in measure.parts))


def kinds_of(measure: Measure, every: Mapping[str, Measure]) -> frozenset[str]:
    """The kinds of record a measure, or what it is made of, counts; `every`: measures by id."""
    parts = (every[part].entity for part in parts_of(measure))
    return frozenset({measure.entity, *measure.also, *parts} - {""})


def weighed(points: Mapping[str, float | None], weights: Mapping[str, int]) -> Value:
    """The weighed mean of points; None where no part has data."""
    known = {name: one for name, one in points.items() if one is not None and weights.get(name)}
    total = sum(weights[name] for name in known)
    if not total:
        return Value((), None)
    # In one order, so that a sum of floats is the same whoever adds it up.
    reached = sum(weights[name] * known[name] for name in sorted(known))
    return Value((), reached / total, reached, total, len(known))


def _of(parts: Mapping[str, Value], name: str) -> float | None:
    part = parts.get(name)
    return None if part is None else part.value


def _capped(points: float) -> float:
    return min(100.0, max(0.0, points))


def funnel_health(parts: Mapping[str, Value]) -> Value:
    """Row 6.9. Time beyond the standard costs points one to one; contact once a week is enough."""
    excess, leads = _of(parts, "stay_excess"), _of(parts, "open_leads")
    # Nobody talked at all: then there is no part, and that is no lack of data.
    talks = _of(parts, "touches_week") or 0.0
    return weighed(
        {
            "stay_excess": None if excess is None else _capped(100 - 100 * excess),
            "tasks_on_time": _of(parts, "tasks_on_time"),
            "talk_rate": _capped(100 * talks / leads) if leads else None,
        },
        SHIPPED.weights["funnel_health"],
    )


def journey_health(parts: Mapping[str, Value]) -> Value:
    """Row 6.2: the mean of its three dimensions."""
    weights = SHIPPED.weights["journey_health"]
    return weighed({name: _of(parts, name) for name in weights}, weights)


def immunity(parts: Mapping[str, Value]) -> Value:
    """Row 6.8: how many of its three limits are met, of those there is data for."""
    weights = SHIPPED.weights["immunity"]
    met = {
        name: None if _of(parts, name) is None else 100.0 * (not parts[name].red)
        for name in weights
        if name in parts
    }
    return weighed(met, weights)


def compression(parts: Mapping[str, Value]) -> Value:
    """Row 6.5: mean days before ÷ mean days now × 100."""
    before, now = parts.get(f"cycle{PREVIOUS}"), parts.get("cycle")
    if before is None or now is None or before.spread is None or now.spread is None:
        return Value((), None)
    old, new = before.spread.mean, now.spread.mean
    return Value((), 100 * old / new if new else None, old, new, now.count)


FAST, SIGNED = 300.0, 60.0
"""Row 4.11: compressed further than that, with fewer letters signed than that: progress is fake."""


def fake_progress(parts: Mapping[str, Value]) -> Value:
    """Row 4.11: 1 where journeys got short and what proves them is missing, else 0."""
    fast, signed = _of(parts, "compression"), _of(parts, "letters_signed")
    if fast is None or signed is None:
        return Value((), None)
    return Value((), float(fast > FAST and signed < SIGNED), fast, signed, 1)


def cost_per(name: str) -> Combine:
    """Money spent ÷ how many that came to."""

    def combine(parts: Mapping[str, Value]) -> Value:
        spent, number = _of(parts, "channel_spend"), _of(parts, name)
        if spent is None or not number:
            return Value((), None)
        return Value((), spent / number, spent, number, 1)

    return combine


def channel_return(parts: Mapping[str, Value]) -> Value:
    """Money earned ÷ money spent × 100."""
    spent, earned = _of(parts, "channel_spend"), _of(parts, "channel_revenue")
    if not spent or earned is None:
        return Value((), None)
    return Value((), 100 * earned / spent, earned, spent, 1)


COMBINED: Mapping[str, Combine] = {
    "funnel_health": funnel_health,
    "journey_health": journey_health,
    "immunity": immunity,
    "compression": compression,
    "fake_progress": fake_progress,
    "cost_per_lead": cost_per("channel_leads"),
    "cost_per_deal": cost_per("channel_deals"),
    "channel_return": channel_return,
}
