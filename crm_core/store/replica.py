"""One database as the rest of the program sees it: read, write, send, receive.

The desktop opens it encrypted and with an outbox, the server without. It owns the hybrid clock
and the registry (ours plus the company's own fields), and nothing else remembers either.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine

from crm_core.clock import Clock, HybridClock, new_node_id
from crm_core.errors import KnownError
from crm_core.model.entities import builtin_registry
from crm_core.model.query import Query, Sort
from crm_core.permissions import Actor
from crm_core.rules.firing.sight import Ledger
from crm_core.store import own_fields
from crm_core.store.changes import changelog, outbox, refusals
from crm_core.store.changes.batch import NOTHING_SEEN, Batch, Seen
from crm_core.store.changes.changelog import Applied
from crm_core.store.changes.states import Loaded
from crm_core.store.changes.unit_of_work import Committed, Rules, Unit
from crm_core.store.engines import meta, migrations
from crm_core.store.engines.engine import guarded, open_sqlite, shaping, writing
from crm_core.store.engines.engine_sqlite import ease
from crm_core.store.engines.faults import Point, reach
from crm_core.store.forgetting import bin, doubts, erasing, mending, purging
from crm_core.store.forgetting.doubts import Part
from crm_core.store.forgetting.purging import Bounds
from crm_core.store.inbox import Inbox
from crm_core.store.indexes import fact_layout, indexer
from crm_core.store.indexes.search import Documents
from crm_core.store.indexing import Indexing
from crm_core.store.log import log_keys
from crm_core.store.log.acts import act_id
from crm_core.store.schema.growing import add_fields, bring_up_to_date
from crm_core.store.schema.tables import Tables
from crm_core.sync.change import Operation
from crm_core.sync.protocol import Ack

T = TypeVar("T")


MakeUnit = Callable[[Actor, str], Unit]
"""Opens a further act, by whom and why, in a transaction that is under way."""
Then = Callable[[MakeUnit, Sequence[Operation]], Iterable[Unit]]
"""Writes what follows from operations just applied; gives each act when it is done with it."""


def _no_rules(_operations: Sequence[Operation], _unit: Unit) -> tuple[()]:
    return ()


class Replica(Indexing, Inbox):
    """A database of records with its log, clock and search index."""

    def __init__(
        self,
        engine: Engine,
        *,
        clock: Clock,
        node: str = "",
        keeps_outbox: bool = False,
        rules: Rules = _no_rules,
        lean: bool = False,
    ) -> None:
        """`lean`: neither lists nor search are asked of this database (the server's)."""
        self.engine = engine
        self.clock = clock
        self.keeps_outbox = keeps_outbox
        self.rules = rules
        self._write_lock = threading.RLock()
        self._fields_seen, self._fields_again_ms = 0, 0
        self.looked_at: Documents = {}
        """For `search.Asker.documents`: kept true here."""
        self.registry = builtin_registry()
        self.tables = Tables(self.registry, lean=lean)
        with guarded(), shaping(engine):
            meta.refuse_newer(engine, self.tables)
            migrations.migrate(engine, self.tables)
            keyless = bring_up_to_date(engine, self.tables)
            fact_layout.lay_out(engine, self.tables)
            indexer.prepare(engine, self.tables, self.registry, anew=keyless)
        with writing(engine) as connection:
            meta.note_format(connection, self.tables)
            identity = meta.read_identity(connection, self.tables)
            chosen = identity.node or node or new_node_id()
            meta.put(connection, self.tables, "node", chosen)
        self.hybrid = HybridClock(chosen, clock, last=identity.stamp)
        self._adopt_custom_fields()
        self._replay_pending()

    def close(self) -> None:
        """Let go of the file."""
        self.engine.dispose()

    def rest(self) -> None:
        """Give up memory that only makes the next questions quicker; for when nobody works."""
        ease(self.engine)

    # -- writing -------------------------------------------------------------------------------

    @contextmanager
    def write(
        self, actor: Actor, reason: str = "", *, group: str = ""
    ) -> Iterator[tuple[Unit, Committed]]:
        """One transaction of changes by one person, undone together later by its group; `group`:
        of an earlier one that this goes on with."""
        committed = Committed(group="")
        with self._writing() as connection:
            unit = self._unit(connection, actor, reason, group=group)
            committed.group = unit.group
            yield unit, committed
            unit.run_rules(self.rules)
            self._finish(connection, unit.applied, sequence=unit.sequence)
            own_fields.tell_others(connection, self.tables, unit.applied)
        committed.changed = dict(unit.applied.changed)
        self._after_commit(unit.applied)

    def receive(
        self,
        operations: Sequence[Operation],
        *,
        remember: Mapping[str, object] | None = None,
        forget: Sequence[tuple[str, str]] = (),
        views: Mapping[str, str] | None = None,
        part: Part = Part.NEWS,
    ) -> Applied:
        """Apply changes from elsewhere; `remember` (the cursor) commits with them or not at all.

        `forget` names records that left this device's scope: row, history, index, conflicts go.
        `views`, where given, says how the server withholds fields from now on: entities of which
        that changed go as well, before anything is applied, and come again (`PullReply.views`).
        """
        now = self.clock.iso()
        with self._writing() as connection:
            turned = [] if views is None else changelog.turn(connection, self.tables, views)
            if part is not Part.NEWS:
                doubts.meet(
                    connection, self.tables, self.registry, operations,
                    node=self.hybrid.node, now=now,
                )  # fmt: skip
            applied = changelog.apply(connection, self.tables, self.registry, operations, now=now)
            self._observe(connection, operations)
            if part is Part.END_OF_FILL:
                applied.extend(doubts.end(connection, self.tables, self.registry, now=now))
            own_fields.tell_others(connection, self.tables, applied)
            here = changelog.present(connection, self.tables, forget)
            changelog.wipe(connection, self.tables, here)
            for entity, record_id in (*here, *turned):
                applied.changed[entity].add(record_id)
            applied.left = len(here)
            if here or turned:
                indexer.scrub(connection, self.tables)
            reach(connection, Point.BEFORE_CURSOR)
            self._keep(connection, remember or {})
        self._after_commit(applied)
        return applied

    def mend(
        self, operations: Sequence[Operation], leave: Collection[tuple[str, str]] = ()
    ) -> Applied:
        """Have records anew from everything that ever happened to them; those of `leave` go.

        What waits in the outbox stays, and is folded in again.
        """
        with self._writing() as connection:
            applied = mending.mend(
                connection, self.tables, self.registry, operations,
                leave=leave, now=self.clock.iso(),
            )  # fmt: skip
            self._observe(connection, operations)
            own_fields.tell_others(connection, self.tables, applied)
        self._after_commit(applied)
        return applied

    def judge(self, decide: Callable[[Batch], object], then: Then | None = None) -> Applied:
        """Apply what `decide` folds into a batch, in the very transaction it reads.

        The server's way in: rights and effective stamps are judged against exactly the state that
        the operations then change. `then` writes what follows from them, in that transaction.
        """
        with self._writing() as connection:
            batch = Batch(connection, self.tables, self.registry)
            decide(batch)
            applied = changelog.finish(batch, now=self.clock.iso())
            if batch.operations:
                self.hybrid.observe(max(operation.hlc for operation in batch.operations))
            if then is not None and applied.fresh:
                applied.extend(self._followed(connection, then, applied.fresh, batch.seen))
            if applied.fresh:
                meta.put(connection, self.tables, "stamp", self.hybrid.last)
                own_fields.tell_others(connection, self.tables, applied)
        self._after_commit(applied)
        return applied

    def act(self, then: Then) -> Applied:
        """Write what `then` yields, in one transaction; it is given no news."""
        with self._writing() as connection:
            applied = self._followed(connection, then, ())
        self._after_commit(applied)
        return applied

    def purge(self, entity: str, ids: Collection[str], bounds: Bounds) -> int:
        """Remove deleted records with all that ever happened to them; how many.

        See `purging`: which of them may go is asked again in the transaction.
        """
        with self._writing() as connection:
            return purging.purge(connection, self.tables, entity, ids, bounds)

    def prepare_bin(self, entities: Sequence[str]) -> None:
        """Have deleted records found at once; before one looks into the bin (`bin`)."""
        with self._writing() as connection:
            bin.prepare(connection, self.tables, entities)

    def remember(self, **facts: object) -> None:
        """Keep facts about this database itself."""
        with self._writing() as connection:
            self._keep(connection, facts)

    # -- sending -------------------------------------------------------------------------------

    def acknowledge(self, acks: Sequence[Ack]) -> Applied:
        """Carry out the server's verdicts on what was sent; what the records show may change.

        What was refused counts for nothing from now on: the record shows the server's values again.
        What was said about a person erased meanwhile is not kept either.
        """
        with self._writing() as connection:
            for ack in acks:
                if ack.hlc:
                    self.hybrid.observe(ack.hlc)
            node, tick = self.hybrid.node, self.hybrid.tick
            moved = outbox.acknowledge(connection, self.tables, node, acks, tick=tick)
            applied = changelog.settle(connection, self.tables, self.registry, moved)
            keys = [(node, a.replica_seq) for a in acks if a.refused is not None]
            refused = list(log_keys.by_keys(connection, self.tables, keys).values())
            gone = refusals.withdraw(connection, self.tables, self.registry, refused)
            for entity, ids in gone.items():
                applied.changed[entity] |= ids
            erasing.unsay(connection, self.tables, self.hybrid.node, acks)
            meta.put(connection, self.tables, "stamp", self.hybrid.last)
        self._after_commit(applied)
        return applied

    # -- inside --------------------------------------------------------------------------------

    def _followed(
        self, connection: Connection, then: Then, operations: Sequence[Operation],
        seen: Seen = NOTHING_SEEN,
    ) -> Applied:  # fmt: skip
        """Write what follows. Its acts share the counters and what they have read: an act is
        finished before the next one begins to write."""
        applied, last = Applied(), self._sequence(connection)
        held, ledger = dict[str, Loaded](), Ledger()

        def make(actor: Actor, reason: str) -> Unit:
            unit = self._unit(connection, actor, reason, sequence=last, held=held)
            # What follows from what followed is of the same act still.
            unit.ledger, unit.seen = ledger, seen
            return unit

        for unit in then(make, operations):
            last = unit.sequence
            applied.extend(unit.applied)
        if applied.fresh:
            self._finish(connection, applied, sequence=last)
        return applied

    def _unit(
        self, connection: Connection, actor: Actor, reason: str, *, group: str = "",
        sequence: int | None = None, held: dict[str, Loaded] | None = None,
    ) -> Unit:  # fmt: skip
        if sequence is None:
            sequence = self._sequence(connection)
        return Unit(
            connection=connection, tables=self.tables, registry=self.registry,
            hybrid=self.hybrid, clock=self.clock, actor=actor, reason=reason,
            group=group or act_id(self.hybrid.node, sequence + 1), sequence=sequence,
            held={} if held is None else held,
        )  # fmt: skip

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """The write lock and a transaction; words numbered in it are kept only if it commits. A
        server first takes up the fields that another process has added meanwhile."""
        with self._write_lock:
            try:
                with ExitStack() as stack:
                    connection = stack.enter_context(writing(self.engine))
                    if self._behind(connection):
                        stack.close()
                        self._adopt_custom_fields()
                        connection = stack.enter_context(writing(self.engine))
                    yield connection
            except BaseException:
                self.tables.words.forget_new()
                raise
            self.tables.words.keep_new()

    def _behind(self, connection: Connection) -> bool:
        """Whether the company's own fields have changed since this process looked."""
        if not self.tables.lean or self.clock.millis() < self._fields_again_ms:
            return False
        return own_fields.changes(connection, self.tables) != self._fields_seen

    def _observe(self, connection: Connection, operations: Sequence[Operation]) -> None:
        """Let later stamps of ours sort after those just applied."""
        if operations:
            self.hybrid.observe(max(operation.hlc for operation in operations))
            meta.put(connection, self.tables, "stamp", self.hybrid.last)

    def _keep(self, connection: Connection, facts: Mapping[str, object]) -> None:
        for key, value in facts.items():
            meta.put(connection, self.tables, key, value)

    def _sequence(self, connection: Connection) -> int:
        """Where the counters stand; another process may have moved them on."""
        identity = meta.read_identity(connection, self.tables)
        self.hybrid.observe(identity.stamp)
        return identity.sequence

    def _finish(self, connection: Connection, applied: Applied, *, sequence: int) -> None:
        if self.keeps_outbox:
            outbox.enqueue(connection, self.tables, applied)
        counters = {"replica_seq": sequence, "stamp": self.hybrid.last}
        meta.put_all(connection, self.tables, counters)

    def _after_commit(self, applied: Applied) -> None:
        for entity, ids in applied.changed.items() if self.looked_at else ():
            for record_id in ids:
                self.looked_at.pop((entity, record_id), None)
        if not own_fields.KEPT_IN.isdisjoint(applied.changed):
            self._adopt_custom_fields()

    def _adopt_custom_fields(self) -> None:
        """Rebuild registry and tables when the company's own fields changed; replay for them.

        Where long reads hold up the new columns (a backup), a server goes on without them for a
        while: what is pushed for them waits in `pending` and is replayed.
        """
        with self._write_lock:
            seen = self.read(lambda c: own_fields.changes(c, self.tables))
            own = self.find(Query("custom_field", sort=(Sort("id"),)))
            grown = self.read(lambda c: own_fields.registry_of(c, self.tables, own))
            if own_fields.same_fields(grown, self.registry):
                self._fields_seen = seen
                return
            tables = Tables(grown, lean=self.tables.lean)
            try:
                with guarded(), shaping(self.engine):
                    add_fields(self.engine, tables, own_fields.changed(self.registry, grown))
            except KnownError as error:
                if error.code != "locked" or not tables.lean:
                    raise
                self._fields_again_ms = self.clock.millis() + own_fields.AGAIN_MS
                return
            self.registry, self.tables, self._fields_seen = grown, tables, seen
            self._replay_pending()

    def _replay_pending(self) -> None:
        with self._writing() as connection:
            changelog.replay_pending(connection, self.tables, self.registry, now=self.clock.iso())


def open_replica(
    path: Path,
    *,
    clock: Clock,
    key: bytes | None = None,
    node: str = "",
    keeps_outbox: bool = False,
    rules: Rules = _no_rules,
    lean: bool = False,
) -> Replica:
    """Open (or create) the database at `path`. KnownError: wrong key, damaged, newer format."""
    engine = open_sqlite(path, key)
    try:
        return Replica(
            engine, clock=clock, node=node, keeps_outbox=keeps_outbox, rules=rules, lean=lean
        )
    except BaseException:
        engine.dispose()
        raise
