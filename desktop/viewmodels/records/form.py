"""A record being edited: what was typed, what is wrong with it, and what saving would change.

Typed text is kept as typed until it is saved, valid or not: nothing a person types is lost
because it could not be understood.
"""

from collections.abc import Collection, Mapping

from PySide6.QtCore import QObject, Signal

from crm_core.clock import Clock, system_clock
from crm_core.model.schema import EntitySpec, FieldSpec
from crm_core.model.values import Record, Value, ValueProblem
from crm_core.rules.required import Needed, asked, lacking, said
from crm_core.rules.verdict import checked


class FormModel(QObject):
    """Draft values over a record (or over nothing, for a new one)."""

    problem_changed = Signal(str, str)
    """(field, sentence or "")"""
    dirty_changed = Signal(bool)

    def __init__(
        self,
        entity: EntitySpec,
        record: Record | None = None,
        *,
        language: str = "zh",
        needed: Collection[Needed] = (),
        clock: Clock | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`needed`: what records must have when they are so and so (row 5.3)."""
        super().__init__(parent)
        self._needed = [one for one in needed if one.entity == entity.name]
        self._clock = clock or system_clock()
        self.entity = entity
        self._record: Record = record or {}
        self.language = language
        self._typed: dict[str, object] = {}
        self._problems: dict[str, ValueProblem] = {}

    @property
    def is_new(self) -> bool:
        """Whether saving creates the record."""
        return "id" not in self._record

    @property
    def dirty(self) -> bool:
        """Whether closing now would lose something typed."""
        return bool(self._problems) or bool(self.changes())

    def value(self, name: str) -> object:
        """What the editor of a field should show."""
        return self._typed.get(name, self._record.get(name))

    def type_in(self, name: str, raw: object) -> None:
        """Take what was typed into a field, and say at once what is wrong with it."""
        was_dirty = self.dirty
        self._typed[name] = raw
        self._check(self.entity.field_spec(name))
        if self.dirty != was_dirty:
            self.dirty_changed.emit(self.dirty)

    def changes(self) -> dict[str, Value]:
        """Fields whose typed value is valid and differs from the record."""
        found: dict[str, Value] = {}
        for name, raw in self._typed.items():
            try:
                value = checked(self.entity.field_spec(name), raw, self._record.get(name))
            except ValueProblem:
                continue
            if value != self._record.get(name):
                found[name] = value
        return found

    def asked(self) -> frozenset[str]:
        """The fields that the record, as it is typed now, must have beside those always asked."""
        return asked(self._needed, self.entity, self._typed_record(), self._clock.now())

    def _typed_record(self) -> Record:
        return {**self._record, **self.changes()}

    def drafted(self) -> dict[str, object]:
        """Everything typed that differs from the record, also what is not valid yet, to be kept."""
        drafted: dict[str, object] = {
            name: raw
            for name, raw in self._typed.items()
            if isinstance(raw, str | int | list) and raw != self._record.get(name)
        }
        drafted.update(self.changes())
        return drafted

    def check_all(self) -> list[str]:
        """Check every field as saving would; the names of those with a problem, in form order."""
        for spec in self.entity.fields:
            self._check(spec)
        return [f.name for f in self.entity.fields if f.name in self._problems]

    def complete(self) -> dict[str, object]:
        """All values, for creating the record."""
        return {
            spec.name: self.value(spec.name)
            for spec in self.entity.fields
            if self.value(spec.name) not in (None, "", [])
        }

    def reload(self, record: Record) -> set[str]:
        """The record changed underneath (sync); keep what was typed, return the fields shown anew.

        A field being typed in is never overwritten.
        """
        shown = {
            spec.name
            for spec in self.entity.fields
            if spec.name not in self._typed and record.get(spec.name) != self.value(spec.name)
        }
        self._record = record
        return shown

    def saved(self, record: Mapping[str, Value]) -> None:
        """Everything typed is in the record now."""
        self._record = record
        self._typed.clear()
        self._problems.clear()
        self.dirty_changed.emit(False)

    def _missing(self, spec: FieldSpec) -> ValueProblem | None:
        """Why a field may not stay empty; one that was lacking before hinders nothing."""
        if spec.required:
            return ValueProblem(spec, "必须填写", "is required")
        now, record = self._clock.now(), self._typed_record()
        new = lacking(self._needed, self.entity, record, now).get(spec.name)
        if new is None:
            return None
        if not self.is_new and spec.name in lacking(self._needed, self.entity, self._record, now):
            return None
        return ValueProblem(spec, f"：{said(new).zh}", said(new).en)

    def _check(self, spec: FieldSpec) -> None:
        problem: ValueProblem | None = None
        try:
            value = checked(spec, self.value(spec.name), self._record.get(spec.name))
            if value is None:
                problem = self._missing(spec)
        except ValueProblem as found:
            problem = found
        before = self._problems.pop(spec.name, None)
        if problem is not None:
            self._problems[spec.name] = problem
        if (problem is None) != (before is None) or problem is not None:
            sentence = problem.sentence(self.language) if problem else ""
            self.problem_changed.emit(spec.name, sentence)
