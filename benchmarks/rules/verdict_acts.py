"""What rules made of acts: firings with what each did, scores, and what stands in the records."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from benchmarks.rules.verdict_tally import Tally
from benchmarks.rules.verdict_world import World
from crm_core.model.query import Query
from crm_core.model.values import Record
from crm_core.rules.documents import Document
from crm_core.rules.firing.automations import Automation
from crm_core.rules.firing.reasons import why_from
from crm_core.rules.firing.triggers import CLOCKS
from crm_core.rules.scoring import Scoring, scored
from crm_core.rules.stage_plan import STAGED
from crm_core.store.replica import Replica

Fired = Mapping[tuple[str, str], tuple[tuple[object, ...], ...]]
"""(rule, record) → each firing: when, what it did, what it made."""
_STAGE = frozenset({"stage", "stage_since", "moved_back"})
WRITTEN = ("lead", "customer", "contact", "opportunity", "follow_up", "visit", "attachment")


def compare_acts(world: World, tally: Tally) -> None:
    """Everything the acts of a world led to."""
    here, there = world.ruled.replica, world.observer.replica
    _automations(world, tally, fired(here), fired(there))
    _records(world, tally)


def fired(replica: Replica) -> Fired:
    """What fired, as far as it does not depend on who carried it out."""
    made = {str(one["id"]): one for one in _made(replica)}
    found: dict[tuple[str, str], list[tuple[object, ...]]] = defaultdict(list)
    for one in replica.find(Query("firing")):
        why = why_from(one.get("why"))
        added = sorted(_said(made[i]) for i in why.made if i in made)
        did = (str(one["at"]), why.did, why.held, why.halted, tuple(sorted(why.wrote)))
        key = str(one["rule"]), str(one["record"])
        found[key].append((*did, tuple(added), len(why.made)))
    return {key: tuple(sorted(some, key=str)) for key, some in found.items()}


def _made(replica: Replica) -> Iterator[Record]:
    for entity in ("task", "content_push", "approval"):
        if entity in replica.registry:
            yield from replica.find(Query(entity))


def _said(one: Record) -> tuple[str, ...]:
    names = ("title", "owner", "due_at", "kind", "state", "article")
    return tuple(str(one.get(name)) for name in names)


def _automations(world: World, tally: Tally, here: Fired, there: Fired) -> None:
    """Each rule about each record of its kind: what it did, or that it did nothing."""
    left = {(rule, record) for rule, record, _ in world.noted.left}
    by_entity = _ids(world)
    for rule in world.rules.of(Automation):
        if rule.body.trigger.on in CLOCKS:
            continue
        for record in by_entity.get(rule.entity, ()):
            key = rule.id, record
            mine, theirs = here.get(key, ()), there.get(key, ())
            if mine != theirs:  # What both did says nothing of where they differ.
                both = set(mine) & set(theirs)
                mine, theirs = (tuple(f for f in one if f not in both) for one in (mine, theirs))
            tally.compare(
                "automation", record, mine, theirs, rule=rule.id, provisional=key in left
            )  # fmt: skip


def _ids(world: World) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for entity, record in world.chances.made:
        if world.observer.replica.record(entity, record) is not None:
            found[entity].append(record)
    return found


def _records(world: World, tally: Tally) -> None:
    """What stands in the records themselves; scores are counted apart, and so are fields of which
    the laptop says that it does not know what the server will write."""
    for entity in WRITTEN:
        here, there = (_by_id(r, entity) for r in (world.ruled.replica, world.observer.replica))
        for record in sorted(here.keys() | there.keys()):
            mine, theirs = here.get(record, {}), there.get(record, {})
            if entity == "lead":
                _score(world, tally, mine, theirs)
            doubts = in_doubt(world, entity, record)
            for provisional in (False, True) if doubts else (False,):
                some = [{n: one[n] for n in one if (n in doubts) is provisional}
                        for one in (mine, theirs)]  # fmt: skip
                tally.compare("record written", f"{entity} {record}", *_differing(*some),
                              provisional=provisional)  # fmt: skip


def _score(world: World, tally: Tally, mine: Record, theirs: Record) -> None:
    """Score and grade; not known here where what they rest on is withheld."""
    verdict = scored(world.rules, theirs, world.clock.now()) if theirs else None
    rule = next((one.id for one in world.rules.of(Scoring) if verdict and _is(one, verdict)), "")
    withheld = bool(world.ruled.withheld("lead"))
    doubtful = "score" in in_doubt(world, "lead", str(theirs.get("id")))
    one, other = ((r.get("score"), r.get("grade"), r.get("grade_reason")) for r in (mine, theirs))
    tally.compare("score", str(theirs.get("id")), one, other, rule=rule,
                  provisional=withheld or doubtful)  # fmt: skip


def _is(one: Document[Scoring], verdict: Any) -> bool:
    return [part.factor.id for part in verdict.parts] == [f.id for f in one.body.factors]


def _by_id(replica: Replica, entity: str) -> dict[str, Record]:
    return {str(one["id"]): one for one in replica.find(Query(entity))}


def in_doubt(world: World, entity: str, record: str) -> frozenset[str]:
    """The fields of which the laptop that decides says so; a stage hangs on any of them."""
    found = frozenset(world.noted.doubts.get((entity, record), ()))
    return found | _STAGE if found and entity in STAGED else found


def _differing(mine: Record, theirs: Record) -> tuple[object, object]:
    """Fields that differ, on both sides; where none does, all of it is the same."""
    skipped = {"rid", "created_at", "touched_at", "created_by", "touched_by", "score", "grade",
               "grade_reason"}  # fmt: skip
    names = sorted((mine.keys() | theirs.keys()) - skipped)
    other = [n for n in names if mine.get(n) != theirs.get(n)]
    if not other:
        return True, True
    return (tuple((n, str(mine.get(n))) for n in other),
            tuple((n, str(theirs.get(n))) for n in other))  # fmt: skip


Compare = Callable[[World, Tally], None]
