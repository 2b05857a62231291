"""How well the parser reads: floors on the public sample and on generated sentences.

The score is a plain micro F1 over whole field values, stricter than the official scorer on free
text; the floors are below what was measured, to catch a fall and not to praise.
"""

import json
import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from crm_core.notes.lexicon import Lexicon, load_lexicon
from crm_core.notes.pipeline import NoteParser
from crm_core.notes.types import NoteContext
from tests.crm_core.notes.note_sentences import (
    TRADES,
    as_heard,
    common_hanzi,
    context_of,
    make_note,
)

PUBLIC = Path(__file__).parents[2] / "data" / "notes" / "public.jsonl"
_SETS = ("product", "competitor", "objection")
_SINGLES = ("contact", "org", "budget_min", "budget_max", "stage", "sentiment")


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


class Tally:
    """Hits, false alarms and misses over many notes."""

    def __init__(self) -> None:
        self.hits = self.predicted = self.expected = 0

    def add(self, got: dict[str, object], want: dict[str, object]) -> None:
        for key in _SINGLES:
            self._count(_items(got[key]), _items(want[key]))
        for key in _SETS:
            self._count(_items(got[key]), _items(want[key]))
        self._count(_bounds(got["quantity"]), _bounds(want["quantity"]))
        self._count(_dues(got), _dues(want))

    def _count(self, got: set[object], want: set[object]) -> None:
        alternatives = any(isinstance(one, tuple) for one in want)
        if alternatives:
            (names,) = want
            assert isinstance(names, tuple)
            self.hits += len(got & set(names))
        else:
            self.hits += len(got & want)
        self.predicted += len(got)
        self.expected += len(want)

    @property
    def f1(self) -> float:
        return 2 * self.hits / max(1, self.predicted + self.expected)


def _items(value: object) -> set[object]:
    return set() if value is None else set(value) if isinstance(value, list) else {value}


def _bounds(value: object) -> set[object]:
    assert isinstance(value, list)
    return {f"{float(one['min'])}-{float(one['max'])}" for one in value}


def _dues(fields: dict[str, object]) -> set[object]:
    found: set[object] = set()
    for key in ("promise", "next"):
        actions = fields[key]
        assert isinstance(actions, list)
        found |= {one["due"] for one in actions if one["due"] and "~" not in one["due"]}
    return found


def _score(notes: Iterable[dict[str, object]], lexicon: Lexicon) -> float:
    tally, parsers = Tally(), {}
    for note in notes:
        context, want = note["context"], note["expect"]
        assert isinstance(context, dict)
        assert isinstance(want, dict)
        key = json.dumps(context, sort_keys=True)
        if key not in parsers:
            parsers[key] = NoteParser(lexicon, NoteContext.from_json(context))
        if want["contact"] is not None:
            want = {**want, "contact": [tuple(want["contact"])]}
        tally.add(parsers[key].parse(str(note["text"])).as_json(), want)
    return tally.f1


@pytest.mark.skipif(not PUBLIC.exists(), reason="the public voice-note sample is not here")
@pytest.mark.parametrize(("variant", "floor"), [("clean", 0.95), ("asr", 0.92)])
def test_the_public_sample_stays_read(variant: str, floor: float, lexicon: Lexicon) -> None:
    notes = [json.loads(line) for line in PUBLIC.read_text(encoding="utf-8").splitlines()]
    assert _score([one for one in notes if one["variant"] == variant], lexicon) >= floor


@pytest.mark.parametrize(("rate", "floor"), [(0.0, 0.93), (0.2, 0.87)])
def test_generated_sentences_of_five_trades_stay_read(
    rate: float, floor: float, lexicon: Lexicon
) -> None:
    dice, by_sound = random.Random(20), common_hanzi()
    notes: list[dict[str, object]] = []
    for name in list(TRADES) * 40:
        note = make_note(name, dice)
        text = as_heard(note.text, by_sound, dice, rate) if rate else note.text
        notes.append({"text": text, "context": context_of(TRADES[name]), "expect": note.expect})
    assert _score(notes, lexicon) >= floor
