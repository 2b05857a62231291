"""What a company has learnt about the recogniser: words it mishears, put right before all else.

Only words are changed here; where the pairs come from and who may change them is not known here.
"""

from collections.abc import Iterable

from crm_core.notes.pinyin import coarse, syllables
from crm_core.notes.transcript import Transcript
from crm_core.notes.types import Learnt

_SHORTEST_BY_SOUND = 2
"""A single character is changed only where it stands exactly as it was heard."""


class Corrections:
    """Learnt pairs, longest first, ready to be looked for."""

    def __init__(self, learnt: Iterable[Learnt]) -> None:
        pairs = {(_plain(one.heard or one.meant), _plain(one.meant)) for one in learnt}
        self._pairs = [
            (heard, meant, [coarse(one) for one in syllables(heard)])
            for heard, meant in sorted(pairs, key=lambda pair: (-len(pair[0]), pair))
            if heard and meant
        ]

    def apply(self, note: Transcript) -> Transcript:
        """The note with what was misheard replaced; typed text only to the letter."""
        for heard, meant, sounds in self._pairs:
            note = self._letters(note, heard, meant)
            if note.heard and len(heard) >= _SHORTEST_BY_SOUND:
                note = self._sounds(note, meant, sounds)
        return note

    def _letters(self, note: Transcript, heard: str, meant: str) -> Transcript:
        place = note.chars.find(heard)
        while place >= 0 and heard != meant:
            if note.chars.startswith(meant, place):
                place = note.chars.find(heard, place + len(meant))
                continue
            note = note.put(place, place + len(heard), meant)
            place = note.chars.find(heard, place + len(meant))
        return note

    def _sounds(self, note: Transcript, meant: str, sounds: list[str]) -> Transcript:
        """Where exactly these sounds stand, other characters or not."""
        length, place = len(sounds), 0
        spoken = [coarse(one) for one in syllables(note.chars)]
        while place + length <= len(spoken):
            if spoken[place : place + length] == sounds and not note.chars.startswith(meant, place):
                note = note.put(place, place + length, meant)
                spoken = [coarse(one) for one in syllables(note.chars)]
                place += len(meant)
            else:
                place += 1
        return note


def _plain(words: str) -> str:
    return "".join(words.split())
