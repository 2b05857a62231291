"""Administering accounts and devices over the API, and what the audit log keeps of it."""

import json

import httpx
import pytest

from sync_server.services.storing import founding
from tests.sync_server.inside import PASSWORD, Inside, Visitor, code_of, user_of

NEWCOMER = {"login": "Dora", "name": "朵拉", "role": "rep", "team": "north"}


def admin(visitor: Visitor, method: str, path: str, **body: object) -> httpx.Response:
    """Ask one of the administrators' routes."""
    more = {"json": body} if body else {}
    return visitor.ask(method, f"/v1/admin/{path}", **more)


def account_of(boss: Visitor, login: str) -> dict[str, object]:
    """What the list says of one account."""
    found = [a for a in admin(boss, "GET", "accounts").json() if a["login"] == login]
    return dict(found[0])


def test_a_newcomer_gets_a_password_once_and_nothing_else_keeps_it(inside: Inside) -> None:
    boss = inside.enter("boss")
    reply = admin(boss, "POST", "accounts", **NEWCOMER)
    given = reply.json()
    assert reply.status_code == 201
    assert given["login"] == "dora"
    user = inside.world.replica.record("user", given["user_id"])
    assert user is not None
    assert (user["name"], user["team"], user["role"]) == ("朵拉", "team-north", "rep")
    dora = inside.enter("dora", given["password"])
    assert dora.session["must_change"] is True
    listed = account_of(boss, "dora")
    assert (listed["active"], listed["must_change"], listed["last_sign_in"]) == (True, True, 0)
    stored = b"".join(p.read_bytes() for p in inside.world.data.root.glob("suixing.db*"))
    assert given["password"].encode() not in stored
    [entry] = inside.audit("account_added")
    assert (entry["owner"], entry["about"]) == (user_of("boss"), "Dora")
    assert user_of("boss") in str(entry["detail"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"login": "ＡＮＮＡ"}, "login_taken"),
        ({"team": "nowhere"}, "not_found"),
        ({"territory": "nowhere"}, "not_found"),
        ({"role": "emperor"}, "not_found"),
        ({"login": " "}, "invalid_value"),
        ({"name": ""}, "malformed"),
        ({"login": "a\0b"}, "malformed"),
    ],
    ids=repr,
)
def test_what_cannot_be_added_is_a_refusal_and_adds_nothing(
    inside: Inside, change: dict[str, str], code: str
) -> None:
    boss = inside.enter("boss")
    before = len(admin(boss, "GET", "accounts").json())
    assert code_of(admin(boss, "POST", "accounts", **(NEWCOMER | change))) == code
    assert len(admin(boss, "GET", "accounts").json()) == before
    assert inside.audit("account_added") == []


def test_a_reset_password_ends_the_sessions_and_lifts_the_lock(inside: Inside) -> None:
    boss, anna = inside.enter("boss"), inside.enter("anna")
    for _ in range(5):
        inside.stranger("anna").try_in("wrong")
    assert code_of(inside.stranger("anna").try_in()) == "locked_out"
    locked = account_of(boss, "anna")["locked_until"]
    assert isinstance(locked, int)
    assert locked > inside.world.time.clock.millis()
    given = admin(boss, "POST", f"accounts/{user_of('anna')}/password").json()
    assert anna.works == "token_expired"
    assert code_of(anna.renew()) == "token_expired"
    assert code_of(inside.stranger("anna").try_in()) == "bad_credentials"
    assert inside.enter("anna", given["password"]).session["must_change"] is True
    assert [e["owner"] for e in inside.audit("password_changed")] == [user_of("anna")]


def test_a_lock_is_lifted_by_an_administrator_and_noted_once(inside: Inside) -> None:
    boss, anna = inside.enter("boss"), inside.stranger("anna")
    for login in ("anna", "nobody"):
        for _ in range(9):
            inside.stranger(login).try_in("wrong")
    assert code_of(anna.try_in()) == "locked_out"
    [entry] = inside.audit("locked_out")
    assert (entry["owner"], entry["about"]) == (user_of("anna"), "anna")
    assert admin(boss, "POST", f"accounts/{user_of('anna')}/unlock").status_code == 204
    assert code_of(anna.try_in()) == "ok"


