"""Roles as data: what one may do with each kind of record and field, and what the product ships.

A role's policy is put together from these constants and from the records an administrator keeps
(`stored`); nothing else knows which roles there are (rows 5.5, 5.6, 5.13).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from crm_core.model.query import Condition, Op, Test
from crm_core.model.schema import Label


class Scope(StrEnum):
    """Whose records a role works with."""

    OWN = "own"
    TEAM = "team"
    """Of the own team, not of those below it."""
    SUBTREE = "subtree"
    """Of the own team and every team below."""
    TERRITORY = "territory"
    """Of everybody in the own territory and those below."""
    ALL = "all"


class Right(StrEnum):
    """What can be done with records of one kind."""

    SEE = "see"
    CREATE = "create"
    EDIT = "edit"
    DELETE = "delete"
    EXPORT = "export"
    """Take records out of the program: to a file, a printer, all of a list to the clipboard."""
    BULK = "bulk"
    """Change or delete more than `MOST_AT_ONCE` records in one act."""
    TWIN = "twin"
    """Create a second record with a phone or credit code that one has already, with a reason."""
    MERGE = "merge"
    """Say that two records are one, and take that back. Of records that are their own, whoever may
    change them may."""


MOST_AT_ONCE = 20
"""Records of one kind that somebody without the right to bulk edits may touch in one act."""


class Access(IntEnum):
    """How far a role gets with one field."""

    HIDDEN = 0
    MASKED = 1
    """Sees that there is a value, and of telephone numbers, addresses and names a part."""
    READ = 2
    WRITE = 3


@dataclass(frozen=True, slots=True)
class Grant:
    """What a role may do with one kind of record."""

    rights: frozenset[Right]
    scope: Scope | None = None
    """None: the role's own."""
    read_only: frozenset[str] = frozenset()
    masked: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Guard:
    """Who may change which field when (row 5.5): what is frozen while a record is as described."""

    id: str
    sentence: Label
    """Why, for the person who is refused."""
    entity: str
    condition: Condition
    """Of the record as it is before the change."""
    fields: frozenset[str] = frozenset()
    """Empty: every field."""
    rights: frozenset[Right] = frozenset({Right.EDIT})
    exempt: frozenset[str] = frozenset()
    """Codes of roles it does not bind."""


@dataclass(frozen=True, slots=True)
class RolePolicy:
    """Everything one role may do."""

    code: str
    scope: Scope
    grants: Mapping[str, Grant]
    """By entity; `*` for those not named."""
    guards: tuple[Guard, ...] = ()
    """Those that bind this role."""

    def on(self, entity: str) -> Grant:
        """What the role may do with one kind of record."""
        return self.grants.get(entity) or self.grants.get("*", NOTHING_AT_ALL)


NOTHING_AT_ALL = Grant(frozenset())
ADMIN = "admin"
STRUCTURE = frozenset(
    {
        "team", "territory", "user", "custom_field", "layout", "role", "grant", "guard", "policy",
        "requirement",
    }
)  # fmt: skip
"""What verdicts are made of: every device has it whole, or two devices would judge differently."""
FOR_ADMINS = frozenset({"user", "role", "grant", "guard", "policy", "requirement"})
"""Who could change these could give themselves every right, or hinder everybody's work."""
HEALTH = "health_snapshot"
"""What a check of everybody's data came to; for those who lead."""
BRIEF = "brief"
"""A person's own; those who lead see what was told to the people below them."""
AUDIT = "audit_entry"
SHARED = frozenset({"saved_view", "board"})
"""Everybody may have some; whom one is shared with decides who sees it, not the role."""

_WORK = frozenset({Right.SEE, Right.CREATE, Right.EDIT, Right.DELETE, Right.BULK})
CATALOGUE = ("product", "competitor", "article", "quick_reply")
"""What those who lead keep for everybody."""
RULES = ("rule", "rule_version", "special_day", "duty")
"""How the organisation works: everybody goes by them, those who lead write them (decision 050)."""
_READ = Grant(frozenset({Right.SEE}))
_KEPT = frozenset({Right.SEE, Right.CREATE, Right.DELETE})
_BESIDE: Mapping[str, Grant] = {
    **dict.fromkeys(sorted(STRUCTURE), _READ),
    AUDIT: Grant(frozenset({Right.CREATE})),
}

