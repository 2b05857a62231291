"""The process around the windows: Qt dressed and speaking, unexpected errors, Ctrl+C."""

import logging
import signal
import sys
import threading
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QTimer, QtMsgType, Slot, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from crm_core.discretion import told
from desktop.config import Settings
from desktop.views.language import install_language
from desktop.views.theme.apply import apply_theme
from desktop.views.theme.tokens import Scheme

log = logging.getLogger("log.app")

_TURN_S = 0.001
"""For so long another thread may go on after the window wants the interpreter: Python's own 5 ms,
met at each of the calls into Qt that let go of it, come to 50 where a page is made."""


def prepare_qt(settings: Settings, language: str) -> QApplication:
    """The QApplication, dressed in the chosen theme and language."""
    existing = QApplication.instance()
    qt = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    qInstallMessageHandler(_qt_says)
    sys.setswitchinterval(_TURN_S)
    qt.setApplicationName("Suixing")
    qt.setApplicationDisplayName("随行")
    qt.setDesktopFileName("suixing")
    apply_theme(qt, Scheme(settings.theme.value))
    install_language(qt, language)
    return qt


_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
}


def _qt_says(kind: QtMsgType, _context: QMessageLogContext, words: str) -> None:
    """Qt's remarks go to the log; the offscreen platform's about itself are no news."""
    if not words.startswith("This plugin does not support"):
        logging.getLogger("log.qt").log(_LEVELS.get(kind, logging.ERROR), words)


def install_excepthook() -> None:
    """Bugs in slots and threads are logged, without their messages; the program goes on."""

    def hook(_: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        log.critical("unexpected error\n%s", told(error))

    def thread_hook(failed: threading.ExceptHookArgs) -> None:
        if failed.exc_value is not None:
            hook(failed.exc_type, failed.exc_value, failed.exc_traceback)

    def unraisable_hook(failed: "sys.UnraisableHookArgs") -> None:
        if failed.exc_value is not None:
            hook(type(failed.exc_value), failed.exc_value, None)

    sys.excepthook = hook
    threading.excepthook = thread_hook
    sys.unraisablehook = unraisable_hook


def leave_no_dumps() -> None:
    """No core file when the program crashes: its memory holds the key and what was on screen."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def let_interrupts_in(qt: QApplication) -> None:
    """Ctrl+C in the terminal ends the program: Python must run now and then to hear of it."""
    signal.signal(signal.SIGINT, lambda *_: qt.quit())
    signal.signal(signal.SIGTERM, lambda *_: qt.quit())
    ticking = QTimer(qt, interval=200)
    ticking.timeout.connect(_breathe)
    ticking.start()


@Slot()
def _breathe() -> None:
    """Nothing; being called is the point."""
