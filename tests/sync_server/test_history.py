"""The history route: all of a record's operations, by page, to whom may see it and nobody else."""

from typing import Any

import httpx

from crm_core.sync.change import Operation
from crm_core.sync.protocol import PullReply, pull_from, unpack
from tests.builders import a_customer
from tests.sync_server.conftest import SignsIn
from tests.sync_server.live import LiveDevice


def ask(by: LiveDevice, record: str, *, entity: str = "customer", **query: Any) -> httpx.Response:
    return by.client.get(
        f"{by.server.url}/v1/history/{entity}/{record}", headers=by.headers, params=query
    )


def page(device: LiveDevice, record: str, **query: Any) -> PullReply:
    reply = ask(device, record, **query)
    assert reply.status_code == 200, reply.text
    return pull_from(unpack(reply.content))


def an_edited_customer(device: LiveDevice, *, edits: int) -> list[Operation]:
    created = device.create("customer", a_customer(owner=device.user_id))
    made, last = [created], created
    for number in range(edits):
        last = device.change(created, "city", f"城市{number}", base=last.hlc)
        made.append(last)
    device.push(*made)
    return made


def test_every_operation_of_a_record_comes_by_page(device: SignsIn) -> None:
    anna = device("anna")
    made = an_edited_customer(anna, edits=6)
    got: list[Operation] = []
    after, more = 0, True
    while more:
        reply = page(anna, made[0].id, after=after, limit=3)
        assert len(reply.operations) <= 3
        got += reply.operations
        after, more = reply.cursor, reply.more
    assert [o.key for o in got] == [o.key for o in made]
    assert got[0].created_values["name"] == a_customer()["name"]
    assert page(anna, made[0].id, after=after).operations == ()


def test_a_colleague_of_the_team_sees_it_and_another_team_does_not(device: SignsIn) -> None:
    anna, ben, carl = device("anna"), device("ben"), device("carl")
    made = an_edited_customer(anna, edits=1)
    assert len(page(ben, made[0].id).operations) == 2
    for wanted in (made[0].id, "no-such-record"):
        refused = ask(carl, wanted)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


def test_a_record_handed_over_shows_its_new_owner_what_came_before(device: SignsIn) -> None:
    anna, carl = device("anna"), device("carl")
    made = an_edited_customer(anna, edits=2)
    anna.push(anna.change(made[0], "owner", carl.user_id))
    assert len(page(carl, made[0].id).operations) == 4
    assert ask(anna, made[0].id).status_code == 403


def test_hostile_questions_get_a_documented_answer(device: SignsIn) -> None:
    anna = device("anna")
    for record, query in (
        ("x" * 600, {}), ("r", {"after": "-1"}), ("r", {"limit": "0"}), ("r", {"after": "x"}),
        ("%00", {}), ("r", {"limit": str(10**9)}),
    ):  # fmt: skip
        reply = ask(anna, record, **query)
        assert reply.status_code in (400, 403), reply.text
        assert reply.json()["code"] in ("malformed", "forbidden")
    unknown = ask(anna, "r", entity="no_such_entity")
    assert (unknown.status_code, unknown.json()["code"]) == (403, "forbidden")
    unsigned = httpx.get(
        f"{anna.server.url}/v1/history/customer/r", headers={"X-Suixing-Protocol": "1"}
    )
    assert unsigned.status_code == 401
