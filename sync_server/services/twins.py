"""Customers that two people created without knowing of each other become one (rows 5.1, 5.8).

Runs in the transaction of every push, before what follows from merges. What counts as proof and
whose the customer is say `matching.twins` and the policy; here it is looked up, written, and told
to both. Two that a person took apart once are never linked again.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select

from crm_core.clock import CHINA, stamp_moment, stamp_node
from crm_core.matching.filing import exact_keys
from crm_core.matching.twins import ORDERS, WHY, Claim, Reason, Same, at_home, same, why, winner
from crm_core.model.merging import LINKED, MERGED_INTO
from crm_core.model.schema import Merge
from crm_core.model.values import Record, Value
from crm_core.permissions import Right, policy_of
from crm_core.store import aliases, match_index, oplog, states
from crm_core.store.replica import MakeUnit
from crm_core.store.rows import among
from crm_core.store.unit_of_work import Refused, Unit
from crm_core.sync.change import Operation, Verb
from crm_core.sync.merge import RecordState
from sync_server.services import audit, people

_ENTITY = "customer"
_KEYS = frozenset({"phone", "uscc"})
_SAME = {"uscc": "统一社会信用代码", "phone": "电话"}


def link(make: MakeUnit, operations: Sequence[Operation]) -> Iterator[Unit]:
    """Link the customers just written with those that are the same, as one act of the server's."""
    ids = {
        o.id
        for o in operations
        if o.entity == _ENTITY and (o.field in _KEYS or _KEYS & o.created_values.keys())
    }
    if not ids:
        return
    unit = make(audit.SERVER_ACTOR, LINKED)
    doubled = _doubled(unit, ids)
    policy = unit.record("policy", "policy") or {}
    mode = policy.get("twins") or "automatic"
    if doubled and mode != "off":
        order = ORDERS.get(str(policy.get("twin_owner")), ORDERS["territory"])
        desk = _Desk(unit, order, automatic=mode == "automatic")
        for one in doubled:
            desk.look(one)
        if unit.applied.fresh:
            yield unit


def _doubled(unit: Unit, ids: Collection[str]) -> list[str]:
    """Those of these customers that share a number or a code with another, by id."""
    connection, tables = unit.connection, unit.tables
    table, entity = tables.of(_ENTITY), unit.registry.entity(_ENTITY)
    rows = select(table.c.rid).where(among(connection, table.c.id, ids))
    recs = list(connection.scalars(rows))
    if len(recs) > match_index.AT_ONCE:  # So many were only marked, to be filed later.
        match_index.file(connection, tables, entity, recs)
    keys: dict[int, list[str]] = defaultdict(list)
    for _, record in match_index.read_filed(connection, tables, entity, recs):
        for hashed in match_index.hashes(exact_keys(record)):
            keys[hashed].append(str(record["id"]))
    key, number = tables.match_key, tables.words.number(connection, _ENTITY)
    shared = (
        select(key.c.key)
        .where(among(connection, key.c.key, list(keys)), key.c.entity == number)
        .group_by(key.c.key)
        .having(func.count() > 1)
    )
    return sorted({one for found in connection.scalars(shared) for one in keys[found]})


