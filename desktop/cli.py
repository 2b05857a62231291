"""The `suixing` command line. Kept stable: it is used for measuring as well as by people.

Each command imports what it needs when it runs, so that parsing notes does not load Qt.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from crm_core.errors import KnownError
from desktop.cli_match import match
from desktop.cli_rules import rules

app = typer.Typer(
    name="suixing",
    help="随行：离线优先的销售 CRM。Suixing: an offline-first CRM for field sales.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
note = typer.Typer(help="语音与文字速记。Voice and text notes.", no_args_is_help=True)
model = typer.Typer(help="语音识别模型。The speech model.", no_args_is_help=True)
app.add_typer(note, name="note")
app.add_typer(model, name="model")
app.add_typer(match, name="match")
app.add_typer(rules, name="rules")

Which = Annotated[str, typer.Option("--model", help="模型名称。The model's id.")]
ProfileOption = Annotated[
    str | None, typer.Option("--profile", help="数据文件夹。The folder of this profile.")
]


def command_line() -> None:
    """Run what was typed; a known error is one sentence on stderr and exit code 1."""
    with _sentences():
        app()


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except KnownError as error:
        tell(error)
        raise SystemExit(1) from None


def tell(error: KnownError) -> None:
    """Say on stderr what went wrong."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(error.chinese, markup=False)
    console.print(error.english, markup=False, style="dim")


@app.callback(invoke_without_command=True)
def open_desktop(context: typer.Context, profile: ProfileOption = None) -> None:
    """打开客户端。Open the desktop."""
    if context.invoked_subcommand is None:
        from desktop.starting import run_desktop

        raise typer.Exit(run_desktop(profile=profile))


@app.command("try")
def try_it(
    folder: Annotated[
        Path | None, typer.Option("--dir", help="试用数据放在哪里。Where trial data lives.")
    ] = None,
) -> None:
    """用示例公司试用：本机服务器加客户端。Try it: sample organisation, server and desktop."""
    from desktop.demo.trial import run_trial

    raise typer.Exit(run_trial(folder))


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", help="报告与截图。Report and screenshots.")] = Path(
        "out/demo"
    ),
    headless: Annotated[
        bool, typer.Option("--headless", help="不需要显示器。Without a display.")
    ] = False,
) -> None:
    """把“一个销售的一天”真实地走一遍。Run a rep's day end to end; 0 only if every step held."""
    if headless:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from desktop.demo.story import run_demo

    raise typer.Exit(run_demo(out))


@app.command()
def selftest(
    picture: Annotated[
        Path | None, typer.Option("--picture", help="截图存放处。Where to save a picture.")
    ] = None,
) -> None:
    """检查这次安装是否完好。Check that this installation holds together."""
    from desktop.demo.selftest import run_selftest

    raise typer.Exit(run_selftest(picture))


ContextOption = Annotated[
    Path | None,
    typer.Option("--context", help="已知名称，JSON。Known names, the context of a note as JSON."),
]


@note.command()
def transcribe(
    files: Annotated[list[Path], typer.Argument(help="录音。Recordings.")],
    as_json: Annotated[bool, typer.Option("--json", help="每行一个 JSON。JSON lines.")] = False,
    known: ContextOption = None,
) -> None:
    """在本机转写录音。Transcribe recordings on this computer."""
    failed = False
    for answer in _heard(files, known):
        failed |= "error" in answer
        if as_json:
            typer.echo(json.dumps(answer, ensure_ascii=False))
        else:
            said = answer.get("text") or answer.get("error", {}).get("message", "")
            typer.echo(f"{answer['file']}\t{said}")
    raise typer.Exit(1 if failed else 0)


@note.command()
def read(
    files: Annotated[list[Path], typer.Argument(help="录音。Recordings.")],
    known: Annotated[Path, typer.Option("--context", help="已知名称，JSON。Known names, JSON.")],
) -> None:
    """从录音到字段，每个录音一行 JSON。From recordings to fields, a JSON line each."""
    from crm_core.notes.jsonl import read_context
    from crm_core.notes.lexicon import load_lexicon
    from crm_core.notes.pipeline import NoteParser

    failed = False
    parser = NoteParser(load_lexicon(), read_context(_text_of(known)))
    for answer in _heard(files, known):
        failed |= "error" in answer
        if "error" not in answer:
            answer = answer | {"fields": parser.parse(answer["text"]).as_json()}
        typer.echo(json.dumps(answer, ensure_ascii=False))
    raise typer.Exit(1 if failed else 0)


