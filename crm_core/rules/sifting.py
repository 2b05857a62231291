"""Which rules are due on what has happened, found without asking each of each (decision 066)."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from crm_core.rules.sight import Occasion, Sight
from crm_core.rules.triggers import Index, Lot, Ready

Due = list[tuple[Ready, Occasion]]


@dataclass(frozen=True, slots=True)
class Unsure:
    """What whoever decides does not know."""

    hides: Callable[[Ready], bool]
    """Whether a rule reads what the person at work may not see."""
    doubts: Callable[[Occasion], frozenset[str]]
    """The fields of a record of which only the server knows what stands in them."""


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
