"""Check before create: whose a number is and since when, and nothing else to anybody."""

from dataclasses import replace
from typing import Any

import pytest

from sync_server.app import build_app
from sync_server.config import Rate, Rates
from tests.builders import a_customer, an_actor, create
from tests.sync_server.conftest import SignsIn
from tests.sync_server.inside import Inside, Visitor, code_of, user_of
from tests.sync_server.test_push import customer_of

PHONE, CODE = "13912345678", "913100001322118475"


def ask(by: Visitor, **values: Any) -> list[dict[str, str]]:
    reply = by.ask("POST", "/v1/check", json={"entity": "customer"} | values)
    assert reply.status_code == 200, reply.text
    found = reply.json()
    assert set(found) == {"taken"}
    return list(found["taken"])


def a_secret(inside: Inside, owner: str = "carl", **values: object) -> str:
    replica, who = inside.world.replica, user_of(owner)
    fields = a_customer(name="绝密客户", phone=PHONE, uscc=CODE, owner=who) | values
    return create(replica, "customer", fields, by=an_actor(who))


def test_whose_it_is_and_since_when_and_nothing_else(inside: Inside) -> None:
    record = a_secret(inside)
    anna = inside.enter("anna")
    reply = anna.ask("POST", "/v1/check", json={"entity": "customer", "phone": "+86 139-1234-5678"})
    assert "绝密" not in reply.text
    assert record not in reply.text
    (one,) = reply.json()["taken"]
    assert set(one) == {"by", "owner", "since"}
    assert (one["by"], len(one["since"])) == ("phone", 10)
    assert one["owner"]
    assert {told["by"] for told in ask(anna, phone=PHONE, uscc=CODE)} == {"phone", "uscc"}
    entries = inside.audit("checked")
    assert len(entries) == 2
    assert PHONE not in str(entries)
    assert {e["owner"] for e in entries} == {user_of("anna")}


@pytest.mark.parametrize(
    "values",
    [
        {"phone": "139****5678"}, {"phone": "5678"}, {"phone": "1391234567"}, {"uscc": CODE[:17]},
        {"uscc": CODE[:17] + "6"}, {}, {"phone": PHONE, "entity": "lead"},
    ],
)  # fmt: skip
def test_what_is_not_whole_or_of_another_kind_is_not_answered(
    inside: Inside, values: dict[str, str]
) -> None:
    a_secret(inside)
    assert ask(inside.enter("anna"), **values) == []
    assert inside.audit("checked") == []


def test_what_one_sees_oneself_is_nothing_for_the_audit(inside: Inside) -> None:
    a_secret(inside, owner="anna")
    assert [one["by"] for one in ask(inside.enter("anna"), phone=PHONE)] == ["phone"]
    assert inside.audit("checked") == []


def test_numbers_cannot_be_tried_out(inside: Inside) -> None:
    server = inside.world.server
    rates = replace(Rates(), check=Rate(burst=2, per_second=0.01))
    inside.world.gate.app = build_app(replace(server, limits=replace(server.limits, rates=rates)))
    anna = inside.enter("anna")
    body = {"entity": "customer", "phone": PHONE}
    said = [code_of(anna.ask("POST", "/v1/check", json=body)) for _ in range(3)]
    assert said == ["ok", "ok", "too_many"]
    assert Rates().check.burst + 86_400 * Rates().check.per_second < 2_000


def test_hostile_questions_get_a_documented_answer(inside: Inside) -> None:
    anna = inside.enter("anna")
    wrong: list[object] = [{"entity": "user"}, {"entity": "lead", "phone": "x" * 61}, {}, [], None]
    for body in wrong:
        assert code_of(anna.ask("POST", "/v1/check", json=body)) == "malformed"
    nobody = inside.stranger()
    assert code_of(nobody.ask("POST", "/v1/check", json={"entity": "customer"})) != "ok"


def test_what_was_pushed_is_found_on_both_engines(device: SignsIn) -> None:
    anna, carl = device("anna"), device("carl")
    made = customer_of(anna)
    anna.push(made, anna.change(made, "phone", "13600009999"))
    reply = carl.client.post(
        f"{carl.server.url}/v1/check", headers=carl.headers,
        json={"entity": "customer", "phone": "136 0000 9999"},
    )  # fmt: skip
    assert [one["by"] for one in reply.json()["taken"]] == ["phone"]
