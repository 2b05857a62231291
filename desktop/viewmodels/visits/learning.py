"""What a correction teaches: words as they were heard, and what they meant. Pure.

A correction is a mishearing where both sound alike; another value is another opinion, and is
learnt only where the person says so.
"""

from collections.abc import Iterable

from rapidfuzz.distance import Levenshtein

from crm_core.matching.pinyin import reading
from desktop.services.commands.wordings import Pair
from desktop.viewmodels.visits.visit_assembly import closed_up, shown
from desktop.viewmodels.visits.visit_cards import NO_CONTACT, Card, Decision, Field

_KINDS = {
    Field.PRODUCT: "product",
    Field.COMPETITOR: "competitor",
    Field.CUSTOMER: "org",
    Field.CONTACT: "contact",
    Field.CONCERN: "word",
    Field.PROMISE: "word",
    Field.NEXT: "word",
}
_SHORTEST, _LONGEST = 2, 20
_ALIKE = 0.6
"""Similarity of two sounds, 0 to 1, from which one is taken for the other misheard."""


def pair_of(card: Card) -> Pair | None:
    """What this correction could teach; None where nothing was corrected, or it is no word."""
    kind = _KINDS.get(card.field)
    if kind is None or not card.kept or card.decision is not Decision.EDITED or not card.words:
        return None
    if card.value == NO_CONTACT:
        return None
    heard, meant = closed_up(card.words), shown(card).strip()
    wordy = _SHORTEST <= len(heard) <= _LONGEST and _SHORTEST <= len(meant) <= _LONGEST
    if not wordy or heard == meant or heard.isascii() is not meant.isascii():
        return None
    if kind == "word" and not sounds_alike(heard, meant):
        return None  # Written in other words, that is all.
    return Pair(heard, meant, kind)


def learns(card: Card) -> bool:
    """Whether saving would keep what the correction teaches."""
    pair = pair_of(card)
    if pair is None:
        return False
    return sounds_alike(pair.heard, pair.meant) if card.learns is None else card.learns


def learnt(cards: Iterable[Card]) -> tuple[Pair, ...]:
    """Everything that saving teaches."""
    pairs = (pair_of(card) for card in cards if learns(card))
    return tuple(dict.fromkeys(pair for pair in pairs if pair is not None))


def sounds_alike(heard: str, meant: str) -> bool:
    """Whether a recogniser may have written one for the other."""
    sounds = ("".join(reading(one).syllables) or one.lower() for one in (heard, meant))
    return Levenshtein.normalized_similarity(*sounds) >= _ALIKE
