"""What a dry run has foretold so far, for the rows behind it: what would be there by then.

An import reads that from the database it has written to; a dry run writes nothing.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection

from crm_core.intake.deciding import row_of
from crm_core.model.values import Record, Value
from crm_core.store.imports.import_chunk import Chunk, ReadRecords
from crm_core.store.schema.encoding import pack, unpack
from crm_core.sync.protocol import compressed, decompressed

_TOGETHER = 250
"""Records of one packet: all are unpacked for one of them."""


class Foreseen:
    """Keeps what rows of a file would make and change.

    Of a new record some 70 bytes are kept in memory: a file may have two million rows, and few of
    them are met again.
    """

    def __init__(self, read: ReadRecords) -> None:
        """`read` gives the records of the database."""
        self._read = read
        self._first: dict[str, list[int]] = defaultdict(list)
        """By entity, the number of the first row of each packet."""
        self._packets: dict[str, list[bytes]] = defaultdict(list)
        self._changes: dict[tuple[str, str], dict[str, Value]] = {}

    def keep(self, chunk: Chunk) -> None:
        """Take in what further rows would do; they stand behind all those taken in before."""
        for entity, made in chunk.made().items():
            for begin in range(0, len(made.ids), _TOGETHER):
                part = slice(begin, begin + _TOGETHER)
                columns = {name: column[part] for name, column in made.columns.items()}
                packet = pack([made.ids[part], columns]).encode()
                self._first[entity].append(row_of(made.ids[begin]))
                self._packets[entity].append(compressed(packet))
        for entity, changes in chunk.changes.items():
            for record_id, fields in changes.items():
                held = chunk.held[entity][record_id]
                new = {name: held.get(name) for name in fields}
                self._changes.setdefault((entity, record_id), {}).update(new)

    def read(self, entity: str, ids: Collection[str]) -> dict[str, Record]:
        """Living records as they would be, by id, be it only of a row."""
        found: dict[str, Record] = {}
        packets: dict[int, list[str]] = defaultdict(list)
        for record_id in ids:
            if number := row_of(record_id):
                packets[bisect_right(self._first[entity], number) - 1].append(record_id)
        for place, those in packets.items():
            known, columns = unpack(decompressed(self._packets[entity][place]).decode())
            for one in those:
                at = known.index(one)
                found[one] = {"id": one, **{name: column[at] for name, column in columns.items()}}
        if there := [one for one in ids if not row_of(one)]:
            found.update(self._read(entity, there))
        for record_id in found.keys() if self._changes else ():
            changed = self._changes.get((entity, record_id))
            if changed:
                found[record_id] = {**found[record_id], **changed}
        return found
