"""From cards and what was typed beside them to the one draft that is saved; no Qt, no storage."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from crm_core.clock import CHINA, iso_moment
from crm_core.errors import KnownError
from crm_core.model.entities import VISIT
from crm_core.model.values import display, normalise
from crm_core.notes.types import Span
from desktop.services.commands.visits import (
    FollowUpDraft,
    Form,
    NewCustomer,
    TaskDraft,
    VisitDraft,
)
from desktop.viewmodels.visits.note_sound import Sound
from desktop.viewmodels.visits.visit_cards import (
    DEALS,
    NEW_CONTACT,
    NO_CONTACT,
    TASKS,
    Card,
    Field,
)
from desktop.viewmodels.visits.visit_moves import changes_of, deal_words

CONCLUSION_LIMIT = 100
"""Row 3.1: the conclusion of a follow-up is short."""
_RANGE = re.compile(r"^(?P<sign>>=|<=|≥|≤)?(?P<low>[^-–~～到至]+)(?:[-–~～到至](?P<high>.+))?$")
_LEADS = (
    (Field.PRODUCT, "意向", "wants "),
    (Field.BUDGET, "预算", "budget "),
    (Field.CONCERN, "关注", "cares about "),
    (Field.OBJECTION, "异议：", "objects: "),
    (Field.COMPETITOR, "竞品", "competing: "),
)
_MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Header:
    """What is filled in beside the note."""

    customer_id: str = ""
    started_at: str = ""
    """ISO moment."""
    minutes: int | None = None
    """How long the visit took (row 3.6: 停留时长)."""
    purpose: str | None = None
    place: str = ""
    latitude: str | None = None
    longitude: str | None = None
    datum: str | None = None
    """In what the two are given, as far as it was said; nothing is converted."""
    photos: tuple[str, ...] = ()
    """Files on this computer, attached when the visit is saved."""
    action: str = "visited"
    """Row 3.2: one of the preset actions; there is no "other"."""
    form: str = Form.VISIT
    """Visit or follow-up."""
    decided: tuple[str, ...] = ()
    """Which of `form`, `action` and `purpose` the person chose; the words decide the others."""
    conclusion: str = ""
    """Empty: made from the cards."""


@dataclass(frozen=True, slots=True)
class Note:
    """The note as it stands, and what a recogniser said of it (words separated by spaces)."""

    text: str = ""
    spoken: tuple[str, ...] = ()
    sounds: tuple[Sound, ...] = ()
    """Of the passages that were spoken: their recordings, and when each word was said."""

    @property
    def readable(self) -> str:
        """What the parser reads: dictated passages with the recogniser's own word breaks."""
        text = self.text
        for said in self.spoken:
            text = text.replace(closed_up(said), said, 1)
        return text

    def place(self, span: Span) -> Span:
        """A span of `readable` in `text`; they differ in spaces only."""
        read = self.readable
        first = _solid(read[: span.start])
        last = first + _solid(read[span.start : span.end])
        solid = [at for at, char in enumerate(self.text) if not char.isspace()]
        if first >= len(solid) or last == first:
            return Span(0, 0)
        return Span(solid[first], solid[last - 1] + 1)


def closed_up(said: str) -> str:
    """A recogniser's words as people write them: no spaces, except between Latin words."""
    return re.sub(r"(?<![A-Za-z0-9]) +| +(?![A-Za-z0-9])", "", said.strip())


def _solid(text: str) -> int:
    return sum(not char.isspace() for char in text)


