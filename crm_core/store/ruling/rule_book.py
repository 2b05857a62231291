"""Which set of rules is in force for somebody, read from what was published (decision 050)."""

import logging
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, or_, select

from crm_core.model.query import Query
from crm_core.rules.published import SHIPPED_SET, draft_of, read_set
from crm_core.rules.ruleset import RuleSet
from crm_core.store.engines import kept
from crm_core.store.reading import records
from crm_core.store.schema.expressions import living
from crm_core.store.schema.tables import Tables

log = logging.getLogger("log.rules")
VERSION, RULE = "rule_version", "rule"


class RuleBook:
    """Published sets, each read once: what was published is never changed afterwards."""

    def __init__(self) -> None:
        self._read: dict[str, RuleSet] = {}

    def in_force(
        self, connection: Connection, tables: Tables, teams: Collection[str], *, at: str = ""
    ) -> RuleSet:
        """The newest set not withdrawn that is for everybody or on trial with one of `teams`;
        where there is none, what ships. `teams`: the person's own and those above it. `at`: as it
        was at that moment (ISO)."""
        if at:
            found = self._newest(connection, tables, teams, at)
        else:
            key = VERSION, frozenset(teams)
            found = kept.once(
                connection, tables, key, lambda: self._newest(connection, tables, teams, "")
            )
        return SHIPPED_SET if found is None else self._set(connection, tables, found)

    def _newest(
        self, connection: Connection, tables: Tables, teams: Collection[str], at: str
    ) -> str | None:
        table = tables.of(VERSION)
        version = table.c
        mine = or_(version.trial_team.is_(None), version.trial_team.in_(sorted(teams)))
        newest = (
            select(version.id)
            .where(living(table), mine, or_(version.withdrawn.is_(None), ~version.withdrawn))
            .order_by(version.published_at.desc(), version.id.desc())
            .limit(1)
        )
        if at:
            newest = newest.where(version.published_at <= at)
        found = connection.scalar(newest)
        return None if found is None else str(found)

    def _set(self, connection: Connection, tables: Tables, version: str) -> RuleSet:
        if version not in self._read:
            held = tables.of(VERSION).c
            body = connection.scalar(select(held.body).where(held.id == version))
            try:
                self._read[version] = read_set(str(body), version=version)
            except ValueError:
                # Nothing this program can read: it goes by what ships rather than by nothing.
                log.warning("rule version %s cannot be read", version)
                self._read[version] = RuleSet(SHIPPED_SET.documents, version=version)
        return self._read[version]


def published(connection: Connection, tables: Tables) -> list[RuleSet]:
    """What is in force for everybody, then what is on trial since; nothing where nothing was ever
    published."""
    table = tables.of(VERSION)
    held = table.c
    asked = (
        select(held.id, held.trial_team)
        .where(living(table), or_(held.withdrawn.is_(None), ~held.withdrawn))
        .order_by(held.published_at.desc(), held.id.desc())
    )
    wanted: list[str] = []
    for version, team in connection.execute(asked):
        wanted.append(str(version))
        if team is None:
            break
    book = RuleBook()
    return [book._set(connection, tables, one) for one in reversed(wanted)]


def draft(connection: Connection, tables: Tables, now: datetime) -> RuleSet:
    """The set as it is being written."""
    return draft_of(records.find(connection, tables, Query(RULE), now))
