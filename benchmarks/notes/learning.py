"""Learn the weights of `crm_core.notes.leanings`: python -m benchmarks.notes.learning

From our dictated sets (as written, and as a recogniser would write them, read as far as the parser
understands names, sums and dates) and from `wordings.txt`. Logistic regression, one label against
the rest, all at once; no chance in it but dice with fixed seeds. `--left-out SET` learns without
one set, writes nothing and prints how the notes of that set are read with and without what was
learnt.
"""

import argparse
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.notes.noise import noised
from benchmarks.notes.score import FIELDS, compare, total
from benchmarks.notes.sets import NAMES, Sentence, clean_and_heard
from crm_core.notes.expressions import said_span
from crm_core.notes.leanings import NONE, SCALE, Leaning, Leanings, features
from crm_core.notes.lexicon import Lexicon, load_lexicon
from crm_core.notes.pipeline import NoteParser
from crm_core.notes.segments import MARKS, Mark
from crm_core.notes.types import NoteContext
from tests.crm_core.notes.note_sentences import TRADES, context_of, make_note

OBJECTIONS = (
    "price", "approval", "timing", "incumbent", "trust", "feature", "delivery", "terms",
)  # fmt: skip
STAGES = ("lost", "won", "negotiate", "quote", "demo", "need", "contact")
"""The most decisive first."""
_SLOTS = {
    "c": Mark.CONTACT, "o": Mark.ORG, "p": Mark.PRODUCT, "k": Mark.COMPETITOR,
    "m": Mark.MONEY, "n": Mark.QUANTITY, "d": Mark.DATE, "x": Mark.FIGURE,
}  # fmt: skip
LEARNT_FROM = ("public", *(one for one in NAMES if one != "trips"))
"""The sets that are learnt from; `trips` says what is made of notes nobody learnt from."""
_SELDOM = 3
"""Features of fewer rows are left out."""
_FAINT = 2
"""Weights below this many of `leanings.SCALE` are left out."""
_STRENGTH = 3.0
"""How far the rows count against small weights."""
_STEPS, _PACE = 200, 0.1
_EACH = 50
"""Notes of the generator for each trade."""
_PAIRS = 200
"""Notes of two wordings each."""


@dataclass(frozen=True, slots=True)
class Row:
    """The mask of a note, and what it says."""

    mask: str
    says: frozenset[str]


class _Listening(Leanings):
    """Leans to nothing and remembers what it was shown."""

    def __init__(self) -> None:
        super().__init__("")
        self.mask = ""

    def read(self, mask: str) -> Leaning:
        """Remember the mask."""
        self.mask = mask
        return super().read("")


def rows_of(notes: Iterable[Sentence], lexicon: Lexicon) -> Iterator[Row]:
    """What the parser understands of notes before their meaning is asked for."""
    parsers: dict[str, tuple[NoteParser, _Listening]] = {}
    for note in notes:
        key = repr(note.context)
        if key not in parsers:
            listening = _Listening()
            context = NoteContext.from_json(note.context)
            parsers[key] = NoteParser(lexicon, context, listening), listening
        parser, listening = parsers[key]
        parser.parse(note.text)
        yield Row(listening.mask, _says(note.expect))


def _says(expect: Mapping[str, Any]) -> frozenset[str]:
    return frozenset({
        f"stage={expect['stage'] or NONE}",
        f"sentiment={expect['sentiment'] or NONE}",
        *(f"objection={one}" for one in expect["objection"]),
    })  # fmt: skip


def set_rows(name: str, lexicon: Lexicon) -> list[Row]:
    """The notes of a dictated set, clean and heard."""
    clean, heard = clean_and_heard(name)
    return list(rows_of([*clean, *heard], lexicon))


def wording_rows() -> list[Row]:
    """The made-up wordings, each as written and as heard, alone and two in a note."""
    dice = random.Random(7)
    path = Path(__file__).with_name("wordings.txt")
    plain = [
        Row(_filled(words, dice), _labels(labels.split()))
        for line in path.read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
        for words, _, labels in [line.partition("\t")]
    ]
    pairs = [_joined(*dice.sample(plain, 2)) for _ in range(_PAIRS)]
    written = [*plain, *pairs]
    return [*written, *(Row(misheard(one.mask, dice), one.says) for one in written)]


def made_up() -> Iterator[Sentence]:
    """Notes of the tests' generator, with other dice than there, each as written and as heard."""
    dice = random.Random(11)
    for trade in [*TRADES] * _EACH:
        note = make_note(trade, dice)
        for text in (note.text, noised(note.text, dice)):
            yield Sentence("", trade, "", text, context_of(TRADES[trade]), note.expect)


def _filled(words: str, dice: random.Random) -> str:
    filled = []
    for word in words.split():
        slot = word[1:-1] if word[0] == "{" else ""
        filled.append(_SLOTS[slot] * 2 if slot in _SLOTS else said_span(dice) if slot else word)
    return "".join(filled)


