"""Asking for an approval, and deciding with words of one's own (rows 4.7, 4.8)."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from crm_core.clock import CHINA
from crm_core.errors import KnownError
from crm_core.model.values import Record
from crm_core.rules.approvals import APPROVED, REJECTED, Approval
from crm_core.rules.documents import Document
from desktop.services.commands.approvals import Request, do_ask_approval, do_decide_approval
from desktop.services.commands.verbs import Done
from desktop.services.rules.approvals import kinds_for, proposed_approver
from desktop.viewmodels.session import Session
from desktop.views.pages.records.record_picker import RecordPicker
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton
from desktop.views.widgets.editors.choice import ChoiceBox, Option
from desktop.views.widgets.editors.moment import MomentLine
from desktop.views.widgets.editors.text import GrowingText, TextLine
from desktop.views.widgets.field_row import FieldRow
from desktop.views.widgets.layouts import label
from desktop.views.widgets.sheet import Sheet

_FREE = ""


class AskSheet(Sheet):
    """What is asked, of whom, about which record."""

    def __init__(
        self, session: Session, about: tuple[str, Record], parent: QWidget | None = None
    ) -> None:
        """`about`: (entity, record)."""
        super().__init__("", "", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session, self._about = session, about
        entity, record = about
        self._kinds: Sequence[Document[Approval]] = kinds_for(session.workspace, entity, record)
        language = session.language
        options = [Option(one.id, one.label.text(language)) for one in self._kinds]
        self.kind = ChoiceBox([*options, Option(_FREE, self.tr("Something else"))])
        self.subject, self.words = TextLine(), GrowingText()
        self.approver = RecordPicker(session, "user")
        self._subject_row = FieldRow(self.tr("Subject"), self.subject, required=True)
        self._approver_row = FieldRow(self.tr("Who decides"), self.approver, required=True)
        self.set_heading(self.tr("Ask for approval"))
        self.primary.setText(self.tr("Submit"))
        title = str(record.get("name") or "")
        if title:
            self.body.addWidget(label(self.tr("About “{0}”").format(title), Role.MUTED, wrap=True))
        for line in (
            FieldRow(self.tr("What for"), self.kind), self._subject_row, self._approver_row,
            FieldRow(self.tr("Reasons and terms"), self.words),
        ):  # fmt: skip
            self.body.addWidget(line)
            line.changed.connect(partial(self.set_dirty, True))
        self._subject_row.changed.connect(partial(self._subject_row.set_error, ""))
        self._approver_row.changed.connect(partial(self._approver_row.set_error, ""))
        self.kind.changed.connect(self._kind_chosen)
        self.submitted.connect(self._submit_request)
        self.kind.setValue(self._kinds[0].id if self._kinds else _FREE)
        self._kind_chosen()
        self.set_dirty(False)
        self.approver.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _kind_chosen(self) -> None:
        rule = next((one for one in self._kinds if one.id == self.kind.value()), None)
        if rule is None:
            return
        name = str(self._about[1].get("name") or "")
        self.subject.setValue(f"{rule.label.text(self._session.language)} · {name}".strip(" ·"))
        workspace = self._session.workspace
        self._session.ask(
            lambda: proposed_approver(workspace, rule.body), self._propose, self
        )  # fmt: skip

    def _propose(self, user: str) -> None:
        if user and not self.approver.value():
            self.approver.setValue(user)

    @Slot()
    def _submit_request(self) -> None:
        subject, approver = str(self.subject.value() or "").strip(), self.approver.value()
        missing = self.tr("This field must not be empty.")
        self._subject_row.set_error("" if subject else missing)
        named = isinstance(approver, str) and not self.approver.unresolved
        self._approver_row.set_error("" if named else self.tr("Choose a colleague from the list."))
        if not subject or not named:
            return
        entity, record = self._about
        request = Request(
            subject, str(approver), entity, str(record["id"]),
            rule=str(self.kind.value() or ""), request=str(self.words.value() or ""),
        )  # fmt: skip
        self.primary.setEnabled(False)
        self._session.run(
            do_ask_approval, request, on_done=self._done, on_error=self._failed, initiator=self
        )

    def _done(self, _done: Done) -> None:
        self.set_dirty(False)
        self.accept()

    def _failed(self, error: KnownError) -> None:
        self.primary.setEnabled(True)
        self.message.show_message(error.sentence(self._session.language), Tone.BAD)


class DecideSheet(Sheet):
    """A decision with a comment; the preset clauses are one press away."""

    def __init__(
        self,
        session: Session,
        approval: Record,
        decision: str,
        clauses: Sequence[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("", "", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session, self._approval, self._decision = session, approval, decision
        rejects = decision == REJECTED
        self.comment = GrowingText()
        name = self.tr("Why not") if rejects else self.tr("Comment")
        self._line = FieldRow(name, self.comment, required=rejects)
        self.set_heading(str(approval.get("title") or ""))
        self.primary.setText(self.tr("Reject") if rejects else self.tr("Approve"))
        self.until = self._ask_until() if approval.get("exempt_until") and not rejects else None
        self.clauses: list[GhostButton] = []
        for clause in clauses if decision == APPROVED else ():
            button = GhostButton(clause)
            button.clicked.connect(partial(self._take, clause))
            self.body.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
            self.clauses.append(button)
        self.body.addWidget(self._line)
        self._line.changed.connect(partial(self.set_dirty, True))
        self._line.changed.connect(partial(self._line.set_error, ""))
        self.submitted.connect(self._decide)
        self.comment.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask_until(self) -> MomentLine:
        """Of a request for an exemption: until when it is granted."""
        clock = self._session.workspace.clock
        until = MomentLine(today=lambda: clock.now().astimezone(CHINA).date())
        until.setValue(str(self._approval["exempt_until"]))
        self._until_row = FieldRow(self.tr("Exempt until"), until, required=True)
        self._until_row.changed.connect(partial(self.set_dirty, True))
        self._until_row.changed.connect(partial(self._until_row.set_error, ""))
        self.body.addWidget(self._until_row)
        return until

    def _take(self, clause: str) -> None:
        held = str(self.comment.value() or "").strip()
        self.comment.setValue(f"{held}\n{clause}".strip())
        self.set_dirty(True)

    @Slot()
    def _decide(self) -> None:
        comment = str(self.comment.value() or "").strip()
        if self._decision == REJECTED and not comment:
            self._line.set_error(self.tr("Say why, so that it can be put right."))
            return
        self.primary.setEnabled(False)
        until = str(self.until.value() or "") if self.until is not None else ""
        self._session.run(
            partial(do_decide_approval, until=until), str(self._approval["id"]), self._decision,
            comment, on_done=self._done, on_error=self._failed, initiator=self,
        )  # fmt: skip

    def _done(self, _done: Done) -> None:
        self.set_dirty(False)
        self.accept()

    def _failed(self, error: KnownError) -> None:
        self.primary.setEnabled(True)
        words = error.sentence(self._session.language)
        if error.code == "until" and self.until is not None:
            self._until_row.set_error(words)
        else:
            self.message.show_message(words, Tone.BAD)
