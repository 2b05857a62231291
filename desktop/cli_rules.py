"""`suixing rules`: rules as files, checked anywhere and exported from the replica of a profile."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from crm_core.rules.texts.checking import Checked
    from crm_core.rules.texts.yaml_tree import Fault
    from desktop.services.workspace import Workspace

rules = typer.Typer(help="规则文件。Rules as files.", no_args_is_help=True)

Profile = Annotated[
    str | None,
    typer.Option("--profile", help="已登录的数据文件夹。The folder of a signed-in profile."),
]


@rules.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="YAML 文件。Files of rules.")],
    profile: Profile = None,
) -> None:
    """检查规则文件，逐条指出行列；有错时退出码为 1。Check files of rules: line and column of all
    that is wrong; exit code 1 where anything is. With --profile, own fields and people as well."""
    wrong = False
    if profile is None:
        for path in files:
            wrong |= _tell(path, _plainly(path))
    else:
        with _profile(profile) as workspace:
            for path in files:
                wrong |= _tell(path, _beside(path, workspace))
    raise typer.Exit(1 if wrong else 0)


@rules.command()
def export(
    out: Annotated[
        Path | None, typer.Option("--out", help="写到文件，不给则写到标准输出。Else to stdout.")
    ] = None,
    version: Annotated[
        int, typer.Option("--version", help="已发布的第几版；0 为草稿。A version; 0: the draft.")
    ] = 0,
    profile: Profile = None,
) -> None:
    """把规则写成 YAML。Write the rules of a profile as YAML."""
    from crm_core.errors import KnownError
    from desktop.services.rules.rule_files import rules_text, version_text, write_rule_file
    from desktop.services.rules.rule_lines import version_lines

    with _profile(profile) as workspace:
        text = rules_text(workspace)
        if version:
            known = {one.version.number: one.version.id for one in version_lines(workspace)}
            if version not in known:
                raise KnownError(
                    f"没有第 {version} 版，共 {len(known)} 版。",
                    f"There is no version {version}; there are {len(known)}.",
                    code="gone",
                )
            text = version_text(workspace, known[version])
    if out is None:
        typer.echo(text, nl=False)
    else:
        typer.echo(str(write_rule_file(out, text)), err=True)


@contextmanager
def _profile(named: str | None) -> "Iterator[Workspace]":
    from crm_core.clock import system_clock
    from desktop.config import find_profile
    from desktop.services.online.secrets import open_secrets
    from desktop.services.workspace import Setup, open_workspace

    found = find_profile(named, os.environ)
    workspace = open_workspace(Setup(found, open_secrets(found, os.environ), system_clock()))
    try:
        yield workspace
    finally:
        workspace.close()


def _plainly(path: Path) -> "Checked":
    """Against what every organisation has."""
    from crm_core.model.entities import builtin_registry
    from crm_core.rules.texts.checking import checked
    from desktop.services.rules.rule_files import read_rule_file

    return checked(read_rule_file(path), builtin_registry())


def _beside(path: Path, workspace: "Workspace") -> "Checked":
    """Against the fields, people and rules of an organisation."""
    from crm_core.rules.texts.checking import checked
    from desktop.services.rules.rule_book import draft_of
    from desktop.services.rules.rule_files import read_rule_file
    from desktop.services.rules.rule_lines import namer

    return checked(
        read_rule_file(path), workspace.replica.registry, named=namer(workspace),
        beside=draft_of(workspace).documents,
    )  # fmt: skip


def _tell(path: Path, found: "Checked") -> bool:
    """Say what is wrong with a file; whether anything is."""
    from crm_core.rules.texts.checking import counts

    for fault in found.faults:
        typer.echo(_line(path, fault), err=True)
    if found.own:
        listed = ", ".join(found.own)
        typer.echo(f"{path}: 自定义字段未核对，请加 --profile · own fields not checked: {listed}")
    if not found.faults:
        said = ", ".join(f"{kind} {many}" for kind, many in counts(found.documents).items())
        typer.echo(f"{path}: 没有问题 · nothing wrong ({said})")
    return bool(found.faults)


def _line(path: Path, fault: "Fault") -> str:
    """As compilers say it, so that editors jump there."""
    inside = f" [{fault.path}]" if fault.path else ""
    place = f"{path}:{fault.spot.line}:{fault.spot.column}"
    return f"{place}: {fault.label.zh} {fault.label.en}{inside}"
