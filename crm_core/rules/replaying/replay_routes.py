"""Routing in a replay: whose every lead would have become, had a draft given them out (row 2.3).

Who gets a lead depends on who holds how much, so here, and here alone, a replay keeps what it
would have done: a lead it gave to somebody is theirs until a person of the past gives it to
somebody else or back. A lead that waits with it becomes whose it became when somebody claimed it.
Whoever is there and away is as it was at the time.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from crm_core.clock import CHINA
from crm_core.model.schema import Label
from crm_core.model.values import Record
from crm_core.rules.grading import waiting_for_owner
from crm_core.rules.pools import Lead, Office, Person
from crm_core.rules.replaying.past import Past
from crm_core.rules.replaying.replay import Fired, Heard, Timer
from crm_core.rules.routing import (
    GIVEN,
    ROUTED,
    Routed,
    lead_of,
    looked_at,
    pool_of,
    route,
    waits,
)
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.timekeeping.working_time import Calendar
from crm_core.sync.change import Operation, Verb

_AGAIN = timedelta(hours=1)
"""How often leads that nobody could take are asked about again."""
_AT_A_TIME = 500
_OFFICE = ("user", "territory", "absence")


@dataclass(slots=True)
class _Books:
    """Who holds what as this set of rules has it."""

    given: dict[str, str] = field(default_factory=dict)
    """Lead → whose it is by these rules, or nobody's yet; others are whose the past says."""
    pools: dict[str, str] = field(default_factory=dict)
    counted: dict[str, str] = field(default_factory=dict)
    """Lead → in whose load it is."""
    load: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    day: date = date.min

    def owner(self, record: Record) -> str:
        """Whose a lead is; empty: nobody's."""
        return self.given.get(str(record["id"]), str(record.get("owner") or ""))

    def count(self, record_id: str, record: Record | None) -> bool:
        """Put a lead into the load of whoever holds it; whether somebody has more room now."""
        waiting = (
            record is not None
            and record.get("stage") == "captured"
            and record.get("first_response_at") is None
        )
        owner = self.owner(record) if record is not None and waiting else ""
        before = self.counted.pop(record_id, "")
        if owner:
            self.counted[record_id] = owner
        if owner == before:
            return False
        self.load[before] -= 1
        self.load[owner] += 1
        return bool(before)

    def give(self, user: str, day: date) -> None:
        """One more today."""
        if self.day != day:
            self.taken.clear()
            self.day = day
        self.taken[user] += 1


