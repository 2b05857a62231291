"""A database as a device is filled from it: the rows one person may see, as plain SQLite pages.

Written by INSERT … SELECT from one consistent state, so that the file has no free page and never
held anything else. Each page keeps 80 bytes free at its end (see `cipher_pages`), so that a device
only has to encrypt it. Nothing here knows who is asking or how the file travels.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Engine,
    ScalarSelect,
    Select,
    Table,
    and_,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)

from crm_core.model.query import EVERYTHING, NOTHING, Condition
from crm_core.model.schema import Merge, Registry
from crm_core.permissions import Access, shown
from crm_core.store.engines import meta
from crm_core.store.engines.engine import guarded
from crm_core.store.images.blank import Blank, blank, layout_of
from crm_core.store.images.image_sources import Mask, Source, open_source
from crm_core.store.indexes import indexer, list_indexes, match_index
from crm_core.store.log import oplog
from crm_core.store.measures.past_moves import STAGE, logged
from crm_core.store.reading.conditions import compile_condition
from crm_core.store.schema.fact_tables import JOURNEYS, KIND
from crm_core.store.schema.tables import Tables

CONTENTS = 3
"""Raised when images get more: one made before that is given to nobody any more."""


@dataclass(frozen=True, slots=True)
class View:
    """What may be in the image: by entity, which records and how much of which fields."""

    conditions: Mapping[str, Condition]
    withheld: Mapping[str, Mapping[str, Access]] = field(default_factory=dict)
    signatures: Mapping[str, str] = field(default_factory=dict)
    """What the device is to keep as its views (`PullReply.views`)."""

    def levels(self, entity: str) -> Mapping[str, Access]:
        """The fields of an entity that are withheld."""
        return self.withheld.get(entity, {})

    @property
    def whole(self) -> bool:
        """Whether everything may be seen."""
        given = all(condition == EVERYTHING for condition in self.conditions.values())
        return given and not any(self.withheld.values())


def write_image(source: Engine, path: Path, registry: Registry, view: View, now: datetime) -> int:
    """Write the image of `source` at `path`; the log position it stands for.

    The file is in the way of nobody: writers of `source` go on meanwhile. KnownError ("disk_full",
    "unwritable").
    """
    with guarded():
        while True:
            layout = layout_of(source, registry)
            begun = blank(layout, registry)
            path.write_bytes(begun.file)
            with open_source(source, path) as opened:
                if opened.layout(registry) == layout:  # Else it grew in this very moment.
                    return _Image(opened, begun, registry, view, now).write()


def prepare(source: Engine, registry: Registry) -> None:
    """Make ready what every image of `source` begins as: nobody waits yet."""
    with guarded():
        blank(layout_of(source, registry), registry)


class _Image:
    """One image being written."""

    def __init__(
        self, source: Source, begun: Blank, registry: Registry, view: View, now: datetime
    ) -> None:
        self._source = source
        self._blank = begun
        self._registry = registry
        self._view = view
        self._now = now
        self._tables = Tables(registry)
        self._lean = Tables(registry, lean=True)
        unseen = {name for name, seen in view.conditions.items() if seen == NOTHING}
        self._filled = begun.filled - unseen
        """The entities of which there is anything that may be seen, perhaps."""
        self._all_seen: dict[str, bool] = {}
        self._left: Mapping[str, str] = {}

    def write(self) -> int:
        """Rows first, in the order of their ids; then what is built from them."""
        position = self._position()
        for entity in self._registry:
            self._copy_records(entity.name)
        self._copy_stamps()
        self._copy_waiting()
        self._copy_moves()
        self._complete()
        self._note(position)
        return position

    def _position(self) -> int:
        """Where the source's log ends."""
        found = []
        for column in oplog.positions(self._tables):
            seen = self._source.seen(column.table)
            found.append(select(func.max(seen.c[column.name])).scalar_subquery())
        return max(one or 0 for one in self._source.connection.execute(select(*found)).one())

    def _copy_records(self, entity: str) -> None:
        if entity not in self._filled:
            return
        table, masks = self._lean.of(entity), self._masks(entity)
        if not masks and self._sees_all(entity):
            self._source.copy_whole(table)
        else:
            seen = self._source.seen(table)
            columns = (seen.c[name] for name in self._blank.columns[entity])
            rows = select(*columns).where(self._visible(entity))
            self._source.copy(table, rows.order_by(seen.c.rid), masks)

    def _sees_all(self, entity: str) -> bool:
        """Whether there is no record that may not be seen: a whole table is moved in half the time.
        The first one that is not seen ends the search for it."""
        known = self._all_seen.get(entity)
        if known is None:
            known = self._view.conditions[entity] == EVERYTHING
            if not known:
                seen = self._source.seen(self._lean.of(entity))
                hidden = select(seen.c.rid).where(self._visible(entity).is_not(True)).limit(1)
                known = self._source.connection.execute(hidden).first() is None
            self._all_seen[entity] = known
        return known

    def _masks(self, entity: str) -> dict[str, Mask]:
        """By column, what is left of its values."""
        spec = self._registry.entity(entity)
        return {
            name: partial(shown, spec.field_spec(name), level)
            for name, level in self._view.levels(entity).items()
        }

    def _visible(self, entity: str) -> ColumnElement[bool]:
        seen = self._source.seen(self._lean.of(entity))
        return compile_condition(self._view.conditions[entity], seen, self._now)

    def _seen(self, entity: str, column: str) -> Select[Any]:
        """That column of the records that may be seen."""
        seen = self._source.seen(self._lean.of(entity))
        return select(seen.c[column]).where(self._visible(entity))

    def _copy_stamps(self) -> None:
        """The stamps of the fields, and the words their numbers (and the records') stand for."""
        word, clock = self._lean.word, self._lean.clock
        self._source.copy_whole(word)
        if self._view.whole:
            self._source.copy_whole(clock)
            return
        seen = self._source.seen(clock)
        for entity in self._registry:
            if entity.name not in self._filled:
                continue
            about = seen.c.entity == self._number(entity.name)
            if not self._sees_all(entity.name):
                about &= seen.c.rec.in_(self._seen(entity.name, "rid"))
            # The stamps of a set name its items.
            sets = [
                name
                for name in self._view.levels(entity.name)
                if entity.field_spec(name).merge is Merge.SET
            ]
            items = [seen.c.key.startswith(f"{name}/", autoescape=True) for name in sets]
            self._source.copy(clock, select(seen).where(about, ~or_(false(), *items)))
            for name, its in zip(sets, items, strict=True):
                self._copy_latest(clock, about & its, f"{name}/")

    def _copy_latest(self, clock: Table, about: ColumnElement[bool], key: str) -> None:
        """One stamp a record, the latest of these, under another key."""
        seen = self._source.seen(clock)
        place = func.row_number().over(
            partition_by=seen.c.rec, order_by=(seen.c.at.desc(), seen.c.by.desc())
        )
        ranked = select(*seen.columns, place.label("place")).where(about).subquery()
        columns = [
            literal(key).label("key") if column.name == "key" else ranked.c[column.name]
            for column in seen.columns
        ]
        self._source.copy(clock, select(*columns).where(ranked.c.place == 1))

    def _number(self, text: str) -> ScalarSelect[Any]:
        word = self._source.seen(self._lean.word)
        return select(word.c.num).where(word.c.text == text).scalar_subquery()

    def _copy_waiting(self) -> None:
        """Operations the source could not place yet: a device may know what they are about."""
        tables = (self._lean.pending, self._lean.log, self._lean.act)
        pending, log, act = (self._source.seen(table) for table in tables)
        if self._source.connection.execute(select(pending.c.log_rid).limit(1)).first() is None:
            return  # As good as always.
        may = [
            and_(
                pending.c.entity == entity.name,
                pending.c.record.in_(self._seen(entity.name, "id")),
            )
            for entity in self._registry
            if not self._view.levels(entity.name)  # Who knows what they will turn out to hold.
        ]
        waiting = select(pending).where(true() if self._view.whole else or_(false(), *may))
        rids = waiting.with_only_columns(pending.c.log_rid)
        theirs = select(log.c.replica, log.c.act).where(log.c.rid.in_(rids))
        self._source.copy(self._lean.pending, waiting)
        self._source.copy(self._lean.log, select(log).where(log.c.rid.in_(rids)))
        self._source.copy(
            self._lean.act, select(act).where(tuple_(act.c.replica, act.c.first).in_(theirs))
        )

    def _copy_moves(self) -> None:
        """How records came to their stages, of those whose stage may be seen (decision 071)."""
        past, log, act = self._lean.facts.past, self._lean.log, self._lean.act
        for entity in JOURNEYS:
            if entity not in self._filled or STAGE in self._view.levels(entity):
                continue
            seen, moved = self._source.seen(self._lean.of(entity)), self._source.seen(log)
            rows = logged(moved, self._source.seen(act)).add_columns(
                literal(KIND[entity], past.c.kind.type).label("kind")
            )
            about = and_(
                moved.c.entity == self._number(entity), moved.c.field == self._number(STAGE)
            )
            self._source.copy(
                past, rows.join(seen, seen.c.rid == moved.c.rec).where(about, self._visible(entity))
            )

    def _complete(self) -> None:
        """What the tables of records have on a device beyond the source's: columns, indexes."""
        image = self._source.image
        self._left = list_indexes.to_leave(image, self._tables, self._registry, self._filled)
        driver: Any = image.connection.driver_connection
        for statements in self._blank.later.values():
            for name, said in statements:
                if name not in self._left:
                    driver.execute(said)

    def _note(self, position: int) -> None:
        image, tables, asked = self._source.image, self._tables, self._source.connection
        facts = self._source.seen(tables.meta)
        for key in ("lineage", "stamp"):
            value = asked.scalar(select(facts.c.value).where(facts.c.key == key))
            if value is not None:
                meta.put(image, tables, key, value)
        meta.note_format(image, tables)
        # All that a device still has to index: it need not work that out in its encrypted file.
        match_index.prepare(image, tables)
        indexer.mark_everything(image, tables, self._registry)
        list_indexes.leave(image, tables, self._left)
        if self._view.signatures:
            meta.put(image, tables, "views", dict(self._view.signatures))
        meta.put(image, tables, "cursor", position)