GUARDS: tuple[Guard, ...] = (
    Guard(
        id="guard-amount",
        sentence=Label(
            "商机已赢单，金额和客户已冻结，只有主管可以改",
            "The deal is won: its amount and customer are frozen; a manager can change them",
        ),
        entity="opportunity",
        condition=Test("stage", Op.EQ, "won"),
        fields=frozenset({"amount", "customer", "close_on"}),
        exempt=frozenset({"manager", ADMIN}),
    ),
    Guard(
        id="guard-lost",
        sentence=Label(
            "客户已流失归档，资料已冻结；先由主管把状态改回来",
            "The customer is archived as lost and frozen; a manager can open it again",
        ),
        entity="customer",
        condition=Test("state", Op.EQ, "lost"),
        fields=frozenset({"name", "uscc", "level", "annual_purchase", "state"}),
        rights=frozenset({Right.EDIT, Right.DELETE}),
        exempt=frozenset({"manager", ADMIN}),
    ),
    Guard(
        id="guard-wording",
        sentence=Label(
            "这是公司标准的说法，只有主管可以改",
            "This wording is the company's standard; a manager can change it",
        ),
        entity="wording",
        condition=Test("standard", Op.EQ, True),
        rights=frozenset({Right.EDIT, Right.DELETE}),
        exempt=frozenset({"manager", ADMIN}),
    ),
)
"""The freeze rules the product ships with (rows 5.2, 5.5); an administrator may switch them off."""

ROLES: Mapping[str, RolePolicy] = {
    "rep": RolePolicy(
        "rep",
        Scope.TEAM,
        {
            "*": Grant(_WORK),
            **_BESIDE,
            **dict.fromkeys((*CATALOGUE, *RULES), _READ),
            **dict.fromkeys((HEALTH, "channel_cost"), Grant(frozenset())),
            BRIEF: Grant(_KEPT, Scope.OWN),
        },
    ),
    "manager": RolePolicy(
        "manager",
        Scope.SUBTREE,
        {
            "*": Grant(_WORK | {Right.EXPORT, Right.TWIN, Right.MERGE}),
            **_BESIDE,
            HEALTH: _READ,
            BRIEF: Grant(_KEPT),
        },
    ),
    ADMIN: RolePolicy(
        ADMIN,
        Scope.ALL,
        {
            "*": Grant(frozenset(Right)),
            AUDIT: Grant(frozenset({Right.SEE, Right.CREATE, Right.EXPORT})),
        },
    ),
}
"""The roles the product ships with. A rep works with the records of the own team, a manager with
those of every team below as well; seeing is not exporting (row 5.6). What was noted for an audit
nobody changes."""


@dataclass(frozen=True, slots=True)
class Circles:
    """The people around somebody, themselves included."""

    team: frozenset[str] = frozenset()
    subtree: frozenset[str] = frozenset()
    territory: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    """Not people: the ids of the own team and of those above it."""

    def of(self, scope: Scope) -> frozenset[str]:
        """Whose records a scope reaches, beside the person's own."""
        return {
            Scope.TEAM: self.team,
            Scope.SUBTREE: self.subtree,
            Scope.TERRITORY: self.territory,
        }.get(scope, frozenset())


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who asks: who they are, the people around them, and what their role may do."""

    user_id: str
    role: str
    circles: Circles = field(default_factory=Circles)
    given: RolePolicy | None = None
    """What the organisation's records make of the role; None: as the product ships it."""

    @property
    def policy(self) -> RolePolicy | None:
        """What the role may do; None for a role nobody knows."""
        return self.given or _SHIPPED.get(self.role)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Allowed or not, and if not, why, in both languages."""

    allowed: bool
    chinese: str = ""
    english: str = ""


def shipped(code: str) -> RolePolicy | None:
    """A role as the product ships it, with the freeze rules that bind it."""
    return _SHIPPED.get(code)


def bound_by(guards: tuple[Guard, ...], code: str) -> tuple[Guard, ...]:
    """Those of the guards that bind a role."""
    return tuple(guard for guard in guards if code not in guard.exempt)


_SHIPPED: Mapping[str, RolePolicy] = {
    code: RolePolicy(code, one.scope, one.grants, bound_by(GUARDS, code))
    for code, one in ROLES.items()
}
