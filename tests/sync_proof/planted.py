"""The bugs planted on purpose, as data: what is replaced by what, and who should notice.

Each is a mistake somebody could make in good faith. The texts are those of the code; when it
changes they change with it (`test_mutants` says so).
"""

from dataclasses import dataclass

_PUSH, _PULL = "sync_server/services/exchange/push.py", "sync_server/services/exchange/pull.py"
_DESK, _QUEUE = "sync_server/services/exchange/push_desk.py", "sync_server/services/push_queue.py"
_CROWD = "tests/sync_server/test_push_queue.py"
_STAMPS, _MERGE = "sync_server/services/exchange/stamps.py", "crm_core/sync/merge.py"
_CHANGELOG, _REPLICA = "crm_core/store/changes/changelog.py", "crm_core/store/replica.py"
_OUTBOX, _CLIENT = "crm_core/store/changes/outbox.py", "desktop/services/online/sync_client.py"
_POLICIES = "tests/sync_proof/test_policy_stories.py"
_DOUBTS = "crm_core/store/forgetting/doubts.py"
_ERASING, _ERASURE = "crm_core/store/forgetting/erasing.py", "tests/sync_proof/test_erasure.py"


@dataclass(frozen=True, slots=True)
class Change:
    """One replacement of text that occurs exactly once."""

    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Mutant:
    """One bug: its name, the stories (`pytest -k`) that should catch it, and its text."""

    name: str
    stories: str
    changes: tuple[Change, ...]
    told_in: str = "tests/sync_proof/test_stories.py"


def _bug(name: str, stories: str, file: str, old: str, new: str) -> Mutant:
    return Mutant(name, stories, (Change(file, old, new),))


_SPLIT = """reach(connection, Point.BEFORE_LOG)
    connection.exec_driver_sql("COMMIT")
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    reach(connection, Point.BEFORE_LOG)
"""
_JUDGE = "server.replica.judge(decide, following.following(server))\n"
_HASTY = f"with contextlib.suppress(BaseException):\n        {_JUDGE}"
_IMPORT = "from collections.abc import Callable, Sequence\n"
_APPLIED = "from crm_core.store.changes.changelog import Applied\n"

