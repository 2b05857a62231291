"""The check of data on this device: what its viewer sees, any time, also offline (row 5.7)."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from crm_core.clock import CHINA, iso_moment
from crm_core.errors import KnownError
from crm_core.insight.data_health import Look, Result, Surroundings, score
from crm_core.insight.health_checks import checks
from crm_core.model.query import All, Op, Query, Sort, Test
from crm_core.model.schema import EntitySpec, FieldSpec, Kind
from crm_core.model.values import Record, display
from crm_core.permissions import Access, Right, visible, withheld_from
from crm_core.store.reading.records import chunks
from crm_core.store.reports import data_health
from crm_core.store.reports.data_health import Inspection
from crm_core.store.reports.health_book import MOST_ROWS, write_book
from desktop.services.cancelling import CancelToken
from desktop.services.commands.verbs import Done, done
from desktop.services.papers.export import Extract, Page, pages
from desktop.services.rules.requirements import requirements_of
from desktop.services.workspace import Workspace

_AT_A_TIME = 500
MOST_LISTED = 5_000
"""Records of a list that are named one by one."""
_DUE_DAYS, _DUE_HOUR = 7, 10
SNAPSHOT = "health_snapshot"
MONTHS = 12


@dataclass(frozen=True, slots=True)
class CheckUp:
    """What a check came to."""

    results: tuple[Result, ...]
    points: int
    at: str


@dataclass(frozen=True, slots=True)
class Month:
    """One point of the trend."""

    month: str
    points: int


def check_up(workspace: Workspace, token: CancelToken, report: data_health.Heard) -> CheckUp:
    """Count everything this person sees. Raises Cancelled."""
    replica = workspace.replica
    entities = [spec for spec in replica.registry if workspace.may(Right.SEE, spec.name).allowed]
    around = Surroundings(
        replica.find(Query("user")),
        replica.find(Query("territory")),
        data_health.gaps_of(requirements_of(workspace)),
        {spec.name: _unread(workspace, spec) for spec in replica.registry},
    )
    wanted = Inspection(
        tuple(one for one in checks(around) if one.entity in {spec.name for spec in entities}),
        {spec.name: visible(workspace.actor, spec) for spec in entities},
    )

    def heard(share: float) -> None:
        token.check()
        report(share)

    now = workspace.clock.now()
    results = replica.read(
        lambda c: data_health.inspect(c, replica.tables, replica.registry, wanted, now, heard)
    )
    return CheckUp(tuple(results), score(results), iso_moment(now))


def trend(workspace: Workspace) -> tuple[Month, ...]:
    """The organisation's months, the oldest first; none for whoever may not see them."""
    if not workspace.may(Right.SEE, SNAPSHOT).allowed:
        return ()
    found = workspace.replica.find(Query(SNAPSHOT, sort=(Sort("month", descending=True),)))
    months = [
        Month(str(one.get("month")), points)
        for one in found[:MONTHS]
        if isinstance(points := one.get("score"), int)
    ]  # fmt: skip
    return tuple(reversed(months))


def query_of(workspace: Workspace, one: Result) -> Query:
    """The records of a check that this person sees, for a list; doubles beside each other."""
    if one.check.look is not Look.CONDITION:
        return _query_of_ids(one, one.ids[:MOST_LISTED])
    scope = visible(workspace.actor, workspace.replica.registry.entity(one.check.entity))
    return Query(one.check.entity, All((scope, one.check.among, one.check.where)))


def _query_of_ids(one: Result, ids: Sequence[str]) -> Query:
    sort = (Sort(one.check.fields[0]),) if one.check.look is Look.DUPLICATE else ()
    return Query(one.check.entity, Test("id", Op.IN, tuple(ids)), sort)


def may_export(workspace: Workspace, results: Sequence[Result]) -> bool:
    """Whether this person may take any of it out of the program."""
    return any(workspace.may(Right.EXPORT, one.check.entity).allowed for one in results)


