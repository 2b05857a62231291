"""Pull, against the real server process: scope, ENTER and LEAVE, cursors and lineage (rule 10)."""

from crm_core.sync.change import Operation, Verb
from tests.sync_server.conftest import SignsIn
from tests.sync_server.live import LiveDevice
from tests.sync_server.test_push import customer_of


def user_record(device: LiveDevice, login: str) -> Operation:
    """The CREATE of a user as this device holds it."""
    found = [
        o
        for o in device.held.values()
        if o.entity == "user" and o.verb is Verb.CREATE and o.created_values.get("login") == login
    ]
    return found[0]


def test_a_team_sees_its_own_records_and_the_administrator_all(device: SignsIn) -> None:
    anna, ben, carl, boss = device("anna"), device("ben"), device("carl"), device("boss")
    north, south = customer_of(anna), customer_of(carl)
    nobodys = anna.create("customer", {"name": "公海", "kind": "organisation"})
    anna.push(north, nobodys)
    carl.push(south)
    for each in (ben, carl, boss):
        each.pull()
    assert ben.records() & {north.id, south.id, nobodys.id} == {north.id, nobodys.id}
    assert carl.records() & {north.id, south.id, nobodys.id} == {south.id, nobodys.id}
    assert boss.records() >= {north.id, south.id, nobodys.id}


def test_a_record_handed_over_leaves_one_device_and_enters_another_whole(device: SignsIn) -> None:
    anna, ben, carl = device("anna"), device("ben"), device("carl")
    customer = customer_of(anna)
    named = anna.change(customer, "name", "改过名")
    anna.push(customer, named)
    for each in (anna, ben, carl):
        each.pull()
    handed = anna.change(customer, "owner", carl.user_id)
    anna.push(handed)
    for each in (anna, ben, carl):
        each.pull()
    target = ("customer", customer.id)
    assert target in anna.left
    assert target in ben.left
    assert customer.id not in anna.records() | ben.records()
    assert {customer.key, named.key, handed.key} <= set(carl.held)
    back = carl.change(handed, "owner", anna.user_id)
    carl.push(back)
    anna.pull()
    assert {customer.key, named.key, handed.key, back.key} <= set(anna.held), "its own ones too"


def test_a_person_who_changes_team_is_filled_anew_and_loses_the_old_team(
    own_device: SignsIn,
) -> None:
    anna, ben, carl, boss = (
        own_device("anna"),
        own_device("ben"),
        own_device("carl"),
        own_device("boss"),
    )
    north, bens, south = customer_of(anna), customer_of(ben), customer_of(carl)
    anna.push(north)
    ben.push(bens)
    carl.push(south)
    for each in (anna, ben, carl, boss):
        each.pull()
    south_team = user_record(boss, "carl").created_values["team"]
    moved = boss.change(user_record(boss, "ben"), "team", south_team)
    assert [a.refused for a in boss.push(moved)] == [None]
    page = ben.page()
    assert (page.cursor, page.more, page.operations) == (0, True, ())
    assert ben.page() == page, "a lost reply is simply given again"
    for each in (anna, ben, carl):
        each.pull()
    ids = {north.id, bens.id, south.id}
    assert ben.records() & ids == {bens.id, south.id}
    assert ("customer", north.id) in ben.left
    assert carl.records() & ids == {bens.id, south.id}
    assert anna.records() & ids == {north.id}
    assert ("customer", bens.id) in anna.left
    assert ben.pull() == []


def test_a_new_colleague_without_records_costs_no_refill(device: SignsIn) -> None:
    anna = device("anna")
    anna.push(customer_of(anna))
    anna.pull()
    anna.server.add_user("dora", team="north")
    cursor = anna.cursor
    came = anna.pull()
    assert {o.entity for o in came} == {"user"}
    assert anna.cursor > cursor
    dora = device("dora")
    theirs = customer_of(dora)
    dora.push(theirs)
    anna.pull()
    assert theirs.id in anna.records()


def test_a_pull_from_the_beginning_brings_the_devices_own_work_back(device: SignsIn) -> None:
    anna = device("anna")
    made = [customer_of(anna, name=f"客户{n}") for n in range(5)]
    anna.push(*made)
    came = anna.pull(limit=50)
    assert [o.key for o in came if o.replica == anna.node] == [o.key for o in made]
    later = customer_of(anna)
    anna.push(later)
    assert anna.pull() == []
    anna.cursor -= 1
    assert [o.key for o in anna.pull(all=1)] == [later.key]


def test_an_edit_that_came_before_its_record_is_not_lost_to_others(device: SignsIn) -> None:
    anna, ben = device("anna"), device("ben")
    customer = customer_of(anna)
    early = anna.change(customer, "city", "上海")
    anna.push(early)
    ben.pull()
    assert early.key not in ben.held
    anna.push(customer)
    ben.pull()
    assert {customer.key, early.key} <= set(ben.held)


def test_pages_end_and_the_cursor_only_grows(device: SignsIn) -> None:
    anna, ben = device("anna"), device("ben")
    anna.push(*(customer_of(anna, name=f"客户{n}") for n in range(250)))
    cursors, seen = [0], 0
    while True:
        page = ben.page(limit=50)
        assert len(page.operations) <= 50
        seen += sum(o.replica == anna.node for o in page.operations)
        assert page.cursor > cursors[-1]
        cursors.append(page.cursor)
        ben.cursor = page.cursor
        if not page.more:
            break
    assert seen == 250


def test_a_cursor_beyond_the_log_belongs_to_another_lineage(device: SignsIn) -> None:
    anna = device("anna")
    reply = anna.page_reply(cursor=10**9)
    assert (reply.status_code, reply.json()["code"]) == (409, "lineage_changed")


def test_a_page_is_given_only_to_the_device_of_the_session(device: SignsIn) -> None:
    anna, ben = device("anna"), device("ben")
    reply = anna.page_reply(node=ben.node)
    assert (reply.status_code, reply.json()["code"]) == (403, "wrong_device")


def test_a_deletion_travels_as_a_tombstone(device: SignsIn) -> None:
    anna, ben = device("anna"), device("ben")
    customer = customer_of(anna)
    anna.push(customer)
    ben.pull()
    gone = anna.operation("customer", customer.id, Verb.DELETE, True, base=customer.hlc)
    anna.push(gone)
    assert [o.key for o in ben.pull()] == [gone.key]
