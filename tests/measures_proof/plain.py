"""An organisation once more, slowly and plainly: journeys and events from records and histories.

Shares nothing with the product's facts or SQL; the only things taken over are what ships of stages
and the word for a letter.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from crm_core.clock import stamp_millis
from crm_core.insight.standards import SHIPPED
from crm_core.rules.stocked.automations_shipped import LETTER
from crm_core.store.replica import Replica
from crm_core.sync.change import Operation, Verb

Row = dict[str, Any]
NEVER = 10**18
HOUR = 3_600_000
DAY = 24 * HOUR
ENDS = ("won", "lost")
REACHED = ("called", "sent", "visited", "booked", "quoted", "signed")
Stages = tuple[int, list[str], dict[str, int]]
"""From when, in which order, for how many hours."""
_READ = ("lead", "opportunity", "customer", "follow_up", "visit", "task", "exemption",
         "channel_cost", "usage", "user", "approval", "rating", "checklist_item",
         "rule_version", "content_push", "role")  # fmt: skip

_EVENTS = {"follow_up": ("happened_at", "action"), "visit": ("started_at", "purpose"),
           "task": ("due_at", "state"), "approval": ("asked_at", "state"),
           "rating": ("scored_on", "score"), "content_push": ("sent_at", "state")}  # fmt: skip
"""Entity → when, and what was done."""


def ms(written: object) -> int:
    """A moment or a Chinese date in milliseconds, NEVER for nothing."""
    if not isinstance(written, str):
        return NEVER
    if len(written) == 10:
        written += "T00:00:00+08:00"
    return round(datetime.fromisoformat(written).astimezone(UTC).timestamp() * 1000)


class Plain:
    """Everything there is, as of one moment and over one period (milliseconds)."""

    def __init__(self, replica: Replica, start: int, end: int, now: int) -> None:
        self.start, self.end, self.now, self.at = start, end, now, min(end, now)
        self._all = {name: _rows(replica, name) for name in _READ}
        self._stages = {name: self._published(name) for name in SHIPPED.order}
        self.leads = [self._journey(replica, "lead", row) for row in self._living("lead")]
        self.deals = [self._journey(replica, "opportunity", r) for r in self._living("opportunity")]
        self.stays = [stay for lead in self.leads for stay in lead["stays"]]
        self.events = {name: list(self._events(name)) for name in _EVENTS}
        self.costs = [
            row | {"owner": None, "at": ms(row["starts_on"])}
            for row in self._living("channel_cost")
        ]
        self.uses = [
            row | {"owner": row["user"], "at": ms(row["used_at"]),
                   "action": "article" if row["article"] else "quick_reply"}
            for row in self._living("usage")
        ]  # fmt: skip
        self.due = [
            row | {"at": ms(row["next_contact_on"]), "action": row["state"]}
            for row in self._living("customer") if row["next_contact_on"]
        ]  # fmt: skip

    def moved(self, start: int, end: int) -> "Plain":
        """The same over another period."""
        other = Plain.__new__(Plain)
        vars(other).update(vars(self))
        other.start, other.end, other.at = start, end, min(end, self.now)
        other.stays = [
            stay | {"stayed": _stayed(stay, other.at)}
            for lead in self.leads for stay in lead["stays"]
        ]  # fmt: skip
        return other

    def team(self, person: object) -> object:
        """The team of a person, be it one who left."""
        return next((row["team"] for row in self._all["user"] if row["id"] == person), None)

    def lends_a_hand(self, person: object) -> bool:
        """Whether somebody's role is outside sales."""
        whose = next((row["role"] for row in self._all["user"] if row["id"] == person), None)
        outside = [row["code"] for row in self._living("role") if row["outside_sales"]]
        return whose in outside

    def _living(self, entity: str) -> list[Row]:
        return [row for row in self._all[entity] if row["alive"]]

    def _met(self, entity: str, record: object) -> Row | None:
        """The record that is met where a reference points: the end of its merges."""
        by_id, seen = {row["id"]: row for row in self._all[entity]}, [record]
        while (row := by_id.get(seen[-1])) and row["merged_into"]:
            if row["merged_into"] in seen:
                return by_id.get(record)
            seen.append(row["merged_into"])
        return by_id.get(seen[-1])

    def _around(self, customer: object) -> tuple[str, str]:
        """(industry, city) of a customer."""
        row = self._met("customer", customer) or {}
        return row.get("industry") or "", row.get("city") or ""

    # -- stages --------------------------------------------------------------------------------

    def _published(self, entity: str) -> list[Stages]:
        """What the stages of leads or opportunities were, oldest first; what ships at all times."""
        hours = {stage: round(h) for (of, stage), h in SHIPPED.hours.items() if of == entity}
        found: list[Stages] = [(-NEVER, list(SHIPPED.order[entity]), hours)]
        versions = [row for row in self._living("rule_version")
                    if not row["trial_team"] and not row["withdrawn"]]  # fmt: skip
        for row in sorted(versions, key=lambda one: (ms(one["published_at"]), one["id"])):
            rules = [
                one for one in json.loads(row["body"])["rules"]
                if one["kind"] == "stage" and one["entity"] == entity
            ]  # fmt: skip
            rules.sort(key=lambda one: (one["position"], one["id"]))
            used = {one["body"]["code"]: one["body"].get("standard_hours", 0) for one in rules
                    if one["active"] and one["body"]["code"] not in ENDS}  # fmt: skip
            found.append((ms(row["published_at"]), [*used, *ENDS], used))
        return found

    # -- journeys ------------------------------------------------------------------------------

    def _journey(self, replica: Replica, entity: str, row: Row) -> Row:
        history = replica.history(entity, row["id"])
        made = next(one for one in history if one.verb is Verb.CREATE)
        begun = ms(row.get("received_at"))
        begun = stamp_millis(made.hlc) if begun == NEVER else begun
        industry, city = self._around(row["customer"])
        one = {**row, "begun": begun, "industry": industry, "city": row.get("city") or city}
        one["exempt"] = self._exempt(entity, row)
        one["stays"] = _stays(self._stages[entity], one, made, history, self.at)
        one["backs"] = sum(stay["back"] for stay in one["stays"])
        last = one["stays"][-1]
        one["closed"] = last["entered"] if last["ended"] else NEVER
        one["won"] = last["stage"] == "won"
        self._touched(entity, one)
        if entity == "lead":
            self._outcome(one)
        return one

    def _exempt(self, entity: str, row: Row) -> list[tuple[int, int]]:
        """Each once, in order, those that overlap made one."""
        spans: list[tuple[int, int]] = []
        for one in self._living("exemption"):
            wide = not one["lead"] and not one["opportunity"]
            mine = one[entity] == row["id"]
            mine = mine or (wide and bool(row["customer"]) and one["customer"] == row["customer"])
            begin, end = ms(one["since"]), min(ms(one["until"]), ms(one["ended_at"]))
            spans += [(begin, end)] if mine and begin < end < NEVER else []
        joined: list[tuple[int, int]] = []
        for begin, end in sorted(spans):
            if joined and begin <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((begin, end))
        return joined

    def _touches(self, lead: Row) -> list[tuple[int, str, bool, int]]:
        found = []
        for name, at, what in (("follow_up", "happened_at", "action"),
                               ("visit", "started_at", "purpose")):  # fmt: skip
            for one in self._living(name):
                about = self._met("lead", one["lead"]) if one["lead"] else None
                if about is not None and about["id"] == lead["id"] and ms(one[at]) != NEVER:
                    who = ("", "us", "customer").index(one.get("begun_by") or "")
                    found.append((ms(one[at]), one[what] or "", name == "visit", who))
        return sorted(found)

    def _touched(self, entity: str, one: Row) -> None:
        touches = self._touches(one) if entity == "lead" else []
        begun, assigned = one["begun"], ms(one.get("assigned_at"))
        one["handed"] = assigned != NEVER
        one["assigned"] = begun if assigned == NEVER else assigned
        first = min([ms(one.get("first_response_at")), *(at for at, *_ in touches)])
        contact = min(first, _came(one, "touched" if entity == "lead" else "contact"))
        visit = min((at for at, _, seen, _ in touches if seen), default=NEVER)
        later = [(at, what) for at, what, *_ in touches if at >= contact]
        met = [(at, who) for at, what, seen, who in touches if seen or what in REACHED]
        one["second_at"], said = met[1] if len(met) > 1 else (NEVER, 0)
        one["second_by"] = None if not said else said == 2
        brief = min((at for at, what in later if what in ("sent", "booked", "demo")), default=NEVER)
        real = min((at for at, what in later if what in REACHED), default=NEVER)
        one["first"], one["contact"] = first, contact
        one["wait"] = _waited(one["assigned"], first)
        one["visit_wait"] = _waited(one["assigned"], visit)
        one["demo_wait"] = _waited(contact, _came(one, "proposal"))
        one["brief_wait"] = _waited(contact, brief)
        one["effective"] = _waited(contact, real)
        one["heard"] = max([begun, *(at for at, *_ in touches), *(e for _, e in one["exempt"])])
        week = begun + 7 * DAY
        alive = one["won"] or one["closed"] > week
        one["survived"] = alive and min([first, *(at for at, *_ in touches)]) <= week
        one["cycle"] = _waited(begun, one["closed"]) if one["won"] else None

    def _outcome(self, lead: Row) -> None:
        deals = [
            deal["id"] for deal in self._living("opportunity")
            if lead["customer"] and deal["customer"] == lead["customer"]
        ]  # fmt: skip
        letters = [
            task["state"] == "done" for task in self._living("task")
            if task["lead"] == lead["id"] and LETTER in task["title"]
        ]  # fmt: skip
        letters += [
            tick["done_at"] is not None for tick in self._living("checklist_item")
            if LETTER in (tick["label"] or "")
            and (tick["lead"] == lead["id"] or tick["opportunity"] in deals)
        ]  # fmt: skip
        lead["letter"] = any(letters) if letters else None
        lead["matched"], lead["earned"] = None, 0
        bought = [
            deal for deal in self._living("opportunity")
            if lead["customer"] and deal["customer"] == lead["customer"] and deal["stage"] == "won"
        ]  # fmt: skip
        if lead["stage"] != "won" or not bought:
            return
        wanted = (lead["interest"] or "").strip()
        products = {product for deal in bought for product in deal["products"] or ()}
        if wanted and products:
            lead["matched"] = any(wanted in one or one in wanted for one in products)
        same = [one for one in self._living("lead") if one["customer"] == lead["customer"]]
        if min(same, key=lambda one: int(one["rid"]))["id"] == lead["id"]:
            lead["earned"] = sum(deal["amount"] or 0 for deal in bought)

    # -- events --------------------------------------------------------------------------------

    def _events(self, name: str) -> Iterable[Row]:
        at, what = _EVENTS[name]
        for row in self._living(name):
            industry, city = self._around(row["customer"]) if row["customer"] else ("", "")
            lead = self._met("lead", row["lead"]) if row.get("lead") else None
            one = {**row, "at": ms(row[at]), "action": row[what], "about": lead,
                   "done": ms(row.get("done_at"))}  # fmt: skip
            if name == "approval":
                one |= {"owner": row["asked_by"], "took": _waited(one["at"], ms(row["decided_at"]))}
            if name == "content_push":
                one["took"] = _fits(row["title"], lead)
            if name == "task" and row["kind"] == "reminder":
                one["action"] = "reminder"
            if lead is not None:
                its, town = self._around(lead["customer"]) if lead["customer"] else ("", "")
                industry, city = its or industry, lead["city"] or town or city
                one["source"] = lead["source"]
            yield one | {"industry": industry, "city": city}


