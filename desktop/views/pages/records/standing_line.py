"""The line under a customer's name: health, short id, and what else there is around them."""

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QToolTip, QWidget

from crm_core.insight.health import Health
from crm_core.model.values import format_fen
from desktop.viewmodels.records.standing import Ties
from desktop.views.theme.apply import colours
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import QuietButton
from desktop.views.widgets.layouts import row
from desktop.views.widgets.reactive import Reactive


class StandingLine(Reactive, QWidget):
    """Health explains itself on hover and on a press; the rest leads to lists."""

    list_wanted = Signal(str)
    """An entity: list what the customer has of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._health: Health | None = None
        self._ties: Ties | None = None
        self._language = "zh"
        self._cid = ""
        self.health, self.cid = QuietButton(), QuietButton("", "copy")
        self.deals, self.leads = QuietButton("", "opportunity"), QuietButton("", "lead")
        self.people = QuietButton("", "person")
        self.health.setObjectName("health")
        line = row(self, margins=(0, 0, 0, 10), gap=2)
        for button in (self.health, self.cid, self.people, self.deals, self.leads):
            line.addWidget(button)
        line.addStretch(1)
        self.health.clicked.connect(self._explain)
        self.cid.clicked.connect(self._copy)
        for button, entity in (
            (self.people, "contact"), (self.deals, "opportunity"), (self.leads, "lead")
        ):  # fmt: skip
            button.setProperty("entity", entity)
            button.clicked.connect(self._list)

    def show_standing(self, health: Health, cid: str, ties: Ties, language: str) -> None:
        """Show how things stand."""
        self._health, self._cid, self._ties, self._language = health, cid, ties, language
        self.retranslate()

    def retranslate(self) -> None:
        health, ties = self._health, self._ties
        if health is None or ties is None:
            return
        why = health.explained(self._language)
        self.health.setText(self.tr("Health {0}").format(health.score))
        self.health.setToolTip(why)
        self.health.setAccessibleDescription(why)
        self.cid.setText(self._cid)
        self.cid.setToolTip(self.tr("Customer id; a press copies it"))
        people = self.tr("Contacts {0}").format(ties.contacts)
        if ties.decision_makers:
            people += self.tr(" ({0} decide)").format(ties.decision_makers)
        self.people.setText(people)
        deals = self.tr("Deals {0}").format(ties.deals)
        self.deals.setText(f"{deals} · {format_fen(ties.amount)}" if ties.amount else deals)
        self.leads.setText(self.tr("Leads {0}").format(ties.leads))
        self.deals.setVisible(ties.deals > 0)
        self.leads.setVisible(ties.leads > 0)
        self.people.setVisible(ties.contacts > 0)
        self.retint()

    def retint(self) -> None:
        if self._health is None:
            return
        tone = colours().tone(Tone(self._health.tone))
        rule = (
            f"#health {{ background: {tone.soft}; color: {tone.ink}; font-weight: 600; }}"
            f"#health:focus {{ border-color: {colours().accent}; }}"
        )
        if self.health.styleSheet() != rule:
            self.health.setStyleSheet(rule)

    @Slot()
    def _explain(self) -> None:
        below = self.health.mapToGlobal(QPoint(0, self.health.height()))
        QToolTip.showText(below, self.health.toolTip(), self.health)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._cid)

    @Slot()
    def _list(self) -> None:
        button = self.sender()
        if button is not None:
            self.list_wanted.emit(str(button.property("entity")))
