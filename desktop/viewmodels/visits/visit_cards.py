"""What a note proposes, one card a field, and the decisions taken about it; no Qt, no storage.

Reading the same note again after an edit keeps every decision that still has its field. A value a
person typed stays even where its words have gone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from crm_core.clock import CHINA, iso_moment
from crm_core.model.schema import Choice as StageOption
from crm_core.notes.types import FieldGuess, Span
from crm_core.rules.gates import Missing
from desktop.services.commands.visits import TaskDraft
from desktop.services.notes import SURE_NAME, NameChoice, Proposal

DOUBTFUL_BELOW = SURE_NAME
NEW_CUSTOMER = "+"
"""The value of a customer card: add this customer. Its name follows."""
NEW_CONTACT = "+"
"""The value of a contact card: add this person to the customer's contacts. A name typed by hand
follows it."""
NO_CONTACT = "-"
"""The value of a contact card: leave the name in the note only."""


class Field(StrEnum):
    """What a card is about, in the order in which they are shown."""

    CUSTOMER = "customer"
    CONTACT = "contact"
    POINT = "point"
    """Of a conversation: a sentence that matters (row 3.11)."""
    PRODUCT = "product"
    BUDGET = "budget"
    CONCERN = "concern"
    OBJECTION = "objection"
    COMPETITOR = "competitor"
    SENTIMENT = "sentiment"
    PROMISE = "promise"
    NEXT = "next"
    STAGE = "stage"
    """Of an open deal; the value is `id:stage`."""
    UPDATE = "update"
    """A field of an open deal; the key is `update:id:field:…`."""


_SINGLE = (Field.CUSTOMER, Field.CONTACT, Field.BUDGET, Field.SENTIMENT, Field.STAGE)
TASKS = (Field.PROMISE, Field.NEXT)
DEALS = (Field.STAGE, Field.UPDATE)
"""What changes a record that is there already."""


class Decision(StrEnum):
    """What the person has said about a card."""

    OPEN = "open"
    ACCEPTED = "accepted"
    EDITED = "edited"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value a card may take; `label` is empty where the value is its own label."""

    value: str
    label: str = ""
    detail: str = ""
    lacking: tuple[Missing, ...] = ()
    """Of a stage: what its gate still waits for."""
    employer: str = ""
    """Of a contact: whom they work for."""
    stages: tuple[StageOption, ...] = ()
    """Of a stage: those a deal may be in, as the company calls them."""


@dataclass(frozen=True, slots=True)
class Card:
    """One proposed value. For tasks `value` is the title and `due` an ISO moment or None.

    Budgets are written in yuan (`18000`, `20000-30000`, `>=20000`, `<=30000`), records as ids.
    """

    key: str
    field: Field
    value: str
    guess: str
    """What the note said; decisions hold as long as it says the same."""
    due: str | None = None
    span: Span | None = None
    words: str = ""
    confidence: float = 1.0
    choices: tuple[Choice, ...] = ()
    decision: Decision = Decision.OPEN
    unasked: bool = False
    """Only suggested: nothing comes of it unless the person takes it."""
    learns: bool | None = None
    """Whether a correction teaches the company's list of words; None: where it sounds alike."""

    @property
    def empty(self) -> bool:
        """Whether it means nothing until somebody chooses."""
        return not self.value and self.decision is not Decision.DROPPED

    @property
    def unsolved(self) -> bool:
        """Whether it means nothing until somebody chooses, and somebody has to."""
        return self.empty and not self.unasked

    @property
    def new_customer(self) -> bool:
        """Whether it names a customer to be added."""
        return self.field is Field.CUSTOMER and self.value.startswith(NEW_CUSTOMER)

    @property
    def offered(self) -> bool:
        """Whether it waits to be taken."""
        return self.unasked and self.decision is Decision.OPEN

    @property
    def doubtful(self) -> bool:
        """Whether the note left it uncertain; known before any decision, so the order is calm."""
        return self.confidence < DOUBTFUL_BELOW

    @property
    def kept(self) -> bool:
        """Whether saving writes it."""
        out = self.decision is Decision.DROPPED or self.offered
        return bool(self.value) and not out


