"""A rep's day, end to end, run for real: the six steps, their order, and the verdict.

Every step states what must hold and notes whether it did; the exit code is 0 only if all did.
"""

import logging
import os
import shutil
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import httpx
import typer

from crm_core.clock import system_clock
from crm_core.errors import KnownError
from desktop.demo import scenes_crash, scenes_field, scenes_office
from desktop.demo.report import Step, write_report
from desktop.demo.scene import Story
from desktop.demo.stage import Stage, has_screen
from desktop.services.online.local_server import LocalServer
from desktop.services.voice.models import open_store

INTERRUPTED = 130
"""The shell's exit code for a program ended by Ctrl+C."""

Scene = Callable[[Story, Step], None]

STEPS: tuple[tuple[str, Scene], ...] = (
    ("IT 启动服务器，添加主管和两名销售 · IT starts the server", scenes_office.open_office),
    ("销售 A 离线：查客户、记拜访、口述 · Rep A, offline", scenes_field.rep_a_offline),
    ("销售 B 离线：改了同一位客户 · Rep B, offline", scenes_field.rep_b_offline),
    ("两人上线：合并、冲突、一键恢复 · Both come online", scenes_field.both_online),
    ("主管看板：更新、下钻 · The manager's board", scenes_office.manager_looks),
    ("推送中途服务器被杀 · The server dies in mid-push", scenes_crash.server_dies),
)


def run_demo(out: Path) -> int:
    """Play the story, write the report and the pictures to `out`; 0 only if every step held."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    out = out.absolute()
    out.mkdir(parents=True, exist_ok=True)
    for old in (*out.glob("*.png"), *out.glob("report.*")):
        old.unlink()
    folder = Path(tempfile.mkdtemp(prefix="suixing-demo-"))
    environ = {**os.environ, "SUIXING_KEYRING": "file"}
    stage = Stage(
        folder=folder, pictures=out, clock=system_clock(), environ=environ,
        server=LocalServer(folder / "server", {}),
    )  # fmt: skip
    stage.open_qt()
    with httpx.Client() as http:
        model = open_store(http, os.environ).installed()
    story = Story(stage=stage, model=model)
    steps: list[Step] | None = None
    try:
        steps = [_play(story, number, *step) for number, step in enumerate(STEPS, 1)]
    except KeyboardInterrupt:
        typer.echo("已中断，没有留下任何东西 · Interrupted; nothing was left behind.")
    finally:
        stage.close()
    if steps is None:
        shutil.rmtree(folder, ignore_errors=True)
        return INTERRUPTED
    write_report(out, steps, notes=_notes(story))
    return _verdict(steps, out, folder)


def _play(story: Story, number: int, title: str, scene: Scene) -> Step:
    step, begun = Step(number, title), time.monotonic()
    if story.broken:
        step.error = "not played: an earlier step did not hold"
        return step
    typer.echo(f"{number}. {title}")
    try:
        scene(story, step)
    except (KnownError, AssertionError) as error:
        step.error = "".join(traceback.format_exception(error))
    step.seconds = time.monotonic() - begun
    story.broken = bool(step.error)
    for check in step.checks:
        typer.echo(f"   {'✓' if check.held else '✗'} {check.statement} {check.seen}")
    if step.error:
        typer.echo(f"   ✗ {step.error}")
    return step


def _notes(story: Story) -> list[str]:
    notes = []
    if not has_screen():
        notes.append(
            "没有显示器：窗口在后台渲染，截图如下。"
            "No display: the windows were rendered offscreen; pictures below."
        )
    if story.model is None:
        notes.append(
            "这台电脑上没有语音模型，所以口述改为打字；其余步骤照常。"
            "There is no speech model on this computer, so the note was typed instead of spoken; "
            "everything else ran as usual. Get it with: suixing model fetch"
        )
    return notes


def _verdict(steps: list[Step], out: Path, folder: Path) -> int:
    held = all(step.held for step in steps)
    if held:
        shutil.rmtree(folder, ignore_errors=True)
        typer.echo(f"每一步都成立 · Every step held. {out / 'report.md'}")
    else:
        typer.echo(f"有步骤不成立 · Not every step held. {out / 'report.md'} ({folder})")
    return 0 if held else 1
