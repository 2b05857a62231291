"""Saved views of a list: what they ask and show, whose they are, and what of it one may not see."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crm_core.model.query import (
    EVERYTHING,
    ME,
    All,
    Condition,
    Op,
    Query,
    Test,
    fields_tested,
    without,
)
from crm_core.model.query_json import condition_from, condition_text
from crm_core.model.schema import EntitySpec, Registry
from crm_core.model.values import Record
from desktop.services.workspace import Workspace
from desktop.viewmodels.lists.columns import Narrowing
from desktop.viewmodels.lists.list_shape import ListShape, sort_from

ENTITY = "saved_view"
MOST_TABS = 9


@dataclass(frozen=True, slots=True)
class SavedView:
    """One view, as this person may see it."""

    id: str
    name: str
    where: Condition
    shape: ListShape
    """Its columns, order and groups; widths are each device's own."""
    author: str
    audience: str | None
    """A user's or a team's id; None: everybody."""
    unseen: tuple[str, ...] = ()
    """Fields it names that this person may not see; nothing is asked about them."""
    unreadable: bool = False
    """Whether its condition was written by a newer version; nothing is asked then."""

    @property
    def narrowing(self) -> Narrowing:
        """What it asks of the list."""
        return Narrowing(where=self.where)


def read_views(workspace: Workspace, entity: EntitySpec) -> tuple[SavedView, ...]:
    """Those of one list: my own, then those of my teams, then everybody's; oldest first."""
    me, teams = workspace.actor.user_id, workspace.actor.circles.teams
    records = workspace.replica.find(Query(ENTITY, Test("entity", Op.EQ, entity.name)))
    # An administrator's device holds everybody's; what others keep to themselves is not shown.
    mine = [one for one in records if one.get("audience") in (me, None, *teams)]
    places = {me: 0, None: 2}
    ordered = sorted(mine, key=lambda one: places.get(one.get("audience"), 1))  # type: ignore[arg-type]
    registry = workspace.replica.registry
    return tuple(view_from(record, entity, registry) for record in ordered)


def view_from(record: Record, entity: EntitySpec, registry: Registry) -> SavedView:
    """Read one; what it says that cannot be understood is as if it had not been said."""
    condition, unreadable = _condition(record)
    columns = tuple(str(record.get("columns") or "").split())
    sort, group = sort_from(_json(record.get("sort"))), str(record.get("grouping") or "")
    named = [*sorted(fields_tested(condition)), *columns, *(one.field for one in sort)]
    named.append(group.partition(":")[0])
    hidden = tuple(dict.fromkeys(n for n in named if n and entity.find(n) is None and n != "id"))
    whole = registry.entity(entity.name)
    known = tuple(n for n in columns if n not in hidden)
    return SavedView(
        id=str(record["id"]),
        name=str(record.get("name") or ""),
        where=_listed(without(condition, hidden)),
        shape=ListShape(
            columns=known,
            sort=tuple(one for one in sort if one.field not in hidden),
            group="" if group.partition(":")[0] in hidden else group,
        ),
        author=str(record.get("author") or ""),
        audience=None if record.get("audience") is None else str(record["audience"]),
        unseen=tuple(n for n in hidden if whole.find(n) is not None),
        unreadable=unreadable,
    )


def asked_in_view(narrowing: Narrowing, entity: EntitySpec) -> Condition:
    """What chips and panel ask, as the one condition a view keeps; what was typed passes."""
    parts: list[Condition] = [
        Test(name, Op.IN, codes) for name, codes in narrowing.choices.items() if codes
    ]
    if narrowing.owner and entity.owner:
        parts.append(Test(entity.owner, Op.EQ, ME))
    if narrowing.where != EVERYTHING:
        parts.extend(
            narrowing.where.parts if isinstance(narrowing.where, All) else [narrowing.where]
        )
    return All(tuple(parts)) if parts else EVERYTHING


def view_values(where: Condition, shape: ListShape) -> dict[str, object]:
    """The fields of a saved view for what a list shows now."""
    sort = [[one.field, one.descending] for one in shape.sort]
    return {
        "condition": None if where == EVERYTHING else condition_text(where),
        "sort": json.dumps(sort, separators=(",", ":")) if sort else None,
        "columns": " ".join(shape.columns) or None,
        "grouping": shape.group or None,
    }


def differs(view: SavedView, where: Condition, shape: ListShape) -> bool:
    """Whether a list shows something else than its view says."""
    return view_values(view.where, view.shape) != view_values(where, shape)


def default_view(workspace: Workspace, entity: str) -> str:
    """Id of the view a list opens with on this device; empty for none."""
    return str(_defaults(workspace).get(entity) or "")


def keep_default(workspace: Workspace, entity: str, view_id: str) -> None:
    """Open a list with this view from now on; call it off the Qt thread."""
    workspace.replica.remember(list_views={**_defaults(workspace), entity: view_id})


def teams_of(workspace: Workspace) -> dict[str, str]:
    """The teams a view can be shared with: id → name."""
    return workspace.replica.titles("team", workspace.actor.circles.teams)


def _defaults(workspace: Workspace) -> Mapping[str, object]:
    found = workspace.replica.meta("list_views")
    return found if isinstance(found, dict) else {}


def _condition(record: Record) -> tuple[Condition, bool]:
    text = record.get("condition")
    if not text:
        return EVERYTHING, False
    try:
        return condition_from(str(text)), False
    except ValueError:
        return EVERYTHING, True


def _listed(condition: Condition | None) -> Condition:
    """As the panel writes it: lines that all hold."""
    if condition is None or condition == EVERYTHING or isinstance(condition, All):
        return condition or EVERYTHING
    return All((condition,))


def _json(text: object) -> object:
    try:
        return json.loads(str(text or "null"))
    except (ValueError, RecursionError):
        return None


def labels_of(names: Iterable[str], spec: EntitySpec, language: str) -> list[str]:
    """The labels of fields, whoever may see them."""
    return [found.label.text(language) for name in names if (found := spec.find(name)) is not None]
