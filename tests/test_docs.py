"""What the documents promise is what the programs do: links, commands, variables, codes, rooms."""

import os
import re
import shlex
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.core import TyperGroup

import make
from crm_core.errors import SYNC_CODES, SyncCode
from desktop.cli import app as desktop_app
from docs.sync_errors import PAGE, page
from sync_server.cli import app as server_app

ROOT = Path(__file__).parent.parent
PAGES = sorted((*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")))
GUIDES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/*.md"))]
NO_WORDS = ("/" + "work/", "fa" + "rm-", "py" + "pi.org", "python" + "hosted.org")
NO_ROOMS = {"tests", "docs", "installers", "requirements", "benchmarks"}
"""Top-level folders around the product, which ARCHITECTURE leaves to CONTRIBUTING."""

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"```\w*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
_VARIABLE = re.compile(r"\bSUIXING_[A-Z_]+\b")
_OPTION = re.compile(r"--[a-z][a-z-]*")
_PROGRAMS = {
    "suixing": typer.main.get_command(desktop_app),
    "suixing-server": typer.main.get_command(server_app),
}


def committed() -> list[Path]:
    """Every text file of the checkout that .gitignore leaves in, with or without git."""
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    ignored = [".git", *(line.strip("/") for line in lines)]

    def kept(names: Iterable[str]) -> list[str]:
        return [n for n in names if not any(fnmatch(n, pattern) for pattern in ignored)]

    found = []
    for folder, inner, names in os.walk(ROOT):
        inner[:] = kept(inner)
        found += [Path(folder) / name for name in kept(names)]
    return [p for p in found if b"\0" not in p.read_bytes()[:8192]]


def named_commands(text: str) -> Iterator[list[str]]:
    """The command lines of our programs in the code of a page, as words."""
    for block, inline in _CODE.findall(text):
        for line in (block or inline).splitlines():
            words = line.replace("…", "").split(" / ")[0].split()
            while words and words[0] in ("sudo", "-u", "python3", "python", "$", ">"):
                words = words[2:] if words[0] == "-u" else words[1:]
            if words and words[0] in (*_PROGRAMS, "make.py"):
                yield shlex.split(" ".join(words))


def why_unknown(words: list[str]) -> str:
    """Why a program would not understand this command line; empty if it would."""
    if words[0] == "make.py":
        known = len(words) < 2 or words[1] in make.VERBS or words[1] == "VERB"
        return "" if known else f"no verb {words[1]}"
    command: Any = _PROGRAMS[words[0]]
    rest = words[1:]
    while rest and isinstance(command, TyperGroup) and not rest[0].startswith("-"):
        inner = command.commands.get(rest[0])
        if inner is None:
            return f"no command {rest[0]}"
        command, rest = inner, rest[1:]
    options = {option for p in command.params for option in p.opts} | {"--help"}
    unknown = [w for w in rest if _OPTION.fullmatch(w) and w not in options]
    return f"no options {unknown}" if unknown else ""


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.name)
def test_every_relative_link_resolves(path: Path) -> None:
    targets = [t.split("#")[0] for t in _LINK.findall(path.read_text(encoding="utf-8"))]
    local = [t for t in targets if t and ":" not in t]
    assert [t for t in local if not (path.parent / t).exists()] == []


@pytest.mark.parametrize("path", GUIDES, ids=lambda p: p.name)
def test_every_command_named_exists_with_its_options(path: Path) -> None:
    commands = list(named_commands(path.read_text(encoding="utf-8")))
    wrong = {" ".join(words): why_unknown(words) for words in commands if why_unknown(words)}
    assert wrong == {}


def test_the_reader_of_commands_finds_them_and_knows_wrong_ones() -> None:
    text = (
        "`sudo -u x suixing-server backup F` and\n```\npython3 make.py run\nsuixing fly --far\n```"
    )
    found = list(named_commands(text))
    assert [words[0] for words in found] == ["suixing-server", "make.py", "suixing"]
    assert [bool(why_unknown(words)) for words in found] == [False, False, True]
    assert why_unknown(["suixing-server", "serve", "--loudly"])
    assert why_unknown(["make.py", "coffee"])


def test_every_verb_and_command_is_in_a_guide() -> None:
    named = {tuple(w) for path in GUIDES for w in named_commands(path.read_text(encoding="utf-8"))}
    words = {w[: 1 + len(list(takewhile(str.isalpha, w[1:])))] for w in named}
    lacking = [
        f"{program} {name}"
        for program, command in _PROGRAMS.items()
        if isinstance(command, TyperGroup)
        for name in command.commands
        if not any(w[:2] == (program, name) for w in words)
    ]
    assert set(lacking) <= {"suixing-server user", "suixing try"}


def test_environment_variables_are_documented_and_read() -> None:
    admin = (ROOT / "docs" / "admin.md").read_text(encoding="utf-8")
    folders = ("crm_core", "desktop", "sync_server")
    code = "".join(p.read_text("utf-8") for f in folders for p in (ROOT / f).rglob("*.py"))
    assert set(_VARIABLE.findall(admin)) == set(_VARIABLE.findall(code))


def test_the_page_of_sync_codes_is_current_and_whole() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m docs.sync_errors"
    assert set(SYNC_CODES) == set(SyncCode)
    assert all(f"| `{code}` |" in page() for code in SyncCode)


def test_nothing_committed_names_this_machine_or_a_registry() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {word}"
        for path in committed()
        for word in NO_WORDS
        if word in path.read_text(encoding="utf-8", errors="replace")
    }
    assert found == set()


def test_architecture_names_the_rooms_that_are_there() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    table = text[text.index("## The rooms") : text.index("## One write")]
    top = {p.relative_to(ROOT).parts[0] for p in committed() if p.parent != ROOT}
    rooms = {name for name in top if not name.startswith(".")} - NO_ROOMS
    assert rooms == {n.split("/")[0] for n in re.findall(r"^\| `([\w./]+)`", table, re.MULTILINE)}
    inner = set(re.findall(r"`crm_core/(\w+)(?:\.py)?`", table)) | {"clock", "notes"}
    assert inner == {
        p.stem
        for p in (ROOT / "crm_core").iterdir()
        if not p.name.startswith("_") and (p.suffix == ".py" or p.is_dir())
    }
