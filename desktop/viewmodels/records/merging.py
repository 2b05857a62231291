"""Two records side by side before they become one, and what taking a merge back would do, in words.

Reads only, on the database thread.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from crm_core.clock import CHINA, parse_moment
from crm_core.model.schema import FieldSpec, Merge
from crm_core.model.values import Record, Value
from crm_core.permissions import Verdict
from desktop.services.merging import (
    Back,
    Later,
    MergeLine,
    differing_fields,
    gathered,
    may_merge,
    merges_of,
    proposed_values,
    where_met,
    would_move,
    would_return,
)
from desktop.services.workspace import Workspace
from desktop.viewmodels.records.dossier import Dossier, read_dossier
from desktop.viewmodels.records.history import wording


class Side(StrEnum):
    """Whose value the one record will have."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"
    """The items of both, of a set."""


@dataclass(frozen=True, slots=True)
class SideRow:
    """One field in which two records differ."""

    name: str
    label: str
    left: str
    right: str
    pick: Side
    both: bool = False
    """Whether the values of both can be had."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records of one kind; the left one stays."""

    entity: str
    left: Record
    right: Record
    titles: tuple[str, str]
    rows: tuple[SideRow, ...]
    moving: str
    """What comes along, in words; empty for nothing."""
    verdict: Verdict

    def chosen(self, picks: Mapping[str, Side]) -> dict[str, Value]:
        """What the left record takes, by field."""
        found: dict[str, Value] = {}
        for row in self.rows:
            pick = picks.get(row.name, row.pick)
            if pick is Side.RIGHT:
                found[row.name] = self.right.get(row.name)
            elif pick is Side.BOTH:
                found[row.name] = gathered([self.left.get(row.name), self.right.get(row.name)])
        return found


@dataclass(frozen=True, slots=True)
class Met:
    """A record as its page shows it, under the id it is met under now."""

    id: str
    dossier: Dossier | None
    formerly: str = ""
    """What the record was called that was asked for, where it was merged into this one."""
    merges: tuple[tuple[str, str], ...] = ()
    """(id, words) of what was merged into it."""


@dataclass(frozen=True, slots=True)
class Return:
    """What taking a merge back would do, in words."""

    title: str
    fields: tuple[SideRow, ...]
    """Of the survivor: what it holds, what it gets."""
    kept: str
    """Fields that were edited since; empty for none."""
    returning: str
    since: tuple[tuple[str, str, str], ...]
    """(entity, id, words) of what was added since."""
    known: bool
    """Whether this device has the history of the merge."""


def read_pair(
    workspace: Workspace, entity: str, left: str, right: str, language: str
) -> Pair | None:
    """Two records side by side; None where one of them is not here."""
    held = workspace.replica.by_ids(entity, {left, right})
    if len(held) < 2:
        return None
    one, other = held[left], held[right]
    spec = workspace.replica.registry.entity(entity)
    proposed = proposed_values(workspace, entity, one, [other])
    rows = [
        _row(workspace, field, (one.get(field.name), other.get(field.name)), language)
        for field in differing_fields(workspace, entity, [one, other])
    ]
    rows = [
        replace(row, pick=Side.BOTH if row.both else Side.RIGHT) if row.name in proposed else row
        for row in rows
    ]
    moving = would_move(workspace, entity, [right])
    verdicts = [may_merge(workspace, entity, record) for record in (one, other)]
    refused = next((verdict for verdict in verdicts if not verdict.allowed), verdicts[0])
    return Pair(
        entity, one, other, (str(one.get(spec.title) or ""), str(other.get(spec.title) or "")),
        tuple(rows), _counted(workspace, moving.counts, language), refused,
    )  # fmt: skip


def read_met(workspace: Workspace, entity: str, record_id: str, language: str) -> Met:
    """What the page of a record shows; of one that was merged, the page of the other."""
    replica = workspace.replica
    met = where_met(workspace, entity, record_id)
    formerly = ""
    if met != record_id:
        formerly = replica.titles(entity, [record_id]).get(record_id, "")
    dossier = read_dossier(replica, entity, met, language=language)
    lines = merges_of(workspace, entity, met)
    merges = ((line.id, _told(workspace, line)) for line in lines)
    return Met(met, dossier, formerly, tuple(merges))


def read_return(
    workspace: Workspace, entity: str, alias: str, later: Later, language: str
) -> Return | None:
    """What ending the merge of `alias` would do; None where it is not merged."""
    back: Back | None = would_return(workspace, entity, alias, later)
    if back is None:
        return None
    registry = workspace.replica.registry
    comma = "、" if language.startswith("zh") else ", "
    labels = [spec.label.text(language) for spec in back.kept]
    since = [
        (child, one, f"{registry.entity(child).label.text(language)} · {title or '—'}")
        for child, one, title in back.since
    ]
    return Return(
        title=workspace.replica.titles(entity, [alias]).get(alias, ""),
        fields=tuple(
            _row(workspace, spec, (now, then), language) for spec, now, then in back.fields
        ),
        kept=comma.join(labels),
        returning=_counted(workspace, back.returning, language),
        since=tuple(since),
        known=back.known,
    )


def _told(workspace: Workspace, line: MergeLine) -> str:
    """What was merged, when, and by whom."""
    said = [line.title or line.id]
    if line.at:
        said.append(parse_moment(line.at).astimezone(CHINA).strftime("%Y-%m-%d"))
        said.append(workspace.replica.titles("user", {line.actor}).get(line.actor, ""))
    return "   ".join(part for part in said if part)


def _row(
    workspace: Workspace, spec: FieldSpec, values: tuple[Value, Value], language: str
) -> SideRow:
    say = wording(workspace.replica, spec, values, language)
    left, right = (" ".join(say(value).split())[:200] for value in values)
    both = spec.merge is Merge.SET
    return SideRow(spec.name, spec.label.text(language), left, right, Side.LEFT, both)


def _counted(workspace: Workspace, counts: Mapping[str, int], language: str) -> str:
    """So many of each kind."""
    registry, chinese = workspace.replica.registry, language.startswith("zh")
    parts: Sequence[str] = [
        f"{registry.entity(name).label.text(language)} {number:,}"
        for name, number in sorted(counts.items(), key=lambda item: -item[1])
        if number
    ]
    return ("、" if chinese else ", ").join(parts)
