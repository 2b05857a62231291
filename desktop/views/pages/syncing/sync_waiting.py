"""What waits to be sent, by kind of record; a click or Enter on a kind lists the records."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.session import Session
from desktop.viewmodels.sync_facts import WaitingLine, read_waiting
from desktop.views.theme.roles import Role
from desktop.views.widgets.buttons import GhostButton, QuietButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.flow import FlowLayout
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.retiring import clear

_MOST_SHOWN = 50


class WaitingCard(Reactive, Card):
    """`show_waiting` gives the numbers; the records are read when asked for."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._session = session
        self._waiting: tuple[tuple[str, int], ...] = ()
        self._open = ""
        self.kinds: dict[str, GhostButton] = {}
        self._title = label("", Role.OVERLINE)
        self._nothing = label("", Role.MUTED)
        self._chips = FlowLayout()
        self._list = QWidget()
        self.lines: tuple[WaitingLine, ...] = ()
        column(self._list, gap=2)
        self._list.hide()
        self.body.setSpacing(8)
        for part in (self._title, self._nothing):
            self.body.addWidget(part)
        self.body.addLayout(self._chips)
        self.body.addWidget(self._list)
        self.retranslate()

    def retranslate(self) -> None:
        self._title.setText(self.tr("Waiting to be sent"))
        self._nothing.setText(self.tr("Everything you did is at the server."))

    def show_waiting(self, waiting: tuple[tuple[str, int], ...]) -> None:
        """Show other numbers; the kind that is open stays open."""
        if waiting != self._waiting or not self.kinds:
            self._waiting = waiting
            self._rebuild()
        self._nothing.setVisible(not waiting)
        if self._open and self._open not in dict(waiting):
            self._open = ""
        self._read()

    def speak_anew(self) -> None:
        """The language of labels has changed."""
        self._rebuild()
        self._read()

    def _rebuild(self) -> None:
        focused = next((k for k, b in self.kinds.items() if b.hasFocus()), "")
        clear(self._chips)
        self.kinds = {}
        registry, language = self._session.workspace.replica.registry, self._session.language
        for name, number in self._waiting:
            known = registry.entity(name).label.text(language) if name in registry else name
            button = GhostButton(f"{known} {number}")
            button.setCheckable(True)
            button.setChecked(name == self._open)
            button.setToolTip(self.tr("List the records"))
            button.setProperty("kind", name)
            button.clicked.connect(self._toggle)
            self._chips.addWidget(button)
            self.kinds[name] = button
        if focused in self.kinds:
            self.kinds[focused].setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _toggle(self) -> None:
        button = self.sender()
        if not isinstance(button, GhostButton):
            return
        kind = str(button.property("kind"))
        self._open = "" if kind == self._open else kind
        for name, one in self.kinds.items():
            one.setChecked(name == self._open)
        self._read()

    def _read(self) -> None:
        if not self._open:
            self.lines = ()
            self._list.hide()
            return
        kind, language = self._open, self._session.language
        workspace = self._session.workspace

        def came(lines: tuple[WaitingLine, ...]) -> None:
            if kind == self._open:
                self._show_lines(lines)

        self._session.ask(lambda: read_waiting(workspace, kind, language), came, owner=self)

    def _show_lines(self, lines: tuple[WaitingLine, ...]) -> None:
        if lines == self.lines and not self._list.isHidden():
            return
        self.lines = lines
        inner = self._list.layout()
        assert inner is not None
        clear(inner)
        for line in lines[:_MOST_SHOWN]:
            inner.addWidget(self._row(line))
        if len(lines) > _MOST_SHOWN:
            inner.addWidget(label(self.tr("… and more"), Role.SMALL))
        self._list.show()

    def _row(self, line: WaitingLine) -> QWidget:
        holder = QWidget()
        body = row(holder, gap=8)
        name = QuietButton(line.title or self.tr("(no name)"), "link")
        name.setProperty("record", line.id)
        name.clicked.connect(self._open_record)
        body.addWidget(name)
        body.addWidget(label(line.what, Role.MUTED), 1)
        body.addWidget(label(line.when, Role.SMALL))
        return holder

    @Slot()
    def _open_record(self) -> None:
        button = self.sender()
        if isinstance(button, QuietButton):
            self._session.open_requested.emit(self._open, str(button.property("record")))
