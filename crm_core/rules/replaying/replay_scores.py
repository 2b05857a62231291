"""Scores in a replay: which grade a lead would have been given, each time that changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crm_core.model.schema import Label
from crm_core.rules.documents import Document
from crm_core.rules.firing.compiled import Check, compiled
from crm_core.rules.replaying.past import Past
from crm_core.rules.replaying.replay import Fired, Heard, Timer
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.scoring import SCORED, Scoring, fields_of, grade_of, score
from crm_core.sync.change import Operation, Verb


@dataclass(frozen=True, slots=True)
class _Model:
    """A model made ready: what is asked of every lead at every act."""

    document: Document[Scoring]
    fits: Check
    factors: tuple[tuple[Check, int], ...]


def _made(document: Document[Scoring]) -> _Model:
    body = document.body
    factors = tuple((compiled(one.when.condition), one.points) for one in body.factors)
    return _Model(document, compiled(body.when.condition), factors)


class ScoreReplay:
    """All models of a set."""

    def __init__(self, rules: Sequence[Document[Scoring]]) -> None:
        # In the order in which models are asked (`scoring.model_for`).
        self._models = [_made(one) for one in RuleSet(rules).of(Scoring, SCORED)]
        self._grades: dict[str, str] = {}
        self._reads = frozenset[str]().union(*(fields_of(one.body) for one in rules))

    @property
    def entities(self) -> frozenset[str]:
        """What is scored."""
        return frozenset({SCORED})

    @property
    def looks_at(self) -> frozenset[str]:
        """Nothing beside that."""
        return frozenset()

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
        model = next(
            (one for one in self._models if record is not None and one.fits(record, past.now)),
            None,
        )
        if record is None or model is None:
            self._grades.pop(record_id, None)
            return
        body = model.document.body
        total = sum(points for check, points in model.factors if check(record, past.now))
        grade = grade_of(body, total)
        if self._grades.get(record_id) == grade:
            return
        self._grades[record_id] = grade
        found = score(body, record, past.now)
        why = Label(found.sentence("zh"), found.sentence("en"))
        yield Fired(
            model.document.id,
            SCORED,
            record_id,
            past.now,
            why,
            what=grade,
            result=Label(grade, grade),
        )
