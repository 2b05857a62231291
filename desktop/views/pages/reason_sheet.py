"""Why a record goes back to an earlier stage: asked for before it does (row 4.12)."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from crm_core.store.ruling.stage_gates import StepBack
from desktop.viewmodels.session import Session
from desktop.views.theme.roles import Role
from desktop.views.widgets.buttons import GhostButton
from desktop.views.widgets.editors.text import TextLine
from desktop.views.widgets.field_row import FieldRow
from desktop.views.widgets.flow import FlowBox
from desktop.views.widgets.layouts import label
from desktop.views.widgets.sheet import Sheet


class ReasonSheet(Sheet):
    """Type a reason, or take one of those that come up most; then the move goes on."""

    def __init__(
        self,
        session: Session,
        step: StepBack,
        go_on: Callable[[str], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("", "", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._go_on = go_on
        language = session.language
        self.reason = TextLine()
        self._line = FieldRow(self.tr("Why does it go back?"), self.reason, required=True)
        before, after = step.before.label.text(language), step.after.label.text(language)
        self.set_heading(self.tr("Back from “{0}” to “{1}”").format(before, after))
        self.primary.setText(self.tr("Move back"))
        words = self.tr("The history keeps the reason; how often a record went back counts.")
        self.body.addWidget(label(words, Role.MUTED, wrap=True))
        self.body.addWidget(self._line)
        box = FlowBox(gap=6)
        self.usual: list[GhostButton] = []
        for said in self._usual():
            button = GhostButton(said)
            button.clicked.connect(partial(self._take, said))
            box.flow.addWidget(button)
            self.usual.append(button)
        self.body.addWidget(box)
        self.submitted.connect(self._submit_reason)
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def _usual(self) -> tuple[str, ...]:
        return (
            self.tr("Budget put off"),
            self.tr("Decision maker changed"),
            self.tr("Needs changed"),
            self.tr("A rival came in"),
            self.tr("Moved on too early"),
        )

    def _take(self, said: str) -> None:
        self.reason.setValue(said)
        self._submit_reason()

    @Slot()
    def _submit_reason(self) -> None:
        reason = str(self.reason.value() or "").strip()
        if not reason:
            self._line.set_error(self.tr("This field must not be empty."))
            return
        self.accept()
        self._go_on(reason)
