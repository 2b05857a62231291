"""`suixing try`: a server with the sample organisation on this computer, and a desktop on it."""

import os
import sys
from pathlib import Path

import typer
from platformdirs import user_data_dir
from PySide6.QtWidgets import QApplication

from crm_core.clock import system_clock
from crm_core.errors import KnownError
from desktop.app import Desktop
from desktop.config import Profile
from desktop.process import install_excepthook, let_interrupts_in, prepare_qt
from desktop.services.online.account import load_account
from desktop.services.online.local_server import LocalServer
from desktop.services.online.signing_in import Credentials, sign_in
from desktop.starting import Greeter, choose_scale

ORGANISATION = "启明联合（示例）"
ADMINISTRATOR = "itadmin"
LOGIN, PASSWORD = "zhoulan", "zhoulan-demo"
_FIRST_SIGHT = (
    "示例账号：经理 zhoulan / zhoulan-demo，销售 chenxiaoyu / chenxiaoyu-demo，"
    "liwei / liwei-demo。\n"
    "Sample accounts: manager zhoulan / zhoulan-demo, reps chenxiaoyu / chenxiaoyu-demo, "
    "liwei / liwei-demo."
)


def run_trial(folder: Path | None) -> int:
    """Start (or go on with) the trial; returns when the window is closed."""
    install_excepthook()
    chosen = folder or Path(user_data_dir("suixing", appauthor=False)) / "trial"
    profile, clock = Profile(chosen / "desktop"), system_clock()
    choose_scale(profile, os.environ, stamp=clock.utc().strftime("%y%m%d"))
    qt = QApplication(sys.argv[:1])
    let_interrupts_in(qt)
    desktop = Desktop(profile, environ=os.environ, clock=clock)
    Greeter(desktop)
    desktop.take_profile()
    server = LocalServer(chosen / "server", {})
    if not server.exists:
        typer.echo("正在建立示例公司… Creating the sample organisation…")
        server.administer(
            "init", "--organisation", ORGANISATION, "--admin", ADMINISTRATOR, "--sample"
        )
    typer.echo("正在启动本机服务器… Starting the local server…")
    server.start()
    typer.echo(f"{server.url}\n{_FIRST_SIGHT}")
    try:
        _open(desktop, server)
        return qt.exec()
    finally:
        desktop.close()
        server.stop()


def _open(desktop: Desktop, server: LocalServer) -> None:
    prepare_qt(desktop.settings, desktop.language)
    desktop.remember(server=server.url, last_login=LOGIN)
    try:
        if load_account(desktop.profile, desktop.setup.clock) is None:
            typer.echo("第一次把数据同步到本机… Filling the replica for the first time…")
        credentials = Credentials(server.url, LOGIN, PASSWORD, "trial")
        desktop.open(sign_in(desktop.setup, credentials))
    except KnownError as error:
        desktop.entrance.ask(error)
