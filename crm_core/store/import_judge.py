"""Judging rows some hundred at a time against what the database holds; writes nothing.

A dry run and the import itself come here, so that the one foretells the other.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from crm_core.intake.cleaning import Sentence
from crm_core.intake.deciding import Decision, RowVerdict, Tally, Twin, Verdict, decide, row_of
from crm_core.intake.headings import Heading
from crm_core.intake.keys import Keyed
from crm_core.intake.mapping import Mapping as TableMapping
from crm_core.intake.mapping import OnTwin
from crm_core.intake.preparing import Prepared, Preparer, mapped_fields, refs_of
from crm_core.intake.source import Row
from crm_core.model.query import Query
from crm_core.model.schema import EntitySpec, FieldSpec, Registry
from crm_core.model.values import Record, Value
from crm_core.permissions import Actor, Right, can
from crm_core.rules.required import ENTITY, Needed, lacking, requirements
from crm_core.store import records
from crm_core.store.tables import Tables
from crm_core.store.twins import RefIndex, TwinIndex, ref_indexes

ReadRecords = Callable[[str, Collection[str]], Mapping[str, Record]]
"""(entity, ids) → living records."""


@dataclass(slots=True)
class Chunk:
    """What some rows come to."""

    verdicts: list[RowVerdict] = field(default_factory=list)
    creates: dict[str, dict[str, dict[str, Value]]] = field(default_factory=dict)
    """Entity → id → values; parents before those under them."""
    changes: dict[str, dict[str, dict[str, object]]] = field(default_factory=dict)
    rows: dict[tuple[str, str], int] = field(default_factory=dict)
    """(entity, id) → place of the verdict it belongs to."""
    held: dict[str, dict[str, Record]] = field(default_factory=dict)
    beside: int = 0

    def refused(self) -> list[RowVerdict]:
        """Those of the rows that were refused."""
        return [one for one in self.verdicts if one.verdict is Verdict.REFUSED]

    def count(self, tally: Tally) -> None:
        """Add the rows to a tally."""
        tally.add(self.verdicts)
        tally.beside += self.beside


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
        new_id: Callable[[int], str],
    ) -> None:
        """`new_id` gives the id of the record a row makes."""
        self.preparer = Preparer(mapping, heading, registry)
        self.entity = self.preparer.entity
        self.companion = self.preparer.companion
        self._mapping = mapping
        self._registry = registry
        self._actor, self._now, self._new_id = actor, now, new_id
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
        self._creatable: dict[object, Sentence | None] = {}
        self._bound = self._creations_bound()
        self._pointing = {
            entity.name: [spec for spec in refs_of(entity) if spec.name in self._said[entity.name]]
            for entity in self._entities()
        }
        self._needed: tuple[Needed, ...] = ()

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

    def judge(self, rows: Sequence[Row], read: ReadRecords) -> Chunk:
        """What these rows come to; `read` gives the records they turn out to be about."""
        chunk = Chunk()
        prepared = [self._named(self.preparer.prepare(number, cells)) for number, cells in rows]
        self._hold(chunk, prepared, read)
        for row in prepared:
            chunk.verdicts.append(self._row(chunk, row))
        return chunk

    # -- inside --------------------------------------------------------------------------------

    def _entities(self) -> list[EntitySpec]:
        return [self.entity] if self.companion is None else [self.entity, self.companion]

    def _link_field(self) -> str:
        if self.companion is None:
            return ""
        return next((s.name for s in refs_of(self.companion) if s.target == self.entity.name), "")

    def _named(self, row: Prepared) -> Prepared:
        """The row with ids in place of names."""
        for entity, values in ((self.entity, row.values), (self.companion, row.beside)):
            if entity is None or not values:
                continue
            for spec in self._pointing[entity.name]:
                if spec.name in values:
                    self._look_up(row, spec, values)
            if entity.owner and entity.owner not in values:
                values[entity.owner] = self._actor.user_id
                row.given.setdefault(entity.name, set()).add(entity.owner)
        row.keys = self._main.keyed.keys_of(row.values)
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
        if self._mapping.on_twin in (OnTwin.CREATE, OnTwin.SKIP):
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
                if twin is not None and len(twin.ids) == 1 and not twin.row:
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
        main_id = decision.twin or self._new_id(row.number)
        beside: Decision | None = None
        if row.beside and self.companion is not None and self._beside is not None:
            values = {**row.beside, self._link: main_id} if self._link else dict(row.beside)
            other = self._beside.find(values)
            beside = self._decide(chunk, self.companion, row, values, other)
            if beside.reason is not None:
                return self._refused(row, title, [beside.reason])
            row.beside = values
            if other is None:
                keys = self._beside.keyed.keys_of(values)
                _say_shared(row, self.companion, self._beside.shared(keys))
        if decision.verdict is Verdict.NEW:
            if twin is None:
                _say_shared(row, self.entity, self._main.shared(row.keys))
            self._main.add_under(main_id, row.keys)
            self._look_at_new(row)
        elif decision.changes:
            self._main.add(main_id, decision.changes)
        self._take(chunk, self.entity, decision, row.values, main_id, place)
        if beside is not None and self.companion is not None:
            own = beside.twin or self._new_id(row.number)
            self._take(chunk, self.companion, beside, row.beside, own, place)
            chunk.beside += beside.verdict is Verdict.NEW
        return self._told(row, title, decision, beside, twin)

    def _look_at_new(self, row: Prepared) -> None:
        """Fill the places that follow, and say what such a record must have: it comes all the same
        (decision 047)."""
        before = dict(row.values)
        self.preparer.places.complete(row.values, self._said[self.entity.name])
        if len(row.values) > len(before) and self._may_create(self.entity, row.values) is not None:
            row.values = before  # What this person may not write is not filled in for them.
        lacks = lacking(self._needed, self.entity, row.values, self._now)
        if lacks:
            who = next(iter(lacks.values())).label
            names = [self.entity.field_spec(name).label for name in lacks]
            row.remarks.append(
                Sentence(
                    f"{who.zh}还差{'、'.join(f'「{one.zh}」' for one in names)}，资料不完整",
                    f"{who.en} must have {', '.join(one.en for one in names)}; incomplete",
                )
            )

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
            return _because(_NEW, self._may_create(entity, values))
        columns, given = self._said[entity.name], row.given.get(entity.name, ())
        said = {n: v for n, v in values.items() if n in columns and n not in given}
        decision = decide(entity, said, twin, held, self._mapping.on_twin)
        if decision.reason is not None:
            return decision
        if decision.verdict is Verdict.NEW:
            reason = self._may_create(entity, values) or self._may_double(entity, twin)
            return _because(decision, reason)
        if held is None:
            return decision
        if made_here(chunk, entity, decision.twin) is None:
            return _because(decision, self._may_edit(entity, held, decision.changes))
        # What one row of a record may not hold at its making, a second row may not add to it.
        return _because(decision, self._may_create(entity, {**held, **decision.changes}))

    def _may_double(self, entity: EntitySpec, twin: Twin) -> Sentence | None:
        """Two records of one number or code are made on purpose only by whom the role lets (as on
        the form)."""
        if twin.field not in _TELLING or can(self._actor, Right.TWIN, entity).allowed:
            return None
        label = entity.field_spec(twin.field).label
        return Sentence(
            f"已有{entity.label.zh}「{label.zh}」相同，您的角色不能重复新建，请联系主管",
            f"There is a {entity.label.en.lower()} with the same {label.en.lower()}; your role "
            "may not make a second one",
        )

    def _may_create(self, entity: EntitySpec, values: dict[str, Value]) -> Sentence | None:
        """Asked once for all records of the same owner with the same fields: nothing else of a new
        record decides, unless a freeze rule binds creation, which then is asked every time."""
        owner = values.get(entity.owner) if entity.owner else None
        asked = (entity.name, owner, tuple(values))
        if not self._bound and asked in self._creatable:
            return self._creatable[asked]
        verdict = can(
            self._actor, Right.CREATE, entity, values, fields=tuple(values), now=self._now
        )
        said = None if verdict.allowed else Sentence(verdict.chinese, verdict.english)
        self._creatable[asked] = said
        return said

    def _creations_bound(self) -> bool:
        """Whether a freeze rule of this person binds creating such records."""
        names, policy = {entity.name for entity in self._entities()}, self._actor.policy
        return policy is not None and any(
            guard.entity in names and Right.CREATE in guard.rights for guard in policy.guards
        )

    def _may_edit(
        self, entity: EntitySpec, held: Record, changes: Mapping[str, Value]
    ) -> Sentence | None:
        seen = can(self._actor, Right.SEE, entity, held, now=self._now)
        if not seen.allowed:
            return Sentence(
                f"与一条您看不到的{entity.label.zh}相同，请联系主管",
                f"It is the same as a {entity.label.en.lower()} you may not see; ask a manager",
            )
        if not changes:
            return None
        verdict = can(self._actor, Right.EDIT, entity, held, fields=changes.keys(), now=self._now)
        return None if verdict.allowed else Sentence(verdict.chinese, verdict.english)

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
            if entity is self.companion and self._beside is not None:
                self._beside.add(record_id, values)
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
_TELLING = frozenset({"phone", "uscc", "code"})
"""Keys of which there should be no two: the form stops at them as well."""


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
