"""The stages of leads and of deals as a set of rules puts them: in order, with what each asks for.

Pure. Where one of them was taken away, records may still stand in it: it has a name here and no
place, asks for nothing, and is left by hand.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import cast

from crm_core.model.schema import Choice, Label, Registry
from crm_core.rules.documents import Document
from crm_core.rules.gates import Missing, Requirement, asked_by, exit_of, is_closed
from crm_core.rules.published import SHIPPED_SET
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.stages import LOST, NOBODY, WON, Action, StageBody

STAGED = ("lead", "opportunity")
"""The kinds of record that have stages."""
TOUCHPOINTS = Label("必经触点", "Touchpoints")
_MOST_HOURS = 72
"""Beyond this, people count in days."""


@dataclass(frozen=True, slots=True)
class Move:
    """Where a record goes by itself, once `asked` is all there."""

    to: str
    asked: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage, ready to be asked."""

    entity: str
    code: str
    label: Label
    rule: str = ""
    """The id of the document that says all this."""
    retired: bool = False
    standard_hours: int = 0
    role: Label = NOBODY
    asked: tuple[Requirement, ...] = ()
    actions: tuple[Action, ...] = ()
    moves: tuple[Move, ...] = ()
    tone: str = "neutral"

    @property
    def choice(self) -> Choice:
        """As an option of the field `stage`."""
        return Choice(self.code, self.label, self.tone, retired=self.retired)


class StagePlan:
    """All stages under one set of rules."""

    def __init__(self, stages: Iterable[Stage], *, version: str = "") -> None:
        self.version = version
        self._of: dict[str, tuple[Stage, ...]] = {}
        self._known: dict[tuple[str, str], Stage] = {}
        for one in stages:
            known = self._known.setdefault((one.entity, one.code), one)
            if known is one and not one.retired:
                self._of[one.entity] = (*self._of.get(one.entity, ()), one)

    def stages(self, entity: str) -> tuple[Stage, ...]:
        """Those in use, in their order; the two ends last."""
        return self._of.get(entity, ())

    def codes(self, entity: str) -> list[str]:
        """Their codes."""
        return [one.code for one in self.stages(entity)]

    def find(self, entity: str, code: str) -> Stage | None:
        """A stage that is, or was, in use."""
        return self._known.get((entity, code))

    def named(self, entity: str, code: str) -> Stage:
        """The stage of that code; one nobody knows any more is called by its code."""
        found = self.find(entity, code)
        return found or Stage(entity, code, Label(code or "—", code or "—"), retired=True)

    def choices(self, entity: str) -> tuple[Choice, ...]:
        """The options of the field `stage`: those in use, then those that were."""
        every = [one for (name, _), one in self._known.items() if name == entity]
        return tuple(one.choice for one in sorted(every, key=lambda s: s.retired))

    def beside(self, entity: str, code: str, step: int) -> str:
        """The code of the stage beside this one; empty at the ends."""
        codes = self.codes(entity)
        place = codes.index(code) + step if code in codes else -1
        return codes[place] if 0 <= place < len(codes) else ""

    def on_the_way(self, entity: str, before: str, after: str) -> tuple[Requirement, ...]:
        """Everything asked between two stages; nothing for a step back, a loss, or a stage that is
        gone."""
        if after == LOST or before == LOST or not self.is_forward(entity, before, after):
            return ()
        stages, codes = self.stages(entity), self.codes(entity)
        passed = stages[codes.index(before) : codes.index(after)]
        found = [one for stage in passed for one in stage.asked]
        return tuple({one.id: one for one in found}.values())

    def is_forward(self, entity: str, before: str, after: str) -> bool:
        """Whether both are in use and the second comes later."""
        codes = self.codes(entity)
        known = before in codes and after in codes
        return known and codes.index(after) > codes.index(before)

    def is_back(self, entity: str, before: str, after: str) -> bool:
        """Whether a record goes back in its journey: opening a lost one again does not count."""
        return before != LOST and after != LOST and self.is_forward(entity, after, before)


def plan_of(rules: RuleSet, registry: Registry) -> StagePlan:
    """The stages as a set of rules has them; worked out once for each set and registry."""
    return _planned(rules, registry)


@lru_cache(maxsize=16)
def _planned(rules: RuleSet, registry: Registry) -> StagePlan:
    return StagePlan(_stages(rules, registry), version=rules.version)


def stage_documents(rules: RuleSet, entity: str = "") -> list[Document[StageBody]]:
    """Those of a set, switched off ones too, in their order."""
    return [
        cast("Document[StageBody]", one)
        for one in rules.documents
        if isinstance(one.body, StageBody) and entity in ("", one.entity)
    ]


def _stages(rules: RuleSet, registry: Registry) -> Sequence[Stage]:
    made = [_stage(one, registry) for entity in STAGED for one in _documents(rules, entity)]
    # A stage in use comes before one of the same code that is not.
    return sorted(made, key=lambda one: (one.retired, *_place(one.code)))


