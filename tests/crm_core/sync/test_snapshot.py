"""Manifests and frames from a server that lies: nothing is unpacked beyond what was promised."""

import hashlib
from typing import Any

import pytest
import zstandard

from crm_core.errors import SyncCode, SyncError
from crm_core.sync.snapshot import (
    FRAME_PAGES,
    MAX_PAGES,
    PAGE,
    Manifest,
    Packer,
    manifest_from,
)

PLAIN = bytes(range(256)) * 16 * 3
PACKED, FRAME = Packer(1).pack(PLAIN)
GOOD: dict[str, Any] = {
    "snapshot": "a" * 32, "format": 2, "pages": 3, "frames": [[FRAME.packed, FRAME.digest]],
    "position": 7, "lineage": "l",
}  # fmt: skip


def refusal(manifest: Manifest, packed: bytes) -> SyncCode:
    with pytest.raises(SyncError) as caught:
        manifest.unpacked(0, packed)
    return caught.value.sync_code


def test_what_was_packed_comes_out() -> None:
    manifest = manifest_from(GOOD)
    assert manifest.unpacked(0, PACKED) == PLAIN
    assert manifest_from(manifest.as_json()) == manifest


def test_a_frame_is_never_unpacked_beyond_its_pages() -> None:
    manifest = manifest_from(GOOD)
    bomb = zstandard.compress(b"\0" * 2**26)
    silent = zstandard.ZstdCompressor(write_content_size=False).compress(b"\0" * 2**26)
    for packed in (bomb, silent, b"", PACKED[:-1], b"noise", PACKED[:9] + bomb):
        assert refusal(manifest, packed) is SyncCode.MALFORMED
    # Two frames in one: the second, however large, is not looked at.
    assert manifest.unpacked(0, PACKED + bomb) == PLAIN


def test_other_bytes_of_the_right_length_are_not_taken() -> None:
    other = zstandard.compress(PLAIN[::-1])
    assert refusal(manifest_from(GOOD), other) is SyncCode.MALFORMED
    assert hashlib.sha256(PLAIN).hexdigest() == FRAME.digest


@pytest.mark.parametrize(
    "lie",
    [
        {"pages": MAX_PAGES + 1}, {"pages": 0}, {"pages": True}, {"pages": FRAME_PAGES + 1},
        {"frames": [[PAGE * FRAME_PAGES * 2, "0" * 64]]}, {"frames": [[1, "0" * 63]]},
        {"frames": [[-1, "0" * 64]]}, {"frames": {}}, {"frames": [7]}, {"frames": [[1]]},
        {"snapshot": "../../etc/passwd"}, {"format": 2**40}, {"position": -1},
        {"highest_own": float("nan")},
    ],
    ids=repr,
)  # fmt: skip
def test_a_manifest_that_promises_too_much_is_not_believed(lie: dict[str, Any]) -> None:
    with pytest.raises(SyncError) as caught:
        manifest_from(GOOD | lie)
    assert caught.value.sync_code is SyncCode.MALFORMED
