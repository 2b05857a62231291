"""What a window says on its own: the tour at the first start, what is new after an update; F1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QKeySequence, QShortcut

from desktop.config import product_version
from desktop.viewmodels.session import Session
from desktop.views.main_window import MainWindow
from desktop.views.shell import WindowMemory

if TYPE_CHECKING:
    from desktop.views.help import HelpWindow
    from desktop.views.tour import Stop, Tour

_TOUR, _SEEN = "tour", "version"


class Greeting(QObject):
    """Help for one window: F1, the tour, what is new."""

    def __init__(self, session: Session, window: MainWindow, memory: WindowMemory) -> None:
        super().__init__(window)
        self._session, self._window, self._memory = session, window, memory
        self.help: HelpWindow | None = None
        self.tour: Tour | None = None
        shell = window.shell
        for key, name, act in (
            ("help:", lambda: self.tr("Help"), self.open_help),
            ("tour:", lambda: self.tr("Show me around"), self.start_tour),
            ("news:", lambda: self.tr("What is new"), self.open_news),
        ):
            window.palette.offer(key, name, act)
            shell.add_user_action(name).triggered.connect(act)
        QShortcut(QKeySequence(QKeySequence.StandardKey.HelpContents), shell).activated.connect(
            self.open_help
        )
        session.language_changed.connect(self._speak)
        session.closed.connect(self._close)

    def greet(self) -> None:
        """At a start: the tour for whoever never saw it, a word about what is new after an update.

        For the program's own start only: what opens windows to show or to test them does not call.
        """
        seen, now = self._memory.read(_SEEN), product_version()
        if seen != now:
            self._memory.write(_SEEN, now)
        if self._memory.read(_TOUR) is None:
            self.start_tour()
        elif seen not in (None, now) and self._has_news():
            said = self.tr("Suixing was updated to {0}.").format(now)
            toast = self._window.shell.show_toast(said, action=self.tr("What is new"))
            toast.action_triggered.connect(self.open_news)

    def _has_news(self) -> bool:
        from desktop.services.guide import whats_new

        return bool(whats_new(self._session.language))

    @Slot()
    def open_help(self) -> None:
        """The guide, at the chapter of the page that is shown."""
        from desktop.services.guide import topic_of

        page = self._window.shell.current_page()
        self._helped().open_at(topic_of(page, self._session.language))

    @Slot()
    def open_news(self) -> None:
        """What is new."""
        self._helped().open_news()

    @Slot()
    def start_tour(self) -> None:
        """Show around; begins anew where it is on already."""
        if self.tour is not None:
            self.tour.end()
        self._window.shell.show_page("today")
        from desktop.views.tour import Tour

        self.tour = Tour(self._window.shell, self._stops())
        self.tour.ended.connect(self._toured)
        self.tour.start()

    def _helped(self) -> HelpWindow:
        if self.help is None:
            from desktop.views.help import HelpWindow

            self.help = HelpWindow(self._session.language, self._window.shell)
        return self.help

    @Slot()
    def _toured(self) -> None:
        self.tour = None
        self._memory.write(_TOUR, "seen")

    @Slot(str)
    def _speak(self, language: str) -> None:
        if self.help is not None:
            self.help.speak(language)

    @Slot()
    def _close(self) -> None:
        if self.help is not None:
            self.help.close()

    def _stops(self) -> list[Stop]:
        return [*self._daily_stops(), *self._other_stops()]

    def _daily_stops(self) -> list[Stop]:
        from desktop.views.tour import Stop

        shell = self._window.shell
        return [
            Stop(
                None,
                lambda: self.tr("Welcome to Suixing"),
                lambda: self.tr(
                    "Your customers are on this computer, encrypted. Everything works without a "
                    "network: in a lift, in a basement, on a train. One minute to look around."
                ),
            ),
            Stop(
                shell.rail.item("today"),
                lambda: self.tr("Begin with Today"),
                lambda: self.tr(
                    "What to do now, in order, and why. Space finishes a line, S puts it off, "
                    "C copies words you could use."
                ),
            ),
            Stop(
                shell.launcher,
                lambda: self.tr("Find anything"),
                lambda: self.tr(
                    "Ctrl+K, then characters, pinyin initials or the last four digits of a phone. "
                    "Commands are found there too: try “bf” for logging a visit."
                ),
            ),
        ]

    def _other_stops(self) -> list[Stop]:
        from desktop.views.tour import Stop

        shell = self._window.shell
        return [
            Stop(
                None,
                lambda: self.tr("Say it once"),
                lambda: self.tr(
                    "Ctrl+Shift+V logs a visit. Hold Space and speak: customer, product, budget "
                    "and promise are filled in for you to confirm. Ctrl+Z takes anything back."
                ),
            ),
            Stop(
                shell.pill,
                lambda: self.tr("Always in step"),
                lambda: self.tr(
                    "Whether your changes have reached the server. When two people change the "
                    "same field, both versions wait for you here; nothing is lost."
                ),
            ),
            Stop(
                shell.user,
                lambda: self.tr("Settings, help, a second window"),
                lambda: self.tr(
                    "F1 opens the help for the page you are on. This tour can be had again from "
                    "this menu."
                ),
            ),
        ]
