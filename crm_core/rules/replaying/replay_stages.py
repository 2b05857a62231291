"""Gates of stages in a replay: which moves of the past a draft would have held up, and for what."""

from collections.abc import Callable, Iterator, Sequence

from crm_core.model.query import Condition
from crm_core.model.schema import Label
from crm_core.model.values import Record
from crm_core.rules.firing.compiled import Check, compiled
from crm_core.rules.gates import Missing, anchor_of, missing
from crm_core.rules.replaying.past import Past
from crm_core.rules.replaying.replay import Fired, Heard, Timer
from crm_core.rules.stage_plan import STAGED, StagePlan
from crm_core.sync.change import Operation, Verb

STAGE = "stage"
_HELD_UP = Label("拦下", "Held up")


class PastGates:
    """What a plan asks of a record, counted in a state of the past."""

    def __init__(self, plan: StagePlan) -> None:
        self.plan = plan
        self._checks: dict[Condition, Check] = {}

    @property
    def entities(self) -> frozenset[str]:
        """Kinds of record that are counted."""
        asked = (
            one.entity
            for entity in STAGED
            for stage in self.plan.stages(entity)
            for one in stage.asked
        )
        return frozenset(name for name in asked if name)

    def lacking(
        self, entity: str, record: Record, before: str, after: str, past: Past
    ) -> tuple[Missing, ...]:
        """What a record lacks of all that is asked between two stages."""
        asked = self.plan.on_the_way(entity, before, after)
        counts: dict[str, int] = {}
        for one in asked:
            if one.entity:
                name, anchor = anchor_of(entity, record, one.entity)
                check = self._checks.get(one.where)
                if check is None:
                    check = self._checks[one.where] = compiled(one.where)
                some = past.at(one.entity, name, anchor) if anchor else ()
                counts[one.id] = sum(check(row, past.now) for row in some)
        return missing(asked, record, counts, past.now)

    def gate(self, past: Past) -> Callable[[str, Record, object], Label | None]:
        """As automations ask it before they move a record (`sight.Gate`)."""

        def closed(entity: str, record: Record, stage: object) -> Label | None:
            if entity not in STAGED:
                return None
            if stage not in self.plan.codes(entity):
                return Label("没有这个阶段", "There is no such stage")
            found = self.lacking(entity, record, str(record.get(STAGE) or ""), str(stage), past)
            if not found:
                return None
            zh, en = said(found, "zh"), said(found, "en")
            return Label(f"没有推进阶段，还缺：{zh}", f"Not moved; still missing: {en}")

        return closed


def said(found: Sequence[Missing], language: str) -> str:
    """What is missing, in a few words."""
    return "、".join(one.sentence(language) for one in found)


class StageReplay:
    """The gates of a set of stages: each move forward somebody made is asked about again.

    Somebody who is held up has something to do, so that the load of a gate is seen; whether it was
    needless is not judged by the move itself, which the gate would have kept from happening.
    """

    def __init__(self, plan: StagePlan) -> None:
        self._gates = PastGates(plan)

    @property
    def entities(self) -> frozenset[str]:
        """What has stages."""
        return frozenset(STAGED)

    @property
    def looks_at(self) -> frozenset[str]:
        """What else it has to know."""
        return self._gates.entities

    def begin(self, past: Past) -> Heard:
        """Nothing moves before the first act."""
        del past
        return ()

    def on_act(self, operations: Sequence[Operation], past: Past) -> Heard:
        """Somebody may have moved a record on."""
        for one in operations:
            if one.field == STAGE and one.verb is Verb.SET and one.entity in STAGED:
                yield from self._asked(one, past)

    def on_timer(self, timer: Timer, past: Past) -> Heard:
        """Gates wait for nothing."""
        del timer, past
        return ()

    def _asked(self, move: Operation, past: Past) -> Iterator[Fired]:
        record = past.get(move.entity, move.id)
        if record is None:
            return
        plan, before, after = self._gates.plan, str(move.before or ""), str(move.value or "")
        found = self._gates.lacking(move.entity, {**record, STAGE: before}, before, after, past)
        by_stage: dict[str, list[Missing]] = {}
        for one in found:
            by_stage.setdefault(one.requirement.stage, []).append(one)
        for code, some in by_stage.items():
            stage, to = plan.named(move.entity, code or before), plan.named(move.entity, after)
            zh, en = said(some, "zh"), said(some, "en")
            why = Label(f"去「{to.label.zh}」时还缺：{zh}", f"To “{to.label.en}”, missing: {en}")
            yield Fired(
                stage.rule or code, move.entity, move.id, past.now, why,
                (move.actor,) if move.actor else (), move.group, judged=False, result=_HELD_UP,
            )  # fmt: skip
