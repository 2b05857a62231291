"""How a person has set up a list: its columns, their widths, its order, what stays at the left.

Kept on this device in the encrypted replica, by entity. Saved views use the same written form.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from crm_core.model.query import Sort
from crm_core.model.schema import EntitySpec
from desktop.services.workspace import Workspace

MOST_FROZEN = 5
LEAST_WIDTH, MOST_WIDTH = 48, 1200


@dataclass(frozen=True, slots=True)
class ListShape:
    """What is shown of each record, and in which order; fields by name."""

    columns: tuple[str, ...] = ()
    """Empty: those the entity comes with."""
    widths: Mapping[str, int] = field(default_factory=dict)
    """Pixels of the columns drawn to a width of their own."""
    sort: tuple[Sort, ...] = ()
    """Empty: the order the list opens in."""
    frozen: int = 1
    """Columns that stay at the left while the list is scrolled sideways."""
    group: str = ""
    """A field, with `:day`, `:week` or `:month` behind a date; empty for no groups."""

    def columns_of(self, entity: EntitySpec) -> tuple[str, ...]:
        """The columns as this person may see them; never none."""
        known = tuple(name for name in self.columns if entity.find(name) is not None)
        return known or entity.list_fields

    def with_width(self, name: str, pixels: int) -> "ListShape":
        """The same with one column drawn to a width."""
        return replace(self, widths={**self.widths, name: pixels})


def written_shape(shape: ListShape) -> dict[str, object]:
    """As JSON can hold it."""
    return {
        "columns": list(shape.columns),
        "widths": dict(shape.widths),
        "sort": [[sort.field, sort.descending] for sort in shape.sort],
        "frozen": shape.frozen,
        "group": shape.group,
    }


def shape_from(found: object) -> ListShape:
    """Read the written form; what cannot be read is as if it had never been set."""
    if not isinstance(found, dict):
        return ListShape()
    widths, frozen = found.get("widths"), found.get("frozen")
    return ListShape(
        columns=tuple(dict.fromkeys(_texts(found.get("columns")))),
        widths={
            str(name): min(max(pixels, LEAST_WIDTH), MOST_WIDTH)
            for name, pixels in (widths.items() if isinstance(widths, dict) else ())
            if type(pixels) is int
        },
        sort=sort_from(found.get("sort")),
        frozen=min(max(frozen, 0), MOST_FROZEN) if type(frozen) is int else 1,
        group=str(found.get("group") or ""),
    )


def sort_from(found: object) -> tuple[Sort, ...]:
    """Read `[[field, descending], …]`."""
    pairs = found if isinstance(found, list) else []
    return tuple(
        Sort(pair[0], descending=bool(pair[1]))
        for pair in pairs
        if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str)
    )


def kept_shape(workspace: Workspace, entity: str) -> ListShape:
    """What this person last made of the list on this device."""
    return shape_from(workspace.replica.meta(_key(entity)))


def keep_shape(workspace: Workspace, entity: str, shape: ListShape) -> None:
    """Write it down; call it off the Qt thread."""
    workspace.replica.remember(**{_key(entity): written_shape(shape)})


def _key(entity: str) -> str:
    return f"list_shape_{entity}"


def _texts(found: object) -> Sequence[str]:
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
