"""The line that offers to add a customer nobody has yet, after looking for ones called alike."""

from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from crm_core.permissions import Right
from crm_core.store.search import Hit
from desktop.services.lookalikes import alike
from desktop.viewmodels.session import Session
from desktop.viewmodels.visit_draft import VisitDraftModel
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.feedback import InlineMessage


class NewCustomerOffer(InlineMessage):
    """Stands under the customer field, and shows itself where saving found no customer."""

    def __init__(
        self, session: Session, model: VisitDraftModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent=parent)
        self._session, self._model = session, model
        self._name = ""
        self.action_triggered.connect(self._add)
        model.header_changed.connect(self._chosen)

    def offer(self, name: str) -> bool:
        """Offer to add a customer of this name; False where there is none, or it is not allowed."""
        self._name = name.strip()
        if not self._name or not self._session.workspace.may(Right.CREATE, "customer").allowed:
            return False
        workspace, wanted = self._session.workspace, self._name
        self._session.ask(
            lambda: alike(workspace, "customer", wanted, sounds=True),
            lambda hits: self._say(wanted, hits),
            self,
        )
        return True

    def _say(self, name: str, hits: Sequence[Hit]) -> None:
        if name != self._name:
            return
        words = self.tr("Nobody has the customer “{0}” yet.").format(name)
        if hits:
            named = ", ".join(f"{h.title} ({h.subtitle})" if h.subtitle else h.title for h in hits)
            words = self.tr("There may be one already: {0}").format(named)
        action = self.tr("Add as a customer")
        self.show_message(words, Tone.WARN if hits else Tone.ACCENT, action=action)

    @Slot()
    def _add(self) -> None:
        self._model.add_customer(self._name)
        self.show_message("", Tone.NEUTRAL)

    @Slot()
    def _chosen(self) -> None:
        if self._model.header.customer_id:
            self._name = ""
            self.show_message("", Tone.NEUTRAL)