def _heard(files: list[Path], known: Path | None) -> Iterator[dict[str, Any]]:
    """What `voice.transcribe_files` gives, listening for the names in `known`."""
    import httpx

    from crm_core.notes.jsonl import read_context
    from crm_core.notes.lexicon import load_lexicon
    from desktop.services.voice.expectation import Expectation
    from desktop.services.voice.models import open_store
    from desktop.services.voice.recognition import open_recogniser, transcribe_files

    expected = None
    if known is not None:
        names = read_context(_text_of(known))
        expected = Expectation(lambda: names, load_lexicon())
    with httpx.Client() as http:
        recogniser = open_recogniser(open_store(http, os.environ))
        yield from transcribe_files(files, recogniser, expected)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise KnownError(
            f"读不了 {path}：{error}。", f"{path} could not be read: {error}.", code="file"
        ) from error


@note.command()
def parse(
    source: Annotated[Path, typer.Option("--in", help="NOTES.jsonl")],
    target: Annotated[Path, typer.Option("--out", help="FIELDS.jsonl")],
) -> None:
    """从文字中提取字段，一行进一行出。Extract fields, one line out per line in."""
    from crm_core.notes.jsonl import parse_jsonl
    from crm_core.notes.lexicon import load_lexicon

    try:
        with (
            source.open(encoding="utf-8", errors="replace") as lines,
            target.open("w", encoding="utf-8", newline="\n") as written,
        ):
            for line in parse_jsonl(lines, load_lexicon()):
                written.write(line + "\n")
    except OSError as error:
        raise KnownError(
            f"读写文件失败：{error}。已写出的行保留在目标文件中。",
            f"A file could not be read or written: {error}. Lines already written are kept.",
            code="file",
        ) from error


@model.command()
def fetch(which: Which = "") -> None:
    """下载并校验语音模型。Fetch and verify a speech model."""
    import httpx

    from desktop.services.voice.model_specs import DEFAULT_MODEL
    from desktop.services.voice.models import Progress as Fetched
    from desktop.services.voice.models import open_store

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with (
        httpx.Client(follow_redirects=True, timeout=httpx.Timeout(30, connect=5)) as http,
        Progress(*columns, TransferSpeedColumn(), console=Console(stderr=True)) as bar,
    ):
        task = bar.add_task("语音模型 speech model", total=None)

        def show(progress: Fetched) -> None:
            words = f"{progress.source.value}: {progress.stage.value}"
            bar.update(task, completed=progress.done, total=progress.total, description=words)

        folder = open_store(http, os.environ).fetch(which or DEFAULT_MODEL, show, lambda: False)
    typer.echo(f"语音模型已就绪 · The speech model is ready: {folder}")


@model.command()
def status(which: Which = "") -> None:
    """模型是否可用。Whether a model is here and sound."""
    import httpx

    from desktop.services.voice.models import DEFAULT_MODEL, open_store

    with httpx.Client() as http:
        broken = open_store(http, os.environ).verify(which or DEFAULT_MODEL)
    typer.echo(
        "就绪 ready" if not broken else "缺失或损坏 missing or damaged: " + ", ".join(broken)
    )
    raise typer.Exit(1 if broken else 0)


@model.command("import")
def import_model(archive: Path, which: Which = "") -> None:
    """导入 IT 提供的模型压缩包。Import a model archive handed out by IT."""
    import httpx

    from desktop.services.voice.models import DEFAULT_MODEL, open_store

    with httpx.Client() as http:
        store = open_store(http, os.environ)
        named = next((spec.id for spec in store.specs if spec.id == archive.stem), DEFAULT_MODEL)
        folder = store.import_zip(archive, which or named)
    typer.echo(f"语音模型已就绪 · The speech model is ready: {folder}")
