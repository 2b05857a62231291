"""Attachments' bytes in backups: a folder beside the backup files, which they share.

The bytes of an address never change, so every backup adds only what is new since the last one.
"""

from dataclasses import dataclass
from pathlib import Path

from sync_server.config import DataFolder
from sync_server.services.shelves.blob_shelf import DiskShelf, full

FOLDER = "suixing-attachments"


@dataclass(frozen=True, slots=True)
class Copied:
    """What became of the files."""

    new: int
    damaged: int
    """Files that are not what their name says, and were left out."""


def back_up_files(folder: DataFolder, backup: Path) -> Copied:
    """Copy beside `backup`, which was taken before, what is not there yet; each file verified.

    SyncError(STORAGE_FULL) with what was copied kept for the next time.
    """
    return _copy(DiskShelf(folder.blobs), DiskShelf(backup.parent / FOLDER))


def restore_files(folder: DataFolder, backup: Path) -> Copied:
    """Bring back what is beside `backup` and missing in the data; nothing is taken away.

    What neither has, the devices that hold it send again.
    """
    return _copy(DiskShelf(backup.parent / FOLDER), DiskShelf(folder.blobs))


def _copy(source: DiskShelf, target: DiskShelf) -> Copied:
    known = set(target.vouched())
    for address, record in source.vouched():
        if (address, record) not in known:
            target.vouch(address, [record])
    new = damaged = 0
    for address, _ in source.addresses():
        if target.size(address) is not None:
            continue
        try:
            with source.path(address).open("rb") as stream:
                kept = target.put(address, stream)
        except FileNotFoundError:  # Cleared away meanwhile: no record named it.
            continue
        except OSError as error:
            raise full(error) from error
        new, damaged = new + kept, damaged + (not kept)
    return Copied(new, damaged)
