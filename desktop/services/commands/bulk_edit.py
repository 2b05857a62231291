"""Changing or deleting many records in one act: what it would do, and doing it.

Everything is one transaction and one undo group: all of it or none. Records that cannot be changed
(rights, freeze rules, values) are left as they are and counted, in the preview and in the answer.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from crm_core.errors import KnownError
from crm_core.model.query import Query
from crm_core.model.schema import EntitySpec, FieldSpec, Kind
from crm_core.model.values import Record, Value
from crm_core.permissions import Right, can, can_bulk
from crm_core.rules.required import Needed, insist
from crm_core.store.changes.act_refusals import Refused
from crm_core.store.changes.payloads import differing
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.reading.records import chunks
from desktop.services.cancelling import CancelToken
from desktop.services.commands.verbs import Done, done
from desktop.services.queries import Target, resolve_titles
from desktop.services.rules.requirements import requirements_of
from desktop.services.workspace import Workspace

AT_A_TIME = 500
"""Records between two looks at the cancel button."""
EXAMPLES = 10
_WRITING = 0.9
"""The share of the work after which only rules, outbox and commit are left."""

Report = Callable[[float], object]
"""Hears the share of the work that is done, 0 to 1."""


class Way(StrEnum):
    """What becomes of one field."""

    SET = "set"
    CLEAR = "clear"
    ADD = "add"
    """Put items into a set; others in it stay."""
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Step:
    """One field, and what becomes of it."""

    field: str
    way: Way
    value: object = None

    def applied_to(self, record: Record) -> object:
        """What the field is to hold afterwards."""
        if self.way is Way.CLEAR:
            return None
        if self.way is Way.SET:
            return self.value
        held = record.get(self.field)
        items = {str(item) for item in self.value} if isinstance(self.value, list) else set()
        had = set(held) if isinstance(held, list) else set()
        return sorted(had | items if self.way is Way.ADD else had - items)


@dataclass(frozen=True, slots=True)
class BulkEdit:
    """What is to be done to which records."""

    entity: str
    rids: Sequence[int] = ()
    """Local row ids, as a list holds them; none: everything that answers `query`."""
    query: Query | None = None
    steps: tuple[Step, ...] = ()
    deletes: bool = False

    def changes(self, record: Record) -> dict[str, object]:
        """Field → what it is to hold, for one record."""
        return {step.field: step.applied_to(record) for step in self.steps}


@dataclass(frozen=True, slots=True)
class Part:
    """One field of an example: before → after."""

    spec: FieldSpec
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class Example:
    """One of the first records that change."""

    id: str
    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why some records cannot be changed."""

    error: KnownError
    records: int
    titles: tuple[str, ...]
    """Of the first few."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a bulk edit would do now."""

    records: int
    changing: int
    examples: tuple[Example, ...]
    reasons: tuple[Reason, ...]
    names: Mapping[Target, str]
    """Of the records the examples point at."""

    @property
    def refused(self) -> int:
        """How many records cannot be changed."""
        return sum(reason.records for reason in self.reasons)

    @property
    def unchanged(self) -> int:
        """How many have what they are to get already."""
        return self.records - self.changing - self.refused


def editable_fields(entity: EntitySpec) -> tuple[FieldSpec, ...]:
    """The fields a person may set on many records; `entity` as this person meets it."""
    title = entity.find(entity.title)
    named = title is not None and title.kind is Kind.TEXT
    return tuple(s for s in entity.fields if s.editable and not (named and s.name == entity.title))


def ways_of(spec: FieldSpec) -> tuple[Way, ...]:
    """What can be done to a field."""
    first = (Way.ADD, Way.REMOVE, Way.SET) if spec.kind is Kind.SET else (Way.SET,)
    return first if spec.required else (*first, Way.CLEAR)


def preview(workspace: Workspace, edit: BulkEdit, token: CancelToken, report: Report) -> Preview:
    """What `edit` would do, record by record; writes nothing. Raises Cancelled.

    KnownError("forbidden") where the role may not touch so many at once.
    """
    replica = workspace.replica
    entity = replica.registry.entity(edit.entity)
    ids = _ids(workspace, edit)
    seen = _Seen(requirements_of(workspace))
    for start, part in zip(range(0, len(ids), AT_A_TIME), chunks(ids, AT_A_TIME), strict=True):
        token.check()
        report(start / len(ids))
        held = replica.by_ids(edit.entity, part)
        for record_id in part:
            if record_id in held:
                seen.judge(workspace, entity, edit, held[record_id])
    verdict = can_bulk(workspace.actor, entity, seen.changing)
    if not verdict.allowed:
        raise KnownError(verdict.chinese, verdict.english, code="forbidden")
    return seen.preview(workspace, len(ids))