def test_a_closed_account_is_out_everywhere_until_it_is_opened(inside: Inside) -> None:
    boss, anna = inside.enter("boss"), inside.enter("anna")
    assert admin(boss, "POST", f"accounts/{user_of('anna')}/close").status_code == 204
    assert anna.works == "device_revoked"
    assert code_of(inside.stranger("anna").try_in()) == "bad_credentials"
    assert account_of(boss, "anna")["active"] is False
    assert admin(boss, "POST", f"accounts/{user_of('anna')}/reopen").status_code == 204
    assert inside.enter("anna").works == "ok"
    assert anna.works == "device_revoked", "what the old device held is wiped all the same"
    kinds = [e["kind"] for e in inside.audit() if e["owner"] == user_of("anna")]
    assert [k for k in kinds if k != "signed_in"] == ["account_closed", "account_opened"]


def test_nobody_closes_their_own_account(inside: Inside) -> None:
    boss = inside.enter("boss")
    assert code_of(admin(boss, "POST", f"accounts/{user_of('boss')}/close")) == "forbidden"
    assert boss.works == "ok"


def test_devices_are_listed_renamed_and_revoked(inside: Inside) -> None:
    boss = inside.enter("boss")
    anna = inside.enter("anna", program="0.2.0", platform="Windows 11")
    assert admin(boss, "PATCH", f"devices/{anna.node}", name="晓雨的笔记本").status_code == 204
    [laptop] = [d for d in admin(boss, "GET", "devices").json() if d["login"] == "anna"]
    device = laptop["device"]
    assert laptop["user_name"] == "anna"
    assert (device["node"], device["name"]) == (anna.node, "晓雨的笔记本")
    assert (device["program"], device["platform"]) == ("0.2.0", "Windows 11")
    assert (device["revoked"], laptop["wiped"]) == (False, 0)
    assert admin(boss, "POST", f"devices/{anna.node}/revoke").status_code == 204
    assert anna.works == "device_revoked"
    [entry] = inside.audit("device_revoked")
    assert (entry["device"], entry["about"]) == (anna.node, "晓雨的笔记本")
    admin(boss, "POST", f"accounts/{user_of('anna')}/password")
    assert anna.works == "device_revoked", "it must still be told, to wipe itself"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "accounts/nobody/password"), ("POST", "accounts/nobody/close"),
        ("POST", "accounts/nobody/reopen"), ("POST", "accounts/nobody/unlock"),
        ("POST", "devices/00000000000000aa/revoke"),
    ],
)  # fmt: skip
def test_whom_nobody_knows_is_not_found(inside: Inside, method: str, path: str) -> None:
    assert code_of(admin(inside.enter("boss"), method, path)) == "not_found"


def test_only_administrators_administer(inside: Inside) -> None:
    routes = [(m, p) for m, p in inside.routes() if p.startswith("/v1/admin/")]
    assert len(routes) >= 9
    anna, nobody = inside.enter("anna"), inside.stranger()
    for method, path in routes:
        path = path.replace("{user_id}", user_of("ben")).replace("{node}", anna.node)
        body = NEWCOMER | {"name": "x"}
        assert code_of(anna.ask(method, path, json=body)) == "forbidden", path
        assert code_of(nobody.ask(method, path, json=body)) == "token_expired", path


def test_an_administrator_of_before_is_none_any_more(inside: Inside) -> None:
    boss = inside.enter("boss")
    inside.world.change_person("boss", role="rep")
    assert code_of(admin(boss, "GET", "accounts")) == "forbidden"


def test_the_command_line_is_in_the_audit_log_as_well(inside: Inside) -> None:
    anna, server = inside.enter("anna"), inside.world.server
    founding.add_user(server, founding.NewUser("dora", "朵拉", "rep", "", PASSWORD))
    founding.set_password(server, "dora", "another password")
    founding.revoke_device(server, anna.node)
    founding.deactivate_user(server, "dora")
    entries = [e for e in inside.audit() if e["kind"] != "signed_in"]
    assert [e["kind"] for e in entries] == [
        "account_added", "password_changed", "device_revoked", "account_closed",
    ]  # fmt: skip
    assert {e["detail"] for e in entries} == {founding.COMMAND_LINE}
    assert PASSWORD not in json.dumps(entries, default=str)
