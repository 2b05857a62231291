"""The sheet in which somebody is given an account: name, login, role, team, territory."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from crm_core.errors import KnownError
from crm_core.model.query import Query, Sort
from desktop.services.online.administration import Given, Newcomer, add_person
from desktop.viewmodels.roles import role_names
from desktop.viewmodels.session import Session
from desktop.views.pages.records.field_editors import contract_of
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.editors.choice import ChoiceBox, Option
from desktop.views.widgets.editors.text import TextLine
from desktop.views.widgets.field_row import FieldRow
from desktop.views.widgets.sheet import Sheet


class PersonSheet(Sheet):
    """The server makes record and account in one go; what was typed stays until it has."""

    added = Signal(object)
    """Given: the one-time password."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("", "", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session = session
        replica, language = session.workspace.replica, session.language
        roles = [Option(code, name) for code, name in role_names(replica, language).items()]
        self.rows = {
            "name": FieldRow(self.tr("Name"), TextLine(), required=True),
            "login": FieldRow(self.tr("Account"), TextLine(), required=True),
            "role": FieldRow(self.tr("Role"), ChoiceBox(roles), required=True),
            "team": FieldRow(self.tr("Team"), ChoiceBox(self._places("team"))),
            "territory": FieldRow(self.tr("Territory"), ChoiceBox(self._places("territory"))),
        }
        for row in self.rows.values():
            self.body.addWidget(row)
            row.changed.connect(self._typed)
        contract_of(self.rows["role"].editor).setValue("rep")
        self.submitted.connect(self._save)
        self.set_heading(self.tr("Add person"))
        self.primary.setText(self.tr("Create account"))
        self.rows["name"].editor.setFocus(Qt.FocusReason.TabFocusReason)

    def text(self, name: str) -> str:
        """What a field holds."""
        return str(contract_of(self.rows[name].editor).value() or "").strip()

    def _places(self, entity: str) -> list[Option]:
        found = self._session.workspace.replica.find(Query(entity, sort=(Sort("name"),)))
        return [Option(str(one["name"]), str(one["name"])) for one in found]

    @Slot()
    def _typed(self) -> None:
        self.set_dirty(True)
        for row in self.rows.values():
            row.set_error("")

    @Slot()
    def _save(self) -> None:
        missing = [name for name in ("name", "login", "role") if not self.text(name)]
        for name in missing:
            self.rows[name].set_error(self.tr("This field must not be empty."))
        if missing:
            self.rows[missing[0]].editor.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        new = Newcomer(
            login=self.text("login"), name=self.text("name"), role=self.text("role"),
            team=self.text("team"), territory=self.text("territory"),
        )  # fmt: skip
        self.primary.setEnabled(False)
        workspace = self._session.workspace
        self._session.ask_server(
            lambda: add_person(workspace, new), self._done, on_error=self._failed, owner=self
        )

    def _done(self, given: Given) -> None:
        self.set_dirty(False)
        self.added.emit(given)
        self.accept()

    def _failed(self, error: KnownError) -> None:
        self.primary.setEnabled(True)
        self.message.show_message(error.sentence(self._session.language), Tone.BAD)
