"""A visit being written as JSON and back: what outlives a crash. No Qt, no storage."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from typing import Any

from desktop.viewmodels.visits.note_sound import as_json
from desktop.viewmodels.visits.visit_assembly import Header, Note
from desktop.viewmodels.visits.visit_cards import Card, Choice, Decision, Field

_KEPT = ("key", "field", "value", "guess", "due", "decision", "words", "learns")


def content_of(header: Header, note: Note, cards: Sequence[Card]) -> dict[str, Any]:
    """Everything written and decided."""
    decided = [card for card in cards if card.decision is not Decision.OPEN]
    return {
        "labels": {card.key: name for card in decided if (name := _name(card))},
        "text": note.text,
        "spoken": list(note.spoken),
        "sounds": as_json(note.sounds),
        "header": asdict(header),
        "cards": [{name: getattr(card, name) for name in _KEPT} for card in decided],
    }


def header_from(found: object, usual: Header) -> Header:
    """The header as it was kept; what is not known here is passed over."""
    if not isinstance(found, Mapping):
        return usual
    known = {item.name for item in fields(Header)}
    kept: dict[str, Any] = {name: value for name, value in found.items() if name in known}
    if "decided" not in kept and kept.get("action", usual.action) != usual.action:
        kept["decided"] = ("action",)  # Kept by a version which left it to the person alone.
    for name in ("photos", "decided"):
        kept[name] = tuple(str(one) for one in kept.get(name) or ())
    return replace(usual, **kept)


def cards_from(found: object, labels: object = None) -> tuple[Card, ...]:
    """The cards that were decided; `labels` are names of records, by the key of a card."""
    listed = found if isinstance(found, list) else []
    named = labels if isinstance(labels, Mapping) else {}
    return tuple(_card(one, named) for one in listed if isinstance(one, Mapping))


def _name(card: Card) -> str:
    """What the record a card stands for is called."""
    return next((one.label for one in card.choices if one.value == card.value), "")


def _card(found: Mapping[str, Any], labels: Mapping[str, Any]) -> Card:
    due, label = found.get("due"), labels.get(str(found["key"]))
    return Card(
        key=str(found["key"]),
        field=Field(found["field"]),
        value=str(found["value"]),
        guess=str(found["guess"]),
        due=str(due) if due else None,
        choices=(Choice(str(found["value"]), str(label)),) if label else (),
        decision=Decision(found["decision"]),
        words=str(found.get("words") or ""),
        learns=found.get("learns") if isinstance(found.get("learns"), bool) else None,
    )
