"""A visit being written: the note, the cards it proposes, the decisions, and its safe keeping.

The note is read again in the background a quarter second after it stops changing; everything is
kept in the replica a second after the last change, until it is saved or given up.
"""

import contextlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from crm_core.clock import iso_moment
from crm_core.errors import KnownError
from crm_core.model.query import Op, Query, Test
from desktop.services.commands.verbs import Done
from desktop.services.commands.visits import Form, do_log_visit
from desktop.services.notes import NoteReader
from desktop.viewmodels.session import Session
from desktop.viewmodels.visits.learning import learns, learnt
from desktop.viewmodels.visits.note_form import following
from desktop.viewmodels.visits.note_keeping import NoteKeeping
from desktop.viewmodels.visits.note_reading import Reading, read_note
from desktop.viewmodels.visits.note_sound import Sound, from_json
from desktop.viewmodels.visits.unsaved_visits import Unsaved
from desktop.viewmodels.visits.visit_assembly import (
    Header,
    Note,
    assemble,
    closed_up,
    conclusion_of,
)
from desktop.viewmodels.visits.visit_cards import (
    NEW_CUSTOMER,
    Card,
    Decision,
    Field,
    added,
    chosen,
    edited,
    in_order,
    merged,
)
from desktop.viewmodels.visits.visit_content import cards_from, content_of, header_from

