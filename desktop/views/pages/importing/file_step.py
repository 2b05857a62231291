"""Step 1: which file. What was left unfinished is offered again."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.import_flow import ImportFlow
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import PrimaryButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.feedback import EmptyState, InlineMessage
from desktop.views.widgets.layouts import column
from desktop.views.widgets.reactive import Reactive


class FileStep(Reactive, QWidget):
    """A place to drop a file on, and a button."""

    choose_requested = Signal()

    def __init__(self, flow: ImportFlow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow = flow
        self.primary = PrimaryButton()
        self.primary.hide()
        self.left = InlineMessage()
        self.empty = EmptyState("upload", "", "")
        card = Card()
        card.body.addWidget(self.empty, 1)
        body = column(self, margins=(24, 4, 24, 24), gap=12)
        body.addWidget(self.left)
        body.addWidget(card, 1)
        self.empty.action_triggered.connect(self.choose_requested)
        self.left.action_triggered.connect(flow.take_up_draft)
        flow.saved_listed.connect(self._say_left)
        self.retranslate()

    def retranslate(self) -> None:
        self.empty.set_text(
            self.tr("Drop a file here"),
            self.tr(
                "Excel (xlsx, xls), OpenDocument, CSV in any usual encoding, or vCard. Columns are "
                "recognised, duplicates are found, and nothing is written before you have seen "
                "what will happen."
            ),
            action=self.tr("Choose a file… (Ctrl+O)"),
        )
        self._say_left()

    @Slot()
    def _say_left(self) -> None:
        draft = self._flow.draft
        words = ""
        if draft is not None:
            words = self.tr("“{0}” was not imported yet; its columns are as you left them.")
            words = words.format(draft[0].path.name)
        self.left.show_message(words, Tone.NEUTRAL, action=self.tr("Go on") if words else "")
