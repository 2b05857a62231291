"""Which records are there already, by exact keys: read once, and kept true while an import runs."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any

from sqlalchemy import Connection, select

from crm_core.intake.deciding import Twin
from crm_core.intake.keys import NAME, Key, Keyed, folded_name
from crm_core.model.schema import EntitySpec
from crm_core.model.values import Record
from crm_core.store.reading.records import chunks
from crm_core.store.reading.rows import fetch
from crm_core.store.schema.tables import Tables

Ids = str | tuple[str, ...]
"""One id as itself: of hundreds of thousands of keys nearly all have one."""
_AT_A_TIME = 10_000
"""Records whose keys are worked out together."""


class TwinIndex:
    """Finds the record some values are about; `find` is the one place that says so."""

    def __init__(self, keyed: Keyed) -> None:
        self.keyed = keyed
        self._by_key: dict[str, dict[str, Ids]] = {}
        self._keys: dict[str, tuple[Key, ...]] = {}
        self._late: list[tuple[Sequence[str], Sequence[tuple[str, Sequence[str]]]]] = []
        """Ids and keys that came by columns: put into `_keys` once somebody asks for one's."""

    def load(self, connection: Connection, tables: Tables, entity: EntitySpec) -> None:
        """Take in every living record."""
        table, names = tables.of(entity.name), self.keyed.columns
        if not names:
            return
        living = select(table.c.id, *(table.c[name] for name in names))
        rows = fetch(connection, living.where(table.c.alive.is_(True)))
        if self.keyed.together:
            for part in chunks(rows, _AT_A_TIME):
                columns: list[tuple[Any, ...]] = list(zip(*part, strict=True))
                keys = self.keyed.columns_of(dict(zip(names, columns[1:], strict=True)))
                self.add_columns(columns[0], keys)
            return
        for record_id, *values in rows:
            self.add(record_id, dict(zip(names, values, strict=True)))

    def add(self, record_id: str, record: Record) -> None:
        """Take in one record."""
        self.add_under(record_id, self.keyed.keys_of(record))

    def add_under(self, record_id: str, keys: Sequence[Key]) -> None:
        """Take in one record by its keys, or what it is known by besides."""
        known_as = self._known_as(record_id)
        self._keys[record_id] = tuple(
            keys if known_as is None else {**dict(known_as), **dict(keys)}.items()
        )
        for field, text in keys:
            if field == NAME:
                continue
            _add(self._by_key.setdefault(field, {}), text, record_id)

    def add_columns(
        self, ids: Sequence[str], keys: Sequence[tuple[str, Sequence[str]]], *, fresh: bool = False
    ) -> None:
        """Take in records of which none is here, by the keys that `Keyed.columns_of` gives.
        `fresh`: no key is anybody's, nor two records'."""
        for field, texts in keys:
            if field == NAME:
                continue
            known = self._by_key.setdefault(field, {})
            if fresh:
                known.update(zip(texts, ids, strict=True))
                known.pop("", None)
                continue
            for text, record_id in zip(texts, ids, strict=True):
                if text:
                    _add(known, text, record_id)
        self._late.append((ids, keys))

    def known(self, field: str, texts: set[str]) -> set[str]:
        """Those of these forms of a key that some record has."""
        return self._by_key.get(field, {}).keys() & texts

    def find(self, values: Record) -> Twin | None:
        """The record or records with the surest key these values share with any, as long as
        nothing says that they are others; None for none."""
        return self.find_under(self.keyed.keys_of(values))

    def find_under(self, keys: Sequence[Key]) -> Twin | None:
        """`find` by keys that are known."""
        for field, text in keys:
            held = self._by_key.get(field, {}).get(text)
            if held is None:
                continue
            ids = (held,) if isinstance(held, str) else held
            same = tuple(one for one in ids if not self._is_another(one, keys, field))
            if same:
                return Twin(same, field)
        return None

    def shared(self, keys: Sequence[Key]) -> str:
        """The surest key these have in common with any, whoever that is; empty for none."""
        return next((f for f, text in keys if text in self._by_key.get(f, {})), "")

    def _is_another(self, record_id: str, keys: Sequence[Key], hit: str) -> bool:
        return self.keyed.contradicts(keys, self._known_as(record_id) or (), hit=hit)

    def _known_as(self, record_id: str) -> tuple[Key, ...] | None:
        for ids, keys in self._late:
            named = [zip(repeat(field), texts, strict=False) for field, texts in keys]
            rows: Iterable[tuple[Key, ...]] = zip(*named, strict=True) if keys else repeat(())
            if not all(all(texts) for _, texts in keys):
                rows = (tuple(key for key in row if key[1]) for row in rows)
            self._keys.update(zip(ids, rows, strict=False))
        self._late.clear()
        return self._keys.get(record_id)


def _add(known: dict[str, Ids], text: str, record_id: str) -> None:
    held = known.setdefault(text, record_id)
    if held != record_id:
        ids = (held,) if isinstance(held, str) else held
        if record_id not in ids:
            known[text] = (*ids, record_id)


class RefIndex:
    """Finds the records of one kind by what people write for them: names, logins, codes."""

    def __init__(self, entity: EntitySpec) -> None:
        self.entity = entity
        self._fields = [
            name for name in (entity.title, "login", "code") if entity.find(name) is not None
        ]
        self._ids: set[str] = set()
        self._by_text: dict[str, Ids] = {}

    def load(self, connection: Connection, tables: Tables) -> None:
        """Take in every living record."""
        table = tables.of(self.entity.name)
        columns: list[Any] = [table.c[name] for name in self._fields]
        rows = fetch(connection, select(table.c.id, *columns).where(table.c.alive.is_(True)))
        for record_id, *values in rows:
            self.add(record_id, values)

    def add(self, record_id: str, texts: Iterable[object]) -> None:
        """Take in one record, known by these texts."""
        self._ids.add(record_id)
        for text in texts:
            if not text:
                continue
            key = folded_name(str(text))
            held = self._by_text.setdefault(key, record_id)
            ids = (held,) if isinstance(held, str) else held
            if record_id not in ids:
                self._by_text[key] = (*ids, record_id)

    def find(self, text: str) -> tuple[str, ...]:
        """The ids of what is called that; an id stands for itself."""
        if text in self._ids:
            return (text,)
        held = self._by_text.get(folded_name(text), ())
        return (held,) if isinstance(held, str) else held


def ref_indexes(
    connection: Connection, tables: Tables, targets: Collection[EntitySpec]
) -> Mapping[str, RefIndex]:
    """Indexes of these kinds of record, loaded."""
    found = {}
    for target in targets:
        found[target.name] = RefIndex(target)
        found[target.name].load(connection, tables)
    return found