def assemble(cards: Sequence[Card], header: Header, note: Note) -> VisitDraft:
    """Everything kept, as one draft.

    Raises KnownError: "no_customer", "no_action" (row 3.2), ValueProblem for a budget, a time or
    a due date that is none.
    """
    kept = [card for card in cards if card.kept]
    new_customer = None if header.customer_id else _new_customer(kept)
    _require(header, new_customer)
    low, high = _budget(kept)
    contact, new = _contact(kept)
    tasks = tuple(_task(card) for card in kept if card.field in TASKS)
    return replace(
        _of_header(header),
        new_customer=new_customer,
        contact_id=contact,
        new_contact=new,
        summary=_summary(kept, note),
        products=_values(kept, Field.PRODUCT),
        budget_min=low,
        budget_max=high,
        concerns=_values(kept, Field.CONCERN),
        objections=_values(kept, Field.OBJECTION),
        competitors=_values(kept, Field.COMPETITOR),
        sentiment=next(iter(_values(kept, Field.SENTIMENT)), None),
        captured_by="voice" if note.spoken else "typed",
        transcript="\n".join(note.spoken),
        tasks=tasks,
        follow_up=_follow_up(header, cards, note, tasks),
        customer_changes=_next_contact(tasks),
        changes=changes_of(kept),
    )


def _summary(kept: Sequence[Card], note: Note) -> str:
    """The note itself; of a conversation its points first (row 3.11)."""
    points = [card.value for card in kept if card.field is Field.POINT]
    listed = [f"{number}. {point}" for number, point in enumerate(points, 1)]
    return "\n".join([*listed, ""] * bool(listed) + [note.text.strip()])


def _of_header(header: Header) -> VisitDraft:
    """What is filled in beside the note."""
    started = moment(header.started_at, "started_at")
    return VisitDraft(
        customer_id=header.customer_id,
        form=Form(header.form),
        started_at=iso_moment(started),
        ended_at=_end(started, header.minutes),
        purpose=header.purpose,
        place=header.place.strip(),
        latitude=header.latitude,
        longitude=header.longitude,
        datum=header.datum,
        photos=tuple(Path(photo) for photo in header.photos),
    )


def conclusion_of(cards: Iterable[Card], note: Note, language: str = "zh") -> str:
    """A conclusion made from what was understood, at most 100 characters (row 3.1)."""
    kept = [card for card in cards if card.kept]
    points = "；".join(card.value for card in kept if card.field is Field.POINT)
    if points:
        return _short(points)
    zh, parts = language.startswith("zh"), list[str]()
    for field, chinese, english in _LEADS:
        values = [shown(card, language) for card in kept if card.field is field]
        lead, comma = (chinese, "、") if zh else (english, ", ")
        parts += [lead + comma.join(values)] if values else []
    made = ("；" if zh else "; ").join(parts) or " ".join(note.text.split())
    return _short(made)


def _short(made: str) -> str:
    return made if len(made) <= CONCLUSION_LIMIT else made[: CONCLUSION_LIMIT - 1] + "…"


def shown(card: Card, language: str = "zh") -> str:
    """The value of a card in words."""
    if card.field in DEALS:
        return deal_words(card, language)
    if card.field in (Field.CUSTOMER, Field.CONTACT):
        named = next((c.label for c in card.choices if c.value == card.value), "")
        return named or card.value.removeprefix(NEW_CONTACT)
    if card.field is Field.OBJECTION:
        option = VISIT.field_spec("objections").choice(card.value)
        return option.label.text(language) if option else card.value
    if card.field is Field.SENTIMENT:
        return display(VISIT.field_spec("sentiment"), card.value, language)
    return _budget_words(card.value) if card.field is Field.BUDGET else card.value


def moment(text: str, field: str) -> datetime:
    """An aware moment; without a zone it is China time. ValueProblem names `field`."""
    written = normalise(VISIT.field_spec(field), text)
    return datetime.fromisoformat(str(written))


def budget_of(text: str) -> tuple[int | None, int | None]:
    """The bounds in fen of a budget as typed (2万, 2万-3万, >=2万); ValueProblem."""
    if not text.strip():
        return None, None
    found = _RANGE.match(text.strip())
    spec = VISIT.field_spec("budget_min")
    if found is None:
        return _fen(text), _fen(text)
    low, high = found["low"], found["high"]
    if high is not None:
        unit = high.strip()[-1:] if high.strip()[-1:] in "万千亿" else ""
        bare = low.strip()[-1:].isdigit()
        bounds = sorted((_fen(low + (unit if bare else "")), _fen(high)))
        return bounds[0], bounds[1]
    sum_ = normalise(spec, low.strip())
    amount = sum_ if isinstance(sum_, int) else None
    sign = (found["sign"] or "").replace("≥", ">").replace("≤", "<")
    return (None if sign.startswith("<") else amount), (None if sign.startswith(">") else amount)


