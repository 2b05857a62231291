"""The command palette: type, see results in sections, arrows and Enter; Esc closes."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsDropShadowEffect,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from shiboken6 import isValid

from desktop.views.theme.apply import colours
from desktop.views.theme.fonts import sized
from desktop.views.theme.icons import icon_pixmap
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import TYPE
from desktop.views.widgets.layouts import column, hairline, label
from desktop.views.widgets.painting import draw_bar, draw_text
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.telling import tell

_RESULT_ROLE = Qt.ItemDataRole.UserRole + 1
_WIDTH = 600
_LATE_MS = 150
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Result:
    """One thing to go to or to do. `key` is handed back when it is chosen."""

    key: str
    title: str
    subtitle: str = ""
    icon_name: str = "chevron-right"
    hint: str = ""


@dataclass(frozen=True, slots=True)
class ResultSection:
    """A heading with its results."""

    heading: str
    results: tuple[Result, ...]


class _ResultDelegate(QStyledItemDelegate):
    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(120, 44 if index.data(_RESULT_ROLE) else 30)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        c, area, result = colours(), option.rect, index.data(_RESULT_ROLE)
        painter.save()
        if not isinstance(result, Result):
            painter.setFont(sized(option.font, TYPE.small, bold=True))
            draw_text(painter, area.adjusted(12, 4, -12, 0), str(index.data()), colour=c.faint)
            painter.restore()
            return
        current = bool(option.state & QStyle.StateFlag.State_Enabled)
        marked = current and bool(option.state & QStyle.StateFlag.State_Selected)
        if marked:
            draw_bar(painter, QRectF(area.adjusted(4, 1, -4, -1)), c.selected, radius=6)
        ink = c.accent if marked else c.faint
        pixmap = icon_pixmap(result.icon_name, ink)
        painter.drawPixmap(area.left() + 14, area.center().y() - 8, pixmap)
        painter.setFont(sized(option.font, TYPE.body))
        words = area.adjusted(44, 0, -104, 0)
        title_width = painter.fontMetrics().horizontalAdvance(result.title) + 12
        draw_text(painter, words, result.title, colour=c.text if current else c.faint)
        painter.setFont(sized(option.font, TYPE.small))
        rest = words.adjusted(min(title_width, words.width()), 1, 0, 1)
        draw_text(painter, rest, result.subtitle, colour=c.faint)
        hint = area.adjusted(area.width() - 100, 0, -16, 0)
        draw_text(painter, hint, result.hint, colour=c.faint, align=Qt.AlignmentFlag.AlignRight)
        painter.restore()


class CommandPalette(Reactive, QFrame):
    """A sheet over the top of `window`; the caller answers `query_changed` with `set_results`."""

    query_changed = Signal(str)
    chosen = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._before: QWidget | None = None
        self._answered, self._enter_waits = True, False
        """Whether the results answer what is typed; whether Enter was pressed before they did."""
        set_role(self, Role.SHEET)
        self.line = QLineEdit()
        set_role(self.line, Role.BARE)
        self.line.installEventFilter(self)
        self.line.textChanged.connect(self._typed)
        self._model = QStandardItemModel(self)
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setItemDelegate(_ResultDelegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._clicked)
        self._nothing = label("", Role.MUTED)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setMinimumHeight(56)
        self._feet = label("", Role.SMALL)
        # What is shown answers fewer letters; that is said only where the answer is long in coming.
        self._late = QTimer(self, singleShot=True, interval=_LATE_MS)
        self._late.timeout.connect(self._say_late)
        self._lay_out()
        shadow = QGraphicsDropShadowEffect(self, blurRadius=48.0)
        shadow.setOffset(0, 12)
        shadow.setColor(QColor(0, 0, 0, 90))
        self.setGraphicsEffect(shadow)
        window.installEventFilter(self)
        self.retranslate()
        self.hide()

    def retranslate(self) -> None:
        words = self.tr("Find a customer, go somewhere, do something…")
        self.line.setPlaceholderText(words)
        self.line.setAccessibleName(words)
        self.setAccessibleName(self.tr("Command palette"))
        self.list.setAccessibleName(self.tr("Results"))
        self._say_words()

    def set_results(self, sections: Sequence[ResultSection]) -> None:
        """Show these results; the first one is marked."""
        self._late.stop()
        self.list.setEnabled(True)
        self._say_words()
        self._model.clear()
        for section in sections:
            heading = QStandardItem(section.heading)
            heading.setFlags(Qt.ItemFlag.NoItemFlags)
            self._model.appendRow(heading)
            for result in section.results:
                item = QStandardItem(result.title)
                item.setData(result, _RESULT_ROLE)
                item.setData(
                    f"{result.title} {result.subtitle}", Qt.ItemDataRole.AccessibleTextRole
                )
                self._model.appendRow(item)
        waits, self._answered, self._enter_waits = self._enter_waits, True, False
        found = any(section.results for section in sections)
        self._nothing.setVisible(not found and bool(self.line.text()))
        self.list.setVisible(found)
        self._step(1, start=-1)
        self._place()
        if waits:
            self._choose()

    @Slot()
    def open_palette(self) -> None:
        """Show the palette empty, with the keyboard in it."""
        self.line.clear()
        self.set_results(())
        self._ask("")
        self._place()
        if self.isHidden():
            self._before = self._window.focusWidget()
        self.show()
        self.raise_()
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if "_window" not in self.__dict__:
            # The collector empties Python's half first when it takes a window apart.
            return False
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._place()
        if watched is self.line and event.type() == QEvent.Type.FocusOut:
            self.hide()
        if watched is self.line and isinstance(event, QKeyEvent):
            return event.type() == QEvent.Type.KeyPress and self._key(event.key())
        return super().eventFilter(watched, event)

    def _say_words(self) -> None:
        self._nothing.setText(
            self.tr("Nothing found. Try pinyin initials or the last four digits.")
        )
        self._feet.setText(self.tr("↑↓ choose   Enter open   Esc close"))

    @Slot()
    def _say_late(self) -> None:
        self.list.setEnabled(False)
        self._nothing.setText(self.tr("Searching…"))
        self._feet.setText(self.tr("Searching…"))

    def current(self) -> Result | None:
        """The marked result."""
        found = self.list.currentIndex().data(_RESULT_ROLE)
        return found if isinstance(found, Result) else None

    def _lay_out(self) -> None:
        body = column(self, margins=(6, 6, 6, 8), gap=6)
        top = column(None, margins=(14, 8, 14, 4))
        top.addWidget(self.line)
        feet = column(None, margins=(14, 2, 14, 0))
        feet.addWidget(self._feet)
        body.addLayout(top)
        body.addWidget(hairline())
        body.addWidget(self.list, 1)
        body.addWidget(self._nothing)
        body.addLayout(feet)
        self.line.setFont(sized(self.line.font(), TYPE.heading))

    def _key(self, key: int) -> bool:
        if key == Qt.Key.Key_Escape:
            self._go_back()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._enter_waits = False
            self._step(1 if key == Qt.Key.Key_Down else -1, start=self.list.currentIndex().row())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter_waits = not self._answered
            if self._answered:
                self._choose()
        else:
            return False
        return True

    def _go_back(self) -> None:
        """Close, with the keyboard where it was before."""
        before, self._before = self._before, None
        self.hide()
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)

    def _step(self, step: int, *, start: int) -> None:
        row = start + step
        while 0 <= row < self._model.rowCount():
            index = self._model.index(row, 0)
            if index.data(_RESULT_ROLE):
                self.list.setCurrentIndex(index)
                self._say(index)
                return
            row += step

    def _say(self, index: QModelIndex) -> None:
        """The keyboard stays in the line while another result is marked."""
        if not self.isHidden():
            tell(self.line, str(index.data(Qt.ItemDataRole.AccessibleTextRole)))

    def _choose(self) -> None:
        result = self.current()
        if result is not None:
            self._go_back()  # Hidden with the keyboard in it, it would leave it to the sidebar.
            self.chosen.emit(result.key)

    def _place(self) -> None:
        parent = self._window
        width = min(_WIDTH, parent.width() - 48)
        rows = sum(
            44 if self._model.index(r, 0).data(_RESULT_ROLE) else 30
            for r in range(self._model.rowCount())
        )
        extra = 104 + (56 if not self._nothing.isHidden() else 0)
        height = min(rows + extra, max(200, parent.height() - 160))
        self.resize(width, height)
        self.move(QPoint((parent.width() - width) // 2, min(96, parent.height() // 8)))

    @Slot(str)
    def _typed(self, text: str) -> None:
        self._ask(text)

    def _ask(self, text: str) -> None:
        self._answered, self._enter_waits = False, False
        self._late.start()
        self.query_changed.emit(text)

    @Slot(QModelIndex)
    def _clicked(self, index: QModelIndex) -> None:
        if index.data(_RESULT_ROLE):
            self.list.setCurrentIndex(index)
            self._choose()
