"""When somebody leaves: their records go to a colleague in one act, then the account is closed."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from crm_core.errors import KnownError
from crm_core.model.values import Record
from desktop.services.commands.roles import do_hand_over, owned_counts
from desktop.services.commands.verbs import Done
from desktop.viewmodels.session import Session
from desktop.views.pages.records.field_editors import contract_of
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.editors.choice import ChoiceBox, Option
from desktop.views.widgets.field_row import FieldRow
from desktop.views.widgets.layouts import label
from desktop.views.widgets.sheet import Sheet


class LeaverSheet(Sheet):
    """Handing over can be undone like any act; closing the account can be undone by opening it."""

    handed_over = Signal()
    """The records are with their new owner: the account may be closed."""

    def __init__(
        self,
        session: Session,
        leaver: Record,
        people: Sequence[Record],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("", "", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session, self._leaver = session, leaver
        near = sorted(people, key=lambda one: one.get("team") != leaver.get("team"))
        self.receiver = ChoiceBox(
            [
                Option(str(one["id"]), str(one["name"]))
                for one in near
                if one["id"] != leaver["id"] and one.get("active") is not False
            ]
        )
        self._row = FieldRow(self.tr("New owner"), self.receiver, required=True)
        self.counts = label("…", Role.BODY, wrap=True)
        self.body.addWidget(label(self._words(), Role.BODY, wrap=True))
        self.body.addWidget(self.counts)
        self.body.addWidget(self._row)
        self.submitted.connect(self._do)
        self.set_heading(self.tr("{0} leaves the company").format(leaver["name"]))
        self.primary.setText(self.tr("Hand over and close the account"))
        workspace, key = session.workspace, str(leaver["id"])
        session.ask(lambda: owned_counts(workspace, key), self._counted, owner=self)

    def _words(self) -> str:
        return self.tr(
            "All records go to the new owner in one act, which you can undo. Then the account is "
            "closed: its devices wipe themselves at their next contact, and what they had not "
            "sent comes to quarantine."
        )

    def _counted(self, found: dict[str, int]) -> None:
        registry, language = self._session.workspace.replica.registry, self._session.language
        said = [
            f"{registry.entity(name).label.text(language)} {number:,}"
            for name, number in found.items()
        ]
        nothing = self.tr("This person owns no records.")
        self.counts.setText(" · ".join(said) or nothing)

    @Slot()
    def _do(self) -> None:
        receiver = str(contract_of(self.receiver).value() or "")
        if self.receiver.findData(receiver) < 0:
            self._row.set_error(self.tr("Choose who takes over."))
            return
        self.primary.setEnabled(False)
        self._session.run(
            do_hand_over, str(self._leaver["id"]), receiver,
            on_done=self._done, on_error=self._failed, initiator=self,
        )  # fmt: skip

    def _done(self, _done: Done) -> None:
        self._session.send_now_requested.emit()
        self.accept()
        self.handed_over.emit()

    def _failed(self, error: KnownError) -> None:
        self.primary.setEnabled(True)
        self.message.show_message(error.sentence(self._session.language), Tone.BAD)
