"""Two records field by field: whose value stays. Up and Down go through the fields, Left and Right
choose, B takes both where both can be had."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QWidget

from desktop.viewmodels.records.merging import Side, SideRow
from desktop.views.theme.apply import colours
from desktop.views.theme.roles import Role
from desktop.views.widgets.layouts import label
from desktop.views.widgets.reactive import Reactive

_NAME_WIDTH = 104
_KEYS = {Qt.Key.Key_Left: Side.LEFT, Qt.Key.Key_Right: Side.RIGHT, Qt.Key.Key_B: Side.BOTH}
_PADDING = (10, 6, 10, 6)


class SideBySide(Reactive, QScrollArea):
    """`show_rows`, then ask `picks`. A click on a value chooses it, too."""

    picked = Signal(str)
    """The field of this name has another value chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[SideRow, ...] = ()
        self._picks: dict[str, Side] = {}
        self._cells: list[tuple[QLabel, QLabel, QLabel]] = []
        self._heads: tuple[str, str] = ("", "")
        self._at = 0
        self._none = label("", Role.MUTED)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_rows(self, rows: Sequence[SideRow], heads: tuple[str, str]) -> None:
        """Show other fields, under the names of the two records."""
        self._rows, self._heads, self._at = tuple(rows), heads, 0
        self._picks = {row.name: row.pick for row in rows}
        self._draw()

    def picks(self) -> dict[str, Side]:
        """Field → whose value was chosen."""
        return dict(self._picks)

    def choose(self, name: str, side: Side) -> None:
        """Take a side's value."""
        row = next((row for row in self._rows if row.name == name), None)
        if row is None or (side is Side.BOTH and not row.both) or self._picks[name] is side:
            return
        self._picks[name] = side
        self.retint()
        self.picked.emit(name)

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Whose values stay"))
        self._none.setText(self.tr("They do not differ in any field."))
        self.retint()

    def retint(self) -> None:
        c = colours()
        ring = self.hasFocus()
        for place, (row, (name, *values)) in enumerate(zip(self._rows, self._cells, strict=True)):
            here = ring and place == self._at
            name.setStyleSheet(f"color: {c.accent if here else c.muted};")
            for side, cell in zip((Side.LEFT, Side.RIGHT), values, strict=True):
                taken = self._picks[row.name] in (side, Side.BOTH)
                edge = c.accent if here else "transparent"
                rule = f"border: 1px solid {edge}; border-radius: 6px;"
                rule += f"color: {c.text if taken else c.muted};"
                if taken:
                    rule += f"background: {c.accent_tone.soft}; font-weight: 600;"
                if cell.styleSheet() != rule:
                    cell.setStyleSheet(rule)
                said = self.tr("Stays") if taken else self.tr("Is not taken")
                cell.setAccessibleDescription(said)

    # -- keyboard and mouse --------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        side = _KEYS.get(Qt.Key(event.key()))
        if not self._rows or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif step is not None:
            self._at = min(max(self._at + step, 0), len(self._rows) - 1)
            self.ensureWidgetVisible(self._cells[self._at][1])
            self.retint()
        elif side is not None:
            self.choose(self._rows[self._at].name, side)
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress:
            for place, (row, (_, *values)) in enumerate(zip(self._rows, self._cells, strict=True)):
                if watched in values:
                    self._at = place
                    self.setFocus(Qt.FocusReason.MouseFocusReason)
                    self.choose(row.name, Side.LEFT if watched is values[0] else Side.RIGHT)
                    self.retint()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.retint()
        return super().event(event)

    # -- drawing -------------------------------------------------------------------------------

    def _draw(self) -> None:
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 4, 12, 12)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(0, _NAME_WIDTH)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        for column, head in enumerate(self._heads, start=1):
            shown = label(head, Role.OVERLINE)
            shown.setContentsMargins(_PADDING[0], 0, 0, 0)
            grid.addWidget(shown, 0, column)
        self._none = label("", Role.MUTED)
        self._cells = [self._add(grid, number, row) for number, row in enumerate(self._rows, 1)]
        grid.addWidget(self._none, len(self._rows) + 1, 0, 1, 3)
        grid.setRowStretch(len(self._rows) + 2, 1)
        self.setWidget(inner)
        self._none.setVisible(not self._rows)
        self.retranslate()

    def _add(self, grid: QGridLayout, number: int, row: SideRow) -> tuple[QLabel, QLabel, QLabel]:
        name = label(row.label, Role.MUTED, wrap=True)
        name.setContentsMargins(0, _PADDING[1], 0, _PADDING[3])
        cells = [label(text or "—", Role.BODY, wrap=True) for text in (row.left, row.right)]
        grid.addWidget(name, number, 0, Qt.AlignmentFlag.AlignTop)
        for column, cell in enumerate(cells, start=1):
            cell.setContentsMargins(*_PADDING)
            cell.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            cell.setCursor(Qt.CursorShape.PointingHandCursor)
            cell.installEventFilter(self)
            grid.addWidget(cell, number, column)
        return name, cells[0], cells[1]
