"""One line beside the save button: what saving now would write."""

import calendar

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QWidget

from crm_core.clock import CHINA, parse_moment
from desktop.services.commands.visits import Form
from desktop.viewmodels.session import Session
from desktop.viewmodels.visits.learning import learnt
from desktop.viewmodels.visits.visit_cards import DEALS, NEW_CONTACT, TASKS, Card, Field
from desktop.viewmodels.visits.visit_draft import VisitDraftModel
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.reactive import Reactive


class OutcomeLine(Reactive, QLabel):
    """Empty until there is something to save."""

    def __init__(
        self, session: Session, model: VisitDraftModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._model = session, model
        set_role(self, Role.SMALL)
        for signal in (model.cards_changed, model.header_changed):
            signal.connect(self.retranslate)
        self.retranslate()

    @Slot()
    def retranslate(self) -> None:
        if not self._model.dirty:
            self.clear()
            return
        self.setText(self.tr("Saves: {0}").format(" · ".join(self._parts())))

    def _parts(self) -> list[str]:
        kept = [card for card in self._model.cards if card.kept]
        visit = self._model.header.form == Form.VISIT
        tasks = [card for card in kept if card.field in TASKS]
        new = sum(card.value.startswith(NEW_CONTACT) for card in kept if card.field in _PEOPLE)
        changes, words = sum(card.field in DEALS for card in kept), len(learnt(kept))
        day = _first_day(tasks, self._session.language)
        return [
            self.tr("a visit") if visit else self.tr("a follow-up"),
            *([self.tr("%n task(s)", "", len(tasks))] if tasks else []),
            *([self.tr("next contact {0}").format(day)] if day else []),
            *([self.tr("%n change(s)", "", changes)] if changes else []),
            *([self.tr("%n new record(s)", "", new)] if new else []),
            *([self.tr("%n word(s) remembered", "", words)] if words else []),
        ]


_PEOPLE = (Field.CUSTOMER, Field.CONTACT)


def _first_day(tasks: list[Card], language: str) -> str:
    """The day of the first thing promised or planned."""
    due = min((card.due for card in tasks if card.due), default=None)
    try:
        day = parse_moment(due or "").astimezone(CHINA)
    except ValueError:
        return ""
    if language.startswith("zh"):
        return f"{day.month}月{day.day}日"
    return f"{day.day} {calendar.month_abbr[day.month]}"
