"""Customers that two people created without knowing of each other become one (rows 5.1, 5.8).

Runs in the transaction of every push, before what follows from merges. What counts as proof and
whose the customer is say `matching.twins` and the policy; here it is looked up and written, and
`twin_notes` tells both. Two that a person took apart once are never linked again, not even by a
third.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from crm_core.clock import stamp_moment, stamp_node
from crm_core.matching.filing import exact_keys
from crm_core.matching.spelling import plain
from crm_core.matching.twins import ORDERS, Claim, Reason, Same, at_home, same, why, winner
from crm_core.model.merging import LINKED, MERGED_INTO
from crm_core.model.schema import Merge
from crm_core.model.values import Record, Value
from crm_core.store.changes import states
from crm_core.store.changes.act_refusals import Refused
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.indexes import match_index
from crm_core.store.log import aliases, oplog
from crm_core.store.reading.rows import among
from crm_core.store.replica import MakeUnit
from crm_core.sync.change import Operation, Verb
from sync_server.services import audit
from sync_server.services.merging.twin_notes import Held, Notes

SHARED = 5
"""A number or code that more customers have belongs to none of them: it is a switchboard, or was
typed to fill the field. Only what is proof by itself is linked by it."""
CLOSE = timedelta(days=7)
"""Created further apart than this, they were not created unknown to each other."""
_ENTITY = "customer"
_KEYS = frozenset({"phone", "uscc"})


def link(make: MakeUnit, operations: Sequence[Operation]) -> Iterator[Unit]:
    """Link the customers just written with those that are the same, as one act of the server's."""
    written = identifying(operations)
    if not written:
        return
    unit = make(audit.SERVER_ACTOR, LINKED)
    policy = unit.record("policy", "policy") or {}
    mode = policy.get("twins") or "automatic"
    doubled = _doubled(unit, {o.id for o in written}) if mode != "off" else {}
    if doubled:
        order = ORDERS.get(str(policy.get("twin_owner")), ORDERS["territory"])
        born = frozenset(o.id for o in written if o.verb is Verb.CREATE)
        desk = _Desk(unit, order, mode == "automatic", born, Notes(unit, written[0]))
        desk.learn({*doubled, *(other for others in doubled.values() for other in others)})
        for one, others in sorted(doubled.items()):
            desk.look(one, others)
        desk.write()
        if unit.applied.fresh:
            yield unit


def identifying(operations: Sequence[Operation]) -> list[Operation]:
    """Those that say by what a customer is known."""
    return [
        o for o in operations
        if o.entity == _ENTITY
        and (o.field in _KEYS or (not o.field and _KEYS & o.created_values.keys()))
    ]  # fmt: skip


def _doubled(unit: Unit, ids: Collection[str]) -> dict[str, dict[str, bool]]:
    """By id those of these customers that share a number or a code, with which others, and whether
    that is enough to propose them."""
    connection, tables = unit.connection, unit.tables
    table, entity = tables.of(_ENTITY), unit.registry.entity(_ENTITY)
    recs = list(connection.scalars(select(table.c.rid).where(among(connection, table.c.id, ids))))
    match_index.file_waiting(connection, tables, entity, recs)
    mine = {str(r["id"]): r for _, r in match_index.read_filed(connection, tables, entity, recs)}
    keys = {one: exact_keys(record) for one, record in mine.items()}
    holders = _holders(unit, {key for some in keys.values() for key in some})
    found: dict[str, dict[str, bool]] = defaultdict(dict)
    for one, some in keys.items():
        for key in some:
            held = holders.get(match_index.hashed(key), ())
            shared = len(held) > SHARED
            if shared and key.startswith("phone:"):
                name = next((name for _, other, name in held if other == one), "")
                held = [h for h in held if h[2] == name]
            for _, other, _ in [h for h in held if h[1] != one][:SHARED]:
                found[one][other] = found[one].get(other, False) or not shared
    return found


def _holders(unit: Unit, keys: Collection[str]) -> dict[int, list[tuple[int, str, str]]]:
    """By key more than one has, (when created, id, bare name) of its living holders, the oldest
    first."""
    connection, tables = unit.connection, unit.tables
    table, key = tables.of(_ENTITY), tables.match_key
    number = tables.words.number(connection, _ENTITY)
    here = among(connection, key.c.key, match_index.hashes(keys))
    by: dict[int, list[int]] = defaultdict(list)
    for hashed, rec in connection.execute(
        select(key.c.key, key.c.rec).where(here, key.c.entity == number)
    ):
        by[hashed].append(rec)
    several = {hashed: recs for hashed, recs in by.items() if len(recs) > 1}
    wanted = {rec for recs in several.values() for rec in recs}
    rows = select(table.c.rid, table.c.created_at, table.c.id, table.c.name).where(
        among(connection, table.c.rid, sorted(wanted)), table.c.alive.is_(True)
    )
    held = {r.rid: (r.created_at, r.id, plain(r.name or "")) for r in connection.execute(rows)}
    return {
        hashed: sorted(held[rec] for rec in recs if rec in held)
        for hashed, recs in several.items()
    }  # fmt: skip


