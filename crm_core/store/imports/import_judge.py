"""Judging rows some hundred at a time against what the database holds; writes nothing.

A dry run and the import itself come here, so that the one foretells the other.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from crm_core.intake.cells import Row
from crm_core.intake.cleaning import Sentence
from crm_core.intake.deciding import (
    Decision,
    RowVerdict,
    Twin,
    Verdict,
    decide,
    incomplete,
    row_of,
)
from crm_core.intake.headings import Heading
from crm_core.intake.keys import Key, Keyed
from crm_core.intake.mapping import Mapping as TableMapping
from crm_core.intake.mapping import OnTwin
from crm_core.intake.plain_rows import RowReader
from crm_core.intake.preparing import Prepared, Preparer, mapped_fields, refs_of
from crm_core.model.query import Query
from crm_core.model.schema import EntitySpec, FieldSpec, Registry
from crm_core.model.values import Record, Value
from crm_core.permissions import Actor
from crm_core.rules.required import ENTITY, Needed, lacking, requirements
from crm_core.store.imports.import_chunk import Chunk, NewIds, ReadRecords
from crm_core.store.imports.import_plain import PlainJudge, Sheaf
from crm_core.store.imports.import_rights import ImportRights
from crm_core.store.imports.twins import RefIndex, TwinIndex, ref_indexes
from crm_core.store.reading import records
from crm_core.store.schema.tables import Tables


class Judge:
    """Knows the mapping, the person and what is there; judges rows in their order."""

    def __init__(
        self,
        registry: Registry,
        mapping: TableMapping,
        heading: Heading,
        *,
        actor: Actor,
        now: datetime,
        new_ids: NewIds,
        telling: bool,
    ) -> None:
        """`new_ids` gives the ids of the records that rows make, by the numbers of the rows;
        `telling`: the verdicts of plain new rows are read, not only counted."""
        self.preparer = Preparer(mapping, heading, registry)
        self.entity = self.preparer.entity
        self.companion = self.preparer.companion
        self._mapping = mapping
        self._registry = registry
        self._actor, self._now, self._new_ids = actor, now, new_ids
        self._telling = telling
        self._link = self._link_field()
        self._main = TwinIndex(Keyed(self.entity, mapping.keys))
        self._beside: TwinIndex | None = None
        if self.companion is not None:
            keyed = Keyed(self.companion, mapping.companion_keys, under=self._link)
            self._beside = TwinIndex(keyed)
        self._refs: Mapping[str, RefIndex] = {}
        self._said = {
            spec.name: mapped_fields(mapping.columns, spec.name) for spec in self._entities()
        }
        self._rights = ImportRights(actor, now, self._entities())
        self._pointing = {
            entity.name: [spec for spec in refs_of(entity) if spec.name in self._said[entity.name]]
            for entity in self._entities()
        }
        self._needed: tuple[Needed, ...] = ()
        self._reader = RowReader(self.preparer) if RowReader.fits(self.preparer) else None
        self._plain: PlainJudge | None = None

    def load(self, connection: Connection, tables: Tables) -> None:
        """Read what is there already, as far as keys and names go."""
        kept = records.find(connection, tables, Query(ENTITY), self._now)
        self._needed = requirements(kept)
        self._main.load(connection, tables, self.entity)
        if self.companion is not None and self._beside is not None:
            self._beside.load(connection, tables, self.companion)
        targets = {
            spec.target: self._registry.entity(spec.target)
            for entity in self._entities()
            for spec in refs_of(entity)
            if spec.name in self._said[entity.name]
        }
        self._refs = ref_indexes(connection, tables, targets.values())
        if PlainJudge.fits(self.preparer, self._rights, self._needed):
            self._plain = PlainJudge(
                self.preparer, self._main, self._rights, needed=self._needed, refs=self._refs,
                said=self._said[self.entity.name], owner=self._actor.user_id, now=self._now,
            )  # fmt: skip

    @property
    def reads(self) -> bool:
        """Whether it matters what records hold that are there already."""
        return self._mapping.on_twin not in (OnTwin.CREATE, OnTwin.SKIP)

    def prepare(self, rows: Sequence[Row]) -> Sheaf:
        """Rows as far as they are worked out by themselves: whatever was done with others."""
        cells = self._reader.read(rows) if self._reader is not None and rows else None
        plain = self._plain.read(cells) if self._plain is not None and cells is not None else None
        keys = plain.keys if plain is not None else None
        if cells is not None and plain is None and not self.preparer.constants:
            keys = self._main.keyed.columns_of(cells.main)
        sheaf = Sheaf(rows, cells, plain, keys)
        sheaf.odd |= self._prepared(sheaf, range(len(rows)) if plain is None else plain.odd)
        return sheaf

    def judge(self, sheaf: Sheaf, read: ReadRecords) -> Chunk:
        """What rows come to; `read` gives the records they turn out to be about."""
        chunk, rows, plain, odd = Chunk(), sheaf.rows, sheaf.plain, sheaf.odd
        if plain is not None:
            keys = (key for row in odd.values() for key in row.keys)
            odd |= self._prepared(sheaf, plain.set_aside(keys))
        places = sorted(odd)
        self._hold(chunk, [odd[place] for place in places], read)
        if plain is None:
            chunk.verdicts.extend(self._row(chunk, odd[place]) for place in places)
            return chunk
        plain.settle(chunk, rows, self._new_ids, telling=self._telling)
        for place in places:
            plain.put(chunk, place)
            chunk.verdicts.append(self._row(chunk, odd[place]))
        plain.put(chunk, len(rows))
        return chunk

    # -- inside --------------------------------------------------------------------------------

    def _entities(self) -> list[EntitySpec]:
        return [self.entity] if self.companion is None else [self.entity, self.companion]

    def _link_field(self) -> str:
        if self.companion is None:
            return ""
        return next((s.name for s in refs_of(self.companion) if s.target == self.entity.name), "")

    def _prepared(self, sheaf: Sheaf, places: Iterable[int]) -> dict[int, Prepared]:
        cells, found = sheaf.cells, dict[int, Prepared]()
        for place in places:
            if cells is None:
                found[place] = self._named(self.preparer.prepare(*sheaf.rows[place]))
                continue
            known: list[Key] | None = None
            if sheaf.keys is not None and place not in cells.odd:
                known = [(name, texts[place]) for name, texts in sheaf.keys if texts[place]]
            found[place] = self._named(cells.prepared(self.preparer, place), known)
        return found

    def _named(self, row: Prepared, keys: list[Key] | None = None) -> Prepared:
        """The row with ids in place of names; `keys`: its own, where they are known."""
        for entity, values in ((self.entity, row.values), (self.companion, row.beside)):
            if entity is None or not values:
                continue
            for spec in self._pointing[entity.name]:
                if spec.name in values:
                    self._look_up(row, spec, values)
            if entity.owner and entity.owner not in values:
                values[entity.owner] = self._actor.user_id
                row.given.setdefault(entity.name, set()).add(entity.owner)
        row.keys = self._main.keyed.keys_of(row.values) if keys is None else keys
        return row

    def _look_up(self, row: Prepared, spec: FieldSpec, values: dict[str, Value]) -> None:
        text, label = str(values[spec.name]), spec.label
        found = self._refs[spec.target].find(text)
        if len(found) == 1:
            values[spec.name] = found[0]
            return
        kind = self._registry.entity(spec.target).label
        many = f"有 {len(found)} 个" if found else "没有"
        row.problems.append(
            Sentence(
                f"「{label.zh}」{many}{kind.zh}叫「{text[:30]}」",
                f"{label.en}: {len(found) or 'no'} {kind.en.lower()} is called “{text[:30]}”",
            )
        )

    def _hold(self, chunk: Chunk, rows: Sequence[Prepared], read: ReadRecords) -> None:
        """Read the records these rows are about, at once."""
        if not self.reads:
            return
        for entity, index in ((self.entity, self._main), (self.companion, self._beside)):
            if entity is None or index is None:
                continue
            wanted: set[str] = set()
            for row in rows:
                if entity is self.entity:
                    twin = index.find_under(row.keys)
                else:
                    twin = index.find(self._linked(row, row.beside)) if row.beside else None
                if twin is not None and len(twin.ids) == 1:
                    wanted.add(twin.ids[0])
            chunk.held[entity.name] = dict(read(entity.name, wanted)) if wanted else {}

    def _linked(self, row: Prepared, values: dict[str, Value]) -> dict[str, Value]:
        """The companion's values under the record its row is about, as far as that is there."""
        parent = self._main.find_under(row.keys)
        if not values or parent is None or not self._link:
            return values
        return {**values, self._link: parent.ids[0]}

    def _row(self, chunk: Chunk, row: Prepared) -> RowVerdict:
        title = str(row.values.get(self.entity.title) or "")[:80]
        if row.problems:
            return self._refused(row, title, [*row.problems, *row.lacks])
        twin = self._main.find_under(row.keys)
        decision = self._decide(chunk, self.entity, row, row.values, twin)
        if why_not := _why_not(row, decision):
            return self._refused(row, title, why_not)
        place = len(chunk.verdicts)
        main_id = decision.twin or self._new_ids([row.number])[0]
        beside, keys = None, list[Key]()
        if row.beside and self.companion is not None and self._beside is not None:
            values = {**row.beside, self._link: main_id} if self._link else dict(row.beside)
            keys = self._beside.keyed.keys_of(values)
            other = self._beside.find_under(keys)
            beside = self._decide(chunk, self.companion, row, values, other)
            if beside.reason is not None:
                return self._refused(row, title, [beside.reason])
            row.beside = values
            if other is None:
                _say_shared(row, self.companion, self._beside.shared(keys))
        if decision.verdict is Verdict.NEW:
            if twin is None:
                _say_shared(row, self.entity, self._main.shared(row.keys))
            self._main.add_under(main_id, row.keys)
            self._look_at_new(row)
        elif decision.changes:
            self._main.add(main_id, decision.changes)
        self._take(chunk, self.entity, decision, row.values, main_id, place)
        if beside is not None:
            self._take_beside(chunk, row, beside, keys, place)
        return self._told(row, title, decision, beside, twin)

    def _take_beside(
        self, chunk: Chunk, row: Prepared, decision: Decision, keys: Sequence[Key], place: int
    ) -> None:
        assert self.companion is not None
        assert self._beside is not None
        own = decision.twin or self._new_ids([row.number])[0]
        self._take(chunk, self.companion, decision, row.beside, own, place)
        if decision.verdict is Verdict.NEW:
            self._beside.add_under(own, keys)
            chunk.beside += 1

    def _look_at_new(self, row: Prepared) -> None:
        """Fill the places that follow, and say what such a record must have: it comes all the same
        (decision 047)."""
        before = dict(row.values)
        self.preparer.places.complete(row.values, self._said[self.entity.name])
        if (
            len(row.values) > len(before)
            and self._rights.create(self.entity, row.values) is not None
        ):
            row.values = before  # What this person may not write is not filled in for them.
        lacks = lacking(self._needed, self.entity, row.values, self._now)
        if lacks:
            row.remarks.append(incomplete(self.entity, lacks))

    def _told(
        self,
        row: Prepared,
        title: str,
        decision: Decision,
        beside: Decision | None,
        twin: Twin | None,
    ) -> RowVerdict:
        verdict = decision.verdict
        quiet = verdict in (Verdict.SAME, Verdict.DUPLICATE)
        if quiet and beside is not None and beside.verdict in (Verdict.NEW, Verdict.UPDATE):
            verdict = Verdict.UPDATE
        known = decision.twin if verdict is not Verdict.NEW else ""
        return RowVerdict(
            row.number, verdict, title,
            twin="" if row_of(known) else known,
            twin_row=row_of(known),
            by=twin.field if twin is not None and known else "",
            remarks=tuple(row.remarks),
        )  # fmt: skip

    @staticmethod
    def _refused(row: Prepared, title: str, reasons: Sequence[Sentence]) -> RowVerdict:
        return RowVerdict(
            row.number, Verdict.REFUSED, title, reasons=tuple(dict.fromkeys(reasons)),
            remarks=tuple(row.remarks),
        )  # fmt: skip

    def _decide(
        self,
        chunk: Chunk,
        entity: EntitySpec,
        row: Prepared,
        values: dict[str, Value],
        twin: Twin | None,
    ) -> Decision:
        """The decision, with a reason where the person may not carry it out."""
        held: Record | None = None
        if twin is not None and len(twin.ids) == 1:
            made = chunk.creates.get(entity.name, {}).get(twin.ids[0])
            held = made if made is not None else chunk.held.get(entity.name, {}).get(twin.ids[0])
        if twin is None:
            return _because(_NEW, self._rights.create(entity, values))
        columns, given = self._said[entity.name], row.given.get(entity.name, ())
        said = {n: v for n, v in values.items() if n in columns and n not in given}
        decision = decide(entity, said, twin, held, self._mapping.on_twin)
        if decision.reason is not None:
            return decision
        if decision.verdict is Verdict.NEW:
            reason = self._rights.create(entity, values) or self._rights.double(entity, twin)
            return _because(decision, reason)
        if held is None:
            return decision
        if made_here(chunk, entity, decision.twin) is None:
            return _because(decision, self._rights.edit(entity, held, decision.changes))
        # What one row of a record may not hold at its making, a second row may not add to it.
        return _because(decision, self._rights.create(entity, {**held, **decision.changes}))

    def _take(
        self,
        chunk: Chunk,
        entity: EntitySpec,
        decision: Decision,
        values: dict[str, Value],
        record_id: str,
        place: int,
    ) -> None:
        """Put a decision among what is to be written."""
        if decision.verdict is Verdict.NEW:
            chunk.creates.setdefault(entity.name, {})[record_id] = values
            chunk.rows[entity.name, record_id] = place
        elif decision.changes:
            made = made_here(chunk, entity, record_id)
            if made is not None:
                made.update(decision.changes)
                return
            chunk.changes.setdefault(entity.name, {}).setdefault(record_id, {}).update(
                decision.changes
            )
            chunk.rows.setdefault((entity.name, record_id), place)
            held = chunk.held[entity.name]
            held[record_id] = {**held[record_id], **decision.changes}


def made_here(chunk: Chunk, entity: EntitySpec, record_id: str) -> dict[str, Value] | None:
    """The values of a record that rows of this very chunk make."""
    return chunk.creates.get(entity.name, {}).get(record_id)


_NEW = Decision(Verdict.NEW)


def _why_not(row: Prepared, decision: Decision) -> Sequence[Sentence]:
    """Why the main record is refused; nothing where it is not."""
    if decision.reason is not None:
        return [decision.reason]
    return row.lacks if decision.verdict is Verdict.NEW else ()


def _say_shared(row: Prepared, entity: EntitySpec, shared: str) -> None:
    """Say of a new row that another record has a number or code of its (the field `shared`)."""
    if shared:
        label = entity.field_spec(shared).label
        row.remarks.append(
            Sentence(
                f"「{label.zh}」与另一条{entity.label.zh}相同，但名称或代码不同，当作新记录",
                f"{label.en} is also that of another {entity.label.en.lower()} of another name or "
                "code; taken as new",
            )
        )


def _because(decision: Decision, reason: Sentence | None) -> Decision:
    if reason is None:
        return decision
    return Decision(Verdict.REFUSED, decision.twin, reason=reason)