def cards_of(proposal: Proposal, text: str, *, ask_customer: bool) -> tuple[Card, ...]:
    """The cards of a proposal, doubtful ones first; `text` is what the spans count in."""
    cards = _people(proposal, text, ask_customer=ask_customer)
    tasks = {kind: [t for t in proposal.draft.tasks if t.kind == kind] for kind in TASKS}
    for guess in proposal.fields.guesses:
        card = _card(guess, proposal, tasks, text)
        if card is not None and card.key not in {one.key for one in cards}:
            cards.append(card)
    return in_order(cards)


def settled(cards: tuple[Card, ...], employer: str) -> tuple[Card, ...]:
    """The cards with an open customer decided for `employer`, whom the one contact meant works
    for ("" where that is not known); it still counts as doubtful."""

    def decided(card: Card) -> Card:
        open_one = card.field is Field.CUSTOMER and not card.value
        fits = open_one and employer in {choice.value for choice in card.choices}
        return replace(card, value=employer) if fits else card

    return tuple(decided(card) for card in cards)


def in_order(cards: Iterable[Card]) -> tuple[Card, ...]:
    """Doubtful first, then by field; what is only suggested comes last."""
    order = list(Field)

    def place(card: Card) -> tuple[bool, bool, int]:
        last = card.field in DEALS
        return last, not card.doubtful, order.index(card.field)

    return tuple(sorted(cards, key=place))


def merged(before: Sequence[Card], fresh: Sequence[Card]) -> tuple[Card, ...]:
    """The fresh cards with the decisions of `before` where they still hold."""
    left, result = list(before), list[Card]()
    for card in fresh:
        old = next((one for one in left if _same(one, card)), None)
        if old is not None:
            left.remove(old)
            card = _carried(old, card)
        result.append(card)
    typed = [
        replace(one, span=None)
        for one in left
        if one.decision is Decision.EDITED and one.field not in DEALS
    ]
    return in_order([*result, *typed])


def chosen(card: Card, number: int) -> Card:
    """The card with its `number`th choice (from 0) taken."""
    return replace(card, value=card.choices[number].value, decision=Decision.ACCEPTED)


def edited(card: Card, value: str, due: str | None) -> Card:
    """The card with what a person typed; nothing typed drops it."""
    if not value.strip():
        return replace(card, decision=Decision.DROPPED)
    name = NEW_CONTACT if card.field in (Field.CUSTOMER, Field.CONTACT) else ""
    return replace(card, value=name + value.strip(), due=due, decision=Decision.EDITED)


def added(field: Field, number: int) -> Card:
    """An empty card somebody adds by hand."""
    return Card(f"{field}:added:{number}", field, "", f"added:{number}", decision=Decision.EDITED)


def _same(old: Card, card: Card) -> bool:
    if old.field is not card.field:
        return False
    if old.field is Field.UPDATE:
        return old.key == card.key
    if old.field in _SINGLE or old.guess == card.guess:
        return True
    before, now = old.guess.split("|")[0], card.guess.split("|")[0]
    return old.field in TASKS and (now.startswith(before) or before.startswith(now))


def _carried(old: Card, card: Card) -> Card:
    stays = old.decision is Decision.EDITED and old.field not in DEALS
    if old.guess == card.guess or stays:
        known = {choice.value for choice in card.choices}
        # A name said again may be one the note itself does not speak of.
        choices = card.choices if old.value in known or not old.choices else old.choices
        return replace(
            card, key=old.key, value=old.value, due=old.due, decision=old.decision, choices=choices,
            learns=old.learns,
        )  # fmt: skip
    return replace(card, key=old.key)


