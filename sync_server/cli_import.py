"""`suixing-server import`: a spreadsheet, CSV or vCard file into the records, as somebody."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from crm_core.errors import KnownError
from crm_core.intake.cleaning import Sentence
from crm_core.intake.deciding import RowVerdict, Tally, Verdict
from crm_core.intake.guessing import propose
from crm_core.intake.mapping import Mapping, fitted, mapping_from_json
from crm_core.intake.rejects import write_rejected
from crm_core.intake.source import Source, Table
from crm_core.model.query import Op, Query, Test
from crm_core.permissions import Actor
from crm_core.store.imports import importing
from crm_core.store.imports.importing import Job
from sync_server.console import Data, Database, language, opened, row, say, told
from sync_server.services.people import actor_of
from sync_server.services.server import Server
from sync_server.services.signing_in import accounts
from sync_server.services.ticks import clock_pass
from sync_server.services.ticks.waiting_leads import Waiting

_SHOWN = 20
"""Refused rows that are said one by one; all of them are in the file of `--rejected`."""

File = Annotated[Path, typer.Argument(help="xlsx、xls、ods、csv、vcf / The file.")]
As = Annotated[str, typer.Option("--as", help="以谁的身份 / Login of who imports.")]
Named = Annotated[
    str,
    typer.Option(
        help="映射：名称、JSON 或 JSON 文件；不给则自动识别 / A saved mapping's name, JSON, or a "
        "file of it; guessed if left out."
    ),
]
Kind = Annotated[str, typer.Option(help="对象，如 customer / Kind of record, where it is guessed.")]
Sheet = Annotated[str, typer.Option(help="工作表 / Sheet.")]
Encoding = Annotated[str, typer.Option(help="文本编码 / Encoding of a text file.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="只检查，不写入 / Only say what would happen.")
]
Rejected = Annotated[
    Path | None, typer.Option(help="未导入的行写到这里 / Write refused rows here (xlsx).")
]
Again = Annotated[
    bool, typer.Option("--again", help="导入过也再导一遍 / Also what was imported before.")
]


def import_file(
    file: File,
    login: As,
    mapping: Named = "",
    *,
    entity: Kind = "",
    sheet: Sheet = "",
    encoding: Encoding = "",
    dry_run: DryRun = False,
    rejected: Rejected = None,
    again: Again = False,
    data: Data = None,
    database: Database = "",
) -> None:
    """导入文件 / Import a file; cut short, it goes on where it ended when it is called again."""
    with told(), opened(data, database) as server, Source(file, encoding=encoding) as source:
        job = _job(server, source, login=login, mapping=mapping, entity=entity, sheet=sheet)
        for column in job.mapping.columns:
            row(column.title, "→", f"{column.entity}.{column.field}")
        if dry_run:
            foretold = importing.foretell(server.replica, job)
            _say(foretold.tally, "会", "would be ")
            if foretold.remark is not None:
                say(foretold.remark.zh, foretold.remark.en)
            _say_refused(foretold.verdicts)
            refused = {v.number: v.reasons for v in foretold.verdicts if v.reasons}
        else:
            refused = _run(server, job, again=again)
        if rejected is not None and refused:
            many = write_rejected(rejected, source, job.table, refused, language=language())
            say(f"{many} 行未导入，已写到 {rejected}", f"{many} refused rows are in {rejected}")


def _run(server: Server, job: Job, *, again: bool) -> dict[int, tuple[Sentence, ...]]:
    before = importing.begun(server.replica, job)
    if before is not None and before.done and not again:
        raise KnownError(
            f"「{before.file}」已在 {before.at} 按同样的方式导入过，没有再次导入。"
            "要再导一遍，请加 --again。",
            f"“{before.file}” was imported in the same way at {before.at}; it was not imported "
            "again. Add --again to do so.",
            code="imported_before",
        )
    if before is not None and not before.done and not again:
        say(f"从第 {before.reached} 行之后继续。", f"Going on after row {before.reached}.")
    done = importing.run(server.replica, job, anew=again)
    _say(done.entry.tally, "已", "")
    waiting, given = Waiting(server), 0
    while some := waiting.look():
        given += some
    if given:
        say(f"已按规则分配 {given:,} 条线索。", f"{given:,} leads given out by the rules.")
    with server.writing() as connection:
        clock_pass.begin_anew(connection, server)
    if done.error is not None:
        raise done.error
    found = importing.rejected(server.replica, done.entry)
    for number, reasons in list(found.items())[:_SHOWN]:
        row(number, *(one.text(language()) for one in reasons))
    return {number: tuple(reasons) for number, reasons in found.items()}


def _job(
    server: Server, source: Source, *, login: str, mapping: str, entity: str, sheet: str
) -> Job:
    with server.reading() as connection:
        account = accounts.account_named(connection, server.tables, login)
        actor = actor_of(connection, server.replica.tables, account.user_id)
    if actor is None or not account.active:
        raise KnownError(
            f"没有账号 {login}，或已停用。没有导入任何内容。",
            f"There is no active account {login}. Nothing was imported.",
            code="no_account",
        )
    return job_for(server, source, actor, mapping=mapping, entity=entity, sheet=sheet)


def job_for(
    server: Server, source: Source, actor: Actor, *, mapping: str, entity: str, sheet: str
) -> Job:
    """What is imported, from what was typed. KnownError ("mapping", "sheet")."""
    registry = server.replica.registry
    if sheet and sheet not in source.names():
        raise KnownError(
            f"没有工作表「{sheet}」，有：{'、'.join(source.names())}。",
            f"There is no sheet “{sheet}”; there are: {', '.join(source.names())}.",
            code="sheet",
        )
    if entity and entity not in registry:
        raise KnownError(f"没有对象 {entity}。", f"There is no entity {entity}.", code="mapping")
    table: Table = source.table(sheet or None)
    if not mapping:
        top = [cells for number, cells in source.top(table.name) if number > table.heading.row]
        return Job(source, table, propose(table.heading, top, registry, entity=entity), actor)
    chosen, missing = fitted(
        _mapping(server, mapping), (column.title for column in table.heading.columns)
    )
    if missing:
        say(f"文件里没有这些列：{'、'.join(missing)}", f"Not in the file: {', '.join(missing)}")
    return Job(source, table, chosen, actor)


def _mapping(server: Server, said: str) -> Mapping:
    if said.lstrip().startswith("{"):
        return mapping_from_json(said)
    if said.endswith(".json"):
        return mapping_from_json(Path(said).read_text(encoding="utf-8-sig"))
    named = Query("import_mapping", where=Test("name", Op.EQ, said))
    found = server.replica.find(named)
    if not found:
        raise KnownError(
            f"没有叫「{said}」的映射。没有导入任何内容。",
            f"There is no mapping called “{said}”. Nothing was imported.",
            code="mapping",
        )
    return mapping_from_json(str(found[0].get("body") or ""))


def _say(tally: Tally, zh: str, en: str) -> None:
    say(
        f"{zh}新增 {tally.new:,} 行，{zh}更新 {tally.update:,} 行，"
        f"已有且相同 {tally.same + tally.duplicate:,} 行，未导入 {tally.refused:,} 行。",
        f"{tally.new:,} rows {en}new, {tally.update:,} {en}updated, "
        f"{tally.same + tally.duplicate:,} there already, {tally.refused:,} refused.",
    )


def _say_refused(verdicts: Iterable[RowVerdict]) -> None:
    refused = [one for one in verdicts if one.verdict is Verdict.REFUSED]
    for one in refused[:_SHOWN]:
        row(one.number, *(reason.text(language()) for reason in one.reasons))
