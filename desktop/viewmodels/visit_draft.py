"""A visit being written: the note, the cards it proposes, the decisions, and its safe keeping.

The note is read again in the background a quarter second after it stops changing; everything is
kept in the replica a second after the last change, until it is saved or given up.
"""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from crm_core.clock import iso_moment, new_id
from crm_core.errors import KnownError
from crm_core.model.query import Op, Query, Test
from crm_core.notes.lexicon import load_lexicon
from desktop.services.commands import Done
from desktop.services.commands_visits import do_log_visit
from desktop.services.notes import NoteReader
from desktop.viewmodels.session import Session
from desktop.viewmodels.unsaved_visits import (
    Unsaved,
    forget_unsaved,
    keep_unsaved,
    unsaved_visits,
)
from desktop.viewmodels.visit_assembly import Header, Note, assemble, closed_up, conclusion_of
from desktop.viewmodels.visit_cards import (
    Card,
    Decision,
    Field,
    added,
    cards_of,
    chosen,
    edited,
    merged,
    settled,
)

READ_AFTER_MS = 250
KEEP_AFTER_MS = 1_000


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the background worked out."""

    note: Note
    cards: tuple[Card, ...]
    customer_id: str
    reader: NoteReader


class VisitDraftModel(QObject):
    """The one visit of a dialog."""

    cards_changed = Signal()
    header_changed = Signal()
    text_replaced = Signal(str)
    """The note changed other than by typing: dictated or restored."""
    reading_changed = Signal(bool)
    failed = Signal(object)
    """KnownError, to be shown in place."""
    saved = Signal(object)
    """Done."""

    def __init__(
        self, session: Session, *, customer_id: str = "", parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._clock = session.workspace.clock
        self._id = new_id(self._clock)
        self._fixed_customer = bool(customer_id)
        self._reader: tuple[str, NoteReader] | None = None
        """The reader for the customer it was made for: indexing names takes a while."""
        self._asked = 0
        self._reading = False
        self._added = 0
        self.header = Header(customer_id=customer_id, started_at=iso_moment(self._clock.now()))
        self._fresh_header = self.header
        self.note = Note()
        self.cards: tuple[Card, ...] = ()
        self._read_soon = QTimer(self, singleShot=True, interval=READ_AFTER_MS)
        self._read_soon.timeout.connect(self._read_in_time)
        self._keep_soon = QTimer(self, singleShot=True, interval=KEEP_AFTER_MS)
        self._keep_soon.timeout.connect(self._keep_in_time)
        if customer_id:
            self._guess_purpose()

    # -- what is there --------------------------------------------------------------------------

    @property
    def dirty(self) -> bool:
        """Whether leaving would lose something typed, dictated or decided."""
        decided = any(card.decision is not Decision.OPEN for card in self.cards)
        beside = self.header.conclusion or self.header.photos or self.header.latitude
        return bool(self.note.text.strip()) or decided or bool(beside)

    @property
    def reading(self) -> bool:
        """Whether the note is being read, or is about to be."""
        return self._reading or self._read_soon.isActive()

    @property
    def unsolved(self) -> tuple[Card, ...]:
        """Cards that mean nothing until somebody chooses."""
        return tuple(card for card in self.cards if card.unsolved)

    @property
    def conclusion(self) -> str:
        """The conclusion that would be saved now."""
        return self.header.conclusion or conclusion_of(
            self.cards, self.note, self._session.language
        )

    def card(self, key: str) -> Card | None:
        """The card with this key, if it is still there."""
        return next((card for card in self.cards if card.key == key), None)

    def content(self) -> dict[str, Any]:
        """Everything written and decided, as JSON."""
        decided = [card for card in self.cards if card.decision is not Decision.OPEN]
        kept = ("key", "field", "value", "guess", "due", "decision")
        return {
            "text": self.note.text,
            "spoken": list(self.note.spoken),
            "header": asdict(self.header),
            "cards": [{name: getattr(card, name) for name in kept} for card in decided],
        }

    # -- writing --------------------------------------------------------------------------------

    def set_text(self, text: str) -> None:
        """The note as typed by now."""
        if text != self.note.text:
            self.note = replace(self.note, text=text)
            self._touched()

    def add_spoken(self, said: str) -> None:
        """Append a dictated passage (words separated by spaces) and read it at once."""
        said = said.strip()
        if not said:
            return
        text = self.note.text.rstrip()
        text = f"{text}\n{closed_up(said)}" if text else closed_up(said)
        self.note = Note(text, (*self.note.spoken, said))
        self._touched()
        self.text_replaced.emit(text)
        self.read_now()

    def set_customer(self, customer_id: str) -> None:
        """Say whom the visit is about; the note is read again against their people."""
        if customer_id == self.header.customer_id:
            return
        self._fixed_customer = bool(customer_id)
        self.header = replace(self.header, customer_id=customer_id)
        self.header_changed.emit()
        self._touched()
        if customer_id:
            self._guess_purpose()

    def set_header(self, **values: Any) -> None:
        """Fill in fields of `Header` other than the customer."""
        changed = replace(self.header, **values)
        if changed != self.header:
            self.header = changed
            self._keep_soon.start()

    # -- deciding -------------------------------------------------------------------------------

    def accept(self, key: str) -> None:
        """Take a card as it is; an unsolved one needs `choose`."""
        self._decide(key, lambda card: replace(card, decision=Decision.ACCEPTED))

    def drop(self, key: str) -> None:
        """Leave a card out, or take it back in."""

        def turned(card: Card) -> Card:
            out = card.decision is Decision.DROPPED
            return replace(card, decision=Decision.OPEN if out else Decision.DROPPED)

        self._decide(key, turned)

    def choose(self, key: str, number: int) -> None:
        """Take the `number`th choice (from 0) of a card; out of range changes nothing."""
        card = self.card(key)
        if card is not None and number < len(card.choices):
            self._decide(key, lambda one: chosen(one, number))
            if card.field is Field.CUSTOMER:
                self.set_customer(card.choices[number].value)

    def edit(self, key: str, value: str, due: str | None) -> None:
        """Write another value on a card."""
        self._decide(key, lambda card: edited(card, value, due))

    def add(self, field: Field) -> str:
        """Add an empty card by hand; its key."""
        self._added += 1
        card = added(field, self._added)
        self.cards = (*self.cards, card)
        self.cards_changed.emit()
        return card.key

    # -- saving ---------------------------------------------------------------------------------

    def save(self) -> None:
        """Write the visit and what came out of it as one act; says `saved` or `failed`."""
        try:
            draft = assemble(self.cards, self._settled_header(), self.note)
        except KnownError as error:
            self.failed.emit(error)
            return
        self._session.run(
            do_log_visit, draft, on_done=self._done, on_error=self.failed.emit, initiator=self
        )

    def give_up(self) -> None:
        """Forget what was written."""
        self._stop()
        workspace, own = self._session.workspace, self._id
        self._session.ask(lambda: forget_unsaved(workspace, own), lambda _: None)

    # -- safe keeping ---------------------------------------------------------------------------

    @Slot()
    def keep_now(self) -> None:
        """Keep what is written in the replica, or forget it where nothing is left of it."""
        self._keep_soon.stop()
        workspace, own, content = self._session.workspace, self._id, self.content()
        if self.dirty:
            self._session.ask(lambda: keep_unsaved(workspace, own, content), lambda _: None)
        else:
            self._session.ask(lambda: forget_unsaved(workspace, own), lambda _: None)

    def look_for_unsaved(self, found: Callable[[Unsaved], object]) -> None:
        """Call `found` with the latest visit left behind that fits this one, if there is any."""
        workspace, own, customer = self._session.workspace, self._id, self.header.customer_id

        def look() -> Unsaved | None:
            waiting = unsaved_visits(workspace)
            fits = (u for u in waiting if u.id != own and customer in ("", u.customer_id))
            return next(fits, None)

        self._session.ask(look, lambda one: found(one) if one else None, owner=self)

    def restore(self, unsaved: Unsaved) -> None:
        """Go on with a visit left behind; it is this one from now on."""
        content = unsaved.content
        self._id = unsaved.id
        self.header = _header(content.get("header"), self.header)
        self._fixed_customer = bool(self.header.customer_id)
        spoken = tuple(str(one) for one in content.get("spoken") or ())
        self.note = Note(unsaved.text, spoken)
        self.cards = tuple(_card(one) for one in content.get("cards") or ())
        self.text_replaced.emit(unsaved.text)
        self.header_changed.emit()
        self.cards_changed.emit()
        self.read_now()

    # -- inside ---------------------------------------------------------------------------------

    @Slot()
    def _read_in_time(self) -> None:
        # While the program closes no work is taken any more, and nobody waits for this.
        with contextlib.suppress(KnownError):
            self.read_now()

    @Slot()
    def _keep_in_time(self) -> None:
        with contextlib.suppress(KnownError):
            self.keep_now()

    @Slot()
    def read_now(self) -> None:
        """Read the note in the background; only the answer to the last question counts."""
        self._read_soon.stop()
        self._asked += 1
        asked, note = self._asked, self.note
        customer, ask_customer = self.header.customer_id, not self._fixed_customer
        workspace, reference = self._session.workspace, self._clock.now()
        known = self._reader[1] if self._reader and self._reader[0] == customer else None

        def read() -> _Reading:
            reader = known or NoteReader(
                workspace, reference, customer or None, lexicon=load_lexicon()
            )
            text = note.readable
            cards = cards_of(reader.propose(text), text, ask_customer=ask_customer)
            person = next((c.value for c in cards if c.field is Field.CONTACT), "")
            record = workspace.replica.record("contact", person) if person else None
            employer = str(record.get("customer") or "") if record else ""
            return _Reading(note, settled(cards, employer), customer, reader)

        self._set_reading(on=True)
        self._session.tasks.free(
            read,
            on_done=lambda found: self._take(found) if asked == self._asked else None,
            on_error=self._cannot_read,
            owner=self,
        )

    def _take(self, reading: _Reading) -> None:
        self._reader = (reading.customer_id, reading.reader)
        placed = tuple(
            replace(card, span=reading.note.place(card.span)) if card.span else card
            for card in reading.cards
        )
        self.cards = merged(self.cards, placed)
        self._set_reading(on=False)
        self._take_customer()
        self.cards_changed.emit()

    def _cannot_read(self, error: KnownError) -> None:
        self._set_reading(on=False)
        self.failed.emit(error)

    def _take_customer(self) -> None:
        """Where nobody chose a customer, the one the note names is shown as chosen."""
        card = self.card(Field.CUSTOMER.value)
        if self._fixed_customer or card is None or not card.kept:
            return
        if card.value != self.header.customer_id:
            self.header = replace(self.header, customer_id=card.value)
            self.header_changed.emit()
            self._guess_purpose()

    def _settled_header(self) -> Header:
        """Without a purpose of its own choosing nobody has to choose one."""
        return replace(self.header, conclusion=self.conclusion)

    def _guess_purpose(self) -> None:
        """A customer nobody visited yet gets a first visit, others a regular one."""
        replica, customer = self._session.workspace.replica, self.header.customer_id
        query = Query("visit", Test("customer", Op.EQ, customer), limit=1)
        self._session.ask(lambda: replica.count(query), self._take_purpose, owner=self)

    def _take_purpose(self, visits: int) -> None:
        if self.header.purpose is None:
            self.header = replace(self.header, purpose="regular" if visits else "first")
            self.header_changed.emit()

    def _decide(self, key: str, change: Callable[[Card], Card]) -> None:
        if self.card(key) is None:
            return
        self.cards = tuple(change(card) if card.key == key else card for card in self.cards)
        self._keep_soon.start()
        self.cards_changed.emit()

    def _touched(self) -> None:
        self._read_soon.start()
        self._keep_soon.start()

    def _set_reading(self, *, on: bool) -> None:
        if self._reading is not on:
            self._reading = on
            self.reading_changed.emit(on)

    def _done(self, done: Done) -> None:
        self.give_up()
        self.saved.emit(done)

    def _stop(self) -> None:
        self._asked += 1
        self._reader = None
        self._read_soon.stop()
        self._keep_soon.stop()


def _header(found: object, usual: Header) -> Header:
    if not isinstance(found, Mapping):
        return usual
    known = {item.name for item in fields(Header)}
    kept = {name: value for name, value in found.items() if name in known}
    photos = tuple(str(one) for one in kept.pop("photos", ()) or ())
    return replace(usual, **kept, photos=photos)


def _card(found: Mapping[str, Any]) -> Card:
    due = found.get("due")
    return Card(
        key=str(found["key"]),
        field=Field(found["field"]),
        value=str(found["value"]),
        guess=str(found["guess"]),
        due=str(due) if due else None,
        decision=Decision(found["decision"]),
    )
