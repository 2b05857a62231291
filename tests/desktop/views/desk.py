"""Desks for the tests of pages: a signed-in person with a real encrypted replica, and a session."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from crm_core.errors import KnownError
from crm_core.model.values import Record
from crm_core.permissions.stored import Organisation
from desktop.bus import Bus
from desktop.services.commands.verbs import Done
from desktop.services.online.account import Account
from desktop.services.workspace import Workspace
from desktop.tasks import Tasks
from desktop.viewmodels.session import Session
from tests.builders import KEY, FakeClock, a_replica, an_actor, create
from tests.desktop.services.office import a_setup


@dataclass(slots=True)
class Desk:
    """One person at work."""

    session: Session
    time: FakeClock
    done: list[Done]
    failed: list[KnownError]
    opened: list[tuple[str, str]]

    @property
    def workspace(self) -> Workspace:
        """What the session works in."""
        return self.session.workspace

    def add(self, entity: str, values: Mapping[str, object]) -> str:
        """A record that is there before the page opens; its id."""
        replica = self.workspace.replica
        return create(replica, entity, values, by=an_actor(self.workspace.account.user_id))

    def record(self, entity: str, record_id: str) -> Record:
        """What the replica holds."""
        found = self.workspace.replica.record(entity, record_id)
        assert found is not None
        return found


def a_desk(
    folder: Path,
    *,
    node: str = "a" * 16,
    time: FakeClock | None = None,
    user: str = "wang",
    holds: bytes | None = None,
) -> Iterator[Desk]:
    """A desk whose server is never asked; closed at the end. `holds`: the file of its replica."""
    folder.mkdir()
    time = time or FakeClock()
    (folder / "replica.db").write_bytes(holds or _with_people(node, time.moment))
    account = Account("http://127.0.0.1:9", "随行", user, user, "admin", user, node, "lineage")
    replica = a_replica(folder / "replica.db", time=time, node=node, key=KEY)
    workspace = Workspace(a_setup(folder, time.clock), account, replica)
    # May do everything, until a test has the role worked out again from the record of the person.
    workspace._actor = Organisation().actor(user, account.role)
    bus = Bus()
    tasks = Tasks(bus=bus)
    session = Session(workspace=workspace, tasks=tasks, bus=bus, language="zh_CN")
    desk = Desk(session, time, [], [], [])
    session.finished.connect(desk.done.append)
    session.failed.connect(desk.failed.append)
    session.open_requested.connect(
        lambda entity, record_id: desk.opened.append((entity, record_id))
    )
    yield desk
    session.close()
    assert tasks.shutdown(30)
    workspace.close()


@cache
def _with_people(node: str, moment: datetime) -> bytes:
    """The file of a replica in which the two colleagues are: each desk starts from a copy."""
    with TemporaryDirectory() as name:
        path = Path(name, "replica.db")
        replica = a_replica(path, time=FakeClock(moment), node=node, key=KEY)
        for login, called in {"wang": "王敏", "zhao": "赵磊"}.items():
            with replica.write(an_actor()) as (unit, _):  # Two acts: together they'd be a batch.
                person = {"name": called, "login": login, "role": "rep"}
                unit.create("user", person, record_id=login)
        replica.close()
        return path.read_bytes()


def put(qtbot: QtBot, page: QWidget, *, width: int = 1056, height: int = 800) -> None:
    """Show a page in a window of that size, with the keyboard."""
    qtbot.addWidget(page)
    page.resize(width, height)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
