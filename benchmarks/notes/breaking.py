"""Learn where clauses end, for `crm_core.notes.breaks`: python -m benchmarks.notes.breaking

From the commas of what people wrote: our dictated sets and the notes of the tests' generator, as
they stand and with the characters of each clause misheard. Logistic regression, one place after the
other; its dice are fixed.
"""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from importlib import resources
from pathlib import Path

from benchmarks.notes.learning import LEARNT_FROM, made_up, misheard
from benchmarks.notes.sets import clean_and_heard
from crm_core.notes.breaks import SCALE, around
from crm_core.notes.lexicon import Lexicon, load_lexicon
from crm_core.notes.people import NameReader
from crm_core.notes.segments import BREAK
from crm_core.notes.transcript import read
from crm_core.notes.types import NoteContext

_ROUNDS, _PACE = 6, 0.1
_SELDOM, _FAINT = 3, 2
Place = tuple[tuple[str, ...], bool]
"""What stands around a place, and whether a clause ends there."""


def masks(lexicon: Lexicon, left_out: str = "") -> list[str]:
    """Written notes as far as names are understood."""
    notes = [one for name in LEARNT_FROM if name != left_out for one in clean_and_heard(name)[0]]
    readers: dict[str, NameReader] = {}
    found = []
    for note in (*notes, *made_up()):
        key = repr(note.context)
        if key not in readers:
            readers[key] = NameReader(lexicon, NoteContext.from_json(note.context))
        words = read(note.text, lexicon.fillers)
        found.append(readers[key].read(words, [False] * len(words.chars))[0].mask)
    return found


def places(written: Iterable[str]) -> list[Place]:
    """Every place of notes, with their commas as answers."""
    dice = random.Random(3)
    found: list[Place] = []
    for mask in written:
        clauses = [one for one in mask.split(BREAK) if one]
        if len(clauses) < 2:
            continue
        for heard in (clauses, [misheard(one, dice) for one in clauses]):
            ends, length = set(), 0
            for clause in heard[:-1]:
                length += len(clause)
                ends.add(length)
            found += [(tuple(names), at in ends) for at, names in around("".join(heard))]
    return found


def learn(rows: Sequence[Place]) -> str:
    """The text of `breaks.txt`."""
    often = Counter(name for names, _ in rows for name in names)
    weights: defaultdict[str, float] = defaultdict(float)
    known = [([one for one in names if often[one] >= _SELDOM], ends) for names, ends in rows]
    dice = random.Random(1)
    for turn in range(_ROUNDS):
        dice.shuffle(known)
        pace = _PACE / (1 + turn)
        for names, ends in known:
            score = sum(weights[one] for one in names)
            slope = pace * (ends - 1 / (1 + math.exp(-max(-30.0, min(30.0, score)))))
            for one in names:
                weights[one] += slope
    lines = [f"{one}\t{round(w * SCALE)}" for one, w in sorted(weights.items())]
    return "\n".join(one for one in lines if abs(int(one.rpartition("\t")[2])) >= _FAINT) + "\n"


def main() -> None:
    """Learn from everything."""
    text = learn(places(masks(load_lexicon())))
    target = Path(str(resources.files("resources").joinpath("lexicons", "breaks.txt")))
    target.write_text(text, encoding="utf-8")
    print(f"{len(text.splitlines()):,} features, {len(text.encode()) / 1024:.0f} kB")


if __name__ == "__main__":
    main()
