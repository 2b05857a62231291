"""`suixing selftest`: does this installation hold together? Run by IT, and on every frozen build.

Works in a throw-away profile without network: every module is imported, an encrypted database is
opened, the daily brief becomes a page, the main window is painted, the speech model is loaded where
there is one.
"""

import importlib
import json
import os
import pkgutil
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import typer

import crm_core
import desktop
from crm_core.clock import new_node_id, system_clock
from crm_core.errors import KnownError
from crm_core.insight.brief import brief_of
from crm_core.permissions import Actor
from crm_core.store.replica import open_replica
from crm_core.store.reports.brief_facts import read_facts
from crm_core.store.reports.brief_paper import brief_pdf
from desktop.app import Desktop
from desktop.config import Profile, Settings
from desktop.process import prepare_qt
from desktop.services.guide import user_guide
from desktop.services.online.account import Account, save_account
from desktop.services.online.local_server import server_program
from desktop.services.online.secrets import open_secrets
from desktop.services.voice.models import open_store
from desktop.services.voice.recognition import open_recogniser
from desktop.views.language import catalogue
from desktop.views.main_window import MainWindow

_CUSTOMER = "自检客户"


def run_selftest(picture: Path | None) -> int:
    """Print one line of JSON with what was found; 0 if everything works."""
    environ = {**os.environ, "SUIXING_KEYRING": "file"}
    with tempfile.TemporaryDirectory(prefix="suixing-selftest-") as folder:
        profile = Profile(Path(folder) / "profile")
        found: dict[str, object] = {
            "modules": sum(1 for _ in _import_everything()),
            "encrypted": _make_profile(profile, environ),
            "brief": _print_brief(profile, environ),
            "window": _paint(profile, environ, picture),
            "server": Path(server_program()[0]).exists(),
            "help": len(user_guide("zh_CN")),
        }
    found["heard"] = _listen()
    held = bool(found["modules"] and found["encrypted"] and found["window"] and found["server"])
    held = held and bool(found["help"]) and found["brief"] != 0
    typer.echo(json.dumps({"held": held, **found}, ensure_ascii=False))
    return 0 if held else 1


def _import_everything() -> Iterator[str]:
    for package in (crm_core, desktop):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
                yield module.name


def _make_profile(profile: Profile, environ: Mapping[str, str]) -> bool:
    """A signed-in profile without a server; whether its database is really encrypted."""
    profile.folder.mkdir(parents=True)
    key, node, user = secrets.token_bytes(32), new_node_id(), "selftest"
    open_secrets(profile, environ).keep_database_key(key)
    replica = open_replica(
        profile.replica_path, clock=system_clock(), key=key, node=node, keeps_outbox=True
    )
    with replica.write(Actor(user, "admin")) as (unit, _):
        unit.create("customer", {"name": _CUSTOMER, "kind": "person"})
    found = [hit.title for hit in replica.search("zjkh")]
    replica.close()
    account = Account(
        server="http://127.0.0.1:9", organisation="selftest", user_id=user, user_name="自检",
        role="admin", login="selftest", node=node, lineage="",
    )  # fmt: skip
    save_account(profile, account)
    plain = _CUSTOMER.encode() in profile.replica_path.read_bytes()
    return found == [_CUSTOMER] and not plain


def _print_brief(profile: Profile, environ: Mapping[str, str]) -> int | None:
    """How many bytes the page of a brief has; None where no font of this machine is Chinese."""
    key = open_secrets(profile, environ).database_key()
    replica = open_replica(profile.replica_path, clock=system_clock(), key=key, keeps_outbox=True)
    try:
        facts = read_facts(replica, Actor("selftest", "admin"), replica.clock.now())
    finally:
        replica.close()
    try:
        page = brief_pdf(brief_of(facts), "zh_CN")
    except KnownError as error:
        if error.code != "no_font":
            raise
        return None
    return len(page) if page.startswith(b"%PDF") else 0


@contextmanager
def _opened(profile: Profile, environ: Mapping[str, str]) -> Iterator[MainWindow]:
    qt = prepare_qt(Settings(), "zh_CN")  # Before anything that keeps time by it.
    instance = Desktop(profile, environ=environ, clock=system_clock())
    instance.remember(work_offline=True)
    instance.start()
    try:
        assert instance.window is not None
        qt.processEvents()
        yield instance.window
    finally:
        instance.close()


def _paint(profile: Profile, environ: Mapping[str, str], picture: Path | None) -> bool:
    with _opened(profile, environ) as window:
        image = window.shell.grab().toImage()
        if picture is not None:
            image.save(str(picture))
        colours = {
            image.pixel(x, y)
            for x in range(0, image.width(), 7)
            for y in range(0, image.height(), 7)
        }
        return len(colours) > 8


def _listen() -> str | None:
    """What Vosk hears in the demo's recording; None where there is no model."""
    with httpx.Client() as http:
        store = open_store(http, os.environ)
        if store.installed() is None:
            return None
        recogniser = open_recogniser(store)
        recording = catalogue("").parent / "demo" / "note.wav"
        return recogniser.transcribe(recording, lambda _done, _total: None, lambda: False).text
