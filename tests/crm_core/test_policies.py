"""Roles as records: every right, scope, field and freeze rule an administrator can set (row 5.5).

The slow reference here is written from the sentences of the feature list, not from the code.
"""

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.model.entities import builtin_registry
from crm_core.model.query import Ago, All, Any, Condition, Not, Op, Start, Test, Unit, matches
from crm_core.model.query_json import condition_from, condition_text
from crm_core.model.schema import EntitySpec, Kind
from crm_core.model.values import Record, Value
from crm_core.permissions import (
    ADMIN,
    STRUCTURE,
    Access,
    Actor,
    Organisation,
    Right,
    Scope,
    access,
    can,
    can_bulk,
    shown,
    visible,
    withheld_from,
)
from tests.builders import START

REGISTRY = builtin_registry()
OWNED = [entity for entity in REGISTRY if entity.owner]
WORKED_WITH = [
    e.name for e in OWNED if e.name not in ("audit_entry", "saved_view", "board", "brief")
]

TEAMS: list[Record] = [{"id": "east", "parent": None}, {"id": "nanjing", "parent": "east"}]
LANDS: list[Record] = [{"id": "south", "parent": None}]
USERS: list[Record] = [
    {"id": "me", "team": "east", "territory": "south"},
    {"id": "peer", "team": "east", "territory": None},
    {"id": "below", "team": "nanjing", "territory": None},
    {"id": "neighbour", "team": None, "territory": "south"},
    {"id": "far", "team": None, "territory": None},
]
REACH = {
    Scope.OWN: {"me"},
    Scope.TEAM: {"me", "peer"},
    Scope.SUBTREE: {"me", "peer", "below"},
    Scope.TERRITORY: {"me", "neighbour"},
    Scope.ALL: {"me", "peer", "below", "neighbour", "far"},
}


def a_grant(entity: str, **parts: object) -> Record:
    """The record of one cell of the matrix."""
    given: dict[str, object] = {"id": f"g-{entity}", "role": "helper", "entity": entity, **parts}
    return given  # type: ignore[return-value]


def somebody(*grants: Record, scope: Scope = Scope.OWN, guards: tuple[Record, ...] = ()) -> Actor:
    """Who has the company's own role "helper"."""
    role: Record = {"id": "role-helper", "code": "helper", "name": "助理", "scope": scope.value}
    return Organisation(USERS, TEAMS, LANDS, [role], grants, guards).actor("me", "helper")


def fields_of(entity: EntitySpec) -> st.SearchStrategy[list[str]]:
    """Some of its fields."""
    return st.lists(st.sampled_from([spec.name for spec in entity.fields]), unique=True)


@st.composite
def settings_of_a_cell(draw: st.DrawFn) -> tuple[EntitySpec, Record]:
    """Any cell of the matrix an administrator can set."""
    entity = draw(st.sampled_from(list(REGISTRY)))
    rights = draw(st.lists(st.sampled_from([right.value for right in Right]), unique=True))
    scope = draw(st.none() | st.sampled_from([scope.value for scope in Scope]))
    read_only, masked, hidden = (draw(fields_of(entity)) for _ in range(3))
    return entity, a_grant(
        entity.name, rights=rights, scope=scope, read_only=read_only, masked=masked, hidden=hidden
    )


def promised(entity: EntitySpec, grant: Record, right: Right, owner: str | None) -> bool:
    """What the cell says in words, worked out anew."""
    if entity.name in ("saved_view", "board"):  # Whom it is shared with decides, and who made it.
        seen = owner is None or owner == "me" or owner in {"nanjing", "east"}
        return right is Right.SEE and seen
    given = set(grant["rights"])  # type: ignore[arg-type]
    if entity.name in STRUCTURE:
        given |= {"see"}
    if entity.name in {"user", "role", "grant", "guard", "policy", "requirement"}:
        given &= {"see", "export"}
    if entity.name == "audit_entry":  # None is made that does not say what was done.
        given -= {"create", "edit", "delete", "bulk", "twin", "merge"}
    if right.value not in given:
        return False
    if not entity.owner or entity.name in STRUCTURE or owner is None:
        return True
    return owner in REACH[Scope(str(grant["scope"] or "team"))]


@given(cell=settings_of_a_cell(), owner=st.none() | st.sampled_from([str(u["id"]) for u in USERS]))
def test_a_cell_of_the_matrix_gives_what_it_says(
    cell: tuple[EntitySpec, Record], owner: str | None
) -> None:
    entity, grant = cell
    actor = somebody(grant, scope=Scope.TEAM)
    record: Record = {"id": "r", entity.owner or "owner": owner}
    for right in Right:
        verdict = can(actor, right, entity, record, now=START)
        assert verdict.allowed is promised(entity, grant, right, owner)
        assert verdict.allowed or (verdict.chinese and verdict.english)
    seen = matches(visible(actor, entity), record, START)
    assert seen is can(actor, Right.SEE, entity, record, now=START).allowed