@dataclass(slots=True)
class _Desk:
    """Where the customers of one push are looked at, one after the other; what that leads to is
    written at the end, each kind at once."""

    unit: Unit
    order: Sequence[Reason]
    automatic: bool
    born: Collection[str]
    """Those created in this push."""
    notes: Notes
    _held: dict[str, Held] = field(default_factory=dict)
    _kin: dict[str, set[str]] = field(default_factory=dict)
    """By record, itself and what leads to it now."""
    _links: dict[str, str] = field(default_factory=dict)
    _taking: dict[str, dict[str, Value]] = field(default_factory=dict)
    _told: Mapping[str, Sequence[Operation]] = field(default_factory=dict)
    """All that was ever written to the links of these and their kin."""
    _made: dict[str, Operation] = field(default_factory=dict)
    """Their creations."""
    _homes: dict[str, str] = field(default_factory=dict)
    _territories: dict[str, frozenset[str]] | None = None

    def learn(self, ids: Collection[str]) -> None:
        """Read what is asked of these customers, all at once."""
        connection, tables = self.unit.connection, self.unit.tables
        for one, state in states.load(connection, tables, _ENTITY, ids).states.items():
            if state.alive:
                self._held[one] = Held(one, dict(state.values), state.created)
        below = aliases.aliases_of(connection, tables, _ENTITY, ids)
        self._kin = {one: {one} for one in ids}
        for alias in below:
            self._kin[aliases.root_of(below, alias)].add(alias)
        everybody = {*ids, *below}
        self._told = aliases.ever_linked(connection, tables, _ENTITY, everybody)
        created = tables.log.c.verb == oplog.verb_number(Verb.CREATE)
        about = oplog.on_record(connection, tables, _ENTITY, sorted(everybody))
        rows = oplog.statement(tables).where(about, created)
        self._made = {o.id: o for _, o in oplog.read(connection, tables, rows)}

    def look(self, record_id: str, others: Mapping[str, bool]) -> None:
        """Link or propose what is the same as this customer."""
        if record_id in self._links or record_id not in self._held:
            return
        mine = self._held[record_id]
        sure, by = [mine], dict[str, Same]()
        for one in sorted(others):
            other = self._held.get(one)
            if other is None or one in self._links or self._told_of(record_id, one):
                continue
            likeness = same(mine.record, other.record)
            if likeness is None or self._one_device(record_id, one):
                continue
            if self._may_link(mine, other, likeness, sure):
                by[one] = likeness
                sure.append(other)
            elif others[one]:
                self.notes.proposed(mine, other, likeness)
        if len(sure) > 1:
            self._link(sure, by)

    def write(self) -> None:
        """Write what was decided."""
        # Nothing of this may keep a push from being taken.
        refused: Refused = {}
        links = {one: {MERGED_INTO: into} for one, into in self._links.items()}
        self.unit.change_many(_ENTITY, links, refused=refused)
        taking = {one: values for one, values in self._taking.items() if one not in links}
        self.unit.change_many(_ENTITY, taking, refused=refused)
        self.notes.write()

    def _may_link(self, mine: Held, other: Held, likeness: Same, sure: Sequence[Held]) -> bool:
        """Whether another becomes one with this, and with what became one with it already."""
        if not (likeness.sure and self.automatic):
            return False
        if mine.id not in self.born and other.id not in self.born:
            return False
        made = stamp_moment(mine.created), stamp_moment(other.created)
        if abs(made[0] - made[1]) > CLOSE:
            return False
        return not any(
            self._told_of(one.id, other.id)
            or self._one_device(one.id, other.id)
            or self._on_purpose(one.id, other.id)
            for one in sure
        )

    def _link(self, sure: Sequence[Held], by: Mapping[str, Same]) -> None:
        # One place for all: whoever adds a customer again could write one of their own territory.
        first = min(sure, key=lambda one: (one.created, one.id)).record
        claims = {
            one.id: Claim(one.id, one.owner, one.created, self._at_home(first, one.owner))
            for one in sure
        }
        won = winner(list(claims.values()), self.order)
        losers = [one for one in sure if one.id != won.id]
        kept = self._held[won.id]
        taken = self._taken(kept.record, [one.record for one in losers])
        self._taking.setdefault(won.id, {}).update(taken)
        for one in losers:
            how = by.get(one.id) or by[won.id]
            self._links[one.id] = won.id
            self._kin[won.id] |= self._kin[one.id]
            self.notes.linked(kept, one, how, why(won, claims[one.id], self.order))
        self._held[won.id] = Held(won.id, {**kept.record, **taken}, kept.created)

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

    def _told_of(self, one: str, other: str) -> bool:
        """Whether one, or what is merged into it, was ever merged into the other or what is merged
        into that: somebody has taken them apart since."""
        pairs = ((one, other), (other, one))
        return any(
            operation.value in self._kin[b] or operation.before in self._kin[b]
            for a, b in pairs
            for alias in self._kin[a]
            for operation in self._told.get(alias, ())
            if isinstance(operation.value, str | None) and isinstance(operation.before, str | None)
        )

    def _one_device(self, one: str, other: str) -> bool:
        """Whether any of the two and their aliases were created on one device: whoever was at it
        knew of both."""
        nodes = [
            {stamp_node(self._held[b].created)}
            | {stamp_node(self._made[a].hlc) for a in self._kin[b] if a in self._made}
            for b in (one, other)
        ]
        return not nodes[0].isdisjoint(nodes[1])

    def _on_purpose(self, one: str, other: str) -> bool:
        """Whether the later of two was created by somebody who may make a second one, and who said
        why (row 5.1)."""
        for first in self._kin[one]:
            for second in self._kin[other]:
                made = [self._made[a] for a in (first, second) if a in self._made]
                last = max(made, key=lambda o: o.hlc, default=None)
                if last is not None and last.reason and self.notes.may_twin(last.actor):
                    return True
        return False

    def _at_home(self, customer: Record, user: str) -> bool:
        if user not in self._homes:
            owner = self.unit.record("user", user) or {}
            self._homes[user] = str(owner.get("territory") or "")
        territory = self._homes[user]
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
