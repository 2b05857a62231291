"""The `do_*` verbs of an administrator on roles, freeze rules, policy and whole people's records.

All are records, so all work offline, are undone like anything else, and leave an audit entry in
the same act.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from crm_core.errors import KnownError
from crm_core.model import choices
from crm_core.model.query import Condition, Op, Query, Test
from crm_core.model.query_json import condition_text
from crm_core.model.schema import EntitySpec
from crm_core.permissions import (
    ADMIN,
    AUDIT,
    GUARDS,
    ROLES,
    SHARED,
    Access,
    Grant,
    Right,
    grant_id,
    policy_of,
    role_id,
)
from crm_core.store.changes.unit_of_work import Unit
from desktop.services.commands.verbs import Done, done
from desktop.services.workspace import Workspace, organisation

POLICY_ID = "policy"
_LEVELS = {Access.READ: "read_only", Access.MASKED: "masked", Access.HIDDEN: "hidden"}


@dataclass(frozen=True, slots=True)
class NewRole:
    """A role of the company's own, made after another one."""

    code: str
    name: str
    like: str
    """The code of the role whose rights it begins with."""


@dataclass(frozen=True, slots=True)
class NewGuard:
    """A freeze rule; see `permissions.Guard`."""

    name: str
    entity: str
    fields: Collection[str]
    condition: Condition
    rights: Collection[str] = ("edit",)
    exempt: Collection[str] = ("manager", ADMIN)


def grant_now(workspace: Workspace, role: str, entity: str) -> Grant:
    """What a role may do with an entity as things stand; KnownError("no_role")."""
    policy = policy_of(role, organisation(workspace.replica))
    if policy is None:
        raise KnownError(f"没有角色 {role}。", f"There is no role {role}.", code="no_role")
    return policy.on(entity)


def do_switch_right(workspace: Workspace, role: str, entity: str, right: Right, on: bool) -> Done:
    """Give a role a right on an entity, or take it away."""
    grant = grant_now(workspace, role, entity)
    rights = grant.rights | {right} if on else grant.rights - {right}
    return _write_cell(workspace, role, entity, {"rights": sorted(rights)})


def do_set_scope(workspace: Workspace, role: str, entity: str, scope: str | None) -> Done:
    """Whose records of an entity a role reaches; None: as the role in general."""
    return _write_cell(workspace, role, entity, {"scope": scope})


def do_set_access(
    workspace: Workspace, role: str, entity: str, levels: Mapping[str, Access]
) -> Done:
    """How far a role gets with the fields of an entity; fields left out may be written."""
    held: dict[str, object] = {
        column: sorted(name for name, level in levels.items() if level is wanted)
        for wanted, column in _LEVELS.items()
    }
    return _write_cell(workspace, role, entity, held)


def do_set_role_scope(workspace: Workspace, role: str, scope: str) -> Done:
    """Whose records a role reaches where a cell says nothing else."""
    with workspace.write("修改权限") as (unit, committed):
        _role_record(unit, role)
        unit.change("role", role_id(role), {"scope": scope})
        _note(workspace, unit, "permissions_changed", role, f"scope={scope}")
    return done(committed, "已修改数据范围", "Record scope changed")


def do_set_outside_sales(workspace: Workspace, role: str, outside: bool) -> Done:
    """Whether people of a role are outside sales, so that what they write down counts as a hand
    lent (row 6.19)."""
    with workspace.write("修改权限") as (unit, committed):
        _role_record(unit, role)
        unit.change("role", role_id(role), {"outside_sales": outside})
        _note(workspace, unit, "permissions_changed", role, f"outside_sales={outside}")
    return done(committed, "已修改角色", "Role changed")


def do_create_role(workspace: Workspace, new: NewRole) -> Done:
    """Add a role with the rights of another. KnownError("role_exists", "no_role")."""
    code = new.code.strip().lower()
    policy = policy_of(new.like, organisation(workspace.replica))
    if policy is None:
        raise KnownError(f"没有角色 {new.like}。", f"There is no role {new.like}.", code="no_role")
    if not code or code in ROLES or workspace.replica.record("role", role_id(code)) is not None:
        raise KnownError(
            f"角色代码「{code}」为空或已经有了，请换一个。",
            f"The code “{code}” is empty or taken; choose another.",
            code="role_exists",
        )
    with workspace.write("新建角色") as (unit, committed):
        unit.create(
            "role", {"code": code, "name": new.name, "scope": policy.scope.value},
            record_id=role_id(code),
        )  # fmt: skip
        for entity in workspace.replica.registry:
            _make_cell(unit, code, entity.name, policy.on(entity.name))
        _note(workspace, unit, "permissions_changed", code, f"new role like {new.like}")
    return done(committed, f"已新建角色「{new.name}」", f"Role “{new.name}” created")


def do_create_guard(workspace: Workspace, new: NewGuard) -> Done:
    """Add a freeze rule."""
    with workspace.write("新建冻结规则") as (unit, committed):
        record = unit.create(
            "guard",
            {
                "name": new.name, "entity": new.entity, "fields": sorted(new.fields),
                "rights": sorted(new.rights), "condition": condition_text(new.condition),
                "exempt": sorted(new.exempt), "active": True,
            },
        )  # fmt: skip
        _note(workspace, unit, "permissions_changed", new.entity, new.name)
    return done(
        committed, f"已新建规则「{new.name}」", f"Rule “{new.name}” created", record_id=record
    )


