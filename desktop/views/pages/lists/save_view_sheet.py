"""The sheet in which a view gets its name, and the people it is shared with."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.session import Session
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.editors.choice import ChoiceBox, Option
from desktop.views.widgets.editors.text import TextLine
from desktop.views.widgets.field_row import FieldRow
from desktop.views.widgets.sheet import Sheet

EVERYBODY = ""


class SaveViewSheet(Sheet):
    """Emits `named` with the name and whom the view is for: a user's id, a team's, None: all."""

    named = Signal(str, object)

    def __init__(
        self,
        session: Session,
        teams: dict[str, str],
        parent: QWidget | None = None,
        *,
        name: str = "",
        audience: str | None = None,
    ) -> None:
        self._me = session.workspace.actor.user_id
        self.name = TextLine()
        self.share = ChoiceBox()
        self._rows = [FieldRow("", self.name, required=True), FieldRow("", self.share)]
        self._teams = teams
        self._new = not name
        super().__init__("", "", parent)
        for one in self._rows:
            self.body.addWidget(one)
        self.name.setValue(name)
        self.share.setValue(EVERYBODY if audience is None else audience)
        self.submitted.connect(self._take)
        self.name.returnPressed.connect(self._take)
        self.name.setFocus()

    def retranslate(self) -> None:
        super().retranslate()
        self.set_heading(self.tr("Save as a view") if self._new else self.tr("Name and sharing"))
        self.primary.setText(self.tr("Save"))
        self._rows[0].set_name(self.tr("Name"))
        self._rows[1].set_name(self.tr("Shared with"))
        self.share.set_options(
            [
                Option(self._me, self.tr("Only me")),
                *(Option(team, self.tr("Team {0}").format(n)) for team, n in self._teams.items()),
                Option(EVERYBODY, self.tr("Everybody")),
            ]
        )

    @Slot()
    def _take(self) -> None:
        name, share = self.name.text().strip(), self.share.value()
        if not name:
            self.message.show_message(self.tr("Give the view a name."), Tone.WARN)
            self.name.setFocus()
            return
        if share not in (self._me, *self._teams, EVERYBODY, None):
            self.message.show_message(self.tr("Choose whom to share it with."), Tone.WARN)
            self.share.setFocus()
            return
        empty = share is None and self.share.currentText().strip() != self.tr("Everybody")
        self.named.emit(name, self._me if empty else share or None)
        self.accept()
