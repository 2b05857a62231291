"""An administrator's verbs on roles, rules, policy and leavers (rows 5.5, 5.6)."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crm_core.errors import KnownError
from crm_core.model.query import Op, Query, Test
from crm_core.permissions import Access, Actor, Right, Scope, access, can
from desktop.services.commands.roles import (
    NewGuard,
    NewRole,
    do_create_guard,
    do_create_role,
    do_hand_over,
    do_set_access,
    do_set_policy,
    do_set_role_scope,
    do_set_scope,
    do_switch_guard,
    do_switch_right,
    grant_now,
    owned_counts,
)
from desktop.services.commands.verbs import Done, do_undo
from desktop.services.workspace import Workspace, organisation
from desktop.viewmodels.roles import read_matrix, read_roles
from tests.builders import FakeClock, an_actor, create
from tests.desktop.services.office import a_workspace


@pytest.fixture
def boss(tmp_path: Path) -> Iterator[Workspace]:
    made = a_workspace(tmp_path / "boss", "boss", "b" * 16, clock=FakeClock().clock, role="admin")
    me = an_actor()
    for login in ("anna", "ben"):
        row = {"name": login, "login": login, "role": "rep", "active": True}
        with made.replica.write(me) as (unit, _):
            unit.create("user", row, record_id=login)
    yield made
    made.close()


def somebody(boss: Workspace, role: str) -> Actor:
    """Who has that role, as the records say."""
    return organisation(boss.replica).actor("anna", role)


def noted(boss: Workspace) -> list[tuple[object, object]]:
    """What the audit log says: (kind, about)."""
    return [(e["kind"], e["about"]) for e in boss.replica.find(Query("audit_entry"))]


def test_a_right_is_switched_and_the_rest_of_the_cell_stays(boss: Workspace) -> None:
    customer = boss.replica.registry.entity("customer")
    before = grant_now(boss, "rep", "customer")
    done = do_switch_right(boss, "rep", "customer", Right.EXPORT, True)
    assert grant_now(boss, "rep", "customer").rights == before.rights | {Right.EXPORT}
    assert can(somebody(boss, "rep"), Right.EXPORT, customer).allowed
    assert not can(
        somebody(boss, "rep"), Right.EXPORT, boss.replica.registry.entity("lead")
    ).allowed
    assert noted(boss) == [("permissions_changed", "rep/customer")]
    do_undo(boss, done.group)
    assert grant_now(boss, "rep", "customer") == before


def test_scope_and_fields_of_a_cell(boss: Workspace) -> None:
    customer = boss.replica.registry.entity("customer")
    do_set_scope(boss, "rep", "customer", "own")
    levels = {"phone": Access.MASKED, "remark": Access.HIDDEN, "city": Access.READ}
    do_set_access(boss, "rep", "customer", levels)
    rep = somebody(boss, "rep")
    assert grant_now(boss, "rep", "customer").scope is Scope.OWN
    for name, level in levels.items():
        assert access(rep, customer, customer.field_spec(name)) is level
    do_set_access(boss, "rep", "customer", {})
    assert access(somebody(boss, "rep"), customer, customer.field_spec("phone")) is Access.WRITE


def test_a_role_of_the_companys_own_begins_with_the_rights_of_another(boss: Workspace) -> None:
    do_create_role(boss, NewRole("helper", "助理", "rep"))
    customer = boss.replica.registry.entity("customer")
    for right in Right:
        mine = can(somebody(boss, "helper"), right, customer).allowed
        assert mine is can(somebody(boss, "rep"), right, customer).allowed
    do_switch_right(boss, "helper", "customer", Right.DELETE, False)
    assert not can(somebody(boss, "helper"), Right.DELETE, customer).allowed
    assert can(somebody(boss, "rep"), Right.DELETE, customer).allowed
    lines = {line.code: line for line in read_roles(boss, "zh_CN")}
    assert (lines["helper"].name, lines["helper"].people) == ("助理", 0)
    assert lines["rep"].people == 2
    for taken in ("helper", "rep", ""):
        with pytest.raises(KnownError) as told:
            do_create_role(boss, NewRole(taken, "又一个", "rep"))
        assert told.value.code == "role_exists"


def test_a_shipped_roles_scope_can_be_changed(boss: Workspace) -> None:
    do_set_role_scope(boss, "rep", "own")
    matrix = read_matrix(boss, "rep")
    assert matrix is not None
    assert matrix.scope is Scope.OWN
    assert not matrix.fixed


def test_freeze_rules_are_made_and_switched(boss: Workspace) -> None:
    deal = boss.replica.registry.entity("opportunity")
    new = NewGuard("报价后不改名", "opportunity", ["name"], Test("stage", Op.EQ, "quote"))
    do_create_guard(boss, new)
    row = {"id": "o", "owner": "anna", "stage": "quote"}
    now = boss.clock.now()
    frozen = can(somebody(boss, "rep"), Right.EDIT, deal, row, fields=["name"], now=now)
    assert "报价后不改名" in frozen.chinese
    assert can(somebody(boss, "manager"), Right.EDIT, deal, row, fields=["name"], now=now).allowed
    won = {**row, "stage": "won"}
    do_switch_guard(boss, "guard-amount", False)
    assert can(somebody(boss, "rep"), Right.EDIT, deal, won, fields=["amount"], now=now).allowed
    matrix = read_matrix(boss, "rep")
    assert matrix is not None
    assert {guard.id: on for guard, on in matrix.guards}["guard-amount"] is False
    do_switch_guard(boss, "guard-amount", True)
    assert not can(somebody(boss, "rep"), Right.EDIT, deal, won, fields=["amount"], now=now).allowed


def test_the_policy_is_one_record(boss: Workspace) -> None:
    do_set_policy(boss, {"lease_days": 14})
    do_set_policy(boss, {"passphrase": True})
    policy = boss.replica.find(Query("policy"))
    assert [(p["lease_days"], p["passphrase"]) for p in policy] == [(14, True)]
    assert boss.passphrase_demanded


def test_a_leavers_records_go_over_in_one_act(boss: Workspace) -> None:
    me = an_actor()
    for number in range(3):
        row = {"name": f"客户{number}", "kind": "organisation", "owner": "anna"}
        create(boss.replica, "customer", row, by=me)
    create(
        boss.replica, "customer", {"name": "别人的", "kind": "organisation", "owner": "ben"}, by=me
    )
    assert owned_counts(boss, "anna") == {"customer": 3}
    done = do_hand_over(boss, "anna", "ben")
    assert owned_counts(boss, "anna") == {}
    assert owned_counts(boss, "ben") == {"customer": 4}
    assert noted(boss) == [("handed_over", "anna")]
    do_undo(boss, done.group)
    assert owned_counts(boss, "anna") == {"customer": 3}
    assert owned_counts(boss, "ben") == {"customer": 1}


def test_nobody_else_does_any_of_it(tmp_path: Path) -> None:
    rep = a_workspace(tmp_path / "rep", "anna", "a" * 16, clock=FakeClock().clock)
    acts: list[Callable[[], Done]] = [
        lambda: do_switch_right(rep, "rep", "customer", Right.EXPORT, True),
        lambda: do_set_policy(rep, {"lease_days": 365}),
        lambda: do_switch_guard(rep, "guard-amount", False),
    ]
    for act in acts:
        with pytest.raises(KnownError) as told:
            act()
        assert told.value.code == "forbidden"
    rep.close()