class RouteReplay:
    """Routes and pools of a whole set: the first rule that holds decides, so none stands alone."""

    def __init__(
        self, rules: RuleSet, closed: Collection[date] = (), opened: Collection[date] = ()
    ) -> None:
        self._rules, self._fields = rules, looked_at(rules)
        self._calendar = Calendar(closed=frozenset(closed), opened=frozenset(opened))
        self._books = _Books()
        self._waiting: dict[str, None] = {}
        """Leads in pools that give out what they have, where nobody could take them."""
        self._people: dict[str, Person] | None = None
        self._room = False
        self._timed = False

    @property
    def entities(self) -> frozenset[str]:
        """Leads, and who is there to take them."""
        return frozenset({ROUTED, *_OFFICE})

    @property
    def looks_at(self) -> frozenset[str]:
        """What is known of a lead's customer, and which team somebody is of."""
        return frozenset({"customer", "opportunity", "team"})

    def begin(self, past: Past) -> Heard:
        """Who holds what at the beginning, and what waits."""
        for record in past.every(ROUTED):
            record_id = str(record["id"])
            self._books.count(record_id, record)
            if waits(record):
                self._wait(record_id, str(record.get("pool") or ""))
        yield from self._again(past)

    def on_act(self, operations: Sequence[Operation], past: Past) -> Heard:
        """Leads that came in, were given back or changed what they are judged by."""
        if any(one.entity in _OFFICE for one in operations):
            self._people, self._room = None, True
        mine = [one for one in operations if one.entity == ROUTED]
        before = {one.id: self._books.given.get(one.id, "") for one in mine}
        for one in mine:
            self._follow(one)
            self._room |= self._books.count(one.id, past.get(ROUTED, one.id))
        asked = waiting_for_owner(mine, self._fields)
        refused = {i: before[i] or by if by else "" for i, by in asked.items()}
        yield from self._give(refused, past)
        yield from self._again(past)

    def on_timer(self, timer: Timer, past: Past) -> Heard:
        """Somebody may be back, or have room again."""
        del timer
        self._timed = False
        if self._room or past.now.astimezone(CHINA).date() != self._books.day:
            self._room = False
            yield from self._give(dict.fromkeys([*self._waiting][:_AT_A_TIME], ""), past)
        yield from self._again(past)

    # -- inside --------------------------------------------------------------------------------

    def _follow(self, one: Operation) -> None:
        """What people of the past did with a lead counts; what rules of the past did does not."""
        given = self._books.given
        if one.verb is Verb.DELETE:
            given.pop(one.id, None)
            self._waiting.pop(one.id, None)
        elif one.field == "owner" and one.id in given and one.reason != GIVEN:
            if one.before is None and given[one.id]:
                return  # A claim of what by these rules had been given to somebody already.
            given.pop(one.id)
            self._waiting.pop(one.id, None)

    def _again(self, past: Past) -> Iterator[Timer]:
        if self._waiting and not self._timed:
            self._timed = True
            yield Timer(past.now + _AGAIN, "")

    def _give(self, asked: dict[str, str], past: Past) -> Iterator[Fired]:
        found = ((one, past.get(ROUTED, one)) for one in asked)
        leads = [
            self._lead({**record, "owner": self._books.owner(record) or None}, asked[one], past)
            for one, record in found
            if record is not None
        ]
        leads = [one for one in leads if waits(one.record)]
        if not leads:
            return
        office = self._office(past)
        for lead in sorted(leads, key=lambda x: (str(x.record.get("received_at")), x.record["id"])):
            verdict = route(self._rules, lead, office, past.now)
            yield from self._given(lead, verdict, past)

    def _given(self, lead: Lead, found: Routed, past: Past) -> Iterator[Fired]:
        record_id, books = str(lead.record["id"]), self._books
        known = record_id in books.given and books.pools.get(record_id) == found.pool
        books.given[record_id], books.pools[record_id] = found.owner, found.pool
        self._waiting.pop(record_id, None)
        if found.owner:
            books.count(record_id, past.get(ROUTED, record_id))
            books.give(found.owner, past.now.astimezone(CHINA).date())
        else:
            self._wait(record_id, found.pool)
            if known:
                return  # It waits where it waited.
        label = pool.label if (pool := pool_of(self._rules, found.pool)) else Label("—", "—")
        person = self._people.get(found.owner) if self._people and found.owner else None
        yield Fired(
            found.rule or GIVEN, ROUTED, record_id, past.now, found.label(),
            (found.owner,) if found.owner else (), found.owner or found.pool, judged=False,
            result=Label(person.name, person.name) if person else label,
        )  # fmt: skip

    def _wait(self, record_id: str, pool_id: str) -> None:
        pool = pool_of(self._rules, pool_id)
        if pool is not None and pool.body.assigns:
            self._waiting[record_id] = None

    def _lead(self, record: Record, refused: str, past: Past) -> Lead:
        customer_id = record.get("customer")
        customer = past.get("customer", customer_id) if isinstance(customer_id, str) else None
        deals: dict[str, int] = defaultdict(int)
        if customer is not None:
            if customer.get("owner"):
                deals[str(customer["owner"])] += 1
            for deal in past.at("opportunity", "customer", customer["id"]):
                if deal.get("stage") == "won" and deal.get("owner"):
                    deals[str(deal["owner"])] += 1
        lead = lead_of(record, customer, deals)
        return Lead(lead.record, lead.deals, frozenset({refused} - {""}))

    def _office(self, past: Past) -> Office:
        day = past.now.astimezone(CHINA).date()
        if self._people is None:
            self._people = _people(past)
        if self._books.day != day:
            self._books.taken.clear()
            self._books.day = day
        return Office(
            people=self._people, absent=_absent(past, day), load=self._books.load,
            taken=self._books.taken, workday=self._calendar.works_on(day),
        )  # fmt: skip


def _people(past: Past) -> dict[str, Person]:
    territories = list(past.every("territory"))
    below: dict[str, list[str]] = defaultdict(list)
    for one in territories:
        below[str(one.get("parent") or "")].append(str(one["id"]))
    names = {str(one["id"]): str(one["name"]) for one in territories}
    return {
        str(one["id"]): Person(
            str(one["id"]), str(one.get("name") or one["id"]), str(one.get("team") or ""),
            str(one.get("role") or "rep"), _regions(str(one.get("territory") or ""), names, below),
        )
        for one in past.every("user")
        if one.get("active") is not False
    }  # fmt: skip


def _regions(top: str, names: dict[str, str], below: dict[str, list[str]]) -> frozenset[str]:
    """The names of a territory and of those below it; a circle is followed once."""
    reached: set[str] = set()
    fresh: Iterable[str] = [top] if top in names else ()
    while fresh:
        reached |= set(fresh)
        fresh = {child for one in fresh for child in below[one]} - reached
    return frozenset(names[one] for one in reached)


def _absent(past: Past, day: date) -> frozenset[str]:
    on = day.isoformat()
    return frozenset(
        str(one.get("user"))
        for one in past.every("absence")
        if str(one.get("from_on") or "") <= on <= str(one.get("until_on") or "")
    )