@given(cell=settings_of_a_cell())
def test_a_field_goes_as_far_as_its_cell_says(cell: tuple[EntitySpec, Record]) -> None:
    entity, grant = cell
    actor = somebody(grant)
    for spec in entity.fields:
        level = access(actor, entity, spec)
        structural = entity.name in STRUCTURE and spec.sensitivity.value != "personal"
        if spec.name in (entity.owner, entity.sharer) or structural:
            assert level >= Access.READ, "verdicts are made of it"
            continue
        expected = Access.WRITE
        for name, limit in (("read_only", Access.READ), ("masked", Access.MASKED),
                            ("hidden", Access.HIDDEN)):  # fmt: skip
            if spec.name in grant[name]:  # type: ignore[operator]
                expected = min(expected, limit)
        assert level is expected
    assert set(withheld_from(actor, entity)) <= {*grant["masked"], *grant["hidden"]}  # type: ignore[misc]


@pytest.mark.parametrize("entity", WORKED_WITH)
def test_what_may_not_be_written_may_neither_be_made_nor_changed(entity: str) -> None:
    spec = REGISTRY.entity(entity)
    typed = next(f.name for f in spec.fields if f.editable and f.name != spec.owner)
    for limit in ("read_only", "masked", "hidden"):
        actor = somebody(a_grant(entity, rights=["see", "create", "edit"], **{limit: [typed]}))
        for right in (Right.CREATE, Right.EDIT):
            record: Record = {"id": "r", spec.owner: "me"}
            assert not can(actor, right, spec, record, fields=[typed], now=START).allowed
            assert can(actor, right, spec, record, fields=["owner"], now=START).allowed


def test_nobody_takes_an_administrators_rights_away() -> None:
    grant = {**a_grant("customer", rights=[], hidden=["phone"]), "role": ADMIN}
    boss = Organisation(USERS, TEAMS, LANDS, (), [grant]).actor("me", ADMIN)
    customer = REGISTRY.entity("customer")
    assert all(can(boss, right, customer).allowed for right in Right)
    assert not withheld_from(boss, customer)


def test_nobody_else_makes_themselves_an_administrator() -> None:
    every = [a_grant(entity.name, rights=[r.value for r in Right]) for entity in REGISTRY]
    helper = somebody(*every, scope=Scope.ALL)
    for name in ("user", "role", "grant", "guard", "policy"):
        for right in (Right.CREATE, Right.EDIT, Right.DELETE):
            assert not can(helper, right, REGISTRY.entity(name)).allowed


def test_a_role_nobody_knows_may_do_nothing() -> None:
    nobody = Organisation(USERS, TEAMS, LANDS).actor("me", "removed")
    for entity in REGISTRY:
        assert not any(can(nobody, right, entity).allowed for right in Right)


FROZEN: Record = {
    "id": "guard-x",
    "name": "合同后冻结",
    "entity": "opportunity",
    "fields": ["amount"],
    "rights": ["edit", "delete"],
    "condition": '["in","stage",["negotiate","won"]]',
    "exempt": ["manager"],
    "active": True,
}
ALL_OPPORTUNITIES = a_grant("opportunity", rights=["see", "edit", "delete"], scope="all")


@pytest.mark.parametrize(
    ("stage", "fields", "right", "allowed"),
    [
        ("quote", ["amount"], Right.EDIT, True),
        ("negotiate", ["amount"], Right.EDIT, False),
        ("negotiate", ["remark"], Right.EDIT, True),
        ("negotiate", ["remark", "amount"], Right.EDIT, False),
        ("negotiate", [], Right.DELETE, False),
        ("quote", [], Right.DELETE, True),
        (None, ["amount"], Right.EDIT, True),
    ],
)
def test_a_freeze_rule_says_who_may_change_which_field_when(
    stage: str | None, fields: list[str], right: Right, allowed: bool
) -> None:
    actor = somebody(ALL_OPPORTUNITIES, guards=(FROZEN,))
    record: Record = {"id": "o", "owner": "far", "stage": stage}
    verdict = can(actor, right, REGISTRY.entity("opportunity"), record, fields=fields, now=START)
    assert verdict.allowed is allowed
    assert allowed or "合同后冻结" in verdict.chinese


def test_a_freeze_rule_can_be_about_time_and_can_be_switched_off() -> None:
    visit = REGISTRY.entity("visit")
    old: Record = {"id": "v", "owner": "me", "started_at": "2020-01-01T00:00:00.000Z"}
    rule: Record = {
        "id": "g", "name": "三天后冻结", "entity": "visit", "active": True,
        "condition": condition_text(Test("started_at", Op.LT, Ago(72))),
    }  # fmt: skip
    mine = a_grant("visit", rights=["see", "edit"])
    for active, allowed in ((True, False), (False, True)):
        actor = somebody(mine, guards=({**rule, "active": active},))
        assert can(actor, Right.EDIT, visit, old, fields=["summary"], now=START).allowed is allowed


