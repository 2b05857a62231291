"""Holding up the clocks of a record: why and until when; who may not grant it asks (row 6.10)."""

from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from crm_core.clock import CHINA, iso_moment
from crm_core.errors import KnownError
from crm_core.model.entities_exemption import EXEMPTION_KIND
from crm_core.model.values import Record
from desktop.services.commands.exemption import do_ask_exemption, do_exempt
from desktop.services.commands.verbs import Done
from desktop.services.rules.exempting import RECHECK, Exempting, may_exempt
from desktop.viewmodels.session import Session
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.editors.choice import ChoiceBox, Option
from desktop.views.widgets.editors.moment import MomentLine
from desktop.views.widgets.editors.text import TextLine
from desktop.views.widgets.field_row import FieldRow
from desktop.views.widgets.layouts import label
from desktop.views.widgets.sheet import Sheet

_ONE, _ALL = "record", "customer"


class ExemptionSheet(Sheet):
    """Kind, reason, end, and whether the whole customer is meant."""

    def __init__(
        self, session: Session, entity: str, record: Record, parent: QWidget | None = None
    ) -> None:
        super().__init__("", "", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session, self._entity, self._record = session, entity, record
        clock, language = session.workspace.clock, session.language
        self.asks = not may_exempt(session.workspace, entity, record).allowed
        self.kind = ChoiceBox(
            [Option(one.code, one.label.text(language)) for one in EXEMPTION_KIND]
        )
        self.kind.setValue(EXEMPTION_KIND[0].code)
        self.reason = TextLine()
        self.until = MomentLine(today=lambda: clock.now().astimezone(CHINA).date())
        self.until.setValue(iso_moment(clock.now() + RECHECK))
        self.reach = ChoiceBox(
            [
                Option(_ONE, self.tr("Only this record")),
                Option(_ALL, self.tr("Everything of this customer")),
            ]
        )
        self.reach.setValue(_ONE)
        self._reason_row = FieldRow(self.tr("Reason"), self.reason, required=True)
        self._until_row = FieldRow(self.tr("Until"), self.until, required=True)
        self._fill()
        self.submitted.connect(self._submit_it)
        self.set_dirty(False)
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill(self) -> None:
        asks = self.asks
        self.set_heading(self.tr("Ask for an exemption") if asks else self.tr("Hold up the clocks"))
        self.primary.setText(self.tr("Submit") if asks else self.tr("Exempt"))
        told = self.tr(
            "No time counts and nobody is reminded while it lasts. A task asks you to look again "
            "after two weeks at the latest."
        )
        if asks:
            told = self.tr("Your role may not grant this; whoever leads you is asked to.")
        self.body.addWidget(label(told, Role.MUTED, wrap=True))
        lines = [FieldRow(self.tr("Kind"), self.kind), self._reason_row, self._until_row]
        if self._record.get("customer"):
            lines.append(FieldRow(self.tr("What it covers"), self.reach))
        for line in lines:
            self.body.addWidget(line)
            line.changed.connect(partial(self.set_dirty, True))
        self._reason_row.changed.connect(partial(self._reason_row.set_error, ""))
        self._until_row.changed.connect(partial(self._until_row.set_error, ""))

    @Slot()
    def _submit_it(self) -> None:
        asked = Exempting(
            self._entity, self._record, str(self.kind.value() or EXEMPTION_KIND[-1].code),
            str(self.reason.value() or ""), str(self.until.value() or ""),
            whole_customer=self.reach.value() == _ALL,
        )  # fmt: skip
        self.primary.setEnabled(False)
        self._session.run(
            do_ask_exemption if self.asks else do_exempt, asked,
            on_done=self._done, on_error=self._failed, initiator=self,
        )  # fmt: skip

    def _done(self, _done: Done) -> None:
        self.set_dirty(False)
        self.accept()

    def _failed(self, error: KnownError) -> None:
        self.primary.setEnabled(True)
        words = error.sentence(self._session.language)
        line = {"reason": self._reason_row, "until": self._until_row}.get(error.code)
        if line is not None:
            line.set_error(words)
        else:
            self.message.show_message(words, Tone.BAD)
