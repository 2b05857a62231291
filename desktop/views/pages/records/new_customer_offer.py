"""The line that offers to add a customer nobody has yet, after looking for ones that may be it."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_core.permissions import Right
from crm_core.store.indexes.likely import Likely
from crm_core.store.indexes.search import Hit
from desktop.services.lookalikes import alike, likely
from desktop.viewmodels.session import Session
from desktop.viewmodels.visits.visit_draft import VisitDraftModel
from desktop.views.pages.records.likely_panel import LikelyRow, named, offered
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.layouts import column
from desktop.views.widgets.retiring import retire

_Seen = tuple[tuple[Likely, ...], list[Hit]]
_SHOWN = 3


class NewCustomerOffer(QWidget):
    """Stands under the customer field, and shows itself where saving found no customer.

    Choosing one of those that are there takes that customer in place of a new one.
    """

    action_triggered = Signal()
    taken = Signal(str)
    """Id of a customer that is there, chosen in place of a new one."""

    def __init__(
        self, session: Session, model: VisitDraftModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._model = session, model
        self._name = ""
        self._message = InlineMessage()
        self.rows: list[LikelyRow] = []
        body = column(self, gap=6)
        body.addWidget(self._message)
        self._rows: QVBoxLayout = column(None, gap=6)
        body.addLayout(self._rows)
        self._message.action_triggered.connect(self.action_triggered)
        self.action_triggered.connect(self._add)
        model.header_changed.connect(self._chosen)
        self._clear()

    def text(self) -> str:
        """What it says."""
        return "\n".join((self._message.text(), *(one.accessibleName() for one in self.rows)))

    def offer(self, name: str) -> bool:
        """Offer to add a customer of this name; False where there is none, or it is not allowed."""
        self._name = name.strip()
        if not self._name or not self._session.workspace.may(Right.CREATE, "customer").allowed:
            return False
        workspace, wanted = self._session.workspace, self._name

        def look() -> _Seen:
            found = likely(workspace, "customer", {"name": wanted}).likely
            return (
                tuple(one for one in found if one.entity == "customer"),
                alike(workspace, "customer", wanted),
            )

        self._session.ask(look, lambda seen: self._say(wanted, *seen), self)
        return True

    def _say(self, name: str, found: tuple[Likely, ...], called: list[Hit]) -> None:
        if name != self._name:
            return
        self._clear()
        known = {one.id for one in found}
        shown = [offered(one, self._session.language) for one in found]
        shown += [named(hit) for hit in called if hit.id not in known]
        words = self.tr("Nobody has the customer “{0}” yet.")
        if shown:
            words = self.tr("“{0}” may be one of these: choose it, or add a new one.")
        tone, action = Tone.WARN if shown else Tone.ACCENT, self.tr("Add as a customer")
        self._message.show_message(words.format(name), tone, action=action)
        for one in shown[:_SHOWN]:
            made = LikelyRow(self._session, one)
            made.clicked.connect(self._take)
            self._rows.addWidget(made)
            self.rows.append(made)
        self.show()

    def _clear(self) -> None:
        for old in self.rows:
            self._rows.removeWidget(old)
            retire(old)
        self.rows = []
        self._message.show_message("", Tone.NEUTRAL)
        self.hide()

    @Slot()
    def _add(self) -> None:
        self._model.add_customer(self._name)
        self._clear()

    @Slot()
    def _take(self) -> None:
        sender = self.sender()
        if isinstance(sender, LikelyRow):
            self.taken.emit(sender.one.id)

    @Slot()
    def _chosen(self) -> None:
        if self._model.header.customer_id:
            self._name = ""
            self._clear()
