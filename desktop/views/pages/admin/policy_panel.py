"""The organisation's policy: days offline, passphrase, how long data and recordings are kept."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from crm_core.errors import KnownError
from crm_core.model.values import Record, ValueProblem, normalise
from desktop.services.commands.roles import POLICY_ID, do_set_policy
from desktop.services.commands.verbs import Done
from desktop.viewmodels.session import Session
from desktop.views.pages.records.field_editors import contract_of, editor_for, field_value
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import PrimaryButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.field_row import FieldRow
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive

_WIDEST = 720
_NAME_WIDTH = 188


class PolicyPanel(Reactive, QWidget):
    """A form of one record; saved together, in force on each laptop from its next sync."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._entity = session.workspace.replica.registry.entity("policy")
        self._record: Record = {}
        self.rows: dict[str, FieldRow] = {}
        self._helps: dict[str, QWidget] = {}
        self._card = Card()
        self.message = InlineMessage()
        self.save = PrimaryButton()
        self._dirty = False
        self._lay_out()
        self.save.clicked.connect(self._save)
        session.language_changed.connect(self._speak)
        self.retranslate()

    def retranslate(self) -> None:
        self._card.set_heading(self.tr("Policy"))
        self.save.setText(self.tr("Save"))
        for name, line in self.rows.items():
            line.set_name(self._entity.field_spec(name).label.text(self._session.language))
        words = self._words()
        for name, text in self._texts.items():
            text.setText(words[name])

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._dirty:
            self.refresh()

    def refresh(self) -> None:
        """Show what holds."""
        replica = self._session.workspace.replica
        self._session.ask(lambda: replica.record("policy", POLICY_ID), self._arrived, owner=self)

    def _words(self) -> dict[str, str]:
        return {
            "lease_days": self.tr(
                "So long a laptop opens its data without having reached the server. Empty: 30."
            ),
            "lease_warn_days": self.tr("So many days before, it says so. Empty: 3."),
            "passphrase": self.tr(
                "Everybody must type a passphrase of their own before their data opens."
            ),
            "retention_months": self.tr(
                "People without any activity for so long are proposed for erasure."
            ),
            "audit_months": self.tr("Audit entries older than this are deleted. Empty: kept."),
            "recording_days": self.tr(
                "Voice notes stay encrypted on the laptop for so long, to be played again; 0: "
                "only until the note is saved. Empty: 7."
            ),
            "recordings_synced": self.tr(
                "The recording of a saved note becomes an attachment of the visit and is sent to "
                "the server. Otherwise it never leaves the laptop."
            ),
            "twins": self.tr(
                "Two people enter the same customer without knowing of each other: the same "
                "credit code, or mobile number and name. Empty: merged by itself."
            ),
            "twin_owner": self.tr("Both are told, with the reason. Empty: territory first."),
            "brief_days": self.tr(
                "The server makes everybody who leads a brief of three conclusions, and sends it "
                "where suixing-server brief says. Empty: on working days, holidays kept."
            ),
            "reuse_minutes": self.tr(
                "For the value report: how long looking it up elsewhere takes. Empty: 6."
            ),
            "brief_at": self.tr("For example 09:30, in China time. Empty: 10:00."),
            "merge_certain": self.tr(
                "On the page “Duplicates”, whoever may merge records merges every group that is "
                "beyond doubt in one act. It can be taken back, as a whole or one by one."
            ),
        }

    def _lay_out(self) -> None:
        set_role(self, Role.PAGE)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column(self, gap=0).addWidget(area)
        content = QWidget()
        set_role(content, Role.PAGE)
        area.setWidget(content)
        outer = row(content, margins=(24, 4, 24, 24), gap=0)
        inner = QWidget()
        inner.setMaximumWidth(_WIDEST)
        outer.addWidget(inner, 1000)
        outer.addStretch(1)
        body = column(inner, gap=12)
        self._texts = {name: label("", Role.SMALL, wrap=True) for name in self._words()}
        for name, text in self._texts.items():
            line = FieldRow("", editor_for(self._session, self._entity.field_spec(name)))
            line.widen_name(_NAME_WIDTH)
            line.changed.connect(self._typed)
            self.rows[name] = line
            self._card.body.addWidget(line)
            told = row(None, margins=(_NAME_WIDTH + 12, 0, 0, 6))
            told.addWidget(text, 1)
            self._card.body.addLayout(told)
        foot = row(None)
        foot.addStretch(1)
        foot.addWidget(self.save)
        self._card.body.addWidget(self.message)
        self._card.body.addLayout(foot)
        body.addWidget(self._card)
        body.addStretch(1)

    def _arrived(self, record: Record | None) -> None:
        self._record = record or {}
        for name, line in self.rows.items():
            contract_of(line.editor).setValue(field_value(self._record.get(name)))

    @Slot()
    def _typed(self) -> None:
        self._dirty = True
        self.message.show_message("", Tone.NEUTRAL)

    @Slot()
    def _save(self) -> None:
        values: dict[str, object] = {}
        for name, line in self.rows.items():
            line.set_error("")
            try:
                value = normalise(self._entity.field_spec(name), contract_of(line.editor).value())
            except ValueProblem as problem:
                line.set_error(problem.sentence(self._session.language))
                return
            if value != self._record.get(name):
                values[name] = value
        if values:
            self._session.run(
                do_set_policy, values, on_done=self._done, on_error=self._failed, initiator=self
            )

    def _done(self, _done: Done) -> None:
        self._dirty = False
        self.refresh()
        self.message.show_message(
            self.tr("Saved. It holds on each laptop from its next sync."), Tone.GOOD
        )

    def _failed(self, error: KnownError) -> None:
        self.message.show_message(error.sentence(self._session.language), Tone.BAD)

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.retranslate()
