"""A laptop of a later version, at the level of the wire: it writes what nobody here knows yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crm_core.clock import ZERO_STAMP, HybridClock
from crm_core.errors import SyncCode, SyncError
from crm_core.sync.change import Operation, Payload, Verb
from desktop.services.online.server import Server
from tests.sync_proof.network import Line
from tests.sync_proof.world import PASSWORD, World, user_of

NODE = "00000000000000ee"
LOGIN = "boss"


@dataclass(slots=True)
class NewerLaptop:
    """Sends everything it ever wrote each time: the server knows what it has."""

    world: World
    written: list[Operation] = field(default_factory=list)
    _hybrid: HybridClock = field(init=False)

    def __post_init__(self) -> None:
        self._hybrid = HybridClock(NODE, self.world.time.clock)

    def create(self, entity: str, record: str, values: Mapping[str, object]) -> Operation:
        """A record of an entity, or with fields, of tomorrow."""
        return self._write(entity, record, Verb.CREATE, dict(values), "", ZERO_STAMP)  # type: ignore[arg-type]

    def change(self, entity: str, record: str, name: str, value: str, *, base: str) -> Operation:
        """An edit, having seen the write stamped `base`."""
        self._hybrid.observe(base)
        return self._write(entity, record, Verb.SET, value, name, base)

    def _write(
        self, entity: str, record: str, verb: Verb, value: Payload, name: str, base: str
    ) -> Operation:
        number = len(self.written) + 1
        operation = Operation(
            replica=NODE, replica_seq=number, entity=entity, id=record, verb=verb, field=name,
            value=value, before=None, hlc=self._hybrid.tick(), base=base,
            group=f"{NODE}-{number}", actor=user_of(LOGIN), reason="新版本",
        )  # fmt: skip
        self.written.append(operation)
        return operation

    def send(self) -> None:
        """Push all of it."""
        server = Server(
            "http://server", clock=self.world.time.clock, transport=Line(self.world.gate)
        )
        try:
            server.sign_in(LOGIN, PASSWORD, device=NODE)
            for start in range(0, len(self.written), 50):
                batch = self.written[start : start + 50]
                pushed = server.push(batch, "", device_offset_ms=0)
                assert all(ack.refused is None for ack in pushed.acks)
        except SyncError as error:
            if error.sync_code is not SyncCode.SERVER_UNREACHABLE:
                raise
        finally:
            server.close()
