"""The shelf of snapshots without a server: what was made before a purge is thrown away."""

from pathlib import Path

from crm_core.sync.snapshot import PAGE, Manifest
from sync_server.services.snapshot_shelf import SnapshotShelf
from tests.builders import FakeClock


def test_snapshots_from_before_a_position_go_and_later_ones_stay(tmp_path: Path) -> None:
    shelf = SnapshotShelf(tmp_path / "snapshots", FakeClock().clock)

    def make(key: str, position: int) -> Manifest:
        def write(path: Path) -> Manifest:
            path.write_bytes(bytes(PAGE))
            return Manifest("", 2, 0, (), position, "lineage")

        made = shelf.make(key, lambda: None, write).result(timeout=20)
        assert made is not None
        return made

    old, new = make("a" * 32, 7), make("b" * 32, 8)
    assert shelf.drop_before(8) == 1
    assert shelf.frames("a" * 32, old.snapshot) is None
    assert shelf.newest("a" * 32) is None
    assert shelf.frames("b" * 32, new.snapshot) is not None
    assert shelf.drop_before(8) == 0