def _rows(replica: Replica, entity: str) -> list[Row]:
    """All rows, the dead as well."""
    table = replica.tables.of(entity)
    rows = replica.read(lambda c: c.execute(select(table)).mappings().all())
    return [{"merged_into": None, **row} for row in rows]


def _then(stages: Sequence[Stages], moment: int) -> Stages:
    return [one for one in stages if one[0] <= moment][-1]


def _standard(stages: Sequence[Stages], stage: str, moment: int) -> int:
    """By what was in force, else the last that knew the stage, else the first that will."""
    before = [hours[stage] for at, _, hours in stages if at <= moment and stage in hours]
    after = [hours[stage] for at, _, hours in stages if at > moment and stage in hours]
    return ([*after[:1], *before] or [0])[-1] * HOUR


def _stays(
    rules: Sequence[Stages], row: Row, made: Operation, history: Sequence[Operation], at: int
) -> list[Row]:
    """One a stage, in the order of time; without moves, in its stage since it says so."""
    moves = [one for one in history if one.verb is Verb.SET and one.field == "stage"]
    moves.sort(key=lambda one: one.hlc)
    steps: list[tuple[Any, Any]] = [(row["begun"], made.created_values["stage"])]
    if not moves:
        since = ms(row["stage_since"])
        steps = [(row["begun"] if since == NEVER else since, row["stage"])]
    latest = steps[0][0]
    for move in moves:
        latest = max(latest, stamp_millis(move.hlc))
        if move.value != steps[-1][1]:
            steps.append((latest, move.value))
    stays = []
    for place, (entered, stage) in enumerate(steps):
        left, after = steps[place + 1] if place + 1 < len(steps) else (NEVER, None)
        order = _then(rules, left)[1]
        known = after in order and stage in order and stage not in ENDS and after not in ENDS
        stay = {
            **row, "stage": stage, "entered": entered, "left": left, "lead_stage": row["stage"],
            "standard": 0 if stage in ENDS else _standard(rules, str(stage), entered),
            "back": known and order.index(str(after)) < order.index(str(stage)),
            "lost": after == "lost" and stage != "won", "ended": stage in ENDS,
        }  # fmt: skip
        stays.append(stay | {"stayed": _stayed(stay, at)})
    return stays


