"""What people wrote to a record of whose merge they had not heard (row 5.8, decision 046).

The record is an alias by the time their laptop is back: what they typed would be out of sight. What
the survivor lacks it takes; of the rest the author is told, so that a person decides.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from crm_core.model.merging import MERGED_INTO, mergeable
from crm_core.model.schema import EntitySpec, Merge
from crm_core.model.values import Record, Value
from crm_core.permissions import Right, can
from crm_core.store.changes import states
from crm_core.store.changes.act_refusals import Refused
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.log import aliases
from crm_core.sync.change import Operation, by_entity
from sync_server.services import audit, people


def carry(unit: Unit, operations: Sequence[Operation]) -> None:
    """Bring what was typed into aliases to where those are met now."""
    # What is linked by this very push had all its values looked at.
    now = {o.id for o in operations if o.field == MERGED_INTO}
    known = by_entity(operations)
    for entity in filter(mergeable, unit.registry):
        some = known.get(entity.name, ())
        typed = _typed(entity) if some else set()
        written = [
            o for o in some
            if o.field in typed and o.id not in now and o.actor != audit.SERVER_ACTOR.user_id
        ]  # fmt: skip
        if written:
            _carry(unit, entity, written)


def _typed(entity: EntitySpec) -> set[str]:
    """The fields that people fill in."""
    return {
        spec.name
        for spec in entity.fields
        if spec.editable and spec.name != entity.owner and spec.merge is not Merge.COUNTER
    }


def _carry(unit: Unit, entity: EntitySpec, written: Sequence[Operation]) -> None:
    connection, tables, name = unit.connection, unit.tables, entity.name
    linked = aliases.links(connection, tables, name, {o.id for o in written})
    if not linked:
        return
    ever = aliases.ever_linked(connection, tables, name, linked)
    roots = aliases.roots(connection, tables, name, linked)
    held = states.load(connection, tables, name, linked).states
    desk = _Desk(unit, entity, unit.values_of(name, set(roots.values())))
    for one in written:
        # Whoever made the link knew what they had written before.
        if one.id in linked and ever[one.id] and one.replica != ever[one.id][-1].replica:
            desk.bring(one, held[one.id].values.get(one.field), roots[one.id])
    desk.write()


@dataclass(slots=True)
class _Desk:
    unit: Unit
    entity: EntitySpec
    survivors: Mapping[str, Record]
    _taken: dict[str, dict[str, object]] = field(default_factory=lambda: defaultdict(dict))
    _told: dict[tuple[str, str, str], list[Operation]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """By alias, survivor and author, what was not taken."""

    def bring(self, one: Operation, value: Value, root: str) -> None:
        """Let a survivor have the value an alias holds, where it lacks one."""
        survivor, name = self.survivors.get(root), one.field
        if survivor is None or value is None:
            return
        present = self._taken[root].get(name, survivor.get(name))
        if isinstance(value, list) and isinstance(present, list):
            self._taken[root][name] = sorted({*present, *value})
        elif present is None:
            self._taken[root][name] = value
        elif present != value:
            self._told[one.id, root, one.actor].append(one)

    def write(self) -> None:
        """Write what was decided."""
        # Nothing of this may keep a push from being taken.
        refused: Refused = {}
        self.unit.change_many(self.entity.name, self._taken, refused=refused)
        self.unit.create_missing("task", dict(self._tasks()))

    def _tasks(self) -> Iterator[tuple[str, dict[str, object]]]:
        for (_, root, author), written in self._told.items():
            survivor, kind = self.survivors[root], self.entity.label.zh
            called = self._called(author, survivor)
            names = dict.fromkeys(self.entity.field_spec(o.field).label.zh for o in written)
            yield f"late-{written[0].replica}-{written[0].replica_seq}", {
                "title": f"修改未带到合并后的{kind}：请核对{'、'.join(names)}"[:200],
                "kind": "reminder", "state": "open", "owner": author,
                "remark": (
                    f"您修改的{kind}已经合并到{called}，那里的{'、'.join(names)}是另外的值，没有改动。\n"
                    f"请核对哪个正确；您填写的内容仍保留在原来的{kind}中，取消合并后可见。"
                ),
                "customer": root if self.entity.name == "customer" else None,
                "due_at": self.unit.clock.iso(),
            }  # fmt: skip

    def _called(self, reader: str, record: Record) -> str:
        """A record by name, where this reader may see it."""
        connection, tables = self.unit.connection, self.unit.tables
        actor = people.actor_of(connection, tables, reader)
        seen = actor is not None and can(actor, Right.SEE, self.entity, record).allowed
        return f"「{record.get(self.entity.title) or ''}」" if seen else "同事的一条记录"
