"""The order in which an English note is read; what the parts mean is decided in `english_*`.

Names first, then dates, numbers, and what the remaining words mean, as in Chinese notes: the result
is the same kind of proposal, with spans in the text that was given.
"""

import re
from itertools import pairwise
from typing import TypeVar

from crm_core.notes.english_actions import EnglishActionReader
from crm_core.notes.english_dates import EnglishDateReader
from crm_core.notes.english_lexicon import EnglishLexicon
from crm_core.notes.english_money import AmountReader, is_correction
from crm_core.notes.english_people import EnglishPeople
from crm_core.notes.english_signals import concerns, objections, sentiment, stage
from crm_core.notes.gathering import (
    action_guess,
    budget_guesses,
    currency_of,
    fields_of,
    quantity_guess,
)
from crm_core.notes.lexicon import Lexicon
from crm_core.notes.money import Money
from crm_core.notes.quantities import Counted
from crm_core.notes.segments import Board
from crm_core.notes.transcript import Transcript
from crm_core.notes.types import FieldGuess, Learnt, NoteContext, NoteFields

_Value = TypeVar("_Value", Money, Counted)
_HANZI = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z]{2,}")
_PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "\u00a0": " ", "\u3000": " ", "\t": " ", "\u202f": " "}
    | {chr(code): " " for code in range(0xE000, 0xE010)}
    | {chr(0xFF10 + digit): str(digit) for digit in range(10)}
)
"""What is unified; one character for one, so that places stay. Marks of the board are no words."""


def is_english(text: str) -> bool:
    """Whether a note is told in English: words, and hardly any hanzi (a name or two).

    A Chinese note with a few English words in it (GRE, LIS, POC) is Chinese.
    """
    hanzi = len(_HANZI.findall(text))
    words = len(_WORD.findall(text))
    return words > 0 if hanzi == 0 else hanzi * 3 <= words * 2


class EnglishReader:
    """Reads English notes against one context; built once so that the names are reused."""

    def __init__(self, lexicon: Lexicon, english: EnglishLexicon, context: NoteContext) -> None:
        self._english = english
        self._learnt = _corrections(context.learnt)
        self._people = EnglishPeople(lexicon, english, context)
        self._dates = EnglishDateReader(context.reference, lexicon.holidays, english)
        self._amounts = AmountReader(english)
        self._actions = EnglishActionReader(english)

    def parse(self, text: str) -> NoteFields:
        """The fields of one note; never raises, never gives a number that was not said."""
        board = Board.of(self._put_right(_plain(text)))
        guesses = self._people.read(board)
        board.named = board.mask
        dates = self._dates.find(board)
        sums = self._amounts.find(board)
        money = self._without_corrected(board, sums.money)
        guesses += budget_guesses(board, money)
        counted = self._without_corrected(board, sums.counted)
        guesses += [quantity_guess(board, one) for one in counted]
        planned = self._actions.find(board, dates)
        busy = [(one.start, one.end) for one in planned if one.due]
        guesses += self._meaning(board, busy)
        guesses += [action_guess(board, one) for one in planned]
        return fields_of(guesses, currency_of(money), board.words)

    def _put_right(self, note: Transcript) -> Transcript:
        """What the company has learnt to be misheard, whole words only."""
        for form, meant in self._learnt:
            for match in reversed(list(form.finditer(note.chars))):
                note = note.put(match.start(), match.end(), meant)
        return note

    def _without_corrected(self, board: Board, values: list[_Value]) -> list[_Value]:
        """five boxes, sorry, six boxes: what was taken back is gone."""
        gone = [
            one
            for one, later in pairwise(values)
            if is_correction(self._english.corrections, board.mask[one.end : later.start])
        ]
        return [one for one in values if one not in gone]

    def _meaning(self, board: Board, busy: list[tuple[int, int]]) -> list[FieldGuess]:
        found = [_guess(board, "objection", one, 0.7) for one in objections(board, self._english)]
        found += [
            _guess(board, "concern", one, 0.65) for one in concerns(board, self._english, busy)
        ]
        hint = stage(board, self._english)
        for name, said in (
            ("stage", hint), ("sentiment", sentiment(board, self._english, hint)),
        ):  # fmt: skip
            found += [_guess(board, name, said, 0.65)] if said is not None else []
        return found


def _guess(board: Board, name: str, said: tuple[str, int, int], sure: float) -> FieldGuess:
    value, start, end = said
    return FieldGuess(name, value, board.span(start, end), sure, board.words[start:end])


def _plain(text: str) -> Transcript:
    chars = text.translate(_PLAIN)
    return Transcript(chars, tuple(range(len(chars))), tuple(range(1, len(chars) + 1)), heard=False)


def _corrections(learnt: tuple[Learnt, ...]) -> list[tuple[re.Pattern[str], str]]:
    pairs = {(one.heard.strip(), one.meant.strip()) for one in learnt}
    return [
        (re.compile(rf"(?<!\w){re.escape(heard)}(?!\w)", re.IGNORECASE), meant)
        for heard, meant in sorted(pairs, key=lambda pair: (-len(pair[0]), pair))
        if meant and heard != meant and _WORD.search(heard)
    ]
