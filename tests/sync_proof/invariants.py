"""What must hold once the trouble is over and everybody has synced until nothing moves.

Each check states one promise; `everything` makes them all, on every laptop and on a fresh one.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from crm_core.clock import ZERO_STAMP, stamp_millis
from crm_core.model.schema import Merge
from crm_core.permissions import visible
from crm_core.store.changes import changelog
from crm_core.store.reading.conditions import compile_condition
from crm_core.store.replica import Replica
from crm_core.sync.change import Operation, Verb
from crm_core.sync.history import as_of
from crm_core.sync.merge import RecordState
from sync_server.services import people
from tests.builders import KEY, log_of
from tests.sync_proof import disk
from tests.sync_proof.devices import Device
from tests.sync_proof.ledger import Key, Ledger, Target, tokens_in
from tests.sync_proof.reference import Told, shown, told_again
from tests.sync_proof.world import World, user_of

ROUNDS = 8
"""Exchanges of everybody after which nothing may be left to move."""

Histories = Mapping[Target, Sequence[Operation]]


def histories_of(replica: Replica) -> dict[Target, list[Operation]]:
    """All a database knows to have happened, by record."""
    found: dict[Target, list[Operation]] = defaultdict(list)
    for operation in log_of(replica):
        found[operation.entity, operation.id].append(operation)
    return dict(found)


def counted(device: Device) -> dict[Target, list[Operation]]:
    """What a laptop knows to have happened, without what was refused: it counts for nothing."""
    refused = {o.key for o in device.refused()}
    found = {
        target: [o for o in operations if o.key not in refused]
        for target, operations in histories_of(device.replica).items()
    }
    return {target: operations for target, operations in found.items() if operations}


def states_in(replica: Replica, targets: Collection[Target]) -> dict[Target, RecordState]:
    """The states of records as a database holds them; ones it does not have are left out."""
    found: dict[Target, RecordState] = {}
    for entity in sorted({entity for entity, _ in targets} & {e.name for e in replica.registry}):
        ids = [record for name, record in targets if name == entity]
        states = replica.read(
            lambda c, e=entity, i=ids: changelog.states_of(c, replica.tables, e, i)  # type: ignore[misc]
        )
        found |= {(entity, record): state for record, state in states.items()}
    return found


def sync_until_quiet(devices: Sequence[Device]) -> None:
    """Heal every line, then sync all round until nobody has anything to say."""
    for device in devices:
        device.line.heal()
        device.spare()
    for _ in range(ROUNDS):
        reports = [device.sync() for device in devices]
        if all(r and not (r.pushed or r.refused or r.pulled or r.left) for r in reports):
            return
    raise AssertionError("the laptops never come to rest")


def prove(
    world: World, ledger: Ledger, devices: Sequence[Device], fresh: Sequence[Device] = ()
) -> "Verdict":
    """Let everybody sync until quiet, fill the fresh laptops, and ask for every promise."""
    world.spare()
    for device in fresh:
        device.sign_in()  # First: that is a record as well, of the audit log.
    sync_until_quiet(devices)
    for device in fresh:
        device.sync()
    verdict = Verdict(world, ledger, devices)
    verdict.everything(fresh)
    return verdict


@dataclass(slots=True)
class Verdict:
    """The state of the world at the end, and the promises asked of it."""

    world: World
    ledger: Ledger
    devices: Sequence[Device]
    told: Histories = field(init=False)
    states: dict[Target, RecordState] = field(init=False)

    def __post_init__(self) -> None:
        # Of what was erased the log may keep the shell of an operation, to count on from.
        erased = {t for one in self.world.server.erasures.erasures() for t in one.records}
        told = histories_of(self.world.replica)
        late = self.ledger.written.values()
        gone = {o.key: o for o in late if (o.entity, o.id) in erased}
        self.ledger.purged |= gone  # What laptops brought too late is nowhere either.
        self.told = {target: told[target] for target in told if target not in erased}
        self.states = states_in(self.world.replica, set(self.told))

    def everything(self, fresh: Sequence[Device]) -> None:
        """All promises."""
        self.acknowledged_is_kept()
        self.server_shows_its_history()
        self.stamps_are_of_this_world()
        for device in self.devices:
            self.cursor_only_grows(device)
            self.laptop_equals_server(device)
            self.conflicts_are_shown(device)
        for device in fresh:
            self.laptop_equals_server(device)
        for device in (*self.devices, *fresh):
            self.digests_agree(device)
            self.nothing_foreign_on_disk(device)

    # -- nothing is lost ----------------------------------------------------------------------

    def acknowledged_is_kept(self) -> None:
        """Every write is either in the server's history as it was written, or refused and kept."""
        kept: dict[Key, Operation] = {o.key: o for ops in self.told.values() for o in ops}
        for device in self.devices:
            assert device.waiting() == []
            for key, wrote in self.ledger.acknowledged(device).items():
                if key in self.ledger.lost or key in self.ledger.purged:
                    continue
                assert key in kept, f"acknowledged and gone: {wrote}"
                held = kept[key]
                assert _said(held) == _said(wrote)
        refused = {o.key for device in self.devices for o in device.refused()}
        assert not refused & set(kept), "refused and yet carried out"

    def server_shows_its_history(self) -> None:
        """The state is what its history says, by the merge, by history and by the reference."""
        registry = self.world.replica.registry
        for target, operations in self.told.items():
            if target[0] not in registry:
                continue
            entity = registry.entity(target[0])
            state, wanted = self.states.get(target), told_again(operations, entity)
            assert (state is None) == (wanted is None), target
            if state is None:
                continue
            assert shown(state, entity) == wanted, target
            latest = max(o.hlc for o in operations)
            assert shown(as_of(operations, entity, latest), entity) == wanted, target

    def stamps_are_of_this_world(self) -> None:
        """No stamp is from the future, every base names a write of the same record."""
        now, tainted = self.world.time.clock.millis(), self.ledger.tainted()
        for target, operations in self.told.items():
            stamps = {o.hlc for o in operations} | {ZERO_STAMP}
            assert len(stamps) == len(operations) + 1, f"one stamp twice: {target}"
            for operation in operations:
                assert stamp_millis(operation.hlc) <= now + 1, f"from the future: {operation}"
                if target not in tainted:
                    assert operation.base in stamps, f"saw what nobody wrote: {operation}"

    # -- laptops ------------------------------------------------------------------------------

    def visible(self, login: str) -> set[Target]:
        """The records a person may see now, by the condition that lists and snapshots use; what
        the server does not know yet, an administrator."""
        server, found = self.world.server, set[Target]()
        with server.reading() as connection:
            tables, registry = server.replica.tables, server.replica.registry
            actor = people.actor_of(connection, tables, user_of(login))
            assert actor is not None
            for entity in registry:
                table = tables.of(entity.name)
                seen = compile_condition(visible(actor, entity), table, server.clock.now())
                ids = connection.scalars(select(table.c.id).where(seen))
                found |= {(entity.name, one) for one in ids}
        if people.sees_everything(actor):
            found |= {target for target in self.told if target[0] not in registry}
        return found & set(self.told)

    def laptop_equals_server(self, device: Device) -> None:
        """A laptop holds what its person may see, all of it, as the server does; nothing else."""
        replica, visible, lost = device.replica, self.visible(device.login), self.ledger.tainted()
        mine = counted(device)
        # Of a record whose creation is lost its author may keep own edits; nobody sees them.
        assert set(mine) - lost <= visible, f"{device.name} holds what it may not see"
        assert visible <= set(mine), f"{device.name} lacks what it may see"
        states, registry = states_in(replica, set(mine)), replica.registry
        assert not set(states) - visible, f"{device.name} shows what it may not see"
        for target, operations in mine.items():
            if target[0] not in registry:
                continue
            entity = registry.entity(target[0])
            state = states.get(target)
            own = shown(state, entity) if state else None
            assert own == told_again(operations, entity), f"{device.name} {target}"
            if target in visible:
                assert _same(operations) == _same(self.told[target]), f"{device.name} {target}"
                assert own == self._server_shows(target), f"{device.name} {target}"

    def digests_agree(self, device: Device) -> None:
        """The laptop's own comparison with the server finds the same, and says so."""
        if self.ledger.tainted():
            return  # It would put right what the promises leave out.
        report = device.client.compare(now=True)
        assert report is not None, f"{device.name} cannot be compared"
        assert report.check is not None
        assert report.check.sound, f"{device.name} {report.check}"

    def _server_shows(self, target: Target) -> Told | None:
        state = self.states.get(target)
        return shown(state, self.world.replica.registry.entity(target[0])) if state else None

    def cursor_only_grows(self, device: Device) -> None:
        """A page never leads back, unless it sends the laptop to the very beginning."""
        for asked, reached in (*device.pages, *device.client.pages):
            assert reached >= asked or reached == 0

    def conflicts_are_shown(self, device: Device) -> None:
        """Where the present value was written without having seen the one before it, the inbox
        of every laptop that has both says so."""
        replica = device.replica
        listed = {(c.winner.key, c.loser.key) for c in replica.conflicts()}
        for target, operations in counted(device).items():
            if target[0] not in replica.registry:
                continue
            for spec in replica.registry.entity(target[0]).fields:
                if spec.merge is not Merge.SET and not spec.custom:
                    met = _unseen(operations, spec.name)
                    assert met is None or met in listed, f"{device.name} {target} {spec.name}"

    def nothing_foreign_on_disk(self, device: Device) -> None:
        """No byte of a record that left the scope is left: rows, log, index, free pages."""
        visible = self.visible(device.login)
        own = tokens_in((*device.waiting(), *device.refused()))
        allowed = own | tokens_in(o for target in visible for o in self.told.get(target, ()))
        told = (o for ops in self.told.values() for o in ops)
        foreign = tokens_in((*told, *self.ledger.purged.values())) - allowed
        found = {token for token in foreign if disk.indexed(device.replica, token)}
        assert found == set(), f"{device.name} still finds {found}"
        mine = tokens_in(log_of(device.replica))
        device.close()
        on_disk = disk.tokens_on_disk(device.path, KEY)
        assert mine <= on_disk, "the disk cannot be read, so nothing is proved"
        left = on_disk & foreign
        assert left == set(), f"{device.name} still has {left} on its disk"


def _said(operation: Operation) -> tuple[object, ...]:
    """What the author said, without the server's part in it."""
    return (
        operation.entity, operation.id, operation.verb, operation.field, operation.value,
        operation.before, operation.actor, operation.reason, operation.group,
        operation.authored or operation.hlc,
    )  # fmt: skip


def _same(operations: Sequence[Operation]) -> dict[Key, tuple[object, ...]]:
    """The history of a record, to be compared with another's."""
    return {o.key: (o.hlc, o.base, *_said(o)) for o in operations}


def _unseen(operations: Sequence[Operation], name: str) -> tuple[Key, Key] | None:
    """(winner, loser) where the last write of a field had not seen the one before it."""
    every = sorted((o for o in operations if o.verb is Verb.SET and o.field == name), key=_stamp)
    if len(every) < 2:
        return None
    loser, winner = every[-2:]
    if winner.base >= loser.hlc or winner.actor == loser.actor or winner.replica == loser.replica:
        return None
    return winner.key, loser.key


def _stamp(operation: Operation) -> str:
    return operation.hlc