def _people(proposal: Proposal, text: str, *, ask_customer: bool) -> list[Card]:
    said = {guess.name: guess for guess in reversed(proposal.fields.guesses)}
    person, cards = said.get("contact"), []
    source = said.get("org") or person
    if ask_customer and proposal.customers:
        cards.append(
            _record(Field.CUSTOMER, proposal.customers, source, text, sure=proposal.customer_sure)
        )
    elif ask_customer and proposal.unknown_customer:
        cards.append(
            _stranger(
                Field.CUSTOMER, proposal.unknown_customer, proposal.customers_alike, source, text
            )
        )
    if proposal.contacts:
        cards.append(
            _record(Field.CONTACT, proposal.contacts, person, text, sure=proposal.contact_sure)
        )
    elif proposal.unknown_contact:
        cards.append(
            _stranger(
                Field.CONTACT, proposal.unknown_contact, proposal.contacts_alike, person, text
            )
        )
    return cards


def _stranger(
    field: Field,
    name: str,
    alike: Sequence[NameChoice],
    source: FieldGuess | None,
    text: str,
) -> Card:
    """Somebody nobody knows: to be added, unless one who is nearly called so is meant."""
    known = tuple(Choice(one.id, one.title, one.detail) for one in alike)
    beside = (Choice(NO_CONTACT, name),) if field is Field.CONTACT else ()
    card = _placed(field, "" if known else NEW_CONTACT, source, text)
    choices = (*known, Choice(NEW_CONTACT, name), *beside)
    return replace(card, guess=f"new {name}", confidence=0.4, choices=choices)


def _record(
    field: Field,
    found: Sequence[NameChoice],
    source: FieldGuess | None,
    text: str,
    *,
    sure: bool,
) -> Card:
    """Records a name may mean; the only one is taken where the name was heard clearly."""
    choices = tuple(Choice(n.id, n.title, n.detail, employer=n.employer) for n in found)
    value = choices[0].value if len(choices) == 1 and sure else ""
    card = _placed(field, value, source, text)
    guess = " ".join(choice.value for choice in choices)
    confidence = max(card.confidence, DOUBTFUL_BELOW) if value else 0.3
    return replace(card, key=str(field), guess=guess, choices=choices, confidence=confidence)


def _card(
    guess: FieldGuess, proposal: Proposal, tasks: dict[Field, list[TaskDraft]], text: str
) -> Card | None:
    if guess.name in TASKS:
        waiting = tasks[Field(guess.name)]
        return _task(waiting.pop(0), guess, text) if waiting else None
    if guess.name == "budget":
        low, high = proposal.draft.budget_min, proposal.draft.budget_max
        card = _placed(Field.BUDGET, budget_text(low, high), guess, text)
        return card if card.value else replace(card, confidence=0.3)
    plain = ("product", "concern", "objection", "competitor", "sentiment")
    if guess.name not in plain:
        return None
    field, value = Field(guess.name), str(guess.value)
    choices = tuple(Choice(one) for one in (value, *guess.alternatives)) * bool(guess.alternatives)
    card = replace(_placed(field, value, guess, text), choices=choices)
    return card if field in _SINGLE else replace(card, key=f"{field}:{value}")


def _task(task: TaskDraft, guess: FieldGuess, text: str) -> Card:
    field = Field(task.kind)
    card = _placed(field, task.title, guess, text)
    due = iso_moment(_in_china(task.due_at)) if task.due_at else None
    return replace(card, key=f"{field}:{task.title}", due=due, guess=f"{task.title}|{due}")


def _in_china(due: str) -> datetime:
    moment = datetime.fromisoformat(due)
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


def _placed(field: Field, value: str, guess: FieldGuess | None, text: str) -> Card:
    if guess is None or guess.span is None:
        return Card(str(field), field, value, value)
    span = guess.span
    words = text[span.start : span.end]
    return Card(
        str(field), field, value, value, span=span, words=words, confidence=guess.confidence
    )


def budget_text(low: int | None, high: int | None) -> str:
    """A budget in fen as it is written on its card; empty without any bound."""
    if low is None and high is None:
        return ""
    if low is None or high is None:
        return f">={_yuan(low)}" if low is not None else f"<={_yuan(high)}"
    return _yuan(low) if low == high else f"{_yuan(low)}-{_yuan(high)}"


def _yuan(fen: int | None) -> str:
    whole, rest = divmod(fen or 0, 100)
    return f"{whole}.{rest:02d}" if rest else str(whole)
