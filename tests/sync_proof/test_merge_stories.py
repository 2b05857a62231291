"""Merges through the real judging of a push: what is refused leaves nothing of itself."""

import pytest

from crm_core.errors import KnownError
from crm_core.model.merging import MERGED_INTO
from crm_core.model.query import Query, Sort
from desktop.services.commands.merge import do_merge, do_unmerge
from tests.sync_proof.devices import Device
from tests.sync_proof.story import Story
from tests.sync_server.merging import Laptop

_AUDITED = Query("audit_entry", sort=(Sort("at"), Sort("id")))


def a_laptop(device: Device) -> Laptop:
    return Laptop(device.replica, device.actor)


def with_a_visit(story: Story, device: Device) -> tuple[str, str]:
    customer = story.customer(device)
    visit = f"vis-{story.ledger.token()}"
    values = {"customer": customer, "started_at": "2026-03-02T01:00:00Z", "owner": device.user_id}
    assert device.create("visit", {visit: values})
    story.ledger.note(device)
    return customer, visit


def test_a_merge_whose_right_was_taken_meanwhile_is_refused_whole(story: Story) -> None:
    anna, ben = story.laptops("anna", "ben")
    story.world.change_person("anna", role="manager")
    one, _ = with_a_visit(story, ben)
    other, visit = with_a_visit(story, ben)
    story.sync("ben", "anna", "ben")
    do_merge(a_laptop(anna).desk, "customer", one, [other], {"city": "上海"})
    story.ledger.note(anna)
    assert story.shows("anna", other, "name") is None
    story.world.change_person("anna", role="rep")
    story.sync("anna", "ben", "anna")
    assert {o.field for o in anna.refused()} == {MERGED_INTO, "city", "customer"}
    for name in ("anna", "ben"):
        assert story.shows(name, other, "name") is not None
        assert story.shows(name, one, "city") is None
        held = story.office.laptops[name].replica.record("visit", visit)
        assert held is not None
        assert held["customer"] == other
    story.ends_well("anna", "ben", fresh="boss")


def test_own_records_are_merged_by_a_rep_and_noted_for_the_audit(story: Story) -> None:
    anna, boss = story.laptops("anna", "boss")
    one, _ = with_a_visit(story, anna)
    other, visit = with_a_visit(story, anna)
    do_merge(a_laptop(anna).desk, "customer", one, [other])
    story.ledger.note(anna)
    story.sync("anna", "boss")
    do_unmerge(a_laptop(boss).desk, "customer", other)
    story.ledger.note(boss)
    story.sync("boss", "anna", "boss")
    held = anna.replica.record("visit", visit)
    assert held is not None
    assert held["customer"] == other
    kinds = [e["kind"] for e in boss.replica.find(_AUDITED)]
    assert [k for k in kinds if k in ("merged", "unmerged")] == ["merged", "unmerged"]
    story.ends_well("anna", "boss", fresh="anna")


def test_a_link_to_a_colleagues_record_is_not_ended_by_who_lost_it(story: Story) -> None:
    anna, boss = story.laptops("anna", "boss")
    one, _ = with_a_visit(story, anna)
    other, _ = with_a_visit(story, anna)
    do_merge(a_laptop(anna).desk, "customer", one, [other])
    story.ledger.note(anna)
    story.sync("anna", "boss")
    with boss.replica.write(boss.actor) as (unit, _):
        unit.change("customer", one, {"owner": boss.user_id})
    story.ledger.note(boss)
    story.sync("boss")
    # On a laptop that does not know of the handing over yet.
    do_unmerge(a_laptop(anna).desk, "customer", other)
    story.ledger.note(anna)
    story.sync("anna", "boss", "anna")
    assert MERGED_INTO in {o.field for o in anna.refused()}
    assert story.shows("boss", other, "name") is None
    with pytest.raises(KnownError, match="同事"):
        do_unmerge(a_laptop(anna).desk, "customer", other)
