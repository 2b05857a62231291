"""Who may see and change what: the whole table, seeing against visibility, and teams (row 5.6)."""

import pytest

from crm_core.model.entities import builtin_registry
from crm_core.model.values import Record
from crm_core.permissions import ROLES, Right, can, can_merge, circles_of
from tests.builders import an_actor

ENTITIES = sorted(spec.name for spec in builtin_registry())
ADMINISTERED = {
    "team", "territory", "user", "custom_field", "layout", "role", "grant", "guard", "policy",
    "requirement",
}  # fmt: skip
SHARED_WITH_REPS = ADMINISTERED | {
    "product", "competitor", "article", "quick_reply", "rule", "rule_version", "special_day",
    "duty",
}  # fmt: skip
READ, WORK = frozenset({Right.SEE}), frozenset(Right) - {Right.EXPORT, Right.TWIN}


def expected(role: str, entity: str) -> frozenset[Right]:
    """The table as the product promises it."""
    if entity in ("saved_view", "board") and role in ROLES:
        return frozenset({Right.SEE, Right.CREATE, Right.EDIT, Right.DELETE})
    if entity == "audit_entry" and role in ROLES:
        made = frozenset({Right.CREATE})
        return READ | made | {Right.EXPORT} if role == "admin" else made
    if role == "admin":
        return frozenset(Right)
    if entity == "brief" and role in ROLES:
        return frozenset({Right.SEE, Right.CREATE, Right.DELETE})
    if entity == "channel_cost" and role == "rep":
        return frozenset()
    if entity == "health_snapshot":
        return READ if role == "manager" else frozenset()
    if role == "manager":
        return READ if entity in ADMINISTERED else frozenset(Right)
    if role == "rep":
        return READ if entity in SHARED_WITH_REPS else WORK - {Right.MERGE, Right.TWIN}
    if role and entity in ADMINISTERED and role in ROLES:
        return READ
    return frozenset()


@pytest.mark.parametrize("role", [*ROLES, "guest", ""])
@pytest.mark.parametrize("entity", ENTITIES)
def test_each_role_has_exactly_its_rights(role: str, entity: str) -> None:
    spec = builtin_registry().entity(entity)
    actor = an_actor(role=role)
    assert {r for r in Right if can(actor, r, spec).allowed} == expected(role, entity)


@pytest.mark.parametrize(("role", "owner", "may"), [
    ("rep", "u-wang", True), ("rep", "u-li", False), ("rep", None, False),
    ("manager", "u-li", True), ("manager", "u-zhao", False), ("admin", "u-zhao", True),
])  # fmt: skip
def test_a_rep_merges_what_is_their_own(role: str, owner: str | None, may: bool) -> None:
    actor = an_actor(role=role, colleagues=["u-li"])
    spec, record = builtin_registry().entity("customer"), {"owner": owner}
    assert can_merge(actor, spec, record).allowed is may
    assert can(actor, Right.EDIT, spec, record, fields=["merged_into"]).allowed is may


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
    ("user", "team", "below"),
    [
        ("head", {"head"}, {"head", "chief", "rep", "peer", "far"}),
        ("chief", {"chief"}, {"chief", "rep", "peer"}),
        ("rep", {"rep", "peer"}, {"rep", "peer"}),
        ("far", {"far"}, {"far"}),
        ("alone", {"alone"}, {"alone"}),
        ("unheard of", {"unheard of"}, {"unheard of"}),
    ],
)
def test_circles_are_the_team_and_every_team_below(
    user: str, team: set[str], below: set[str]
) -> None:
    found = circles_of(user, USERS, TEAMS)
    assert (set(found.team), set(found.subtree), set(found.territory)) == (team, below, {user})


def test_a_territory_reaches_into_those_below_it() -> None:
    lands: list[Record] = [{"id": "jiangsu", "parent": "east"}, {"id": "east", "parent": None}]
    users: list[Record] = [
        {"id": "lead", "team": "a", "territory": "east"},
        {"id": "one", "team": "b", "territory": "jiangsu"},
        {"id": "two", "team": "a", "territory": None},
    ]
    assert circles_of("lead", users, [], lands).territory == {"lead", "one"}
    assert circles_of("one", users, [], lands).territory == {"one"}
    assert circles_of("two", users, [], lands).territory == {"two"}


def test_teams_in_a_circle_end() -> None:
    circle: list[Record] = [
        {"id": "a", "parent": "c"},
        {"id": "b", "parent": "a"},
        {"id": "c", "parent": "b"},
        {"id": "own", "parent": "own"},
    ]
    users: list[Record] = [{"id": f"in {t['id']}", "team": t["id"]} for t in circle]
    assert circles_of("in b", users, circle).subtree == {"in a", "in b", "in c"}
    assert circles_of("in own", users, circle).subtree == {"in own"}


@pytest.mark.parametrize(
    ("role", "owner", "kind", "allowed"),
    [
        ("rep", "u-wang", "exported", True),
        ("rep", "u-li", "exported", False),
        ("rep", "u-wang", "signed_in", False),
        ("admin", "u-li", "handed_over", True),
    ],
)
def test_nobody_makes_up_what_others_did(role: str, owner: str, kind: str, allowed: bool) -> None:
    entry = builtin_registry().entity("audit_entry")
    record: Record = {"owner": owner, "kind": kind}
    assert can(an_actor(role=role), Right.CREATE, entry, record).allowed is allowed
