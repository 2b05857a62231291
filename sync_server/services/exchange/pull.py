"""Pull: the log after a cursor, as far as this person may see it now, with ENTER and LEAVE."""

from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass, field

from sqlalchemy import Connection

from crm_core.errors import SyncCode, SyncError
from crm_core.model.schema import Registry
from crm_core.permissions import Actor, signatures
from crm_core.store.forgetting import erasing, purging
from crm_core.store.log import log_marks, oplog
from crm_core.store.log.log_marks import Mark, Place
from crm_core.store.schema.encoding import pack
from crm_core.sync.change import Operation, Verb
from crm_core.sync.protocol import PullReply
from sync_server.services import people
from sync_server.services.exchange import progress, scope
from sync_server.services.exchange.scope import DeviceScope
from sync_server.services.exchange.visibility import Target, visible_places
from sync_server.services.server import Server
from sync_server.services.signing_in.sessions import Principal

_ROWS_A_SCAN = 2_000
_SCANS_A_PAGE = 25
"""A person who sees little of a busy log gets at least this much of it looked through at once."""

_MOST_GONE = 300
"""About how many purged records a page names: a device works on each."""


@dataclass(frozen=True, slots=True)
class PullRequest:
    """What a device asks for."""

    cursor: int
    """Log position it has seen everything up to; 0 begins a fill."""
    limit: int
    every: bool
    """Send the device's own operations as well."""
    hears_of_expiry: bool = True
    """False for programs from before DEVICE_EXPIRED: they are sent back to the beginning."""


def log_end(connection: Connection, server: Server) -> int:
    """The newest position of the log, 0 for an empty one."""
    return oplog.end(connection, server.replica.tables)


def pull(server: Server, principal: Principal, request: PullRequest) -> PullReply:
    """One page. SyncError: LINEAGE_CHANGED for a cursor from another lineage, DEVICE_EXPIRED for
    one that what was purged has gone beyond.

    A reply with cursor 0 to a request from further on sends the device back to the beginning,
    because whose records it may see has changed (see `scope`).
    """
    node = principal.device.node
    if request.cursor == 0:
        with server.reading() as connection:
            end = log_end(connection, server)
        scope.begin_fill(server, principal.actor, node, end)
    with server.reading() as connection:
        actor = people.actor_now(connection, server.replica.tables, principal.actor.user_id)
        if request.cursor > log_end(connection, server):
            raise SyncError(SyncCode.LINEAGE_CHANGED, "the cursor is beyond the log")
        held = scope.device_scope(connection, server, node)
        if held is None or (request.cursor and scope.must_refill(connection, server, actor, held)):
            return PullReply((), (), 0, server.lineage, more=True)
        if _expired(connection, server, held, request):
            if request.hears_of_expiry:
                raise SyncError(SyncCode.DEVICE_EXPIRED)
            return PullReply((), (), 0, server.lineage, more=True)
        page = _Page(server, actor, node, held, request)
        page.read(connection)
        known = progress.progress_of(connection, server, node)
        replica = server.replica
        sight = people.sight_of(connection, replica.tables, replica.registry, actor)
    scope.follow(server, sight, node, held)
    progress.note(server, node, request.cursor, known)
    return page.reply()


def _expired(
    connection: Connection, server: Server, held: DeviceScope, request: PullRequest
) -> bool:
    """Whether things were purged that this device had not seen deleted: it was silent for too long
    to be waited for. One that is being filled is told of them as it comes by."""
    if not request.cursor or request.cursor < held.fill_until:
        return False
    return request.cursor < purging.reached(connection, server.replica.tables)


def weight_of(operation: Operation) -> int:
    """About how many bytes an operation adds to a page."""
    value = operation.value
    return (len(value) if isinstance(value, str) else len(pack(value))) + 300


