"""Answers questions about measures in SQL over the facts, and says what each value was made of.

Reads only; see `facts` for how those are kept. Every division is made in `insight.reducing`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, select

from crm_core.insight.catalogue import MEASURES
from crm_core.insight.composites import COMBINED, PREVIOUS
from crm_core.insight.declared import (
    TIMES,
    Answer,
    Evidence,
    Explanation,
    Group,
    Measure,
    Question,
    Shape,
    Value,
)
from crm_core.insight.framing import frame_of, slices
from crm_core.insight.reducing import Sums, recompute, sums_of, value_of
from crm_core.store.changes.reads import Reads
from crm_core.store.measures import facts
from crm_core.store.measures.fact_adding import Codes, added
from crm_core.store.measures.fact_select import Asking, Scope, fact_rows, is_group, team_of
from crm_core.store.measures.fact_words import KnownWords
from crm_core.store.reading.records import chunks
from crm_core.store.reading.rows import among, fetch
from crm_core.store.schema.fact_tables import KIND

__all__ = ["Basis", "Scope", "answer", "answers", "explain", "recomputed"]


@dataclass(frozen=True, slots=True)
class Basis:
    """What answers rest on beside the data."""

    measures: Mapping[str, Measure] = field(default_factory=lambda: MEASURES)


SHIPPED_BASIS = Basis()


def answer(
    reads: Reads, question: Question, now: datetime, scope: Scope, *, basis: Basis = SHIPPED_BASIS
) -> Answer:
    """The values of one question; `scope` as in `Asking`."""
    return answers(reads, [question], now, scope, basis=basis)[0]


def answers(
    reads: Reads,
    questions: Sequence[Question],
    now: datetime,
    scope: Scope,
    *,
    basis: Basis = SHIPPED_BASIS,
) -> list[Answer]:
    """Several questions of one consistent state: what a board asks."""

    def ask(connection: Connection) -> list[Answer]:
        late = facts.waiting(connection, reads.tables)
        asked = _Asked(reads, connection, KnownWords(connection, reads.tables), now, scope, basis)
        return [asked.answer(question, late=late) for question in questions]

    return reads.read(ask)


def explain(
    reads: Reads,
    question: Question,
    groups: tuple[str, ...],
    now: datetime,
    scope: Scope,
    *,
    basis: Basis = SHIPPED_BASIS,
) -> Explanation:
    """What the value of these groups (as in `Value.groups`) was made of."""

    def ask(connection: Connection) -> Explanation:
        words = KnownWords(connection, reads.tables)
        return _Asked(reads, connection, words, now, scope, basis).explanation(question, groups)

    return reads.read(ask)


def recomputed(explanation: Explanation) -> Value:
    """The value from its explanation alone."""
    return recompute(explanation, COMBINED)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One person asking at one moment."""

    reads: Reads
    connection: Connection
    words: KnownWords
    now: datetime
    scope: Scope
    basis: Basis

    def answer(self, question: Question, *, late: bool) -> Answer:
        """The values, with those of the period before where asked."""
        measure = self.basis.measures[question.measure]
        found, partial = self._values(measure, question)
        if question.compare and not measure.only_now:
            found = self._compared(measure, question, found)
        values = tuple(found[key] for key in sorted(found))
        return Answer(question, values, self.now, provisional=late or partial)

    def _compared(
        self, measure: Measure, question: Question, found: Mapping[tuple[str, ...], Value]
    ) -> dict[tuple[str, ...], Value]:
        before, _ = self._values(measure, _earlier(question))
        cut = [place for place, group in enumerate(question.group_by) if group in TIMES]
        if cut:  # Slices of the period before have names of their own.
            return dict(found)
        return {
            key: replace(value, previous=before[key].value if key in before else None)
            for key, value in found.items()
        }

    def _values(
        self, measure: Measure, question: Question
    ) -> tuple[dict[tuple[str, ...], Value], bool]:
        if measure.shape is Shape.ABSENT:
            return {}, False
        if measure.made_of_others:
            return self._combined(measure, question)
        sums, partial = self._sums(measure, question)
        if measure.shape is Shape.COUNT and not question.group_by:
            sums.setdefault((), Sums())
        return {key: value_of(measure, key, some) for key, some in sums.items()}, partial

    def _combined(
        self, measure: Measure, question: Question
    ) -> tuple[dict[tuple[str, ...], Value], bool]:
        parts: dict[str, dict[tuple[str, ...], Value]] = {}
        late = False
        for name in measure.parts:
            part, asked = self._part(name, question)
            parts[name], partial = self._values(part, asked)
            late = late or partial
        keys = {key for some in parts.values() for key in some}
        combine, found = COMBINED[measure.id], {}
        for key in keys:
            its = {name: some[key] for name, some in parts.items() if key in some}
            made = replace(combine(its), groups=key, parts=its)
            found[key] = replace(made, red=measure.threshold.red(made.value))
        return found, late

    def _part(self, name: str, question: Question) -> tuple[Measure, Question]:
        known = self.basis.measures[name.removesuffix(PREVIOUS)]
        question = replace(question, measure=known.id, compare=False)
        return known, _earlier(question) if name.endswith(PREVIOUS) else question

    def _sums(
        self, measure: Measure, question: Question
    ) -> tuple[dict[tuple[str, ...], Sums], bool]:
        groups = question.group_by
        rows = fact_rows(self._asking(question), measure, groups)
        return added(self.connection, rows, measure, groups, partial(self._names, question))

    def _asking(self, question: Question) -> Asking:
        return Asking(
            self.connection, self.reads.tables, self.words, frame_of(question.period, self.now),
            self.now, question.filters, self.scope,
        )  # fmt: skip

    def _names(self, question: Question, codes: Sequence[Codes]) -> list[tuple[str, ...]]:
        """What groups are called."""
        columns = [
            self._named(question, group, [code[place] for code in codes])
            for place, group in enumerate(question.group_by)
        ]
        return list(zip(*columns, strict=True)) if columns else [() for _ in codes]

    def _named(self, question: Question, group: Group, found: Codes) -> list[str]:
        if group is Group.TEAM:
            team = team_of(self._asking(question))
            return [team.get(one, "") for one in found]
        if group in TIMES:
            cut = slices(group, frame_of(question.period, self.now))
            return [cut.names[one - 1] if 0 < one <= len(cut.names) else "" for one in found]
        word = self.words.texts(found)
        return [word.get(one, "") for one in found]

    # -- what a value was made of --------------------------------------------------------------

    def explanation(self, question: Question, groups: tuple[str, ...]) -> Explanation:
        """Its facts, or the explanations of its parts; the value is made of those alone."""
        measure = self.basis.measures[question.measure]
        if measure.made_of_others:
            return self._of_parts(measure, question, groups)
        if measure.shape is Shape.ABSENT:
            return Explanation(measure, question, groups, Value(groups, None), ())
        evidence = self._evidence(measure, question, groups)
        value = Value(groups, None)
        if evidence or (measure.shape is Shape.COUNT and not groups):
            told = [(one.numerator, one.denominator) for one in evidence]
            value = value_of(measure, groups, sums_of(measure, told))
        return Explanation(measure, question, groups, value, evidence)

    def _of_parts(
        self, measure: Measure, question: Question, groups: tuple[str, ...]
    ) -> Explanation:
        parts = []
        for name in measure.parts:
            part, asked = self._part(name, question)
            made = self.explanation(replace(asked, measure=part.id), groups)
            parts.append(replace(made, part=name))
        its = {one.part: one.value for one in parts if _said(one.value)}
        value = Value(groups, None)
        if its:
            value = replace(COMBINED[measure.id](its), groups=groups, parts=its)
            value = replace(value, red=measure.threshold.red(value.value))
        return Explanation(measure, question, groups, value, (), tuple(parts))

    def _evidence(
        self, measure: Measure, question: Question, groups: tuple[str, ...]
    ) -> tuple[Evidence, ...]:
        asking = self._asking(question)
        made = fact_rows(asking, measure, question.group_by)
        mine = [
            is_group(asking, made.columns[f"g{place}"], group, groups[place])
            for place, group in enumerate(question.group_by)
        ]
        statement = made.every.where(*mine).order_by(made.columns["rec"])
        columns = list(made.columns)
        kept = [dict(zip(columns, row, strict=True)) for row in fetch(self.connection, statement)]
        names = {KIND[name]: name for name in (measure.entity, *measure.also)}
        ids = {
            (kind, rec): record_id
            for kind, entity in names.items()
            for rec, record_id in self._ids(
                entity, [row["rec"] for row in kept if row["kind"] == kind]
            ).items()
        }
        word = self.words.texts(row.get(name) for row in kept for name in ("stage", "operator"))
        return tuple(
            Evidence(
                names[row["kind"]], ids[row["kind"], row["rec"]], int(row["n"]), int(row["d"]),
                at=int(row.get("clock") or 0), stage=word.get(row.get("stage") or 0, ""),
                operator=word.get(row.get("operator") or 0, ""), partial=bool(row["partial"]),
            )
            for row in kept
            if (row["kind"], row["rec"]) in ids
        )  # fmt: skip

    def _ids(self, entity: str, recs: Sequence[int]) -> dict[int, str]:
        table, found = self.reads.tables.of(entity), dict[int, str]()
        for part in chunks(sorted(set(recs)), 5_000):
            named = select(table.c.rid, table.c.id)
            found.update(
                fetch(self.connection, named.where(among(self.connection, table.c.rid, part)))
            )
        return found


def _said(value: Value) -> bool:
    """Whether a group has a value at all, be it one without data."""
    return value.numerator is not None or bool(value.parts)


def _earlier(question: Question) -> Question:
    return replace(question, period=question.period.previous)
