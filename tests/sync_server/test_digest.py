"""The digest and the records it leads to, on both engines, for those who may see them only."""

import httpx
import pytest

from crm_core.sync.change import Operation
from crm_core.sync.digest import MOST_PARTS, Answer, Question, State, answer_from, question_bytes
from crm_core.sync.protocol import compressed, pull_from, unpack
from tests.sync_server.conftest import ON_SQLITE, SignsIn
from tests.sync_server.live import LiveDevice
from tests.sync_server.test_push import customer_of

FIELDS = ["name", "city", "owner"]


def ask_raw(by: LiveDevice, body: bytes) -> httpx.Response:
    return by.client.post(f"{by.server.url}/v1/sync/digest", headers=by.headers, content=body)


def ask(by: LiveDevice, **more: object) -> Answer:
    """About customers, at the device's cursor."""
    known: dict[str, object] = {"cursor": by.cursor, "entities": {"customer": FIELDS}}
    reply = ask_raw(by, question_bytes(Question(**(known | more))))  # type: ignore[arg-type]
    assert reply.status_code == 200, reply.text
    return answer_from(reply.content)


def an_own_customer(by: LiveDevice) -> Operation:
    customer = customer_of(by)
    by.push(customer)
    by.pull()
    return customer


def test_everybody_is_told_of_their_own_scope(device: SignsIn) -> None:
    anna, ben, carl = device("anna"), device("ben"), device("carl")
    before = {d.login: (d.pull(), ask(d).sums["customer"])[1] for d in (anna, ben, carl)}
    an_own_customer(anna)
    for each in (anna, ben, carl):
        each.pull()
    after = {d.login: ask(d).sums["customer"] for d in (anna, ben, carl)}
    assert after["anna"] == after["ben"]
    assert after["anna"].count == before["anna"].count + 1
    assert after["carl"] == before["carl"]


def test_which_record_differs_can_be_found_by_part(device: SignsIn) -> None:
    anna, carl = device("anna"), device("carl")
    made = an_own_customer(anna)
    carl.pull()
    parts = [n for n, one in enumerate(ask(anna).parts) if one.count]
    found = [ask(anna, parts=parts[n : n + MOST_PARTS]) for n in range(0, len(parts), MOST_PARTS)]
    assert made.id in {record for one in found for record in one.records}
    theirs = ask(carl, parts=parts[:MOST_PARTS]).records
    assert made.id not in theirs


def test_what_was_touched_since_the_cursor_is_passed_over(device: SignsIn) -> None:
    anna, ben = device("anna"), device("ben")
    an_own_customer(anna)
    ben.pull()
    before = ask(ben)
    later = an_own_customer(anna)
    after = ask(ben)
    assert after.sums == before.sums
    already = before.passed_over.get("customer", ())  # What other tests of this server left.
    assert set(after.passed_over["customer"]) - set(already) == {later.id}
    assert ask(ben, cursor=0).state is State.BEHIND, "people and teams came in between"


def test_what_a_server_does_not_know_it_says_nothing_of(device: SignsIn) -> None:
    anna = device("anna")
    anna.pull()
    answer = ask(anna, entities={"customer": [*FIELDS, "shiny"], "gadget": ["x"], "task": ["id"]})
    assert (answer.state, answer.sums) == (State.SAID, {})
    assert ask(device("anna")).state is State.BEHIND, "a device that never pulled"
    beyond = question_bytes(Question(cursor=2**61, entities={}))
    assert ask_raw(anna, beyond).json()["code"] == "lineage_changed"


@ON_SQLITE
@pytest.mark.parametrize(
    "body",
    [
        b"", b"noise", compressed(b"[]"), compressed(b"{}"), compressed(b"\xff"),
        compressed(b'{"cursor":-1,"entities":{}}'), compressed(b'{"cursor":1,"entities":[1]}'),
        compressed(b'{"cursor":1,"entities":{"customer":["a\\u0000"]}}'),
        compressed(b'{"cursor":1,"entities":{"customer":[]},"passed_over":{"customer":["\\ud800"]}}'),
        compressed(b'{"cursor":1,"entities":{"customer":[],"task":[]},"parts":[1]}'),
        compressed(b'{"cursor":1,"entities":{"customer":[]},"parts":[256]}'),
        compressed(b'{"cursor":1,"entities":' + b"[" * 100_000),
    ],
)  # fmt: skip
def test_a_body_that_is_no_question(device: SignsIn, body: bytes) -> None:
    reply = ask_raw(device("anna"), body)
    assert (reply.status_code, reply.json()["code"]) == (400, "malformed")


def test_records_come_whole_to_whom_may_see_them(device: SignsIn) -> None:
    anna, carl = device("anna"), device("carl")
    made = an_own_customer(anna)
    anna.push(edit := anna.change(made, "city", "武汉"))
    wanted = {"entity": "customer", "ids": [made.id, "no-such"]}

    def records(by: LiveDevice, body: object) -> httpx.Response:
        return by.client.post(f"{by.server.url}/v1/sync/records", headers=by.headers, json=body)

    page = pull_from(unpack(records(anna, wanted).content))
    assert [o.key for o in page.operations] == [made.key, edit.key]
    assert (page.leave, page.cursor, page.more) == ((("customer", "no-such"),), 2, False)
    page = pull_from(unpack(records(carl, wanted).content))
    assert (page.operations, len(page.leave)) == ((), 2)
    for wrong in ({}, {"entity": "customer", "ids": ["a\x00b"]}, {"entity": "", "ids": []}):
        assert records(anna, wrong).json()["code"] == "malformed"
