"""The change log as a replay wants it: what was there at a moment, and every act since.

A record whose history is not here (a device filled by a snapshot) is *estimated*: it appears when
it was created, and its times (first response, stage entered) when they say; the rest of it is as it
is now. How many those are is part of the answer.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Connection, select

from crm_core.clock import ZERO_STAMP, make_stamp, parse_moment, stamp_moment
from crm_core.model.merging import MERGED_INTO
from crm_core.model.query import HIDDEN
from crm_core.model.schema import EntitySpec, Kind, Registry
from crm_core.model.values import Value
from crm_core.rules.replaying.past import Feed, Held, Partial
from crm_core.store.log import oplog
from crm_core.store.schema.sort_keys import shown
from crm_core.store.schema.tables import Tables
from crm_core.sync.change import Operation, Verb

_PAGE = 5_000
_NODE = "0" * 16
Report = Callable[[float], object]
Key = tuple[str, str]


def read_feed(
    connection: Connection,
    tables: Tables,
    registry: Registry,
    entities: Collection[str],
    *,
    since: datetime,
    until: datetime,
    report: Report = lambda _: None,
) -> Feed:
    """Everything about records of these entities in a span of time; `report` may raise to stop."""
    wanted = sorted(name for name in entities if name in registry)
    operations = _operations(connection, tables, wanted, since, until, report)
    about: dict[Key, list[Operation]] = defaultdict(list)
    for one in operations:
        about[one.entity, one.id].append(one)
    start: dict[str, dict[str, Held]] = {}
    made: list[Operation] = []
    for name in wanted:
        start[name], more = _entity(connection, tables, registry.entity(name), about, since, until)
        made += more
    estimated = len({(one.entity, one.id) for one in made})
    ordered = sorted([*operations, *made], key=lambda one: one.hlc)
    first = stamp_moment(operations[0].hlc) if operations else None
    late = first if first is not None and made and first > since else None
    return Feed(since, until, start, tuple(ordered), Partial(estimated, late))


def _operations(
    connection: Connection,
    tables: Tables,
    entities: Collection[str],
    since: datetime,
    until: datetime,
    report: Report,
) -> list[Operation]:
    log = tables.log
    numbers = [n for name in entities if (n := tables.words.find(connection, name)) is not None]
    low, high = (int(one.timestamp() * 1000) << 16 for one in (since, until))
    asked = select(log.c.rid).where(log.c.entity.in_(numbers), log.c.at.between(low, high))
    rids = sorted(connection.scalars(asked))
    found: list[Operation] = []
    for place in range(0, len(rids), _PAGE):
        part = rids[place : place + _PAGE]
        rows = (
            oplog.statement(tables)
            .where(log.c.rid.between(part[0], part[-1]), log.c.entity.in_(numbers))
            .where(log.c.at.between(low, high))
            .order_by(log.c.rid)
        )
        found += [one for _, one in oplog.read(connection, tables, rows)]
        report(place / len(rids))
    return sorted(found, key=lambda one: one.hlc)


def _entity(
    connection: Connection,
    tables: Tables,
    entity: EntitySpec,
    about: Mapping[Key, list[Operation]],
    since: datetime,
    until: datetime,
) -> tuple[dict[str, Held], list[Operation]]:
    """The records of an entity as they were at the beginning, and acts made up for those whose own
    are not here."""
    table = tables.of(entity.name)
    start: dict[str, Held] = {}
    made: list[Operation] = []
    for row in connection.execute(select(*shown(table))):
        values = cast("Mapping[str, Value]", row._mapping)
        held: Held = {
            n: v for n, v in values.items() if n not in HIDDEN and n != "rid" and v is not None
        }
        created = _moment_of(row.created_at)
        own = about.get((entity.name, row.id), ())
        if any(one.verb is Verb.CREATE for one in own):
            continue
        if created < since and (row.alive or held.get(MERGED_INTO) or own):
            start[row.id] = _stepped_back(held, own)
        elif since <= created <= until and row.alive:
            made += _estimated(entity, row.id, _stepped_back(held, own), created)
    return start, made


def _stepped_back(held: Held, own: Collection[Operation]) -> Held:
    """What a record held before the first of these acts."""
    found, seen = dict(held), set[str]()
    for one in own:
        if one.verb is Verb.SET and one.field not in seen:
            seen.add(one.field)
            found[one.field] = one.before
    return found


def _estimated(
    entity: EntitySpec, record_id: str, held: Held, created: datetime
) -> Iterator[Operation]:
    """Acts that lead to what a record holds: it is created, and its later times come when they
    say."""
    late = {
        spec.name: at
        for spec in entity.fields
        if spec.kind is Kind.MOMENT
        and (at := _parsed(held.get(spec.name))) is not None
        and at > created
        and spec.name != entity.moment
    }
    entered = late.get("stage_since")
    values = {name: value for name, value in held.items() if name not in late and name != "id"}
    given = _parsed(held.get("assigned_at"))
    owner = values.pop("owner", None) if given is not None else None
    if entered is not None and (spec := entity.find("stage")) is not None and spec.choices:
        values["stage"] = spec.choices[0].code
    yield _made(entity.name, record_id, Verb.CREATE, created, value=values)
    if given is not None and owner is not None:
        soon = max(given, created + timedelta(milliseconds=1))
        yield _made(entity.name, record_id, Verb.SET, soon, field="owner", value=owner)
    for name, at in sorted(late.items(), key=lambda pair: pair[1]):
        yield _made(entity.name, record_id, Verb.SET, at, field=name, value=held[name])
    if entered is not None and "stage" in held:
        yield _made(
            entity.name, record_id, Verb.SET, entered, field="stage", value=held["stage"],
            before=values.get("stage"),
        )  # fmt: skip


def _made(
    entity: str,
    record_id: str,
    verb: Verb,
    at: datetime,
    *,
    value: Value | dict[str, Value],
    field: str = "",
    before: Value = None,
) -> Operation:
    stamp = make_stamp(int(at.timestamp() * 1000), 0, _NODE)
    return Operation(
        replica=_NODE, replica_seq=1, entity=entity, id=record_id, verb=verb, field=field,
        value=value, before=before, hlc=stamp, base=ZERO_STAMP, actor="",
        group=f"{entity}:{record_id}:{stamp}",
    )  # fmt: skip


def _moment_of(ticks: int) -> datetime:
    return stamp_moment(make_stamp(ticks >> 16, 0, _NODE))


def _parsed(value: Value) -> datetime | None:
    try:
        return parse_moment(value) if isinstance(value, str) else None
    except ValueError:
        return None
