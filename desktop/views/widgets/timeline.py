"""What happened with a record, newest first: a virtualised list over a simple model."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from crm_core.clock import CHINA
from desktop.views.theme.apply import colours
from desktop.views.theme.fonts import sized
from desktop.views.theme.icons import icon_pixmap
from desktop.views.theme.tokens import TYPE, Colours, Tone
from desktop.views.widgets.cell_delegates import relative_time
from desktop.views.widgets.painting import draw_bar, draw_text

ENTRY_ROLE = Qt.ItemDataRole.UserRole + 1
_LEFT = 52
_TOP = 10
_HEAD = 20
_BODY_LINES = 4
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One event: `when` is aware; `body` may have several lines, of which four are shown."""

    icon_name: str
    title: str
    who: str
    when: datetime
    body: str = ""
    tone: Tone = Tone.NEUTRAL


class TimelineModel(QAbstractListModel):
    """The entries of one timeline."""

    def __init__(self, entries: Sequence[TimelineEntry] = ()) -> None:
        super().__init__()
        self._entries = tuple(entries)

    def set_entries(self, entries: Sequence[TimelineEntry]) -> None:
        """Show other entries."""
        self.beginResetModel()
        self._entries = tuple(entries)
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._entries)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._entries):
            return None
        entry = self._entries[index.row()]
        if role == ENTRY_ROLE:
            return entry
        spoken = Qt.ItemDataRole.AccessibleTextRole
        if role in (Qt.ItemDataRole.DisplayRole, spoken):
            return " · ".join(part for part in (entry.title, entry.who, entry.body) if part)
        if role == Qt.ItemDataRole.ToolTipRole:
            return entry.when.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
        return None


class _TimelineDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        entry = index.data(ENTRY_ROLE)
        view = option.widget
        width = view.viewport().width() if isinstance(view, QAbstractItemView) else 320
        body = self._body_height(entry, option.font, width - _LEFT - 16)
        return QSize(width, _TOP + _HEAD + body + _TOP + 6)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        entry, c, area = index.data(ENTRY_ROLE), colours(), option.rect
        if not isinstance(entry, TimelineEntry):
            return
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            draw_bar(painter, QRectF(area.adjusted(2, 1, -2, -1)), c.selected, radius=8)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            draw_bar(painter, QRectF(area.adjusted(2, 1, -2, -1)), c.hover, radius=8)
        last = index.row() == index.model().rowCount() - 1
        self._paint_mark(painter, area, entry, c=c, last=last)
        self._paint_words(painter, option, entry, c)
        painter.restore()

    def _paint_mark(
        self, painter: QPainter, area: QRect, entry: TimelineEntry, *, c: Colours, last: bool
    ) -> None:
        tone = c.tone(entry.tone)
        disc = QRectF(area.left() + 12, area.top() + _TOP - 3, 28, 28)
        if not last:
            line = QRectF(disc.center().x() - 0.5, disc.bottom() + 4, 1, area.height() - 36)
            painter.fillRect(line, QColor(c.hairline))
        draw_bar(painter, disc, tone.soft, radius=14)
        pixmap = icon_pixmap(entry.icon_name, tone.ink, size=16)
        painter.drawPixmap(round(disc.left()) + 6, round(disc.top()) + 6, pixmap)

    def _paint_words(
        self, painter: QPainter, option: QStyleOptionViewItem, entry: TimelineEntry, c: Colours
    ) -> None:
        words = option.rect.adjusted(_LEFT, _TOP, -16, -_TOP)
        small = sized(option.font, TYPE.small)
        aside = f"{entry.who} · {relative_time(entry.when, datetime.now(tz=UTC))}".strip(" ·")
        aside_width = QFontMetrics(small).horizontalAdvance(aside) + 4
        head = QRect(words.left(), words.top(), words.width() - aside_width - 8, _HEAD)
        painter.setFont(sized(option.font, TYPE.body, bold=True))
        draw_text(painter, head, entry.title, colour=c.text)
        painter.setFont(small)
        place = QRect(words.right() - aside_width, words.top(), aside_width, _HEAD)
        draw_text(painter, place, aside, colour=c.faint, align=Qt.AlignmentFlag.AlignRight)
        painter.setFont(option.font)
        painter.setPen(QColor(c.muted))
        body = words.adjusted(0, _HEAD + 2, 0, 0)
        body.setHeight(self._body_height(entry, option.font, body.width()))
        painter.setClipRect(body)
        painter.drawText(body, Qt.TextFlag.TextWordWrap, entry.body)

    def _body_height(self, entry: object, font: QFont, width: int) -> int:
        if not isinstance(entry, TimelineEntry) or not entry.body:
            return 0
        metrics = QFontMetrics(font)
        room = QRect(0, 0, max(width, 80), 10_000)
        needed = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, entry.body)
        return min(needed.height(), metrics.lineSpacing() * _BODY_LINES) + 2


class Timeline(QListView):
    """The list; Enter or a double click opens an entry."""

    entry_opened = Signal(int)

    def __init__(self, model: TimelineModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setItemDelegate(_TimelineDelegate(self))
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.doubleClicked.connect(self._open)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.entry_opened.emit(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        self.entry_opened.emit(index.row())
