"""The verdicts: one pure definition that the server, the write path and every screen ask."""

from collections.abc import Collection
from datetime import datetime

from crm_core.model.merging import MERGED_INTO
from crm_core.model.query import EVERYTHING, NOTHING, Condition, Op, Test, matches
from crm_core.model.query import Any as AnyOf
from crm_core.model.schema import EntitySpec, FieldSpec, Sensitivity
from crm_core.model.values import Record
from crm_core.permissions.policy import (
    ADMIN,
    AUDIT,
    FOR_ADMINS,
    MOST_AT_ONCE,
    SHARED,
    STRUCTURE,
    Access,
    Actor,
    Circles,
    Right,
    Scope,
    Verdict,
)

_ALLOWED = Verdict(allowed=True)
_NO_MERGE = Verdict(
    allowed=False,
    chinese="您的角色只能合并自己负责的记录；同事的重复记录请主管合并。",
    english="Your role may merge only records of your own; ask a manager to merge a colleague's.",
)
_DONE = {
    Right.SEE: ("查看", "see"),
    Right.CREATE: ("新建", "create"),
    Right.EDIT: ("修改", "change"),
    Right.DELETE: ("删除", "delete"),
    Right.EXPORT: ("导出或打印", "export or print"),
    Right.BULK: ("批量修改", "change many"),
    Right.TWIN: ("重复新建", "create a second of one of the"),
    Right.MERGE: ("合并", "merge"),
}
"""What a right lets a person do, as the refusal names it."""
_WRITES = frozenset({Right.CREATE, Right.EDIT, Right.DELETE})
_OWN_VIEWS = _WRITES | {Right.SEE}


def rights_on(actor: Actor, entity: str) -> frozenset[Right]:
    """The rights of the actor's role on one kind of record, whatever its grants claim."""
    policy = actor.policy
    if policy is None:
        return frozenset()
    if entity in SHARED:
        return _OWN_VIEWS
    rights = policy.on(entity).rights
    if entity in STRUCTURE:
        rights |= {Right.SEE}
    if entity in FOR_ADMINS and actor.role != ADMIN:
        rights -= _WRITES | {Right.BULK, Right.TWIN, Right.MERGE}
    if entity == AUDIT:
        rights -= {Right.EDIT, Right.DELETE, Right.BULK, Right.TWIN, Right.MERGE}
    return rights


def can(
    actor: Actor,
    right: Right,
    entity: EntitySpec,
    record: Record | None = None,
    *,
    fields: Collection[str] = (),
    now: datetime | None = None,
) -> Verdict:
    """Whether the actor may do this with records of an entity and, where given, this record.

    `record` holds the values before the change (for CREATE: what is being created); one of nobody
    is open to all who see it. `fields` are those being written. Freeze rules are asked only with a
    record and `now`.
    """
    if right not in rights_on(actor, entity.name):
        return Verdict(
            allowed=False,
            chinese=f"您的角色不能{_DONE[right][0]}「{entity.label.zh}」，需要时请联系管理员。",
            english=f"Your role may not {_DONE[right][1]} {entity.label.en.lower()} records; ask "
            "an administrator if you need to.",
        )
    if record is not None and not _in_scope(actor, entity, record):
        return Verdict(
            allowed=False,
            chinese="这条记录不在您的数据范围内。",
            english="This record is outside what you may work with.",
        )
    verdict = _of_its_author(actor, right, entity, record)
    if not verdict.allowed:
        return verdict
    if MERGED_INTO in fields and not may_merge(actor, entity, record):
        return _NO_MERGE
    for name in sorted(fields):
        spec = entity.find(name)
        if spec is not None and spec.editable and access(actor, entity, spec) < Access.WRITE:
            return _closed(spec)
    if record is not None and now is not None:
        return _frozen(actor, right, entity, record, fields, now)
    return _ALLOWED


def can_merge(actor: Actor, entity: EntitySpec, record: Record) -> Verdict:
    """Whether the actor may merge others into this record, or this one into another."""
    verdict = can(actor, Right.EDIT, entity, record)
    if verdict.allowed and not may_merge(actor, entity, record):
        return _NO_MERGE
    return verdict


