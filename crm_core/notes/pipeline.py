"""From words to fields: the order in which a note is read, and nothing else.

Names first (so that no digit of a product is read as a number), then percentages, dates, counted
things and money, then what the remaining words mean. The result is a proposal, never a write.
"""

from collections.abc import Mapping
from functools import lru_cache

from crm_core.notes.actions import ActionReader, Planned
from crm_core.notes.breaks import load_breaks
from crm_core.notes.dates import DateReader, Due
from crm_core.notes.english import EnglishReader, is_english
from crm_core.notes.english_lexicon import load_english
from crm_core.notes.gathering import (
    action_guess,
    budget_guesses,
    currency_of,
    fields_of,
    quantity_guess,
)
from crm_core.notes.healing import Healer, heal_deed
from crm_core.notes.leanings import SENTIMENT, STAGE, Leanings, load_leanings
from crm_core.notes.learning import Corrections
from crm_core.notes.lexicon import Lexicon
from crm_core.notes.money import Money, cover_percentages, find_money
from crm_core.notes.names import Kind
from crm_core.notes.people import Heard, NameReader, named
from crm_core.notes.phrase_model import load_phrase_model
from crm_core.notes.quantities import Counted, QuantityReader
from crm_core.notes.rehearing import Rehearing
from crm_core.notes.revising import without_taken_back
from crm_core.notes.segments import BREAK, MARKS, Board
from crm_core.notes.signals import concerns, denied, objections, sentiment, stage
from crm_core.notes.transcript import read
from crm_core.notes.types import FieldGuess, NoteContext, NoteFields

_LONGEST = 20_000
"""Characters that are read; what is longer is a document, not a note."""
_LEANT = 0.5
"""How sure is what no pattern but the whole wording says."""


