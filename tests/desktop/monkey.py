"""Random clicks, keys, sizes, pages, languages and colours against the real main window.

`python3 make.py monkey --events N --seed S`. Every thousand events is a round: three drafts are
typed and the window crashes; at the end of the round what was neither saved nor given up must be
there still. Answers come from threads, so a seed repeats what is done, not to the millisecond.
"""

import argparse
import faulthandler
import random
import secrets
import sys
import tempfile
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from unittest.mock import patch

from PySide6.QtCore import (
    QEvent,
    QEventLoop,
    QMessageLogContext,
    QPoint,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QPlainTextEdit,
    QWidget,
)
from shiboken6 import isValid

from desktop.collecting import Collector
from desktop.guest import Forgetful
from desktop.views.language import install_language
from desktop.views.main_window import MainWindow
from desktop.views.theme.apply import apply_theme
from desktop.views.theme.tokens import Scheme
from tests.desktop.monkey_ground import RECORDS, Drafts, furnish, harmless
from tests.desktop.views.desk import Desk, a_desk

ROUND = 1_000
_REMEMBERED = 20
_PATIENCE = 40
"""Events in one sheet before it is left."""
_DRAFT_S = 60.0

Key = Qt.Key
_KEYS = (
    Key.Key_Tab, Key.Key_Backtab, Key.Key_Return, Key.Key_Escape, Key.Key_Down, Key.Key_Up,
    Key.Key_Left, Key.Key_Right, Key.Key_Space, Key.Key_Delete, Key.Key_PageDown, Key.Key_Home,
    Key.Key_End, Key.Key_Backspace, Key.Key_F1, Key.Key_F2, Key.Key_F5, Key.Key_Slash,
    *(Key(code) for code in range(Key.Key_A, Key.Key_Z + 1)),
    *(Key(code) for code in range(Key.Key_0, Key.Key_9 + 1)),
)  # fmt: skip
_HELD = (
    Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
)  # fmt: skip
_TYPED = (
    "13800001234", "王敏", "明天", "3.5万", "ruijin", "", " ", "\u200b", "😀" * 3, "a" * 300,
    "<b>x</b>", "%s {0} {", "2026-02-30", "-1", "1e999", "'; --", "客户\n两行", "٣",
)  # fmt: skip
_QUIET = ("This plugin does not support",)
"""What Qt says about drawing without a display."""


