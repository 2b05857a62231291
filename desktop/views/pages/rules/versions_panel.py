"""Published versions: who, when, for whom, what each changed; back to any of them."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QWidget

from crm_core.clock import CHINA, parse_moment
from desktop.services.commands.rules import do_withdraw
from desktop.services.rules.rule_lines import VersionLine, version_changes, version_lines
from desktop.viewmodels.session import Session
from desktop.views.pages.admin.plain_table import Fact, FactColumn, FactTable
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import DangerButton, GhostButton, QuietButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.feedback import EmptyState
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive

_MOST = 200
_DETAIL_WIDTH = 348


class VersionsPanel(Reactive, QWidget):
    """The newest first; what differs is read for the version the keyboard is on."""

    back_requested = Signal(object)
    """VersionLine: publish it again."""
    text_requested = Signal(object)
    draft_requested = Signal(object)
    """VersionLine: make the draft say what it says."""
    publish_requested = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._may = session, False
        self.lines: dict[str, VersionLine] = {}
        self.table = FactTable()
        self._card, self.changes = Card(), label("", Role.BODY, wrap=True)
        self.back, self.text = GhostButton("", "undo"), QuietButton("", "note")
        self.draft, self.withdraw = QuietButton("", "edit"), DangerButton("", "close")
        self.empty = EmptyState("history", "", "")
        self._stack = QStackedWidget()
        self._lay_out()
        self.table.current_changed.connect(self._show_current)
        self.back.clicked.connect(lambda: self._with_current(self.back_requested.emit))
        self.text.clicked.connect(lambda: self._with_current(self.text_requested.emit))
        self.draft.clicked.connect(lambda: self._with_current(self.draft_requested.emit))
        self.withdraw.clicked.connect(self._withdraw)
        self.empty.action_triggered.connect(self.publish_requested)
        self.retranslate()

    def retranslate(self) -> None:
        self.table.setAccessibleName(self.tr("Versions"))
        self.table.set_columns(
            (
                FactColumn(self.tr("No."), 7),
                FactColumn(self.tr("What changed"), 28),
                FactColumn(self.tr("By"), 12),
                FactColumn(self.tr("When"), 23),
                FactColumn(self.tr("For"), 15),
                FactColumn(self.tr("State"), 15, chips=True),
            )
        )
        self.back.setText(self.tr("Back to this version"))
        self.text.setText(self.tr("As text"))
        self.draft.setText(self.tr("Into the draft"))
        self.draft.setToolTip(self.tr("The draft then says exactly what this version says"))
        self.empty.set_text(
            self.tr("Nothing published yet"),
            self.tr("What ships with Suixing is in force. Change rules as you like, try them on "
                    "your history, then publish them."),
        )  # fmt: skip
        self._fill()

    def reload(self, *, may: bool) -> None:
        """Read again in the background."""
        self._may = may
        workspace = self._session.workspace
        self._session.ask(lambda: version_lines(workspace), self._came, owner=self)

    def current(self) -> VersionLine | None:
        """The version the keyboard is on."""
        return self.lines.get(self.table.current_key())

    def _lay_out(self) -> None:
        shown = QWidget()
        halves = row(shown, margins=(24, 0, 24, 16), gap=12)
        frame = QFrame()
        set_role(frame, Role.CARD)
        inside = column(frame, margins=(1, 1, 1, 1), gap=0)
        inside.addWidget(self.table)
        inner = QWidget()
        lines = column(inner, gap=4)
        self.changes.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.changes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        lines.addWidget(self.changes)
        lines.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        self._card.setFixedWidth(_DETAIL_WIDTH)
        self._card.body.addWidget(area, 1)
        for pair in ((self.back, self.withdraw), (self.text, self.draft)):
            acts = row(None, gap=8)
            for button in pair:
                acts.addWidget(button)
            acts.addStretch(1)
            self._card.body.addLayout(acts)
        halves.addWidget(frame, 1)
        halves.addWidget(self._card)
        self._stack.addWidget(shown)
        self._stack.addWidget(self.empty)
        column(self, gap=0).addWidget(self._stack, 1)

    def _came(self, found: tuple[VersionLine, ...]) -> None:
        self.lines = {one.version.id: one for one in found}
        self._fill()

    def _fill(self) -> None:
        self._stack.setCurrentIndex(0 if self.lines else 1)
        self.table.show_rows([(key, self._cells(one)) for key, one in self.lines.items()])
        self._show_current(self.table.current_key())

    def _cells(self, line: VersionLine) -> tuple[Fact, ...]:
        version = line.version
        state, tone = self._state(line)
        return (
            Fact(str(version.number)),
            Fact(version.note),
            Fact(line.author),
            Fact(_day(version.at)),
            Fact(line.team or self.tr("Everybody")),
            Fact(state, tone),
        )

    def _state(self, line: VersionLine) -> tuple[str, Tone]:
        if line.version.withdrawn:
            return self.tr("Withdrawn"), Tone.NEUTRAL
        if line.version.in_force:
            trial = bool(line.version.trial_team)
            return (self.tr("On trial"), Tone.ACCENT) if trial else (self.tr("In force"), Tone.GOOD)
        return self.tr("Earlier"), Tone.NEUTRAL

    @Slot(str)
    def _show_current(self, key: str) -> None:
        line = self.lines.get(key)
        self._card.setVisible(line is not None)
        if line is None:
            return
        version = line.version
        self._card.set_heading(self.tr("Version {0} against the one before").format(version.number))
        self.changes.setText(self.tr("Reading…"))
        self.back.setVisible(self._may and not (version.in_force and not version.trial_team))
        self.back.setText(
            self.tr("Publish to everybody")
            if version.trial_team and version.in_force
            else self.tr("Back to this version")
        )
        self.withdraw.setVisible(self._may and (version.in_force or version.withdrawn))
        again = version.withdrawn
        self.withdraw.setText(self.tr("In force again") if again else self.tr("Withdraw"))
        self.draft.setVisible(self._may)
        workspace, language = self._session.workspace, self._session.language

        def came(said: tuple[str, ...]) -> None:
            if self.table.current_key() == key:
                shown = [f"· {one}" for one in said[:_MOST]]
                self.changes.setText("\n".join(shown) or self.tr("Nothing differs."))

        self._session.ask(lambda: version_changes(workspace, key, language), came, owner=self)

    def _with_current(self, act: object) -> None:
        line = self.current()
        if line is not None and callable(act):
            act(line)

    @Slot()
    def _withdraw(self) -> None:
        line = self.current()
        if line is not None:
            self._session.run(do_withdraw, line.version.id, not line.version.withdrawn)


def _day(moment: str) -> str:
    try:
        return parse_moment(moment).astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return moment
