"""The incoming number: type or paste it in any form, see who it is and what was promised first.

Rows 7.1, 7.2. Enter opens the record, Ctrl+Enter logs the call as a follow-up.
"""

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QListView, QVBoxLayout, QWidget

from crm_core.clock import parse_moment
from crm_core.model.values import Record, display
from desktop.services.incoming import LEAST_DIGITS, Caller, callers, digits_of, looks_like_number
from desktop.viewmodels.records.newcomer_check import NewcomerCheck
from desktop.viewmodels.session import Session
from desktop.views.pages.records.record_picker import HitCell
from desktop.views.pages.records.side_cards import ElidedLabel
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.cell_delegates import relative_time
from desktop.views.widgets.cell_face import SUBTITLE_ROLE
from desktop.views.widgets.chips import Chip
from desktop.views.widgets.editors.contract import LineEditor
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.sheet import Sheet

_REST_MS = 80
_TASKS = 6
_ROWS, _ROW = 4, 46


class _NumberLine(LineEditor):
    """Up and Down go through the people found."""

    stepped = Signal(int)
    entered = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is not None:
            self.stepped.emit(step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.entered.emit()
        else:
            super().keyPressEvent(event)


class IncomingSheet(Sheet):
    """Who is calling."""

    looked = Signal()
    """The number that stands there has been looked up."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        self._session = session
        self._callers: tuple[Caller, ...] = ()
        super().__init__("", "", parent)
        self._asked = 0
        self._elsewhere = NewcomerCheck(session, "customer", self)
        self._elsewhere.changed.connect(self._say)
        self.number = _NumberLine()
        self.hint = label("", Role.MUTED, wrap=True)
        self._found = QStandardItemModel(self)
        self.people = QListView()
        self.people.setModel(self._found)
        self.people.setItemDelegate(HitCell(self.people))
        self.people.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.people.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._about = QWidget()
        self._lines: QVBoxLayout = column(self._about, gap=6)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        for part in (self.number, self.hint, self.people):
            self.body.addWidget(part)
        self.body.addWidget(self._about)
        self.body.addStretch(1)
        self._connect()
        self.setMinimumSize(560, 420)
        self._words()
        self._paste()

    def current(self) -> Caller | None:
        """The person the keyboard is on."""
        place = self.people.currentIndex().row()
        return self._callers[place] if 0 <= place < len(self._callers) else None

    def shown_tasks(self) -> list[str]:
        """What is open with them, as it is shown."""
        return [str(one.property("title")) for one in self._about.findChildren(QWidget, "task")]

    def retranslate(self) -> None:
        super().retranslate()
        self._words()

    def _words(self) -> None:
        self.set_heading(self.tr("Incoming number"))
        self.primary.setText(self.tr("Log this call"))
        if hasattr(self, "number"):
            words = self.tr("A number in any form, or its last four digits")
            self.number.setPlaceholderText(words)
            self.number.setAccessibleName(words)
            self.people.setAccessibleName(self.tr("Who it may be"))
            self._say()

    def _connect(self) -> None:
        self._rest.timeout.connect(self.look)
        self.number.textChanged.connect(self._typed)
        self.number.stepped.connect(self._step)
        self.number.entered.connect(self._open)
        self.people.doubleClicked.connect(self._open)
        self.people.selectionModel().currentChanged.connect(self._moved)
        self.submitted.connect(self._log)

    def _paste(self) -> None:
        """A number that was just copied is what one wants to look up."""
        copied = QGuiApplication.clipboard().text()
        if looks_like_number(copied):
            self.number.setText(copied.strip())
            self.number.selectAll()
        self.number.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _typed(self) -> None:
        self._rest.start()

    @Slot()
    def look(self) -> None:
        """Look the number up in the background."""
        self._asked += 1
        asked, typed, workspace = self._asked, self.number.text(), self._session.workspace

        def answer(found: tuple[Caller, ...]) -> None:
            if asked == self._asked:
                self._show(found)

        self._session.look_up(lambda: callers(workspace, typed), answer, self)

    def _show(self, found: tuple[Caller, ...]) -> None:
        self._callers = found
        self._found.clear()
        language, registry = self._session.language, self._session.workspace.replica.registry
        for one in found:
            item = QStandardItem(one.title)
            kind = registry.entity(one.entity).label.text(language)
            item.setData(" · ".join(x for x in (kind, one.about, one.phone) if x), SUBTITLE_ROLE)
            self._found.appendRow(item)
        if not found:
            self._elsewhere.watch({"phone": self.number.text()})
        self.people.setVisible(bool(found))
        self.people.setFixedHeight(min(len(found), _ROWS) * _ROW + 4)
        self.primary.setEnabled(bool(found))
        self._say()
        self.people.setCurrentIndex(self._found.index(0, 0))
        self._show_person()
        self.looked.emit()

    @Slot()
    def _say(self) -> None:
        digits = digits_of(self.number.text())
        if self._callers:
            words = self.tr("Enter opens   ·   Ctrl+Enter logs the call   ·   ↑↓ choose")
        elif len(digits) < LEAST_DIGITS:
            words = self.tr("At least four digits; spaces, dashes and +86 do not matter.")
        elif self._elsewhere.taken:
            one = self._elsewhere.taken[0]
            words = self.tr("Not on this device. A customer of {0} has this number, since {1}.")
            words = words.format(one.owner or "—", one.since)
        else:
            words = self.tr("Nobody on this device has this number.")
        self.hint.setText(words)

    @Slot()
    def _moved(self) -> None:
        self._show_person()

    def _show_person(self) -> None:
        while self._lines.count():
            item = self._lines.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.hide()
                old.setObjectName("")
                old.deleteLater()
        caller = self.current()
        if caller is None:
            return
        heading = self.tr("Promised and open") if caller.open_tasks else self.tr("Nothing is open")
        self._lines.addWidget(label(heading, Role.OVERLINE))
        for task in caller.open_tasks[:_TASKS]:
            self._lines.addWidget(self._task_line(task))
        if caller.last is not None:
            said = f"{caller.last.get('conclusion') or ''}".strip()
            when = self._when(str(caller.last.get("happened_at")))
            words = self.tr("Last follow-up {0}: {1}").format(when, said or "—")
            self._lines.addWidget(label(words, Role.MUTED, wrap=True))

    def _task_line(self, task: Record) -> QWidget:
        spec = self._session.workspace.replica.registry.entity("task").field_spec("kind")
        option = spec.choice(str(task.get("kind")))
        made = QWidget()
        made.setObjectName("task")
        made.setProperty("title", str(task.get("title") or ""))
        line = row(made, gap=8)
        if option is not None:
            words = display(spec, option.code, self._session.language)
            line.addWidget(Chip(words, Tone(option.tone)))
        line.addWidget(ElidedLabel(str(task.get("title") or ""), Role.BODY), 1)
        due = task.get("due_at")
        if isinstance(due, str):
            late = parse_moment(due) < self._session.workspace.clock.now()
            line.addWidget(label(self._when(due), Role.ERROR_TEXT if late else Role.SMALL))
        return made

    def _when(self, moment: str) -> str:
        return relative_time(parse_moment(moment), self._session.workspace.clock.now())

    @Slot(int)
    def _step(self, step: int) -> None:
        place = self.people.currentIndex().row() + step
        if 0 <= place < self._found.rowCount():
            self.people.setCurrentIndex(self._found.index(place, 0))

    @Slot()
    @Slot(QModelIndex)
    def _open(self, _index: QModelIndex | None = None) -> None:
        caller = self.current()
        if caller is not None:
            self.accept()
            self._session.open_requested.emit(caller.entity, caller.id)

    @Slot()
    def _log(self) -> None:
        caller = self.current()
        if caller is not None:
            self.accept()
            self._session.follow_up_requested.emit(caller.entity, caller.id)
