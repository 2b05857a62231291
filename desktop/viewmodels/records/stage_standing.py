"""How a record stands in its stage: for how long, what is there of what it needs, where it goes."""

from dataclasses import dataclass
from datetime import datetime

from crm_core.model.schema import Label
from crm_core.model.values import Record
from crm_core.rules.duty import OnDuty
from crm_core.rules.gates import Missing, Requirement, is_closed
from crm_core.rules.stage_plan import Stage, blocker
from crm_core.rules.stages import NOBODY
from crm_core.store.ruling.stage_gates import hours_in
from desktop.services.rules.checklists import Tick, checklist_of
from desktop.services.rules.stage_gates import gates_over
from desktop.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing the stage asks for."""

    requirement: Requirement
    met: bool
    have: int = 0
    action: Label = NOBODY
    """The action a check list item belongs to."""
    tick: Tick | None = None
    by: str = ""
    """Who ticked it off."""

    def words(self, language: str) -> str:
        """What it is, with how far it has come."""
        return Missing(self.requirement, self.have).sentence(language)


@dataclass(frozen=True, slots=True)
class Standing:
    """One record in its stage."""

    entity: str
    record: Record
    stage: Stage
    hours: int | None
    asked: tuple[Asked, ...]
    following: Stage | None
    """Where it goes next; None at the end, or where its stage is gone."""
    writable: bool
    now: datetime
    on_duty: OnDuty | None = None
    """Who of the role that helps is on duty; None where it has no roster (row 4.16)."""

    def duty_words(self, language: str) -> str:
        """Who is on duty, or when somebody is; empty where there is no roster."""
        return self.on_duty.words(language, self.now) if self.on_duty is not None else ""

    @property
    def met(self) -> int:
        """How many are there."""
        return sum(one.met for one in self.asked)

    def sentence(self, language: str) -> str:
        """Why it stays where it is; empty where nothing is in its way."""
        lacking = [Missing(one.requirement, one.have) for one in self.asked if not one.met]
        if not lacking:
            return ""
        said = self.duty_words(language)
        return blocker(self.stage, lacking, hours=self.hours, language=language, on_duty=said)


def read_standing(workspace: Workspace, entity: str, record_id: str) -> Standing | None:
    """Meant for the database thread; None for a record that is not here."""
    found = checklist_of(workspace, entity, record_id)
    if found is None:
        return None
    gates, stage = gates_over(workspace), found.stage
    asked = () if stage.retired else stage.asked
    lacking = {
        one.requirement.id: one for one in gates.lacking_of(entity, found.record, asked)
    }  # fmt: skip
    ticks = {
        f"{stage.code}.{tick.item.id}": (group.label, tick)
        for group in found.groups
        for tick in group.ticks
    }
    people = {str(tick.record.get("done_by")) for _, tick in ticks.values() if tick.record}
    names = workspace.replica.titles("user", people)
    code = gates.plan.beside(entity, stage.code, 1)
    return Standing(
        entity, found.record, stage, hours_in(found.record, gates.now),
        tuple(_asked(one, lacking.get(one.id), ticks.get(one.id), names) for one in asked),
        gates.plan.named(entity, code) if code and not is_closed(stage.code) else None,
        workspace.may_write(entity, found.record, "stage").allowed,
        gates.now, gates.helping(stage),
    )  # fmt: skip


def _asked(
    one: Requirement, lacking: Missing | None, ticked: tuple[Label, Tick] | None,
    names: dict[str, str],
) -> Asked:  # fmt: skip
    have = lacking.have if lacking is not None else one.least
    if ticked is None:
        return Asked(one, lacking is None, have)
    action, tick = ticked
    by = names.get(str((tick.record or {}).get("done_by")), "")
    return Asked(one, lacking is None, have, action, tick, by)
