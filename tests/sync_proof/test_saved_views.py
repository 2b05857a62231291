"""Saved views reach those they are shared with, and nobody else; only their author changes them."""

from sync_server.services.storing.founding import SERVER_ACTOR
from tests.builders import an_actor
from tests.sync_proof.devices import Device
from tests.sync_proof.story import Story
from tests.sync_proof.world import user_of


def save(device: Device, record: str, audience: str | None) -> None:
    values = {
        "name": record, "entity": "customer", "condition": '["eq","level","A"]',
        "author": device.user_id, "audience": audience,
    }  # fmt: skip
    assert device.create("saved_view", {record: values})


def seen(story: Story, name: str) -> set[str]:
    replica = story.office.laptops[name].replica
    return {one for one in ("mine", "team", "all") if replica.record("saved_view", one)}


def test_a_view_goes_to_those_it_is_shared_with(story: Story) -> None:
    anna, ben = story.laptops("anna", "ben")
    story.sync("anna", "ben", "carl")
    save(anna, "mine", user_of("anna"))
    save(anna, "team", "team-north")
    save(anna, "all", None)
    story.sync("anna", "ben", "carl")
    assert seen(story, "anna") == {"mine", "team", "all"}
    assert seen(story, "ben") == {"team", "all"}
    assert seen(story, "carl") == {"all"}
    assert anna.change("saved_view", ["mine"], {"audience": "team-north"})
    assert anna.change("saved_view", ["team"], {"audience": user_of("anna")})
    story.sync("anna", "ben")
    assert seen(story, "ben") == {"mine", "all"}
    assert not ben.change("saved_view", ["mine"], {"name": "同事改的"})
    story.ends_well("anna", "ben", "carl", fresh="ben")


def test_who_changes_teams_gets_the_views_of_the_new_one_and_of_those_above(story: Story) -> None:
    (anna,) = story.laptops("anna")
    with story.world.server.replica.write(SERVER_ACTOR) as (unit, _):
        unit.create("team", {"name": "east"}, record_id="team-east")
        unit.change("team", "team-north", {"parent": "team-east"})
    story.sync("anna", "carl")
    save(anna, "mine", "team-east")
    save(anna, "team", "team-north")
    story.sync("anna", "carl")
    assert seen(story, "carl") == set()
    with story.world.server.replica.write(SERVER_ACTOR) as (unit, _):
        unit.change("user", user_of("carl"), {"team": "team-north"})
    story.sync("carl")
    assert seen(story, "carl") == {"mine", "team"}
    with story.world.server.replica.write(SERVER_ACTOR) as (unit, _):
        unit.change("user", user_of("carl"), {"team": "team-south"})
    story.sync("carl")
    assert seen(story, "carl") == set()


def test_a_colleagues_view_cannot_be_changed_past_the_laptops_own_check(story: Story) -> None:
    anna, ben = story.laptops("anna", "ben")
    save(anna, "team", "team-north")
    story.sync("anna", "ben")
    with ben.replica.write(an_actor(ben.user_id, role="admin")) as (unit, _):
        unit.change("saved_view", "team", {"name": "被人改了"})
    story.sync("ben", "anna")
    found = anna.replica.record("saved_view", "team")
    assert found is not None
    assert found["name"] == "team"
