"""The twelve dimensions of a visit (row 3.6): which of them are filled in. Pure.

What they are and why is in docs/visit-dimensions.md. Three are enough, and fewer
are not refused.
"""

from collections.abc import Sequence
from enum import StrEnum

from desktop.viewmodels.visits.visit_assembly import Header
from desktop.viewmodels.visits.visit_cards import TASKS, Card, Field

ENOUGH = 3


class Dimension(StrEnum):
    """In the order of the document; the first three are named in the source."""

    DURATION = "duration"
    OBJECTIONS = "objections"
    COMPETITORS = "competitors"
    CONTACT = "contact"
    PURPOSE = "purpose"
    PLACE = "place"
    PRODUCTS = "products"
    BUDGET = "budget"
    CONCERNS = "concerns"
    SENTIMENT = "sentiment"
    NEXT = "next"
    PHOTOS = "photos"


_CARDS = {
    Field.OBJECTION: Dimension.OBJECTIONS,
    Field.COMPETITOR: Dimension.COMPETITORS,
    Field.CONTACT: Dimension.CONTACT,
    Field.PRODUCT: Dimension.PRODUCTS,
    Field.BUDGET: Dimension.BUDGET,
    Field.CONCERN: Dimension.CONCERNS,
    Field.SENTIMENT: Dimension.SENTIMENT,
    **dict.fromkeys(TASKS, Dimension.NEXT),
}


def filled(header: Header, cards: Sequence[Card]) -> frozenset[Dimension]:
    """What would be saved now says something about these."""
    found = {_CARDS[card.field] for card in cards if card.kept and card.field in _CARDS}
    beside = {
        Dimension.DURATION: header.minutes,
        Dimension.PURPOSE: header.purpose,
        Dimension.PLACE: header.place.strip() or header.latitude,
        Dimension.PHOTOS: header.photos,
    }
    return frozenset(found | {dimension for dimension, value in beside.items() if value})