def _labels(labels: Sequence[str]) -> frozenset[str]:
    stage = next((one for one in STAGES if one in labels), NONE)
    feeling = next((one for one in "-+" if one in labels), NONE)
    objections = {f"objection={one}" for one in OBJECTIONS if one in labels}
    return frozenset({f"stage={stage}", f"sentiment={feeling}", *objections})


def _joined(one: Row, other: Row) -> Row:
    said = [label.partition("=")[2] for label in one.says | other.says]
    return Row(f"{one.mask}，{other.mask}", _labels(said))


def misheard(mask: str, dice: random.Random) -> str:
    """As a recogniser would have written what is not understood."""
    pieces = re.split(rf"({MARKS.pattern})", mask)
    return "".join(
        piece if MARKS.match(piece) else noised(piece, dice).replace(" ", "") for piece in pieces
    )


def learn(rows: Sequence[Row]) -> str:
    """The text of `leanings.txt` for these rows."""
    shown = [features(row.mask) for row in rows]
    often = Counter(feature for one in shown for feature in one)
    known = sorted(feature for feature, count in often.items() if count >= _SELDOM)
    column = {feature: number for number, feature in enumerate(known)}
    labels = [
        *(f"stage={one}" for one in (*STAGES, NONE)),
        *(f"sentiment={one}" for one in ("-", "+", NONE)),
        *(f"objection={one}" for one in OBJECTIONS),
    ]
    table = np.zeros((len(rows), len(known) + 1), np.float32)
    table[:, -1] = 1.0
    for number, one in enumerate(shown):
        table[number, [column[feature] for feature in one if feature in column]] = 1.0
    wanted = np.array([[label in row.says for label in labels] for row in rows], np.float32)
    weights = np.rint(_fitted(table, wanted) * SCALE).astype(int).clip(-127, 127)
    head = " ".join(f"{one}:{w}" for one, w in zip(labels, weights[-1], strict=True))
    lines = [
        f"{feature}\t" + " ".join(f"{n}:{w}" for n, w in enumerate(row) if abs(w) >= _FAINT)
        for feature, row in zip(known, weights, strict=False)
        if max(map(abs, row)) >= _FAINT
    ]
    return "\n".join([head, *lines]) + "\n"


def _fitted(table: Any, wanted: Any) -> Any:
    """Weights that make the rows likely and stay small (Adam over all rows at once)."""
    weights = np.zeros((table.shape[1], wanted.shape[1]), np.float32)
    mean, spread = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, _STEPS + 1):
        guessed = 1.0 / (1.0 + np.exp(-np.clip(table @ weights, -30, 30)))
        slope = table.T @ (guessed - wanted) + weights / _STRENGTH
        mean = 0.9 * mean + 0.1 * slope
        spread = 0.99 * spread + 0.01 * slope * slope
        pace = _PACE * (1.0 - step / (_STEPS + 1))
        scaled = np.sqrt(spread / (1 - 0.99**step)) + 1e-6
        weights -= pace * (mean / (1 - 0.9**step)) / scaled
    return weights


def held_out(name: str, lexicon: Lexicon, rows: Mapping[str, Sequence[Row]]) -> None:
    """Print how a set is read by what was learnt from all others, and without it."""
    others = [row for key, some in rows.items() if key != name for row in some]
    learnt = Leanings(learn(others))
    for variant, some in zip(("clean", "heard"), clean_and_heard(name, 2), strict=True):
        for kind, leanings in (("patterns alone", Leanings("")), ("with leanings", learnt)):
            counts = total(compare(_read(one, lexicon, leanings), one.expect) for one in some)
            fields = "  ".join(
                f"{field} {counts[field].f1:.3f}"
                for field in FIELDS
                if field in {"objection", "stage", "sentiment"}
            )
            print(f"{name:8} {variant:7} {kind:15} F1 {counts['all'].f1:.4f}  {fields}")


def _read(note: Sentence, lexicon: Lexicon, leanings: Leanings) -> dict[str, object]:
    context = NoteContext.from_json(note.context)
    return NoteParser(lexicon, context, leanings).parse(note.text).as_json()


def main() -> None:
    """Learn from everything, or measure what was learnt without one set."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--left-out", choices=NAMES)
    given = asked.parse_args()
    lexicon = load_lexicon()
    rows = {name: set_rows(name, lexicon) for name in LEARNT_FROM}
    rows["wordings"] = wording_rows()
    rows["made up"] = list(rows_of(made_up(), lexicon))
    if given.left_out:
        held_out(given.left_out, lexicon, rows)
        return
    text = learn([row for some in rows.values() for row in some])
    target = Path(str(resources.files("resources").joinpath("lexicons", "leanings.txt")))
    target.write_text(text, encoding="utf-8")
    print(f"{len(text.splitlines()) - 1:,} features, {len(text.encode()) / 1024:.0f} kB")


if __name__ == "__main__":
    main()
