"""What becomes of one row, given what is there already: new, update, duplicate, refused; and why.

Pure: who finds the records that are there, and who writes, is `store.imports.importing`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from operator import attrgetter

from msgspec import Struct

from crm_core.intake.cleaning import Sentence
from crm_core.intake.mapping import OnTwin
from crm_core.model.schema import EntitySpec
from crm_core.model.values import Record, Value
from crm_core.rules.required import Needed


class Verdict(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    UPDATE = "update"
    SAME = "same"
    """It is there already, and the row says nothing new."""
    DUPLICATE = "duplicate"
    """It is there already, and is left alone because the mapping says so."""
    REFUSED = "refused"


class Twin(Struct, frozen=True, gc=False):
    """The record a row is about, as far as one key tells."""

    ids: tuple[str, ...]
    field: str
    """The key that told."""

    @property
    def row(self) -> int:
        """The row of this file it is of, in a dry run; 0 for a record that is there already."""
        return row_of(self.ids[0]) if len(self.ids) == 1 else 0


class RowVerdict(Struct, frozen=True):
    """What becomes, or became, of one row. A msgspec Struct: an import makes very many."""

    number: int
    verdict: Verdict
    title: str
    """The record's name."""
    twin: str = ""
    """Id of the record it is the same as; empty for none, or for one of this very file."""
    twin_row: int = 0
    """The row of this file it is the same as."""
    by: str = ""
    """The field by which it is the same."""
    alike: str = ""
    """Id of a record that may be the same, where a dry run looked for such."""
    reasons: tuple[Sentence, ...] = ()
    """Why it was refused."""
    remarks: tuple[Sentence, ...] = ()
    """What of it was left out."""


@dataclass(frozen=True, slots=True)
class Alike:
    """A record that may be the one a row would make."""

    id: str
    title: str
    why: Sentence

    @property
    def sentence(self) -> Sentence:
        """What is said of it."""
        return Sentence(
            f"可能就是已有的「{self.title}」（{self.why.zh}）",
            f"May be “{self.title}”, which is there already ({self.why.en})",
        )


_REMARKS, _VERDICT = attrgetter("remarks"), attrgetter("verdict")


@dataclass(slots=True)
class Tally:
    """How many rows came to what."""

    rows: int = 0
    new: int = 0
    update: int = 0
    same: int = 0
    duplicate: int = 0
    refused: int = 0
    remarked: int = 0
    beside: int = 0
    """Records made beside the main ones."""
    alike: int = 0
    """New ones that may be there already under another name."""

    def count(self, verdict: RowVerdict) -> None:
        """Add one row."""
        self.add([verdict])

    def add(self, verdicts: Sequence[RowVerdict]) -> None:
        """Add rows."""
        self.rows += len(verdicts)
        self.remarked += len(verdicts) - list(map(_REMARKS, verdicts)).count(())
        for verdict, number in Counter(map(_VERDICT, verdicts)).items():
            setattr(self, verdict.value, getattr(self, verdict.value) + number)

    def as_json(self) -> dict[str, int]:
        """The written form."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, read: Mapping[str, int]) -> "Tally":
        """Read the written form."""
        return cls(**{name: int(read.get(name, 0)) for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done with one record."""

    verdict: Verdict
    twin: str = ""
    changes: dict[str, Value] = field(default_factory=dict)
    reason: Sentence | None = None


_ROW = "#"


def row_id(number: int) -> str:
    """Stands for the record a row would make, in a dry run."""
    return f"{_ROW}{number}"


def row_of(record_id: str) -> int:
    """The row such an id stands for; 0 for the id of a record."""
    return int(record_id[1:]) if record_id.startswith(_ROW) else 0


def decide(
    entity: EntitySpec,
    values: Mapping[str, Value],
    twin: Twin | None,
    held: Record | None,
    on_twin: OnTwin,
) -> Decision:
    """What becomes of values that are whole; `held`: what the twin holds, None where unknown."""
    if twin is None or on_twin is OnTwin.CREATE:
        return Decision(Verdict.NEW)
    if on_twin is OnTwin.SKIP:
        return Decision(Verdict.DUPLICATE, twin.ids[0])
    if len(twin.ids) > 1:
        return Decision(Verdict.REFUSED, twin.ids[0], reason=_several(entity, twin))
    changes = changes_to(held or {}, values, on_twin) if held is not None else {}
    verdict = Verdict.UPDATE if changes else Verdict.SAME
    return Decision(verdict, twin.ids[0], changes)


def changes_to(held: Record, values: Mapping[str, Value], on_twin: OnTwin) -> dict[str, Value]:
    """What a row changes of a record: nothing by empty cells, and lists only grow."""
    changes: dict[str, Value] = {}
    for name, value in values.items():
        before = held.get(name)
        if value is None or value == before:
            continue
        if isinstance(value, list) and isinstance(before, list):
            joined = sorted({*before, *value})
            if joined != before:
                changes[name] = joined
        elif before is None or on_twin is OnTwin.UPDATE:
            changes[name] = value
    return changes


def incomplete(entity: EntitySpec, lacks: Mapping[str, Needed]) -> Sentence:
    """What is said of a new record that lacks these: it comes all the same (decision 047)."""
    who = next(iter(lacks.values())).label
    names = [entity.field_spec(name).label for name in lacks]
    return Sentence(
        f"{who.zh}还差{'、'.join(f'「{one.zh}」' for one in names)}，资料不完整",
        f"{who.en} must have {', '.join(one.en for one in names)}; incomplete",
    )


def _several(entity: EntitySpec, twin: Twin) -> Sentence:
    spec = entity.field_spec(twin.field)
    return Sentence(
        f"已有 {len(twin.ids)} 条{entity.label.zh}的「{spec.label.zh}」相同，不知道该更新哪一条",
        f"{len(twin.ids)} {entity.label.en.lower()} records have the same {spec.label.en.lower()}",
    )
