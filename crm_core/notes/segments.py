"""The working copy of one note: its words, and a mask of what has already been understood.

In the mask a recognised product, name, date or number is one private character repeated, so that
later patterns can say "a product" or "a date" and never read a digit twice.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from crm_core.notes.transcript import Transcript
from crm_core.notes.types import Span


class Mark(StrEnum):
    """What a masked character stands for."""

    PRODUCT = "\ue001"
    ORG = "\ue002"
    COMPETITOR = "\ue003"
    CONTACT = "\ue004"
    DATE = "\ue005"
    MONEY = "\ue006"
    QUANTITY = "\ue007"
    FIGURE = "\ue008"


MARKS = re.compile(r"[\ue001-\ue008]+")
BREAK = "，"
_ALL = frozenset(Mark)


@dataclass(slots=True)
class Board:
    """Words and mask of equal length; the mask grows while the note is read."""

    note: Transcript
    mask: str
    named: str = ""
    """The mask as it was when only names were understood: numbers and dates are still words."""

    @classmethod
    def of(cls, note: Transcript) -> "Board":
        """A board on which nothing has been understood yet."""
        return cls(note, note.chars)

    @property
    def words(self) -> str:
        """The (healed) characters of the note."""
        return self.note.chars

    def marks(self) -> list[str]:
        """For every character what it is understood as, "" where it is still a word."""
        return [char if char in _ALL else "" for char in self.mask]

    def cover(self, start: int, end: int, mark: Mark) -> None:
        """Mark `start`..`end` as understood."""
        self.mask = self.mask[:start] + mark * (end - start) + self.mask[end:]

    def replace(self, note: Transcript) -> None:
        """Take over a note of the same length in which some characters were put right."""
        fresh = note.chars
        self.mask = "".join(
            new if old == was else old
            for old, was, new in zip(self.mask, self.words, fresh, strict=True)
        )
        self.note = note

    def span(self, start: int, end: int) -> Span | None:
        """The place of a stretch in the text the caller gave."""
        return self.note.span(start, end)

    def clause(self, position: int) -> tuple[int, int]:
        """Start and end of the clause around `position`."""
        start = self.mask.rfind(BREAK, 0, position) + 1
        end = self.mask.find(BREAK, position)
        return start, len(self.mask) if end < 0 else end
