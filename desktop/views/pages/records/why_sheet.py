"""Why a lead is where it is, in three layers that can be copied as text (row 2.12)."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from crm_core.rules.routing import ROUTED
from desktop.services.rules.lead_why import Reason, as_text, why_here
from desktop.viewmodels.session import Session
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import QuietButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.sheet import Sheet

_KEYS = "Ctrl+Shift+W"
_STEP = 18
"""Pixels by which each level stands further in."""


class WhyButton(QuietButton):
    """On the page of a lead: who has it, by which rule, from what data; elsewhere not there."""

    def __init__(
        self, session: Session, entity: str, shown: Callable[[], tuple[str, str]], parent: QWidget
    ) -> None:
        """`shown`: id and name of the record on the page."""
        super().__init__("", "info", parent)
        self._session, self._shown = session, shown
        self.setHidden(entity != ROUTED)
        self.clicked.connect(self.explain)
        self.retranslate()

    def retranslate(self) -> None:
        self.setText(self.tr("Why here"))
        self.setToolTip(self.tr("Which rule gave this lead to whom, from what data (Ctrl+Shift+W)"))
        self.setShortcut(QKeySequence(_KEYS))  # After the text, which would take it away.

    @Slot()
    def explain(self) -> None:
        """Show the three layers."""
        lead, name = self._shown()
        if lead:
            WhySheet(self._session, lead, name, self.window()).open()


class WhySheet(Sheet):
    """Who has it in one sentence, then a card a layer; read in the background when it is made."""

    def __init__(
        self, session: Session, lead: str, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__("", "", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.reasons: tuple[Reason, ...] = ()
        self.answer, self.copy = label("", Role.STRONG, wrap=True), QuietButton("", "copy")
        self.body.addWidget(self.answer)
        inner = QWidget()
        set_role(inner, Role.SHEET)
        self._layers = column(inner, margins=(0, 0, 8, 0), gap=10)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        area.setAccessibleName(self.tr("Why it is here"))
        self.body.addWidget(area, 1)
        foot = row(None)
        foot.addWidget(self.copy)
        foot.addStretch(1)
        self.footnote.addLayout(foot)
        self.copy.setText(self.tr("Copy as text"))
        self.primary.setText(self.tr("Close"))
        self.cancel.hide()
        self.set_heading(self.tr("Why “{0}” is here").format(name))
        self.resize(780, 620)
        self.submitted.connect(self.accept)
        self.copy.clicked.connect(self._copy)
        workspace, language = session.workspace, session.language
        session.ask(lambda: why_here(workspace, lead, language), self._came, owner=self)

    def _came(self, reasons: tuple[Reason, ...]) -> None:
        self.reasons = reasons
        answer, *layers = reasons
        self.answer.setText(answer.text)
        card = Card()
        for one in layers:
            if one.depth == 0:
                card = Card(one.text)
                card.body.setSpacing(4)
                self._layers.addWidget(card)
                continue
            line = label(one.text, Role.BODY if one.depth == 1 else Role.MUTED, wrap=True)
            line.setContentsMargins((one.depth - 1) * _STEP, 0, 0, 0)
            line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            card.body.addWidget(line)
        self._layers.addStretch(1)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(as_text(self.reasons))
        self.message.show_message(self.tr("Copied."), Tone.GOOD)
