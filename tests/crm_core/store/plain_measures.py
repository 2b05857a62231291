"""The measures once more, slowly and plainly: from records and their histories, fact by fact.

Shares nothing with the product's facts or SQL; the only things taken over are the standards.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from statistics import median
from typing import Any

from crm_core.clock import stamp_millis
from crm_core.insight.standards import SHIPPED
from crm_core.model.query import Query
from crm_core.store.replica import Replica
from crm_core.sync.change import Verb

Row = Mapping[str, Any]
NEVER = 10**18
HOUR = 3_600_000
DAY = 24 * HOUR


def ms(written: object) -> int:
    """A moment in milliseconds, NEVER for nothing."""
    if not isinstance(written, str):
        return NEVER
    if len(written) == 10:
        written += "T00:00:00+08:00"
    return round(datetime.fromisoformat(written).astimezone(UTC).timestamp() * 1000)


class Plain:
    """Everything there is, as of one moment."""

    def __init__(self, replica: Replica, start: int, end: int, now: int) -> None:
        self.start, self.end, self.now, self.at = start, end, now, min(end, now)
        self.rows: Mapping[str, Sequence[Row]] = {
            name: replica.find(Query(name))
            for name in ("lead", "follow_up", "visit", "task", "exemption", "opportunity",
                         "channel_cost", "approval", "rating", "checklist_item")
        }  # fmt: skip
        self.leads = [self._lead(replica, row) for row in self.rows["lead"]]
        self.stays = [stay for lead in self.leads for stay in lead["stays"]]

    def _lead(self, replica: Replica, row: Row) -> dict[str, Any]:
        history = replica.history("lead", str(row["id"]))
        made = next(o for o in history if o.verb is Verb.CREATE)
        moves = [o for o in history if o.verb is Verb.SET and o.field == "stage"]
        begun = min(ms(row["received_at"]), NEVER)
        begun = stamp_millis(made.hlc) if begun == NEVER else begun
        first_stage = moves[0].before if moves else row["stage"]
        steps = [(begun, first_stage)]
        for move in moves:
            if move.value != steps[-1][1]:
                steps.append((max(stamp_millis(move.hlc), steps[-1][0]), move.value))
        if not moves:
            since = ms(row["stage_since"])
            steps = [(begun if since == NEVER else since, first_stage)]
        exempt = self._exempt(row)
        lead = {**row, "begun": begun}
        order = SHIPPED.order["lead"]
        stays = []
        for place, (entered, stage) in enumerate(steps):
            left, after = steps[place + 1] if place + 1 < len(steps) else (NEVER, None)
            ended = min(left, self.at)
            stayed = max(0, ended - entered - self._held(exempt, entered, left, ended))
            over_end = stage in ("won", "lost") or after in ("won", "lost")
            stays.append({
                **lead, "stage": stage, "entered": entered, "left": left, "stayed": stayed,
                "standard": round(SHIPPED.hours.get(("lead", str(stage)), 0) * HOUR),
                "back": bool(after) and not over_end and order.index(after) < order.index(stage),
                "lost": after == "lost" and stage != "won", "ended": stage in ("won", "lost"),
            })  # fmt: skip
        lead["stays"] = stays
        lead["backs"] = sum(stay["back"] for stay in stays)
        lead["closed"] = stays[-1]["entered"] if stays[-1]["ended"] else NEVER
        self._touched(lead, exempt)
        return lead

    def _exempt(self, row: Row) -> list[tuple[int, int]]:
        spans = []
        for one in self.rows["exemption"]:
            if one["lead"] == row["id"]:
                begin, end = ms(one["since"]), min(ms(one["until"]), ms(one["ended_at"]))
                spans += [(begin, end)] if end > begin else []
        return sorted(spans)

    def _held(self, exempt: Iterable[tuple[int, int]], entered: int, left: int, ended: int) -> int:
        """Milliseconds of exemptions within a stay, each once, the last up to `ended`."""
        joined: list[list[int]] = []
        for begin, end in exempt:
            if joined and begin <= joined[-1][1]:
                joined[-1][1] = max(end, joined[-1][1])
            else:
                joined.append([begin, end])
        cut = [(max(b, entered), min(e, left)) for b, e in joined if b < left and e > entered]
        earlier = sum(e - b for b, e in cut[:-1])
        last = max(0, min(cut[-1][1], ended) - cut[-1][0]) if cut else 0
        return earlier + last

    def _touched(self, lead: dict[str, Any], exempt: list[tuple[int, int]]) -> None:
        touches = [
            (ms(one["happened_at"]), one["action"], False)
            for one in self.rows["follow_up"] if one["lead"] == lead["id"]
        ]  # fmt: skip
        touches += [
            (ms(one["started_at"]), one["purpose"], True)
            for one in self.rows["visit"] if one["lead"] == lead["id"]
        ]  # fmt: skip
        begun = lead["begun"]
        assigned = ms(lead["assigned_at"])
        lead["handed"] = assigned != NEVER
        assigned = begun if assigned == NEVER else assigned
        first = min([ms(lead["first_response_at"]), *(at for at, _, _ in touches)])
        lead["assigned"], lead["first"] = assigned, first
        lead["wait"] = None if first == NEVER else max(0, first - assigned)
        lead["heard"] = max([begun, *(at for at, _, _ in touches), *(e for _, e in exempt)])
        won, closed = lead["stage"] == "won", lead["closed"]
        alive = won or closed > begun + 7 * DAY
        lead["survived"] = alive and (
            first <= begun + 7 * DAY or any(at <= begun + 7 * DAY for at, _, _ in touches)
        )
        lead["cycle"] = max(0, closed - begun) if won else None


def sums(plain: Plain, measure: str) -> Iterable[tuple[Row, int, int]]:
    """(record, what it adds to the numerator, and to the denominator)."""
    return _SUMS[measure](plain)


def _in(plain: Plain, moment: int) -> bool:
    return plain.start <= moment < plain.end


def _within(hours: int) -> Callable[[Plain], Iterable[tuple[Row, int, int]]]:
    def count(plain: Plain) -> Iterable[tuple[Row, int, int]]:
        for lead in plain.leads:
            quick = lead["wait"] is not None and lead["wait"] <= hours * HOUR
            old = lead["assigned"] <= plain.now - hours * HOUR
            if _in(plain, lead["assigned"]) and (quick or old):
                yield lead, quick, 1

    return count


def _late(column: str) -> Callable[[Plain], Iterable[tuple[Row, int, int]]]:
    def count(plain: Plain) -> Iterable[tuple[Row, int, int]]:
        for one in plain.stays:
            over = one["stayed"] > one["standard"]
            if one["ended"] or not one["standard"] or one["left"] < plain.start:
                continue
            if one["entered"] < plain.at and (one["left"] < plain.at or over):
                more = one["stayed"] if column == "stayed" else max(one["stayed"], one["standard"])
                yield one, more, one["standard"]

    return count


def _open(plain: Plain) -> Iterable[Row]:
    return (one for one in plain.leads if one["begun"] < plain.at <= one["closed"])


def _staying(plain: Plain) -> Iterable[Row]:
    return (
        one for one in plain.stays
        if not one["ended"] and one["entered"] < plain.at <= one["left"]
    )  # fmt: skip


def _left(plain: Plain) -> Iterable[Row]:
    return (one for one in plain.stays if not one["ended"] and _in(plain, one["left"]))


def _due(plain: Plain) -> Iterable[Row]:
    for one in plain.rows["task"]:
        if (
            one["state"] != "dropped"
            and one["kind"] != "reminder"
            and _in(plain, ms(one["due_at"]))
        ):
            yield one


def _on_time(task: Row) -> bool:
    return task["state"] == "done" and ms(task["done_at"]) <= ms(task["due_at"])


_SUMS: Mapping[str, Callable[[Plain], Iterable[tuple[Row, int, int]]]] = {
    "golden_hours": _within(4),
    "follow_48": _within(48),
    "first_response": lambda p: (
        (one, one["wait"], 1) for one in p.leads
        if one["wait"] is not None and _in(p, one["assigned"])
    ),
    "flow_in_time": lambda p: _SUMS["first_response"](p),
    "backlog": lambda p: (
        (one, 1, 1) for one in p.leads
        if one["assigned"] < p.at <= one["first"] and p.at <= one["closed"]
    ),
    "open_leads": lambda p: ((one, 1, 1) for one in _open(p)),
    "silent": lambda p: ((o, 1, 1) for o in _open(p) if o["heard"] < p.now - 72 * HOUR),
    "moved_back": lambda p: ((one, 1, 1) for one in _open(p) if one["backs"] >= 2),
    "high_risk": lambda p: (
        (o, 1, 1) for o in _open(p) if o["backs"] >= 2 or o["heard"] < p.now - 72 * HOUR
    ),
    "overdue": lambda p: ((o, 1, 1) for o in _staying(p) if o["stayed"] > o["standard"]),
    "overdue_share": lambda p: ((o, o["stayed"] > o["standard"], 1) for o in _staying(p)),
    "stage_delay": _late("stayed"),
    "stay_excess": _late("charged"),
    "node_hours": lambda p: ((one, one["stayed"], 1) for one in _left(p)),
    "stage_loss": lambda p: ((one, one["lost"], 1) for one in _left(p)),
    "rejection": lambda p: ((one, one["lost"] or one["back"], 1) for one in _left(p)),
    "survival": lambda p: (
        (one, one["survived"], 1) for one in p.leads
        if _in(p, one["begun"]) and one["begun"] <= p.now - 7 * DAY
    ),
    "conversion": lambda p: (
        (one, one["stage"] == "won", 1) for one in p.leads if _in(p, one["closed"])
    ),
    "cycle": lambda p: (
        (one, one["cycle"], 1) for one in p.leads
        if one["cycle"] is not None and _in(p, one["closed"])
    ),
    "handover": lambda p: (
        (one, max(0, one["assigned"] - one["begun"]), 1) for one in p.leads
        if one["handed"] and _in(p, one["begun"])
    ),
    "channel_leads": lambda p: ((one, 1, 1) for one in p.leads if _in(p, one["begun"])),
    "high_intent": lambda p: (
        (one, one["grade"] == "A", 1) for one in p.leads if _in(p, one["begun"])
    ),
    "actions_done": lambda p: ((one, one["state"] == "done", 1) for one in _due(p)),
    "tasks_on_time": lambda p: (
        (one, _on_time(one), 1) for one in _due(p) if ms(one["due_at"]) < p.now
    ),
    "follow_ups": lambda p: (
        (one, 1, 1) for one in p.rows["follow_up"] if _in(p, ms(one["happened_at"]))
    ),
    "visits": lambda p: ((o, 1, 1) for o in p.rows["visit"] if _in(p, ms(o["started_at"]))),
    "cross_team": lambda p: (
        (one, 1, 1) for one in p.rows["approval"] if _in(p, ms(one["asked_at"]))
    ),
    "cross_team_time": lambda p: (
        (one, ms(one["decided_at"]) - ms(one["asked_at"]), 1) for one in p.rows["approval"]
        if _in(p, ms(one["asked_at"])) and one["decided_at"]
    ),
    "nps": lambda p: (
        (one, (one["score"] > 8) - (one["score"] < 7), 1) for one in p.rows["rating"]
        if _in(p, ms(one["scored_on"]))
    ),
    "letters_signed": lambda p: (
        (one, any(tick["done_at"] for tick in ticks), 1) for one in p.leads
        if _in(p, one["closed"]) and (ticks := [
            tick for tick in p.rows["checklist_item"] if tick["lead"] == one["id"]
        ])
    ),
    "channel_spend": lambda p: (
        (o, o["amount"], 1) for o in p.rows["channel_cost"]
        if _in(p, ms(o["starts_on"]))
    ),
}  # fmt: skip
MEASURED = tuple(_SUMS)
_UNITS = {"cycle": 24, "channel_spend": 100}
_SPREAD = ("first_response", "node_hours", "cycle", "handover", "cross_team_time")
_COUNTS = ("cross_team", "backlog", "open_leads", "silent", "moved_back", "high_risk", "overdue",
           "channel_leads", "follow_ups", "visits", "channel_spend")  # fmt: skip


def values(plain: Plain, measure: str, group: str) -> dict[str, float]:
    """The measure by group ("" for all in one), worked out in fractions."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for record, numerator, denominator in sums(plain, measure):
        found[str(record.get(group) or "") if group else ""].append((int(numerator), denominator))
    return {key: float(_value(measure, some)) for key, some in found.items()}


def _value(measure: str, some: list[tuple[int, int]]) -> Fraction:
    top, bottom = sum(n for n, _ in some), sum(d for _, d in some)
    if measure in _SPREAD:
        return Fraction(median(Fraction(n) for n, _ in some)) / (HOUR * _UNITS.get(measure, 1))
    if measure in _COUNTS:
        return Fraction(top, _UNITS.get(measure, 1))
    if measure in ("stage_delay", "stay_excess"):
        return Fraction(top - bottom, bottom)
    if measure == "flow_in_time":
        return Fraction(top, bottom * HOUR)
    return Fraction(100 * top, bottom)
