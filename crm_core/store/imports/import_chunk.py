"""What some rows of an import come to: to be written, or only to be told."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat

from crm_core.intake.deciding import RowVerdict, Tally, Verdict
from crm_core.model.values import Record, Value

NewIds = Callable[[Sequence[int]], list[str]]
"""(numbers of rows) → ids of the records they make."""
ReadRecords = Callable[[str, Collection[str]], Mapping[str, Record]]
"""(entity, ids) → living records."""


@dataclass(frozen=True, slots=True)
class NewRecords:
    """Records of one entity that rows make, field by field."""

    ids: Sequence[str]
    places: Sequence[int]
    """Of the verdicts they belong to."""
    columns: Mapping[str, Sequence[Value]]
    """For every field that any of them fills."""

    def values(self, number: int) -> dict[str, Value]:
        """Those of one of them."""
        found = ((name, column[number]) for name, column in self.columns.items())
        return {name: value for name, value in found if value is not None}

    def with_others(self, others: "NewRecords") -> "NewRecords":
        """These and others, in the order of their rows."""
        places = [*self.places, *others.places]
        order = sorted(range(len(places)), key=places.__getitem__)
        columns: dict[str, list[Value]] = {}
        for name in dict.fromkeys((*self.columns, *others.columns)):
            both: list[Value] = []
            for some in (self, others):
                both += some.columns.get(name) or repeat(None, len(some.ids))
            columns[name] = [both[number] for number in order]
        ids = [*self.ids, *others.ids]
        return NewRecords([ids[n] for n in order], [places[n] for n in order], columns)


@dataclass(slots=True)
class Chunk:
    """What some rows come to."""

    verdicts: list[RowVerdict] = field(default_factory=list)
    creates: dict[str, dict[str, dict[str, Value]]] = field(default_factory=dict)
    """Entity → id → values, of rows judged one by one; parents before those under them."""
    plain: dict[str, NewRecords] = field(default_factory=dict)
    """Entity → those of rows judged together."""
    changes: dict[str, dict[str, dict[str, object]]] = field(default_factory=dict)
    rows: dict[tuple[str, str], int] = field(default_factory=dict)
    """(entity, id) → place of the verdict it belongs to."""
    held: dict[str, dict[str, Record]] = field(default_factory=dict)
    beside: int = 0

    def made(self) -> dict[str, NewRecords]:
        """What all rows make, by entity; parents before those under them."""
        found = dict(self.plain)
        for entity, records in self.creates.items():
            some = NewRecords(
                list(records), [self.rows[entity, one] for one in records],
                {
                    name: [values.get(name) for values in records.values()]
                    for name in dict.fromkeys(chain.from_iterable(records.values()))
                },
            )  # fmt: skip
            found[entity] = found[entity].with_others(some) if entity in found else some
        return found

    def refused(self) -> list[RowVerdict]:
        """Those of the rows that were refused."""
        return [one for one in self.verdicts if one.verdict is Verdict.REFUSED]

    def count(self, tally: Tally) -> None:
        """Add the rows to a tally."""
        tally.add(self.verdicts)
        tally.beside += self.beside
