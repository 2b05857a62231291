"""Names typed by hand are looked for as well before somebody new is added (row 5.1)."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from crm_core.store.indexes.search import Hit
from desktop.services.lookalikes import alike
from desktop.viewmodels.session import Session
from desktop.viewmodels.visits.visit_assembly import shown
from desktop.viewmodels.visits.visit_cards import NEW_CONTACT, Card, Choice, Decision, Field
from desktop.viewmodels.visits.visit_draft import VisitDraftModel


class Newcomers(QObject):
    """Watches the cards of one note; whoever is called alike becomes a choice, nothing more."""

    def __init__(self, session: Session, model: VisitDraftModel, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._model = session, model
        self._looked: set[str] = set()
        model.cards_changed.connect(self._look)

    @Slot()
    def _look(self) -> None:
        for card in self._model.cards:
            name = shown(card).strip()
            if _typed(card) and name and name not in self._looked:
                self._looked.add(name)
                self._ask(card.key, name)

    def _ask(self, key: str, name: str) -> None:
        workspace = self._session.workspace
        self._session.ask(
            lambda: alike(workspace, "contact", name),
            lambda hits: self._offer(key, name, hits),
            self,
        )

    def _offer(self, key: str, name: str, hits: Sequence[Hit]) -> None:
        card = self._model.card(key)
        if not hits or card is None or not _typed(card) or shown(card).strip() != name:
            return
        known = tuple(Choice(hit.id, hit.title, hit.subtitle) for hit in hits)
        self._model.put(replace(card, choices=(*known, Choice(card.value, name))))


def _typed(card: Card) -> bool:
    new = card.field is Field.CONTACT and card.value.startswith(NEW_CONTACT)
    return new and card.decision is Decision.EDITED
