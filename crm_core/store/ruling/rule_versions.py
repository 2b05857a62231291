"""Published sets of rules: which there are, without their bodies, and one body at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select

from crm_core.model.query import Query, Sort
from crm_core.rules.published import SHIPPED_SET, read_set
from crm_core.rules.ruleset import RuleSet
from crm_core.store.reading import records
from crm_core.store.ruling.rule_book import VERSION, log
from crm_core.store.schema.expressions import living
from crm_core.store.schema.tables import Tables


@dataclass(frozen=True, slots=True)
class Version:
    """What a published set is called and whom it is for."""

    id: str
    number: int
    """Counted from the first that is known here."""
    note: str
    author: str
    """Id of a user, or empty."""
    at: str
    trial_team: str
    withdrawn: bool
    in_force: bool = False
    """Whether somebody goes by it now: everybody, or the team it is on trial with."""


_HEAD = ("id", "name", "author", "published_at", "trial_team", "withdrawn")


def versions(connection: Connection, tables: Tables) -> tuple[Version, ...]:
    """All that are known, the newest first. Their bodies may be megabytes and stay where they
    are."""
    table = tables.of(VERSION)
    rows = connection.execute(
        select(*(table.c[name] for name in _HEAD))
        .where(living(table))
        .order_by(table.c.published_at, table.c.id)
    )
    found = [
        Version(
            id=row.id, number=number, note=row.name or "", author=row.author or "",
            at=row.published_at or "", trial_team=row.trial_team or "",
            withdrawn=bool(row.withdrawn),
        )
        for number, row in enumerate(rows, start=1)
    ]  # fmt: skip
    obeyed = _in_force(found)
    return tuple(
        Version(
            one.id, one.number, one.note, one.author, one.at, one.trial_team, one.withdrawn,
            one.id in obeyed,
        )
        for one in reversed(found)
    )  # fmt: skip


def _in_force(found: list[Version]) -> set[str]:
    """The newest for everybody, and per team the newest on trial that is newer still."""
    obeyed: set[str] = set()
    teams: set[str] = set()
    for one in reversed(found):
        if one.withdrawn:
            continue
        if not one.trial_team:
            obeyed.add(one.id)
            break
        if one.trial_team not in teams:
            teams.add(one.trial_team)
            obeyed.add(one.id)
    return obeyed


def set_of(connection: Connection, tables: Tables, version: str) -> RuleSet:
    """The rules of a version; what ships for "" and for what cannot be read."""
    if not version:
        return SHIPPED_SET
    table = tables.of(VERSION)
    body = connection.scalar(select(table.c.body).where(table.c.id == version))
    try:
        return read_set(str(body), version=version)
    except ValueError:
        log.warning("rule version %s cannot be read", version)
        return RuleSet(SHIPPED_SET.documents, version=version)


def for_everybody(connection: Connection, tables: Tables) -> RuleSet:
    """What everybody goes by who tries out nothing: the newest that is neither on trial nor
    withdrawn, else what ships."""
    table = tables.of(VERSION)
    held = table.c
    newest = (
        select(held.id)
        .where(living(table), held.trial_team.is_(None))
        .where(or_(held.withdrawn.is_(None), ~held.withdrawn))
        .order_by(held.published_at.desc(), held.id.desc())
        .limit(1)
    )
    found = connection.scalar(newest)
    return set_of(connection, tables, "" if found is None else str(found))


def body_text(connection: Connection, tables: Tables, version: str) -> str:
    """The text of a version as it was published; empty where there is none."""
    table = tables.of(VERSION)
    found = connection.scalar(select(table.c.body).where(table.c.id == version, living(table)))
    return str(found or "")


def drafts(
    connection: Connection, tables: Tables, now: datetime
) -> list[Mapping[str, object]]:  # fmt: skip
    """The records of rules being written."""
    return list(records.find(connection, tables, Query("rule", sort=(Sort("position"),)), now))
