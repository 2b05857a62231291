"""Digests: what a person's records come to at the server, for a device to compare (rule 11).

Worked out from one consistent state, one at a time in a process, so that comparing never holds up
those who exchange. Records touched since the cursor a device states are left out on both sides.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection

from crm_core.errors import SyncCode, SyncError
from crm_core.model.query import NOTHING
from crm_core.model.schema import EntitySpec
from crm_core.permissions import STRUCTURE, Actor, visible, withheld_from
from crm_core.store.forgetting import digest, purging
from crm_core.store.log import oplog
from crm_core.store.reading.conditions import compile_condition
from crm_core.sync.change import Operation
from crm_core.sync.digest import MOST_PASSED_OVER, Answer, Question, State, Sum, Sums, part_of
from crm_core.sync.protocol import PullReply
from sync_server.services import people
from sync_server.services.exchange import scope
from sync_server.services.exchange.pull import changes_owner, log_end, weight_of
from sync_server.services.exchange.visibility import Target
from sync_server.services.server import Server
from sync_server.services.signing_in.sessions import Principal

_MOST_SINCE = 1_000
"""Operations since the device's cursor that are looked through rather than asked to be pulled."""


def answer(server: Server, principal: Principal, question: Question) -> Answer:
    """What the server holds of the entities asked for, and what was left out of the sums.

    SyncError: DEVICE_REVOKED, LINEAGE_CHANGED.
    """
    if not server.digests.turn.acquire(blocking=False):
        return Answer(state=State.LATER, lineage=server.lineage)
    try:
        with server.reading() as connection:
            return _Desk(connection, server, principal, question).answer()
    finally:
        server.digests.turn.release()


def records(server: Server, principal: Principal, entity: str, ids: Sequence[str]) -> PullReply:
    """Everything that ever happened to those of the records the person may see, as far as a page
    holds; the rest of them has left. The cursor is how many of `ids` were looked at."""
    sent: list[Operation] = []
    leave: list[Target] = []
    weight = looked = 0
    with server.reading() as connection:
        actor = people.actor_now(connection, server.replica.tables, principal.actor.user_id)
        targets = [(entity, record) for record in ids]
        seen = scope.visible_now(connection, server, actor, targets)
        for target in targets:
            if target in seen:
                found = oplog.of_records(connection, server.replica.tables, entity, [target[1]])
                sent += [operation for _, operation in found]
                weight += sum(weight_of(operation) for _, operation in found)
            else:
                leave.append(target)
            looked += 1
            if weight >= server.limits.page_bytes:
                break
    more = looked < len(ids)
    sent = scope.for_the_eyes_of(actor, server.replica.registry, sent)
    return PullReply(tuple(sent), tuple(leave), looked, server.lineage, more)


