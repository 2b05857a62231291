"""What clocks look at, read in a few statements for many records; the same on laptop and server."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from crm_core.clock import iso_moment
from crm_core.model.query import All, Any, Op, Query, Test, fields_tested
from crm_core.model.schema import EntitySpec
from crm_core.model.values import Record
from crm_core.rules.documents import Document
from crm_core.rules.timekeeping.clock_state import EXEMPTION, Around, ClockState, began, state
from crm_core.rules.timekeeping.clocks import Clock, calendar_of
from crm_core.rules.timekeeping.working_time import Calendar
from crm_core.store.reading.records import chunks, pointing
from crm_core.store.schema.tables import Tables

Find = Callable[[Query], Sequence[Record]]
FindParts = Callable[[Query, Collection[str]], Sequence[Record]]
"""The same of some fields alone, and `rid`."""
Rules = Sequence[Document[Clock]]
Reach = Callable[["Link", Sequence[str], str], Iterable[Record]]
"""(link, where it leads to, first moment or empty) → records that belong there since then."""
SPECIAL_DAY = "special_day"


@dataclass(frozen=True, slots=True)
class Link:
    """Records of `entity` that belong to one with a clock: their `via` is its `mine`."""

    entity: str
    via: str
    mine: str
    since: str = ""
    """Their field that says when it was; only those since the clock began count."""


@dataclass(frozen=True, slots=True)
class Stands:
    """A clock and how it stands for one record."""

    rule: Document[Clock]
    state: ClockState


@dataclass(frozen=True, slots=True)
class CompanyDays:
    """The company's own days off and on."""

    closed: frozenset[date] = frozenset()
    opened: frozenset[date] = frozenset()

    def calendar(self, rule: Document[Clock]) -> Calendar:
        """The calendar a clock counts by."""
        return calendar_of(rule.body, self.closed, self.opened)


def company_days(find: Find) -> CompanyDays:
    """As the organisation keeps them."""
    by_kind: dict[object, set[date]] = defaultdict(set)
    for one in find(Query(SPECIAL_DAY)):
        by_kind[one.get("kind")].add(date.fromisoformat(str(one["day"])))
    return CompanyDays(frozenset(by_kind["off"]), frozenset(by_kind["on"]))


def links_of(rule: Document[Clock], entity: EntitySpec) -> Iterator[Link]:
    """Through what other records concern a clock."""
    for one in rule.body.related():
        yield Link(one.entity, one.via, one.mine or "id", one.moment)
    if rule.body.exemptible:
        if entity.name in ("lead", "opportunity", "customer"):
            yield Link(EXEMPTION, entity.name, "id", "until")
        if entity.find("customer") is not None:
            yield Link(EXEMPTION, "customer", "customer", "until")


def around(
    find: Find,
    rules: Rules,
    entity: EntitySpec,
    records: Collection[Record],
    *,
    wanted_of: Callable[[Document[Clock], Record], bool] = lambda _rule, _record: True,
    find_parts: FindParts | None = None,
    reach: Reach | None = None,
) -> Around:
    """What belongs to these records, as far as the clocks look at it; `wanted_of` says which clock
    of which record is of interest. With `find_parts` no more is read of what stops a clock or lets
    it begin anew than that takes, and its `id` is its row's, not its own. `reach`: in place of
    `find`, which makes a new statement each time."""
    wanted, first = _wanted(rules, entity, records, wanted_of)
    found: dict[str, dict[str, Record]] = defaultdict(dict)
    for link, ids in wanted.items():
        for part in chunks(sorted(ids)):
            where = All((Test(link.via, Op.IN, tuple(part)), _since(link, first)))
            query = Query(link.entity, where)
            some: Iterable[Record]
            if reach is not None:
                some = reach(link, part, iso_moment(first) if first is not None else "")
            elif find_parts is None or link.entity == EXEMPTION:
                some = find(query)
            else:
                read = find_parts(query, _looked_at(rules, link))
                some = [{**one, "id": str(one["rid"])} for one in read]
            found[link.entity].update((str(one["id"]), one) for one in some)
    return {name: tuple(some.values()) for name, some in found.items()}


def _wanted(
    rules: Rules, entity: EntitySpec, records: Collection[Record],
    wanted_of: Callable[[Document[Clock], Record], bool],
) -> tuple[dict[Link, set[str]], datetime | None]:  # fmt: skip
    """By link, where it leads to; and when the first of these clocks began."""
    wanted: dict[Link, set[str]] = defaultdict(set)
    first: datetime | None = None
    for rule in rules:
        links = tuple(links_of(rule, entity))
        for record in records:
            begun = began(rule.body, record)
            if begun is None or not wanted_of(rule, record):
                continue
            first = begun if first is None else min(first, begun)
            for link in links:
                if record.get(link.mine):
                    wanted[link].add(str(record[link.mine]))
    return wanted, first


def _looked_at(rules: Rules, link: Link) -> set[str]:
    """The fields of what is linked that a clock asks for."""
    found = {link.via, link.since}
    for one in (one for rule in rules for one in rule.body.related()):
        if one.entity == link.entity:
            found |= {one.via, one.moment, *fields_tested(one.when.condition)}
    return found


def _since(link: Link, first: datetime | None) -> Any | All:
    if first is None or not link.since:
        return All()
    late = Test(link.since, Op.GE, iso_moment(first))
    return Any((late, Test(link.since, Op.EQ, None)))


def reaching(connection: Connection, tables: Tables) -> Reach:
    """What belongs to records, by statements that are put into words once."""

    def reach(link: Link, ids: Sequence[str], first: str) -> Iterable[Record]:
        since = link.since if first else ""
        return pointing(connection, tables, link.entity, link.via, ids, since=since, first=first)

    return reach


def sorted_out(
    rules: Rules, entity: EntitySpec, records: Collection[Record], near: Around
) -> dict[str, Around]:
    """By record, what of `near` concerns it: so that nobody looks at all of it for each."""
    found: dict[str, dict[str, dict[str, Record]]] = defaultdict(lambda: defaultdict(dict))
    for link in {link for rule in rules for link in links_of(rule, entity)}:
        at: dict[object, list[Record]] = defaultdict(list)
        for other in near.get(link.entity, ()):
            at[other.get(link.via)].append(other)
        for record in records:
            for other in at.get(record.get(link.mine), ()) if record.get(link.mine) else ():
                found[str(record["id"])][link.entity][str(other["id"])] = other
    return {
        one: {name: tuple(some.values()) for name, some in by.items()} for one, by in found.items()
    }


def standings(
    find: Find,
    rules: Rules,
    entity: EntitySpec,
    records: Collection[Record],
    now: datetime,
) -> Mapping[str, tuple[Stands, ...]]:
    """How every clock of an entity stands for these records."""
    if not rules or not records:
        return {}
    days = company_days(find)
    near = sorted_out(rules, entity, records, around(find, rules, entity, records))
    calendars = {rule.id: days.calendar(rule) for rule in rules}
    return {
        str(record["id"]): tuple(
            Stands(
                rule,
                state(rule.body, record, near.get(str(record["id"]), {}), now, calendars[rule.id]),
            )
            for rule in rules
        )
        for record in records
    }
