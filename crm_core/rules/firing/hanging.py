"""What hangs on a rule that is left to the server: nobody here knows what it will write.

A rule is left whole (decision 051) where it reads what the person at work may not see, or records
that are not on this device. What reads or writes what such a rule may write is left as well, and so
is what it may set off: a laptop says of all of that that it does not know (decision 075).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from crm_core.model.query import Op, Query, Test
from crm_core.model.schema import Registry
from crm_core.model.values import Record
from crm_core.rules.firing.automations import Do, On
from crm_core.rules.firing.sight import Doubts, Occasion, Sight
from crm_core.rules.firing.triggers import Index, Ready
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.scoring import SCORED, looked_at
from crm_core.rules.stage_plan import STAGED
from crm_core.rules.stages import StageBody

OF_A_SCORE = frozenset({"score", "grade", "grade_reason"})
OF_A_STAGE = frozenset({"stage", "stage_since"})
_ONLY_WRITING = frozenset({Do.SET, Do.TAG, Do.UNTAG, Do.WEBHOOK})
_MOST = 50
"""Deals of a customer that are looked at (as in `advancing`)."""
_WRITING = {Do.TAG: "tags", Do.UNTAG: "tags"}
Left = tuple[Doubts, Occasion]
"""What a rule that is left may write, and on what occasion."""
MaySetOff = tuple[Ready, Occasion, Record]


@dataclass(slots=True)
class Hanging:
    """The doubts of one act: `doubts` outlive the round."""

    rules: RuleSet
    registry: Registry
    doubts: Doubts

    def score_unknown(self, met: Occasion) -> None:
        """Nobody works out the score of a lead here; it is another now, perhaps."""
        if met.entity == SCORED and (met.created or met.changes.keys() & looked_at(self.rules)):
            self.doubts.setdefault((met.entity, met.id), set()).update(OF_A_SCORE)

    def of(self, met: Occasion) -> frozenset[str]:
        """The fields of a record that are in doubt."""
        return frozenset(self.doubts.get((met.entity, met.id), ()))

    def hangs(self, rule: Ready, record: Record, met: Occasion) -> bool:
        """Whether what a rule makes of a record hangs on something unknown."""
        if not self.doubts:
            return False
        # What was written may have stood there already: then nothing has changed.
        meant = {_stage(rule)} - {""} or rule.document.body.trigger.fields
        changed = met.changes.keys() & set(meant) if meant else met.changes.keys()
        if self.reads(rule, record) or (changed and changed <= self.of(met)):
            return True
        for key, names in self._writes(rule, record).items():
            # Whether a record may go to another stage is asked of all of it.
            gated = key[0] in STAGED and "stage" in names and self.doubts.get(key)
            if gated or self._doubtful(key, names):
                return True
        return False

    def reads(self, rule: Ready, record: Record) -> bool:
        """Whether a rule looks at something unknown."""
        if not self.doubts:
            return False
        entity = self.registry.entity(rule.document.entity)
        asked = [(entity.name, record.get("id"))]
        for one, _ in rule.related:
            asked.append((entity.field_spec(one.through).target, record.get(one.through)))
        return any(self._doubtful((of, str(at)), rule.reads.get(of, ())) for of, at in asked)

    def leave(self, rule: Ready, record: Record, sight: Sight) -> Doubts:
        """A rule is left: what it may write is in doubt."""
        wrote = self._writes(rule, record)
        for key in self._waiting(rule, record, wrote, sight):
            wrote.setdefault(key, set()).update(OF_A_STAGE)
        for key, names in wrote.items():
            self.doubts.setdefault(key, set()).update(names)
        return wrote

    def set_off(self, left: Collection[Left], index: Index, sight: Sight) -> Iterator[MaySetOff]:
        """What rules that are left may set off, and what these may in turn."""
        queue, seen = list(left), set[tuple[str, str]]()
        while queue:
            wrote, cause = queue.pop(0)
            for (entity, of), names in wrote.items():
                record = sight.records(entity, [of]).get(of)
                if record is None:
                    continue
                changes = {name: (record.get(name), None) for name in sorted(names)}
                met = replace(cause, entity=entity, id=of, created=False, changes=changes)
                for rule in index.in_order([lot.rules for lot in index.lots(met)]):
                    about = rule.document.id, of
                    if about not in seen and self._may(rule, record, met):
                        seen.add(about)
                        queue.append((self.leave(rule, record, sight), met))
                        yield rule, met, record

    def _doubtful(self, key: tuple[str, str], names: Collection[str]) -> bool:
        return not self.doubts.get(key, set()).isdisjoint(names)

    def _writes(self, rule: Ready, record: Record) -> Doubts:
        """What a rule may write of which records, and what the score makes of that."""
        entity, found = self.registry.entity(rule.document.entity), Doubts()
        for action in rule.document.body.actions:
            name = action.field if action.do is Do.SET else _WRITING.get(action.do, "")
            at = record.get(action.through) if action.through else record.get("id")
            if name and isinstance(at, str):
                of = entity.field_spec(action.through).target if action.through else entity.name
                found.setdefault((of, at), set()).add(name)
        for (of, _), names in found.items():
            if of == SCORED and names & looked_at(self.rules):
                names |= OF_A_SCORE
        return found

    def _waiting(
        self, rule: Ready, record: Record, wrote: Doubts, sight: Sight
    ) -> Iterator[tuple[str, str]]:
        """Records that may go on by themselves because of what a rule writes, or makes."""
        moving = {
            (one.entity, one.body.code) for one in self.rules.of(StageBody) if one.body.moves
        }  # fmt: skip
        if not moving:
            return
        near = [key for key in wrote if key[0] in STAGED]
        if any(one.do not in _ONLY_WRITING for one in rule.document.body.actions):
            near.append((rule.document.entity, str(record.get("id"))))
            near += [(name, str(record[name])) for name in STAGED if record.get(name)]
            of = record if rule.document.entity == "customer" else {"id": record.get("customer")}
            deals = Test("customer", Op.EQ, str(of["id"]))
            if of["id"] is not None:
                found = sight.find(Query("opportunity", deals, limit=_MOST))
                near += [("opportunity", str(one["id"])) for one in found]
        for entity, one in near:
            held = sight.records(entity, [one]).get(one) if entity in STAGED else None
            if held is not None and (entity, held.get("stage")) in moving:
                yield entity, one

    def _may(self, rule: Ready, record: Record, met: Occasion) -> bool:
        """Whether it may be meant: where its condition reads what is in doubt nobody knows."""
        if not self.of(met).isdisjoint(rule.reads.get(met.entity, ())):
            return True
        return (bool(_stage(rule)) or rule.met(met, record)) and rule.check(record, met.at)


def _stage(rule: Ready) -> str:
    """The field whose move a rule waits for, if any."""
    trigger = rule.document.body.trigger
    return (trigger.field or "stage") if trigger.on is On.STAGE else ""
