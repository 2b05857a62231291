"""Reading a note in the background: cards, what kind of talk it was, the points of a conversation.

Everything here runs on a worker thread and writes nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from crm_core.notes.lexicon import load_lexicon
from crm_core.notes.types import NoteFields, Span
from desktop.services.commands.visits import Form
from desktop.services.lookalikes import alike
from desktop.services.note_moves import for_contact, suggested
from desktop.services.notes import NameChoice, NoteReader, Proposal
from desktop.services.workspace import Workspace
from desktop.viewmodels.visits.conversation import Points, is_conversation, points_of
from desktop.viewmodels.visits.note_form import action_of, form_of, purpose_of
from desktop.viewmodels.visits.visit_assembly import Note
from desktop.viewmodels.visits.visit_cards import TASKS, Card, Field, cards_of, in_order, settled
from desktop.viewmodels.visits.visit_moves import move_cards


@dataclass(frozen=True, slots=True)
class Reading:
    """What the background worked out."""

    note: Note
    cards: tuple[Card, ...]
    customer_id: str
    reader: NoteReader
    form: Form | None = None
    """None where the words do not say."""
    action: str = "visited"
    purpose: str | None = None


def read_note(
    workspace: Workspace,
    note: Note,
    reference: datetime,
    *,
    customer_id: str,
    ask_customer: bool,
    known: NoteReader | None,
) -> Reading:
    """Read a note against this device. `known` is the reader of an earlier round for the same
    customer: indexing names takes a while."""
    reader = known or NoteReader(workspace, reference, customer_id or None, lexicon=load_lexicon())
    text = note.readable
    proposal = _checked(workspace, reader.propose(_in_sentences(text)))
    cards = cards_of(proposal, text, ask_customer=ask_customer)
    person = next((c.value for c in cards if c.field is Field.CONTACT), "")
    record = workspace.replica.record("contact", person) if person else None
    employer = str(record.get("customer") or "") if record else ""
    cards = settled(cards, employer)
    meant = customer_id or next((c.value for c in cards if c.field is Field.CUSTOMER), "")
    fields = proposal.fields
    ideas = suggested(workspace, meant, fields)
    ideas = replace(ideas, updates=(*ideas.updates, *for_contact(workspace, person, fields, text)))
    deals = move_cards(ideas, fields, text)
    planned = _planned(fields)
    form = form_of(text, planned)
    points = _points(text, points_of(text, fields))
    return Reading(
        note=note,
        cards=in_order([_placed(note, card) for card in (*cards, *points, *deals)]),
        customer_id=customer_id,
        reader=reader,
        form=form,
        action=action_of(text, form or Form.VISIT, planned),
        purpose=purpose_of(text, planned),
    )


def _in_sentences(text: str) -> str:
    """A turn of a conversation ends with its line, full stop or not; every place stays its own."""
    return text.replace("\n", "。") if is_conversation(text) else text


def _points(text: str, points: Points) -> list[Card]:
    """One card each, taken unless the person leaves it out."""
    said = zip(points.spans, points.words(text), strict=True)
    return [
        Card(f"{Field.POINT}:{words}", Field.POINT, words, words, span=span, words=words)
        for span, words in said
        if words
    ]


def _placed(note: Note, card: Card) -> Card:
    return replace(card, span=note.place(card.span)) if card.span else card


def _planned(fields: NoteFields) -> list[Span]:
    return [one.span for one in fields.guesses if one.name in TASKS and one.span is not None]


def _checked(workspace: Workspace, proposal: Proposal) -> Proposal:
    """Whoever is to be added is looked for first, also by sound (row 5.1)."""
    if proposal.unknown_customer:
        proposal = replace(
            proposal,
            customers_alike=_alike(workspace, "customer", proposal.unknown_customer),
        )
    if proposal.unknown_contact:
        proposal = replace(
            proposal, contacts_alike=_alike(workspace, "contact", proposal.unknown_contact)
        )
    return proposal


def _alike(workspace: Workspace, entity: str, name: str) -> tuple[NameChoice, ...]:
    hits = alike(workspace, entity, name)
    return tuple(NameChoice(hit.id, hit.title, hit.subtitle) for hit in hits)
