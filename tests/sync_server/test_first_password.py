"""A password somebody else gave opens nothing but choosing another; weak ones are refused."""

import pytest

from sync_server.services.signing_in.credentials import common_passwords
from sync_server.services.storing import founding
from tests.sync_server.inside import PASSWORD, Inside, Visitor, code_of

GIVEN, NEW = "given by the boss", "kettle moon driver"
OPEN_TO_ALL = {
    ("GET", "/v1/health"), ("POST", "/v1/session"), ("POST", "/v1/session/refresh"),
    ("GET", "/v1/session/oidc"), ("POST", "/v1/session/oidc"),
}  # fmt: skip
STILL_OPEN = OPEN_TO_ALL | {("DELETE", "/v1/session"), ("POST", "/v1/session/password")}
FOR_WHO_GOES = "/v1/quarantine"
"""Only for devices that are refused everywhere else."""


@pytest.fixture
def given(inside: Inside) -> Visitor:
    """Anna with a password that is not her own."""
    founding.set_password(inside.world.server, "anna", GIVEN, must_change=True)
    return inside.enter("anna", GIVEN)


def change(visitor: Visitor, old: str, new: str) -> str:
    """Choose a password; the code of the answer."""
    return code_of(visitor.ask("POST", "/v1/session/password", json={"old": old, "new": new}))


def test_every_route_but_four_is_closed_until_it_is_changed(inside: Inside, given: Visitor) -> None:
    filled = {"entity": "customer", "record": "r", "address": "0" * 64, "snapshot": "0" * 32,
              "user_id": "u", "node": given.node}  # fmt: skip
    asked = 0
    for method, path in inside.routes():
        if (method, path) in STILL_OPEN or path.startswith(FOR_WHO_GOES):
            continue
        asked += 1
        reply = given.ask(method, path.format(**filled), json={})
        assert reply.headers["X-Suixing-Code"] == "password_change", (method, path)
    assert asked > 15
    assert given.works == "password_change"
    given.session = given.renew().json()
    assert given.session["must_change"] is True
    assert given.works == "password_change", "a renewed session opens no more"
    assert change(given, GIVEN, NEW) == "ok"
    assert given.works == "ok"
    assert inside.enter("anna", NEW).session["must_change"] is False


@pytest.mark.parametrize(
    ("new", "why"),
    [
        ("short", "short"), ("         1", "short"), ("", "short"), (GIVEN, "same"),
        ("anna123456!", "login"), ("２０２６ＡＮＮＡ２０２６", "login"), ("password1234", "common"),
        ("Woaini5201314", "common"), ("aaaaaaaaaaaaaaa", "common"), ("PASSWORD1234", "common"),
    ],
)  # fmt: skip
def test_a_weak_password_is_refused_and_nothing_changed(
    inside: Inside, given: Visitor, new: str, why: str
) -> None:
    reply = given.ask("POST", "/v1/session/password", json={"old": GIVEN, "new": new})
    assert (code_of(reply), reply.json()["detail"]) == ("password_weak", why)
    assert given.works == "password_change"
    assert inside.audit("password_changed")[-1]["detail"] == founding.COMMAND_LINE


def test_the_old_password_is_needed_and_guessing_it_locks(inside: Inside) -> None:
    anna = inside.enter("anna")
    for _ in range(5):
        assert change(anna, "wrong", NEW) == "bad_credentials"
    assert change(anna, PASSWORD, NEW) == "locked_out"
    assert anna.works == "ok", "who guesses at a stolen laptop locks the login, not the laptop"


def test_a_changed_password_ends_the_other_sessions_and_is_noted(inside: Inside) -> None:
    anna, stolen = inside.enter("anna"), inside.enter("anna")
    assert change(anna, PASSWORD, NEW) == "ok"
    assert (anna.works, stolen.works) == ("ok", "token_expired")
    assert code_of(stolen.renew()) == "token_expired"
    [entry] = inside.audit("password_changed")
    assert (entry["device"], entry["about"]) == (anna.node, "anna")
    assert NEW not in str(inside.audit())


def test_ones_own_devices_are_listed_and_only_those_are_signed_out(inside: Inside) -> None:
    anna, second, ben = inside.enter("anna"), inside.enter("anna"), inside.enter("ben")
    listed = anna.ask("GET", "/v1/session/devices").json()
    assert {d["node"] for d in listed} == {anna.node, second.node}
    for foreign in (ben.node, "0" * 16, "nothing"):
        assert code_of(anna.ask("DELETE", f"/v1/session/devices/{foreign}")) == "not_found"
    assert code_of(anna.ask("DELETE", f"/v1/session/devices/{second.node}")) == "ok"
    assert (anna.works, second.works, ben.works) == ("ok", "token_expired", "ok")


def test_a_revoked_device_is_still_told_after_it_was_signed_out(inside: Inside) -> None:
    anna, lost = inside.enter("anna"), inside.enter("anna")
    founding.revoke_device(inside.world.server, lost.node)
    assert code_of(anna.ask("DELETE", f"/v1/session/devices/{lost.node}")) == "ok"
    assert change(anna, PASSWORD, NEW) == "ok"
    assert lost.works == "device_revoked"


def test_the_list_of_common_passwords_is_in_the_form_it_is_asked_in() -> None:
    assert len(common_passwords()) > 200
    assert all(p == p.casefold() and len(p) >= 10 for p in common_passwords())