@dataclass(slots=True)
class _Page:
    """One page being put together from scans of the log."""

    server: Server
    actor: Actor
    node: str
    held: DeviceScope
    request: PullRequest
    cursor: int = 0
    more: bool = True
    _sent: dict[int, Operation] = field(default_factory=dict)
    _leave: set[Target] = field(default_factory=set)
    _weight: int = 0

    def read(self, connection: Connection) -> None:
        """Scan on until the page is full or the log ends."""
        self.cursor = self.request.cursor
        if self.cursor == 0:
            self._leave |= set(scope.lost_records(connection, self.server, self.actor, self.held))
        tables = self.server.replica.tables
        gone = purging.gone_since(connection, tables, self.cursor, most=_MOST_GONE)
        until = self._turn(connection, gone.until)
        for _ in range(_SCANS_A_PAGE):
            rows = self._scan(connection, until)
            self._take(connection, rows)
            if not self.more or self._full:
                break
        if not self.more:
            end = log_end(connection, self.server)
            self.cursor = end if until is None else until
            self.more = until is not None
        self._leave |= {target for at, target in gone.targets if at <= self.cursor}
        if self.cursor == until:
            self._leave |= erasing.rewritten_at(connection, tables, until)

    def _turn(self, connection: Connection, until: int | None) -> int | None:
        """Send anew what the page before took away because its history was rewritten; where this
        page must end for the same reason, or at `until`."""
        tables, cursor = self.server.replica.tables, self.cursor
        if cursor:
            rewritten = erasing.rewritten_at(connection, tables, cursor)
            seen = scope.visible_now(connection, self.server, self.actor, rewritten)
            self._enter(connection, seen)
        following = erasing.next_rewritten(connection, tables, cursor)
        return min((at for at in (until, following) if at is not None), default=None)

    def reply(self) -> PullReply:
        """The page; operations in log order."""
        registry = self.server.replica.registry
        found = [self._sent[rid] for rid in sorted(self._sent)]
        first = not self.request.cursor
        return PullReply(
            operations=tuple(scope.for_the_eyes_of(self.actor, registry, found)),
            views=signatures(self.actor, registry) if first else None,
            leave=tuple(sorted(self._leave)),
            cursor=self.cursor,
            lineage=self.server.lineage,
            more=self.more,
        )

    @property
    def _full(self) -> bool:
        """Full enough: filling up the second half would take ever smaller scans."""
        heavy = self._weight >= self.server.limits.page_bytes
        return heavy or 2 * len(self._sent) >= self.request.limit

    @property
    def _brimful(self) -> bool:
        """Whether not one more may be sent."""
        heavy = self._weight >= self.server.limits.page_bytes
        return heavy or len(self._sent) >= self.request.limit

    def _scan(self, connection: Connection, until: int | None) -> list[Mark]:
        tables = self.server.replica.tables
        most = _ROWS_A_SCAN
        found = log_marks.after(connection, tables, self.cursor, until=until, limit=most + 1)
        self.more = len(found) > most
        return found[:most]

    def _take(self, connection: Connection, marks: list[Mark]) -> None:
        """Send what of these rows is in view."""
        if not marks:
            return
        replica, actor = self.server.replica, self.actor
        seen = visible_places(connection, replica.tables, replica.registry, actor, marks)
        own = replica.tables.words.find(connection, self.node)
        shells = self._own_shells(connection, marks, own)
        wanted = [
            mark.rid for mark in marks
            if mark.rid in shells
            or (mark.place in seen and (mark.replica != own or self._fills(mark.rid)))
        ]  # fmt: skip
        last = self._send_all(oplog.of_rows(connection, replica.tables, wanted))
        if last is not None:
            self.more = True
            marks = [mark for mark in marks if mark.rid <= last]
        self._cross(connection, marks, seen)
        self.cursor = marks[-1].rid

    def _cross(self, connection: Connection, marks: Sequence[Mark], seen: Set[Place]) -> None:
        """Send all of what came into view, and take away what left it."""
        tables = self.server.replica.tables
        registry, word = self.server.replica.registry, tables.words.texts(connection)
        fields = {(mark.entity, mark.field) for mark in marks if mark.field is not None}
        whose = {
            (entity, field)
            for entity, field in fields
            if field is not None and names_whose(registry, word[entity], word[field])
        }
        handed = [m for m in marks if (m.entity, m.field) in whose] if whose else []
        creates = oplog.verb_number(Verb.CREATE)
        begun = [m for m in marks if m.verb == creates and m.place in seen]
        names = log_marks.targets(connection, tables, (*handed, *begun))
        moved = {names[mark.place] for mark in handed}
        entering = {names[mark.place] for mark in handed if mark.place in seen}
        created = {names[mark.place] for mark in begun}
        self._enter(connection, entering)
        self._enter(connection, self._begun_earlier(connection, created, marks[0].rid))
        self._leave |= moved - entering

    def _send_all(self, found: Sequence[tuple[int, Operation]]) -> int | None:
        """Send these as far as the page holds them; the last one's row where not all were."""
        weight = self._weight + sum(map(weight_of, (operation for _, operation in found)))
        most = self.request.limit
        if weight < self.server.limits.page_bytes and len(self._sent) + len(found) <= most:
            # All fit, as nearly always; where some were sent before, it only seems fuller.
            self._sent.update(found)
            self._weight = weight
            return None
        for place, (rid, operation) in enumerate(found, 1):
            self._send(rid, operation)
            if place < len(found) and self._brimful:
                return rid
        return None

    def _own_shells(
        self, connection: Connection, marks: Sequence[Mark], own: int | None
    ) -> set[int]:
        """What is left of the device's own operations on erased records: it counts on from them
        while it is filled. Their records are among those that leave."""
        tables = self.server.replica.tables
        left = [
            mark for mark in marks
            if mark.rec is None and mark.replica == own and self._fills(mark.rid)
        ]  # fmt: skip
        names = log_marks.targets(connection, tables, left)
        erased = purging.gone_among(connection, tables, names.values())
        return {mark.rid for mark in left if names[mark.place] in erased}

    def _fills(self, rid: int) -> bool:
        return self.request.every or rid <= self.held.fill_until

    def _send(self, rid: int, operation: Operation) -> None:
        if rid not in self._sent:
            self._sent[rid] = operation
            self._weight += weight_of(operation)

    def _enter(self, connection: Connection, targets: Collection[Target]) -> None:
        """All that ever happened to records that came into view; the device passes over what it
        has."""
        tables = self.server.replica.tables
        for entity in {name for name, _ in targets}:
            ids = {record for name, record in targets if name == entity}
            for rid, operation in oplog.of_records(connection, tables, entity, ids):
                self._send(rid, operation)

    def _begun_earlier(
        self, connection: Connection, targets: Collection[Target], first: int
    ) -> set[Target]:
        """Records some of whose operations arrived, and were passed by, before their creation."""
        tables, found = self.server.replica.tables, set[Target]()
        for entity in {name for name, _ in targets}:
            ids = {record for name, record in targets if name == entity}
            found |= {
                (entity, i) for i in oplog.begun_before(connection, tables, entity, ids, first)
            }
        return found


def changes_owner(registry: Registry, operation: Operation) -> bool:
    """Whether the operation hands a record over."""
    return operation.verb is Verb.SET and names_whose(registry, operation.entity, operation.field)


def names_whose(registry: Registry, name: str, field_name: str) -> bool:
    """Whether a field of an entity says whose a record is."""
    if name not in registry:
        return False
    entity = registry.entity(name)
    return field_name in (entity.owner, entity.sharer)
