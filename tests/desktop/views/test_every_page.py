"""Every page of the main window, in both languages: nothing is cut off, everything has a name."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QTextEdit,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from crm_core.model.query import Query
from desktop.views.language import install_language
from desktop.views.main_window import MainWindow
from tests.desktop.views.desk import Desk, a_desk
from tests.desktop.views.test_help import Kept

pytestmark = pytest.mark.usefixtures("chinese")

_NAMED = (
    QAbstractButton, QAbstractItemView, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit,
)  # fmt: skip
_OUT_OF_SIGHT = 4096
"""Pixels; what stands further out belongs to a page that scrolls."""
_PASSING = (Qt.WindowType.Popup, Qt.WindowType.ToolTip)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


@pytest.fixture
def window(desk: Desk, qtbot: QtBot) -> Iterator[MainWindow]:
    for number in range(3):
        customer = desk.add(
            "customer", {"name": f"苏州协和医院{number}", "kind": "organisation", "owner": "wang"}
        )
        desk.add(
            "opportunity",
            {"name": "质谱仪", "customer": customer, "stage": "contact", "owner": "wang"},
        )
        desk.add("lead", {"name": f"王女士{number}", "stage": "captured", "owner": "wang"})
    made = MainWindow(desk.session, Kept())
    made.shell.resize(QSize(1280, 800))
    made.shell.show()
    yield made
    desk.session.close()
    made.close()
    made.shell.deleteLater()
    made.deleteLater()
    # Gone before the language changes back: its data is.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


class Moments(QObject):
    """Notes every widget that is shown as a window of its own without anybody above it."""

    def __init__(self, app: QApplication, *expected: QWidget) -> None:
        super().__init__()
        self.seen: list[str] = []
        self._app, self._expected = app, expected

    def __enter__(self) -> "Moments":
        self._app.installEventFilter(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._app.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget):
            above = watched.parent() is not None or watched in self._expected
            if watched.isWindow() and not above and watched.windowType() not in _PASSING:
                self.seen.append(f"{type(watched).__name__} {watched.objectName()}")
        return False


def pages(window: MainWindow, desk: Desk, qtbot: QtBot) -> Iterator[tuple[str, QWidget]]:
    """Name and widget of each page, shown and settled."""
    for key in [*window.shell.rail.keys(), "settings", "batches", "recordings", "import"]:
        window.shell.show_page(key)
        _settle(desk, qtbot)
        yield key, window.shell.page(key)
    for entity in ("customer", "lead", "opportunity"):
        [record, *_] = desk.workspace.replica.find(Query(entity))
        window.show_record(entity, str(record["id"]))
        _settle(desk, qtbot)
        yield f"record:{entity}", window.shell.page(f"record:{entity}")


def test_nothing_is_cut_off_everything_has_a_name_and_no_key_two_meanings(
    chinese: QApplication, window: MainWindow, desk: Desk, qtbot: QtBot
) -> None:
    """Qt does neither of two things one key could mean."""
    cut, nameless, doubled = [], [], []
    moments = Moments(chinese, window.shell)
    for language in ("zh_CN", "en"):
        install_language(chinese, language)
        desk.session.set_language(language)
        for key, page in _watched(moments, pages(window, desk, qtbot)):
            doubled += [(key, keys) for keys in _doubled(window, page)]
            for widget in page.findChildren(QWidget):
                if not widget.isVisibleTo(page) or widget.width() > _OUT_OF_SIGHT:
                    continue
                if _is_cut(widget):
                    cut.append((key, type(widget).__name__, widget.property("text")))
                if _is_nameless(widget):
                    nameless.append((key, type(widget).__name__, type(widget.parent()).__name__))
    assert cut == []
    assert nameless == []
    assert doubled == []
    assert moments.seen == []
    QShortcut(QKeySequence("Ctrl+K"), page)
    assert _doubled(window, page) == ["Ctrl+K"]


def _watched(
    moments: Moments, walk: Iterator[tuple[str, QWidget]]
) -> Iterator[tuple[str, QWidget]]:
    """The walk, watched while a page is built and shown, and not while it is looked at."""
    while True:
        with moments:
            step = next(walk, None)
        if step is None:
            return
        yield step


def test_a_window_for_a_moment_is_seen(qapp: QApplication, qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    with Moments(qapp, page) as moments:
        page.show()
        QLabel("within", page).show()
        assert moments.seen == []
        early = QLabel("early")
        early.show()
        early.setParent(page)
    assert moments.seen == ["QLabel "]


def _doubled(window: MainWindow, page: QWidget) -> list[str]:
    counted = Counter(
        keys
        for widget in [window.shell, *window.shell.findChildren(QWidget)]
        if widget.isVisibleTo(window.shell)
        for keys in _keys_everywhere(widget, page)
    )
    return [keys for keys, times in counted.items() if times > 1]


def _keys_everywhere(widget: QWidget, page: QWidget) -> Iterator[str]:
    """Keys that work wherever on the page the keyboard is."""
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    everywhere = Qt.ShortcutContext.WindowShortcut
    on_page = Qt.ShortcutContext.WidgetWithChildrenShortcut
    for shortcut in widget.findChildren(QShortcut, options=direct):
        wanted = (everywhere, on_page) if widget is page else (everywhere,)
        if shortcut.isEnabled() and shortcut.context() in wanted:
            yield from (keys.toString() for keys in QShortcut.keys(shortcut))
    for action in widget.actions():
        if action.isEnabled() and action.shortcutContext() is everywhere:
            yield from (keys.toString() for keys in action.shortcuts())


def test_what_is_cut_off_or_nameless_is_seen(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    narrow, wide = QLabel("一段很长的说明文字", page), QLabel("短", page)
    narrow.setFixedWidth(20)
    wide.setFixedWidth(200)
    silent, spoken = QLineEdit(page), QLineEdit(page)
    spoken.setAccessibleName("名称")
    page.show()
    assert [_is_cut(each) for each in (narrow, wide)] == [True, False]
    assert [_is_nameless(each) for each in (silent, spoken)] == [True, False]


def _is_cut(widget: QWidget) -> bool:
    if isinstance(widget, QLabel):
        ignored = widget.sizePolicy().horizontalPolicy() is QSizePolicy.Policy.Ignored
        if widget.wordWrap() or not widget.text() or ignored:
            return False
        return widget.sizeHint().width() > widget.width() + 1
    if isinstance(widget, QPushButton) and widget.text():
        return widget.minimumSizeHint().width() > widget.width() + 1
    return False


def _is_nameless(widget: QWidget) -> bool:
    if not isinstance(widget, _NAMED) or widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
        return False
    if widget.objectName().startswith("qt_") or not widget.isEnabled():
        return False
    if isinstance(widget, QLineEdit) and isinstance(widget.parent(), QComboBox):
        return False
    written = widget.text() if isinstance(widget, QPushButton | QToolButton) else ""
    return not (widget.accessibleName() or written)


def _settle(desk: Desk, qtbot: QtBot) -> None:
    """What pages ask in the background has been answered."""
    for _ in range(3):
        answered: list[bool] = []
        desk.session.ask(lambda: True, answered.append)
        qtbot.waitUntil(lambda: bool(answered))  # noqa: B023 - waited for here
