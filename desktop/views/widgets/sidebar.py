"""The sidebar's items: an icon, a word, a count; Ctrl+1 to Ctrl+9 go to the first nine."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QWidget

from desktop.views.theme.apply import colours
from desktop.views.theme.fonts import sized
from desktop.views.theme.icons import icon_pixmap
from desktop.views.theme.tokens import TYPE, Tone
from desktop.views.widgets.chips import badge_text
from desktop.views.widgets.layouts import column
from desktop.views.widgets.painting import draw_bar, draw_dot, draw_focus_ring, draw_text
from desktop.views.widgets.reactive import Reactive

LabelSource = Callable[[], str]
SHORTCUTS = 9
HIGH, LEAST_HIGH = 34, 18
"""Of an item where there is room, and in a low window, in pixels."""
_GAP = 2
NARROW_BELOW = 80
"""Less wide than this, an item shows its icon alone, in pixels."""


class SidebarItem(Reactive, QAbstractButton):
    """One place to go. `source` is asked again whenever the language changes."""

    def __init__(self, icon_name: str, source: LabelSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name, self._source = icon_name, source
        self._count, self._tone = 0, Tone.NEUTRAL
        self._shortcut = ""
        self.setCheckable(True)
        self.setAutoExclusive(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def set_count(self, count: int, tone: Tone = Tone.NEUTRAL) -> None:
        """Show how many wait here; zero shows nothing."""
        self._count, self._tone = count, tone
        self.retranslate()

    def set_shortcut_hint(self, keys: str) -> None:
        """Name the shortcut in the tooltip."""
        self._shortcut = keys
        self.retranslate()

    def retranslate(self) -> None:
        words = self._source()
        self.setText(words)
        self.setAccessibleName(f"{words} {badge_text(self._count)}".strip())
        self.setToolTip(f"{self.accessibleName()}  {self._shortcut}".strip())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(180, HIGH)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, c = QPainter(self), colours()
        area = self.rect().toRectF()
        if self.isChecked():
            draw_bar(painter, area.adjusted(0, 1, 0, -1), c.selected, radius=6)
        elif self.underMouse():
            draw_bar(painter, area.adjusted(0, 1, 0, -1), c.hover, radius=6)
        ink = c.accent if self.isChecked() else c.muted
        left = (self.width() - 18) // 2 if self._narrow else 10
        painter.drawPixmap(left, (self.height() - 18) // 2, icon_pixmap(self._icon_name, ink))
        if self._narrow:
            self._paint_waiting(painter, area)
        else:
            painter.setFont(sized(self.font(), TYPE.body, bold=self.isChecked()))
            colour = c.text if self.isChecked() else c.muted
            draw_text(painter, area.adjusted(38, 0, -44, 0), self.text(), colour=colour)
            self._paint_count(painter, area)
        if self.hasFocus():
            draw_focus_ring(painter, area, c.accent)

    @property
    def _narrow(self) -> bool:
        return self.width() < NARROW_BELOW

    def _paint_waiting(self, painter: QPainter, area: QRectF) -> None:
        if self._count and self._tone is not Tone.NEUTRAL:
            corner = QPointF(area.center().x() + 11, area.center().y() - 9)
            draw_dot(painter, corner, colours().tone(self._tone).solid, radius=4)

    def _paint_count(self, painter: QPainter, area: QRectF) -> None:
        text = badge_text(self._count)
        if not text:
            return
        c = colours()
        painter.setFont(sized(self.font(), TYPE.small, bold=self._tone is not Tone.NEUTRAL))
        width = max(22.0, painter.fontMetrics().horizontalAdvance(text) + 12.0)
        place = QRectF(area.right() - width - 8, area.center().y() - 9.5, width, 19)
        if self._tone is not Tone.NEUTRAL:
            draw_bar(painter, place, c.tone(self._tone).soft, radius=9.5)
        ink = c.tone(self._tone).ink if self._tone is not Tone.NEUTRAL else c.faint
        draw_text(painter, place, text, colour=ink, align=Qt.AlignmentFlag.AlignHCenter)


class NavigationRail(QWidget):
    """The list of places, in order; `chosen` carries the key."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: dict[str, SidebarItem] = {}
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._clicked)
        self._body = column(self, gap=_GAP)

    def add_item(self, key: str, icon_name: str, source: LabelSource) -> SidebarItem:
        """Append a place."""
        item = SidebarItem(icon_name, source, self)
        item.setProperty("key", key)
        self._items[key] = item
        self._group.addButton(item)
        self._body.addWidget(item)
        if len(self._items) <= SHORTCUTS:
            self._add_shortcut(item, len(self._items))
        return item

    def set_room(self, height: int) -> None:
        """Have all places seen in so many pixels, as far as they can be told apart."""
        count = max(1, len(self._items))
        each = min(HIGH, max(LEAST_HIGH, (height + _GAP) // count - _GAP))
        for item in self._items.values():
            item.setFixedHeight(each)

    def item(self, key: str) -> SidebarItem:
        """The item of the place `key`; KeyError if there is none."""
        return self._items[key]

    def keys(self) -> list[str]:
        return list(self._items)

    def has(self, key: str) -> bool:
        return key in self._items

    def set_current(self, key: str) -> None:
        """Mark the place `key` without emitting, where there is none no place."""
        marked = self._items.get(key)
        if marked is not None:
            marked.setChecked(True)
        elif (before := self._group.checkedButton()) is not None:
            self._group.setExclusive(False)  # Else one of them stays marked.
            before.setChecked(False)
            self._group.setExclusive(True)

    def set_count(self, key: str, count: int, tone: Tone = Tone.NEUTRAL) -> None:
        """Show how many wait at `key`."""
        self._items[key].set_count(count, tone)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        items = list(self._items.values())
        focused = next((i for i, item in enumerate(items) if item.hasFocus()), None)
        if focused is None or event.key() not in steps:
            super().keyPressEvent(event)
            return
        target = focused + steps[Qt.Key(event.key())]
        if 0 <= target < len(items):
            items[target].setFocus(Qt.FocusReason.TabFocusReason)

    def _add_shortcut(self, item: SidebarItem, number: int) -> None:
        keys = QKeySequence(f"Ctrl+{number}")
        shortcut = QShortcut(keys, self)
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.activated.connect(item.click)
        item.set_shortcut_hint(keys.toString(QKeySequence.SequenceFormat.NativeText))

    @Slot(QAbstractButton)
    def _clicked(self, button: QAbstractButton) -> None:
        self.chosen.emit(str(button.property("key")))
