"""Automations that a clock sets off: how long ago a quote was sent, a contract's end, a birthday.

Looked for once a minute, from where the last look ended, kept beside the records: what has come due
since by an index over the field, and what was written since. A firing's id follows from rule,
record and moment, so whoever looks how often makes no second one (decisions 051, 068).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from crm_core.clock import iso_moment, parse_moment
from crm_core.errors import KnownError
from crm_core.model.query import Query
from crm_core.model.values import Record
from crm_core.permissions import circles_of
from crm_core.rules.documents import Document, written_body
from crm_core.rules.firing.automations import Automation, On
from crm_core.rules.firing.deciding import Engine
from crm_core.rules.firing.sight import Occasion
from crm_core.rules.firing.timing import begun, due_query, heard_since, occasion
from crm_core.rules.firing.triggers import Ready
from crm_core.rules.identity import act_key
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.engines.engine import shaping
from crm_core.store.log import oplog
from crm_core.store.reading.records import chunks
from crm_core.store.replica import Replica
from crm_core.store.ruling.automating import Automating, Looking, gate_of
from sync_server.services.exchange import following
from sync_server.services.schema import clock_tables
from sync_server.services.server import Server

REASON = "定时自动化"
EVERY = timedelta(seconds=60)
AT_ONCE = 200
"""Records decided in one transaction: others write in between."""
_KEY, _LOG = "automation_clocks", "automation_log"
"""Up to when each rule was looked for, and up to where in the log."""
_BOTH_SIDES = timedelta(minutes=2)
"""Looked at twice: a transaction may commit a little after its moment."""


@dataclass(slots=True)
class Timed:
    """The clocks of one process; kept by whoever looks again and again."""

    server: Server
    _looked: datetime | None = None
    _versions: dict[str, str] = field(default_factory=dict)
    _indexed: set[tuple[str, str]] = field(default_factory=set)

    def look(self) -> int:
        """Carry out what has come due; how many rules fired."""
        now, rules = self.server.clock.now(), self.server.replica.rules
        if not isinstance(rules, Automating) or not self._is_time(now):
            return 0
        self._looked = now
        engines, replica = self._engines(rules), self.server.replica
        clocks, total = last_looks(replica), 0
        cursor, end = replica.meta(_LOG, None), replica.read(lambda c: oplog.end(c, replica.tables))
        for engine in engines:
            for rule in engine.index.clocks:
                last = clocks.get(key_of(rule.document))
                self._prepare(rule)
                total += self._run(rules, engine, rule, begun(rule, now, last), now)
                if last is not None and isinstance(cursor, int) and cursor < end:
                    total += self._heard(rules, engine, rule, cursor, now)
        seen = {key_of(rule.document) for engine in engines for rule in engine.index.clocks}
        kept = {one: iso_moment(now - _BOTH_SIDES) for one in sorted(seen)}
        replica.remember(**{_KEY: kept, _LOG: end})
        return total

    def _prepare(self, rule: Ready) -> None:
        """What a rule waits for is found by an index, so that a look costs what is due."""
        trigger = rule.document.body.trigger
        about = rule.document.entity, trigger.field
        if trigger.on is not On.MOMENT or about in self._indexed:
            return
        self._indexed.add(about)
        engine = self.server.replica.engine
        with suppress(KnownError), shaping(engine), engine.begin() as connection:
            clock_tables.index_for(connection, *about)

    def _heard(
        self, rules: Automating, engine: Engine, rule: Ready, cursor: int, now: datetime
    ) -> int:
        """Records written since the last look, of which the moment had passed by then: who was
        offline, or corrected a date. What has fired is known by its id."""
        trigger, replica = rule.document.body.trigger, self.server.replica
        if trigger.on is not On.MOMENT:
            return 0
        entity = replica.registry.entity(rule.document.entity)
        written = replica.read(
            lambda c: oplog.written_since(c, replica.tables, entity.name, cursor)
        )
        total = 0
        for rids in chunks(sorted(written), AT_ONCE):
            met = []
            for record in replica.rows(entity.name, rids):
                names = written[int(str(record["rid"]))]
                since = heard_since(rule, now, anew=bool({"", trigger.field} & names))
                one = occasion(rule, entity, record, since, now)
                if one is not None and rule.check(record, one.at):
                    met.append((record, one))
            total += self._fired(rules, engine, rule, self._unknown(rule, met))
        return total

    def _unknown(
        self, rule: Ready, met: Sequence[tuple[Record, Occasion]]
    ) -> list[tuple[Record, Occasion]]:
        """Those of which nothing says that they have fired."""
        ids = [act_key(rule.document.id, one.id, rule.cause(one)) for _, one in met]
        known = self.server.replica.by_ids("firing", ids) if ids else {}
        return [one for one, firing in zip(met, ids, strict=True) if firing not in known]

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
            met = [(r, one) for r in records if (one := occasion(rule, entity, r, since, now))]
            total += self._fired(rules, engine, rule, self._unknown(rule, met))
        return total

    def _fired(
        self,
        rules: Automating,
        engine: Engine,
        rule: Ready,
        met: Sequence[tuple[Record, Occasion]],
    ) -> int:
        """Carry out what has come due; how many fired."""
        owner = self.server.replica.registry.entity(rule.document.entity).owner
        mine = [one for record, one in met if self._goes_by(engine, record.get(owner))]
        if not mine:
            return 0
        done: list[int] = []
        following.act(
            self.server, REASON,
            lambda unit: done.append(self._decide(rules, engine, rule, mine, unit)),
        )  # fmt: skip
        return sum(done)

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


def key_of(rule: Document[Automation]) -> str:
    """By what a rule's last look is kept: one that waits for something else now is a new one, and
    looks back as far as it says."""
    body = replace(rule.body, actions=())
    said = json.dumps([rule.entity, written_body(body)], sort_keys=True)
    return f"{rule.id}:{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def last_looks(replica: Replica) -> Mapping[str, datetime]:
    """By `key_of` a rule, up to when it has been looked for."""
    held = replica.meta(_KEY, {})
    found = {}
    for rule, text in held.items() if isinstance(held, dict) else ():
        try:
            found[str(rule)] = parse_moment(str(text))
        except ValueError:
            continue
    return found