def do_switch_guard(workspace: Workspace, guard_id: str, on: bool) -> Done:
    """Switch a freeze rule on or off, one that ships with the product as well."""
    guard = next((g for g in GUARDS if g.id == guard_id), None)
    with workspace.write("修改冻结规则") as (unit, committed):
        if unit.record("guard", guard_id) is None and guard is not None:
            unit.create(
                "guard",
                {
                    "name": guard.sentence.zh, "name_en": guard.sentence.en,
                    "entity": guard.entity, "fields": sorted(guard.fields),
                    "rights": sorted(guard.rights), "condition": condition_text(guard.condition),
                    "exempt": sorted(guard.exempt), "active": on,
                },
                record_id=guard_id,
            )  # fmt: skip
        else:
            unit.change("guard", guard_id, {"active": on})
        _note(workspace, unit, "permissions_changed", guard_id, "on" if on else "off")
    return done(
        committed,
        "规则已启用" if on else "规则已停用",
        "Rule switched on" if on else "Rule switched off",
    )


def do_set_policy(workspace: Workspace, values: Mapping[str, object]) -> Done:
    """Change the organisation's policy."""
    with workspace.write("修改策略") as (unit, committed):
        if unit.record("policy", POLICY_ID) is None:
            unit.create("policy", {"name": "组织策略", **values}, record_id=POLICY_ID)
        else:
            unit.change("policy", POLICY_ID, values)
        said = ", ".join(f"{name}={value}" for name, value in sorted(values.items()))
        _note(workspace, unit, "policy_changed", "", said)
    return done(committed, "策略已保存，随下次同步生效", "Policy saved; it takes effect on sync")


def owned_counts(workspace: Workspace, user_id: str) -> dict[str, int]:
    """By entity, how many records a person owns; entities without any are left out."""
    found = {
        entity.name: workspace.replica.count(
            Query(entity.name, where=Test(entity.owner, Op.EQ, user_id))
        )
        for entity in _handed_over(workspace)
    }
    return {name: number for name, number in found.items() if number}


def do_hand_over(workspace: Workspace, leaver: str, receiver: str) -> Done:
    """Give all that a person owns to another, in one act that can be taken back."""
    names = workspace.replica.titles("user", [leaver, receiver])
    total = 0
    with workspace.write("离职移交") as (unit, committed):
        for entity in _handed_over(workspace):
            theirs = unit.find(Query(entity.name, where=Test(entity.owner, Op.EQ, leaver)))
            changes = {str(one["id"]): {entity.owner: receiver} for one in theirs}
            total += len(changes)
            if changes:
                unit.change_many(entity.name, changes)
        _note(workspace, unit, "handed_over", names.get(leaver, leaver),
              f"{total} → {names.get(receiver, receiver)}", owner=leaver)  # fmt: skip
    to = names.get(receiver, receiver)
    return done(committed, f"已把 {total} 条记录移交给{to}", f"{total} records handed over to {to}")


def _handed_over(workspace: Workspace) -> list[EntitySpec]:
    return [e for e in workspace.replica.registry if e.owner and e.name not in (AUDIT, *SHARED)]


def _write_cell(
    workspace: Workspace, role: str, entity: str, changes: Mapping[str, object]
) -> Done:
    grant = grant_now(workspace, role, entity)
    with workspace.write("修改权限") as (unit, committed):
        _make_cell(unit, role, entity, grant)
        unit.change("grant", grant_id(role, entity), changes)
        said = ", ".join(f"{name}={value}" for name, value in sorted(changes.items()))
        _note(workspace, unit, "permissions_changed", f"{role}/{entity}", said)
    return done(committed, "权限已修改，随下次同步生效", "Permissions changed; effective on sync")


def _make_cell(unit: Unit, role: str, entity: str, grant: Grant) -> None:
    """The record of a cell as it stands, where there is none yet."""
    if unit.record("grant", grant_id(role, entity)) is not None:
        return
    values = {
        "role": role, "entity": entity, "scope": grant.scope.value if grant.scope else None,
        "rights": sorted(grant.rights), "read_only": sorted(grant.read_only),
        "masked": sorted(grant.masked), "hidden": sorted(grant.hidden),
    }  # fmt: skip
    unit.create("grant", values, record_id=grant_id(role, entity))


def _role_record(unit: Unit, role: str) -> None:
    """The record of a role that ships with the product, where there is none yet."""
    shipped = ROLES.get(role)
    if shipped is None or unit.record("role", role_id(role)) is not None:
        return
    label = next(option.label for option in choices.ROLE if option.code == role)
    unit.create(
        "role",
        {"code": role, "name": label.zh, "name_en": label.en, "scope": shipped.scope.value},
        record_id=role_id(role),
    )


def _note(
    workspace: Workspace, unit: Unit, kind: str, about: str, detail: str, *, owner: str = ""
) -> None:
    unit.create(
        "audit_entry",
        {
            "kind": kind, "at": workspace.clock.iso(), "device": workspace.account.node,
            "about": about[:200], "detail": detail[:1000],
            "owner": owner or workspace.actor.user_id,
        },
    )  # fmt: skip
