"""Which clocks are in force for whose records, and what of the server's data says so."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import Connection, select

from crm_core.model.query import Query
from crm_core.model.values import Record
from crm_core.permissions import circles_of
from crm_core.rules.clocks import Clock
from crm_core.rules.documents import Document, written_body
from crm_core.rules.recipients import People
from crm_core.rules.ruleset import SHIPPED_SET, RuleSet
from crm_core.store.clock_reads import SPECIAL_DAY, CompanyDays, company_days
from crm_core.store.expressions import living
from crm_core.store.rule_book import VERSION, RuleBook
from crm_core.store.tables import Tables
from crm_core.store.unit_of_work import Unit

ByEntity = Mapping[str, tuple[Document[Clock], ...]]


def in_force(rules: RuleSet) -> ByEntity:
    """The clocks of a set that tell somebody something, by entity."""
    found: dict[str, tuple[Document[Clock], ...]] = {}
    for rule in rules.of(Clock):
        if rule.body.levels:
            found[rule.entity] = (*found.get(rule.entity, ()), rule)
    return found


@dataclass
class ClockRules:
    """The clocks of one transaction: read once, whoever's records they are about."""

    book: RuleBook
    unit: Unit
    _by_teams: dict[frozenset[str], ByEntity] = field(default_factory=dict)
    _teams: dict[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def people(self) -> People:
        """Who there is."""
        return People(self.unit.find(Query("user")), self.unit.find(Query("team")))

    @cached_property
    def days(self) -> CompanyDays:
        """The company's own days."""
        return company_days(self.unit.find)

    @cached_property
    def on_trial(self) -> frozenset[str]:
        """The teams with which some version is on trial."""
        version = self.unit.tables.of(VERSION)
        team = version.c.trial_team
        asked = select(team).where(living(version), team.is_not(None)).distinct()
        return frozenset(map(str, self.unit.connection.scalars(asked)))

    def every(self) -> tuple[ByEntity, ...]:
        """All that anybody goes by."""
        return (self._of(frozenset()), *(self._of(frozenset({one})) for one in self.on_trial))

    def of(self, entity: str, record: Record) -> tuple[Document[Clock], ...]:
        """The clocks of one record: those its owner goes by."""
        return self._of(self._teams_of(record.get("owner"))).get(entity, ())

    def version_of(self, record: Record) -> str:
        """Which version that is."""
        teams = self._teams_of(record.get("owner"))
        return self.book.in_force(self.unit.connection, self.unit.tables, teams).version

    def _of(self, teams: frozenset[str]) -> ByEntity:
        if teams not in self._by_teams:
            found = self.book.in_force(self.unit.connection, self.unit.tables, teams)
            self._by_teams[teams] = in_force(found)
        return self._by_teams[teams]

    def _teams_of(self, owner: object) -> frozenset[str]:
        if not self.on_trial or not isinstance(owner, str):
            return frozenset()
        if owner not in self._teams:
            people = self.people
            self._teams[owner] = circles_of(owner, people.users, people.teams).teams & self.on_trial
        return self._teams[owner]


def fingerprint(connection: Connection, tables: Tables) -> str:
    """Changes whenever what clocks go by does: versions in force, the company's days, the program's
    own rules."""
    version, day = tables.of(VERSION), tables.of(SPECIAL_DAY)
    kept = (version.c.id, version.c.trial_team, version.c.withdrawn, version.c.published_at)
    versions = select(*kept).where(living(version)).order_by(version.c.id)
    days = select(day.c.day, day.c.kind).where(living(day)).order_by(day.c.day, day.c.kind)
    said = [
        [list(row) for row in connection.execute(versions)],
        [list(row) for row in connection.execute(days)],
        [[one.id, written_body(one.body)] for one in SHIPPED_SET.of(Clock)],
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]