def test_a_shipped_freeze_rule_is_replaced_by_the_record_of_its_id() -> None:
    rep = Organisation(USERS, TEAMS, LANDS).actor("me", "rep")
    won: Record = {"id": "o", "owner": "me", "stage": "won"}
    deal = REGISTRY.entity("opportunity")
    assert not can(rep, Right.EDIT, deal, won, fields=["amount"], now=START).allowed
    off: Record = {"id": "guard-amount", "name": "x", "entity": "opportunity", "active": False}
    rep = Organisation(USERS, TEAMS, LANDS, guards=[off]).actor("me", "rep")
    assert can(rep, Right.EDIT, deal, won, fields=["amount"], now=START).allowed


def test_a_rule_that_cannot_be_read_freezes() -> None:
    actor = somebody(ALL_OPPORTUNITIES, guards=({**FROZEN, "condition": '["newer", 1]'},))
    record: Record = {"id": "o", "owner": "far", "stage": "quote"}
    deal = REGISTRY.entity("opportunity")
    assert not can(actor, Right.EDIT, deal, record, fields=["amount"], now=START).allowed


def test_more_than_twenty_at_once_is_a_bulk_edit() -> None:
    customer = REGISTRY.entity("customer")
    plain = somebody(a_grant("customer", rights=["see", "edit"]))
    bulk = somebody(a_grant("customer", rights=["see", "edit", "bulk"]))
    assert [can_bulk(plain, customer, n).allowed for n in (1, 20, 21)] == [True, True, False]
    assert can_bulk(bulk, customer, 10_000).allowed


@pytest.mark.parametrize(
    ("kind", "value", "left"),
    [
        (Kind.PHONE, "13812345678", "138****5678"),
        (Kind.PHONE, "138 1234 5678", "138****5678"),
        (Kind.PHONE, "+86 138 1234 5678", "+86 1****5678"),
        (Kind.PHONE, "010-65296114", "010****6114"),
        (Kind.PHONE, "65296114", "****6114"),
        (Kind.PHONE, "4826", "****"),
        (Kind.EMAIL, "wang@example.com", "w***@example.com"),
        (Kind.TEXT, "王小明", "王**"),
        (Kind.LONG_TEXT, "家里有两个孩子", "家**"),
        (Kind.MONEY, 1_800_000, None),
        (Kind.DATE, "1990-01-01", None),
        (Kind.SET, ["甲"], None),
        (Kind.TEXT, None, None),
    ],
)
def test_what_is_left_of_a_masked_value(kind: Kind, value: Value, left: Value) -> None:
    """Row 7.2's 138****5678, and nothing of what cannot be shown in part."""
    spec = next(f for e in REGISTRY for f in e.fields if f.kind is kind)
    assert shown(spec, Access.MASKED, value) == left
    assert shown(spec, Access.HIDDEN, value) is None
    assert shown(spec, Access.READ, value) == value


OPERANDS: Mapping[Op, st.SearchStrategy[object]] = {
    op: st.text(max_size=5) | st.integers(-9, 9) | st.booleans() | st.none()
    | st.builds(Ago, st.integers(-99, 99))
    | st.builds(Start, st.sampled_from(Unit), st.integers(-99, 99), st.booleans())
    for op in Op
} | {Op.IN: st.lists(st.text(max_size=5), max_size=3).map(tuple)}  # fmt: skip
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    st.sampled_from(list(Op)).flatmap(
        lambda op: st.builds(Test, st.text(max_size=5), st.just(op), OPERANDS[op])
    ),
    lambda inner: (
        st.builds(Not, inner)
        | st.lists(inner, max_size=3)
        .map(tuple)
        .flatmap(lambda parts: st.sampled_from([All(parts), Any(parts)]))
    ),
    max_leaves=8,
)


@given(CONDITIONS)
def test_a_condition_is_read_as_it_was_written(condition: Condition) -> None:
    assert condition_from(condition_text(condition)) == condition


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.sampled_from(["all", "not", "eq", "in", "x"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=9,
)


@given(JSON)
def test_what_is_no_condition_is_refused_in_words(found: object) -> None:
    text = json.dumps(found)
    try:
        read = condition_from(text)
    except ValueError as problem:
        read, said = None, str(problem)
    assert said if read is None else condition_from(condition_text(read)) == read


def test_a_condition_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="too many levels"):
        condition_from('["not",' * 60 + '["eq","a",1]' + "]" * 60)
    with pytest.raises(ValueError, match="not JSON"):
        condition_from("[" * 100_000)
