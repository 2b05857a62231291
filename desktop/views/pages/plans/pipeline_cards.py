"""One column of the pipeline: its cards, drawn; moved by dragging or with Alt and the arrows."""

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QPainter,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from crm_core.model.values import format_fen
from desktop.viewmodels.pipeline import Card
from desktop.views.theme.apply import colours
from desktop.views.theme.fonts import sized
from desktop.views.theme.tokens import TYPE, Colours, Tone
from desktop.views.widgets.cell_delegates import relative_time
from desktop.views.widgets.painting import (
    draw_bar,
    draw_focus_ring,
    draw_pill,
    draw_text,
    pill_width,
)

CARD_ROLE = Qt.ItemDataRole.UserRole + 1
MIME = "application/x-suixing-card"
_HEIGHT = 112
_LINE = 20
_NEAR_END = 200
_Index = QModelIndex | QPersistentModelIndex


class CardModel(QAbstractListModel):
    """The cards of one stage."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: tuple[Card, ...] = ()
        self.language = "zh"

    def set_cards(self, cards: Sequence[Card], language: str) -> None:
        """Show these."""
        self.beginResetModel()
        self.cards, self.language = tuple(cards), language
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.cards)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.cards):
            return None
        card = self.cards[index.row()]
        if role == CARD_ROLE:
            return card
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            lacking = ", ".join(one.sentence(self.language) for one in card.lacking)
            parts = (card.title, card.customer, card.owner, card.next_step, lacking)
            return " · ".join(part for part in parts if part)
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(one.sentence(self.language) for one in card.lacking) or card.title
        return None

    def flags(self, _index: _Index) -> Qt.ItemFlag:
        flag = Qt.ItemFlag
        return flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        carried = QMimeData()
        if indexes:
            carried.setData(MIME, self.cards[indexes[0].row()].id.encode())
        return carried

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction


class ColumnList(QListView):
    """Enter opens a card; Left and Right go to the column beside, with Alt they take it along."""

    opened = Signal(object)
    move_wanted = Signal(object, int)
    """(Card, -1 or 1): to the stage beside."""
    dropped = Signal(str)
    """The id of a card let go over this column."""
    left = Signal(int)
    """The keyboard wants the column beside."""
    more_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards = CardModel(self)
        self.setModel(self.cards)
        self.setItemDelegate(_CardDelegate(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.CopyAction)
        self.setDropIndicatorShown(False)
        self.doubleClicked.connect(self._open)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    def show_cards(self, cards: Sequence[Card], language: str) -> None:
        """Show these; place and selection stay where the card is still there."""
        if tuple(cards) == self.cards.cards and language == self.cards.language:
            return
        current, scroll = self.current(), self.verticalScrollBar().value()
        row = self.currentIndex().row()
        self.cards.set_cards(cards, language)
        if current is not None and not self.go_to(current.id) and self.hasFocus():
            self.setCurrentIndex(self.cards.index(min(row, len(self.cards.cards) - 1)))
        self.doItemsLayout()
        self.verticalScrollBar().setValue(scroll)

    def current(self) -> Card | None:
        """The card the keyboard is on."""
        found = self.currentIndex().data(CARD_ROLE)
        return found if isinstance(found, Card) else None

    def go_to(self, card_id: str) -> bool:
        """Put the keyboard on a card; whether it is here."""
        row = next((i for i, card in enumerate(self.cards.cards) if card.id == card_id), -1)
        if row >= 0:
            self.setCurrentIndex(self.cards.index(row))
        return row >= 0

    def event(self, event: QEvent) -> bool:
        # Alt+Left is "back" everywhere else.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            sideways = event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right)
            if sideways and event.modifiers() & Qt.KeyboardModifier.AltModifier:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        card = self.current()
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            if card is not None:
                self.move_wanted.emit(card, step)
        elif step is not None:
            self.left.emit(step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and card is not None:
            self.opened.emit(card)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.cards.cards:
            self.setCurrentIndex(self.cards.index(0))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(MIME):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if event.mimeData().hasFormat(MIME):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if event.mimeData().hasFormat(MIME):
            event.acceptProposedAction()
            self.dropped.emit(bytes(event.mimeData().data(MIME).data()).decode())

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        card = index.data(CARD_ROLE)
        if isinstance(card, Card):
            self.opened.emit(card)

    @Slot(int)
    def _scrolled(self, value: int) -> None:
        if value > self.verticalScrollBar().maximum() - _NEAR_END:
            self.more_wanted.emit()


class _CardDelegate(QStyledItemDelegate):
    """Title and amount, customer and owner, days in the stage and next step, what is missing."""

    def __init__(self, view: ColumnList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(120, _HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        card, c = index.data(CARD_ROLE), colours()
        if not isinstance(card, Card):
            return
        painter.save()
        ground = QRectF(option.rect).adjusted(2, 3, -2, -3)
        self._paint_ground(painter, option, ground, c)
        if card.tone != "neutral":
            tint = QRectF(ground.left(), ground.top() + 8, 3, ground.height() - 16)
            draw_bar(painter, tint, c.tone(Tone(card.tone)).solid, radius=1.5)
        self._paint_words(painter, option, card, ground.adjusted(12, 8, -10, -8), c)
        painter.restore()

    def _paint_ground(
        self, painter: QPainter, option: QStyleOptionViewItem, ground: QRectF, c: Colours
    ) -> None:
        chosen = bool(option.state & QStyle.StateFlag.State_Selected) and self._view.hasFocus()
        hover = bool(option.state & QStyle.StateFlag.State_MouseOver)
        draw_bar(painter, ground, c.hairline, radius=8)
        inner = ground.adjusted(1, 1, -1, -1)
        colour = c.selected if chosen else c.hover if hover else c.surface
        draw_bar(painter, inner, colour, radius=7)
        if chosen:
            draw_focus_ring(painter, ground, c.accent)

    def _paint_words(
        self, painter: QPainter, option: QStyleOptionViewItem, card: Card, area: QRectF, c: Colours
    ) -> None:
        amount = format_fen(card.amount) if card.amount is not None else ""
        strong = sized(option.font, TYPE.body, bold=True)
        small = sized(option.font, TYPE.small)
        line = QRectF(area.left(), area.top(), area.width(), _LINE)
        width = QFontMetrics(option.font).horizontalAdvance(amount)
        painter.setFont(strong)
        title = card.title.removeprefix(card.customer).strip(" ·-—") or card.title
        draw_text(painter, line.adjusted(0, 0, -width - 8, 0), title, colour=c.text)
        painter.setFont(sized(option.font, TYPE.body))
        draw_text(painter, line, amount, colour=c.text, align=Qt.AlignmentFlag.AlignRight)
        painter.setFont(small)
        line.translate(0, _LINE + 2)
        whose = " · ".join(part for part in (card.customer, card.owner) if part)
        draw_text(painter, line, whose, colour=c.faint)
        line.translate(0, _LINE + 4)
        self._paint_pace(painter, card, line, c)
        line.translate(0, _LINE + 4)
        words = self._gate_words(card)
        ink = c.warn_tone.ink if card.lacking else c.good_tone.ink
        draw_text(painter, line, words, colour=ink)

    def _paint_pace(self, painter: QPainter, card: Card, line: QRectF, c: Colours) -> None:
        left = line.left()
        if card.days is not None:
            words = self.tr("{0} d").format(card.days)
            width = pill_width(painter.font(), words)
            pill = QRectF(left, line.top(), width, _LINE)
            draw_pill(painter, pill, words, tone=c.tone(Tone(card.tone)))
            left += width + 8
        if card.next_step:
            due = relative_time(card.next_due, datetime.now(tz=UTC)) if card.next_due else ""
            words = f"{due} {card.next_step}".strip()
            place = QRectF(left, line.top(), line.right() - left, _LINE)
            draw_text(painter, place, words, colour=c.muted)

    def _gate_words(self, card: Card) -> str:
        if card.lacking:
            language = self._view.cards.language
            comma = "、" if language.startswith("zh") else ", "
            return self.tr("Missing: {0}").format(
                comma.join(one.sentence(language) for one in card.lacking)
            )
        return "" if card.tone == "neutral" else self.tr("Ready to move on")
