"""Whether this device holds what the server would send it, and putting right what differs.

Design rule 11. Only while nothing waits to be sent: what a person has just written differs
rightly. What differs is fetched whole and replaces what is here; an own operation that the server
turns out to lack is sent again first, because this may be its last copy.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from crm_core.clock import Clock, parse_moment
from crm_core.store.changes import outbox
from crm_core.store.engines import meta
from crm_core.store.forgetting import digest
from crm_core.store.forgetting.digest import Key
from crm_core.store.replica import Replica
from crm_core.sync.digest import (
    MOST_PARTS,
    MOST_PASSED_OVER,
    Answer,
    Question,
    State,
    Sums,
    part_of,
)
from crm_core.sync.protocol import PullReply
from desktop.services.cancelling import CancelToken
from desktop.services.online.server import Server

T = TypeVar("T")
log = logging.getLogger("log.sync")

EVERY_SECONDS = 12 * 3600
AFTER_OPERATIONS = 10_000
"""Operations received after which the device compares again."""
REST_SECONDS = 600
"""Before asking again a server that could not tell."""
_ROUNDS = 3
_AT_ONCE = 100
_MOST_MENDED = 2_000
"""Records of one entity fetched again in one round."""


class Signed(Protocol):
    """Asks the server something as the person signed in."""

    def __call__(self, ask: Callable[[], T]) -> T:
        """What `ask` gives."""


@dataclass(frozen=True, slots=True)
class Check:
    """What a comparison found. Entity → number of records."""

    at: str
    """ISO moment."""
    mended: Mapping[str, int] = field(default_factory=dict)
    """They differed, and were fetched again."""
    apart: Mapping[str, int] = field(default_factory=dict)
    """They still differed after that."""

    @property
    def sound(self) -> bool:
        """Whether nothing differed."""
        return not self.mended and not self.apart


def last_check(replica: Replica) -> Check | None:
    """The last comparison this device has finished; None before the first."""
    kept = replica.meta("check")
    if not isinstance(kept, dict) or not isinstance(kept.get("at"), str):
        return None
    return Check(kept["at"], dict(kept.get("mended") or {}), dict(kept.get("apart") or {}))


def is_due(check: Check | None, received: int, clock: Clock) -> bool:
    """Whether to compare again, after so many operations were received since."""
    if check is None or received >= AFTER_OPERATIONS:
        return True
    passed = (clock.now() - parse_moment(check.at)).total_seconds()
    return abs(passed) >= EVERY_SECONDS  # A clock put back must not put it off for ever.


@dataclass(frozen=True, slots=True)
class _Standing:
    """What a comparison is of; while it stays the same, nothing moved here."""

    cursor: int
    sequence: int
    lineage: str


class Verifier:
    """Compares one replica with its server."""

    def __init__(
        self,
        server: Server,
        replica: Replica,
        *,
        signed: Signed,
        push: Callable[[], object],
        changed: Callable[[Mapping[str, Collection[str]]], object],
    ) -> None:
        """`push` sends what waits, `changed` hears of the records that look different now."""
        self._server = server
        self._replica = replica
        self._signed = signed
        self._push = push
        self._changed = changed
        self._tick: Callable[[], object] = lambda: None
        self._resent: set[Key] = set()
        """Sent again once; where they are known and still do not come, they are not sent here."""

    def run(self, cancel: CancelToken | None = None) -> Check | None:
        """Compare, and put right what differs; None where it cannot be told now.

        Raises SyncError and Cancelled; what was put right until then stays so.
        """
        if cancel is not None:
            self._tick = cancel.check
        mended: dict[str, set[str]] = defaultdict(set)
        for turn in range(_ROUNDS + 1):
            differing = self._differing()
            if differing is None and not mended:
                return None
            if not differing or turn == _ROUNDS:
                return self._kept(mended, differing or {})
            for entity, ids in differing.items():
                log.warning("digest: %d records of %s differ from the server's", len(ids), entity)
                mended[entity] |= ids
                self._mend(entity, sorted(ids)[:_MOST_MENDED])
            self._push()
        return None

    def _kept(
        self, mended: Mapping[str, Collection[str]], apart: Mapping[str, Collection[str]]
    ) -> Check:
        check = Check(self._replica.clock.iso(), _numbers(mended), _numbers(apart))
        if check.apart:
            log.error("digest: still different from the server: %s", dict(check.apart))
        self._replica.remember(
            check={"at": check.at, "mended": dict(check.mended), "apart": dict(check.apart)}
        )
        return check

    # -- comparing ----------------------------------------------------------------------------

    def _differing(self) -> dict[str, set[str]] | None:
        standing = self._replica.read(self._standing)
        if standing is None:
            return None
        registry = self._replica.registry
        fields = {entity.name: [spec.name for spec in entity.fields] for entity in registry}
        answer = self._ask(standing, fields)
        if answer is None:
            return None
        own = self._own(standing, answer)
        if own is None:
            return None
        found: dict[str, set[str]] = {}
        for name, theirs in answer.sums.items():
            if own[name].total() != theirs:
                ids = self._narrowed(standing, name, fields[name])
                if ids is None:
                    return None
                found[name] = ids
        return {name: ids for name, ids in found.items() if ids}

    def _narrowed(self, standing: _Standing, name: str, fields: Sequence[str]) -> set[str] | None:
        """Which records of an entity differ, as far as can be told in one go."""
        answer = self._ask(standing, {name: fields})
        own = self._own(standing, answer) if answer is not None else None
        if answer is None or own is None:
            return None
        if not answer.parts or name not in own:
            return set()
        pairs = enumerate(zip(own[name].parts(), answer.parts, strict=False))
        parts = [part for part, (mine, theirs) in pairs if mine != theirs][:MOST_PARTS]
        if not parts:
            return set()  # What differed was touched meanwhile.
        answer = self._ask(standing, {name: fields}, parts)
        held = self._hashes(standing, name, fields, parts) if answer is not None else None
        if answer is None or held is None:
            return None
        every = (held.keys() | answer.records.keys()) - set(answer.passed_over.get(name, ()))
        return {record for record in every if held.get(record) != answer.records.get(record)}

    def _standing(self, connection: Connection) -> _Standing | None:
        tables = self._replica.tables
        filling = meta.get(connection, tables, "filling", True)
        if filling or outbox.anything_waits(connection, tables):
            return None
        return _Standing(
            cursor=meta.get(connection, tables, "cursor", 0),
            sequence=meta.get(connection, tables, "replica_seq", 0),
            lineage=meta.get(connection, tables, "lineage", ""),
        )

    def _ask(
        self, standing: _Standing, fields: Mapping[str, Sequence[str]], parts: Sequence[int] = ()
    ) -> Answer | None:
        unknown = self._replica.read(lambda c: digest.passed_over(c, self._replica.tables))
        named = {n: f for n, f in fields.items() if len(unknown.get(n, ())) <= MOST_PASSED_OVER}
        question = Question(
            cursor=standing.cursor,
            entities={name: list(known) for name, known in named.items()},
            passed_over={name: ids for name, ids in unknown.items() if name in named},
            parts=list(parts),
        )
        answer = self._signed(lambda: self._server.digest(question))
        if answer.state is not State.SAID or answer.lineage != standing.lineage:
            return None
        return answer

    def _own(self, standing: _Standing, answer: Answer) -> dict[str, Sums] | None:
        """The sums of what is here, without what the server passed over; None where something
        has moved."""
        replica = self._replica

        def read(connection: Connection) -> dict[str, Sums] | None:
            if self._standing(connection) != standing:
                return None
            found: dict[str, Sums] = {}
            for name in answer.sums:
                entity = replica.registry.entity(name)
                fields = [spec.name for spec in entity.fields]
                beside = answer.passed_over.get(name, ())
                reading = digest.Reading(entity, fields)
                sums = digest.sums_of(connection, replica.tables, reading, self._tick)
                held = digest.hashes_of(connection, replica.tables, reading, beside)
                found[name] = sums.without(held)
            return found

        return replica.read(read)

    def _hashes(
        self, standing: _Standing, name: str, fields: Sequence[str], parts: Collection[int]
    ) -> dict[str, str] | None:
        replica = self._replica

        def read(connection: Connection) -> dict[str, str] | None:
            if self._standing(connection) != standing:
                return None
            entity = replica.registry.entity(name)
            reading = digest.Reading(entity, fields)
            every = digest.hashes(connection, replica.tables, reading, self._tick)
            return {i: f"{hashed:016x}" for i, hashed in every if part_of(i) in parts}

        return replica.read(read)

    # -- putting right ------------------------------------------------------------------------

    def _mend(self, entity: str, ids: Sequence[str]) -> None:
        for asked, page in self._pages(entity, ids):
            known: dict[str, set[Key]] = {record: set() for record in asked}
            for operation in page.operations:
                known[operation.id].add(operation.key)
            lacking = self._resend(entity, known)
            applied = self._replica.mend(
                [o for o in page.operations if o.id not in lacking],
                [(name, record) for name, record in page.leave if record not in lacking],
            )
            self._changed(applied.changed)

    def _pages(self, entity: str, ids: Sequence[str]) -> Iterator[tuple[Sequence[str], PullReply]]:
        done = 0
        while done < len(ids):
            self._tick()
            asked = ids[done : done + _AT_ONCE]
            page = self._signed(partial(self._server.records, entity, asked))
            looked = max(1, min(page.cursor, len(asked)))
            yield asked[:looked], page
            done += looked

    def _resend(self, entity: str, known: Mapping[str, Collection[Key]]) -> set[str]:
        """Queue own operations the server lacks, once; the records they are about."""
        replica = self._replica
        node = replica.hybrid.node
        missing = replica.read(lambda c: digest.own_unknown(c, replica.tables, node, entity, known))
        again = {record: keys - self._resent for record, keys in missing.items()}
        keys = {key for found in again.values() for key in found}
        if keys:
            self._resent |= keys
            replica.requeue(keys)
            log.warning("digest: %d own operations are sent again", len(keys))
        return {record for record, found in again.items() if found}


def _numbers(found: Mapping[str, Collection[str]]) -> dict[str, int]:
    return {entity: len(ids) for entity, ids in sorted(found.items())}
