"""What can be begun by name from anywhere (Ctrl+K): a new record, printing, a tab of the
administration, working offline, light or dark.

No page here: forms are loaded when one is wanted.
"""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QApplication

from crm_core.permissions import ADMIN, Right
from desktop.services.incoming import digits_of
from desktop.viewmodels.session import Session
from desktop.views.palette import Palette
from desktop.views.shell import Shell
from desktop.views.theme.apply import apply_theme, effective_scheme
from desktop.views.theme.tokens import Scheme

_CREATED = ("customer", "contact", "lead", "opportunity", "task")
"""What people write down themselves; visits and follow-ups have verbs of their own."""

_NUMBER = 7
"""Digits from which on what was typed is a telephone number."""


class EverydayVerbs(QObject):
    """Verbs of one window that belong to no page."""

    def __init__(
        self, session: Session, shell: Shell, palette: Palette, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._shell, self._palette = session, shell, palette

    def offer(self) -> None:
        """Have them found by name."""
        offer = self._palette.offer
        for entity in _CREATED:
            if self._session.workspace.may(Right.CREATE, entity).allowed:
                offer(f"new:{entity}", partial(self._named, entity), partial(self._create, entity))
        if self._session.workspace.may(Right.CREATE, "customer").allowed:
            self._palette.offer_otherwise(self._new_words, self._create_called)
        offer("print:", lambda: self.tr("Print this page…"), self._print)
        offer("export:", lambda: self.tr("Export this list…"), self._export)
        if self._session.workspace.actor.role == ADMIN:
            for tab, name in self._tabs().items():
                offer(f"admin:{tab}", name, partial(self._administer, tab))
        self._palette.call_also(self._other_words)
        offer("offline:", self._offline_words, self._turn_offline)
        offer("scheme:", self._scheme_words, self._turn_scheme)
        offer("lock:", lambda: self.tr("Lock now"), self._session.lock_requested.emit)
        offer("sign_out:", lambda: self.tr("Sign out"), self._shell.sign_out_requested.emit)

    def _named(self, entity: str) -> str:
        name = self._session.workspace.entity(entity).label.text(self._session.language)
        return self.tr("New {0}").format(name.lower())

    def _new_words(self) -> str:
        return self.tr('New customer "{0}"')

    def _create_called(self, typed: str) -> None:
        """What was looked for in vain is a name, or a number."""
        number = len(digits_of(typed)) >= _NUMBER and not any(c.isalpha() for c in typed)
        self._create("customer", {"phone" if number else "name": typed})

    def _create(self, entity: str, typed: Mapping[str, object] = MappingProxyType({})) -> None:
        from desktop.views.pages.records.record_dialog import Subject
        from desktop.views.pages.records.stage_remedies import open_sheet

        open_sheet(self._session, self._shell, Subject(entity, typed=typed))

    def _other_words(self) -> Mapping[str, str]:
        return {
            "page:batches": self.tr("bulk batch undo revert history"),
            "page:bin": self.tr("restore deleted trash recover"),
            "page:duplicates": self.tr("merge doubles duplicates"),
            "page:import": self.tr("import excel csv contacts upload"),
            "page:briefing": self.tr("report summary today"),
            "page:pipeline": self.tr("pipeline kanban stages funnel"),
            "page:recordings": self.tr("voice dictation audio"),
            "page:settings": self.tr("language theme password size reminders account"),
            "page:sync": self.tr("conflicts offline upload network"),
            "page:health": self.tr("quality missing wrong clean"),
            "print:": self.tr("pdf paper"),
            "export:": self.tr("excel csv download"),
            "admin:fields": self.tr("custom field layout form"),
            "admin:people": self.tr("accounts users leave"),
        }

    def _tabs(self) -> Mapping[str, Callable[[], str]]:
        return {
            "people": lambda: self.tr("Administration: people"),
            "places": lambda: self.tr("Administration: teams and territories"),
            "roles": lambda: self.tr("Administration: roles"),
            "fields": lambda: self.tr("Administration: fields"),
            "devices": lambda: self.tr("Administration: devices"),
            "quarantine": lambda: self.tr("Administration: quarantine"),
            "policy": lambda: self.tr("Administration: policy"),
            "privacy": lambda: self.tr("Administration: personal data"),
            "audit": lambda: self.tr("Administration: audit log"),
        }

    def _administer(self, tab: str) -> None:
        from desktop.views.pages.admin.admin_page import AdminPage

        self._shell.show_page("admin")
        page = self._shell.page("admin")
        if isinstance(page, AdminPage):
            page.show_tab(tab)

    def _print(self) -> None:
        from desktop.views.pages.lists.list_page import ListPage
        from desktop.views.pages.records.record_page import RecordPage

        page = self._shell.stack.currentWidget()
        if isinstance(page, ListPage):
            page.doing.more.print_list()
        elif isinstance(page, RecordPage):
            page.printing.print_record()
        else:
            self._shell.show_toast(self.tr("A list or a record can be printed; open one first."))

    def _export(self) -> None:
        from desktop.views.pages.lists.list_page import ListPage

        page = self._shell.stack.currentWidget()
        if isinstance(page, ListPage):
            page.doing.more.export()
        else:
            self._shell.show_toast(self.tr("A list can be exported; open one first."))

    def _offline_words(self) -> str:
        paused = self._session.status.paused
        return self.tr("Work online again") if paused else self.tr("Work offline")

    def _turn_offline(self) -> None:
        self._session.offline_chosen.emit(not self._session.status.paused)

    def _scheme_words(self) -> str:
        dark = effective_scheme() is Scheme.DARK
        return self.tr("Light colours") if dark else self.tr("Dark colours")

    def _turn_scheme(self) -> None:
        scheme = Scheme.LIGHT if effective_scheme() is Scheme.DARK else Scheme.DARK
        app = QCoreApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, scheme)
            self._shell.scheme_chosen.emit(scheme.value)
