"""What the story is played on: a real server process, real desktops, the event loop, a camera.

Waiting is always for something that will be seen, with a limit; there are no sleeps to hope by.
"""

import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from crm_core.clock import Clock
from desktop.app import Desktop
from desktop.config import Language, Profile, Settings
from desktop.process import prepare_qt
from desktop.services.online.local_server import LocalServer
from desktop.services.online.signing_in import Credentials, sign_in

T = TypeVar("T")
LIMIT_SECONDS = 60.0


class DidNotHappen(AssertionError):
    """Something the story waited for was not seen in time."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the story."""

    name: str
    login: str
    password: str
    role: str


@dataclass(slots=True)
class Stage:
    """Everything that is running, and how to look at it."""

    folder: Path
    pictures: Path
    clock: Clock
    environ: Mapping[str, str]
    server: LocalServer
    desktops: dict[str, Desktop] = field(default_factory=dict)
    qt: QApplication | None = None
    interrupted: bool = False

    def open_qt(self) -> None:
        """The application with the product's theme and Chinese."""
        self.qt = prepare_qt(Settings(), "zh_CN")
        self.qt.setQuitOnLastWindowClosed(False)
        signal.signal(signal.SIGINT, self._interrupt)

    def sign_in(self, person: Person, *, laptop: str = "") -> Desktop:
        """A laptop for this person: device registered, replica filled, main window open."""
        name = laptop or person.login
        desktop = Desktop(
            Profile(self.folder / "laptops" / name), environ=self.environ, clock=self.clock
        )
        desktop.remember(language=Language.CHINESE)
        self.desktops[name] = desktop
        credentials = Credentials(self.server.url, person.login, person.password, name)
        desktop.open(self.off_thread(desktop, lambda: sign_in(desktop.setup, credentials)))
        self.pump()
        return desktop

    def desktop(self, person: Person) -> Desktop:
        """The laptop of this person."""
        return self.desktops[person.login]

    def off_thread(self, desktop: Desktop, work: Callable[[], T]) -> T:
        """Do slow work away from the Qt thread while the windows stay alive."""
        answers: list[T] = []
        errors: list[Exception] = []
        desktop.tasks.free(work, on_done=answers.append, on_error=errors.append)
        self.until(lambda: bool(answers or errors), "work in the background to end")
        if errors:
            raise errors[0]
        return answers[0]

    def pump(self, milliseconds: int = 30) -> None:
        """Let the windows live for a moment."""
        QTest.qWait(milliseconds)

    def until(
        self,
        seen: Callable[[], bool],
        what: str,
        *,
        seconds: float = LIMIT_SECONDS,
        seen_instead: Callable[[], str] = str,
    ) -> None:
        """Keep the windows alive until `seen`; DidNotHappen after the limit."""
        deadline = time.monotonic() + seconds
        loop, timer = QEventLoop(), QTimer(interval=10)
        # Once seen is seen: asking again after the loop might meet the next state already.
        reached = [seen()]

        def look() -> None:
            reached[0] = seen()
            if reached[0] or self.interrupted or time.monotonic() > deadline:
                loop.quit()

        if not reached[0]:
            timer.timeout.connect(look)
            timer.start()
            loop.exec()
            timer.stop()
        if self.interrupted:
            raise KeyboardInterrupt
        if not reached[0]:
            raise DidNotHappen(f"waited {seconds:.0f} s for: {what}. {seen_instead()}")

    def type_text(self, widget: QWidget, text: str) -> None:
        """Type text as an input method commits it: Chinese has no keys of its own."""
        widget.setFocus(Qt.FocusReason.OtherFocusReason)
        event = QInputMethodEvent()
        event.setCommitString(text)
        QCoreApplication.sendEvent(widget, event)
        self.pump()

    def press(self, widget: QWidget, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
        """Press one key, in a window that has the keyboard."""
        window = widget.window()
        window.activateWindow()
        QTest.qWaitForWindowActive(window)
        held = Qt.KeyboardModifier.NoModifier
        for modifier in modifiers:
            held |= modifier
        QTest.keyClick(widget, key, held)
        self.pump()

    def picture(self, widget: QWidget, name: str, *, width: int = 1280, height: int = 800) -> str:
        """Take a picture of a window; the file name."""
        window = widget.window()
        window.resize(width, height)
        self.pump(250)
        self.pictures.mkdir(parents=True, exist_ok=True)
        window.grab().save(str(self.pictures / f"{name}.png"))
        return f"{name}.png"

    def _interrupt(self, *_: object) -> None:
        """Ctrl+C: Qt would swallow the exception, so the next look raises it."""
        self.interrupted = True

    def close(self) -> None:
        """End everything that was started."""
        for desktop in self.desktops.values():
            desktop.close()
            desktop.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        self.desktops.clear()
        self.server.stop()


def has_screen() -> bool:
    """Whether a person can see the windows."""
    return QGuiApplication.platformName() not in ("offscreen", "minimal")
