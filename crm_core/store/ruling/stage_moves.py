"""How rules move records from stage to stage, inside the act that lets them (row 4.3).

Wraps the rules that ship: what they would push past a closed gate stays where it is, and what has
all it waits for goes on by itself. The same on laptop and server.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from crm_core.model.values import Record
from crm_core.permissions import Right, can
from crm_core.rules.advancing import Advance, advances
from crm_core.rules.identity import act_key
from crm_core.rules.stage_plan import STAGED, StagePlan, plan_of
from crm_core.store.changes.payloads import differing
from crm_core.store.changes.unit_of_work import Rules, Unit
from crm_core.store.ruling.rule_book import RuleBook
from crm_core.store.ruling.stage_gates import STAGE, Gates, counting_in
from crm_core.sync.change import Operation, Verb
from crm_core.sync.history import Edit

FIRING = "firing"


def with_stages(rules: Rules, book: RuleBook) -> Rules:
    """These rules, and the stages in force for whoever is at work."""

    def react(operations: Sequence[Operation], unit: Unit) -> list[Edit]:
        edits, news = list(rules(operations, unit)), unit.ledger.news
        news += [one for one in operations if one.entity in _WAITED_FOR]
        if not news and not any(one.field == STAGE for one in edits):
            return edits
        teams = unit.actor.circles.teams
        plan = plan_of(book.in_force(unit.connection, unit.tables, teams), unit.registry)
        edits = _changing(unit, through_gates(plan, unit, edits))
        if edits:
            return edits  # Not at rest: what lets a record go on is asked of all that was done.
        for advance in advances(plan, news, unit):
            note_advance(unit, plan, advance)
            edits.append(advance.edit)
        if not edits:
            news.clear()
        return edits

    return react


def _changing(unit: Unit, edits: Sequence[Edit]) -> list[Edit]:
    """Without those that write what stands there already."""
    ids = defaultdict[str, set[str]](set)
    for one in edits:
        ids[one.entity].add(one.id)
    states = {entity: unit.states_of(entity, some) for entity, some in ids.items()}

    def changes(one: Edit) -> bool:
        held = states[one.entity].get(one.id)
        if held is None or one.verb is not Verb.SET:
            return True
        spec = unit.registry.entity(one.entity)
        return bool(differing(spec, held.values, {one.field: one.value}, alive=held.alive))

    return [one for one in edits if changes(one)]


_WAITED_FOR = frozenset(
    {*STAGED, "customer", "contact", "visit", "follow_up", "task", "comment", "attachment"}
    | {"checklist_item", "approval"}
)
"""Entities whose records a stage may wait for."""


def through_gates(plan: StagePlan, unit: Unit, edits: Iterable[Edit]) -> list[Edit]:
    """Without those that would move a record past a gate that is closed, or into a stage that is
    gone."""
    kept, moves = [], defaultdict[tuple[str, object], list[Edit]](list)
    for edit in edits:
        if edit.entity in STAGED and edit.field == STAGE:
            moves[edit.entity, edit.value].append(edit)
        else:
            kept.append(edit)
    gates = Gates(plan, counting_in(unit), unit.clock.now())
    for (entity, stage), several in moves.items():
        held = unit.records(entity, {one.id for one in several})
        if stage in plan.codes(entity):
            closed = gates.closed_to(entity, list(held.values()), str(stage))
            kept += [one for one in several if one.id in held and one.id not in closed]
    return kept


def note_advance(unit: Unit, plan: StagePlan, advance: Advance) -> None:
    """Keep why a record went on by itself, once wherever it is worked out (decision 050)."""
    record, rule = advance.record, advance.before.rule
    entered = str(record.get("stage_since") or "")
    firing = act_key(rule, f"{advance.entity}/{record['id']}", entered, advance.after.code)
    if unit.knows(FIRING, firing):
        return
    values = _firing(unit, plan, advance)
    entity = unit.registry.entity(FIRING)
    if can(unit.actor, Right.CREATE, entity, values, fields=values.keys()).allowed:
        unit.create(FIRING, values, record_id=firing)


def _firing(unit: Unit, plan: StagePlan, advance: Advance) -> Record:
    why = {
        "zh": advance.why.zh, "en": advance.why.en, "from": advance.before.code,
        "to": advance.after.code, "met": [one.id for one in advance.met],
    }  # fmt: skip
    values: dict[str, str | None] = {
        "rule": advance.before.rule, "rule_name": advance.before.label.zh[:60],
        "version": plan.version or None, "about": advance.entity,
        "record": str(advance.record["id"]), "at": unit.clock.iso(),
        "why": json.dumps(why, ensure_ascii=False, separators=(",", ":")),
        "owner": _text(advance.record.get("owner")),
    }  # fmt: skip
    return dict(values)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def advance_in(
    unit: Unit,
    book: RuleBook,
    operations: Sequence[Operation],
    teams_of: Callable[[str], frozenset[str]],
) -> Iterator[Advance]:
    """Move on what operations that were pushed let move on; by author, under the rules that are in
    force for them (`teams_of`: author → their teams)."""
    ledger, own = unit.ledger, unit.hybrid.node
    waited = [one for one in operations if one.entity in _WAITED_FOR]
    of_act = {one.group: one for one in waited}
    by_author: dict[str, list[Operation]] = defaultdict(list)
    for one in waited:
        by_author[ledger.author(one, own) if ledger.deeds else one.actor].append(one)
    for author, theirs in by_author.items():
        teams = teams_of(author)
        plan = plan_of(book.in_force(unit.connection, unit.tables, teams), unit.registry)
        before = len(unit.applied.fresh)
        while found := advances(plan, [*theirs, *unit.applied.fresh[before:]], unit):
            for advance in found:
                note_advance(unit, plan, advance)
                # As on a device that moves it on itself, in the act: no rule is set off twice.
                record_id = str(advance.record["id"])
                source = unit.ledger.source(of_act[advance.act], own)
                unit.ledger.follows(advance.entity, record_id, *source)
                unit.edit([advance.edit])
                yield advance
