"""Words spoken into one card: the same parser, asked for that one field. No Qt.

What it does not understand leaves the card as it was.
"""

from dataclasses import replace

from desktop.services.notes import NoteReader
from desktop.viewmodels.visits.visit_assembly import closed_up
from desktop.viewmodels.visits.visit_cards import TASKS, Card, Decision, Field, cards_of

_LEADS: dict[Field, tuple[str, ...]] = {
    Field.CUSTOMER: ("拜访", ""),
    Field.CONTACT: ("拜访", ""),
    Field.PRODUCT: ("想要", ""),
    Field.BUDGET: ("预算", ""),
    Field.CONCERN: ("关注", ""),
    Field.OBJECTION: ("", "觉得"),
    Field.COMPETITOR: ("也在看", ""),
    Field.SENTIMENT: ("", "觉得"),
    Field.PROMISE: ("我答应", ""),
    Field.NEXT: ("", "约好"),
}
"""What people say before it, so that a bare sum or name is read as what it is."""
_ENGLISH: dict[Field, tuple[str, ...]] = {
    Field.CUSTOMER: ("visited", ""),
    Field.CONTACT: ("met", ""),
    Field.PRODUCT: ("wants", ""),
    Field.BUDGET: ("budget", ""),
    Field.CONCERN: ("cares about", ""),
    Field.OBJECTION: ("",),
    Field.COMPETITOR: ("also looking at", ""),
    Field.SENTIMENT: ("",),
    Field.PROMISE: ("promised to", ""),
    Field.NEXT: ("", "agreed to"),
}
_FREE = (Field.PRODUCT, Field.CONCERN, Field.COMPETITOR, Field.PROMISE, Field.NEXT)
"""May be anything: where no rule applies, the words themselves are the value."""


def said_again(reader: NoteReader, card: Card, said: str) -> Card | None:
    """The card with what was said now, decided; None where that is nothing for this field."""
    words = said.strip()
    if not words:
        return None
    for lead in (_ENGLISH if words.isascii() else _LEADS).get(card.field, ()):
        text = f"{lead} {words}" if lead else words
        cards = cards_of(reader.propose(text), text, ask_customer=True)
        found = _fitting(card.field, cards)
        if found is not None:
            return _taken(card, found)
    if card.field in TASKS and card.value:
        # A day alone moves it: 后天上午.
        text = f"我答应{words}{card.value}"
        moved = _fitting(card.field, cards_of(reader.propose(text), text, ask_customer=False))
        if moved is not None and moved.due and moved.value == card.value:
            return replace(card, due=moved.due, decision=Decision.EDITED)
    if card.field not in _FREE:
        return None
    fresh = replace(card, value=closed_up(words), decision=Decision.EDITED)
    return replace(fresh, choices=())


def _fitting(field: Field, cards: tuple[Card, ...]) -> Card | None:
    wanted = TASKS if field in TASKS else (field,)
    found = next((one for one in cards if one.field is field), None)
    return found or next((one for one in cards if one.field in wanted), None)


def _taken(card: Card, found: Card) -> Card:
    """Its place in the note stays; a name that may be several is still a choice."""
    decision = Decision.EDITED if found.value else Decision.OPEN
    return replace(
        card, value=found.value, due=found.due if card.field in TASKS else card.due,
        choices=found.choices, guess=card.guess if found.value else found.guess,
        decision=decision, confidence=found.confidence,
    )  # fmt: skip
