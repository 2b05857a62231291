"""The icon in the tray, and reminders that pop up while the window is closed or behind others.

What is said and when is decided in `services.reminders`; where there is no tray, or the person is
looking at the window anyway, a reminder is a toast.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Slot
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from crm_core.clock import CHINA
from desktop.config import Settings
from desktop.services.reminders import (
    MOST_SINGLE,
    Cause,
    Reminder,
    quiet_hours,
    take_reminders,
)
from desktop.viewmodels.session import Session
from desktop.views.after_start import after_first_page
from desktop.views.main_window import MainWindow
from desktop.views.program import is_ending
from desktop.views.theme.icons import icon_pixmap
from desktop.views.theme.tokens import LIGHT
from desktop.views.widgets.painting import draw_bar

if TYPE_CHECKING:
    from desktop.views.pages.settings.settings_page import SettingsPage

_LOOK_MS = 30_000
_SHOWN_MS = 15_000


class Keeper(Protocol):
    """Where choices are kept."""

    @property
    def settings(self) -> Settings:
        """As they are now."""

    def remember(self, **chosen: object) -> None:
        """Keep some."""


class Tray(QObject):
    """One for each main window; goes with its session."""

    def __init__(self, session: Session, window: MainWindow, keeper: Keeper) -> None:
        super().__init__(window)
        self._session, self._window, self._keeper = session, window, keeper
        self._shown: Reminder | None = None
        self.icon: QSystemTrayIcon | None = None
        self._menu = QMenu(window.shell)
        self.open_action = self._menu.addAction("", self.show_window)
        self.visit_action = self._menu.addAction("", self.log_visit)
        self.dictate_action = self._menu.addAction("", self.dictate)
        self._menu.addSeparator()
        self.offline_action = self._menu.addAction("")
        self.offline_action.setCheckable(True)
        self.offline_action.triggered.connect(session.offline_chosen)
        self._menu.addSeparator()
        self.quit_action = self._menu.addAction("", QApplication.quit)
        self._menu.aboutToShow.connect(self._tick)
        window.settings_made.connect(self._offer)
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)
        session.closed.connect(self._end)
        session.language_changed.connect(self._speak)
        window.shell.installEventFilter(self)
        if QSystemTrayIcon.isSystemTrayAvailable():
            self._put_up()
        self.retranslate()
        self._timer.start()
        after_first_page(session, self, self.look)

    def retranslate(self) -> None:
        """Say everything in the language of the interface."""
        self.open_action.setText(self.tr("Open Suixing"))
        self.visit_action.setText(self.tr("Log a visit"))
        self.dictate_action.setText(self.tr("Dictate a note"))
        self.offline_action.setText(self.tr("Work offline"))
        self.quit_action.setText(self.tr("Quit"))
        if self.icon is not None:
            self.icon.setToolTip(self.tr("Suixing"))

    # -- the window ----------------------------------------------------------------------------

    @property
    def stays(self) -> bool:
        """Whether closing the window leaves the program in the tray."""
        wanted = self.icon is not None and self._keeper.settings.close_to_tray
        return wanted and not is_ending()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        closing = watched is self._window.shell and event.type() == QEvent.Type.Close
        if closing and self.stays and not self._session.over:
            event.ignore()
            self.hide_window()
            return True
        return super().eventFilter(watched, event)

    def hide_window(self) -> None:
        """Only the icon is left; what is being written is kept."""
        self._window.keep_drafts()
        # A sheet opened from the tray and closed again must not end the program.
        QApplication.setQuitOnLastWindowClosed(False)
        self._window.shell.hide()

    @Slot()
    def show_window(self) -> None:
        """Bring the window to the front."""
        QApplication.setQuitOnLastWindowClosed(True)
        shell = self._window.shell
        shell.show()
        if shell.isMinimized():
            shell.showNormal()
        shell.raise_()
        shell.activateWindow()

    @Slot()
    def log_visit(self) -> None:
        """The visit sheet, over the window."""
        self.show_window()
        if self._window.visit is None:
            self._window.log_visit()

    @Slot()
    def dictate(self) -> None:
        """The visit sheet, listening."""
        self.log_visit()
        if self._window.visit is not None:
            # As a short press of the key that speaks: it need not know yet whether a model is here.
            self._window.visit.voice.hold()
            self._window.visit.voice.let_go()

    # -- reminders -----------------------------------------------------------------------------

    @Slot()
    def look(self) -> None:
        """See in the background whether something is to be said."""
        settings = self._keeper.settings
        if settings.reminders and not self._session.over:
            workspace, quiet = self._session.workspace, quiet_hours(settings.quiet_hours)
            self._session.ask(lambda: take_reminders(workspace, quiet), self.say, owner=self)

    def say(self, reminders: Sequence[Reminder]) -> None:
        """Two are said one by one, more of them in one sentence."""
        if len(reminders) > MOST_SINGLE:
            self._pop(self.tr("{0} things are due").format(len(reminders)), "", None)
            return
        for one in reminders:
            discreet = self._keeper.settings.discreet_reminders
            heading, text = self.words(one, discreet=discreet)
            self._pop(heading, text, one)

    def words(self, one: Reminder, *, discreet: bool) -> tuple[str, str]:
        """Heading and text; discreet ones name nobody and nothing."""
        headings = {
            Cause.TASK: self.tr("A task is due"),
            Cause.PROMISE: self.tr("A promise is due"),
            Cause.LEAD_CLOSING: self.tr("A lead is about to be missed"),
            Cause.LEAD_LAST: self.tr("A lead: the last hour"),
            Cause.LEAD_OVER: self.tr("A lead is over its time"),
        }
        due = f"{one.due.astimezone(CHINA):%H:%M}"
        if discreet:
            return headings[one.cause], due
        return headings[one.cause], " · ".join(p for p in (one.title, one.about, due) if p)

    def _pop(self, heading: str, text: str, about: Reminder | None) -> None:
        self._shown = about
        shell = self._window.shell
        looking = shell.isVisible() and shell.isActiveWindow()
        if self.icon is not None and not looking:
            none = QSystemTrayIcon.MessageIcon.NoIcon
            self.icon.showMessage(heading, text, none, _SHOWN_MS)
            return
        words = (
            f"{heading}：{text}"
            if self._session.language.startswith("zh")
            else (f"{heading}: {text}")
        )
        toast = shell.show_toast(words if text else heading, action=self.tr("Open"))
        toast.action_triggered.connect(lambda: self._open(about))

    @Slot()
    def _clicked(self) -> None:
        self.show_window()
        self._open(self._shown)

    def _open(self, about: Reminder | None) -> None:
        if about is None:
            self._window.shell.show_page("today")
        elif about.entity == "task" and about.customer:
            self._session.open_requested.emit("customer", about.customer)
        else:
            self._session.open_requested.emit(about.entity, about.id)

    # -- the icon ------------------------------------------------------------------------------

    def _put_up(self) -> None:
        self.icon = QSystemTrayIcon(_mark(), self)
        self.icon.setContextMenu(self._menu)
        self.icon.activated.connect(self._activated)
        self.icon.messageClicked.connect(self._clicked)
        self.icon.show()

    @Slot(object)
    def _offer(self, page: "SettingsPage") -> None:
        """The settings are there now: show what holds, hear what is chosen."""
        page.reminders.show_settings(self._keeper.settings)
        page.reminders.chosen.connect(self._choose)

    @Slot(str, object)
    def _choose(self, name: str, value: object) -> None:
        self._keeper.remember(**{name: value})
        self.look()

    @Slot(object)
    def _activated(self, reason: object) -> None:
        if reason == QSystemTrayIcon.ActivationReason.Trigger:
            self.show_window()

    @Slot()
    def _tick(self) -> None:
        self.offline_action.setChecked(self._keeper.settings.work_offline)

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.retranslate()

    @Slot()
    def _end(self) -> None:
        self._timer.stop()
        self._window.shell.removeEventFilter(self)
        QApplication.setQuitOnLastWindowClosed(True)
        if self.icon is not None:
            self.icon.hide()


def _mark() -> QIcon:
    """The brand on its ground: it must be seen on light and dark panels."""
    made = QIcon()
    for size in (16, 22, 32, 64):
        drawn = QPixmap(size, size)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        draw_bar(painter, QRectF(0, 0, size, size), LIGHT.accent, radius=size / 4)
        inner = round(size * 0.7)
        glyph = icon_pixmap("brand", LIGHT.on_accent, size=inner, ratio=1.0)
        painter.drawPixmap((size - inner) // 2, (size - inner) // 2, glyph)
        painter.end()
        made.addPixmap(drawn)
    return made
