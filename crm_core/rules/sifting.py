"""Which rules are due on what has happened, found without asking each of each (decision 066)."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from crm_core.rules.sight import Occasion, Sight
from crm_core.rules.triggers import Index, Lot, Ready

Due = list[tuple[Ready, Occasion]]


def due(
    index: Index, occasions: Sequence[Occasion], sight: Sight, hides: Callable[[Ready], bool] | None
) -> Due:
    """The rules each occasion sets off, in their order; those that stay have been asked.

    Of the records only what tells rules apart is read. `hides`: whether a rule reads what the
    person at work may not see; such are due whatever the record says, for the server to decide.
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
    hidden = {key: lot.those(hides) for key, lot in kinds.items()} if hides else {}
    records = {name: sight.parts(name, ids, fields[name]) for name, ids in wanted.items()}
    found: Due = []
    for occasion, lots in concerned:
        record = records[occasion.entity].get(occasion.id)
        if record is None:
            continue
        some = [lot.sift(record) for lot in lots] + [hidden.get(id(lot), []) for lot in lots]
        for rule in index.in_order(some):
            if not rule.met(occasion, record):
                continue
            if rule.check(record, occasion.at) or (hides is not None and hides(rule)):
                found.append((rule, occasion))
    return found
