"""Whose records a laptop holds when people come and go: territories, leavers, counters.

A territory is a branch of the tree of teams: who stands above it sees all of it.
"""

from dataclasses import replace

import pytest

from crm_core.errors import SyncCode, SyncError
from crm_core.model.schema import FieldSpec, Kind, Label, Merge
from sync_server.services.exchange import snapshots
from sync_server.services.exchange.snapshots import Instead
from sync_server.services.people import actor_of
from sync_server.services.signing_in.devices import find_device
from sync_server.services.signing_in.sessions import Principal
from sync_server.services.storing import founding
from sync_server.services.storing.founding import SERVER_ACTOR
from tests.builders import log_of
from tests.sync_proof.story import Story
from tests.sync_proof.world import user_of


def regions(story: Story) -> None:
    """East and west, with team north in the east; ben is to manage the west."""
    with story.world.server.replica.write(SERVER_ACTOR) as (unit, _):
        for name in ("east", "west"):
            unit.create("team", {"name": name}, record_id=f"team-{name}")
        unit.change("team", "team-north", {"parent": "team-east"})
        unit.change("user", user_of("ben"), {"team": "team-west", "role": "manager"})


def test_a_team_that_moves_to_another_territory_takes_its_records_along(story: Story) -> None:
    anna, ben, carl = story.laptops("anna", "ben", "carl")
    regions(story)
    norths, souths = story.customer(anna), story.customer(carl)
    story.sync("anna", "carl", "ben")
    assert story.shows("ben", souths, "name") is None
    with story.world.server.replica.write(SERVER_ACTOR) as (unit, _):
        unit.change("team", "team-south", {"parent": "team-west"})
    story.sync("ben")
    assert story.shows("ben", souths, "name") is not None
    story.change(ben, souths, city=story.text())
    story.sync("ben", "carl")
    with story.world.server.replica.write(SERVER_ACTOR) as (unit, _):
        unit.change("team", "team-south", {"parent": "team-east"})
        unit.change("team", "team-north", {"parent": "team-west"})
    story.sync("ben", "anna", "carl")
    assert story.shows("ben", souths, "name") is None
    assert story.shows("ben", norths, "name") is not None
    assert story.shows("anna", norths, "name") is not None
    story.ends_well("anna", "ben", "carl", fresh="ben")


def test_a_leavers_records_are_handed_over_in_one_act_that_can_be_taken_back(
    story: Story,
) -> None:
    carl, boss = story.laptops("carl", "boss")
    records = [story.customer(carl, city=story.text()) for _ in range(3)]
    story.sync("carl", "boss", "anna")
    unsent = story.text()
    story.change(carl, records[0], remark=unsent)
    founding.deactivate_user(story.world.server, "carl")
    with pytest.raises(SyncError) as told:
        carl.sync()
    assert told.value.sync_code is SyncCode.DEVICE_REVOKED, "it wipes itself when it hears that"
    with pytest.raises(SyncError) as told:
        carl.sign_in()
    assert told.value.sync_code is SyncCode.BAD_CREDENTIALS
    assert unsent not in [o.value for o in log_of(story.world.replica)]
    assert boss.change("customer", records, {"owner": user_of("anna")})
    story.ledger.note(boss)
    handed_over = boss.groups[-1]
    story.sync("boss", "anna", "ben")
    for record in records:
        for name in ("anna", "ben"):
            assert story.shows(name, record, "city") is not None
            history = story.office.laptops[name].replica.history("customer", record)
            assert history[0].actor == carl.user_id, "what came before the hand-over came along"
    story.undo(boss, handed_over)
    story.sync("boss", "anna", "ben")
    assert [story.shows("anna", record, "city") for record in records] == [None] * 3
    assert story.shows("boss", records[0], "owner") == carl.user_id
    # What the leaver never sent is not for others to miss.
    story.ledger.written = {k: o for k, o in story.ledger.written.items() if o.value != unsent}
    story.ends_well("anna", "ben", "boss", fresh="anna")


def test_a_colleague_gone_keeps_the_team_in_possession_of_the_records(story: Story) -> None:
    anna, ben = story.laptops("anna", "ben")
    record = story.customer(ben)
    story.sync("ben", "anna")
    founding.deactivate_user(story.world.server, "ben")
    story.change(anna, record, city=story.text())
    story.sync("anna", "anna2")
    assert story.shows("anna2", record, "city") is not None
    story.ends_well("anna", "anna2", fresh="anna")


VISITS = FieldSpec("x_visits", Kind.INTEGER, Label("次", "Visits"), merge=Merge.COUNTER)


def test_where_a_field_counts_nobody_is_filled_from_a_snapshot(story: Story) -> None:
    """Reading the log again, after a change of team, would count a snapshot's steps twice."""
    server = story.world.server
    many = replace(server, limits=replace(server.limits, snapshot_after=0))
    anna = story.laptops("anna")[0]
    with server.reading() as connection:
        actor = actor_of(connection, server.replica.tables, anna.user_id)
        device = find_device(connection, server.tables, anna.node)
    assert actor is not None
    assert device is not None
    principal = Principal(actor, device)
    assert snapshots.begin(many, principal) is not Instead.LOG
    replica = server.replica
    replica.registry = replica.registry.with_fields([("customer", VISITS)])
    assert snapshots.begin(many, principal) is Instead.LOG
