"""What was written on which laptop, and what may be expected of it later.

Every text written carries a token found nowhere else, so that where it lies on a disk can be told.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crm_core.sync.change import Operation
from sync_server.services.erasure.compaction import Compacted
from sync_server.services.erasure.erasing import carry_out
from sync_server.services.shelves.erasure_journal import Erasure
from tests.builders import log_of
from tests.sync_proof.devices import Device
from tests.sync_proof.world import World

Key = tuple[str, int]
Target = tuple[str, str]
_TOKEN = re.compile(r"tk\d{5}q")


def tokens_in(operations: Iterable[Operation]) -> set[str]:
    """The tokens of everything these operations say, what was there before included."""
    return {
        token
        for o in operations
        for token in _TOKEN.findall(json.dumps([o.id, o.value, o.before], ensure_ascii=False))
    }


@dataclass(slots=True)
class Ledger:
    """Every operation that was committed on a laptop, by identity."""

    written: dict[Key, Operation] = field(default_factory=dict)
    lost: dict[Key, Operation] = field(default_factory=dict)
    """What no machine holds any more that would send it: the server was put back to an earlier
    state, and the author's laptop had to forget the record in the meantime."""
    purged: dict[Key, Operation] = field(default_factory=dict)
    """What the server took out for good, by policy."""
    erased: set[Target] = field(default_factory=set)
    """Records that were erased, whatever anybody wrote of them before or since."""
    _serial: int = 0

    def token(self) -> str:
        """A text nobody has written yet."""
        self._serial += 1
        return f"tk{self._serial:05d}q"

    def note(self, device: Device) -> None:
        """Take down what was just committed on a laptop."""
        for operation in device.waiting():
            self.written.setdefault(operation.key, operation)

    def acknowledged(self, device: Device) -> dict[Key, Operation]:
        """What this laptop considers safe at the server."""
        kept = {o.key for o in (*device.waiting(), *device.refused())}
        return {
            key: o
            for key, o in self.written.items()
            if o.replica == device.node and key not in kept
        }

    def note_restore(
        self, world: World, before: Mapping[Key, Operation], devices: Iterable[Device]
    ) -> None:
        """The server has forgotten part of `before`; note what nobody will send it again."""
        held = {o.key for o in log_of(world.replica)}
        for device in devices:
            held |= {o.key for o in log_of(device.replica) if o.replica == device.node}
        self.lost |= {
            key: o for key, o in before.items()
            if key not in held and (o.entity, o.id) not in self.erased
        }  # fmt: skip

    def note_compaction(self, world: World, *, deleted_days: int, silent_days: int) -> Compacted:
        """Let the server purge, and take down what went."""
        before = {o.key: o for o in log_of(world.replica)}
        done = world.compact(deleted_days=deleted_days, silent_days=silent_days)
        left = {o.key for o in log_of(world.replica)}
        self.purged |= {key: o for key, o in before.items() if key not in left}
        return done

    def note_erasure(self, world: World, target: Target) -> None:
        """Let the server erase a record, as it does a person's, and take down what went."""
        before = {o.key: o for o in log_of(world.replica)}
        now = world.server.clock.iso()
        world.server.erasures.add(Erasure(self.token(), now, (target,), (target,)))
        carry_out(world.server)
        self.erased.add(target)
        about = {k: o for k, o in (before | self.written).items() if (o.entity, o.id) == target}
        self.purged |= about

    def tainted(self) -> set[Target]:
        """Records part of whose story is lost; laptops may differ about them."""
        return {(o.entity, o.id) for o in self.lost.values()}