def do_bulk_edit(workspace: Workspace, edit: BulkEdit, token: CancelToken, report: Report) -> Done:
    """Carry `edit` out in one act; cancelled, nothing of it stays.

    KnownError("forbidden") where the role may not touch so many at once; Cancelled.
    """
    entity = workspace.replica.registry.entity(edit.entity)
    ids, refused = _ids(workspace, edit), Refused()
    with workspace.write("批量删除" if edit.deletes else "批量修改") as (unit, committed):
        for place, part in enumerate(chunks(ids, AT_A_TIME)):
            token.check()
            report(_WRITING * place * AT_A_TIME / len(ids))
            _write(unit, edit, part, refused)
        token.check()
        report(_WRITING)
    return _told(entity, edit, done(committed, "", ""), len(refused))


def _write(unit: Unit, edit: BulkEdit, ids: Sequence[str], refused: Refused) -> None:
    if edit.deletes:
        unit.delete_many(edit.entity, ids, refused=refused)
        return
    held = unit.values_of(edit.entity, ids)
    changes = {one: edit.changes(held[one]) for one in ids if one in held}
    unit.change_many(edit.entity, changes, refused=refused)


def _told(entity: EntitySpec, edit: BulkEdit, made: Done, refused: int) -> Done:
    number = len(made.changed.get(entity.name, ()))
    verb = ("删除", "deleted") if edit.deletes else ("修改", "changed")
    chinese = f"已{verb[0]} {number:,} 条{entity.label.zh}"
    english = f"{number:,} {entity.label.en.lower()} records {verb[1]}"
    if refused:
        chinese += f"；{refused:,} 条不能{verb[0]}，保持不动"
        english += f"; {refused:,} could not be, and stay as they are"
    return Done(made.group, made.changed, chinese, english)


def _ids(workspace: Workspace, edit: BulkEdit) -> list[str]:
    """The records as they are now; ones that have gone since are not among them."""
    rids = list(edit.rids)
    if not rids and edit.query is not None:
        rids = list(workspace.replica.row_ids(edit.query))
    return workspace.replica.ids_at(edit.entity, rids)


@dataclass(slots=True)
class _Seen:
    """What a preview has come to so far."""

    needed: tuple[Needed, ...]
    changing: int = 0
    examples: list[Example] = field(default_factory=list)
    errors: dict[str, KnownError] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    titles: dict[str, list[str]] = field(default_factory=dict)

    def judge(
        self, workspace: Workspace, entity: EntitySpec, edit: BulkEdit, record: Record
    ) -> None:
        """Look at one record as the write will."""
        right = Right.DELETE if edit.deletes else Right.EDIT
        title = str(record.get(entity.title) or "")
        try:
            new = {} if edit.deletes else differing(entity, record, edit.changes(record))
            insist(self.needed, entity, record, new, workspace.clock.now())
        except KnownError as error:
            self._refuse(error, title)
            return
        verdict = can(
            workspace.actor, right, entity, record, fields=new.keys(), now=workspace.clock.now()
        )
        if not verdict.allowed:
            self._refuse(KnownError(verdict.chinese, verdict.english, code="forbidden"), title)
        elif new or edit.deletes:
            self.changing += 1
            if len(self.examples) < EXAMPLES:
                parts = [Part(entity.field_spec(n), record.get(n), v) for n, v in new.items()]
                self.examples.append(Example(str(record["id"]), title, tuple(parts)))

    def preview(self, workspace: Workspace, records: int) -> Preview:
        """The answer."""
        reasons = [
            Reason(self.errors[said], count, tuple(self.titles[said]))
            for said, count in self.counts.most_common()
        ]
        targets = [
            (part.spec.target, str(value))
            for example in self.examples
            for part in example.parts
            if part.spec.kind is Kind.REF
            for value in (part.before, part.after)
            if value is not None
        ]
        return Preview(
            records, self.changing, tuple(self.examples), tuple(reasons),
            resolve_titles(workspace, targets),
        )  # fmt: skip

    def _refuse(self, error: KnownError, title: str) -> None:
        self.errors.setdefault(error.chinese, error)
        self.counts[error.chinese] += 1
        named = self.titles.setdefault(error.chinese, [])
        if len(named) < _NAMED:
            named.append(title)


_NAMED = 3
