"""From what was read in a note to guesses and fields; the same for every language."""

from crm_core.notes.actions import Planned
from crm_core.notes.money import Money
from crm_core.notes.quantities import Counted
from crm_core.notes.segments import Board
from crm_core.notes.types import Action, FieldGuess, NoteFields, Quantity


def quantity_guess(board: Board, one: Counted) -> FieldGuess:
    """A counted thing with its words."""
    span = board.span(one.start, one.end)
    return FieldGuess("quantity", one.quantity, span, 0.9, board.words[one.start : one.end])


def budget_guesses(board: Board, money: list[Money]) -> list[FieldGuess]:
    """The budget among the sums: the last one said to be one, else the last; none or one.

    Parts of a sum and former prices give way to any other; a competitor's price is none at all.
    """
    sums = [one for one in money if not one.difference and not one.theirs]
    sums = [one for one in sums if not one.lesser] or sums
    if not sums:
        return []
    one = next((item for item in reversed(sums) if item.strong), sums[-1])
    sure = 0.95 if one.strong else 0.75
    span = board.span(one.start, one.end)
    return [FieldGuess("budget", one, span, sure, board.words[one.start : one.end])]


def currency_of(money: list[Money]) -> str | None:
    """What the sums are in."""
    return next((one.currency for one in money if not one.difference), None)


def action_guess(board: Board, one: Planned) -> FieldGuess:
    """A promise or a next step; surer with a date."""
    name = "promise" if one.owed else "next"
    span = board.span(one.start, one.end)
    sure = 0.8 if one.due else 0.55
    return FieldGuess(name, Action(one.what, one.due), span, sure, board.words[one.start : one.end])


def fields_of(guesses: list[FieldGuess], currency: str | None, words: str) -> NoteFields:
    """The fields the guesses amount to."""
    values: dict[str, list[object]] = {}
    for guess in guesses:
        values.setdefault(guess.name, []).append(guess.value)
    budget = _budget(guesses)
    return NoteFields(
        contact=_text(values, "contact"),
        org=_text(values, "org"),
        product=_texts(values, "product"),
        quantity=tuple(one for one in values.get("quantity", []) if isinstance(one, Quantity)),
        budget_min=budget[0],
        budget_max=budget[1],
        currency=currency,
        concern=_texts(values, "concern"),
        competitor=_texts(values, "competitor"),
        objection=_texts(values, "objection"),
        promise=tuple(one for one in values.get("promise", []) if isinstance(one, Action)),
        next=tuple(one for one in values.get("next", []) if isinstance(one, Action)),
        stage=_text(values, "stage"),
        sentiment=_text(values, "sentiment"),
        guesses=tuple(guesses),
        words=words,
    )


def _budget(guesses: list[FieldGuess]) -> tuple[float | None, float | None]:
    found = next((one.value for one in guesses if one.name == "budget"), None)
    return (found.low, found.high) if isinstance(found, Money) else (None, None)


def _texts(values: dict[str, list[object]], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(one) for one in values.get(name, [])))


def _text(values: dict[str, list[object]], name: str) -> str | None:
    return next(iter(_texts(values, name)), None)
