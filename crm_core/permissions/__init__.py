"""Who may see and change what: one pure definition, asked by the server and by the desktop.

Roles are data (`policy`, `stored`); `can` answers for one act, `visible` gives the condition a
record must meet to be sent to, or shown to, a person, `shown` what is left of a withheld value.
"""

from crm_core.permissions.masks import shown, signatures
from crm_core.permissions.policy import (
    ADMIN,
    AUDIT,
    GUARDS,
    ROLES,
    SHARED,
    STRUCTURE,
    Access,
    Actor,
    Circles,
    Grant,
    Guard,
    Right,
    RolePolicy,
    Scope,
    Verdict,
)
from crm_core.permissions.stored import Organisation, grant_id, policy_of, role_id
from crm_core.permissions.verdicts import (
    access,
    can,
    can_bulk,
    can_merge,
    can_unmerge,
    circles_of,
    owners_seen,
    people_below,
    visible,
    withheld_from,
)

__all__ = [
    "ADMIN",
    "AUDIT",
    "GUARDS",
    "ROLES",
    "SHARED",
    "STRUCTURE",
    "Access",
    "Actor",
    "Circles",
    "Grant",
    "Guard",
    "Organisation",
    "Right",
    "RolePolicy",
    "Scope",
    "Verdict",
    "access",
    "can",
    "can_bulk",
    "can_merge",
    "can_unmerge",
    "circles_of",
    "grant_id",
    "owners_seen",
    "people_below",
    "policy_of",
    "role_id",
    "shown",
    "signatures",
    "visible",
    "withheld_from",
]
