"""Who may see and change what: the whole table, seeing against visibility, and teams (row 5.6)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.model.entities import builtin_registry
from crm_core.model.query import matches
from crm_core.model.values import Record
from crm_core.permissions import ROLES, Actor, Right, can, colleagues_of, visible
from tests.builders import START, an_actor

ENTITIES = sorted(spec.name for spec in builtin_registry())
ADMINISTERED = {"team", "territory", "user", "custom_field", "role", "grant", "guard", "policy"}
SHARED_WITH_REPS = ADMINISTERED | {"product", "competitor"}
READ, WORK = frozenset({Right.SEE}), frozenset(Right) - {Right.EXPORT}


def expected(role: str, entity: str) -> frozenset[Right]:
    """The table as the product promises it."""
    if role == "admin":
        return frozenset(Right)
    if role in ("manager", "rep") and entity == "audit_entry":
        return READ | {Right.CREATE}
    if role == "manager":
        return READ if entity in ADMINISTERED else WORK | {Right.EXPORT}
    if role == "rep":
        return READ if entity in SHARED_WITH_REPS else WORK
    return frozenset()


@pytest.mark.parametrize("role", [*ROLES, "guest", ""])
@pytest.mark.parametrize("entity", ENTITIES)
def test_each_role_has_exactly_its_rights(role: str, entity: str) -> None:
    spec = builtin_registry().entity(entity)
    actor = an_actor(role=role)
    assert {r for r in Right if can(actor, r, spec).allowed} == expected(role, entity)


def test_a_refusal_says_why_in_both_languages() -> None:
    customer = builtin_registry().entity("customer")
    rep = an_actor(role="rep")
    for verdict in (
        can(rep, Right.EXPORT, customer),
        can(rep, Right.EDIT, customer, {"id": "c", "owner": "somebody"}),
    ):
        assert not verdict.allowed
        assert verdict.chinese
        assert verdict.english


@pytest.mark.parametrize(
    ("role", "owner", "allowed"),
    [
        ("rep", "u-wang", True),
        ("rep", "u-li", True),
        ("rep", "u-far", False),
        ("rep", None, True),
        ("manager", "u-li", True),
        ("manager", "u-far", False),
        ("admin", "u-far", True),
        ("guest", "u-wang", False),
    ],
)
@pytest.mark.parametrize("right", [Right.SEE, Right.EDIT, Right.DELETE])
def test_rights_reach_as_far_as_the_team(
    role: str, owner: str | None, allowed: bool, right: Right
) -> None:
    actor = an_actor(role=role, colleagues=("u-wang", "u-li"))
    record = {"id": "c1", "owner": owner}
    assert can(actor, right, builtin_registry().entity("customer"), record).allowed is allowed


PEOPLE = st.sampled_from(["u1", "u2", "u3", "u4", ""])


@given(
    actor=st.builds(
        Actor, PEOPLE, st.sampled_from([*ROLES, "guest"]), st.frozensets(PEOPLE, max_size=3)
    ),
    entity=st.sampled_from(ENTITIES),
    owner=st.none() | PEOPLE,
)
def test_visible_agrees_with_the_right_to_see(actor: Actor, entity: str, owner: str | None) -> None:
    spec = builtin_registry().entity(entity)
    record = {"id": "r1", spec.owner or "owner": owner}
    seen = matches(visible(actor, spec), record, START)
    assert seen is can(actor, Right.SEE, spec, record).allowed


TEAMS: list[Record] = [
    {"id": "china", "parent": None},
    {"id": "east", "parent": "china"},
    {"id": "nanjing", "parent": "east"},
    {"id": "north", "parent": "china"},
]
USERS: list[Record] = [
    {"id": "head", "team": "china"},
    {"id": "chief", "team": "east"},
    {"id": "rep", "team": "nanjing"},
    {"id": "peer", "team": "nanjing"},
    {"id": "far", "team": "north"},
    {"id": "alone", "team": None},
]


@pytest.mark.parametrize(
    ("user", "people"),
    [
        ("head", {"head", "chief", "rep", "peer", "far"}),
        ("chief", {"chief", "rep", "peer"}),
        ("rep", {"rep", "peer"}),
        ("far", {"far"}),
        ("alone", {"alone"}),
        ("unheard of", {"unheard of"}),
    ],
)
def test_colleagues_are_the_team_and_every_team_below(user: str, people: set[str]) -> None:
    assert colleagues_of(user, USERS, TEAMS) == people


def test_teams_in_a_circle_end() -> None:
    circle: list[Record] = [
        {"id": "a", "parent": "c"},
        {"id": "b", "parent": "a"},
        {"id": "c", "parent": "b"},
        {"id": "own", "parent": "own"},
    ]
    users: list[Record] = [{"id": f"in {t['id']}", "team": t["id"]} for t in circle]
    reached = colleagues_of("in b", users, circle)
    assert reached == {"in a", "in b", "in c"}
    assert colleagues_of("in own", users, circle) == {"in own"}
