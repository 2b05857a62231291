"""Many records created in one act, field by field; operations only once somebody looks at one.

Of an import's rows nobody looks at most: making an operation and a record of each would cost as
much as writing them (decision 088).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

from crm_core.clock import ZERO_STAMP, stamp_from_ticks
from crm_core.model.values import Value
from crm_core.sync.change import Operation, Verb


@dataclass(frozen=True, slots=True)
class Act:
    """Who does what, numbered and stamped how: the first of some operations, which the others
    follow one by one."""

    replica: str
    seq: int
    tick: int
    """See `clock.stamp_ticks`."""
    group: str
    actor: str
    reason: str


class Creations(Sequence[Operation]):
    """CREATEs of one entity, in order."""

    def __init__(
        self, act: Act, entity: str, ids: Sequence[str], columns: Mapping[str, Sequence[Value]]
    ) -> None:
        """`columns`: field → its values for all records, for every field that any fills."""
        self.act, self.entity, self.ids, self.columns = act, entity, ids, columns

    @cached_property
    def records(self) -> dict[str, dict[str, Value]]:
        """Id → what the record holds; nothing of what is empty."""
        names, rows = tuple(self.columns), zip(*self.columns.values(), strict=True)
        if not any(None in column for column in self.columns.values()):
            made = [dict(zip(names, row)) for row in rows]  # noqa: B905 - asking costs a sixth
        else:
            made = [
                {name: value for name, value in zip(names, row, strict=True) if value is not None}
                for row in rows
            ]
        return dict(zip(self.ids, made or [{} for _ in self.ids], strict=True))

    @cached_property
    def operations(self) -> list[Operation]:
        """All of them."""
        made = self.records.items()
        return [self._operation(place, *one) for place, one in enumerate(made)]

    @property
    def ends(self) -> list[Operation]:
        """The first and the last of them, for who asks whose they are and not what they hold."""
        return [self._operation(place, self.ids[place], {}) for place in {0: 0, len(self) - 1: 0}]

    def _operation(self, place: int, record_id: str, values: Mapping[str, Value]) -> Operation:
        act = self.act
        return Operation(
            replica=act.replica, replica_seq=act.seq + place, entity=self.entity, id=record_id,
            verb=Verb.CREATE, field="", value=dict(values), before=None,
            hlc=stamp_from_ticks(act.tick + place, act.replica), base=ZERO_STAMP,
            group=act.group, actor=act.actor, reason=act.reason,
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, place: int) -> Operation: ...
    @overload
    def __getitem__(self, place: slice) -> list[Operation]: ...
    def __getitem__(self, place: int | slice) -> Operation | list[Operation]:
        return self.operations[place]

    def __iter__(self) -> Iterator[Operation]:
        return iter(self.operations)
