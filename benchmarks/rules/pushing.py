"""What a push costs the server's processor, and what fifty automations add to it: at most 30 %.

The push service in this process on SQLite, with everything that follows a push: permission, facts,
keys, clocks, scores, routing, automations. Of the plain fifty every one looks at each record that
is made or changed and finds that it is not meant. Beside them fifty as a company has them
(`company_rules`), of which some fire: then what they write is counted as well.
"""

import statistics
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.rules.company_rules import OWN, company_rules
from benchmarks.rules.server import Desk, Make, a_desk, publish
from benchmarks.sync.figures import Figure
from crm_core.model.query import All, Op, Query, Test
from crm_core.model.schema import Label
from crm_core.rules.documents import Document, When
from crm_core.rules.firing.automations import KIND, Action, Automation, Do, On, Trigger

RULES, CHANGES, MOST_MS, MOST_MORE = 50, 1_000, 10.0, 30.0
_SINGLE, _ROUNDS, _AGAIN = 60, 5, 2


def figures(*, large: int = 20_000) -> Iterator[Figure]:
    """Processor milliseconds of pushes of 1, 1,000 and `large`, then the share of fifty rules."""
    with tempfile.TemporaryDirectory() as name, a_desk(Path(name), customers=CHANGES) as desk:
        makes: tuple[tuple[str, Make], ...] = (("lead", desk.lead), ("edit", desk.edit))
        for what, make in makes:
            for number, rounds in ((1, _SINGLE), (CHANGES, 3), (large, 1)):
                found = _spent(desk, make, number, rounds)
                target = MOST_MS if number == 1 else None
                yield Figure(f"push of {number:,} {what}s: processor", found, "ms", target=target)
        for what, make in makes:
            yield from _with_rules(desk, what, make)


def _with_rules(desk: Desk, what: str, make: Make) -> Iterator[Figure]:
    """In turns, so that whatever else the machine does befalls all."""
    plain = [_rule(number) for number in range(RULES)]
    sets: dict[str, Sequence[Document[object]]] = {"": (), "rules": plain, "own": company_rules()}
    spent: dict[str, list[float]] = {name: [] for name in sets}
    fired = 0
    for _ in range(_ROUNDS):
        for name, rules in sets.items():
            publish(desk.server, rules)
            before = _firings(desk)
            spent[name] += [_spent(desk, make, CHANGES, 1) for _ in range(_AGAIN)]
            fired = (_firings(desk) - before) // _AGAIN
    base, ruled, own = (min(some) for some in spent.values())
    name = f"{RULES} rules on a push of {CHANGES:,} {what}s add"
    note = f"{base:.0f} → {ruled:.0f} ms"
    yield Figure(name, 100 * (ruled / base - 1), "%", target=MOST_MORE, note=note)
    note = f"{base:.0f} → {own:.0f} ms, {fired} fire"
    yield Figure(f"{name}, as a company has them", 100 * (own / base - 1), "%", note=note)


def _firings(desk: Desk) -> int:
    return desk.server.replica.count(Query("firing", Test("rule", Op.CONTAINS, OWN)))


def _spent(desk: Desk, make: Make, number: int, rounds: int) -> float:
    desk.push(make, 1)  # What was just published is read by the first.
    return statistics.median(desk.push(make, number) for _ in range(rounds))


def _rule(number: int) -> Document[object]:
    entity = ("lead", "customer")[number % 2]
    where = All((Test("name", Op.CONTAINS, f"找不到{number}"), Test("phone", Op.NE, None)))
    body = Automation(
        Trigger(On.SAVED), (Action(Do.TASK, title=f"联系 {number}", due_hours=24),), When(where)
    )
    return Document(f"bench-{number}", KIND, Label(f"规则{number}", f"Rule {number}"), entity, body)
