"""What is told of customers that two people created: tasks, names, the audit log (rows 5.1, 5.8).

Whoever may not see a colleague's customer learns of it what the question before creating one tells
as well (`checking`): whose it is and since when, never its name. What tells of the unseen stands in
the audit log, and one device gets only so many such answers in a day.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import func, select

from crm_core.clock import CHINA, iso_moment, stamp_moment
from crm_core.matching.twins import WHY, Reason, Same
from crm_core.model.values import Record
from crm_core.permissions import Actor, Right, can, policy_of
from crm_core.permissions.stored import Organisation
from crm_core.store.changes import states
from crm_core.store.changes.unit_of_work import Unit
from crm_core.sync.change import Operation
from sync_server.services import audit, people

MOST_A_DAY = 30
"""Proposals by one device that tell somebody of a record they cannot see."""
_ENTITY = "customer"
_SAME = {"uscc": "统一社会信用代码", "phone": "电话"}


@dataclass(frozen=True, slots=True)
class Held:
    """A customer and the stamp of its creation."""

    id: str
    record: Record
    created: str

    @property
    def owner(self) -> str:
        """User id; empty for nobody's."""
        return str(self.record.get("owner") or "")

    @property
    def name(self) -> str:
        """As its owner calls it."""
        return str(self.record.get("name") or "")

    @property
    def day(self) -> str:
        """The day it was added, in China."""
        return stamp_moment(self.created).astimezone(CHINA).strftime("%Y-%m-%d")


@dataclass(slots=True)
class Notes:
    """What is to be told after one push, written at its end in one go."""

    unit: Unit
    cause: Operation
    """One of what was pushed: who is answered, on which device."""
    tasks: dict[str, dict[str, object]] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)
    _actors: dict[str, Actor] = field(default_factory=dict)
    _organisation: Organisation | None = None
    _proposals: dict[tuple[str, str], tuple[Held, Held, Same]] = field(default_factory=dict)
    _strange: list[tuple[str, str]] = field(default_factory=list)
    """(customer of whom was told, what was the same)."""
    _before: int | None = None

    def linked(self, kept: Held, gone: Held, how: Same, because: Reason) -> None:
        """Both hear whose the customer is, and why."""
        if kept.owner == gone.owner:
            return
        reason = WHY[because].zh
        for own in (kept, gone):
            remark = (
                f"{self._called(own.owner, kept)}和{self._called(own.owner, gone)}"
                f"{_SAME[how.by]}相同，是同一家客户，已合并为一条。\n"
                f"负责人：{self._name(kept.owner)}（{reason}，{kept.day} 建档）。\n"
                "双方的拜访和跟进都保留在这条客户下。如果不是同一家，主管可以在客户页取消合并。"
            )
            title = f"重复客户已合并：「{own.name[:40]}」由{self._name(kept.owner)}负责"
            self._note(f"twin-{gone.id}-{own.owner}", own.owner, title, remark, kept.id)

    def proposed(self, one: Held, other: Held, how: Same) -> None:
        """Both hear that there may be two of one; a person decides."""
        first, second = sorted((one, other), key=lambda part: part.id)
        self._proposals[first.id, second.id] = (first, second, how)

    def write(self) -> None:
        """Write what was collected, and what the audit log keeps of it."""
        ids = {
            _about((first, second), own.owner)
            for first, second, _ in self._proposals.values()
            for own in (first, second)
        }
        connection, tables = self.unit.connection, self.unit.tables
        known = states.load(connection, tables, "task", ids | self.tasks.keys()).states
        for first, second, how in self._proposals.values():
            self._propose(first, second, how, known)
        fresh = {one: row for one, row in self.tasks.items() if one not in known}
        self.unit.create_many("task", list(fresh.values()), record_ids=list(fresh))
        self.unit.create_many("audit_entry", [self._entry(*one) for one in self._strange])

    def _propose(self, first: Held, second: Held, how: Same, known: Collection[str]) -> None:
        pair = (first, second)
        told = [
            (own, theirs, self._sees(own.owner, theirs))
            for own, theirs in (pair, pair[::-1])
            if own.owner and _about(pair, own.owner) not in known
        ]
        strange = [(theirs.id, how.by) for _, theirs, seen in told if not seen]
        if strange and self._allowance() < len(strange):
            return
        self._strange += strange
        for own, theirs, _ in told:
            remark = (
                f"{self._called(own.owner, own)}和{self._called(own.owner, theirs)}"
                f"（{theirs.day} 建档）{_SAME[how.by]}相同，可能是同一家客户。"
                "请核对；是同一家就请主管合并。"
            )
            title = f"可能重复的客户：「{own.name[:40]}」"
            self._note(_about(pair, own.owner), own.owner, title, remark, own.id)

    def _entry(self, customer: str, same: str) -> dict[str, object]:
        by = self.cause.actor
        about, device = f"{_ENTITY} {customer}", self.cause.replica
        event = audit.Event("checked", by, by, device, about=about, detail=same)
        return audit.values_of(self.unit, event)

    def may_twin(self, user: str) -> bool:
        """Whether somebody may create a second one on purpose."""
        role = policy_of(self._role(user), self.organisation)
        return role is not None and Right.TWIN in role.on(_ENTITY).rights

    @property
    def organisation(self) -> Organisation:
        """Everybody, as of this push."""
        if self._organisation is None:
            self._organisation = people.organisation(self.unit.connection, self.unit.tables)
        return self._organisation

    def _allowance(self) -> int:
        """How much may still be told of the unseen, to this device, today."""
        if self._before is None:
            entries = self.unit.tables.of("audit_entry").c
            since = iso_moment(self.unit.clock.now() - timedelta(days=1))
            told = select(func.count()).where(
                entries.kind == "checked", entries.at >= since,
                entries.device == self.cause.replica, entries.about.like(f"{_ENTITY} %"),
            )  # fmt: skip
            self._before = self.unit.connection.scalar(told) or 0
        return MOST_A_DAY - self._before - len(self._strange)

    def _called(self, reader: str, held: Held) -> str:
        """A customer as this reader may know of it."""
        owner = self._name(held.owner)
        return f"{owner}的「{held.name}」" if self._sees(reader, held) else f"{owner}的一条客户"

    def _sees(self, user: str, held: Held) -> bool:
        if user == held.owner:
            return True
        if user not in self._actors:
            self._actors[user] = self.organisation.actor(user, self._role(user))
        entity = self.unit.registry.entity(_ENTITY)
        return can(self._actors[user], Right.SEE, entity, held.record).allowed

    def _role(self, user: str) -> str:
        return str((self.unit.record("user", user) or {}).get("role") or "")

    def _name(self, user: str) -> str:
        if user not in self._names:
            held = self.unit.record("user", user) if user else None
            self._names[user] = str(held.get("name") or "") if held else "无人负责"
        return self._names[user]

    def _note(self, task_id: str, owner: str, title: str, remark: str, customer: str) -> None:
        if owner:
            self.tasks.setdefault(
                task_id,
                {
                    "title": title, "kind": "reminder", "state": "open", "owner": owner,
                    "remark": remark, "customer": customer, "due_at": self.unit.clock.iso(),
                },
            )  # fmt: skip


def _about(pair: tuple[Held, Held], owner: str) -> str:
    """The task by which somebody hears of two: whoever tells it again tells nothing new."""
    return f"maybe-{pair[0].id}-{pair[1].id}-{owner}"
