"""Every measure over a `Plain` organisation: what is counted, by group, in fractions."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from statistics import median

from crm_core.insight.declared import Group
from tests.measures_proof.plain import DAY, HOUR, NEVER, REACHED, Plain, Row, day_of

Counted = Iterable[tuple[Row, int, int]]
"""(record, what it adds to the numerator, and to the denominator)"""
Count = Callable[[Plain], Counted]
Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plainly:
    """A value worked out slowly."""

    value: float | None
    count: int = 0
    p90: float | None = None
    mean: float | None = None


def _in(plain: Plain, moment: int) -> bool:
    return plain.start <= moment < plain.end


def _within(wait: str, hours: int, since: str = "assigned") -> Count:
    """In time, of those that were or had the time to be."""

    def count(plain: Plain) -> Counted:
        for one in plain.leads:
            quick = one[wait] is not None and one[wait] <= hours * HOUR
            old = one[since] <= plain.now - hours * HOUR
            if _in(plain, one[since]) and (quick or old):
                yield one, quick, 1

    return count


def _late(charged: bool) -> Count:
    def count(plain: Plain) -> Counted:
        for one in plain.stays:
            over = _over(one)
            if one["ended"] or not one["standard"] or one["left"] < plain.start:
                continue
            if one["entered"] < plain.at and (one["left"] < plain.at or over):
                most = max(one["stayed"], one["standard"])
                yield one, most if charged else one["stayed"], one["standard"]

    return count


def _over(stay: Row) -> bool:
    return bool(0 < stay["standard"] < stay["stayed"])


def _open(plain: Plain) -> Iterable[Row]:
    return (one for one in plain.leads if one["begun"] < plain.at <= one["closed"])


def _quiet(plain: Plain, one: Row) -> bool:
    return bool(one["heard"] < plain.now - 72 * HOUR)


def _staying(plain: Plain) -> Iterable[Row]:
    return (
        one for one in plain.stays
        if not one["ended"] and one["entered"] < plain.at <= one["left"]
    )  # fmt: skip


def _left(plain: Plain) -> Iterable[Row]:
    return (one for one in plain.stays if not one["ended"] and _in(plain, one["left"]))


def _work(plain: Plain) -> Iterable[Row]:
    for one in plain.events["task"]:
        if one["action"] not in ("dropped", "reminder") and _in(plain, one["at"]):
            yield one


def _kept(task: Row) -> bool:
    return task["state"] == "done" and bool(task["done"] <= task["at"])


def _talks(plain: Plain) -> Counted:
    for name in ("follow_up", "visit"):
        for one in plain.events[name]:
            real = name == "visit" or one["action"] in REACHED
            if real and one["about"] and plain.at - 7 * DAY <= one["at"] < plain.at:
                yield one, 1, 1


def _given(of: str, clock: str, what: str) -> Count:
    """Waits, of those that waited, in the period."""
    return lambda p: (
        (one, one[what], 1) for one in getattr(p, of)
        if one[what] is not None and _in(p, one[clock])
    )  # fmt: skip


def _happened(name: str) -> Count:
    return lambda p: ((one, 1, 1) for one in p.events[name] if _in(p, one["at"]))


def _used(what: str) -> Count:
    return lambda p: ((o, 1, 1) for o in p.uses if _in(p, o["at"]) and o["action"] == what)


COUNTS: Mapping[str, Count] = {
    "golden_hours": _within("wait", 4),
    "follow_48": _within("wait", 48),
    "golden_visit": _within("visit_wait", 4),
    "continuity": _within("demo_wait", 48, "contact"),
    "brief_in_time": _within("brief_wait", 24, "contact"),
    "first_response": _given("leads", "assigned", "wait"),
    "flow_in_time": _given("leads", "assigned", "wait"),
    "effective_first": _given("leads", "contact", "effective"),
    "cycle": _given("leads", "closed", "cycle"),
    "backlog": lambda p: (
        (one, 1, 1) for one in p.leads
        if one["assigned"] < p.at <= one["first"] and p.at <= one["closed"]
    ),
    "open_leads": lambda p: ((one, 1, 1) for one in _open(p)),
    "silent": lambda p: ((o, 1, 1) for o in _open(p) if _quiet(p, o)),
    "moved_back": lambda p: ((one, 1, 1) for one in _open(p) if one["backs"] >= 2),
    "high_risk": lambda p: ((o, 1, 1) for o in _open(p) if o["backs"] >= 2 or _quiet(p, o)),
    "overdue": lambda p: ((o, 1, 1) for o in _staying(p) if _over(o)),
    "overdue_share": lambda p: ((o, _over(o), 1) for o in _staying(p)),
    "stage_delay": _late(False),
    "stay_excess": _late(True),
    "node_hours": lambda p: ((one, one["stayed"], 1) for one in _left(p)),
    "stage_loss": lambda p: ((one, one["lost"], 1) for one in _left(p)),
    "rejection": lambda p: ((one, one["lost"] or one["back"], 1) for one in _left(p)),
    "trial_rate": lambda p: (
        (one, not one["lost"] and not one["back"], 1) for one in _left(p) if one["stage"] == "trial"
    ),
    "survival": lambda p: (
        (one, one["survived"], 1) for one in p.leads
        if _in(p, one["begun"]) and one["begun"] <= p.now - 7 * DAY
    ),
    "need_match": lambda p: (
        (o, o["matched"], 1) for o in p.leads if o["matched"] is not None and _in(p, o["closed"])
    ),
    "letters_signed": lambda p: (
        (o, o["letter"], 1) for o in p.leads if o["letter"] is not None and _in(p, o["closed"])
    ),
    "conversion": lambda p: ((one, one["won"], 1) for one in p.leads if _in(p, one["closed"])),
    "handover": lambda p: (
        (one, max(0, one["assigned"] - one["begun"]), 1) for one in p.leads
        if one["handed"] and _in(p, one["begun"])
    ),
    "channel_leads": lambda p: ((one, 1, 1) for one in p.leads if _in(p, one["begun"])),
    "channel_deals": lambda p: ((o, 1, 1) for o in p.leads if o["won"] and _in(p, o["closed"])),
    "channel_revenue": lambda p: (
        (one, one["earned"], 1) for one in p.leads if one["won"] and _in(p, one["closed"])
    ),
    "high_intent": lambda p: (
        (one, one["grade"] == "A", 1) for one in p.leads if _in(p, one["begun"])
    ),
    "new_high_intent": lambda p: (
        (one, 1, 1) for one in p.leads if one["grade"] == "A" and _in(p, one["begun"])
    ),
    "week_high_intent": lambda p: (
        (one, 1, 1) for one in p.leads if one["grade"] == "A" and _in(p, one["begun"])
    ),
    "won_amount": lambda p: (
        (one, one["amount"] or 0, 1) for one in p.deals if one["won"] and _in(p, one["closed"])
    ),
    "actions_done": lambda p: ((one, one["state"] == "done", 1) for one in _work(p)),
    "today_target": lambda p: ((one, one["state"] == "done", 1) for one in _work(p)),
    "due_week": lambda p: ((one, 1, 1) for one in p.due if _in(p, one["at"])),
    "tasks_on_time": lambda p: ((o, _kept(o), 1) for o in _work(p) if o["at"] < p.now),
    "follow_ups": _happened("follow_up"),
    "visits": _happened("visit"),
    "touches_week": _talks,
    "channel_spend": lambda p: (
        (one, one["amount"], 1) for one in p.costs if _in(p, one["at"])
    ),
    "due_customers": lambda p: ((one, 1, 1) for one in p.due if _in(p, one["at"])),
    "cross_team": _happened("approval"),
    "cross_team_time": lambda p: (
        (one, one["took"], 1) for one in p.events["approval"]
        if one["took"] is not None and _in(p, one["at"])
    ),
    "cross_team_refused": lambda p: (
        (one, one["action"] == "rejected", 1) for one in p.events["approval"]
        if one["action"] in ("approved", "rejected") and _in(p, one["at"])
    ),
    "nps": lambda p: (
        (one, (one["score"] > 8) - (one["score"] < 7), 1) for one in p.events["rating"]
        if _in(p, one["at"])
    ),
    "content_match": lambda p: (
        (one, one["took"], 1) for one in p.events["content_push"]
        if one["took"] is not None and one["action"] == "sent" and _in(p, one["at"])
    ),
    "second_by_customer": lambda p: (
        (one, one["second_by"], 1) for one in p.leads
        if one["second_by"] is not None and _in(p, one["second_at"])
    ),
    "coach_adoption": lambda p: (
        (one, one["state"] == "done" and one["done"] < NEVER, 1) for one in p.events["task"]
        if one["action"] == "reminder" and _in(p, one["at"]) and one["at"] < p.now
    ),
    "other_links": lambda p: (
        (one, 1, 1) for name in ("follow_up", "visit") for one in p.events[name]
        if _in(p, one["at"]) and p.lends_a_hand(one["owner"])
    ),
    "kb_calls": _used("article"),
    "reply_uses": _used("quick_reply"),
}  # fmt: skip
CLOCK: Mapping[str, str] = {
    **dict.fromkeys(("golden_hours", "follow_48", "golden_visit", "first_response",
                     "flow_in_time"), "assigned"),
    **dict.fromkeys(("continuity", "brief_in_time", "effective_first"), "contact"),
    **dict.fromkeys(("cycle", "need_match", "letters_signed", "conversion", "channel_deals",
                     "channel_revenue", "won_amount"), "closed"),
    **dict.fromkeys(("node_hours", "stage_loss", "rejection", "trial_rate"), "left"),
    "second_by_customer": "second_at",
    **dict.fromkeys(("survival", "handover", "channel_leads", "high_intent",
                     "new_high_intent"), "begun"),
}  # fmt: skip
"""Measure → by which moment slices of time are told; else `at`."""
_SPREAD = ("first_response", "node_hours", "cycle", "handover", "effective_first",
           "cross_team_time")  # fmt: skip
_NUMBERS = (
    "backlog", "open_leads", "silent", "moved_back", "high_risk", "overdue", "kb_calls",
    "channel_leads", "channel_spend", "channel_deals", "channel_revenue", "follow_ups", "visits",
    "due_customers", "new_high_intent", "week_high_intent", "won_amount", "touches_week",
    "reply_uses", "cross_team", "other_links", "due_week",
)  # fmt: skip
_PARTS_OF_ONE = {"cycle": 24, "channel_spend": 100, "channel_revenue": 100, "won_amount": 100}


def values(plain: Plain, measure: str, groups: Sequence[Group]) -> dict[Keys, Plainly]:
    """The measure by group, of groups that have facts."""
    if measure in MADE:
        return _made(plain, measure, groups)
    found: dict[Keys, list[tuple[int, int]]] = defaultdict(list)
    clock = CLOCK.get(measure, "at")
    for record, numerator, denominator in COUNTS[measure](plain):
        key = tuple(_key(plain, record, group, clock) for group in groups)
        found[key].append((int(numerator), denominator))
    return {key: _value(measure, some) for key, some in found.items()}


def _key(plain: Plain, record: Row, group: Group, clock: str) -> str:
    if group is Group.TEAM:
        return str(plain.team(record["owner"]) or "")
    if group not in (Group.DAY, Group.WEEK, Group.MONTH):
        return str(record.get(group.value) or "")
    day = day_of(record[clock])
    if group is Group.WEEK:
        day -= timedelta(days=day.weekday())
    return (day.replace(day=1) if group is Group.MONTH else day).isoformat()


def _value(measure: str, some: list[tuple[int, int]]) -> Plainly:
    top, bottom, count = sum(n for n, _ in some), sum(d for _, d in some), len(some)
    unit = _PARTS_OF_ONE.get(measure, 1)
    if measure in _SPREAD:
        ordered, unit = sorted(n for n, _ in some), unit * HOUR
        middle = Fraction(median(Fraction(n) for n in ordered)) / unit
        ninth = Fraction(ordered[math.ceil(Fraction(9, 10) * count) - 1], unit)
        return Plainly(float(middle), count, float(ninth), float(Fraction(top, count * unit)))
    if measure in _NUMBERS:
        return Plainly(float(Fraction(top, unit)), count)
    if measure in ("stage_delay", "stay_excess"):
        return Plainly(float(Fraction(top - bottom, bottom)), count)
    if measure == "flow_in_time":
        return Plainly(float(Fraction(top, bottom * HOUR)), count)
    return Plainly(float(Fraction(100 * top, bottom)), count)


# -- measures made of others -------------------------------------------------------------------

Got = Mapping[str, Plainly]


def _of(got: Got, name: str) -> float | None:
    return got[name].value if name in got else None


def _mean(points: Iterable[tuple[int, float | None]]) -> float | None:
    known = [(weight, one) for weight, one in points if one is not None]
    total = sum(weight for weight, _ in known)
    return sum(weight * one for weight, one in known) / total if total else None


def _funnel(got: Got) -> float | None:
    excess, leads, talks = (_of(got, n) for n in ("stay_excess", "open_leads", "touches_week"))
    time = None if excess is None else min(100.0, max(0.0, 100 - 100 * excess))
    talk = min(100.0, 100 * (talks or 0.0) / leads) if leads else None
    return _mean([(40, time), (35, _of(got, "tasks_on_time")), (25, talk)])


def _immune(got: Got) -> float | None:
    alive, match, flow = (_of(got, n) for n in ("survival", "need_match", "flow_in_time"))
    return _mean([
        (1, None if alive is None else 100.0 * (alive >= 75)),
        (1, None if match is None else 100.0 * (match >= 82)),
        (1, None if flow is None else 100.0 * (flow <= 1.5)),
    ])  # fmt: skip


def _shorter(got: Got) -> float | None:
    before, now = got.get("cycle@previous"), got.get("cycle")
    if before is None or now is None or before.mean is None or not now.mean:
        return None
    return 100 * before.mean / now.mean


def _fake(got: Got) -> float | None:
    fast, signed = _of(got, "compression"), _of(got, "letters_signed")
    return None if fast is None or signed is None else float(fast > 300 and signed < 60)


def _per(top: str, bottom: str, times: int = 1) -> Callable[[Got], float | None]:
    def made(got: Got) -> float | None:
        over, under = _of(got, top), _of(got, bottom)
        return times * over / under if over is not None and under else None

    return made


MADE: Mapping[str, tuple[tuple[str, ...], Callable[[Got], float | None]]] = {
    "funnel_health": (("stay_excess", "tasks_on_time", "touches_week", "open_leads"), _funnel),
    "journey_health": (
        ("continuity", "content_match", "brief_in_time"),
        lambda got: _mean([
            (1, _of(got, name)) for name in ("continuity", "content_match", "brief_in_time")
        ]),
    ),
    "immunity": (("survival", "need_match", "flow_in_time"), _immune),
    "compression": (("cycle", "cycle@previous"), _shorter),
    "fake_progress": (("compression", "letters_signed"), _fake),
    "cost_per_lead": (("channel_spend", "channel_leads"), _per("channel_spend", "channel_leads")),
    "cost_per_deal": (("channel_spend", "channel_deals"), _per("channel_spend", "channel_deals")),
    "channel_return": (
        ("channel_spend", "channel_revenue"), _per("channel_revenue", "channel_spend", 100),
    ),
}  # fmt: skip
"""Composite → its parts and how it comes of them."""


def _made(plain: Plain, measure: str, groups: Sequence[Group]) -> dict[Keys, Plainly]:
    names, make = MADE[measure]
    parts: dict[str, dict[Keys, Plainly]] = {}
    for name in names:
        over, part = plain, name.removesuffix("@previous")
        if part != name:
            over = plain.moved(2 * plain.start - plain.end, plain.start)
        parts[name] = values(over, part, groups)
        if not groups and part in _NUMBERS:
            parts[name].setdefault((), Plainly(0.0))
    keys = {key for some in parts.values() for key in some}
    return {
        key: Plainly(make({name: its[key] for name, its in parts.items() if key in its}))
        for key in keys
    }
