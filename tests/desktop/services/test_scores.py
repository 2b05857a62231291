"""Leads are scored in the act that changes them, on a device that is offline (row 2.1)."""

from pathlib import Path

import pytest

from crm_core.model.values import Value
from crm_core.rules.engine import make_rules
from crm_core.rules.scoring import BY_HAND
from crm_core.rules.stocked.builtin import BUILTIN_RULES
from crm_core.store.replica import Replica, open_replica
from desktop.services.rules.scores import with_scores
from tests.builders import FakeClock, an_actor, change, create, just_made


@pytest.fixture
def replica(tmp_path: Path) -> Replica:
    path = tmp_path / "replica.db"
    path.write_bytes(just_made(None))
    rules = with_scores(make_rules(BUILTIN_RULES))
    return open_replica(path, clock=FakeClock().clock, keeps_outbox=True, rules=rules)


def lead(replica: Replica, record_id: str) -> tuple[Value, ...]:
    found = replica.record("lead", record_id)
    assert found is not None
    return tuple(found[name] for name in ("score", "grade", "grade_reason"))


def test_a_lead_shows_its_score_at_once_and_a_decided_grade_stays(replica: Replica) -> None:
    me = an_actor(role="rep")
    new = create(replica, "lead", {"name": "李女士", "stage": "captured", "need": "price"}, by=me)
    assert lead(replica, new) == (20, "C", None)
    change(replica, "lead", new, by=me, source="老客户介绍", phone="13800138000")
    assert lead(replica, new) == (55, "B", None)
    change(replica, "lead", new, by=me, grade="A")
    assert lead(replica, new) == (55, "A", BY_HAND)
    group = change(replica, "lead", new, by=me, budget=100)
    assert lead(replica, new) == (75, "A", BY_HAND)
    with replica.write(me) as (unit, _):
        unit.undo(group)
    assert lead(replica, new) == (55, "A", BY_HAND)
    change(replica, "lead", new, by=me, grade_reason=None)
    assert lead(replica, new) == (55, "B", None)


def test_an_import_of_many_leaves_scores_to_the_server(replica: Replica) -> None:
    with replica.write(an_actor()) as (unit, _):
        rows = [{"name": f"线索{n}", "stage": "captured"} for n in range(501)]
        ids = unit.create_many("lead", rows)
    assert lead(replica, ids[0]) == (None, None, None)
