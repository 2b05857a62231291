"""The shelf of snapshots without a server: what was made before a purge is thrown away; packing."""

import os
import time
from pathlib import Path

import pytest

from crm_core.sync.snapshot import FRAME_PAGES, PAGE, ROOM, Manifest
from sync_server.services.shelves import packing
from sync_server.services.shelves.snapshot_shelf import SnapshotShelf
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


def test_one_begun_before_what_was_thrown_away_is_made_once_more(tmp_path: Path) -> None:
    shelf = SnapshotShelf(tmp_path / "snapshots", FakeClock().clock)
    positions, key = iter((7, 9)), "c" * 32

    def write(path: Path) -> Manifest:
        position = next(positions)
        path.write_bytes(bytes(PAGE))
        shelf.drop_before(8)  # Somebody was erased while the image was being written.
        return Manifest("", 2, 0, (), position, "lineage")

    assert shelf.resting, "nobody has asked for anything"
    made = shelf.make(key, lambda: None, write).result(timeout=20)
    assert made is not None
    assert made.position == 9
    assert shelf.newest(key) == made
    assert not shelf.resting, "who has just been told of it is about to fetch it"
    assert len(list(shelf.folder.glob("*.frames"))) == len(list(shelf.folder.glob("*.json"))) == 1
    shelf.drop_before(3)
    assert shelf.frames(key, made.snapshot) is not None
    (shelf.folder / "floor").write_text("not a number")
    assert shelf.drop_before(9) == 0


def test_what_is_packed_while_the_image_is_written_is_packed_again_where_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "_BEHIND", 0)
    pages, aside = [os.urandom(PAGE) for _ in range(3)], list[Path]()
    image = b"".join(page * FRAME_PAGES for page in pages) + pages[0]

    def write(path: Path) -> Manifest:
        with path.open("wb") as file:
            file.write(image[: 3 * ROOM])
            file.flush()
            aside.append(path.with_suffix(".aside"))
            # Two frames of one page again and again are a few KB each.
            end = time.monotonic() + 20
            while not aside[0].exists() or aside[0].stat().st_size <= 2 * PAGE:
                assert time.monotonic() < end, "nothing was packed early"
                time.sleep(0.002)
            file.write(image[3 * ROOM :])
            file.seek(ROOM)
            file.write(pages[2])
        return Manifest("", 2, 0, (), 7, "lineage")

    shelf = SnapshotShelf(tmp_path / "snapshots", FakeClock().clock)
    made = shelf.make("d" * 32, lambda: None, write).result(timeout=20)
    assert made is not None
    frames = shelf.frames("d" * 32, made.snapshot)
    assert frames is not None
    packed, starts = frames.read_bytes(), made.starts()
    plain = [bytes(made.unpacked(n, packed[starts[n] : starts[n + 1]])) for n in range(4)]
    assert made.pages == 3 * FRAME_PAGES + 1
    assert plain[1][:PAGE] == pages[2]
    assert plain[0] + image[ROOM : ROOM + PAGE] + plain[1][PAGE:] + plain[2] + plain[3] == image
    assert not aside[0].exists()