def _stayed(stay: Mapping[str, Any], at: int) -> int:
    """Milliseconds up to then, without those in which no time counts."""
    ended = min(stay["left"], at)
    cut = [
        (max(begin, stay["entered"]), min(end, stay["left"]))
        for begin, end in stay["exempt"] if begin < stay["left"] and end > stay["entered"]
    ]  # fmt: skip
    held = sum(end - begin for begin, end in cut[:-1])
    held += max(0, min(cut[-1][1], ended) - cut[-1][0]) if cut else 0
    return max(0, int(ended) - int(stay["entered"]) - int(held))


def _fits(title: str, lead: Row | None) -> bool | None:
    """Whether a page or paper that was looked at and what was sent name each other."""
    seen = [*(lead["visited_pages"] or ()), *(lead["downloads"] or ())] if lead else []
    seen = [one.lower().strip() for one in seen if len(one.strip()) > 1]
    if not seen or len(title.strip()) < 2:
        return None
    return any(one in title.lower() or title.lower().strip() in one for one in seen)


def _came(journey: Row, stage: str) -> int:
    return next((int(one["entered"]) for one in journey["stays"] if one["stage"] == stage), NEVER)


def _waited(start: int, end: int) -> int | None:
    return None if NEVER in (start, end) else max(0, end - start)


def day_of(moment: int) -> date:
    """The day in China."""
    return (datetime.fromtimestamp(moment / 1000, UTC) + timedelta(hours=8)).date()