READ_AFTER_MS = 250
KEEP_AFTER_MS = 1_000


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
        self._keeping = NoteKeeping(session, self)
        self._fixed_customer = bool(customer_id)
        self._reader: tuple[str, NoteReader] | None = None
        """The reader for the customer it was made for: indexing names takes a while."""
        self._asked = 0
        self._reading = False
        self._added = 0
        self.header = Header(customer_id=customer_id, started_at=iso_moment(self._clock.now()))
        self.note = Note()
        self._said: tuple[Form | None, str, str | None] = (None, "visited", None)
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
        language = self._session.language
        return self.header.conclusion or conclusion_of(self.cards, self.note, language)

    @property
    def form_said(self) -> Form | None:
        """What the words say it was; None where they do not."""
        return self._said[0]

    @property
    def reader(self) -> NoteReader | None:
        """Who reads the note, once it was read."""
        return self._reader[1] if self._reader else None

    def card(self, key: str) -> Card | None:
        """The card with this key, if it is still there."""
        return next((card for card in self.cards if card.key == key), None)

    def content(self) -> dict[str, Any]:
        """Everything written and decided, as JSON."""
        return content_of(self.header, self.note, self.cards)

    # -- writing --------------------------------------------------------------------------------

    def set_text(self, text: str) -> None:
        """The note as typed by now."""
        if text != self.note.text:
            self.note = replace(self.note, text=text)
            self._touched()

    def add_spoken(self, said: str, sound: Sound | None = None) -> None:
        """Append a dictated passage (words separated by spaces) and read it at once; `sound` says
        when each word was spoken."""
        said = said.strip()
        if not said:
            return
        text = self.note.text.rstrip()
        text = f"{text}\n{closed_up(said)}" if text else closed_up(said)
        sounds = (*self.note.sounds, sound) if sound else self.note.sounds
        self.note = Note(text, (*self.note.spoken, said), sounds)
        self._touched()
        self.text_replaced.emit(text)
        self.read_now()

    def set_customer(self, customer_id: str) -> None:
        """Say whom the visit is about; the note is read again against their people."""
        if customer_id == self.header.customer_id:
            return
        self._fixed_customer = bool(customer_id)
        self.header = replace(self.header, customer_id=customer_id)
        self.cards = tuple(card for card in self.cards if not card.new_customer)
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

    def set_form(self, form: str) -> None:
        """The person says whether this was a visit or a call; the action goes along unless it was
        chosen."""
        self.set_header(form=form, decided=tuple({*self.header.decided, "form"}))
        self._take_form()
        self.header_changed.emit()

    def set_action(self, action: str) -> None:
        """The person says what was done (row 3.2)."""
        self.set_header(action=action, decided=tuple({*self.header.decided, "action"}))

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
            taken = card.choices[number]
            if card.field is Field.CUSTOMER:
                self._choose_customer(taken.value)
            elif taken.employer and not self.header.customer_id:
                self.set_customer(taken.employer)

    def edit(self, key: str, value: str, due: str | None) -> None:
        """Write another value on a card."""
        self._decide(key, lambda card: edited(card, value, due))

    def learn(self, key: str) -> None:
        """Keep what a correction teaches, or not."""
        self._decide(key, lambda card: replace(card, learns=not learns(card)))

    def put(self, card: Card) -> None:
        """A card as it was decided elsewhere: said again, for one."""
        self._decide(card.key, lambda _: card)
        if card.field is Field.CUSTOMER and card.value:
            self._choose_customer(card.value if not card.new_customer else NEW_CUSTOMER)

    def add_customer(self, name: str) -> None:
        """A customer nobody has yet goes with what is saved."""
        self._choose_customer(NEW_CUSTOMER)
        others = (card for card in self.cards if card.field is not Field.CUSTOMER)
        card = edited(added(Field.CUSTOMER, 0), name, None)
        self.cards = in_order([replace(card, key=str(Field.CUSTOMER)), *others])
        self._keep_soon.start()
        self.cards_changed.emit()

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
            draft = assemble(
                self.cards, replace(self.header, conclusion=self.conclusion), self.note
            )
            draft = replace(draft, learnt=learnt(self.cards))
        except KnownError as error:
            self.failed.emit(error)
            return
        self._session.run(
            do_log_visit, draft, on_done=self._done, on_error=self.failed.emit, initiator=self
        )

    def give_up(self) -> None:
        """Forget what was written."""
        self._stop()
        self._keeping.keep(None)

    # -- safe keeping ---------------------------------------------------------------------------

    @Slot()
    def keep_now(self) -> None:
        """Keep what is written in the replica, or forget it where nothing is left of it."""
        self._keep_soon.stop()
        self._keeping.keep(self.content() if self.dirty else None)

    def look_for_unsaved(self, found: Callable[[Unsaved], object]) -> None:
        """Call `found` with the latest visit left behind that fits this one, if there is any."""
        self._keeping.look(self.header.customer_id, found)

    def restore(self, unsaved: Unsaved) -> None:
        """Go on with a visit left behind; it is this one from now on."""
        content = unsaved.content
        self._keeping.go_on_with(unsaved)
        self.header = header_from(content.get("header"), self.header)
        self._fixed_customer = bool(self.header.customer_id)
        spoken = tuple(str(one) for one in content.get("spoken") or ())
        self.note = Note(unsaved.text, spoken, from_json(content.get("sounds")))
        self.cards = cards_from(content.get("cards"), content.get("labels"))
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

        def read() -> Reading:
            return read_note(
                workspace, note, reference, customer_id=customer, ask_customer=ask_customer,
                known=known,
            )  # fmt: skip

        self._set_reading(on=True)
        self._session.tasks.free(
            read,
            on_done=lambda found: self._take(found) if asked == self._asked else None,
            on_error=self._cannot_read,
            owner=self,
        )

    def _take(self, reading: Reading) -> None:
        self._reader = (reading.customer_id, reading.reader)
        self.cards = merged(self.cards, reading.cards)
        self._said = reading.form, reading.action, reading.purpose
        self._set_reading(on=False)
        self._take_form()
        self._take_customer()
        self.cards_changed.emit()

    def _take_form(self) -> None:
        """What nobody chose follows the words; where they say nothing, it was a visit."""
        header = following(self.header, *self._said)
        if header != self.header:
            self.header = header
            self.header_changed.emit()

    def _cannot_read(self, error: KnownError) -> None:
        self._set_reading(on=False)
        self.failed.emit(error)

    def _take_customer(self) -> None:
        """Where nobody chose a customer, the one the note names is shown as chosen."""
        card = self.card(Field.CUSTOMER.value)
        if self._fixed_customer or card is None or not card.kept:
            return
        if card.new_customer:
            self._choose_customer(NEW_CUSTOMER)
        elif card.value != self.header.customer_id:
            self.header = replace(self.header, customer_id=card.value)
            self.header_changed.emit()
            self._guess_purpose()

    def _choose_customer(self, value: str) -> None:
        if value != NEW_CUSTOMER:
            self.set_customer(value)
        elif self.header.customer_id:
            self._fixed_customer = False
            self.header = replace(self.header, customer_id="")
            self.header_changed.emit()

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
