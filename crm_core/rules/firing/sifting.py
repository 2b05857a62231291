"""Which rules are due on what has happened, found without asking each of each (decision 066)."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crm_core.model.values import Record
from crm_core.rules.firing.compiled import Check
from crm_core.rules.firing.sight import Occasion, Sight
from crm_core.rules.firing.triggers import Index, Lot, Ready
from crm_core.sync.change import CREATE, DELETE, Operation, Verb

Target = tuple[str, str]
"""(entity, record id)"""
Due = list[tuple[Ready, Occasion]]


@dataclass(frozen=True, slots=True)
class Unsure:
    """What whoever decides does not know."""

    hides: Callable[[Ready], bool]
    """Whether a rule reads what the person at work may not see."""
    doubts: Callable[[Occasion], frozenset[str]]
    """The fields of a record of which only the server knows what stands in them."""


def meant(
    index: Index, operations: Sequence[Operation], sight: Sight,
    moment: Callable[[Operation], datetime],
) -> frozenset[Target]:  # fmt: skip
    """The records on which a rule may be due after these operations: those that have to be looked
    at one by one. Of a thousand records written in one act there are few or none.

    A rule that waits for a kind of event no operation belongs to, or whose condition does not hold
    of the record as it is now, will not be due. `moment`: when an operation was done, by which
    conditions go. Whoever does not see all of a record must not ask.
    """
    found, perhaps = set[Target](), defaultdict[Target, list[tuple[Check, Record]]](list)
    for entity, lots in _asked(index, operations).items():
        everybody = set[str]().union(*(ids for _, ids in lots))
        fields = frozenset[str]().union(*(lot.reads for lot, _ in lots))
        records = sight.parts(entity, everybody, fields)
        for lot, ids in lots:
            here = [one for one in ids if one in records]
            some = [records[one] for one in here]
            sure, unsure = lot.meant(some)
            found |= {(entity, here[number]) for number in sure}
            for number, checks in unsure.items():
                perhaps[entity, here[number]] += [(check, some[number]) for check in checks]
    for one in operations if perhaps else ():
        target = one.entity, one.id
        if target in perhaps and target not in found:
            at = moment(one)
            if any(check(record, at) for check, record in perhaps[target]):
                found.add(target)
    return frozenset(found)


def reads(index: Index, operations: Sequence[Operation]) -> frozenset[str]:
    """The fields, of whichever entity, that `meant` will look at."""
    concerned = [lot for lots in _asked(index, operations).values() for lot, _ in lots]
    return frozenset[str]().union(*(lot.reads for lot in concerned))


def _asked(
    index: Index, operations: Sequence[Operation]
) -> Mapping[str, Collection[tuple[Lot, set[str]]]]:
    """By entity, the rules that these may concern, each with the records it may concern."""
    written: dict[tuple[str, Verb, str], set[str]] = {}
    waiting: dict[tuple[str, Verb, str], list[Lot]] = {}
    # Most of many operations are of a kind: whether any rule waits for it is asked once.
    for kind in dict.fromkeys([(o.entity, o.verb, o.field) for o in operations]):
        entity, verb, field = kind
        if verb is not DELETE and (lots := index.lots_of(entity, (field,), created=verb is CREATE)):
            waiting[kind], written[kind] = lots, set()
    for one in operations if waiting else ():
        if (ids := written.get((one.entity, one.verb, one.field))) is not None:
            ids.add(one.id)
    found: dict[str, dict[int, tuple[Lot, set[str]]]] = defaultdict(dict)
    for kind, lots in waiting.items():
        for lot in lots:
            found[kind[0]].setdefault(id(lot), (lot, set()))[1].update(written[kind])
    return {entity: lots.values() for entity, lots in found.items()}


def due(index: Index, occasions: Sequence[Occasion], sight: Sight, unsure: Unsure | None) -> Due:
    """The rules each occasion sets off, in their order; those that stay have been asked.

    Of the records only what tells rules apart is read. Of what is `unsure` here a rule is due
    whatever the record says, for the server to decide.
    """
    concerned = [(one, lots) for one in occasions if (lots := index.lots(one))]
    wanted: dict[str, set[str]] = defaultdict(set)
    fields: dict[str, set[str]] = defaultdict(set)
    kinds: dict[int, Lot] = {}
    for occasion, lots in concerned:
        wanted[occasion.entity].add(occasion.id)
        for lot in lots:
            if id(lot) not in kinds:
                kinds[id(lot)] = lot
                fields[occasion.entity] |= lot.reads
    hidden = {key: lot.those(unsure.hides) for key, lot in kinds.items()} if unsure else {}
    records = {name: sight.parts(name, ids, fields[name]) for name, ids in wanted.items()}
    found: Due = []
    for occasion, lots in concerned:
        record = records[occasion.entity].get(occasion.id)
        if record is None:
            continue
        some = [lot.sift(record) for lot in lots] + [hidden.get(id(lot), []) for lot in lots]
        doubts = unsure.doubts(occasion) if unsure else frozenset()
        doubtful = _reading(occasion.entity, doubts) if doubts else None
        if doubtful is not None:
            some += [lot.those(doubtful) for lot in lots]
        for rule in index.in_order(some):
            if not rule.met(occasion, record):
                continue
            open_ = unsure is not None and (
                unsure.hides(rule) or (doubtful is not None and doubtful(rule))
            )
            if open_ or rule.check(record, occasion.at):
                found.append((rule, occasion))
    return found


def _reading(entity: str, fields: Collection[str]) -> Callable[[Ready], bool]:
    return lambda rule: not rule.reads.get(entity, frozenset()).isdisjoint(fields)
