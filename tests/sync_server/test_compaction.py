"""`suixing-server compact` on a live server, on both engines, and what devices are told."""

from crm_core.sync import wire
from crm_core.sync.change import Operation, Verb
from crm_core.sync.protocol import Ack, PushMessage
from tests.sync_server.conftest import SignsIn
from tests.sync_server.live import LiveDevice
from tests.sync_server.test_digest import ask
from tests.sync_server.test_push import customer_of

AT_ONCE = ("compact", "--deleted-days", "0", "--silent-days", "0")


def a_deleted_customer(device: LiveDevice) -> Operation:
    """Made, deleted, and followed by something else, so that it may go."""
    made = customer_of(device)
    device.push(made)
    deletion = device.operation("customer", made.id, Verb.DELETE, True, base=made.hlc)
    assert [a.refused for a in device.push(deletion, customer_of(device))] == [None, None]
    return made


def pushed_today(device: LiveDevice, operation: Operation) -> list[Ack]:
    """Push in protocol 2."""
    reply = device.client.post(
        f"{device.server.url}/v1/sync/push",
        headers=device.headers | {"X-Suixing-Protocol": "2"},
        content=wire.push_bytes(PushMessage([operation], device.now_ms())),
    )
    assert reply.status_code == 200, reply.text
    return wire.acks_from(reply.content)[0]


def test_what_everybody_was_waited_for_is_purged_and_devices_forget_it(device: SignsIn) -> None:
    anna, ben = device("anna"), device("ben")
    made = a_deleted_customer(anna)
    anna.pull()
    ben.pull()
    waiting = anna.server.cli("compact", "--deleted-days", "0")
    assert "Purged 0 records" in waiting
    assert "nothing later can go yet" in waiting
    assert "would be purged" in anna.server.cli(*AT_ONCE, "--dry-run")
    assert made.id in ben.records()
    assert "customer\t" in anna.server.cli(*AT_ONCE)
    assert made.id in ask(ben).passed_over["customer"], "it is no difference"
    ben.pull()
    assert made.id not in ask(ben).passed_over.get("customer", ())
    assert made.id not in ben.records()
    assert ("customer", made.id) in ben.left
    assert ben.page().leave == ()
    late = anna.change(made, "city", "武汉")
    assert [str(a.refused) for a in pushed_today(anna, late)] == ["record_purged"]
    assert [str(a.refused) for a in anna.push(late)] == ["forbidden"], "what protocol 1 knows"
    again = anna.operation("customer", made.id, Verb.CREATE, dict(made.created_values))
    assert [str(a.refused) for a in pushed_today(anna, again)] == ["record_purged"]
    new = device("ben")
    assert made.id not in {o.id for o in new.pull()}
    assert new.pull() == []


def test_a_device_that_was_not_waited_for_is_told_to_begin_anew(device: SignsIn) -> None:
    anna, ben = device("anna"), device("ben")
    ben.pull()
    made = a_deleted_customer(anna)
    ben.pull()
    behind = ben.cursor
    a_deleted_customer(anna)
    anna.push(customer_of(anna))
    anna.server.cli(*AT_ONCE)
    today = ben.client.get(
        f"{ben.server.url}/v1/sync/pull", params={"cursor": behind},
        headers=ben.headers | {"X-Suixing-Protocol": "2"},
    )  # fmt: skip
    assert (today.status_code, today.json()["code"]) == (410, "device_expired")
    page = ben.page()
    assert (page.cursor, page.more, page.operations) == (0, True, ())
    ben.pull()
    assert ("customer", made.id) in ben.left
    assert made.id not in ben.records()
    assert ben.pull() == []
    assert ben.page().cursor == ben.cursor > behind
