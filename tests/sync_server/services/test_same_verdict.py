"""Random records, every rule that ships, random clocks: laptop and server come to the same.

A few of the records that `make.py bench rules --only verdicts` compares by the thousand.

A laptop with the reactions of the desktop, and one without automations and scores. The second
pushes the same acts to a server, which so decides alone: on another database, without having
heard the first.
"""

import random
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from benchmarks.rules.chances import Chances
from crm_core.model.query import Query
from crm_core.rules.engine import make_rules
from crm_core.rules.firing.deciding import LAPTOP
from crm_core.rules.stocked.builtin import BUILTIN_RULES
from crm_core.store.replica import Replica
from crm_core.store.ruling.automating import Automating
from desktop.services.rules.scores import with_scores
from tests.builders import an_actor, log_of
from tests.sync_server.inside import Inside
from tests.sync_server.pushing import a_pusher

ANNA, RECORDS = "user-anna", 4
TOLD = ("customer", "lead", "follow_up")
JUDGED = ("score", "grade", "tags", "stage", "interest")
"""Fields that rules write."""


def _verdicts(replica: Replica) -> tuple[object, ...]:
    """Which rule fired on what; the tasks; what rules wrote on leads."""
    fired = Counter(
        (one["rule"], one["record"], one["at"]) for one in replica.find(Query("firing"))
    )
    tasks = Counter(
        (one["title"], one.get("owner"), one.get("due_at"), one["kind"])
        for one in replica.find(Query("task"))
    )
    leads = {
        one["id"]: {name: one.get(name) for name in JUDGED} for one in replica.find(Query("lead"))
    }
    return fired, tasks, leads


def test_the_laptop_decides_what_the_server_decides(inside: Inside, tmp_path: Path) -> None:
    dice, world, actor = random.Random(66), inside.world, an_actor(ANNA)
    plain = a_pusher(world, tmp_path, actor, node="1" * 16)
    ruled = a_pusher(world, tmp_path, actor, node="2" * 16)
    for one in (plain, ruled):
        one.replica.receive(log_of(world.replica))
    plain.replica.rules = make_rules(BUILTIN_RULES)  # Part of an act wherever it is done.
    ruled.replica.rules = Automating(with_scores(make_rules(BUILTIN_RULES)), LAPTOP)

    def act(entity: str, record: str, values: Mapping[str, object]) -> None:
        world.time.advance(seconds=dice.choice((1, 60, 3_600, 86_400)))
        for one in (plain, ruled):
            with one.replica.write(actor) as (unit, _):
                if unit.record(entity, record) is None:
                    unit.create(entity, values, record_id=record)
                else:
                    unit.change(entity, record, values)
        plain.push()

    chances = Chances(dice, lambda: world.time.moment, (ANNA,))
    for number in range(RECORDS):
        for told in chances.story(number):
            if told.entity in TOLD and ("stage" not in told.values or "name" in told.values):
                act(told.entity, told.id, told.values)
    here, there = _verdicts(ruled.replica), _verdicts(world.replica)
    fired = len(world.replica.find(Query("firing")))
    plain.replica.close()
    ruled.replica.close()
    assert fired
    assert here[0] == there[0]
    assert here[1] == there[1]
    assert here[2] == there[2]