def may_merge(actor: Actor, entity: EntitySpec, record: Record | None) -> bool:
    """Whether the role may merge, or at least this record, which is the actor's own."""
    if Right.MERGE in rights_on(actor, entity.name):
        return True
    return record is not None and record.get(entity.owner) == actor.user_id


def can_unmerge(actor: Actor, entity: EntitySpec, survivor: Record) -> Verdict:
    """Whether the actor may part a record of theirs from the one it was merged into: whoever owns
    that agrees, or somebody who may merge at all decides."""
    return _ALLOWED if may_merge(actor, entity, survivor) else _NO_MERGE


def can_bulk(actor: Actor, entity: EntitySpec, records: int) -> Verdict:
    """Whether one act may change or delete this many records of an entity."""
    if records <= MOST_AT_ONCE or Right.BULK in rights_on(actor, entity.name):
        return _ALLOWED
    return Verdict(
        allowed=False,
        chinese=f"您的角色一次最多修改 {MOST_AT_ONCE} 条「{entity.label.zh}」。",
        english=f"Your role may change at most {MOST_AT_ONCE} {entity.label.en.lower()} records "
        "at once.",
    )


def access(actor: Actor, entity: EntitySpec, spec: FieldSpec) -> Access:
    """How far the actor gets with a field. An owner is never hidden: it decides what is seen."""
    policy = actor.policy
    if policy is None:
        return Access.HIDDEN
    grant, name = policy.on(entity.name), spec.name
    if not _restrictable(entity, spec, actor):
        return Access.READ if name in grant.read_only and actor.role != ADMIN else Access.WRITE
    if name in grant.hidden:
        return Access.HIDDEN
    if name in grant.masked:
        return Access.MASKED
    return Access.READ if name in grant.read_only else Access.WRITE


def _restrictable(entity: EntitySpec, spec: FieldSpec, actor: Actor) -> bool:
    if actor.role == ADMIN or spec.name in (entity.owner, entity.sharer):
        return False
    return entity.name not in STRUCTURE or spec.sensitivity is Sensitivity.PERSONAL


def withheld_from(actor: Actor, entity: EntitySpec) -> dict[str, Access]:
    """The fields the actor may not read in full, and how much of them they see."""
    policy = actor.policy
    if policy is not None and not (policy.on(entity.name).masked | policy.on(entity.name).hidden):
        return {}
    found = ((spec.name, access(actor, entity, spec)) for spec in entity.fields)
    return {name: level for name, level in found if level < Access.READ}


def owners_seen(actor: Actor, entity: EntitySpec) -> frozenset[str] | None:
    """Whose records of an entity the actor sees, beside those of nobody; None: everything.

    Empty where the actor sees none at all.
    """
    if Right.SEE not in rights_on(actor, entity.name):
        return frozenset()
    people = _colleagues(actor, entity)
    return None if people is None else people | {actor.user_id}


def visible(actor: Actor, entity: EntitySpec) -> Condition:
    """The condition under which records of `entity` exist for this actor (design rule 10)."""
    people = owners_seen(actor, entity)
    if people is None:
        return EVERYTHING
    if not people:
        return NOTHING
    theirs = tuple(sorted(people))
    shared = (Test(entity.sharer, Op.IN, theirs),) if entity.sharer else ()
    return AnyOf((Test(entity.owner, Op.EQ, None), Test(entity.owner, Op.IN, theirs), *shared))


def circles_of(
    user_id: str, users: Collection[Record], teams: Collection[Record],
    territories: Collection[Record] = (),
) -> Circles:  # fmt: skip
    """The people of a user's team, of it and those below, and of their territory and those below.

    Each includes the user. A tree with a loop in it is followed once round. Beside the people, the
    ids of the team and of those above it.
    """
    me = next((user for user in users if user.get("id") == user_id), {})
    team = {str(me["team"])} if me.get("team") else set()
    territory = {str(me["territory"])} if me.get("territory") else set()
    return Circles(
        team=_people(users, "team", team) | {user_id},
        subtree=_people(users, "team", _below(teams, team)) | {user_id},
        territory=_people(users, "territory", _below(territories, territory)) | {user_id},
        teams=frozenset(_above(teams, team)),
    )


