"""The cards beside a customer's timeline: open tasks and promises, and contacts."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from crm_core.clock import parse_moment
from crm_core.model.schema import EntitySpec
from crm_core.model.values import Record
from desktop.views.theme.apply import colours
from desktop.views.theme.fonts import sized
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import TYPE, Tone
from desktop.views.widgets.buttons import IconButton, QuietButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.cell_delegates import relative_time
from desktop.views.widgets.chips import Chip
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.painting import draw_text
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.retiring import retire

_SHOWN = 4


class ElidedLabel(QWidget):
    """One line of text that ends in an ellipsis where it does not fit, and is whole in its tip."""

    def __init__(self, text: str, role: Role, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = text
        self._quiet = role is Role.SMALL
        self.setFont(sized(self.font(), TYPE.small if self._quiet else TYPE.body))
        self.setToolTip(text)
        self.setMinimumWidth(40)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._text), metrics.height() + 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        c = colours()
        ink = c.faint if self._quiet else c.text
        draw_text(QPainter(self), self.rect(), self._text, colour=ink)


class SideRow(Reactive, QFrame):
    """One record on a card: two lines and a button of its own; Enter or a click opens it."""

    opened = Signal(str)
    acted = Signal(str)

    def __init__(self, record_id: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.record_id = record_id
        self.setObjectName("sideRow")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(title)
        self.button = IconButton("check", "")
        self.button.clicked.connect(self._act)
        self._title = ElidedLabel(title, Role.BODY)
        self.second = row(None, gap=6)
        words: QVBoxLayout = column(None, gap=1)
        words.addWidget(self._title)
        words.addLayout(self.second)
        self.line = row(self, margins=(4, 4, 4, 4), gap=6)
        self.line.addLayout(words, 1)
        self.retint()

    def retint(self) -> None:
        c = colours()
        rule = (
            "#sideRow { border: 2px solid transparent; border-radius: 6px; }"
            f"#sideRow:hover {{ background: {c.hover}; }}"
            f"#sideRow:focus {{ border-color: {c.accent}; }}"
        )
        if self.styleSheet() != rule:
            self.setStyleSheet(rule)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self.record_id)
        elif event.key() == Qt.Key.Key_Space:
            self.acted.emit(self.record_id)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(self.record_id)

    @Slot()
    def _act(self) -> None:
        self.acted.emit(self.record_id)


class SideCard(Reactive, Card):
    """A heading with an add button, up to four rows, and the way to all of them."""

    opened = Signal(str)
    add_requested = Signal()
    all_requested = Signal()

    def __init__(self, entity: EntitySpec, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.entity = entity
        self.rows: list[SideRow] = []
        self.most = _SHOWN
        """How many rows are shown."""
        self._language = "zh"
        self._records: Sequence[Record] | None = None
        """None until they were read: what is not known yet is not called empty."""
        self.add = IconButton("plus", "")
        self.add.clicked.connect(self.add_requested)
        self._more = QuietButton()
        self._more.clicked.connect(self.all_requested)
        self._nothing = label("", Role.MUTED, wrap=True)
        self._nothing.hide()
        self.body.removeWidget(self.heading)
        head = row(None, gap=4)
        head.addWidget(self.heading)
        head.addStretch(1)
        head.addWidget(self._more)
        head.addWidget(self.add)
        self.body.setContentsMargins(16, 10, 10, 10)
        self.body.setSpacing(2)
        self.body.addLayout(head)
        self.body.addWidget(self._nothing)
        self.body.addStretch(1)
        self.setMinimumWidth(248)

    def show_records(self, records: Sequence[Record], language: str) -> None:
        """Show these, best first."""
        self._records, self._language = records, language
        focused = next((r.record_id for r in self.rows if r.hasFocus()), "")
        for old in self.rows:
            self.body.removeWidget(old)
            retire(old)
        self.rows = [self.make_row(record) for record in records[: self.most]]
        for place, made in enumerate(self.rows):
            made.opened.connect(self.opened)
            self.body.insertWidget(1 + place, made)
            if made.record_id == focused:
                made.setFocus()
        self._nothing.setVisible(not self.rows)
        self.retranslate()

    def set_most(self, most: int) -> None:
        """Show so many rows at most, from now on."""
        if most != self.most:
            self.most = most
            if self._records is not None:
                self.show_records(self._records, self._language)

    def make_row(self, record: Record) -> SideRow:
        """One row for `record`."""
        return SideRow(str(record["id"]), str(record.get(self.entity.title) or ""))

    def retranslate(self) -> None:
        label_text = self.entity.label.text(self._language)
        lower = label_text if self._language.startswith("zh") else label_text.lower()
        self.add.set_name(self.tr("New {0}").format(lower))
        number = len(self._records or ())
        self._more.setText(self.tr("All {0}").format(number))
        self._more.setVisible(number > self.most)


class TaskCard(SideCard):
    """Open tasks and promises, the most urgent first; the round button closes one."""

    finished = Signal(str)

    def __init__(self, entity: EntitySpec, parent: QWidget | None = None) -> None:
        self._now: datetime | None = None
        super().__init__(entity, parent)
        self.retranslate()

    def show_tasks(self, records: Sequence[Record], language: str, now: datetime) -> None:
        """Show open tasks as of `now`."""
        self._now = now
        self.show_records(records, language)

    def make_row(self, record: Record) -> SideRow:
        made = super().make_row(record)
        made.button.set_icon("circle")
        made.line.insertWidget(0, made.button, 0, Qt.AlignmentFlag.AlignTop)
        made.button.set_name(self.tr("Done: {0} (Space)").format(made.accessibleName()))
        made.acted.connect(self.finished)
        spec = self.entity.field_spec("kind")
        option = spec.choice(str(record.get("kind")))
        if option is not None:
            made.second.addWidget(Chip(option.label.text(self._language), Tone(option.tone)))
        due = record.get("due_at")
        if isinstance(due, str) and self._now is not None:
            moment = parse_moment(due)
            words = relative_time(moment, self._now)
            late = moment < self._now
            text = self.tr("{0}, overdue").format(words) if late else words
            made.second.addWidget(label(text, Role.ERROR_TEXT if late else Role.SMALL))
        made.second.addStretch(1)
        return made

    def retranslate(self) -> None:
        super().retranslate()
        self.set_heading(self.tr("Open tasks and promises"))
        self._nothing.setText(self.tr("Nothing is open. Promises made on visits appear here."))


class ContactCard(SideCard):
    """The people there, with a button that copies the number without its spaces."""

    copied = Signal(str)

    def __init__(self, entity: EntitySpec, parent: QWidget | None = None) -> None:
        self._phones: Mapping[str, str] = {}
        super().__init__(entity, parent)
        self.retranslate()

    def show_records(self, records: Sequence[Record], language: str) -> None:
        """Show these people."""
        self._phones = {str(r["id"]): "".join(str(r.get("phone") or "").split()) for r in records}
        super().show_records(records, language)

    def make_row(self, record: Record) -> SideRow:
        made = super().make_row(record)
        part = self.entity.field_spec("part")
        option = part.choice(str(record.get("part")))
        if option is not None:
            made.second.addWidget(Chip(option.label.text(self._language), Tone(option.tone)))
        words = [str(record.get("title") or ""), str(record.get("phone") or "")]
        about = ElidedLabel(" · ".join(w for w in words if w), Role.SMALL)
        made.second.addWidget(about, 1)
        made.button.set_icon("copy")
        name = made.accessibleName()
        made.button.set_name(self.tr("Copy the number of {0} (Space)").format(name))
        made.line.addWidget(made.button)
        made.button.setVisible(bool(record.get("phone")))
        made.acted.connect(self._copy)
        return made

    def retranslate(self) -> None:
        super().retranslate()
        self.set_heading(self.tr("Contacts"))
        self._nothing.setText(self.tr("Nobody yet. Add the person you talk to."))

    @Slot(str)
    def _copy(self, record_id: str) -> None:
        number = self._phones.get(record_id, "")
        if number:
            QGuiApplication.clipboard().setText(number)
            self.copied.emit(number)
            for made in self.rows:
                made.button.set_icon("check" if made.record_id == record_id else "copy")
