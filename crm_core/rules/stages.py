"""What a stage says, as data: how long it may take, who answers for it, what must be there before
a record leaves it, what is ticked off in it, what moves a record on by itself (rows 4.1 to 4.4).

The body of rules of the kind `stage`. What follows from it for a record is in `gates`; how stages
stand beside each other is in `stage_plan`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as with_default
from enum import StrEnum

from crm_core.model.schema import Label
from crm_core.rules.documents import When

WON, LOST = "won", "lost"
"""The two ends every kind of record has; they may be called otherwise, and are never taken away."""
NOBODY = Label("", "")


class Evidence(StrEnum):
    """What must lie beside a tick before it counts."""

    NONE = ""
    NOTE = "note"
    """A sentence: what came of it."""
    FILE = "file"
    """A file: a screenshot, a signed confirmation."""


@dataclass(frozen=True, slots=True)
class CheckItem:
    """One thing to tick off."""

    id: str
    label: Label
    evidence: Evidence = Evidence.NONE


@dataclass(frozen=True, slots=True)
class Action:
    """An atomic action of a stage: done when each of its items is (row 4.4)."""

    id: str
    label: Label
    items: tuple[CheckItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Exit:
    """One thing that must be so: a field is filled, or the record answers `when`, or so many
    records of `entity` answer `where`."""

    id: str
    label: Label
    field: str = ""
    when: When | None = None
    entity: str = ""
    where: When = with_default(default_factory=When)
    least: int = 1
    initial: Mapping[str, str | int | bool] = with_default(default_factory=dict)
    """What a new related record starts with, so that it counts."""


@dataclass(frozen=True, slots=True)
class AutoMove:
    """Where a record goes by itself once all of this is there (row 4.3)."""

    to: str
    """The code of a stage."""
    needs: tuple[str, ...] = ()
    """Ids of exits and items of this stage; empty with no `also`: everything it asks for."""
    also: tuple[Exit, ...] = ()


@dataclass(frozen=True, slots=True)
class StageBody:
    """One stage of leads or of deals (`Document.entity`), in the order of `Document.position`."""

    code: str
    """What stands in the field `stage`; never changed once there are records in it."""
    standard_hours: int = 0
    """From so many hours on a record is slow, from twice as many stuck; 0: it may take its time."""
    role: Label = NOBODY
    """Who has to help where it does not go on, as people say it: 技术支持."""
    touchpoints: tuple[CheckItem, ...] = ()
    """What nobody may pass over (row 4.1)."""
    exits: tuple[Exit, ...] = ()
    actions: tuple[Action, ...] = ()
    moves: tuple[AutoMove, ...] = ()
    tone: str = "neutral"
