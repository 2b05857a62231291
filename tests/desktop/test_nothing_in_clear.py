"""A working day with marked names, phones and sounds, then every byte on the disk is searched.

The day is real: desktop services on a server in this process, and the desktop's own window. What
is searched are the profile, the temporary folder, the log, and the folders Qt may write to.
"""

import json
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from crm_core.clock import Clock
from crm_core.discretion import DiscreetFormatter
from crm_core.errors import KnownError
from crm_core.store.attachments.blobs import address_of
from desktop.app import Desktop
from desktop.process import install_excepthook
from desktop.services.commands.verbs import do_change, do_create
from desktop.services.online.farewell import Outside, take_leave
from desktop.services.online.passphrase import Cost
from desktop.services.online.secrets import FileVault, Secrets
from desktop.services.online.signing_in import Credentials, sign_in
from desktop.services.papers.attachments import do_attach
from desktop.services.workspace import Setup, Workspace, open_workspace
from desktop.tasks import Tasks
from desktop.viewmodels.visits.unsaved_visits import keep_unsaved
from sync_server.services.storing.founding import SERVER_ACTOR
from tests.desktop.services.office import FILE_KEYS, a_setup
from tests.sync_proof.disk import plain_bytes
from tests.sync_proof.network import Line
from tests.sync_proof.world import PASSWORD, World, found_organisation

NAME, PHONE = "欧阳绝密", "13900139027"
DRAFTED = "司徒不可见"
WORDS = "马 电池 订书钉"
PHOTO = b"MARKED-PHOTO-BYTES" * 9_000
SPOKEN = b"MARKED-SOUND-BYTES" * 400


def forms(text: str) -> set[bytes]:
    """How a text could lie on a disk."""
    split = f"{text[:3]} {text[3:7]} {text[7:]}"
    written = {text, split, split.replace(" ", "-"), json.dumps(text)[1:-1]}
    return {
        one.encode(coding)
        for one in written
        for coding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
    }


MARKS = forms(NAME) | forms(PHONE) | forms(DRAFTED) | {PHOTO[:18], SPOKEN[:18]}


@dataclass(slots=True)
class Day:
    """One laptop, its server, and the places where something may have been written."""

    root: Path
    world: World
    setup: Setup
    skew: list[timedelta] = field(default_factory=lambda: [timedelta()])
    tokens: set[bytes] = field(default_factory=set)
    customer: str = ""

    def places(self) -> list[Path]:
        """Everything that was written, the server's own data apart."""
        folders = [self.root / name for name in ("profile", "second", "temp", "home", "log")]
        return [path for folder in folders for path in folder.rglob("*") if path.is_file()]

    def found(self, *, wanted: set[bytes], vault_too: bool) -> dict[str, list[bytes]]:
        """Which marks lie where."""
        seen: dict[str, list[bytes]] = {}
        for path in self.places():
            if path.name == "secrets.json" and not vault_too:
                continue
            held = path.read_bytes()
            hits = [mark for mark in wanted if mark in held]
            if hits:
                seen[str(path.relative_to(self.root))] = hits
        return seen

    def keys(self) -> set[bytes]:
        """The raw key and its written form, and the session's tokens."""
        key = self.setup.secrets.database_key()
        assert key is not None
        return {key, key.hex().encode(), key.hex().upper().encode()} | self.tokens

    def note_tokens(self, workspace: Workspace) -> None:
        """Remember the tokens of a session, to look for them."""
        access, refresh = workspace.client.server.access, workspace.secrets.refresh_token()
        self.tokens |= {one.encode() for one in (access, refresh) if one}


@pytest.fixture
def day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Day]:
    """Everything that could be written to goes below `tmp_path`."""
    for name in ("temp", "home", "log"):
        (tmp_path / name).mkdir()
    for variable in ("TMPDIR", "TEMP", "TMP", "SQLITE_TMPDIR"):
        monkeypatch.setenv(variable, str(tmp_path / "temp"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    for variable in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / "home"))
    world = World(tmp_path / "world", served=False)
    found_organisation(world.data, world.time)
    world.start()
    skew = [timedelta()]
    clock = Clock(now=lambda: world.time.moment + skew[0])
    setup = a_setup(tmp_path / "profile", clock)
    setup = replace(
        setup, transport=Line(world.gate),
        secrets=Secrets(FileVault(setup.profile), protected=False, cost=Cost(1, 64, 1)),
    )  # fmt: skip
    yield Day(tmp_path, world, setup, skew)
    world.close()


@pytest.fixture
def log(tmp_path: Path) -> Iterator[None]:
    """The program's own log and its hooks, into a file."""
    root, hooks = logging.getLogger(), (sys.excepthook, sys.unraisablehook)
    handler = logging.FileHandler(tmp_path / "suixing.log", encoding="utf-8")
    handler.setFormatter(DiscreetFormatter())
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield
    root.removeHandler(handler)
    root.setLevel(level)
    handler.close()
    sys.excepthook, sys.unraisablehook = hooks


