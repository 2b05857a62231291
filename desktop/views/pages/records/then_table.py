"""A record's fields as they stood at a moment beside what they hold now; differences marked."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QWidget

from desktop.viewmodels.records.record_time import FieldThen
from desktop.views.theme.apply import colours
from desktop.views.theme.roles import Role
from desktop.views.widgets.layouts import label
from desktop.views.widgets.reactive import Reactive

_NAME_WIDTH = 116
_Cells = tuple[FieldThen, QLabel, QLabel]


class ThenTable(Reactive, QScrollArea):
    """Three columns: field, then, now. The keyboard scrolls it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields: tuple[FieldThen, ...] = ()
        self._cells: list[_Cells] = []
        self._heads: list[QLabel] = []
        self._none = label("", Role.MUTED)
        self._only_changed, self._language = False, "zh_CN"
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_fields(
        self, fields: Sequence[FieldThen], *, only_changed: bool, language: str
    ) -> None:
        """Show other fields; what was scrolled to stays where it can."""
        self._fields, self._only_changed, self._language = tuple(fields), only_changed, language
        self._draw()

    def shown(self) -> list[tuple[str, str, str, bool]]:
        """(field name, then, now, whether they differ) of each row."""
        return [(f.spec.name, f.then, f.now, f.differs) for f in self._rows()]

    def retranslate(self) -> None:
        heads = (self.tr("Field"), self.tr("Then"), self.tr("Now"))
        for shown, head in zip(self._heads, heads, strict=False):
            shown.setText(head)
        self._none.setText(self.tr("Nothing differs from now."))

    def retint(self) -> None:
        # Only colours: rebuilding while Qt hands the palette down would pull widgets from under it.
        for field, then, now in self._cells:
            self._dress(then, field, was=True)
            self._dress(now, field, was=False)

    def _rows(self) -> list[FieldThen]:
        return [f for f in self._fields if f.differs or not self._only_changed]

    def _draw(self) -> None:
        place = self.verticalScrollBar().value()
        inner, rows = QWidget(), self._rows()
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 4, 12, 12)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnMinimumWidth(0, _NAME_WIDTH)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        self._heads = [label("", Role.OVERLINE) for _ in range(3)]
        self._none = label("", Role.MUTED)
        for column, head in enumerate(self._heads):
            head.setContentsMargins(8 if column else 0, 0, 0, 0)
            grid.addWidget(head, 0, column)
        self._cells = [self._add_row(grid, number, field) for number, field in enumerate(rows, 1)]
        grid.addWidget(self._none, len(rows) + 1, 0, 1, 3)
        grid.setRowStretch(len(rows) + 2, 1)
        self.setWidget(inner)
        self._none.setVisible(not rows)
        self.retranslate()
        self.retint()
        self.verticalScrollBar().setValue(place)

    def _add_row(self, grid: QGridLayout, number: int, field: FieldThen) -> _Cells:
        top = Qt.AlignmentFlag.AlignTop
        name = label(field.spec.label.text(self._language), Role.MUTED, wrap=True)
        name.setContentsMargins(0, 5, 0, 5)
        then = label(field.then or "—", Role.BODY, wrap=True)
        now = label(field.now or "—", Role.BODY, wrap=True)
        for cell in (then, now):
            cell.setContentsMargins(8, 5, 8, 5)
            cell.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if field.differs:
            then.setAccessibleDescription(self.tr("Differs from now"))
        grid.addWidget(name, number, 0, top)
        grid.addWidget(then, number, 1)
        grid.addWidget(now, number, 2)
        return field, then, now

    def _dress(self, cell: QLabel, field: FieldThen, *, was: bool) -> None:
        c = colours()
        rule = f"color: {c.text if field.differs else c.muted};"
        if field.differs and was:
            rule += f"background: {c.accent_tone.soft}; border-radius: 6px; font-weight: 600;"
        if cell.styleSheet() != rule:
            cell.setStyleSheet(rule)
