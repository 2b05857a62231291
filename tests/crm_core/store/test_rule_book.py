"""Which published set is in force for whom (decision 050)."""

from pathlib import Path

from crm_core.rules.published import SHIPPED_SET, written_set
from crm_core.rules.ruleset import RuleSet
from crm_core.store.replica import Replica, open_replica
from crm_core.store.ruling.rule_book import RuleBook
from tests.builders import FakeClock, an_actor

ADMIN = an_actor(role="admin")
EMPTY = written_set(RuleSet())


def published(replica: Replica, at: str, **more: object) -> str:
    """A version, published at a moment."""
    values = {"name": at, "published_at": at, "body": EMPTY, **more}
    with replica.write(ADMIN) as (unit, _):
        return unit.create("rule_version", values)


def in_force(replica: Replica, *teams: str) -> str:
    return replica.read(lambda c: RuleBook().in_force(c, replica.tables, teams)).version


def test_the_newest_for_everybody_or_for_the_own_team_is_in_force(tmp_path: Path) -> None:
    replica = open_replica(tmp_path / "r.db", clock=FakeClock().clock)
    nothing = replica.read(lambda c: RuleBook().in_force(c, replica.tables, ()))
    assert nothing is SHIPPED_SET
    first = published(replica, "2026-03-01T00:00:00.000Z")
    second = published(replica, "2026-03-02T00:00:00.000Z")
    trial = published(replica, "2026-03-03T00:00:00.000Z", trial_team="team-1")
    assert in_force(replica) == second
    assert in_force(replica, "team-2") == second
    assert in_force(replica, "team-1", "team-2") == trial
    with replica.write(ADMIN) as (unit, _):
        unit.change("rule_version", second, {"withdrawn": True})
    assert in_force(replica) == first


def test_a_version_nobody_can_read_leaves_what_ships_in_force(tmp_path: Path) -> None:
    replica = open_replica(tmp_path / "r.db", clock=FakeClock().clock)
    broken = published(replica, "2026-03-01T00:00:00.000Z", body="[]")
    rules = replica.read(lambda c: RuleBook().in_force(c, replica.tables, ()))
    assert rules.version == broken
    assert rules.documents == SHIPPED_SET.documents