def _documents(rules: RuleSet, entity: str) -> list[Document[StageBody]]:
    """The stages of one kind of record; the two ends are there whatever was published, and where
    nothing is in use between them, what ships is."""
    found = stage_documents(rules, entity)
    shipped = stage_documents(SHIPPED_SET, entity)
    if not any(one.active and not is_closed(one.body.code) for one in found):
        return shipped
    codes = {one.body.code for one in found}
    ends = (one for one in shipped if is_closed(one.body.code) and one.body.code not in codes)
    return [*found, *ends]


def _stage(one: Document[StageBody], registry: Registry) -> Stage:
    body = one.body
    asked = tuple(asked_by(one.entity, body, registry))
    touch = Action("touchpoints", TOUCHPOINTS, body.touchpoints)
    moves = (_move(one.entity, body, place, asked, registry) for place in range(len(body.moves)))
    return Stage(
        entity=one.entity, code=body.code, label=one.label, rule=one.id,
        retired=not one.active and not is_closed(body.code),
        standard_hours=body.standard_hours, role=body.role, asked=asked,
        actions=(*((touch,) if body.touchpoints else ()), *body.actions),
        moves=tuple(move for move in moves if move is not None), tone=body.tone,
    )  # fmt: skip


def _move(
    entity: str, body: StageBody, place: int, asked: Sequence[Requirement], registry: Registry
) -> Move | None:
    """None where part of what it waits for is gone: it must not go off for less."""
    move = body.moves[place]
    by_id = {one.id: one for one in asked}
    everything = not move.needs and not move.also
    names = by_id if everything else move.needs
    wanted = [by_id.get(name) or by_id.get(f"{body.code}.{name}") for name in names]
    for extra in move.also:
        found = exit_of(entity, extra, registry, stage=body.code)
        wanted.append(replace(found, id=f"move-{place}-{extra.id}") if found else None)
    if not wanted or None in wanted:
        return None
    return Move(move.to, tuple(one for one in wanted if one is not None))


def blocker(
    stage: Stage,
    lacking: Sequence[Missing],
    *,
    hours: int | None,
    language: str,
    who: str = "",
    on_duty: str = "",
) -> str:
    """Why a record stays where it is, in one sentence: how long, what is missing, who has to help
    (row 4.13), with who of them is on duty (`duty.OnDuty.words`, row 4.16)."""
    name = stage.label.text(language)
    things = [one.sentence(language) for one in lacking]
    stuck = bool(stage.standard_hours and hours is not None and hours > stage.standard_hours)
    role = stage.role.text(language) if stuck else ""
    if language.startswith("zh"):
        since = f"{'卡了' if stuck else '已'} {span_words(hours, language)}" if hours else ""
        because = "，因为还差：" if stuck else "，还差："
        help_ = f"；需要{role}介入" if role else ""
        help_ += f"，{on_duty}" if role and on_duty else ""
        return f"{who}在「{name}」{since}{because}{'、'.join(things)}{help_}。"
    since = f" for {span_words(hours, language)}" if hours else ""
    how = "Stuck in" if stuck else "In"
    begin = f"{who}: {how.lower()}" if who else how
    help_ = f"; {role} should step in" if role else ""
    help_ += f", {on_duty}" if role and on_duty else ""
    return f"{begin} “{name}”{since}; missing: {', '.join(things).lower()}{help_}."


def span_words(hours: int | None, language: str) -> str:
    """So many hours, or days where that is how people would say it."""
    number = hours or 0
    days = number // 24
    if language.startswith("zh"):
        return f"{number} 小时" if number < _MOST_HOURS else f"{days} 天"
    if number < _MOST_HOURS:
        return f"{number} hour{'' if number == 1 else 's'}"
    return f"{days} days"


def offered(published: Iterable[RuleSet]) -> dict[str, tuple[Choice, ...]]:
    """By entity, the options of the field `stage` under sets of rules, the first for everybody.

    Those in use come first; those that were keep their name for the records that stand in them.
    """
    sets = list(published)
    if not sets:
        return {}
    found: dict[str, tuple[Choice, ...]] = {}
    for entity in STAGED:
        known: dict[str, Choice] = {}
        for rules in (*sets, SHIPPED_SET):
            for one in _in_order(_documents(rules, entity)):
                gone = rules is SHIPPED_SET or (not one.active and not is_closed(one.body.code))
                option = Choice(one.body.code, one.label, one.body.tone, retired=gone)
                known.setdefault(one.body.code, option)
        found[entity] = tuple(sorted(known.values(), key=lambda one: one.retired))
    return found


def in_use(rules: RuleSet, entity: str) -> tuple[StageBody, ...]:
    """The stages of one kind of record that a set has in use, in their order, the two ends last."""
    found: dict[str, StageBody] = {}
    for one in _in_order(_documents(rules, entity)):
        if one.active or is_closed(one.body.code):
            found.setdefault(one.body.code, one.body)
    return tuple(found.values())


def _in_order(found: Iterable[Document[StageBody]]) -> list[Document[StageBody]]:
    return sorted(found, key=lambda one: _place(one.body.code))


def _place(code: str) -> tuple[bool, bool]:
    """The ends come last, lost behind won, wherever somebody dragged them."""
    return code == LOST, code in (WON, LOST)