MUTANTS: tuple[Mutant, ...] = (
    _bug(
        "compare HLC without node", "same_millisecond", _MERGE,
        "    wins = hlc > current\n", "    wins = hlc[:17] >= current[:17]\n",
    ),
    _bug(
        "apply before log", "dies", _CHANGELOG,
        "    reach(connection, Point.BEFORE_LOG)\n", f"    {_SPLIT}",
    ),
    _bug(
        "cursor before data", "dies_while_receiving", _REPLICA,
        '''        with self._writing() as connection:
            turned =''',
        '''        self.remember(**dict(remember or {}))
        with self._writing() as connection:
            turned =''',
    ),
    _bug(
        "forget LEAVE of the index", "record_that_moves", "crm_core/store/changes/states.py",
        "        indexer.forget(connection, tables, entity, recs)\n", "",
    ),
    _bug(
        "forget LEAVE of the log", "record_that_moves", _CHANGELOG,
        "    acts.strike(connection, tables, sorted(set(rids) - kept))\n", "",
    ),
    _bug(
        "forget LEAVE altogether", "record_that_moves or changes_team", _PULL,
        "        self._leave |= moved - entering\n", "",
    ),
    _bug(
        "forget ENTER's history", "record_that_moves", _PULL,
        "        self._enter(connection, entering)\n", "",
    ),
    _bug(
        "a change of team refills nobody", "changes_team", _PULL,
        "scope.must_refill(connection, server, actor, held)", "False",
    ),
    _bug(
        "permission not checked at pull", "changes_team", _PULL,
        "or (mark.place in seen and (mark.replica != own or self._fills(mark.rid)))\n",
        "or mark.replica != own or self._fills(mark.rid)\n",
    ),
    _bug(
        "permission not checked at push", "what_is_refused", _DESK,
        "        return verdict or value_refusal(",
        "        return value_refusal(",
    ),
    Mutant(
        "what is withheld is sent in pages", "may_no_longer_read",
        (Change(_PULL, "tuple(scope.for_the_eyes_of(self.actor, registry, found))",
                "tuple(found)"),),
        told_in=_POLICIES,
    ),
    Mutant(
        "what is withheld is left in snapshots", "a_snapshot_holds",
        (Change("crm_core/store/images/image.py", "rows.order_by(seen.c.rid), masks)",
                "rows.order_by(seen.c.rid))"),),
        told_in=_POLICIES,
    ),
    Mutant(
        "a frame packed while the image is written is given out as it was", "packed_again",
        (Change("sync_server/services/shelves/packing.py",
                "if frame is not None and hashlib.sha256(plain).hexdigest() == frame.digest:",
                "if frame is not None:"),),
        told_in="tests/sync_server/test_snapshot_shelf.py",
    ),
    Mutant(
        "the stamps of a withheld set name its items", "a_snapshot_holds",
        (Change("crm_core/store/images/image.py", "where(about, ~or_(false(), *items))",
                "where(about)"),),
        told_in=_POLICIES,
    ),
    Mutant(
        "a laptop keeps what it may no longer read", "may_no_longer_read",
        (Change(_CHANGELOG, "    wipe(connection, tables, targets)\n    return targets\n",
                "    return targets\n"),),
        told_in=_POLICIES,
    ),
    Mutant(
        "fields are judged by the entity alone", "same_verdict",
        (Change("sync_server/services/admission.py", "fields=fields, now=now", "now=now"),),
        told_in=_POLICIES,
    ),
    _bug(
        "another device's name believed", "another_name", _PUSH,
        "    if any(o.replica != node or stamp_node(o.hlc) != node for o in operations):\n",
        "    if not node:\n",
    ),
    _bug(
        "trust client time", "wrong_clock", _STAMPS,
        """        effective = sent if not self.skew_ms else self._corrected(operation)
        if effective > now:
            effective = now
""",
        "        effective = sent\n",
    ),
    _bug(
        "base not mapped after restamp", "wrong_clock", _STAMPS,
        "base = self.renamed.get(operation.base, operation.base)\n", "base = operation.base\n",
    ),
    _bug(
        "each batch begins time anew", "one_millisecond", _DESK,
        "batch, last[desk.principal.device.node], purged", "batch, ZERO_STAMP, purged",
    ),
    _bug(
        "what is sent again counts as the newest", "keeps_its_order", _DESK,
        "device.node: desk.first for", "device.node: 2**62 for",
    ),
    _bug(
        "restamp not followed by judging anew", "while_pages_arrive", _REPLICA,
        "changelog.settle(connection, self.tables, self.registry, moved)",
        "changelog.settle(connection, self.tables, self.registry, ())",
    ),
    _bug(
        "lose idempotence", "lost_doubled", "crm_core/store/log/log_keys.py",
        "    return set(rids_of(connection, tables, (o.key for o in operations)))\n",
        "    return set()\n",
    ),
    Mutant(
        "ack before commit", "server_that_dies",
        (
            Change(_PUSH, f"    applied = {_JUDGE}", f"    {_HASTY}    applied = Applied()\n"),
            Change(_PUSH, _IMPORT, f"import contextlib\n{_IMPORT}{_APPLIED}"),
        ),
    ),
    *(
        Mutant(name, stories, (Change(file, old, new),), _CROWD)
        for name, stories, file, old, new in (
            (
                "two batches of one device are judged together", "two_batches", _PUSH,
                "            one.node != self.node and one.targets", "            one.targets",
            ),
            (
                "two pushes about one record are judged together", "who_take_a_lead", _PUSH,
                "one.targets.isdisjoint(self.targets) for", "one.targets for",
            ),
            (
                "rights change beside those who are judged by them", "changed_apart", _PUSH,
                "    return merges or one.entity in kept.ENTITIES\n", "    return merges\n",
            ),
            (
                "all fail by what one has sent", "met_by_each_alone", _QUEUE,
                "            if len(together) < 2:\n", "            if together:\n",
            ),
            (
                "those taken along hear before it is durable", "dies_has_all_or_nothing", _QUEUE,
                "            return [one.work for one in together]\n",
                "            for one in together:\n"
                "                one.done = one is not place\n"
                "            return [one.work for one in together]\n",
            ),
        )
    ),
    _bug(
        "set merged as last writer", "tags_added", _MERGE,
        '        return f"{spec.name}/{item}"\n', "        return spec.name\n",
    ),
    _bug(
        "delete beats a later edit", "later_than_a_deletion", _MERGE,
        "self.touched > self.deleted\n", "self.deleted == ZERO_STAMP\n",
    ),
    _bug(
        "conflict not recorded", "are_a_conflict", "crm_core/store/log/conflicts.py",
        "        if winner.base < loser.hlc:", "        if loser.base > winner.hlc:",
    ),
    _bug(
        "undo destroys others' work", "taking_back_leaves", "crm_core/sync/history.py",
        "        if present != operation.value:\n            return []\n", "",
    ),
    _bug(
        "pending dropped", "does_not_know", _CHANGELOG,
        "        batch.connection.execute(batch.tables.pending.insert(), rows)\n",
        "        rows.clear()\n",
    ),
    _bug(
        "outbox cleared on refusal", "what_is_refused", _OUTBOX,
        "taken = tables.outbox, [rid for rid, ack in known if ack.refused is None]\n",
        "taken = tables.outbox, [rid for rid, _ in known]\n",
    ),
    _bug(
        "sent counts as acknowledged", "lost_doubled", _CLIENT,
        "        lineage, offset = self._lineage, self._replica.hybrid.offset_ms\n",
        "        lineage, offset = self._lineage, self._replica.hybrid.offset_ms\n"
        "        self._replica.acknowledge([Ack(o.replica_seq) for o in waiting])\n",
    ),
    Mutant(
        "lineage ignored", "put_back",
        (
            Change(_CLIENT, "        if self._lineage and page.lineage != self._lineage:\n",
                   "        if not page.lineage:\n"),
        ),
    ),
    Mutant(
        "what came again leaves with an earlier page", "what_leaves",
        (Change("desktop/services/online/pages.py", " or before.page.leave)", ")"),),
        "tests/desktop/services/test_pages.py",
    ),
    _bug(
        "purge under those who have not seen it", "seen_it_deleted",
        "sync_server/services/exchange/progress.py",
        "        if cursor < position:\n", "        if cursor > end:\n",
    ),
    _bug(
        "what was purged comes back", "filled_anew", _DESK,
        "        if target in self._purged:\n", "        if not target:\n",
    ),
    _bug(
        "nobody is told of a purge", "seen_it_deleted", _PULL,
        "        self._leave |= {target for at, target in gone.targets if at <= self.cursor}\n", "",
    ),
    _bug(
        "a lost row goes unnoticed", "row_lost", "desktop/services/online/verification.py",
        "            if own[name].total() != theirs:\n",
        "            if own[name].total().count > theirs.count:\n",
    ),
    _bug(
        "own work not sent again after a restore", "put_back", _DOUBTS,
        "    again = outbox.requeue(connection, tables, node)\n", "    again = 0\n",
    ),
    _bug(
        "what a restored server forgot stays on laptops", "put_back", _CLIENT,
        "part=whole if filling else Part.NEWS", "part=Part.NEWS",
    ),
    _bug(
        "own work thrown away while it is read again", "put_back", _DOUBTS,
        "changelog.wipe(connection, tables, met, but_of=node)",
        "changelog.wipe(connection, tables, met)",
    ),
    *(
        Mutant(name, stories, (Change(file, old, new),), _ERASURE)
        for name, stories, file, old, new in (
            (
                "the shell of an erased operation keeps its words", "left_on_any_disk", _ERASING,
                "shells.values(value=None, before=None, prior=None)", "shells.values(prior=None)",
            ),
            (
                "the journal keeps what was erased", "left_on_any_disk", _ERASING,
                'raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()', "(0, 0, 0)",
            ),
            (
                "a laptop keeps what it wrote of an erased person", "brings_later", _REPLICA,
                "            erasing.unsay(connection, self.tables, self.hybrid.node, acks)\n", "",
            ),
            (
                "what was rewritten does not come again", "rewritten_with", _PULL,
                "            self._enter(connection, seen)\n", "",
            ),
            (
                "a restored backup is not erased again", "backup_from_before",
                "sync_server/app.py", "    erasing.carry_out(server)\n", "",
            ),
        )
    ),
    Mutant(
        "writers on PostgreSQL do not take turns", "crowd",
        (
            Change("crm_core/store/engines/engine_postgres.py",
                   'connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITE_LOCK})")',
                   "return"),
        ),
        "tests/sync_server/test_postgres.py",
    ),
)  # fmt: skip
