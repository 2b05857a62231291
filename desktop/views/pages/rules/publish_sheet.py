"""Publishing: what differs from what is in force, a note, for everybody or on trial with a team."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QWidget

from crm_core.errors import KnownError
from desktop.services.commands.rules import do_publish
from desktop.services.commands.verbs import Done
from desktop.services.rules.rule_lines import RuleDesk, change_sentences
from desktop.viewmodels.session import Session
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.editors.choice import ChoiceBox, Option
from desktop.views.widgets.editors.text import TextLine
from desktop.views.widgets.field_row import FieldRow
from desktop.views.widgets.layouts import column, label
from desktop.views.widgets.sheet import Sheet

_MOST = 60


class PublishSheet(Sheet):
    """Nothing counts before this; afterwards it is taken back by Ctrl+Z or an older version."""

    def __init__(
        self,
        session: Session,
        desk: RuleDesk,
        teams: Sequence[tuple[str, str]],
        *,
        trial: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("", "", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session, self._desk = session, desk
        self._words = label("", Role.MUTED, wrap=True)
        self.note = TextLine()
        self.team = ChoiceBox([Option(key, name) for key, name in teams])
        self.changes = label("", Role.BODY, wrap=True)
        self._note_row = FieldRow(self.tr("What changed"), self.note, required=True)
        self._team_row = FieldRow(self.tr("Trial team"), self.team)
        self._lay_out_parts()
        self.submitted.connect(self._publish)
        self.set_heading(self.tr("Publish rules"))
        line = self.team.lineEdit()
        if line is not None:
            line.setPlaceholderText(self.tr("Nobody: it counts for everybody"))
        self.team.changed.connect(self._say)
        if trial and teams:
            self.team.setValue(teams[0][0])
        self._say()
        workspace, language = session.workspace, session.language
        session.ask(
            lambda: change_sentences(workspace, desk.published, desk.draft, language),
            self._differences, owner=self,
        )  # fmt: skip
        self.note.setFocus(Qt.FocusReason.TabFocusReason)

    def _lay_out_parts(self) -> None:
        inner = QWidget()
        lines = column(inner, margins=(12, 8, 12, 8), gap=4)
        self.changes.setAlignment(Qt.AlignmentFlag.AlignTop)
        lines.addWidget(self.changes)
        lines.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(inner)
        area.setMinimumHeight(200)
        for part in (self._words, self._note_row, self._team_row):
            self.body.addWidget(part)
        self.body.addWidget(self._overline(self.tr("Against what is in force")))
        self.body.addWidget(area, 1)
        self.setMinimumWidth(620)
        self.note.changed.connect(lambda: self.set_dirty(True))

    def _overline(self, text: str) -> QLabel:
        return label(text, Role.OVERLINE)

    @Slot()
    def _say(self) -> None:
        trial = bool(self.team.value())
        self.primary.setText(self.tr("Begin the trial") if trial else self.tr("Publish"))
        self._words.setText(
            self.tr("Only the people of that team go by these rules, until you publish them to "
                    "everybody or withdraw them.")
            if trial
            else self.tr("Every device and the server go by these rules after their next sync. "
                         "You can go back to any earlier version.")
        )  # fmt: skip

    def _differences(self, sentences: tuple[str, ...]) -> None:
        shown = [f"· {one}" for one in sentences[:_MOST]]
        if len(sentences) > _MOST:
            shown.append(self.tr("… and {0} more").format(len(sentences) - _MOST))
        self.changes.setText("\n".join(shown) or self.tr("Nothing differs."))

    @Slot()
    def _publish(self) -> None:
        note = str(self.note.value() or "").strip()
        team = self.team.value()
        known = team is None or self.team.findData(team) >= 0
        self._note_row.set_error("" if note else self.tr("Say in a few words what changed."))
        self._team_row.set_error("" if known else self.tr("Choose one of the list."))
        if not note or not known:
            return
        self.primary.setEnabled(False)
        self._session.run(
            do_publish, note, str(team or ""), on_done=self._done, on_error=self._failed,
            initiator=self,
        )  # fmt: skip

    def _done(self, _done: Done) -> None:
        self.set_dirty(False)
        self.accept()

    def _failed(self, error: KnownError) -> None:
        self.primary.setEnabled(True)
        self.message.show_message(error.sentence(self._session.language), Tone.BAD)
