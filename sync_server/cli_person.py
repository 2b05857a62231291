"""`suixing-server person`: what there is about somebody, its export, its erasure, who is due."""

from pathlib import Path
from typing import Annotated

import typer

from crm_core.errors import KnownError
from sync_server.console import Data, Database, folder_of, language, opened, row, say, told
from sync_server.services import audit
from sync_server.services.erasure import erasing, person, retention
from sync_server.services.erasure.erasing import SOMEBODY, Asked
from sync_server.services.erasure.person_export import export_person
from sync_server.services.server import Server
from sync_server.services.shelves.erasure_journal import Target

app = typer.Typer(help="个人信息 / Personal data.", no_args_is_help=True)

Id = Annotated[
    str, typer.Option("--id", help="联系人、线索或个人客户的编号 / Of a contact, lead, customer.")
]
Also = Annotated[
    list[str] | None,
    typer.Option("--also", help="同一个人的其他记录的编号 / Ids of more records of the same one."),
]


@app.command()
def show(record: Id, also: Also = None, data: Data = None, database: Database = "") -> None:
    """列出此人的信息、可能相同的人、提到此人的文字 / What there is about a person."""
    with told(), opened(data, database) as server:
        found = person.look(server, _roots(server, record, also))
        row(found.entity, found.id, found.title)
        for entity, number in found.records.items():
            row(entity, number)
        for other in found.candidates:
            row("?", other.entity, other.id, other.title, ", ".join(other.why))
        for one in found.mentions:
            row("“", one.entity, one.id, one.field, one.excerpt)
        for holder in found.holders:
            row("=", holder.node, holder.name, holder.user, holder.records)


@app.command()
def export(
    record: Id,
    out: Annotated[Path, typer.Option("--out", help="写到这个文件 / Zip to write.")],
    also: Also = None,
    data: Data = None,
    database: Database = "",
) -> None:
    """导出此人的全部信息 / Everything about a person as a zip."""
    with told(), opened(data, database) as server:
        if out.exists():
            raise KnownError(
                f"{out} 已经存在，没有导出。请换一个文件名。",
                f"{out} exists already; nothing was exported. Choose another name.",
                code="exists",
            )
        roots, part = _roots(server, record, also), out.with_name(f"{out.name}.part")
        try:
            with part.open("wb") as file:
                by, spoken = audit.AT_THE_SERVER, language()
                done = export_person(server, roots, file, by=by, language=spoken)
            part.replace(out)
        finally:
            part.unlink(missing_ok=True)
        say(
            f"已导出 {done.records} 条记录、{done.changes} 项历史、{done.files} 个文件到 {out}",
            f"Exported {done.records} records, {done.changes} changes, {done.files} files to {out}",
        )


@app.command()
def erase(
    record: Id,
    also: Also = None,
    *,
    rewrite_texts: Annotated[
        bool,
        typer.Option(
            "--rewrite-texts", help="改写 show 列出的文字 / Rewrite the texts that show lists."
        ),
    ] = False,
    word: Annotated[str, typer.Option(help="代替姓名的词 / Instead of the name.")] = SOMEBODY,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只列出会删除什么 / Only say what would go.")
    ] = False,
    data: Data = None,
    database: Database = "",
) -> None:
    """永久删除此人的全部信息 / Erase a person for good."""
    with told(), opened(data, database) as server:
        roots = _roots(server, record, also)
        texts = person.look(server, roots).mentions if rewrite_texts else ()
        asked = Asked(tuple(roots), tuple((m.entity, m.id, m.field) for m in texts), word)
        done = erasing.erase(server, asked, by=audit.AT_THE_SERVER, dry_run=dry_run)
        for entity, number in done.records.items():
            row(entity, number)
        total, laptops = sum(done.records.values()), len(done.holders)
        if dry_run:
            say(
                f"会永久删除 {total} 条记录、{done.files} 个文件，改写 {done.texts} 处文字。",
                f"{total} records and {done.files} files would go, {done.texts} texts be changed.",
            )
            return
        say(
            f"已永久删除 {total} 条记录、{done.files} 个文件，改写 {done.texts} 处文字；"
            f"{laptops} 台设备将在下次联系时清除。",
            f"Erased {total} records and {done.files} files, rewrote {done.texts} texts; "
            f"{laptops} devices forget it at their next contact.",
        )
        _warn(data, database, overwritten=done.overwritten)


@app.command()
def due(data: Data = None, database: Database = "") -> None:
    """列出建议删除的人 / People proposed for erasure; nobody is erased by this."""
    with told(), opened(data, database) as server:
        found = retention.due(server)
        for one in found.people:
            deal = "contract" if one.contract else ""
            row(one.entity, one.id, one.title, ", ".join(one.reasons), one.last_activity, deal)
        say(f"共 {len(found.people)} 人。", f"{len(found.people)} people.")
        if found.months is None:
            say("策略没有规定保留月数。", "The policy sets no months of retention.")


def _roots(server: Server, record: str, also: list[str] | None) -> list[Target]:
    return [person.find(server, one) for one in dict.fromkeys([record, *(also or [])])]


def _warn(data: Path | None, database: str, *, overwritten: bool) -> None:
    if not overwritten:
        say(
            "数据库的空闲空间还没有全部覆盖，清理时会再试。",
            "The free space of the database is not overwritten yet; compaction tries again.",
        )
    aside = sorted(folder_of(data, database).root.glob("suixing-before-restore-*.db"))
    if aside:
        names = ", ".join(path.name for path in aside)
        say(f"这些旧数据里可能还有：{names}", f"These older copies may still hold it: {names}")