def _fen(text: str) -> int:
    value = normalise(VISIT.field_spec("budget_max"), text.strip())
    return value if isinstance(value, int) else 0


def _budget_words(text: str) -> str:
    try:
        low, high = budget_of(text)
    except KnownError:
        return text
    spec = VISIT.field_spec("budget_min")
    if low is None or high is None:
        return f"{'≥' if high is None else '≤'} {display(spec, low if high is None else high)}"
    return display(spec, low) if low == high else f"{display(spec, low)} – {display(spec, high)}"


def _require(header: Header, new: NewCustomer | None) -> None:
    if not header.customer_id and new is None:
        raise KnownError(
            "还没有选客户，所以没有保存；写下的内容都在。请先选一个客户。",
            "No customer is chosen yet, so nothing was saved; all you wrote is here. Choose one.",
            code="no_customer",
        )
    if not header.action:
        raise KnownError(
            "还没有选跟进动作，所以没有保存；写下的内容都在。请从列表中选一个动作。",
            "No follow-up action is chosen yet, so nothing was saved; all you wrote is here. Pick "
            "one from the list.",
            code="no_action",
        )


def _new_customer(kept: Sequence[Card]) -> NewCustomer | None:
    card = next((one for one in kept if one.field is Field.CUSTOMER), None)
    return NewCustomer(shown(card)) if card is not None and card.new_customer else None


def _contact(kept: Sequence[Card]) -> tuple[str | None, str]:
    """The contact's id, or the name of one to be added."""
    card = next((one for one in kept if one.field is Field.CONTACT), None)
    if card is None or card.value == NO_CONTACT:
        return None, ""
    if card.value.startswith(NEW_CONTACT):
        return None, shown(card)
    return card.value, ""


def _budget(kept: Sequence[Card]) -> tuple[int | None, int | None]:
    card = next((one for one in kept if one.field is Field.BUDGET), None)
    return budget_of(card.value) if card else (None, None)


def _values(kept: Sequence[Card], field: Field) -> tuple[str, ...]:
    return tuple(dict.fromkeys(card.value for card in kept if card.field is field))


def _task(card: Card) -> TaskDraft:
    due = iso_moment(moment(card.due, "started_at")) if card.due else None
    return TaskDraft(title=card.value, kind=card.field.value, due_at=due)


def _end(started: datetime, minutes: int | None) -> str | None:
    if not minutes or not 0 < minutes <= _MINUTES_A_DAY:
        return None
    return iso_moment(started + timedelta(minutes=minutes))


def _follow_up(
    header: Header, cards: Sequence[Card], note: Note, tasks: Sequence[TaskDraft]
) -> FollowUpDraft:
    dated = sorted((task for task in tasks if task.due_at), key=lambda task: str(task.due_at))
    first = next(iter([*dated, *tasks]), None)
    return FollowUpDraft(
        action=header.action,
        conclusion=(header.conclusion.strip() or conclusion_of(cards, note)),
        next_step=first.title[:CONCLUSION_LIMIT] if first else "",
        next_on=_day(first.due_at) if first and first.due_at else None,
    )


def _next_contact(tasks: Sequence[TaskDraft]) -> dict[str, object]:
    """The customer's next contact is the first thing promised or planned."""
    due = min((task.due_at for task in tasks if task.due_at), default=None)
    return {"next_contact_on": _day(due)} if due else {}


def _day(due: str) -> str:
    return datetime.fromisoformat(due).astimezone(CHINA).date().isoformat()
