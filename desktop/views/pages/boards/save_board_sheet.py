"""The sheet in which a board gets its name, those it is shared with, and the role it is for."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QWidget

from crm_core.insight.boards import Board
from desktop.viewmodels.session import Session
from desktop.views.pages.boards.pick import Pick
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.editors.text import TextLine
from desktop.views.widgets.field_row import FieldRow
from desktop.views.widgets.sheet import Sheet


class SaveBoardSheet(Sheet):
    """Emits `named` with (name, audience or None for everybody, role or "", replaces)."""

    named = Signal(str, object, str, bool)

    def __init__(
        self,
        session: Session,
        board: Board,
        teams: dict[str, str],
        roles: dict[str, str],
        parent: QWidget | None = None,
        *,
        for_all: bool,
    ) -> None:
        self._session, self._board, self._for_all = session, board, for_all
        self._teams, self._roles = teams, roles
        self._me = session.workspace.actor.user_id
        self.name = TextLine()
        self.share, self.role = Pick(), Pick()
        self.replaces = QCheckBox()
        self._rows = [FieldRow("", self.name, required=True), FieldRow("", self.share)]
        self._role_row = FieldRow("", self.role)
        super().__init__("", "", parent)
        for one in (*self._rows, self._role_row):
            self.body.addWidget(one)
        self.body.addWidget(self.replaces)
        self._role_row.setVisible(for_all)
        self.replaces.setVisible(for_all and board.shipped)
        self.name.setValue(board.name.text(session.language))
        self.submitted.connect(self._take)
        self.retranslate()
        self.share.pick(self._me if board.shipped else board.audience or "")
        self.role.pick(next(iter(board.roles)) if len(board.roles) == 1 else "")
        self.name.setFocus()

    def retranslate(self) -> None:
        super().retranslate()
        self.set_heading(self.tr("Save the board"))
        self.primary.setText(self.tr("Save"))
        self._rows[0].set_name(self.tr("Name"))
        self._rows[1].set_name(self.tr("Shared with"))
        self._role_row.set_name(self.tr("For the role"))
        self.replaces.setText(
            self.tr("In place of “{0}”").format(self._board.name.text(self._session.language))
        )
        shared = [(self._me, self.tr("Only me"))]
        shared += [(team, self.tr("Team {0}").format(n)) for team, n in self._teams.items()]
        if self._for_all:
            shared.append(("", self.tr("Everybody")))
        self.share.offer(shared)
        named = {
            "rep": self.tr("Sales reps"),
            "manager": self.tr("Managers"),
            "admin": self.tr("Administrators"),
        }
        roles = [("", self.tr("Every role")), *(named | self._roles).items()]
        self.role.offer(roles)

    @Slot()
    def _take(self) -> None:
        name = self.name.text().strip()
        if not name:
            self.message.show_message(self.tr("Give the board a name."), Tone.WARN)
            self.name.setFocus()
            return
        audience = self.share.picked() or None
        self.named.emit(name, audience, self.role.picked(), self.replaces.isChecked())
        self.accept()
