"""What is printed, as words: a list's rows, or one record by sections; masked as the role demands.

Printing takes records out of the program: it needs the right to export and is noted like an export.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from crm_core.clock import CHINA
from crm_core.model.query import Op, Query, Test
from crm_core.model.schema import EntitySpec, FieldSpec, Kind
from crm_core.model.values import Record, display
from desktop.services.cancelling import CancelToken
from desktop.services.commands.bulk_edit import Report
from desktop.services.papers.export import Extract, allowed, pages, rids_of, specs_of
from desktop.services.queries import Target
from desktop.services.workspace import Workspace

MOST_PRINTED = 5_000
"""Records in one printout; a longer one is a file's job, not a printer's."""
_RIGHT = frozenset({Kind.MONEY, Kind.INTEGER, Kind.DECIMAL})


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above every page and below it."""

    title: str
    about: str
    """Who printed it and when."""


@dataclass(frozen=True, slots=True)
class PrintedList:
    """A table."""

    head: Head
    headings: tuple[str, ...]
    right: tuple[bool, ...]
    """Which columns stand at the right."""
    weights: tuple[int, ...]
    """How wide the columns are beside each other."""
    rows: tuple[tuple[str, ...], ...]
    left_out: int = 0
    """Records beyond `MOST_PRINTED`."""


@dataclass(frozen=True, slots=True)
class PrintedRecord:
    """One record: sections of (label, text)."""

    head: Head
    sections: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


Section = tuple[str, Sequence[FieldSpec]]
"""(heading, fields)"""
_WEIGHTS = {Kind.LONG_TEXT: 5, Kind.TEXT: 4, Kind.SET: 4, Kind.EMAIL: 4, Kind.MOMENT: 3,
            Kind.PHONE: 3, Kind.REF: 3, Kind.BOOL: 1}  # fmt: skip


def list_to_print(
    workspace: Workspace, extract: Extract, title: str, token: CancelToken, report: Report
) -> PrintedList:
    """The words of a list. KnownError("forbidden") without the right to export; Cancelled."""
    entity = allowed(workspace, extract.entity)
    specs = specs_of(workspace, extract)
    every = rids_of(workspace, extract)
    extract = replace(extract, rids=every[:MOST_PRINTED], query=None)
    rows: list[tuple[str, ...]] = []
    for page in pages(workspace, extract, specs):
        token.check()
        for record in page.records:
            cells = (_text(s, record, page.names, extract.language) for s in specs)
            rows.append(tuple(cells))
        report(len(rows) / max(len(extract.rids), 1))
    return PrintedList(
        head=_head(workspace, title, extract.language),
        headings=tuple(s.label.text(extract.language) for s in specs),
        right=tuple(s.kind in _RIGHT for s in specs),
        weights=tuple(5 if s.name == entity.title else _WEIGHTS.get(s.kind, 2) for s in specs),
        rows=tuple(rows),
        left_out=max(len(every) - MOST_PRINTED, 0),
    )


def record_to_print(
    workspace: Workspace, entity_name: str, record_id: str, sections: Sequence[Section],
    language: str,
) -> PrintedRecord | None:  # fmt: skip
    """The words of one record; None where it is gone. KnownError("forbidden")."""
    entity = allowed(workspace, entity_name)
    specs = [spec for _, some in sections for spec in some]
    names = tuple(spec.name for spec in specs)
    query = Query(entity_name, Test("id", Op.EQ, record_id))
    extract = Extract(entity_name, names, query=query, language=language)
    page = next(iter(pages(workspace, extract, specs)), None)
    if page is None or not page.records:
        return None
    record = page.records[0]
    told = tuple(
        (heading, tuple((s.label.text(language), _text(s, record, page.names, language))
                        for s in some if record.get(s.name) is not None))
        for heading, some in sections
    )  # fmt: skip
    head = _head(workspace, _title(entity, record, language), language)
    return PrintedRecord(head, tuple((heading, lines) for heading, lines in told if lines))


def _text(spec: FieldSpec, record: Record, names: dict[Target, str], language: str) -> str:
    value = record.get(spec.name)
    if spec.kind is Kind.REF and value is not None:
        return names.get((spec.target, str(value)), "")
    return display(spec, value, language)


def _title(entity: EntitySpec, record: Record, language: str) -> str:
    text = " ".join(display(entity.field_spec(entity.title), record.get(entity.title)).split())
    return text[:60] or entity.label.text(language)


def _head(workspace: Workspace, title: str, language: str) -> Head:
    when = workspace.clock.now().astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    who = workspace.account.user_name
    told = f"{who} 打印于 {when}" if language.startswith("zh") else f"Printed by {who}, {when}"
    return Head(title, told)
