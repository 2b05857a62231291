"""One version of a field on a card: who, when, before → after, what became of it, restore."""

from datetime import UTC, datetime

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from crm_core.clock import CHINA
from crm_core.model.schema import Kind
from desktop.viewmodels.records.history import Fate, VersionLine
from desktop.views.theme.apply import colours
from desktop.views.theme.icons import icon_pixmap
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton
from desktop.views.widgets.cell_delegates import relative_time
from desktop.views.widgets.chips import Chip
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.painting import draw_initial
from desktop.views.widgets.reactive import Reactive

_DISC = 28


class Initial(QWidget):
    """A person's first character in a disc."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setFixedSize(QSize(_DISC, _DISC))

    def paintEvent(self, _event: QPaintEvent) -> None:
        area = QRectF(0, 0, _DISC, _DISC)
        draw_initial(QPainter(self), area, self._name or "?", tone=colours().accent_tone)


class VersionCard(Reactive, QFrame):
    """Focusable; Enter or its button asks to restore, Up and Down ask for the next card."""

    restore_requested = Signal()
    step_requested = Signal(int)

    def __init__(self, line: VersionLine, kind: Kind, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = line
        self._kind = kind
        self.setObjectName("versionCard")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._who = label(line.who, Role.STRONG)
        self._when = label("", Role.SMALL)
        self._fate = Chip("")
        self._mark = QLabel()
        self._lost = label("", Role.STRONG, wrap=True)
        self._before = label("", Role.BODY, wrap=True)
        self._after = label("", Role.BODY, wrap=True)
        self._overtook = label("", Role.SMALL, wrap=True)
        self._source = label("", Role.SMALL, wrap=True)
        self.restore = GhostButton("", "undo")
        self.restore.clicked.connect(self.restore_requested)
        self._lay_out()
        self.retranslate()
        self.retint()

    def retranslate(self) -> None:
        line = self.line
        moment = line.at.astimezone(CHINA)
        near = relative_time(line.at, datetime.now(tz=UTC))
        self._when.setText(f"{moment:%Y-%m-%d %H:%M:%S} · {near}")
        lost = self.tr("Overwritten by another edit made at the same time")
        created = self.tr("When created") if line.created else ""
        words = {
            Fate.CURRENT: self.tr("Current"),
            Fate.OVERTAKEN: lost,
            Fate.EARLIER: created,
            Fate.REFUSED: self.tr("Not accepted by the server"),
        }
        tones = {Fate.CURRENT: Tone.GOOD, Fate.REFUSED: Tone.WARN}
        self._fate.set_text(words[line.fate], tones.get(line.fate, Tone.NEUTRAL))
        self._fate.setVisible(bool(words[line.fate]) and line.fate is not Fate.OVERTAKEN)
        self._lost.setText(lost)
        note = self.tr("Stood against an edit by {0} made at the same time: the later one counts.")
        self._overtook.setText(note.format(line.overtook) if line.overtook else "")
        self._overtook.setVisible(bool(line.overtook))
        here = self.tr("This device") if line.here else self.tr("Device {0}").format(line.device)
        reason = self.tr("Reason: {0}").format(line.reason) if line.reason else ""
        fetched = self.tr("from the server's history") if line.fetched else ""
        self._source.setText(" · ".join(part for part in (here, fetched, reason) if part))
        self.restore.setText(self.tr("Restore this version"))
        self.restore.setToolTip(self.tr("Enter"))
        spoken = (line.who, self._when.text(), line.before or "—", "→", line.after or "—")
        self.setAccessibleName(" ".join(spoken))
        self.setAccessibleDescription(words[line.fate])

    def retint(self) -> None:
        c = colours()
        lost = self.line.fate is Fate.OVERTAKEN
        now = self.line.fate is Fate.CURRENT
        edge = c.warn_tone.solid if lost else c.good_tone.solid if now else c.hairline
        ground = c.warn_tone.soft if lost else c.surface
        rule = (
            f"#versionCard {{ background: {ground}; border: 1px solid {edge};"
            f" border-radius: 8px; }} #versionCard:focus {{ border: 2px solid {c.accent}; }}"
        )
        if self.styleSheet() != rule:
            self.setStyleSheet(rule)
        self._mark.setPixmap(icon_pixmap("warning", c.warn_tone.ink, size=16))
        self._lost.setStyleSheet(f"color: {c.warn_tone.ink};")
        faint, bold = f"color: {c.faint};", "font-weight: 600;"
        before, after = self.line.before, self.line.after
        self._write(
            self._before, before, f"{faint} text-decoration: line-through;" if before else faint
        )
        self._write(self._after, after, f"color: {c.text}; {bold}" if after else faint)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.line.restorable:
            self.restore_requested.emit()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.step_requested.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def _write(self, target: QLabel, text: str, style: str) -> None:
        target.setText(text or self.tr("(empty)"))
        if target.styleSheet() != style:
            target.setStyleSheet(style)

    def _lay_out(self) -> None:
        top = Qt.AlignmentFlag.AlignTop
        names = column(None, gap=0)
        names.addWidget(self._who)
        names.addWidget(self._when)
        head = row(None, gap=10)
        head.addWidget(Initial(self.line.who), 0, top)
        head.addLayout(names, 1)
        head.addWidget(self._fate, 0, top)
        body = column(self, margins=(14, 12, 14, 12), gap=8)
        body.addLayout(head)
        if self.line.fate is Fate.OVERTAKEN:
            body.addLayout(self._warning())
        body.addLayout(self._difference())
        body.addWidget(self._overtook)
        foot = row(None, gap=8)
        foot.addWidget(self._source, 1)
        foot.addWidget(self.restore)
        body.addLayout(foot)
        # Only now that they have a parent: a widget without one would open a window of its own.
        self.restore.setVisible(self.line.restorable)
        self._before.setVisible(not self.line.created)

    def _warning(self) -> QHBoxLayout:
        made = row(None, gap=6)
        made.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        made.addWidget(self._lost, 1)
        return made

    def _difference(self) -> QVBoxLayout | QHBoxLayout:
        long = self._kind is Kind.LONG_TEXT or len(self.line.before + self.line.after) > 28
        made: QVBoxLayout | QHBoxLayout = column(None, gap=4) if long else row(None, gap=8)
        made.addWidget(self._before)
        if not self.line.created and not long:
            made.addWidget(label("→", Role.MUTED))
        made.addWidget(self._after)
        if not long:
            made.addStretch(1)
        return made

    @Slot()
    def take_focus(self) -> None:
        """Put the keyboard here."""
        self.setFocus(Qt.FocusReason.TabFocusReason)
