"""Automations that a clock sets off: how long ago a quote was sent, a contract's end, a birthday.

Looked for once a minute, from where the last look ended, kept beside the records; a firing's id
follows from rule, record and moment, so whoever looks how often makes no second one (decision 051).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crm_core.clock import iso_moment, parse_moment
from crm_core.model.query import Query
from crm_core.permissions import circles_of
from crm_core.rules.deciding import Engine
from crm_core.rules.sight import Occasion
from crm_core.rules.timing import begun, due_query, occasion
from crm_core.rules.triggers import Ready
from crm_core.store.automating import Automating, Looking, gate_of
from crm_core.store.records import chunks
from crm_core.store.replica import Replica
from crm_core.store.unit_of_work import Unit
from sync_server.services import following
from sync_server.services.server import Server

REASON = "定时自动化"
EVERY = timedelta(seconds=60)
AT_ONCE = 200
"""Records decided in one transaction: others write in between."""
_KEY = "automation_clocks"
_BOTH_SIDES = timedelta(minutes=2)
"""Looked at twice: a transaction may commit a little after its moment."""


@dataclass(slots=True)
class Timed:
    """The clocks of one process; kept by whoever looks again and again."""

    server: Server
    _looked: datetime | None = None
    _versions: dict[str, str] = field(default_factory=dict)

    def look(self) -> int:
        """Carry out what has come due; how many rules fired."""
        now, rules = self.server.clock.now(), self.server.replica.rules
        if not isinstance(rules, Automating) or not self._is_time(now):
            return 0
        self._looked = now
        engines = self._engines(rules)
        clocks, total = last_looks(self.server.replica), 0
        for engine in engines:
            for rule in engine.index.clocks:
                last = clocks.get(rule.document.id)
                total += self._run(rules, engine, rule, begun(rule, now, last), now)
        seen = {rule.document.id for engine in engines for rule in engine.index.clocks}
        kept = {one: iso_moment(now - _BOTH_SIDES) for one in sorted(seen)}
        self.server.replica.remember(**{_KEY: kept})
        return total

    def _is_time(self, now: datetime) -> bool:
        return self._looked is None or not timedelta() <= now - self._looked < EVERY

    def _engines(self, rules: Automating) -> Sequence[Engine]:
        """Every set that is in force for anybody; who goes by which is noted."""
        replica = self.server.replica
        users, teams = replica.find(Query("user")), replica.find(Query("team"))
        with self.server.reading() as connection:
            at = Looking(connection, replica.tables, replica.registry)
            everybody = rules.engine(at, ())
            found = {everybody.rules.version: everybody}
            self._versions = {}
            for user in users if rules.on_trial(at) else ():
                circles = circles_of(str(user["id"]), users, teams)
                engine = rules.engine(at, circles.teams)
                found[engine.rules.version] = engine
                self._versions[str(user["id"])] = engine.rules.version
            self._versions[""] = everybody.rules.version
        return list(found.values())

    def _run(
        self, rules: Automating, engine: Engine, rule: Ready, since: datetime, now: datetime
    ) -> int:
        replica, total = self.server.replica, 0
        entity = replica.registry.entity(rule.document.entity)
        query = due_query(rule, entity, since, now)
        if query is None:
            return 0
        for rids in chunks(replica.row_ids(query), AT_ONCE):
            records = replica.rows(entity.name, rids)
            mine = [one for one in records if self._goes_by(engine, one.get(entity.owner))]
            met = [one for r in mine if (one := occasion(rule, entity, r, since, now)) is not None]
            if met:
                done: list[int] = []
                following.act(
                    self.server, REASON,
                    lambda unit: done.append(self._decide(rules, engine, rule, met, unit)),  # noqa: B023
                )  # fmt: skip
                total += sum(done)
        return total

    def _decide(
        self, rules: Automating, engine: Engine, rule: Ready, met: Sequence[Occasion], unit: Unit
    ) -> int:
        outcomes = engine.tick(rule, met, unit, unit.ledger, gate=gate_of(engine, unit))
        rules.carry_out(unit, outcomes)
        unit.ledger.rounds += 1
        return sum(bool(one.effects) for one in outcomes)

    def _goes_by(self, engine: Engine, owner: object) -> bool:
        """Whether the owner of a record goes by this set."""
        version = self._versions.get(str(owner or ""), self._versions[""])
        return version == engine.rules.version


def last_looks(replica: Replica) -> Mapping[str, datetime]:
    """By rule, up to when it has been looked for."""
    held = replica.meta(_KEY, {})
    found = {}
    for rule, text in held.items() if isinstance(held, dict) else ():
        try:
            found[str(rule)] = parse_moment(str(text))
        except ValueError:
            continue
    return found
