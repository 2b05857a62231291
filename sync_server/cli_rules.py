"""`suixing-server rules`: exported, checked and published from files, as somebody who may."""

from pathlib import Path
from typing import Annotated

import typer

from crm_core.errors import KnownError
from crm_core.rules.texts.checking import Checked
from crm_core.rules.texts.yaml_tree import MOST_BYTES, too_large
from sync_server.console import Data, Database, language, opened, row, say, told
from sync_server.services import rule_files

app = typer.Typer(help="规则 / Rules: export, check, publish.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(help="YAML 文件 / A file of rules.")]


@app.command()
def export(
    out: Annotated[
        Path | None, typer.Option("--out", help="写到文件 / Write here instead of to stdout.")
    ] = None,
    version: Annotated[
        int, typer.Option("--version", help="第几版，0 为草稿 / A version; 0 for the draft.")
    ] = 0,
    *,
    data: Data = None,
    database: Database = "",
) -> None:
    """导出为 YAML / Write rules as YAML."""
    with told(), opened(data, database) as server:
        text = (
            rule_files.version_text(server, version) if version else rule_files.draft_text(server)
        )
        if out is None:
            typer.echo(text, nl=False)
        else:
            out.write_text(text, encoding="utf-8", newline="\n")
            say(f"已写到 {out}。", f"Written to {out}.")


@app.command()
def check(file: File, *, data: Data = None, database: Database = "") -> None:
    """检查文件，逐条指出行列 / Check a file: line and column of all that is wrong."""
    with told(), opened(data, database) as server:
        found = rule_files.check(server, _text(file))
        _tell(file, found)
        say(
            f"{len(found.documents)} 条规则，没有问题。",
            f"{len(found.documents)} rules, all sound.",
        )


@app.command("publish")
def publish(
    file: File,
    note: Annotated[str, typer.Option(help="改了什么 / What changed.")],
    login: Annotated[str, typer.Option("--as", help="以谁的身份 / Login of who publishes.")],
    *,
    trial: Annotated[
        str, typer.Option("--trial", help="只在这个团队试行 / Only on trial with this team.")
    ] = "",
    exactly: Annotated[
        bool,
        typer.Option(
            "--exactly", help="草稿里只留文件里的规则 / The draft keeps only what the file says."
        ),
    ] = False,
    data: Data = None,
    database: Database = "",
) -> None:
    """写入草稿并发布 / Lay a file over the draft and publish it, in one act."""
    with told(), opened(data, database) as server:
        if not note.strip():
            raise KnownError("请写明改了什么。", "Say what changed.", code="usage")
        found = rule_files.check(server, _text(file))
        _tell(file, found)
        made = rule_files.publish_file(
            server, found.documents, login, note.strip()[:200], exactly=exactly, trial_team=trial
        )
        say(
            f"已发布：共 {made.rules} 条规则，与之前相比 {made.changed} 条不同。",
            f"Published: {made.rules} rules, {made.changed} differ from before.",
        )


@app.command("versions")
def list_versions(data: Data = None, database: Database = "") -> None:
    """列出已发布的版本 / What was published."""
    with told(), opened(data, database) as server:
        known = rule_files.versions(server)
        names = server.replica.titles("user", {one.author for one in known if one.author})
        for one in known:
            row(one.number, "*" if one.in_force else "", one.at, names.get(one.author), one.note)


def _text(file: Path) -> str:
    if file.stat().st_size > MOST_BYTES:
        raise too_large()
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise KnownError(
            f"「{file.name}」不是 UTF-8 文本。", f"“{file.name}” is not text in UTF-8.", code="file"
        ) from error


def _tell(file: Path, found: Checked) -> None:
    """Say what is wrong, as compilers do, and end there."""
    for fault in found.faults:
        inside = f" [{fault.path}]" if fault.path else ""
        place = f"{file}:{fault.spot.line}:{fault.spot.column}"
        typer.echo(f"{place}: {fault.label.text(language())}{inside}", err=True)
    if found.faults:
        raise typer.Exit(1)
