"""A story told step by step: what the machine found, or what must never break, as a plain test."""

from dataclasses import dataclass, field

from tests.builders import log_of
from tests.sync_proof.devices import Device, PowerCut
from tests.sync_proof.invariants import Verdict, prove
from tests.sync_proof.ledger import Ledger
from tests.sync_proof.template import Office
from tests.sync_proof.world import World


@dataclass(slots=True)
class Story:
    """The world of one test, and what was written in it."""

    office: Office
    ledger: Ledger = field(default_factory=Ledger)

    @property
    def world(self) -> World:
        """The server's side."""
        return self.office.world

    def laptops(self, *names: str) -> list[Device]:
        """Laptops by name."""
        return [self.office.laptops[name] for name in names]

    def customer(self, device: Device, **more: object) -> str:
        """A new customer of this laptop's person; its id."""
        record = f"rec-{self.ledger.token()}"
        values = {
            "name": self.text("name"), "kind": "organisation", "owner": device.user_id,
        }  # fmt: skip
        assert device.create("customer", {record: values | more})
        self.ledger.note(device)
        return record

    def text(self, what: str = "text") -> str:
        """A text nobody has written yet."""
        return f"{what} {self.ledger.token()}"

    def change(self, device: Device, record: str, **changes: object) -> str:
        """An edit; the group it can be taken back by."""
        assert device.change("customer", [record], changes)
        self.ledger.note(device)
        return device.groups[-1]

    def delete(self, device: Device, record: str) -> None:
        """Into the bin."""
        assert device.delete("customer", [record])
        self.ledger.note(device)

    def undo(self, device: Device, group: str) -> None:
        """Take an act back."""
        assert device.undo(group)
        self.ledger.note(device)

    def sync(self, *names: str) -> None:
        """Whole exchanges, one laptop after the other; a power cut closes the laptop."""
        for device in self.laptops(*names):
            try:
                device.sync()
            except PowerCut:
                device.close()

    def restore(self) -> None:
        """Put the server back to its only backup."""
        before = {o.key: o for o in log_of(self.world.replica)}
        self.world.restore(0)
        self.ledger.note_restore(self.world, before, self.office.laptops.values())

    def compact(self, *, deleted_days: int = 90, silent_days: int = 180) -> dict[str, int]:
        """Let the server purge; what went."""
        done = self.ledger.note_compaction(
            self.world, deleted_days=deleted_days, silent_days=silent_days
        )
        return dict(done.purged)

    def shows(self, name: str, record: str, field: str) -> object:
        """What a laptop shows; None where the record is not there."""
        found = self.office.laptops[name].replica.record("customer", record)
        return found.get(field) if found else None

    def ends_well(self, *names: str, fresh: str = "") -> Verdict:
        """Every promise, asked of these laptops and of a fresh one of the person `fresh`."""
        fill = [self.office.fresh[f"new-{fresh}"]] if fresh else []
        return prove(self.world, self.ledger, self.laptops(*names), fill)
