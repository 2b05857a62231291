"""One row of a table → the values of one record, or of two, or the reasons why not.

Pure: references are still names here, and nothing is known of what is there already.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from crm_core.intake.cells import Cell
from crm_core.intake.cleaning import CellReader, Sentence
from crm_core.intake.headings import Heading
from crm_core.intake.mapping import ColumnMapping, OnTwin
from crm_core.intake.mapping import Mapping as TableMapping
from crm_core.intake.places import Places
from crm_core.model.schema import EntitySpec, FieldSpec, Kind, Merge, Registry
from crm_core.model.values import Value, ValueProblem, normalise


@dataclass(slots=True)
class Prepared:
    """One row on its way in."""

    number: int
    """Of the row in the file."""
    values: dict[str, Value] = field(default_factory=dict)
    """Of the main record; references are names still."""
    beside: dict[str, Value] = field(default_factory=dict)
    """Of the companion on the same row; empty where the row has none."""
    given: dict[str, set[str]] = field(default_factory=dict)
    """Entity → fields the row says nothing of: they are filled in for a record that is new, and
    change none that is there."""
    keys: list[tuple[str, str]] = field(default_factory=list)
    """By which the main record is known; filled in once its references are ids."""
    problems: list[Sentence] = field(default_factory=list)
    lacks: list[Sentence] = field(default_factory=list)
    """What the main record must have and the row does not say, where a code may tell which record
    it is: a problem only if that one is not there."""
    remarks: list[Sentence] = field(default_factory=list)


class FieldReader(NamedTuple):
    """Reads one column into one field."""

    place: int
    name: str
    reader: CellReader
    joins: bool
    """Whether a further column of the same field adds to it."""


class Preparer:
    """Turns the rows of one table into records by one mapping."""

    def __init__(self, mapping: TableMapping, heading: Heading, registry: Registry) -> None:
        """Columns, fields and entities the other side does not know are passed over."""
        self.mapping = mapping
        self.entity: EntitySpec = registry.entity(mapping.entity)
        self.companion = registry.entity(mapping.companion) if mapping.companion else None
        self.main = self._readers(self.entity, heading)
        self.beside = self._readers(self.companion, heading) if self.companion else []
        self.constants = _constants(self.entity, mapping)
        self._constants_beside = _constants(self.companion, mapping) if self.companion else {}
        self.places = Places(self.entity)
        self.required = _required(self.entity)
        self._codes = _codes(self.entity, mapping)
        self._required_beside = _required(self.companion) if self.companion else ()

    def prepare(self, number: int, cells: Sequence[Cell]) -> Prepared:
        """What a row says. A row whose companion has no name has none."""
        row = Prepared(number)
        self._read(self.main, cells, row.values, row)
        self._complete(row)
        self._read(self.beside, cells, row.beside, row)
        self._complete_beside(row)
        return row

    def completed(
        self, number: int, values: dict[str, Value], beside: dict[str, Value]
    ) -> Prepared:
        """`prepare` for a row whose cells were read, and nothing is to be said of any."""
        row = Prepared(number, values, beside)
        self._complete(row)
        self._complete_beside(row)
        return row

    def _complete(self, row: Prepared) -> None:
        row.remarks.extend(self.places.remarks(row.values))
        coded = any(row.values.get(name) for name in self._codes)
        lacks = row.lacks if coded else row.problems
        row.given[self.entity.name] = _fill(lacks, row.values, self.constants, self.required)

    def _complete_beside(self, row: Prepared) -> None:
        if self.companion is None:
            return
        if row.beside.get(self.companion.title) is None and not _names(row.beside):
            row.beside = {}
        elif row.beside:
            row.given[self.companion.name] = _fill(
                row.problems, row.beside, self._constants_beside, self._required_beside
            )

    def untranslated(self, rows: Iterable[Sequence[Cell]], title: str) -> dict[str, int]:
        """What a column of options holds that no option is called, with how often."""
        found: dict[str, int] = {}
        readers = [r for r in (*self.main, *self.beside) if r.reader.column.title == title]
        for cells in rows:
            for one in readers:
                if one.place < len(cells) and (text := one.reader.untranslated(cells[one.place])):
                    found[text] = found.get(text, 0) + 1
        return found

    def _readers(self, entity: EntitySpec, heading: Heading) -> list[FieldReader]:
        found = []
        for column in self.mapping.columns:
            spec, place = entity.find(column.field), heading.find(column.title)
            if column.entity == entity.name and spec is not None and place is not None:
                joins = spec.merge is Merge.SET or spec.kind is Kind.LONG_TEXT
                found.append(FieldReader(place.place, spec.name, CellReader(column, spec), joins))
        return found

    @staticmethod
    def _read(
        readers: Sequence[FieldReader], cells: Sequence[Cell], into: dict[str, Value], row: Prepared
    ) -> None:
        width = len(cells)
        for place, name, reader, joins in readers:
            if place >= width or (cell := cells[place]) is None:
                continue
            got = reader.read(cell)
            if got.value is not None:
                held = into.get(name)
                into[name] = got.value if held is None else _joined(held, got.value, joins=joins)
                if got.remark is None:
                    continue
            if got.problem is not None:
                row.problems.append(got.problem)
            if got.remark is not None:
                row.remarks.append(got.remark)


def refs_of(entity: EntitySpec) -> tuple[FieldSpec, ...]:
    """The fields of an entity that point at records."""
    return tuple(one for one in entity.fields if one.kind is Kind.REF)


def mapped_fields(columns: Iterable[ColumnMapping], entity: str) -> frozenset[str]:
    """The fields of an entity that columns are mapped to."""
    return frozenset(one.field for one in columns if one.entity == entity)


def _joined(held: Value, more: Value, *, joins: bool) -> Value:
    """Two columns of one field: the first wins, lists and long texts take both."""
    if not joins:
        return held
    if isinstance(held, list) and isinstance(more, list):
        return sorted({*held, *more})
    return held if str(more) in str(held) else f"{held}\n{more}"


def _constants(entity: EntitySpec, mapping: TableMapping) -> dict[str, Value]:
    """KnownError ("value") for one that its field cannot hold."""
    return {
        name: normalise(entity.field_spec(name), value)
        for of, name, value in mapping.constants
        if of == entity.name and entity.find(name) is not None
    }


def _codes(entity: EntitySpec, mapping: TableMapping) -> tuple[str, ...]:
    """The keys that tell a record by themselves: codes, not names nor numbers."""
    if mapping.on_twin is OnTwin.CREATE:
        return ()
    specs = (entity.find(name) for name in mapping.keys if name != entity.title)
    return tuple(one.name for one in specs if one is not None and one.kind is Kind.TEXT)


def _required(entity: EntitySpec) -> tuple[tuple[str, Sentence], ...]:
    """What must be there, with what is said where it is not."""
    said = []
    for spec in entity.fields:
        if spec.required:
            problem = ValueProblem(spec, "必须填写", "is required")
            said.append((spec.name, Sentence(problem.chinese, problem.english)))
    return tuple(said)


def _fill(
    lacks: list[Sentence],
    values: dict[str, Value],
    constants: Mapping[str, Value],
    required: Iterable[tuple[str, Sentence]],
) -> set[str]:
    """Fill in the constants and say what is missing; what was filled in."""
    filled = set()
    for name, value in constants.items():
        if values.get(name) is None and value is not None:
            values[name] = value
            filled.add(name)
    for name, said in required:
        if values.get(name) is None:
            lacks.append(said)
    return filled


def _names(values: Mapping[str, Value]) -> bool:
    """Whether there is enough to make somebody of: a number or an address."""
    return any(values.get(name) for name in ("phone", "email", "wechat"))
