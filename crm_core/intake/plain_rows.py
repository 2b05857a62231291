"""Rows of which there is nothing to say, column by column: no problem, no remark, nothing lacking.

What a row becomes says `Preparer.prepare`; whatever is not plain is left to it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from crm_core.intake.cells import Row
from crm_core.intake.plain_cells import ReadColumn, column_reader
from crm_core.intake.preparing import FieldReader, Prepared, Preparer
from crm_core.model import whereabouts
from crm_core.model.values import Value


@dataclass(slots=True)
class Columns:
    """What some rows say of their fields."""

    size: int
    """Rows."""
    fields: dict[str, list[Value]]
    odd: set[int]
    """Places of the rows that must be looked at one by one; what is said of them here counts for
    nothing."""

    def of(self, name: str) -> list[Value]:
        """The values of a field, which nobody need say anything of."""
        return self.fields.get(name) or [None] * self.size

    def fill(self, name: str, value: Value) -> None:
        """Give a field a value where it has none."""
        held = self.fields.get(name)
        if held is None:
            self.fields[name] = [value] * self.size
        elif sparse(held):
            self.fields[name] = [value if one is None else one for one in held]

    def look_at(self, names: Sequence[str], bad: Iterable[tuple[Value, ...]]) -> None:
        """Have rows looked at that say one of these in these fields."""
        wanted = set(bad)
        if wanted:
            together = zip(*map(self.of, names), strict=True)
            self.odd.update(place for place, one in enumerate(together) if one in wanted)

    def distinct(self, names: Sequence[str]) -> set[tuple[Value, ...]]:
        """What rows say in these fields together."""
        return set(zip(*map(self.of, names), strict=True))


@dataclass(frozen=True, slots=True)
class ReadRows:
    """Rows whose cells were read column by column; nothing is looked up or filled in yet."""

    rows: Sequence[Row]
    main: dict[str, list[Value]]
    beside: dict[str, list[Value]]
    """Of the companion on the same rows."""
    odd: set[int]
    """Places of the rows with a cell of which there is something to say; what stands for it here
    counts for nothing."""

    def prepared(self, preparer: Preparer, place: int) -> Prepared:
        """One of the rows, as the preparer would have it."""
        number, cells = self.rows[place]
        if place in self.odd:
            return preparer.prepare(number, cells)
        main: dict[str, Value] = {
            name: value for name, one in self.main.items() if (value := one[place]) is not None
        }
        beside: dict[str, Value] = {
            name: value for name, one in self.beside.items() if (value := one[place]) is not None
        }
        return preparer.completed(number, main, beside)


class RowReader:
    """Reads the cells of rows by the mapping of a preparer, as it would."""

    def __init__(self, preparer: Preparer) -> None:
        self._main, self._beside = _readers(preparer.main), _readers(preparer.beside)

    @staticmethod
    def fits(preparer: Preparer) -> bool:
        """Whether rows of this mapping can be read by columns: one column a field."""
        both = [one.name for one in preparer.main], [one.name for one in preparer.beside]
        return all(len(set(names)) == len(names) for names in both)

    def read(self, rows: Sequence[Row]) -> ReadRows:
        """What rows say."""
        _, each = zip(*rows, strict=True)
        cells = list(zip_longest(*each))
        none: list[Value] = [None] * len(rows)
        seen = ReadRows(rows, {}, {}, set())
        for readers, into in ((self._main, seen.main), (self._beside, seen.beside)):
            for place, name, read in readers:
                into[name] = read(cells[place], seen.odd) if place < len(cells) else none
        return seen


def _readers(columns: Iterable[FieldReader]) -> list[tuple[int, str, ReadColumn]]:
    return [(one.place, one.name, column_reader(one.reader)) for one in columns]


class PlainRows:
    """Completes rows by the mapping of a preparer, as it would."""

    def __init__(self, preparer: Preparer) -> None:
        self._preparer = preparer

    def read(self, rows: ReadRows) -> Columns:
        """What rows say; constants are filled in."""
        seen = Columns(len(rows.rows), dict(rows.main), set(rows.odd))
        for name, value in self._preparer.constants.items():
            if value is not None:
                seen.fill(name, value)
        for name, _ in self._preparer.required:
            if sparse(column := seen.of(name)):
                seen.odd.update(place for place, one in enumerate(column) if one is None)
        self._doubt_places(seen)
        return seen

    def _doubt_places(self, seen: Columns) -> None:
        """Have rows looked at whose places contradict each other."""
        names = [name for name in whereabouts.FIELDS if name in seen.fields]
        if len(names) > 1:
            remarks = self._preparer.places.remarks
            found = seen.distinct(names)
            seen.look_at(names, [o for o in found if remarks(dict(zip(names, o, strict=True)))])


def sparse(column: Sequence[Value]) -> bool:
    """Whether a column is empty anywhere."""
    return not all(column) and None in column  # Mostly true at once: a look at each costs more.