def work(day: Day) -> None:
    """Sign in, write, attach, speak, search, disagree, sync, leave something half done."""
    anna = sign_in(day.setup, Credentials("http://server", "anna", PASSWORD, "本机"))
    day.note_tokens(anna)
    values = {"name": NAME, "kind": "person", "phone": PHONE, "remark": f"{NAME} {PHONE}"}
    done = do_create(anna, "customer", values | {"owner": "user-anna"})
    day.customer = next(iter(done.changed["customer"]))
    source = day.root / "outside" / f"{DRAFTED}的体检.jpg"
    source.parent.mkdir()
    source.write_bytes(PHOTO)
    do_attach(anna, [source], {"customer": day.customer})
    with anna.blobs.writer(address_of([b"a download"])) as half:
        half.write(PHOTO)
    sound = anna.recordings.begin(anna.recordings.path("note-1"))
    sound.append(SPOKEN)
    sound.close()
    anna.client.sync_once()
    disagree(day, anna)
    anna.replica.index_some()
    assert anna.replica.search(NAME)
    assert anna.replica.search(PHONE[-4:])
    keep_unsaved(anna, "d1", {"text": f"{DRAFTED}说可以", "header": {"customer_id": ""}})
    day.note_tokens(anna)
    assert day.found(wanted=MARKS | day.keys(), vault_too=False) == {}, "while it is open"
    anna.close()


def disagree(day: Day, anna: Workspace) -> None:
    """Another laptop of anna's changes the same field."""
    other = replace(a_setup(day.root / "second", day.setup.clock), transport=day.setup.transport)
    second = sign_in(other, Credentials("http://server", "anna", PASSWORD, "另一台"))
    do_change(second, "customer", day.customer, {"remark": f"{NAME} 甲"})
    do_change(anna, "customer", day.customer, {"remark": f"{NAME} 乙"})
    second.client.sync_once()
    anna.client.sync_once()
    assert anna.replica.conflicts()
    second.close()


def go_wrong() -> None:
    """Bugs that quote what they were about: in a task, in a slot, in a log line."""
    install_excepthook()

    def fails() -> None:
        raise ValueError(f"no such customer: {NAME}, {PHONE}")

    tasks = Tasks()
    tasks.db(fails)
    assert tasks.shutdown(30)
    try:
        fails()
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
        logging.getLogger("log.store").warning("could not: %s", error)


def look_at_it(day: Day, qtbot: QtBot) -> None:
    """The desktop's own window on this profile, unlocked, offline."""
    desktop = Desktop(day.setup.profile, environ=FILE_KEYS, clock=day.setup.clock)
    desktop.start()
    locked = desktop.entrance.unlocking
    assert locked is not None
    locked.passphrase.setText(WORDS)
    locked.submit()
    qtbot.waitUntil(lambda: desktop.window is not None)
    window = desktop.window
    assert window is not None
    window.show_record("customer", day.customer)
    qtbot.waitUntil(lambda: window.customer.title() == NAME)
    window.shell.show_page("customer")
    qtbot.waitUntil(lambda: window.lists["customer"].model.rowCount() == 1)
    desktop.close()
    desktop.deleteLater()


def lose_sight(day: Day) -> None:
    """The customer goes to another territory; what is left here is looked at decrypted."""
    with day.world.server.replica.write(SERVER_ACTOR) as (unit, _):
        unit.change("customer", day.customer, {"owner": "user-carl"})
    anna = open_workspace(day.setup)
    report = anna.client.sync_once()
    day.note_tokens(anna)
    assert report.left
    anna.close()
    key = day.setup.secrets.database_key()
    assert key is not None
    held = plain_bytes(day.setup.profile.replica_path, key)
    assert [mark for mark in forms(NAME) | forms(PHONE) if mark in held] == []


@pytest.mark.usefixtures("log")
def test_a_day_leaves_no_customer_no_token_and_no_key_in_clear(day: Day, qtbot: QtBot) -> None:
    work(day)
    go_wrong()
    said = (day.root / "suixing.log").read_bytes()
    assert b"ValueError" in said
    assert [mark for mark in MARKS if mark in said] == []
    assert day.found(wanted=MARKS | day.keys(), vault_too=False) == {}, "after closing"

    day.setup.secrets.set_passphrase(WORDS)
    everything = MARKS | day.keys() | forms(WORDS)
    assert day.found(wanted=everything, vault_too=False) == {}
    secrets = day.setup.profile.secrets_path.read_bytes()
    assert [mark for mark in everything if mark in secrets] == [], "not even in the vault"
    look_at_it(day, qtbot)

    lose_sight(day)
    day.skew[0] = timedelta(days=40)
    with pytest.raises(KnownError):
        open_workspace(day.setup)
    everything |= day.tokens
    assert day.found(wanted=everything, vault_too=False) == {}, "after its lease is over"
    day.skew[0] = timedelta()

    again = sign_in(day.setup, Credentials("http://server", "anna", PASSWORD, "本机"))
    day.note_tokens(again)
    take_leave(again, Outside(lambda _: True))
    left = [path for path in day.setup.profile.folder.rglob("*") if path.is_file()]
    assert {path.name for path in left} <= {"settings.json", "in-use.lock"}, "after the wipe"
    assert day.found(wanted=everything | day.tokens, vault_too=False) == {}


@pytest.mark.skipif(os.name == "nt", reason="core files are a matter of POSIX")
def test_a_crash_leaves_no_core_file() -> None:
    child = os.fork()
    if child == 0:
        from resource import RLIMIT_CORE, getrlimit

        from desktop.process import leave_no_dumps

        leave_no_dumps()
        os._exit(0 if getrlimit(RLIMIT_CORE) == (0, 0) else 1)
    assert os.waitpid(child, 0)[1] == 0