class NoteParser:
    """Reads notes against one context; built once so that the name index is reused."""

    def __init__(
        self, lexicon: Lexicon, context: NoteContext, leanings: Leanings | None = None
    ) -> None:
        """`leanings` other than those that ship are for learning them (`benchmarks.notes`)."""
        self._lexicon = lexicon
        self._leanings = load_leanings() if leanings is None else leanings
        self._breaks = load_breaks()
        self._context = context
        self._english: EnglishReader | None = None
        self._names = NameReader(lexicon, context)
        self._healer = Healer(lexicon)
        self._rehearing = _rehearing(lexicon.spoken, lexicon.units)
        self._corrections = Corrections(context.learnt)
        self._dates = DateReader(context.reference, lexicon.holidays)
        self._quantities = QuantityReader(lexicon)
        self._actions = ActionReader(lexicon)

    def parse(self, text: str) -> NoteFields:
        """The fields of one note; never raises, never gives a number that was not said."""
        if is_english(text[:_LONGEST]):
            return self._in_english(text[:_LONGEST])
        note = self._corrections.apply(read(text[:_LONGEST], self._lexicon.fillers))
        firm = self._healer.firm(note) if note.heard else [False] * len(note.chars)
        board, heard = self._names.read(note, firm)
        board = self._heal(board)
        if board.note.heard:
            board, heard = self._breaks.set_in(board, heard)
        board.named = board.mask
        cover_percentages(board)
        dates = self._dates.find(board)
        self._heal_deeds(board, dates)
        counted = self._quantities.find(board)
        money = find_money(board)
        counted, money, heard = self._corrected(board, counted, money, heard)
        guesses: list[FieldGuess] = []
        contact = self._names.contact_guess(board, heard)
        guesses += [contact] if contact else []
        for kind in (Kind.ORG, Kind.PRODUCT, Kind.COMPETITOR):
            found = named(board, heard, kind)
            guesses += found[:1] if kind is Kind.ORG else found
        guesses += budget_guesses(board, money)
        planned = self._actions.find(board, dates)
        counted = [one for one in counted if not _is_aside(one, planned)]
        guesses += [quantity_guess(board, one) for one in counted]
        guesses += self._meaning(board, planned)
        guesses += [action_guess(board, one) for one in planned]
        return fields_of(guesses, currency_of(money), board.words)

    def _in_english(self, text: str) -> NoteFields:
        """Its names are indexed when the first English note comes: most companies have none."""
        if self._english is None:
            self._english = EnglishReader(self._lexicon, load_english(), self._context)
        return self._english.parse(text)

    def _heal(self, board: Board) -> Board:
        if not board.note.heard:
            return board
        board = self._heard_again(board)
        locked = [bool(mark) for mark in board.marks()]
        words = board.note
        note = self._healer.heal(words, locked)
        mask = "".join(
            old if shut else new
            for old, new, shut in zip(board.mask, note.chars, locked, strict=True)
        )
        return Board(note, mask)

    def _heard_again(self, board: Board) -> Board:
        fixed = board.marks()
        again = Board(board.note, board.mask)
        again.replace(self._healer.numerals(board.note, [bool(mark) for mark in fixed]))
        words = self._rehearing.read(again.words, fixed)
        again.replace(again.note.put(0, len(words), words) if words else again.note)
        return again

    def _heal_deeds(self, board: Board, dates: list[Due]) -> None:
        for due in dates:
            rest = board.mask[due.end : due.end + 2]
            if rest and not MARKS.search(rest) and BREAK not in rest:
                board.replace(heal_deed(board.note, due.end, self._lexicon.deeds))

    def _corrected(
        self, board: Board, counted: list[Counted], money: list[Money], heard: list[Heard]
    ) -> tuple[list[Counted], list[Money], list[Heard]]:
        """After 不对 the value that follows replaces the one before it."""
        slips = self._lexicon.corrections
        counted = without_taken_back(board, counted, slips)
        money = without_taken_back(board, money, slips)
        for kind in Kind:
            same = [one for one in heard if one.kind is kind]
            kept = without_taken_back(board, same, slips)
            heard = [one for one in heard if one.kind is not kind or one in kept]
        return counted, money, heard

    def _meaning(self, board: Board, planned: list[Planned]) -> list[FieldGuess]:
        busy = [(one.start, one.end) for one in planned]
        leaning = self._leanings.read(board.mask)
        not_meant = denied(board, self._lexicon)
        by_pattern = objections(board, self._lexicon)
        found = [
            _guess(board, "objection", one, 0.7 if one in by_pattern else _LEANT)
            for one in leaning.objections(by_pattern, not_meant)
        ]
        found += [
            _guess(board, "concern", one, 0.65) for one in concerns(board, self._lexicon, busy)
        ]
        by_pattern = [one for one in (stage(board, self._lexicon),) if one is not None]
        hint = leaning.only("stage", next(iter(by_pattern), None), STAGE, not_meant)
        felt = sentiment(board, self._lexicon, hint)
        by_pattern += [one for one in (felt,) if one is not None]
        sure = 0.65 if board.note.heard else 0.85
        for name, one in (
            ("stage", hint), ("sentiment", leaning.only("sentiment", felt, SENTIMENT)),
        ):  # fmt: skip
            if one is not None:
                found.append(_guess(board, name, one, sure if one in by_pattern else _LEANT))
        return found


@lru_cache(maxsize=1)
def _rehearing(spoken: frozenset[str], units: tuple[str, ...]) -> Rehearing:
    return Rehearing(load_phrase_model(spoken), units)


def parse_note(text: str, context: Mapping[str, object], lexicon: Lexicon) -> NoteFields:
    """Parse one note with a context in the JSON form of the voice-note schema.

    Raises ValueError when the context is malformed; see `NoteContext.from_json`.
    """
    return NoteParser(lexicon, NoteContext.from_json(context)).parse(text)


def _guess(board: Board, name: str, one: tuple[str, int, int], sure: float) -> FieldGuess:
    value, start, end = one
    return FieldGuess(name, value, board.span(start, end), sure, board.words[start:end])


def _is_aside(one: Counted, planned: list[Planned]) -> bool:
    """体验一节课, 送一套试用装: one piece inside an action is not what is being bought."""
    inside = any(action.start <= one.start < action.end for action in planned)
    return inside and one.quantity.max <= 1
