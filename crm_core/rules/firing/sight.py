"""What an automation may look at while it is decided, and what it leads to: all of it data.

`Sight` is the store's unit of work on both programs, and a state of the past in a replay.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from crm_core.clock import Clock, stamp_moment
from crm_core.model.query import Query
from crm_core.model.schema import Label, Registry
from crm_core.model.values import Record, Value
from crm_core.permissions import Actor
from crm_core.rules.firing.reasons import Why
from crm_core.sync.change import Operation
from crm_core.sync.history import Edit


class Sight(Protocol):
    """The state after what set the rules off."""

    clock: Clock
    registry: Registry
    actor: Actor
    """Whose rights bind what is done; the server's own are not bound."""

    def records(self, entity: str, ids: Collection[str]) -> Mapping[str, Record]:
        """Living records by id."""

    def parts(
        self, entity: str, ids: Collection[str], fields: Collection[str]
    ) -> Mapping[str, Record]:
        """Living records by id, with at least these fields of them."""

    def find(self, query: Query) -> list[dict[str, Value]]:
        """Records answering a query."""

    def known(self, entity: str, ids: Collection[str]) -> frozenset[str]:
        """Those of these ids of which there is, or was, a record."""

    def was_moved(self, entity: str, record_id: str, key: str) -> bool:
        """Whether an item (`field/item`) was ever put into or taken out of a record's set."""

    def written_after(self, entity: str, record_id: str, name: str, stamp: str) -> bool:
        """Whether a field was written later than a stamp."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """One record as one act left it, or as a clock finds it."""

    entity: str
    id: str
    cause: str
    """The act, or the moment a clock was waiting for: the same on the laptop and on the server."""
    at: datetime
    """When it was done, by its author's clock: conditions and due times count from here."""
    created: bool = False
    changes: Mapping[str, tuple[Value, Value]] = field(default_factory=dict)
    """Field → before, after; of sets the items before the first change."""
    actor: str = ""
    stamp: str = ""
    """What was written later than this is somebody's later word. Empty: nothing can be."""


@dataclass(frozen=True, slots=True)
class Creation:
    """A record to be added."""

    entity: str
    id: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Webhook:
    """Something to be told to another program; only the server does."""

    id: str
    """The same whenever it is worked out: receivers drop doubles by it."""
    rule: str
    url: str
    payload: Mapping[str, object]


Effect = Edit | Creation | Webhook
Gate = Callable[[str, Record, object], Label | None]
"""(entity, record, stage) → why the record may not go there yet; None where it may."""


def no_gates(_entity: str, _record: Record, _stage: object) -> None:
    """Every stage may be entered."""


class Fate(StrEnum):
    """What became of a rule on an occasion on which it was due."""

    FIRED = "fired"
    LEFT = "left"
    """Provisional: this device cannot or may not; the server will."""
    SKIPPED = "skipped"
    """Something the rule names is not there; why says what."""
    STOPPED = "stopped"
    """It would go in a circle or against another rule."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One rule on one occasion. Its firing is among the effects."""

    fate: Fate
    rule: str
    name: Label
    firing: str
    """The id of the record that says it has happened."""
    entity: str
    record: str
    at: datetime
    effects: tuple[Effect, ...]
    why: Why


@dataclass(frozen=True, slots=True)
class Deed:
    """Who did an act, and when by their clock: whatever follows from it is theirs, and of then."""

    actor: str
    at: datetime


Doubts = dict[tuple[str, str], set[str]]
"""(entity, id) → fields of which it is not known what stands in them."""


@dataclass(slots=True)
class Ledger:
    """What automations did within one act, so that they neither circle nor fight."""

    rounds: int = 0
    wrote: dict[tuple[str, str, str, str], tuple[str, Value]] = field(default_factory=dict)
    """(act, entity, id, field) → the rule's name, what it wrote."""
    causes: dict[tuple[str, str], str] = field(default_factory=dict)
    """(entity, id) → the act that what rules wrote there follows from."""
    deeds: dict[str, Deed] = field(default_factory=dict)
    """Of acts that anything followed from."""
    news: list[Operation] = field(default_factory=list)
    """What may let a record go on by itself, and was not asked about yet (`stage_moves`)."""
    doubts: Doubts = field(default_factory=dict)
    """What rules that are left to the server may write (`hanging`)."""

    def act_of(self, one: Operation, own: str) -> str:
        """The act an operation belongs to, or follows from where `own`, a server, wrote it."""
        act = self.causes.get((one.entity, one.id)) if one.replica == own else None
        return act or one.group

    def source(self, one: Operation, own: str) -> tuple[str, Deed]:
        """That act, and who did it when."""
        act = self.act_of(one, own)
        deed = self.deeds.get(act)
        if deed is None:
            at = stamp_moment(one.authored or one.hlc).replace(microsecond=0)
            deed = Deed(one.actor, at)
        return act, deed

    def author(self, one: Operation, own: str) -> str:
        """Who did that act."""
        deed = self.deeds.get(self.act_of(one, own)) if self.deeds else None
        return deed.actor if deed else one.actor

    def follows(self, entity: str, record: str, act: str, deed: Deed) -> None:
        """What is written of a record now follows from an act."""
        self.causes[entity, record] = act
        self.deeds.setdefault(act, deed)


class Ahead:
    """A state as edits that are only decided will leave it; asked in place of the one below."""

    def __init__(self, below: Sight) -> None:
        self._below = below
        self._edits: dict[tuple[str, str], dict[str, Value]] = {}
        self.clock, self.registry, self.actor = below.clock, below.registry, below.actor
        self.find, self.known = below.find, below.known
        self.was_moved, self.written_after = below.was_moved, below.written_after

    def take(self, edit: Edit) -> None:
        """It will be made."""
        self._edits.setdefault((edit.entity, edit.id), {})[edit.field] = edit.value

    def records(self, entity: str, ids: Collection[str]) -> Mapping[str, Record]:
        """Living records by id, as they will be."""
        found = self._below.records(entity, ids)
        if not self._edits:
            return found
        return {one: {**found[one], **self._edits.get((entity, one), {})} for one in found}

    def parts(
        self, entity: str, ids: Collection[str], _fields: Collection[str]
    ) -> Mapping[str, Record]:
        """The records whole."""
        return self.records(entity, ids)
