"""How many records a condition of a rule holds for now, of those whoever writes it may see."""

from dataclasses import dataclass

from crm_core.model.query import Condition, Query, fields_tested
from crm_core.model.schema import Label
from desktop.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Held:
    """The number; or the fields because of which it is not counted, or which are not there."""

    number: int = 0
    hidden: tuple[Label, ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def counted(self) -> bool:
        """Whether the number says anything."""
        return not self.hidden and not self.gone


def count_held(workspace: Workspace, entity: str, condition: Condition) -> Held:
    """Count by SQL over what this device holds, which is what the person may see.

    A field of which the person sees less than all is not asked about: the number would tell what
    stands in it. Not for the Qt thread.
    """
    spec = workspace.replica.registry.entity(entity)
    fields = sorted(fields_tested(condition))
    columns = workspace.replica.tables.of(entity).c
    gone = tuple(name for name in fields if spec.find(name) is None and name not in columns)
    withheld = workspace.withheld(entity)
    hidden = tuple(spec.field_spec(name).label for name in fields if name in withheld)
    if gone or hidden:
        return Held(hidden=hidden, gone=gone)
    return Held(workspace.replica.count(Query(entity, condition)))