@dataclass(slots=True)
class _Desk:
    """One question being answered."""

    connection: Connection
    server: Server
    principal: Principal
    question: Question

    def answer(self) -> Answer:
        """The answer, or why there is none now."""
        tables, user_id = self.server.replica.tables, self.principal.actor.user_id
        actor = people.actor_now(self.connection, tables, user_id)
        end = log_end(self.connection, self.server)
        if self.question.cursor > end:
            raise SyncError(SyncCode.LINEAGE_CHANGED, "the cursor is beyond the log")
        since = self._since(actor, end)
        if since is None:
            return Answer(state=State.BEHIND, lineage=self.server.lineage)
        beside = self._passed_over(actor, since)
        sums: dict[str, Sum] = {}
        parts: list[Sum] = []
        hashed: dict[str, str] = {}
        for name, fields in self.question.entities.items():
            beyond = len(beside.get(name, ())) > MOST_PASSED_OVER
            if beyond or not self._knows(name, fields) or not self._seen(actor, name):
                continue
            if self.question.parts:
                hashed = self._records(actor, name, fields, beside.get(name, ()))
                continue
            found = self._sums(actor, end, name, beside.get(name, ()))
            sums[name] = found.total()
            parts = found.parts() if len(self.question.entities) == 1 else []
        listed = {name: sorted(ids) for name, ids in beside.items() if name in {*sums, *self._one}}
        return Answer(
            state=State.SAID, lineage=self.server.lineage, sums=sums, parts=parts,
            records=hashed, passed_over=listed,
        )  # fmt: skip

    @property
    def _one(self) -> Collection[str]:
        return self.question.entities if self.question.parts else ()

    def _since(self, actor: Actor, end: int) -> set[Target] | None:
        """What was touched since the device's cursor, as far as a pull would tell it; None where
        it must pull first."""
        cursor, replica = self.question.cursor, self.server.replica
        held = scope.device_scope(self.connection, self.server, self.principal.device.node)
        if held is None or scope.must_refill(self.connection, self.server, actor, held):
            return None
        if cursor == end:
            return set()
        rows = oplog.after(replica.tables, cursor, limit=_MOST_SINCE + 1)
        found = [operation for _, operation in oplog.read(self.connection, replica.tables, rows)]
        gone = purging.gone_since(self.connection, replica.tables, cursor, most=_MOST_SINCE)
        if len(found) > _MOST_SINCE or gone.until is not None:
            return None
        if any(o.entity in STRUCTURE for o in found):
            return None
        moved = {(o.entity, o.id) for o in found if changes_owner(replica.registry, o)}
        touched = {(o.entity, o.id) for o in found}
        purged = {target for _, target in gone.targets}
        return moved | purged | scope.visible_now(self.connection, self.server, actor, touched)

    def _passed_over(self, actor: Actor, since: Collection[Target]) -> dict[str, set[str]]:
        """What is left out: named by the device, touched since, or waiting here for an upgrade."""
        waiting = digest.passed_over(self.connection, self.server.replica.tables)
        held_up = {(name, record) for name, ids in waiting.items() for record in ids}
        beside = {name: set(ids) for name, ids in self.question.passed_over.items()}
        for name, record in {
            *since,
            *scope.visible_now(self.connection, self.server, actor, held_up),
        }:
            beside.setdefault(name, set()).add(record)
        return beside

    def _knows(self, name: str, fields: Sequence[str]) -> bool:
        registry, tables = self.server.replica.registry, self.server.replica.tables
        known = name in registry and all(registry.find(name, one) for one in fields)
        return known and all(one in tables.of(name).c for one in fields)

    def _seen(self, actor: Actor, name: str) -> bool:
        """Whether the person sees any at all; of others their device holds but what they made."""
        return visible(actor, self.server.replica.registry.entity(name)) != NOTHING

    def _where(self, actor: Actor, entity: EntitySpec) -> ColumnElement[bool]:
        table = self.server.replica.tables.of(entity.name)
        return compile_condition(visible(actor, entity), table, self.server.clock.now())

    def _sums(self, actor: Actor, end: int, name: str, beside: Collection[str]) -> Sums:
        replica = self.server.replica
        entity, fields = replica.registry.entity(name), sorted(self.question.entities[name])
        where = self._where(actor, entity)
        levels = withheld_from(actor, entity)
        key = (repr(visible(actor, entity)), repr(sorted(levels.items())), name, end, tuple(fields))
        reading = digest.Reading(entity, fields, where, levels)
        sums = self.server.digests.get(key)
        if sums is None:
            sums = digest.sums_of(self.connection, replica.tables, reading)
            self.server.digests.put(key, sums)
        left_out = digest.hashes_of(self.connection, replica.tables, reading, beside)
        return sums.without(left_out)

    def _records(
        self, actor: Actor, name: str, fields: Sequence[str], beside: Collection[str]
    ) -> dict[str, str]:
        replica, wanted, left_out = self.server.replica, set(self.question.parts), set(beside)
        entity = replica.registry.entity(name)
        reading = digest.Reading(
            entity, fields, self._where(actor, entity), withheld_from(actor, entity)
        )
        found = digest.hashes(self.connection, replica.tables, reading)
        return {
            record: f"{hashed:016x}"
            for record, hashed in found
            if part_of(record) in wanted and record not in left_out
        }
