"""The exchange between one replica and its server: push, pull, and what to do when one refuses.

Everything resumes after any break: what was acknowledged has left the outbox, and the cursor is
committed with the data it stands for. No threads and no waiting here; see `sync_loop`.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import ParamSpec, TypeVar

from crm_core.errors import KnownError, SyncCode, SyncError
from crm_core.store.changes import outbox
from crm_core.store.changes.changelog import Applied
from crm_core.store.engines.engine import writing
from crm_core.store.forgetting.doubts import Part
from crm_core.store.replica import Replica
from crm_core.sync.change import Operation
from crm_core.sync.protocol import Ack, PullReply
from desktop.services.cancelling import CancelToken
from desktop.services.online import pages
from desktop.services.online.secrets import Secrets
from desktop.services.online.server import Pushed, Server, Session
from desktop.services.online.verification import REST_SECONDS, Check, Verifier, is_due, last_check

T = TypeVar("T")
P = ParamSpec("P")
log = logging.getLogger("log.sync")

BATCH = 2000
"""As many as a server takes at once: what every batch costs is shared by more."""
_KEPT_OFFSET_MS = 500
"""Smaller moves of the clock offset are not worth a write."""
_SIGNED_OUT = frozenset({SyncCode.TOKEN_EXPIRED, SyncCode.BAD_CREDENTIALS})


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one exchange did."""

    pushed: int = 0
    """Operations the server took."""
    refused: int = 0
    """Operations it did not; they wait in the sync centre with its reason."""
    pulled: int = 0
    """Operations that were new here."""
    conflicts_new: int = 0
    left: int = 0
    """Records that left this device's scope."""
    changed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Entity → ids of records that look different now, for the bus."""
    check: Check | None = None
    """The comparison with the server, where there was one."""


class SyncClient:
    """Talks to the server on behalf of one replica; one exchange at a time."""

    def __init__(self, server: Server, replica: Replica, secrets: Secrets) -> None:
        self.server = server
        self._replica = replica
        self._secrets = secrets
        self._batch = BATCH
        self._renewing = threading.Lock()
        """Two threads must not trade the same refresh token: it is good for one."""
        self.highest_own = 0
        """The largest number of an own operation that came back from the server."""
        self._settled: dict[str, set[str]] = defaultdict(set)
        """Records the server's verdicts changed in the exchange under way."""
        self.last_check = last_check(replica)
        self._verifier = Verifier(
            server, replica, signed=self.signed, push=self.push_once, changed=self._note_changed
        )
        self._received = 0
        """Operations received since this device was compared with the server."""
        self._compared_ms = 0
        self.check_wanted = False
        """Somebody wants a comparison after the next exchange."""

    # -- session ------------------------------------------------------------------------------

    def refresh(self) -> Session:
        """Renew the access token; SyncError(TOKEN_EXPIRED) when a password is needed again.

        KnownError ("keyring", "unwritable") where the next refresh token cannot be kept.
        """
        token = self._secrets.refresh_token()
        if token is None:
            raise SyncError(SyncCode.TOKEN_EXPIRED, "signed out")
        try:
            session = self.server.refresh(token, self._replica.hybrid.node)
        except SyncError as error:
            if error.sync_code in _SIGNED_OUT:
                raise SyncError(SyncCode.TOKEN_EXPIRED, error.detail) from error
            raise
        # Kept before anything else is asked: using the new session makes the old token worthless.
        try:
            self._secrets.keep_refresh_token(session.refresh)
        except KnownError:
            self.server.access = ""
            raise
        return session

    def signed(self, ask: Callable[[], T]) -> T:
        """Ask the server something, renewing the access token once where that is what it wants."""
        used = self.server.access
        if used:
            try:
                return ask()
            except SyncError as error:
                if error.sync_code is not SyncCode.TOKEN_EXPIRED:
                    raise
        with self._renewing:
            if self.server.access == used:  # Else another thread has renewed it meanwhile.
                self.refresh()
        return ask()

    # -- exchange -----------------------------------------------------------------------------

    def sync_once(self, cancel: CancelToken | None = None) -> SyncReport:
        """Push, pull, and push again what the pull gave rise to.

        Raises SyncError; whatever was exchanged until then stays exchanged.
        """
        _, seen = self._replica.newer_conflicts(0)
        try:
            report = self._exchange(cancel)
        except SyncError as error:
            if error.sync_code is SyncCode.DEVICE_EXPIRED:
                self._fill_again()
            elif error.sync_code is SyncCode.LINEAGE_CHANGED:
                self._start_over()
            else:
                raise
            report = self._exchange(cancel)
        self._received += report.pulled
        new, _ = self._replica.newer_conflicts(seen)
        return replace(report, conflicts_new=new)

    def compare(self, cancel: CancelToken | None = None, *, now: bool = False) -> SyncReport | None:
        """Compare with the server where it is time, somebody wants it, or `now`: after an
        exchange. None where nothing was compared; SyncError where it broke off."""
        clock = self._replica.clock
        rested = abs(clock.millis() - self._compared_ms) >= 1000 * REST_SECONDS
        due = rested and is_due(self.last_check, self._received, clock)
        if not (due or now or self.check_wanted):
            return None
        self._compared_ms = clock.millis()
        self._settled.clear()
        check = self._verifier.run(cancel)
        if check is None:
            return None
        self.last_check, self._received, self.check_wanted = check, 0, False
        return SyncReport(check=check, changed=_frozen(self._settled))

    def push_once(self, cancel: CancelToken | None = None) -> tuple[int, int]:
        """Send everything that waits, in batches; (taken, refused)."""
        taken = refused = 0
        with _Beside() as beside:
            sending: Future[Pushed] | None = None
            batch = self._waiting()
            while batch:
                if cancel is not None:
                    cancel.check()
                if sending is None and len(batch) >= self._batch:
                    sending = beside.ask(self._push, batch)
                following = self._waiting(skip=len(batch)) if sending else ()
                try:
                    acks = self._answered(batch, sending.result() if sending else self._push(batch))
                except SyncError as error:
                    if error.sync_code is not SyncCode.TOO_LARGE:
                        raise
                    refused += self._make_smaller(batch[0].replica_seq, len(batch))
                    batch, sending = self._waiting(), None
                    continue
                # What was taken as it was sent changes nothing of what follows.
                plain = len(acks) == len(batch) and not any(a.hlc or a.refused for a in acks)
                sending = beside.ask(self._push, following) if plain and following else None
                self._note_changed(self._replica.acknowledge(acks).changed)
                refused += sum(ack.refused is not None for ack in acks)
                taken += sum(ack.refused is None for ack in acks)
                batch = following if sending else self._waiting()
        self.learn_offset()
        return taken, refused

    def pull_all(
        self,
        progress: Callable[[int], object] | None = None,
        cancel: CancelToken | None = None,
    ) -> SyncReport:
        """Fetch everything not seen yet, page by page; `progress` hears the operations so far.

        While pages are being taken in, the next ones are on their way: one, two, then more.
        """
        pulled = left = 0
        changed: dict[str, set[str]] = {}
        with _Beside() as beside:
            ahead, most = pages.fetch(self._page, self._cursor, self._filling, 1), 2
            while ahead.pages:
                if cancel is not None:
                    cancel.check()
                last = ahead.pages[-1]
                self._check_lineage(last.page)
                following = None
                if last.page.more and ahead.error is None:
                    asked = last.page.cursor, last.filling
                    following = beside.ask(pages.fetch, self._page, *asked, most)
                for one in pages.joined(ahead.pages):
                    applied = self._take_in(one.page, filling=one.filling)
                    pulled += len(applied.fresh)
                    left += applied.left
                    changed = _merged(changed, applied.changed)
                if progress is not None:
                    progress(pulled)
                if following is None:
                    break
                ahead, most = following.result(), min(2 * most, pages.MOST)
            if ahead.error is not None:
                raise ahead.error
        return SyncReport(pulled=pulled, left=left, changed=_frozen(changed))

    # -- inside -------------------------------------------------------------------------------

    @property
    def _lineage(self) -> str:
        return str(self._replica.meta("lineage", ""))

    @property
    def _cursor(self) -> int:
        cursor = self._replica.meta("cursor", 0)
        return cursor if isinstance(cursor, int) else 0

    @property
    def _filling(self) -> bool:
        """Whether this replica has yet to see everything once, its own old work included."""
        return bool(self._replica.meta("filling", True))

    def _exchange(self, cancel: CancelToken | None) -> SyncReport:
        self._settled.clear()
        pushed, refused = self.push_once(cancel)
        got = self.pull_all(cancel=cancel)
        more_pushed, more_refused = self.push_once(cancel)
        return SyncReport(
            pushed=pushed + more_pushed,
            refused=refused + more_refused,
            pulled=got.pulled,
            left=got.left,
            changed=_frozen(_merged(got.changed, self._settled)),
        )

    def _push(self, waiting: Sequence[Operation]) -> Pushed:
        lineage, offset = self._lineage, self._replica.hybrid.offset_ms
        return self.signed(lambda: self.server.push(waiting, lineage, device_offset_ms=offset))

    def _waiting(self, *, skip: int = 0) -> Sequence[Operation]:
        """The next batch to send, beyond the first `skip` operations."""
        return whole_acts(self._replica.waiting(limit=self._batch + 1, skip=skip), self._batch)

    def _answered(self, batch: Sequence[Operation], pushed: Pushed) -> Sequence[Ack]:
        """The verdicts on a batch; SyncError(MALFORMED) where they would bring it no further."""
        if batch[0].replica_seq not in {ack.replica_seq for ack in pushed.acks}:
            raise SyncError(SyncCode.MALFORMED, "the first operation was not acknowledged")
        return pushed.acks

    def _page(self, cursor: int, filling: bool) -> PullReply:
        node = self._replica.hybrid.node
        return self.signed(lambda: self.server.pull(cursor, node, own_too=filling))

    def _take_in(self, page: PullReply, *, filling: bool) -> Applied:
        whole = Part.FILL if page.more else Part.END_OF_FILL
        applied = self._replica.receive(
            page.operations,
            remember={
                "cursor": page.cursor,
                "lineage": page.lineage,
                "filling": page.more and filling,
            },
            forget=page.leave,
            views=page.views,
            part=whole if filling else Part.NEWS,
        )
        self._count_own(page)
        return applied

    def _check_lineage(self, page: PullReply) -> None:
        if self._lineage and page.lineage != self._lineage:
            raise SyncError(SyncCode.LINEAGE_CHANGED, page.lineage)

    def _start_over(self) -> None:
        """The server came back from a backup: send all own work again, read all of its again."""
        again = self._replica.start_over(self.server.health().lineage)
        log.warning("server lineage changed; %d own operations are sent again", again)

    def _fill_again(self) -> None:
        """The server did not wait for this device: read everything again, over what is here.

        The outbox stays as it is; records purged meanwhile are named among those that left.
        """
        self._replica.remember(cursor=0, filling=True, filled_again=self._replica.clock.iso())
        log.warning("this device was silent for too long; everything is read again")

    def _make_smaller(self, first_sequence: int, size: int) -> int:
        """After TOO_LARGE: halve the batch, or set aside the one operation that is too large."""
        if size > 1:
            self._batch = max(1, size // 2)
            return 0
        ack = Ack(first_sequence, refused=SyncCode.TOO_LARGE, detail="one operation")
        self._replica.acknowledge([ack])
        return 1

    def _count_own(self, page: PullReply) -> None:
        node = self._replica.hybrid.node
        own = (o.replica_seq for o in page.operations if o.replica == node)
        self.highest_own = max(self.highest_own, *own, 0)

    def _note_changed(self, changed: Mapping[str, Iterable[str]]) -> None:
        for entity, ids in changed.items():
            self._settled[entity].update(ids)

    def learn_offset(self) -> None:
        """Adopt the clock offset seen, unless something stamped under the old one waits.

        What waits is sent with the offset of its stamps, so the two must not be mixed; the next
        exchange asks again. KnownError where the database cannot be asked.
        """
        offset, known = self.server.offset_ms, self._replica.hybrid.offset_ms
        if offset is None or offset == known:
            return
        # Stamps are given out under this same lock: none can be on its way into the outbox.
        with writing(self._replica.engine):
            if self._replica.read(lambda c: outbox.anything_waits(c, self._replica.tables)):
                return
            self._replica.hybrid.offset_ms = offset
        if abs(offset - known) > _KEPT_OFFSET_MS:
            self._replica.remember(offset_ms=offset)


class _Beside:
    """Asks the server one thing at a time while the caller works on what came before."""

    def __init__(self) -> None:
        self._worker: ThreadPoolExecutor | None = None

    def __enter__(self) -> "_Beside":
        return self

    def __exit__(self, *_: object) -> None:
        if self._worker is not None:
            self._worker.shutdown()

    def ask(self, question: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> Future[T]:
        """Begin to ask; most exchanges are of one page or batch, and need no thread."""
        if self._worker is None:
            self._worker = ThreadPoolExecutor(1, thread_name_prefix="suixing-sync")
        return self._worker.submit(question, *arguments, **named)


def whole_acts(waiting: Sequence[Operation], limit: int) -> Sequence[Operation]:
    """The first `limit` operations, cut so that one act on one record stays in one batch.

    The server judges an act as a whole: the tail of a hand-over would be refused on its own. An
    act larger than a batch is cut all the same.
    """
    if len(waiting) <= limit:
        return waiting
    end = limit
    while end and _act(waiting[end - 1]) == _act(waiting[limit]):
        end -= 1
    return waiting[: end or limit]


def _act(operation: Operation) -> tuple[str, str, str]:
    return operation.group, operation.entity, operation.id


def _merged(*parts: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    merged: dict[str, set[str]] = defaultdict(set)
    for part in parts:
        for entity, ids in part.items():
            merged[entity].update(ids)
    return merged


def _frozen(changed: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    return {entity: frozenset(ids) for entity, ids in changed.items()}
