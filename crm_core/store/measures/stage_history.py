"""The definitions of stages as they were published, and which facts a new one makes untrue.

What a version says of stages is read once and noted in the database: bodies may be megabytes, and
most versions change no stage. Versions on trial with a team and withdrawn ones count as never
published: boards compare people, and one person must not be measured by other hours (decision 077).
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, and_, literal, or_, select

from crm_core.insight.framing import Standards
from crm_core.insight.stage_history import StageHistory, history_of
from crm_core.insight.standards import SHIPPED
from crm_core.rules.published import SHIPPED_SET
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.stage_plan import STAGED, in_use
from crm_core.rules.stages import LOST, WON
from crm_core.store.engines import kept, meta
from crm_core.store.measures.fact_words import KnownWords, millis_of
from crm_core.store.ruling import rule_versions
from crm_core.store.ruling.rule_book import VERSION
from crm_core.store.schema.expressions import living
from crm_core.store.schema.fact_tables import KIND
from crm_core.store.schema.tables import Tables

Heads = tuple[tuple[str, int], ...]
"""(version, when it was published), in order."""
_NOTED = "facts_stages"
_ENDS = frozenset({WON, LOST})


def heads(connection: Connection, tables: Tables) -> Heads:
    """The versions that boards go by."""

    def read() -> Heads:
        held = tables.of(VERSION)
        rows = connection.execute(
            select(held.c.id, held.c.published_at).where(
                living(held),
                held.c.trial_team.is_(None),
                or_(held.c.withdrawn.is_(None), ~held.c.withdrawn),
            )
        )
        moments = ((millis_of(row.published_at), str(row.id)) for row in rows)
        ordered = sorted((at, version) for at, version in moments if at is not None)
        return tuple((version, at) for at, version in ordered)

    return kept.once(connection, tables, "heads of stages", read)


def settled(connection: Connection, tables: Tables) -> bool:
    """Whether the facts here were made by the versions there are."""
    noted = meta.get(connection, tables, _NOTED, [])
    return heads(connection, tables) == tuple((one[0], one[1]) for one in noted)


def settle(connection: Connection, tables: Tables) -> None:
    """Note the versions there are, and mark the journeys whose facts come out otherwise by them."""
    noted = meta.get(connection, tables, _NOTED, [])
    anew = _now(connection, tables, noted)
    meta.put(connection, tables, _NOTED, anew)
    before, after = _history(noted), _history(anew)
    since = after.differs_from(before)
    if since is not None:
        _mark(connection, tables, since, sorted(after.renamed(before, since)))


def published(connection: Connection, tables: Tables) -> StageHistory:
    """By what was published until now, whether or not the facts here go by it already."""
    return _history(_now(connection, tables, meta.get(connection, tables, _NOTED, [])))


def history(connection: Connection, tables: Tables) -> StageHistory:
    """By what the facts here are made."""
    return _history(meta.get(connection, tables, _NOTED, []))


def standards_of(rules: RuleSet) -> Standards:
    """Order and hours of the stages in use; an end has no hours, and comes last."""
    found = {entity: in_use(rules, entity) for entity in STAGED}
    return Standards(
        hours={
            (entity, one.code): float(one.standard_hours)
            for entity, bodies in found.items() for one in bodies if one.code not in _ENDS
        },
        order={entity: tuple(one.code for one in bodies) for entity, bodies in found.items()},
        weights=SHIPPED.weights,
    )  # fmt: skip


def _now(connection: Connection, tables: Tables, noted: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """[version, when, what it says of stages] of the versions there are; those noted are not read
    again."""
    known = {one[0]: one[2] for one in noted}
    return [
        [version, at, known.get(version) or _written(
            standards_of(rule_versions.set_of(connection, tables, version))
        )]
        for version, at in heads(connection, tables)
    ]  # fmt: skip


def _history(noted: Sequence[Sequence[Any]]) -> StageHistory:
    return history_of(standards_of(SHIPPED_SET), [(one[1], _read(one[2])) for one in noted])


def _written(standards: Standards) -> dict[str, list[list[Any]]]:
    return {
        entity: [[stage, standards.hours.get((entity, stage))] for stage in stages]
        for entity, stages in standards.order.items()
    }


def _read(written: dict[str, list[list[Any]]]) -> Standards:
    return Standards(
        hours={
            (entity, stage): hours
            for entity, stages in written.items() for stage, hours in stages if hours is not None
        },
        order={entity: tuple(one[0] for one in stages) for entity, stages in written.items()},
        weights=SHIPPED.weights,
    )  # fmt: skip


def _mark(
    connection: Connection, tables: Tables, since: int, renamed: Sequence[tuple[str, str]]
) -> None:
    """Journeys that moved since then, began since, or were in such a stage."""
    facts = tables.facts
    stay, journey = facts.stage.c, facts.journey.c
    numbers = KnownWords(connection, tables).numbers([stage for _, stage in renamed])
    for entity in STAGED:
        number = tables.words.number(connection, entity)
        kind = KIND[entity]
        # Whoever left a stage since then has come into another: `until` only shortens the search.
        since_then = and_(stay.until >= since, stay.entered >= since)
        found = select(stay.rec).where(stay.kind == kind, stay.ended.in_((0, 1)), since_then)
        begun = select(journey.rec).where(journey.kind == kind, journey.received >= since)
        parts = [found, begun]
        named = [numbers[stage] for of, stage in renamed if of == entity and stage in numbers]
        if named:
            parts.append(select(stay.rec).where(stay.kind == kind, stay.stage.in_(named)))
        stale = facts.stale
        for part in parts:
            rec = part.subquery().c.rec
            waits = select(stale.c.rec).where(stale.c.entity == number)
            marked = select(literal(number), rec).where(rec.not_in(waits)).distinct()
            connection.execute(stale.insert().from_select(["entity", "rec"], marked))
