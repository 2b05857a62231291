"""What a note suggests for open deals, as cards, and what comes of those taken; no Qt, no storage.

None of it happens unasked, but for a stage the words name plainly and whose gate is open.
"""

from collections.abc import Sequence

from crm_core.errors import KnownError
from crm_core.model.entities import CONTACT, OPPORTUNITY
from crm_core.model.schema import Choice as StageOption
from crm_core.model.schema import FieldSpec, Merge
from crm_core.model.values import display, normalise
from crm_core.notes.types import NoteFields, Span
from desktop.services.commands.visits import Change
from desktop.services.note_moves import DEAL, Move, Suggested, Update
from desktop.viewmodels.visits.visit_cards import Card, Choice, Field, budget_text

SURE_STAGE = 0.8
_ENTITIES = {DEAL: OPPORTUNITY, "contact": CONTACT}
_GUESS = {
    "part": "contact",
    "phone": "contact",
    "amount": "budget",
    "products": "product",
    "competitors": "competitor",
}


def move_cards(suggested: Suggested, fields: NoteFields, text: str) -> tuple[Card, ...]:
    """One card for the stage (with a choice for each deal it may be), one for each field."""
    stage = _stage(suggested.moves, fields, text)
    updates = tuple(_update(one, fields, text) for one in suggested.updates)
    return (*((stage,) if stage else ()), *updates)


def changes_of(cards: Sequence[Card]) -> tuple[Change, ...]:
    """What the cards that are kept change; ValueProblem for a sum that is none."""
    found = []
    for card in cards:
        if not card.kept:
            continue
        if card.field is Field.STAGE:
            deal, _, stage = card.value.partition(":")
            found.append(Change(DEAL, deal, "stage", stage))
        elif card.field is Field.UPDATE:
            entity, record_id, name = target_of(card)
            spec = _ENTITIES[entity].field_spec(name)
            value = normalise(spec, card.value) if spec.merge is not Merge.SET else [card.value]
            found.append(Change(entity, record_id, name, value))
    # A gate asks for what the other fields say, so the stage moves last.
    return tuple(sorted(found, key=lambda one: one.field == "stage"))


def options_of(card: Card) -> tuple[Choice, ...]:
    """What an update may take by hand, where its field has options."""
    entity, _, name = target_of(card)
    spec = _ENTITIES[entity].field_spec(name)
    return tuple(Choice(one.code, one.label.zh, one.label.en) for one in spec.choices)


def target_of(card: Card) -> tuple[str, str, str]:
    """(entity, id, field) of an update."""
    _, entity, record_id, name, *_ = card.key.split(":")
    return entity, record_id, name


def deal_words(card: Card, language: str = "zh") -> str:
    """The value of a card about a deal, in words."""
    choice = next((one for one in card.choices if one.value == card.value), None)
    if card.field is Field.STAGE:
        return move_words(choice or named_as(card, card.value), card.value, language)
    entity, _, name = target_of(card)
    spec = _ENTITIES[entity].field_spec(name)
    label, more = spec.label.text(language), "+ " if spec.merge is Merge.SET else ""
    return f"{label} {more}{_value(spec, card.value, language)}"


def move_words(choice: Choice, value: str, language: str) -> str:
    """A deal and the way it goes; `detail` of the choice is the stage it is in."""
    after = stage_words(value.partition(":")[2], language, choice.stages)
    before = stage_words(choice.detail, language, choice.stages)
    way = f"{before} → {after}" if before else after
    colon = "：" if language.startswith("zh") else ": "
    return f"{choice.label}{colon}{way}" if choice.label else way


def named_as(card: Card, value: str) -> Choice:
    """A value taken by hand, with stages called as on the choices of its card."""
    stages = card.choices[0].stages if card.choices else ()
    return Choice(value, stages=stages)


def stages_ahead(card: Card) -> tuple[str, ...]:
    """The values a stage card may take by hand: every other stage of its deal."""
    deal = (card.value or card.choices[0].value).partition(":")[0]
    before = next((one.detail for one in card.choices if one.value.startswith(f"{deal}:")), "")
    return tuple(
        f"{deal}:{one.code}"
        for one in _stages(named_as(card, card.value).stages)
        if one.code != before and not one.retired
    )


def stage_words(code: str, language: str, stages: Sequence[StageOption] = ()) -> str:
    """A stage as it is called; `stages`: as the company has them."""
    found = next((one for one in _stages(stages) if one.code == code), None)
    return found.label.text(language) if found else code


def _stages(known: Sequence[StageOption]) -> Sequence[StageOption]:
    return known or OPPORTUNITY.field_spec("stage").choices


def _value(spec: FieldSpec, text: str, language: str) -> str:
    if spec.merge is Merge.SET:
        return text
    try:
        return display(spec, normalise(spec, text), language)
    except KnownError:
        return text


def _stage(moves: Sequence[Move], fields: NoteFields, text: str) -> Card | None:
    if not moves:
        return None
    choices = tuple(
        Choice(f"{one.id}:{one.after}", one.title, one.before, one.lacking, stages=one.stages)
        for one in moves
    )
    guess = next((one for one in fields.guesses if one.name == "stage"), None)
    sure = guess.confidence if guess else 0.0
    span = guess.span if guess else None
    plain = len(moves) == 1 and not moves[0].lacking and sure >= SURE_STAGE
    return Card(
        key=str(Field.STAGE),
        field=Field.STAGE,
        value=choices[0].value if len(choices) == 1 else "",
        guess=" ".join(choice.value for choice in choices),
        span=span,
        words=_words(text, span),
        confidence=sure,
        choices=choices,
        unasked=not plain,
    )


def _update(one: Update, fields: NoteFields, text: str) -> Card:
    value = budget_text(int(one.value), int(one.value)) if one.field == "amount" else one.value
    wanted = _GUESS[one.field]
    spec = _ENTITIES[one.entity].field_spec(one.field)
    heard = [guess for guess in fields.guesses if guess.name == wanted]
    named = [guess for guess in heard if str(guess.value) == one.value]
    guess = next(iter(named if spec.merge is Merge.SET else heard), None)
    span = guess.span if guess else None
    tail = f":{one.value}" if spec.merge is Merge.SET else ""
    return Card(
        key=f"{Field.UPDATE}:{one.entity}:{one.id}:{one.field}{tail}",
        field=Field.UPDATE,
        value=value,
        guess=f"{one.id}|{one.field}|{value}",
        span=span,
        words=_words(text, span),
        confidence=guess.confidence if guess else 0.0,
        choices=(Choice(value, one.title),),
        unasked=True,
    )


def _words(text: str, span: Span | None) -> str:
    return text[span.start : span.end] if span else ""
