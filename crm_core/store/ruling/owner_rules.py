"""Whose records go by which set of rules: that of their owner, also while one is on trial with a
team (decision 050). Read once for many records; the same on laptop and server, so that both come to
the same verdict about a colleague's record (decision 059)."""

from dataclasses import dataclass, field
from functools import cached_property, partial

from sqlalchemy import Connection, select

from crm_core.model.query import Query
from crm_core.permissions import circles_of
from crm_core.rules.recipients import People
from crm_core.rules.ruleset import RuleSet
from crm_core.store.engines import kept
from crm_core.store.ruling.clock_reads import Find
from crm_core.store.ruling.rule_book import VERSION, RuleBook
from crm_core.store.schema.expressions import living
from crm_core.store.schema.tables import Tables


@dataclass
class OwnerRules:
    """The sets in force in one reading of the data."""

    book: RuleBook
    connection: Connection
    tables: Tables
    find: Find
    _sets: dict[frozenset[str], RuleSet] = field(default_factory=dict)
    _teams: dict[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def people(self) -> People:
        """Who there is."""
        return People(self.find(Query("user")), self.find(Query("team")))

    @cached_property
    def on_trial(self) -> frozenset[str]:
        """The teams with which some version is on trial."""
        version = self.tables.of(VERSION)
        team = version.c.trial_team
        asked = select(team).where(living(version), team.is_not(None)).distinct()
        read = partial(self.connection.scalars, asked)
        return kept.once(
            self.connection, self.tables, "on trial", lambda: frozenset(map(str, read()))
        )

    def every(self) -> tuple[RuleSet, ...]:
        """All that anybody goes by."""
        return (self._of(frozenset()), *(self._of(frozenset({one})) for one in self.on_trial))

    def of(self, owner: object) -> RuleSet:
        """What the records of somebody go by; for records of nobody what everybody goes by."""
        return self._of(self._teams_of(owner))

    def _of(self, teams: frozenset[str]) -> RuleSet:
        if teams not in self._sets:
            self._sets[teams] = self.book.in_force(self.connection, self.tables, teams)
        return self._sets[teams]

    def _teams_of(self, owner: object) -> frozenset[str]:
        if not self.on_trial or not isinstance(owner, str):
            return frozenset()
        if owner not in self._teams:
            people = self.people
            self._teams[owner] = circles_of(owner, people.users, people.teams).teams & self.on_trial
        return self._teams[owner]