def people_below(
    team: str, users: Collection[Record], teams: Collection[Record]
) -> frozenset[str]:  # fmt: skip
    """Everybody of a team and of those below it."""
    return _people(users, "team", _below(teams, {team}))


def _people(users: Collection[Record], name: str, places: Collection[str]) -> frozenset[str]:
    return frozenset(str(user["id"]) for user in users if user.get(name) in places)


def _below(tree: Collection[Record], roots: Collection[str]) -> set[str]:
    reached = set(roots)
    while True:
        below = {str(node["id"]) for node in tree if node.get("parent") in reached} - reached
        if not below:
            return reached
        reached |= below


def _above(tree: Collection[Record], roots: Collection[str]) -> set[str]:
    parents = {str(node["id"]): str(node["parent"]) for node in tree if node.get("parent")}
    reached = set(roots)
    while above := {parents[one] for one in reached if one in parents} - reached:
        reached |= above
    return reached


def _colleagues(actor: Actor, entity: EntitySpec) -> frozenset[str] | None:
    """Whose records, beside the own, the actor's rights on an entity reach; None: everybody's."""
    policy = actor.policy
    if policy is None:
        return frozenset()
    if entity.name in SHARED and actor.role != ADMIN:
        return actor.circles.teams
    scope = policy.on(entity.name).scope or policy.scope
    if scope is Scope.ALL or not entity.owner or actor.role == ADMIN or entity.name in STRUCTURE:
        return None
    return actor.circles.of(scope)


def _in_scope(actor: Actor, entity: EntitySpec, record: Record) -> bool:
    people = _colleagues(actor, entity)
    if people is None:
        return True
    owner, sharer = record.get(entity.owner), record.get(entity.sharer)
    if owner is None or actor.user_id in (owner, sharer):
        return True
    # What a hostile client sends as an owner need not be text.
    return any(isinstance(one, str) and one in people for one in (owner, sharer))


def _may_note(actor: Actor, record: Record) -> Verdict:
    """Everybody's own exports are noted by their own program; whatever else, by administrators."""
    own = record.get("owner") == actor.user_id and record.get("kind") == "exported"
    if own or actor.role == ADMIN:
        return _ALLOWED
    return Verdict(
        allowed=False,
        chinese="审计记录由系统填写，不能自行添加。",
        english="Audit entries are written by the system; they cannot be added.",
    )


def _of_its_author(
    actor: Actor, right: Right, entity: EntitySpec, record: Record | None
) -> Verdict:
    """What an audit notes, and what others arranged, is not anybody's to write."""
    if record is None or actor.role == ADMIN:
        return _ALLOWED
    if entity.name == AUDIT and right is Right.CREATE:
        return _may_note(actor, record)
    if entity.name not in SHARED or right is Right.SEE or record.get("author") == actor.user_id:
        return _ALLOWED
    zh, en = entity.label.zh, entity.label.en.lower()
    return Verdict(
        allowed=False,
        chinese=f"这个{zh}是同事的，只有创建人能改；可以另存为自己的{zh}。",
        english=f"This {en} is a colleague's; only its author can change it. Save it as your own.",
    )


def _closed(spec: FieldSpec) -> Verdict:
    return Verdict(
        allowed=False,
        chinese=f"您的角色不能修改「{spec.label.zh}」。",
        english=f"Your role may not change “{spec.label.en}”.",
    )


def _frozen(
    actor: Actor,
    right: Right,
    entity: EntitySpec,
    record: Record,
    fields: Collection[str],
    now: datetime,
) -> Verdict:
    if actor.policy is None or entity.name in STRUCTURE:
        return _ALLOWED
    typed = {name for name in fields if (spec := entity.find(name)) is None or spec.editable}
    for guard in actor.policy.guards:
        if guard.entity != entity.name or right not in guard.rights:
            continue
        touches = right is Right.DELETE or (typed & guard.fields if guard.fields else typed)
        if touches and matches(guard.condition, record, now):
            return Verdict(
                allowed=False,
                chinese=f"{guard.sentence.zh}。",
                english=f"{guard.sentence.en}.",
            )
    return _ALLOWED
