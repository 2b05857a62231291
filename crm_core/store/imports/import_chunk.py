"""What some rows of an import come to: to be written, or only to be told."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from crm_core.intake.deciding import RowVerdict, Tally, Verdict
from crm_core.model.values import Record, Value

NewIds = Callable[[Sequence[int]], list[str]]
"""(numbers of rows) → ids of the records they make."""
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
