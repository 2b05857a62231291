"""`suixing` without a verb: the program's own start, and how large everything is drawn."""

import logging
import os
import sys
from collections.abc import Mapping, MutableMapping

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication, QMessageBox

from crm_core.clock import Clock, system_clock
from crm_core.discretion import log_discreetly
from crm_core.errors import KnownError
from desktop.app import Desktop
from desktop.config import Profile, find_profile, load_settings
from desktop.greeting import Greeting
from desktop.process import (
    install_excepthook,
    leave_no_dumps,
    let_interrupts_in,
    prepare_qt,
)
from desktop.views.after_start import after_first_page
from desktop.views.program import Program
from desktop.views.window_memory import Memory

SCALE_VARIABLE = "QT_SCALE_FACTOR"


class Greeter(QObject):
    """Greets in every main window of a desktop, as soon as it is open."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        self._desktop = desktop
        desktop.window_opened.connect(self._greet)

    @Slot()
    def _greet(self) -> None:
        session, window = self._desktop.session, self._desktop.window
        if session is not None and window is not None:
            desktop, shell = self._desktop, window.shell
            # Drawn at 200 %, a window as at 100 % would be larger than most screens.
            shell.resize(shell.size().boundedTo(shell.screen().availableSize()))
            memory = Memory(lambda: desktop.settings, desktop.remember)
            greeting = Greeting(session, window, memory)
            # Which version runs is read from what is installed: the first page is quicker.
            after_first_page(session, greeting, greeting.greet)


def choose_scale(profile: Profile, environ: MutableMapping[str, str], *, stamp: str) -> None:
    """Have Qt draw as large as the person chose; before the QApplication, which reads it once.

    What the environment says already holds. A profile that cannot be read is told of later.
    """
    try:
        percent = load_settings(profile.settings_path, stamp=stamp).scale_percent
    except KnownError:
        return
    if percent != 100:
        environ.setdefault(SCALE_VARIABLE, str(percent / 100))


def start_desktop(profile: Profile, environ: Mapping[str, str], clock: Clock) -> Desktop:
    """The desktop at work in a Qt of its own, as far as it comes before Qt's loop runs.

    KnownError where the profile cannot be opened; it was shown to the person then.
    """
    qt = Program(sys.argv[:1])
    let_interrupts_in(qt)
    try:
        desktop = Desktop(profile, environ=environ, clock=clock)
        Greeter(desktop)
        prepare_qt(desktop.settings, desktop.language)
        desktop.start()
        desktop.collector.spare()
    except KnownError as error:
        if QApplication.platformName() not in ("offscreen", "minimal"):
            QMessageBox.critical(None, "随行", f"{error.chinese}\n\n{error.english}")
        raise
    return desktop


def run_desktop(*, profile: str | None = None) -> int:
    """Open the desktop and stay until the last window is closed; the exit code."""
    log_discreetly(logging.INFO)
    leave_no_dumps()
    install_excepthook()
    clock, chosen = system_clock(), find_profile(profile, os.environ)
    choose_scale(chosen, os.environ, stamp=clock.utc().strftime("%y%m%d"))
    desktop = start_desktop(chosen, os.environ, clock)
    try:
        return QApplication.exec()
    finally:
        desktop.close()