def do_export_check_up(
    workspace: Workspace, found: CheckUp, path: Path, language: str, token: CancelToken
) -> Done:
    """Write the workbook, masked as the role demands, and note it for the audit.

    Records of a kind that may not be exported are counted in the overview and not listed.
    KnownError: "forbidden", "file_unwritable"; Cancelled.
    """
    if not may_export(workspace, found.results):
        verdict = workspace.may(Right.EXPORT, "customer")
        raise KnownError(verdict.chinese, verdict.english, code="forbidden")
    part = path.with_name(f".{path.name}.part")
    try:
        number = write_book(
            part, found.results, points=found.points, language=language,
            rows=lambda one: _rows(workspace, one, language, token),
        )  # fmt: skip
        made = _note(workspace, number)
        os.replace(part, path)
    except OSError as error:
        raise KnownError(
            f"无法写入“{path.name}”（{error.strerror}），没有导出。请换个位置或关闭正在打开它的程序。",
            f"“{path.name}” cannot be written ({error.strerror}); nothing was exported. Choose "
            "another place, or close the program that has it open.",
            code="file_unwritable",
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return made


def do_give_out_tasks(workspace: Workspace, found: CheckUp, language: str = "zh") -> Done:
    """One task for each owner with what is wrong among their records; taken back together.

    What nobody owns is for whoever gives them out. KnownError("forbidden", "nothing").
    """
    wrong = by_owner(workspace, found.results, language)
    if not wrong:
        raise KnownError(
            "没有需要处理的记录，没有派任务。", "Nothing is wrong; no tasks.", code="nothing"
        )
    day = workspace.clock.now().astimezone(CHINA) + timedelta(days=_DUE_DAYS)
    due = iso_moment(day.replace(hour=_DUE_HOUR, minute=0, second=0, microsecond=0))
    zh = language.startswith("zh")
    rows: list[Mapping[str, object]] = []
    for owner, counts in sorted(wrong.items()):
        total = sum(counts.values())
        title = (
            f"数据体检：处理 {total} 处问题" if zh else f"Data check: {total} things to put right"
        )
        lines = [f"{label}：{n}" if zh else f"{label}: {n}" for label, n in counts.most_common()]
        rows.append({
            "title": title, "kind": "todo", "state": "open", "due_at": due, "owner": owner,
            "remark": "\n".join(lines),
        })  # fmt: skip
    with workspace.write("数据体检派任务") as (unit, committed):
        unit.create_many("task", rows)
    return done(committed, f"已给 {len(rows)} 位负责人派任务", f"Tasks given to {len(rows)} people")


def by_owner(
    workspace: Workspace, results: Sequence[Result], language: str
) -> dict[str, Counter[str]]:
    """Owner → check, in words → how many of their records; people who have left are nobody."""
    here = {
        str(one["id"])
        for one in workspace.replica.find(Query("user"))
        if one.get("active") is not False
    }
    found: dict[str, Counter[str]] = {}
    for one in results:
        for owner, number in _owners(workspace, one).items():
            person = owner if owner in here else workspace.actor.user_id
            found.setdefault(person, Counter())[one.check.label.text(language)] += number
    return found


def _owners(workspace: Workspace, one: Result) -> Mapping[str, int]:
    entity = workspace.replica.registry.entity(one.check.entity)
    if not one.bad or not entity.owner:
        return {}
    if one.check.look is Look.CONDITION:
        totals = workspace.replica.totals(query_of(workspace, one), by=entity.owner)
        return {owner: total.count for owner, total in totals.items()}
    counts: Counter[str] = Counter()
    for ids in chunks(one.ids, _AT_A_TIME):
        for record in workspace.replica.by_ids(entity.name, ids).values():
            counts[str(record.get(entity.owner) or "")] += 1
    return counts


def _unread(workspace: Workspace, spec: EntitySpec) -> frozenset[str]:
    levels = withheld_from(workspace.actor, spec)
    return frozenset(name for name, level in levels.items() if level < Access.READ)


def _rows(
    workspace: Workspace, one: Result, language: str, token: CancelToken
) -> Iterator[Sequence[str]]:
    entity = workspace.entity(one.check.entity)
    named = dict.fromkeys((entity.title, *one.check.fields, entity.owner))
    specs = [spec for name in named if (spec := entity.find(name)) is not None]
    yield [spec.label.text(language) for spec in specs]
    if not workspace.may(Right.EXPORT, one.check.entity).allowed:
        return
    for query in _queries(workspace, one):
        seen = replace(query, limit=MOST_ROWS)
        extract = Extract(entity.name, tuple(spec.name for spec in specs), query=seen)
        for page in pages(workspace, extract, specs):
            token.check()
            for record in page.records:
                yield [_cell(spec, record, page, language) for spec in specs]


def _queries(workspace: Workspace, one: Result) -> Iterator[Query]:
    """All records of a check; named one by one, some hundred at a time."""
    if one.check.look is Look.CONDITION:
        yield query_of(workspace, one)
        return
    for ids in chunks(one.ids, _AT_A_TIME):
        yield _query_of_ids(one, ids)


def _cell(spec: FieldSpec, record: Record, page: Page, language: str) -> str:
    value = record.get(spec.name)
    if spec.kind is Kind.REF:
        return page.names.get((spec.target, str(value)), "")
    return display(spec, value, language)


def _note(workspace: Workspace, number: int) -> Done:
    told = {
        "kind": "exported", "at": workspace.clock.iso(), "about": "data check",
        "detail": f"xlsx · records: {number}", "owner": workspace.actor.user_id,
    }  # fmt: skip
    with workspace.write("导出") as (unit, committed):
        unit.create("audit_entry", told)
    changed = {name: frozenset(ids) for name, ids in committed.changed.items()}
    return Done("", changed, f"已导出体检结果，{number:,} 条记录", f"{number:,} records exported")
