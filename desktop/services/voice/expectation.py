"""What a rep of this laptop is likely to say next: the patterns of notes with the names known here.

Which names are known is decided in `notes`; how a recogniser is told, in `vocabulary`.
"""

from collections.abc import Callable, Iterable

from crm_core.notes.expected import load_phrasebook
from crm_core.notes.lexicon import Lexicon
from crm_core.notes.types import NoteContext


class Expectation:
    """The sentences of one context, made when they are asked for (0.2 s, on a worker thread)."""

    def __init__(self, context: Callable[[], NoteContext], lexicon: Lexicon) -> None:
        self._context = context
        self._lexicon = lexicon

    def __call__(self) -> Iterable[tuple[str, ...]]:
        """Sentences in pieces, as `voice.Recogniser` takes them."""
        return load_phrasebook(self._lexicon).sentences(self._context())