@dataclass(slots=True)
class _Desk:
    """Where the customers of one push are looked at, one after the other."""

    unit: Unit
    order: Sequence[Reason]
    automatic: bool
    _names: dict[str, str] = field(default_factory=dict)
    _territories: dict[str, frozenset[str]] | None = None

    def look(self, record_id: str) -> None:
        """Link or propose what is the same as this customer."""
        unit = self.unit
        record = unit.record(_ENTITY, record_id)
        if record is None:
            return
        held = match_index.holders(unit.connection, unit.tables, unit.registry, record)
        others = {one for entity, one in held if entity == _ENTITY and one != record_id}
        found = states.load(unit.connection, unit.tables, _ENTITY, {record_id, *others}).states
        told = aliases.ever_linked(unit.connection, unit.tables, _ENTITY, found)
        mine, sure = found.pop(record_id), {record_id: record}
        by: dict[str, Same] = {}
        for one, state in sorted(found.items()):
            likeness = same(record, state.values) if state.alive else None
            if likeness is None or stamp_node(state.created) == stamp_node(mine.created):
                continue
            if _spoken_of(told, record_id, one):
                continue
            by[one] = likeness
            if likeness.sure and self.automatic and not self._on_purpose(record_id, one):
                sure[one] = state.values
            else:
                self._propose((record_id, record), (one, state.values), likeness)
        if len(sure) > 1:
            self._link(sure, {record_id: mine, **found}, by)

    def _link(
        self,
        records: Mapping[str, Record],
        held: Mapping[str, RecordState],
        by: Mapping[str, Same],
    ) -> None:
        claims = {
            one: Claim(one, str(r.get("owner") or ""), held[one].created, self._at_home(r))
            for one, r in records.items()
        }
        won = winner(list(claims.values()), self.order)
        losers = [one for one in records if one != won.id]
        # Nothing of this may keep a push from being taken.
        refused: Refused = {}
        self.unit.change_many(
            _ENTITY, {one: {MERGED_INTO: won.id} for one in losers}, refused=refused
        )  # fmt: skip
        taken = self._taken(records[won.id], [records[one] for one in losers])
        self.unit.change_many(_ENTITY, {won.id: taken}, refused=refused)
        for one in losers:
            how = by.get(one) or by[won.id]
            self._tell(won, claims[one], records, how)

    def _taken(self, kept: Record, others: Sequence[Record]) -> dict[str, Value]:
        """What the record that stays lacks and another has, and the items of all sets."""
        entity, found = self.unit.registry.entity(_ENTITY), dict[str, Value]()
        for spec in entity.fields:
            if not spec.editable or spec.name == entity.owner:
                continue
            values = [o.get(spec.name) for o in others if o.get(spec.name) is not None]
            if spec.merge is Merge.SET:
                sets = [v for v in (kept.get(spec.name), *values) if isinstance(v, list)]
                found[spec.name] = sorted({item for one in sets for item in one}) or None
            elif kept.get(spec.name) is None and values:
                found[spec.name] = values[0]
        return found

    def _tell(self, won: Claim, lost: Claim, records: Mapping[str, Record], how: Same) -> None:
        """Both hear whose the customer is, and why."""
        if won.owner == lost.owner:
            return
        kept, gone = (str(records[c.id].get("name") or "") for c in (won, lost))
        first = stamp_moment(won.created).astimezone(CHINA).strftime("%Y-%m-%d")
        reason = WHY[why(won, lost, self.order)].zh
        remark = (
            f"{self._name(won.owner)}的「{kept}」和{self._name(lost.owner)}的「{gone}」"
            f"{_SAME[how.by]}相同，是同一家客户，已合并为一条。\n"
            f"负责人：{self._name(won.owner)}（{reason}，{first} 建档）。\n"
            "双方的拜访和跟进都保留在这条客户下。如果不是同一家，主管可以在客户页取消合并。"
        )
        title = f"重复客户已合并：「{kept[:40]}」由{self._name(won.owner)}负责"
        for owner in (won.owner, lost.owner):
            self._note(f"twin-{lost.id}-{owner}", owner, title, remark, won.id)

    def _propose(self, one: tuple[str, Record], other: tuple[str, Record], how: Same) -> None:
        """Both hear that there may be two of one; a person decides."""
        pair = sorted((one, other), key=lambda part: part[0])
        (first, record), (second, twin) = pair
        remark = (
            f"{self._name(str(record.get('owner') or ''))}的「{record.get('name')}」和"
            f"{self._name(str(twin.get('owner') or ''))}的「{twin.get('name')}」"
            f"{_SAME[how.by]}相同，可能是同一家客户。请核对；是同一家就请主管合并。"
        )
        title = f"可能重复的客户：「{str(record.get('name') or '')[:40]}」"
        for own_id, own in pair:
            owner = str(own.get("owner") or "")
            self._note(f"maybe-{first}-{second}-{owner}", owner, title, remark, own_id)

    def _note(self, task_id: str, owner: str, title: str, remark: str, customer: str) -> None:
        if not owner or self.unit.knows("task", task_id):
            return
        values = {
            "title": title, "kind": "reminder", "state": "open", "owner": owner, "remark": remark,
            "customer": customer, "due_at": self.unit.clock.iso(),
        }  # fmt: skip
        self.unit.create("task", values, record_id=task_id)

    def _on_purpose(self, one: str, other: str) -> bool:
        """Whether the later of two was created by somebody who may make a second one, and who said
        why (row 5.1)."""
        made: list[Operation] = []
        for record_id in (one, other):
            told = oplog.of_record(self.unit.connection, self.unit.tables, _ENTITY, record_id)
            made += [o for o in told if o.verb is Verb.CREATE]
        last = max(made, key=lambda o: o.hlc, default=None)
        if last is None or not last.reason:
            return False
        user = self.unit.record("user", last.actor) or {}
        organisation = people.organisation(self.unit.connection, self.unit.tables)
        role = policy_of(str(user.get("role") or ""), organisation)
        return role is not None and Right.TWIN in role.on(_ENTITY).rights

    def _name(self, user: str) -> str:
        if user not in self._names:
            held = self.unit.record("user", user) if user else None
            self._names[user] = str(held.get("name") or "") if held else "无人负责"
        return self._names[user]

    def _at_home(self, customer: Record) -> bool:
        owner = self.unit.record("user", str(customer.get("owner") or "")) or {}
        territory = str(owner.get("territory") or "")
        return bool(territory) and at_home(customer, self._below(territory))

    def _below(self, territory: str) -> frozenset[str]:
        """The names of a territory and of all below it."""
        if self._territories is None:
            self._territories = {}
        if territory not in self._territories:
            table = self.unit.tables.of("territory")
            rows = select(table.c.id, table.c.name, table.c.parent).where(table.c.alive.is_(True))
            every = self.unit.connection.execute(rows).all()
            reached = {territory}
            while below := {r.id for r in every if r.parent in reached} - reached:
                reached |= below
            self._territories[territory] = frozenset(r.name for r in every if r.id in reached)
        return self._territories[territory]


def _spoken_of(told: Mapping[str, Sequence[Operation]], one: str, other: str) -> bool:
    """Whether one was ever merged into the other: somebody has taken them apart since."""
    pairs = ((one, other), (other, one))
    return any(b in (o.value, o.before) for a, b in pairs for o in told.get(a, ()))
