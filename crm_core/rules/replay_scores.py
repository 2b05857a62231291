"""Scores in a replay: which grade a lead would have been given, each time that changes."""

from collections.abc import Iterator, Sequence

from crm_core.model.schema import Label
from crm_core.rules.documents import Document
from crm_core.rules.past import Past
from crm_core.rules.replay import Fired, Heard, Timer
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.scoring import SCORED, Scoring, fields_of, model_for, score
from crm_core.sync.change import Operation, Verb


class ScoreReplay:
    """All models of a set."""

    def __init__(self, rules: Sequence[Document[Scoring]]) -> None:
        self._rules = RuleSet(rules)
        self._grades: dict[str, str] = {}
        self._reads = frozenset[str]().union(*(fields_of(one.body) for one in rules))

    @property
    def entities(self) -> frozenset[str]:
        """What is scored."""
        return frozenset({SCORED})

    def begin(self, past: Past) -> Heard:
        """What every lead is graded as at the beginning; that is no news."""
        for record in past.every(SCORED):
            for fired in self._graded(str(record["id"]), past):
                del fired
        return ()

    def on_act(self, operations: Sequence[Operation], past: Past) -> Heard:
        """A lead that was touched may come to another grade."""
        touched = (
            one.id
            for one in operations
            if one.entity == SCORED and (one.verb is not Verb.SET or one.field in self._reads)
        )
        for record_id in dict.fromkeys(touched):
            yield from self._graded(record_id, past)

    def on_timer(self, timer: Timer, past: Past) -> Heard:
        """Grades wait for nothing."""
        del timer, past
        return ()

    def _graded(self, record_id: str, past: Past) -> Iterator[Fired]:
        record = past.get(SCORED, record_id)
        model = model_for(self._rules, record, past.now) if record is not None else None
        if record is None or model is None:
            self._grades.pop(record_id, None)
            return
        found = score(model.body, record, past.now)
        if self._grades.get(record_id) == found.grade:
            return
        self._grades[record_id] = found.grade
        why = Label(found.sentence("zh"), found.sentence("en"))
        yield Fired(model.id, SCORED, record_id, past.now, why, what=found.grade)
