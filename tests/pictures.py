"""Takes the pictures in docs/screenshots: python -m tests.pictures [--into FOLDER] [NAME …]

With names, only those pictures are taken anew.

Every page, over the sample organisation, light and dark, in Chinese and English; the large size
for one look of each language, because the others differ from it in colour only.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from crm_core.clock import system_clock
from crm_core.intake.mapping import OnTwin
from crm_core.model.query import MY_TEAM, All, Op, Query, Start, Test, Unit
from crm_core.model.query import Any as AnyOf
from desktop.demo.cast import SPOKEN
from desktop.demo.stage import Person, Stage
from desktop.greeting import Greeting
from desktop.guest import Forgetful
from desktop.services.commands.verbs import do_change, do_change_many
from desktop.services.online.local_server import LocalServer
from desktop.viewmodels.import_flow import Stage as Step
from desktop.viewmodels.lists.columns import Narrowing
from desktop.views.help import HelpWindow
from desktop.views.language import install_language
from desktop.views.main_window import MainWindow
from desktop.views.pages.health_page import HealthPage
from desktop.views.pages.importing.import_page import ImportPage
from desktop.views.pages.lists.list_page import ListPage
from desktop.views.pages.plans.calendar_page import CalendarPage, Span
from desktop.views.pages.visits.incoming_sheet import IncomingSheet
from desktop.views.theme.apply import apply_theme
from desktop.views.theme.tokens import Scheme
from desktop.views.tour import Tour
from desktop.views.widgets.sheet import Sheet
from tests.pictures_boards import of_boards
from tests.pictures_briefs import of_briefs
from tests.pictures_doubles import found_in_everything, met_while_typing
from tests.pictures_merging import merging
from tests.pictures_rules import of_rules

REP = Person("陈晓雨", "chenxiaoyu", "chenxiaoyu-demo", "rep")
COLLEAGUE = Person("李维", "liwei", "liwei-demo", "rep")
MANAGER = Person("周岚", "zhoulan", "zhoulan-demo", "manager")
BOSS = Person("管理员", "itadmin", "pictures of the office", "admin")
ADMIN_TABS = ("people", "places", "roles", "fields", "devices", "policy", "privacy", "audit")
OTHER_PAGES = (
    "opportunity", "visit", "task", "pipeline", "more", "bin", "recordings",
    "wording", "settings",
)  # fmt: skip
TABLE = (
    "2026 年客户资料汇总,,,,,,,\n"
    "客户名称,客户级别,状态,城市,联系人,手机号,职务,年采购额\n"
    '江宁瑞康医院,A,合作中,南京,王敏女士,13800000001,主任,"1,200,000.00"\n'
    "溧水区人民医院,B,潜在,南京,李雷,138 0000 0002,采购,35万\n"
    "高淳中医院,B,意向,南京,赵丽先生,1.38E+10,院长,80000\n"
    "溧水区人民医院,B,潜在,南京,孙涛,13800000004,检验科,\n"
    "句容市第二医院,很重要,潜在,镇江,周洁,13800000005,,20万\n"
    ",C,潜在,镇江,吴刚,13800000006,,\n"
    "丹阳康复医院,C,沉睡,镇江,郑爽,13800000007,主任,150000.5\n"
)
FILLING = ("log-visit", "chat", "time")
"""Sheets that are as large as the window; others keep their own size."""
CHAT = (
    "王敏：方案收到了，血球分析仪价格偏高，我们预算二十八万\n我：合同草稿明天下午发您\n"
    "王敏：好的，等领导批，我再考虑一下\n我：那下周三再联系您"
)
LARGE = "1920x1080"
LARGE_LOOKS = (("zh_CN", Scheme.LIGHT), ("en", Scheme.DARK))
SIZES = {"1280x800": (1280, 800), "1920x1080": (1920, 1080)}


class Photographer:
    """One walk through the pages for each look."""

    def __init__(self, stage: Stage, wanted: Collection[str] = ()) -> None:
        self.stage = stage
        self.wanted = wanted
        self.rep, self.manager = self._window(REP), self._window(MANAGER)
        self.boss = self._window(BOSS)
        replica = self.rep.session.workspace.replica
        found = replica.find(Query("customer", Test("name", Op.EQ, "江宁瑞康医院")))
        self.customer = str(found[0]["id"])
        self._make_a_batch()
        self._make_a_conflict()

    def walk(self) -> dict[str, Callable[[], QWidget]]:
        """Name of each picture, and how to get there."""
        return {
            "today": lambda: self._page(self.rep, "today"),
            "calendar": lambda: self._calendar(Span.WEEK),
            "calendar-month": lambda: self._calendar(Span.MONTH),
            "calendar-list": lambda: self._calendar(Span.LIST),
            "customers": lambda: self._page(self.rep, "customer"),
            "filter": self._filter,
            "grouped": self._grouped,
            "leads": lambda: self._page(self.rep, "lead"),
            "customer": self._customer,
            "history": self._history,
            "time": self._through_time,
            "search": self._search,
            "log-visit": self._visit,
            "chat": self._chat,
            "sync": lambda: self._page(self.rep, "sync"),
            "batches": self._batches,
            **{name: partial(self._page, self.rep, name) for name in OTHER_PAGES},
            "follow-up": self._follow_up,
            "incoming": self._incoming,
            "bulk": self._bulk,
            "import": partial(self._import, Step.FILE),
            "import-columns": partial(self._import, Step.MAPPING),
            "import-check": partial(self._import, Step.CHECK),
            "import-done": partial(self._import, Step.RUN),
            **merging(self.stage, self.rep, self.customer),
            "health": self._health,
            **of_briefs(self.stage, self.manager, self.rep),
            **of_boards(self.stage, self.rep, self.manager),
            **of_rules(self.stage, self.rep, self.manager),
            "help": self._help,
            "tour": self._tour,
            "sign-in": self._sign_in,
            "duplicates": lambda: found_in_everything(self.stage, self.manager),
            "typing": lambda: met_while_typing(self.stage, self.rep, "瑞康医院", self._phone),
            **{f"admin-{tab}": partial(self._admin, tab) for tab in ADMIN_TABS},
        }

    @property
    def _phone(self) -> str:
        """Of a customer who is there."""
        replica = self.rep.session.workspace.replica
        return str((replica.record("customer", self.customer) or {}).get("phone"))

    def take(self, folder: Path, look: str, size: tuple[int, int]) -> None:
        """All pictures in the look that is on."""
        for name, go in self.walk().items():
            if self.wanted and name not in self.wanted:
                continue
            widget = go()
            self._settle()
            self.stage.pictures = folder
            wide, high = size
            if isinstance(widget, Sheet) and name not in FILLING:
                wide, high = widget.width(), widget.height()
            self.stage.picture(widget, f"{name}-{look}", width=wide, height=high)
            self._tidy()

    def _admin(self, tab: str) -> QWidget:
        assert self.boss.admin is not None
        self.boss.shell.show_page("admin")
        self.boss.admin.show_tab(tab)
        self.stage.pump(600)
        return self.boss.shell

    def _settle(self) -> None:
        """What pages ask in the background, and ask again because of the answers, is there."""
        for _ in range(3):
            for window in (self.rep, self.manager, self.boss):
                answered: list[bool] = []
                window.session.ask(lambda: True, answered.append)
                self.stage.until(lambda a=answered: bool(a), "the answers")  # type: ignore[misc]
            self.stage.pump(150)

    def _page(self, window: MainWindow, key: str) -> QWidget:
        window.shell.show_page(key)
        return window.shell

    def _calendar(self, span: Span) -> QWidget:
        shown = self._page(self.rep, "calendar")
        page = self.rep.shell.page("calendar")
        assert isinstance(page, CalendarPage)
        page.show_span(span)
        self.stage.until(
            lambda: page.agenda is not None and page.agenda.first == page.range()[0], "the days"
        )
        return shown

    def _list(self) -> ListPage:
        self._page(self.rep, "customer")
        page = self.rep.shell.page("customer")
        assert isinstance(page, ListPage)
        self.stage.until(lambda: page.model.rowCount() > 0, "the customers")
        return page

    def _filter(self) -> QWidget:
        page = self._list()
        soon = (
            Test("next_contact_on", Op.GE, Start(Unit.DAY)),
            Test("next_contact_on", Op.LT, Start(Unit.DAY, 15)),
        )
        either = AnyOf((All(soon), Test("level", Op.IN, ("A",))))
        page.filters.show_narrowing(Narrowing(where=All((Test("owner", Op.EQ, MY_TEAM), either))))
        page.filters.narrowed.emit()
        page.filters.panel.begin()
        return self.rep.shell

    def _grouped(self) -> QWidget:
        page = self._list()
        page.grouping.choose("level")
        self.stage.until(lambda: page.model.rowCount() > page.model.records, "the groups")
        return self.rep.shell

    def _customer(self) -> QWidget:
        self.rep.show_record("customer", self.customer)
        return self.rep.shell

    def _history(self) -> QWidget:
        self._customer()
        self.stage.pump(400)
        self.rep.customer.show_history("address")
        return self.rep.shell

    def _through_time(self) -> QWidget:
        self._customer()
        self.stage.pump(400)
        self.rep.customer.show_through_time()
        sheet = self.rep.customer.through_time
        assert sheet is not None
        self.stage.until(lambda: sheet.time is not None, "the steps")
        sheet.steps.setCurrentIndex(sheet.steps.model().index(0, 0))
        return sheet

    def _search(self) -> QWidget:
        self._page(self.rep, "customer")
        palette = self.rep.shell.palette_host
        palette.open_palette()
        palette.line.setText("jnrk")
        return self.rep.shell

    def _visit(self) -> QWidget:
        dialog = self.rep.log_visit(self.customer)
        note = SPOKEN.replace("林女士", "王敏主任").replace("雅思基础班", "血球分析仪")
        dialog.note.insertPlainText(note)
        self.stage.until(lambda: bool(dialog.model.cards), "the proposals")
        return dialog

    def _chat(self) -> QWidget:
        """A pasted conversation, with a deal it may move."""
        dialog = self.rep.log_visit(self.customer)
        dialog.note.insertPlainText(CHAT)
        self.stage.until(lambda: len(dialog.model.cards) > 4, "the proposals")
        dialog.proposals.focus_first()
        return dialog

    def _batches(self) -> QWidget:
        page = self.manager.batches
        self._page(self.manager, "batches")
        self.stage.until(lambda: page.plan is not None, "the preview")
        return self.manager.shell

    def _follow_up(self) -> QWidget:
        self.rep.follow_up.open_for("customer", self.customer)
        sheet = self.rep.follow_up.sheet
        assert sheet is not None
        return sheet

    def _incoming(self) -> QWidget:
        self.rep.desk.ask_number()
        [sheet] = self.rep.shell.findChildren(IncomingSheet)
        replica = self.rep.session.workspace.replica
        phone = replica.find(Query("customer", Test("name", Op.EQ, "江宁瑞康医院")))[0]["phone"]
        sheet.number.setText(f"+86 {phone}")
        return sheet

    def _bulk(self) -> QWidget:
        page = self.manager.lists["customer"]
        self._page(self.manager, "customer")
        self.stage.until(lambda: page.model.rowCount() > 3, "the list")
        page.table.selectRow(0)
        sheet = page.doing.more.edit_many()
        assert sheet is not None
        return sheet

    def _import(self, step: Step) -> QWidget:
        """A table as people have them, as far as a step of the wizard."""
        path = self.stage.folder / "老系统客户.csv"
        path.write_text(TABLE, encoding="gb18030")
        window = self.manager
        page = window.shell.page("import")
        assert isinstance(page, ImportPage)
        flow = page.flow
        if flow.imported is not None:  # Of the look before: everything is new again.
            flow.take_back()
            self.stage.until(lambda: flow.undone, "the import to be taken back")
        window.session.import_requested.emit("", "")
        flow.start_over()
        if step is not Step.FILE:
            page.open_file(path)
            self.stage.until(lambda: flow.looked is not None, "the table")
            flow.set_on_twin(OnTwin.UPDATE)
        if step in (Step.CHECK, Step.RUN):
            flow.check()
            self.stage.until(lambda: flow.foretold is not None, "the verdicts")
        if step is Step.RUN:
            flow.run(anew=True)
            self.stage.until(lambda: flow.imported is not None, "the import")
        return window.shell

    def _health(self) -> QWidget:
        """The check of data, over what the manager sees."""
        self._page(self.manager, "health")
        page = self.manager.shell.page("health")
        assert isinstance(page, HealthPage)
        page.check()
        self.stage.until(lambda: page.found is not None, "the check")
        return self.manager.shell

    def _help(self) -> QWidget:
        self._page(self.rep, "today")
        greeting = Greeting(self.rep.session, self.rep, Forgetful())
        greeting.open_help()
        assert greeting.help is not None
        return greeting.help

    def _tour(self) -> QWidget:
        greeting = Greeting(self.rep.session, self.rep, Forgetful())
        greeting.start_tour()
        assert greeting.tour is not None
        greeting.tour.go_on()
        return self.rep.shell

    def _sign_in(self) -> QWidget:
        desktop = self.stage.desktop(MANAGER)
        return desktop.entrance.ask()

    def _tidy(self) -> None:
        listed = self.rep.shell.page("customer")
        if isinstance(listed, ListPage):
            listed.filters.clear_all()
            listed.grouping.choose("")
        self.rep.customer.history.close_panel()
        if self.rep.customer.through_time is not None:
            self.rep.customer.through_time.done(0)
        self.rep.shell.palette_host.hide()
        for window in (self.rep, self.manager):
            for over in window.shell.findChildren(QWidget):
                if isinstance(over, Sheet) and over is not window.visit:
                    over.set_dirty(False)
                    over.done(0)
                elif isinstance(over, Tour):
                    over.end()
                elif isinstance(over, HelpWindow):
                    over.close()
        if self.rep.visit is not None:
            self.rep.visit.set_dirty(False)
            self.rep.visit.model.give_up()
            self.rep.visit.done(0)
        signing = self.stage.desktop(MANAGER).signing_in
        if signing is not None:
            signing.close()
            self.stage.desktop(MANAGER).entrance.signing_in = None
        self.stage.pump(100)

    def _window(self, person: Person) -> MainWindow:
        window = self.stage.sign_in(person).window
        assert window is not None
        return window

    def _make_a_batch(self) -> None:
        """The manager moves several customers to another level in one go."""
        session = self.manager.session
        found = session.workspace.replica.find(Query("customer", limit=6))
        done: list[object] = []
        session.run(
            do_change_many, "customer", [str(r["id"]) for r in found],
            {"level": "A", "state": "active"}, on_done=done.append,
        )  # fmt: skip
        self.stage.until(lambda: bool(done), "the batch")

    def _make_a_conflict(self) -> None:
        """A colleague and the rep correct the same address without having seen each other."""
        self._window(COLLEAGUE)
        sessions = [self.stage.desktop(p).session for p in (REP, COLLEAGUE)]
        for person in (REP, COLLEAGUE):
            self.stage.desktop(person).work_offline(True)
        for number, session in enumerate(sessions, 1):
            assert session is not None
            address = f"江宁区将军大道 {86 + number} 号检验楼 {number} 层"
            done: list[object] = []
            session.run(
                do_change, "customer", self.customer, {"address": address}, on_done=done.append
            )
            self.stage.until(lambda done=done: bool(done), "the change")  # type: ignore[misc]
        for person in (REP, COLLEAGUE):
            self.stage.desktop(person).work_offline(False)
        mine = sessions[0]
        assert mine is not None
        self.stage.until(
            lambda: bool(mine.workspace.replica.conflicts()) and not mine.status.waiting,
            "the conflict to arrive",
        )
        self.stage.pump(12_000)  # until the toasts have gone


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.pictures", description="Pictures of every page, in every look."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these; all by default")
    parser.add_argument(
        "--into", type=Path, default=Path("docs/screenshots"), metavar="FOLDER",
        help="where they are put (default: %(default)s)",
    )  # fmt: skip
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Take those that are asked for."""
    asked = _asked(arguments)
    target = asked.into.absolute()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(prefix="suixing-pictures-") as scratch:
        folder = Path(scratch)
        stage = Stage(
            folder=folder, pictures=target, clock=system_clock(),
            environ={**os.environ, "SUIXING_KEYRING": "file"},
            server=LocalServer(folder / "server", {}),
        )  # fmt: skip
        stage.open_qt()
        founding = ("init", "--admin", BOSS.login, "--sample", "--password-stdin")
        stage.server.administer(*founding, stdin=f"{BOSS.password}\n")
        stage.server.start()
        try:
            photographer = Photographer(stage, asked.names)
            if unknown := sorted(set(asked.names) - set(photographer.walk())):
                sys.exit(f"no picture is called {', '.join(unknown)}")
            _every_look(stage, photographer, target)
        finally:
            stage.close()


def _every_look(stage: Stage, photographer: Photographer, target: Path) -> None:
    assert stage.qt is not None
    for language in ("zh_CN", "en"):
        install_language(stage.qt, language)
        for person in (REP, MANAGER, BOSS):
            session = stage.desktop(person).session
            assert session is not None
            session.set_language(language)
        for scheme in (Scheme.LIGHT, Scheme.DARK):
            apply_theme(stage.qt, scheme)
            for name, size in SIZES.items():
                if name == LARGE and (language, scheme) not in LARGE_LOOKS:
                    continue
                photographer.take(target, f"{language[:2]}-{scheme.value}-{name}", size)


if __name__ == "__main__":
    main()
