"""Holds every measure against the plain one, over organisations made by chance.

Also run by hand: `python -m tests.measures_proof.prove --organisations 200 --seed 1`.
"""

import argparse
import math
import random
import secrets
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from crm_core.insight.catalogue import MEASURES
from crm_core.insight.declared import Answer, Group, Period, Question, Shape, Value
from crm_core.insight.framing import millis
from crm_core.store.engines import meta
from crm_core.store.measures.measuring import answers, explain, recomputed
from crm_core.store.replica import Replica
from tests.crm_core.store.fact_dump import facts_of
from tests.measures_proof.organisation import Organisation, an_organisation
from tests.measures_proof.plain import Plain
from tests.measures_proof.plain_values import COUNTS, MADE, Keys, Plainly, values

Say = Callable[[str], object]
_TOLD = 20
"""After so many organisations it is told how far the proof is."""


class Differs(AssertionError):
    """A measure says something else than the plain one."""


def prove(number: int, seed: int, say: Say) -> int:
    """Grow and check so many organisations; of how many the measures held."""
    held = 0
    for place in range(number):
        try:
            with tempfile.TemporaryDirectory(prefix="suixing-proof-") as folder:
                one_organisation(Path(folder), seed + place)
            held += 1
        except Exception:  # noqa: BLE001 - whatever it is, it is told with its seed
            say(f"seed {seed + place}: {traceback.format_exc()}")
        if (place + 1) % _TOLD == 0:
            say(f"{held} of {place + 1} held so far")
    return held


def one_organisation(folder: Path, seed: int) -> None:
    """One, checked empty, with next to nothing, and several times as it grows."""
    dice = random.Random(seed)
    with an_organisation(folder, seed) as made:
        check(made, dice, questions=20)
        if dice.random() < 0.3:
            made.long_ago()
            made.grow(dice.randrange(1, 20))
            check(made, dice, questions=20)
            made.today()
        for acts in (1, dice.randrange(5, 30), dice.randrange(5, 60)):
            made.grow(acts)
            check(made, dice, questions=60)
        _from_the_first_row(made.replica)


def _from_the_first_row(replica: Replica) -> None:
    """Facts that were made as things changed are those that a database made anew has."""
    kept = facts_of(replica)
    with replica.engine.begin() as connection:
        meta.put(connection, replica.tables, "facts", {})
    anew = facts_of(replica)
    for table, rows in kept.items():
        if rows != anew[table]:
            raise Differs(f"{table}: kept {rows - anew[table]}, made anew {anew[table] - rows}")


def check(made: Organisation, dice: random.Random, *, questions: int) -> None:
    """Some questions, over one period; each value is explained and worked out again."""
    replica, now = made.replica, made.time.clock.now()
    while replica.keep_facts():
        pass
    begin = now - timedelta(days=dice.randrange(-3, 40), minutes=dice.randrange(9999))
    period = Period(begin, begin + timedelta(days=dice.randrange(1, 60)))
    plain = Plain(replica, millis(period.start), millis(period.end), millis(now))
    asked = [_question(dice, period) for _ in range(questions)]
    for found in answers(replica, asked, now, {}):
        name, by = found.question.measure, found.question.group_by
        _compare(found, values(plain, name, by))
        for value in dice.sample(found.values, min(2, len(found.values))):
            explained = explain(replica, found.question, value.groups, now, {})
            if recomputed(explained) != value or explained.value != value:
                raise Differs(f"{found.question} {value}: explained as {explained.value}")


_ASKED = sorted({*COUNTS, *MADE})
_LEFT = [one.id for one in MEASURES.values() if one.shape is not Shape.ABSENT]
if set(_LEFT) != set(_ASKED):
    raise AssertionError(f"not proved: {set(_LEFT) ^ set(_ASKED)}")


def _question(dice: random.Random, period: Period) -> Question:
    measure = dice.choice(_ASKED)
    groups = sorted(MEASURES[measure].groups)
    chosen: tuple[Group, ...] = tuple(
        dice.sample(groups, min(len(groups), dice.choice((0, 1, 1, 1, 2))))
    )
    return Question(measure, period, group_by=chosen)


def _compare(found: Answer, expected: dict[Keys, Plainly]) -> None:
    simple = found.question.measure in COUNTS
    given = {one.groups: one for one in found.values if one.count or not simple}
    if given.keys() != expected.keys():
        raise Differs(f"{found.question}: groups {given.keys() ^ expected.keys()}")
    for key, one in given.items():
        if not _same(one, expected[key], exact=simple):
            raise Differs(f"{found.question} {key}: {one}, plainly {expected[key]}")


def _same(one: Value, plain: Plainly, *, exact: bool) -> bool:
    """To the last bit; of what is made of others, as near as sums of floats are in any order."""
    if not exact:
        if one.value is None or plain.value is None:
            return one.value is plain.value
        return math.isclose(one.value, plain.value, rel_tol=1e-12)
    spread = (None, None) if one.spread is None else (one.spread.p90, one.spread.mean)
    return (one.value, one.count, *spread) == (plain.value, plain.count, plain.p90, plain.mean)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(arguments: Sequence[str]) -> int:
    """From the command line; 1 where something differs."""
    parser = argparse.ArgumentParser(prog="measures_proof")
    parser.add_argument("--organisations", type=int, default=200)
    parser.add_argument("--seed", type=int, default=None)
    given = parser.parse_args(arguments)
    seed = given.seed if given.seed is not None else secrets.randbelow(2**31)
    held = prove(given.organisations, seed, _say)
    sys.stdout.write(f"{held} of {given.organisations} organisations held, from seed {seed}\n")
    return int(held < given.organisations)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