class Monkey:
    """Knows nothing, touches everything; remembers what went wrong."""

    def __init__(self, qt: QApplication, desk: Desk, seed: int) -> None:
        self.qt, self.desk, self.seed = qt, desk, seed
        self.chance = random.Random(seed)
        self.wrong: list[str] = []
        self.slowest: tuple[float, str] = (0.0, "")
        self.window = MainWindow(desk.session, Forgetful())
        self._last: deque[str] = deque(maxlen=_REMEMBERED)
        self._begun = 0.0
        self._in_front: tuple[int, int] = (0, 0)
        self.drafts = Drafts(desk, self._until)
        self._guard = QTimer(interval=15)
        self._guard.timeout.connect(self._free)
        self._acts: tuple[tuple[int, Callable[[], None]], ...] = (
            (40, self._click), (14, self._press), (28, self._key), (5, self._type),
            (5, self._page), (4, self._record), (2, self._resize), (1, self._language),
            (1, self._scheme),
        )  # fmt: skip

    def play(self, events: int) -> None:
        """So many events, in rounds; what goes wrong is collected, not raised."""
        with ExitStack() as stack:
            stack.enter_context(harmless(self.chance))
            stack.enter_context(self.listening())
            self._guard.start()
            stack.callback(self._guard.stop)
            done = 0
            while done < events:
                self.drafts.plant(self.window, f"monkey-{self.seed}-{done}")
                self.crash()
                for _ in range(min(ROUND, events - done)):
                    self._one()
                    done += 1
                self._rest()
                if lost := self.drafts.lost():
                    self.report(f"lost drafts: {lost} of 3")

    def crash(self) -> None:
        """The window is gone without a word, and the program starts again."""
        self._end()
        self.desk.workspace.run = f"{self.chance.randrange(16**16):016x}"
        self.window = MainWindow(self.desk.session, Forgetful())
        self.window.shell.show()
        self.window.shell.activateWindow()

    def close(self) -> None:
        """Put everything away."""
        self._rest()
        self._end()

    def _end(self) -> None:
        """Destroyed as it stands: nothing is told that it closes."""
        self.window.shell.hide()
        self.window.shell.deleteLater()
        self.window.deleteLater()
        for other in self.qt.topLevelWidgets():
            if other.parent() is None and other.isVisible():
                other.hide()
                other.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.qt.processEvents()

    def report(self, sentence: str) -> None:
        """Something went wrong; said with what led there."""
        lines = "\n  ".join(self._last)
        self.wrong.append(f"{sentence}\n  {lines}\n  seed {self.seed}")
        # At once: what is raised within a key stroke of QTest can end the program after this.
        sys.stderr.write(f"{self.wrong[-1]}\n\n")
        sys.stderr.flush()

    # -- one event -----------------------------------------------------------------------------

    def _one(self) -> None:
        weights = [weight for weight, _ in self._acts]
        [(_, act)] = self.chance.choices(self._acts, weights)
        self._begun = time.monotonic()
        try:
            self._leave_where_one_has_been_long()
            act()
            self.qt.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 4)
        except Exception:  # noqa: BLE001 - whatever it is, it is told
            self.report(traceback.format_exc())
        took, self._begun = time.monotonic() - self._begun, 0.0
        if took > self.slowest[0]:
            self.slowest = took, self._last[-1] if self._last else ""

    def _front(self) -> QWidget:
        """What a person could touch now."""
        shell = self.window.shell
        if not shell.isVisible():
            shell.show()
        popup, modal = self.qt.activePopupWidget(), self.qt.activeModalWidget()
        front = popup or modal or self.qt.activeWindow() or shell
        return front if front.isVisible() and front.width() and front.height() else shell

    def _leave_where_one_has_been_long(self) -> None:
        front = self._front()
        if front is self.window.shell:
            return
        before, times = self._in_front
        self._in_front = (id(front), times + 1 if before == id(front) else 1)
        if self._in_front[1] > _PATIENCE:
            self._note(f"leaves {type(front).__name__}")
            self._in_front = (0, 0)
            if isinstance(front, QDialog):
                front.done(0)
            else:
                front.close()

    def _note(self, words: str) -> None:
        self._last.append(f"{self.window.shell.current_page()}: {words}")

    def _click(self) -> None:
        front = self._front()
        spot = QPoint(self.chance.randrange(front.width()), self.chance.randrange(front.height()))
        self._mouse(front, spot)

    def _press(self) -> None:
        """A button, which a click somewhere would seldom hit."""
        front = self._front()
        buttons = [b for b in front.findChildren(QAbstractButton) if b.isVisibleTo(front)]
        if buttons:
            button = self.chance.choice(buttons)
            self._mouse(front, button.mapTo(front, button.rect().center()))
        else:
            self._click()

    def _mouse(self, front: QWidget, spot: QPoint) -> None:
        handle, turn = _handle(front), self.chance.random()
        if handle is None or not front.rect().contains(spot):
            return
        right = turn < 0.1
        button = Qt.MouseButton.RightButton if right else Qt.MouseButton.LeftButton
        at = front.childAt(spot) or front
        named = at.accessibleName() or at.property("text") or at.objectName()
        self._note(
            f"{'right ' if right else ''}click {type(at).__name__} {named!s:.30} of "
            f"{type(front).__name__} at {spot.x()},{spot.y()}"
        )
        if 0.1 < turn < 0.2:
            QTest.mouseDClick(handle, button, Qt.KeyboardModifier.NoModifier, spot)
        else:
            QTest.mouseClick(handle, button, Qt.KeyboardModifier.NoModifier, spot)

    def _key(self) -> None:
        front = self._front()
        key, held = self.chance.choice(_KEYS), self.chance.choice(_HELD)
        if front is self.qt.activePopupWidget():
            # QTest presses Alt first; the popup that closes by it is gone for the key itself.
            held = Qt.KeyboardModifier.NoModifier
        if (handle := _handle(front)) is not None:
            self._note(f"{held.name} {key.name} in {type(front).__name__}")
            self._stroke(handle, key, held)

    def _stroke(
        self, handle: QWindow, key: Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """Pressed, and let go where there is a window still."""
        QTest.keyPress(handle, key, held)
        if (now := _handle(self._front())) is None:
            return
        try:
            QTest.keyRelease(now, key, held)
        except RuntimeError as gone:  # Said by PySide of a window that went with the key …
            if gone.__traceback__ is not None and gone.__traceback__.tb_next is not None:
                raise  # … and not by us.

    def _type(self) -> None:
        """Words into whatever has the keyboard, as pasting or an input method gives them."""
        target, words = self.qt.focusWidget(), self.chance.choice(_TYPED)
        if target is not None and hasattr(target, "insert"):
            self._note(f"types {words!r:.20} into {type(target).__name__}")
            target.insert(words)
        elif isinstance(target, QPlainTextEdit):
            self._note(f"types {words!r:.20} into {type(target).__name__}")
            target.insertPlainText(words)

    def _page(self) -> None:
        shell = self.window.shell
        key = self.chance.choice([*shell.rail.keys(), "settings", "batches"])
        self._note(f"goes to {key}")
        shell.show_page(key)

    def _record(self) -> None:
        entity = self.chance.choice(["customer", "lead", "opportunity", "visit", "task", "contact"])
        record_id = f"{entity}-{self.chance.randrange(RECORDS)}"
        self._note(f"opens {record_id}")
        self.window.show_record(entity, record_id)

    def _resize(self) -> None:
        wide, high = self.chance.randint(900, 1600), self.chance.randint(500, 1000)
        self._note(f"resizes to {wide}x{high}")
        self.window.shell.resize(wide, high)

    def _language(self) -> None:
        language = self.chance.choice(["zh_CN", "en"])
        self._note(f"speaks {language}")
        install_language(self.qt, language)
        self.desk.session.set_language(language)

    def _scheme(self) -> None:
        scheme = self.chance.choice([Scheme.LIGHT, Scheme.DARK])
        self._note(f"wears {scheme.value}")
        apply_theme(self.qt, scheme)

    # -- nothing holds it ----------------------------------------------------------------------

    def _free(self) -> None:
        """A menu or a sheet that waits inside the click that opened it is answered."""
        waited = time.monotonic() - self._begun if self._begun else 0.0
        popup = self.qt.activePopupWidget()
        handle = _handle(popup) if popup is not None else None
        if waited < 0.04 or handle is None or popup is None:
            return
        if waited > 0.5:
            popup.close()
            return
        key = self.chance.choice([Key.Key_Down, Key.Key_Down, Key.Key_Return, Key.Key_Escape])
        self._note(f"{key.name} in {type(popup).__name__}")
        self._stroke(handle, key)

    def _rest(self) -> None:
        """Answers that were asked for have come."""
        answered: list[bool] = []
        self.desk.session.ask(lambda: True, answered.append)
        self._until(lambda: bool(answered), "an answer")

    def _until(self, holds: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + _DRAFT_S
        while not holds():
            self.qt.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
            if time.monotonic() > end:
                self.report(f"waited in vain for {what}")
                return

    # -- what goes wrong -----------------------------------------------------------------------

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Exceptions of slots and threads and warnings of Qt are collected."""

        def caught(
            kind: type[BaseException], error: BaseException, trace: TracebackType | None
        ) -> None:
            self.report("".join(traceback.format_exception(kind, error, trace)))

        def in_thread(hook: threading.ExceptHookArgs) -> None:
            if hook.exc_value is not None:
                caught(hook.exc_type, hook.exc_value, hook.exc_traceback)

        def said(kind: QtMsgType, _where: QMessageLogContext, words: str) -> None:
            if kind is not QtMsgType.QtDebugMsg and not words.startswith(_QUIET):
                self.report(f"Qt: {words}")

        before = qInstallMessageHandler(said)
        try:
            with (
                patch.object(sys, "excepthook", caught),
                patch.object(threading, "excepthook", in_thread),
                self.drafts.watched(),
            ):
                yield
        finally:
            qInstallMessageHandler(before)


def _handle(widget: QWidget) -> QWindow | None:
    """Its window of the system, where there is one: PySide may name one that is gone."""
    handle = widget.windowHandle()
    return handle if handle is not None and isValid(handle) else None


def main(arguments: Sequence[str]) -> int:
    """Play, say what was found; the exit code is 1 where something was."""
    parser = argparse.ArgumentParser(prog="make.py monkey")
    parser.add_argument("--events", type=int, default=10_000, help="how many (ten thousand)")
    parser.add_argument("--seed", type=int, default=None, help="do the same again")
    given = parser.parse_args(arguments)
    seed = given.seed if given.seed is not None else secrets.randbelow(2**31)
    faulthandler.enable()
    qt = QApplication([])
    qt.setQuitOnLastWindowClosed(False)
    apply_theme(qt, Scheme.LIGHT)
    install_language(qt, "zh_CN")
    collector = Collector()
    with tempfile.TemporaryDirectory() as name:
        for desk in a_desk(Path(name) / "desk"):
            furnish(desk)
            begun = time.monotonic()
            monkey = Monkey(qt, desk, seed)
            monkey.play(given.events)
            took = time.monotonic() - begun
            monkey.close()
    collector.deleteLater()
    slow, what = monkey.slowest
    sys.stdout.write(
        f"seed {seed}: {given.events} events, {given.events / took:.0f} a second, "
        f"{len(monkey.wrong)} found; the slowest took {slow:.2f} s ({what})\n"
    )
    return 1 if monkey.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
