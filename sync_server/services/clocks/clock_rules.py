"""Which clocks are in force for whose records, and what of the server's data says so."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import Connection, select

from crm_core.model.values import Record
from crm_core.rules.documents import Document, written_body
from crm_core.rules.published import SHIPPED_SET
from crm_core.rules.recipients import People
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.timekeeping.clocks import Clock
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.engines import kept
from crm_core.store.ruling.clock_reads import SPECIAL_DAY, CompanyDays, company_days
from crm_core.store.ruling.owner_rules import OwnerRules
from crm_core.store.ruling.rule_book import VERSION, RuleBook
from crm_core.store.schema.expressions import living
from crm_core.store.schema.tables import Tables

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
    _read: dict[str, ByEntity] = field(default_factory=dict)

    @cached_property
    def owners(self) -> OwnerRules:
        """Which set each record goes by."""
        unit = self.unit
        return OwnerRules(self.book, unit.connection, unit.tables, unit.find)

    @property
    def people(self) -> People:
        """Who there is."""
        return self.owners.people

    @cached_property
    def days(self) -> CompanyDays:
        """The company's own days."""
        unit = self.unit
        return kept.once(unit.connection, unit.tables, SPECIAL_DAY, lambda: company_days(unit.find))

    def every(self) -> tuple[ByEntity, ...]:
        """All that anybody goes by."""
        return tuple(self._of(rules) for rules in self.owners.every())

    def of(self, entity: str, record: Record) -> tuple[Document[Clock], ...]:
        """The clocks of one record: those its owner goes by."""
        return self._of(self.owners.of(record.get("owner"))).get(entity, ())

    def version_of(self, record: Record) -> str:
        """Which version that is."""
        return self.owners.of(record.get("owner")).version

    def _of(self, rules: RuleSet) -> ByEntity:
        if rules.version not in self._read:
            self._read[rules.version] = in_force(rules)
        return self._read[rules.version]


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
