"""What a first fill brings along so that boards show on it what they show elsewhere."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crm_core.insight.standards import SHIPPED
from crm_core.model.query import EVERYTHING, Query
from crm_core.permissions import Access
from crm_core.store.images.image import View, write_image
from crm_core.store.measures.journey_nodes import nodes_of
from crm_core.store.measures.moves import Moves, moves
from crm_core.store.replica import Replica, open_replica
from crm_core.store.schema.fact_tables import KIND
from tests.builders import FakeClock, an_actor, change, log_of
from tests.crm_core.store.fact_dump import facts_of
from tests.crm_core.store.test_image import opened, view_of
from tests.measures_proof.organisation import an_organisation

BOSS = an_actor("u-boss")
ANNA = an_actor("u-a", role="rep", colleagues=("u-a",))


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, FakeClock]:
    """The file of a server on which people have worked for some weeks, and when that was."""
    path, time = tmp_path_factory.mktemp("grown") / "server.db", FakeClock()
    made = open_replica(path, clock=time.clock, node="5" * 16, lean=True)
    with an_organisation(tmp_path_factory.mktemp("people"), 9) as people:
        people.grow(120)
        time.moment = people.time.moment
        made.receive(log_of(people.replica))
    made.close()
    return path, time


@pytest.fixture
def server(grown: tuple[Path, FakeClock], tmp_path: Path, time: FakeClock) -> Iterator[Replica]:
    """A copy of it, at that time."""
    time.moment = grown[1].moment
    path = Path(shutil.copy(grown[0], tmp_path / "server.db"))
    made = open_replica(path, clock=time.clock, node="5" * 16, lean=True)
    yield made
    made.close()


def filled(server: Replica, view: View, path: Path, time: FakeClock) -> Replica:
    """A new device that was given this much."""
    write_image(server.engine, path, server.registry, view, time.clock.now())
    return opened(path, time)


def known_moves(replica: Replica) -> Moves:
    return replica.read(
        lambda c: moves(c, replica.tables, "lead", EVERYTHING, since=0, lately=0, stages=SHIPPED)
    )


def stays_of(replica: Replica, leads: set[str]) -> set[tuple[object, ...]]:
    """What their moves say; by what stays are divided is also said by records beside them."""
    rows = facts_of(replica)["fact_stage"]
    return {(*row[:5], *row[10:13]) for row in rows if row[3] in leads}


def guessed(replica: Replica) -> int:
    return sum(bool(row[-1]) for row in facts_of(replica)["fact_stage"])


def test_a_laptop_just_filled_has_the_facts_of_the_server(
    server: Replica, tmp_path: Path, time: FakeClock
) -> None:
    device = filled(server, view_of(server, BOSS), tmp_path / "image.db", time)
    known = facts_of(server)
    assert facts_of(device) == known
    assert len(known["fact_stage"]) > 1.5 * len(known["fact_journey"])
    told = known_moves(server)
    assert known_moves(device) == told
    assert told.every
    now, operators = time.clock.now(), set[str]()
    for lead in server.find(Query("lead")):
        nodes = [nodes_of(one, "lead", str(lead["id"]), now) for one in (server, device)]
        assert nodes[0] == nodes[1]
        operators |= {node.operator for node in nodes[0]}
    assert operators == {"", an_actor().user_id}
    assert log_of(device) == []


def test_what_came_after_the_fill_goes_on_from_it(
    server: Replica, tmp_path: Path, time: FakeClock
) -> None:
    """Moves pulled later, and all of a record's history, sent again because it came into view."""
    device = filled(server, view_of(server, BOSS), tmp_path / "image.db", time)
    facts_of(device)
    lead = next(str(one["id"]) for one in server.find(Query("lead")))
    known = len(log_of(server))
    time.advance(hours=5)
    change(server, "lead", lead, by=an_actor("u-li"), stage="objection")
    device.receive(log_of(server)[known:])
    assert facts_of(device) == facts_of(server)
    device.receive([one for one in log_of(server) if one.id == lead])
    change(server, "lead", lead, by=BOSS, stage="won")
    device.receive(log_of(server)[-1:])
    assert facts_of(device) == facts_of(server)


def test_only_moves_of_what_one_may_see_come_along(
    server: Replica, tmp_path: Path, time: FakeClock
) -> None:
    device = filled(server, view_of(server, ANNA), tmp_path / "anna.db", time)
    mine = {str(one["id"]) for one in device.find(Query("lead"))}
    assert 0 < len(mine) < len(server.find(Query("lead")))
    assert stays_of(device, mine) == stays_of(server, mine)
    gone = sorted(mine)[0]
    device.receive([], forget=[("lead", gone)])
    past, lead = device.tables.facts.past, device.tables.of("lead")
    left = device.read(lambda c: set(c.scalars(select(past.c.rec))))
    assert left <= device.read(lambda c: set(c.scalars(select(lead.c.rid))))

    hidden = replace(view_of(server, BOSS), withheld={"lead": {"stage": Access.HIDDEN}})
    blind = filled(server, hidden, tmp_path / "blind.db", time)
    leads = select(func.count()).where(past.c.kind == KIND["lead"])
    assert not blind.read(lambda c: c.scalar(leads))


def test_a_file_from_an_older_server_shows_what_it_can(
    server: Replica, tmp_path: Path, time: FakeClock
) -> None:
    """Without moves a record is where it is since it says so, and the answer says so too."""
    device = filled(server, view_of(server, BOSS), tmp_path / "image.db", time)
    with device.engine.begin() as connection:
        connection.execute(device.tables.facts.past.delete())
    assert guessed(device) > guessed(server)
