"""What scores make of leads just written: the same edits on the author's device and the server."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from crm_core.model.values import Record
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.scoring import SCORED, looked_at, rewritten, scored
from crm_core.sync.change import Operation, Verb
from crm_core.sync.history import Edit


def to_score(rules: RuleSet, operations: Iterable[Operation]) -> dict[str, bool]:
    """The leads whose score may be another now; whether a person has just set their grade.

    A grade written beside a score is the engine's own.
    """
    fields = looked_at(rules)
    wrote: dict[str, set[str]] = {}
    for one in operations:
        if one.entity != SCORED or one.verb is Verb.DELETE:
            continue
        names = set(one.created_values) if one.verb is Verb.CREATE else {one.field}
        if one.verb is Verb.CREATE or names & fields or one.id in wrote or one.field == "score":
            wrote.setdefault(one.id, set()).update(names)
    return {
        record: "grade" in names and "score" not in names
        for record, names in wrote.items()
        if names != {"score"}
    }


def graded(
    rules: RuleSet, asked: Mapping[str, bool], records: Mapping[str, Record], now: datetime
) -> list[Edit]:
    """What is to be written so that these leads show their score and grade."""
    edits: list[Edit] = []
    for record_id in sorted(asked.keys() & records.keys()):
        record = records[record_id]
        verdict = scored(rules, record, now)
        if verdict is not None:
            new = rewritten(verdict, record, by_hand=asked[record_id])
            edits += [Edit(SCORED, record_id, Verb.SET, name, value) for name, value in new.items()]
    return edits


def waiting_for_owner(operations: Sequence[Operation], fields: Collection[str]) -> dict[str, str]:
    """The leads that may need an owner since these operations; who of them gave one back, if so."""
    found: dict[str, str] = {}
    for one in operations:
        if one.entity != SCORED or one.verb is Verb.DELETE:
            continue
        if one.field == "owner" and one.value is None:
            found[one.id] = str(one.before or "")
        elif one.verb is Verb.CREATE or one.field in fields:
            found.setdefault(one.id, "")
    return found
