"""What can be begun by name from anywhere (Ctrl+K): a new record, working offline, light or dark.

No page here: forms are loaded when one is wanted.
"""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QApplication

from crm_core.permissions import Right
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
