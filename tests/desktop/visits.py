"""A person at work with an encrypted replica: what tests of visits stand on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.bus import Bus
from desktop.config import Profile
from desktop.services.online.account import Account
from desktop.services.online.secrets import FileVault, Secrets
from desktop.services.workspace import Setup, Workspace
from desktop.tasks import Tasks
from desktop.viewmodels.session import Session
from tests.builders import KEY, FakeClock, a_customer, a_replica, an_actor

LIN = "林美玲女士问雅思基础班能不能换老师，对现在的老师不满意，后天上午回复她。"
NOTE = "记录林女士咨询雅思基础班，预算一万八，关注上课时间，明天下午给她发课程介绍。"


class Desk:
    """One open workspace, its session, and the records it starts with."""

    def __init__(self, folder: Path, language: str = "zh_CN") -> None:
        self.time = FakeClock()
        profile = Profile(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.setup = Setup(
            profile=profile,
            secrets=Secrets(FileVault(profile), protected=False),
            clock=self.time.clock,
        )
        self.setup.secrets.keep_database_key(KEY)
        self.language = language
        self.account = Account(
            server="http://127.0.0.1:9", organisation="新航英语", user_id="u-lin",
            user_name="林晓", role="rep", login="linxiao", node="", lineage="",
        )  # fmt: skip
        replica = a_replica(profile.replica_path, time=self.time, key=KEY)
        self.workspace = Workspace(self.setup, self.account, replica)
        self.bus = Bus()
        self.tasks = Tasks(bus=self.bus)
        self.session = Session(
            workspace=self.workspace, tasks=self.tasks, bus=self.bus, language=language
        )
        self.ids = self._fill()

    def close(self) -> None:
        """Finish all work, then let go of the file."""
        self.session.close()
        if not self.tasks.shutdown(20):
            raise RuntimeError("work is still going on")
        self.workspace.close()

    def _fill(self) -> dict[str, str]:
        with self.workspace.write("测试") as (unit, _):
            own = {"owner": "u-lin"}
            family = unit.create(
                "customer", own | a_customer(name="林美玲家", kind="person", level="B")
            )
            hospital = unit.create("customer", own | a_customer(name="江宁瑞康医院"))
            person = own | {"customer": family, "title": "女士"}
            doctors = own | {"customer": hospital, "title": "主任"}
            return {
                "family": family,
                "hospital": hospital,
                "lin": unit.create("contact", person | {"name": "林美玲"}),
                "wang_min": unit.create("contact", doctors | {"name": "王敏"}),
                "wang_qiang": unit.create("contact", doctors | {"name": "王强"}),
            }


def add_catalogue(desk: Desk) -> None:
    """Products and a competitor, which only administrators write."""
    with desk.workspace.replica.write(an_actor()) as (unit, _):
        for name in ("雅思基础班", "全自动化学发光仪", "化学发光试剂"):
            unit.create("product", {"name": name})
        unit.create("competitor", {"name": "康析生物"})


@contextmanager
def a_desk(folder: Path, language: str = "zh_CN") -> Iterator[Desk]:
    """A desk that is closed at the end."""
    desk = Desk(folder, language)
    add_catalogue(desk)
    yield desk
    desk.close()
