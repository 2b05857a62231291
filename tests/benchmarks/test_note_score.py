"""The scores of the note benchmark are those of the sample's own scorer, and its sets hold."""

import importlib.util
import json
import random
from pathlib import Path
from types import ModuleType

import pytest

from benchmarks.notes.noise import noised
from benchmarks.notes.score import compare, errors, errors_within, total
from benchmarks.notes.sets import DATA, NAMES, read_set
from crm_core.notes.lexicon import load_lexicon
from crm_core.notes.pipeline import NoteParser
from crm_core.notes.types import NoteContext

SIZES = {"reps": 202, "visits": 114, "calls": 69, "rounds": 240, "trips": 240}
SCORER = Path(__file__).parents[3] / "shared" / "voice" / "score.py"


def official() -> ModuleType:
    if not SCORER.is_file():
        pytest.skip("the sample's own scorer is not beside the repository")
    spec = importlib.util.spec_from_file_location("official_score", SCORER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_counts_as_the_sample_says() -> None:
    module, lexicon = official(), load_lexicon()
    notes = list(read_set(DATA / "public.jsonl"))[::4]
    answers = {}
    for note in notes:
        parser = NoteParser(lexicon, NoteContext.from_json(note.context))
        answers[note.text] = parser.parse(note.text).as_json()
    rows = [
        {
            "text": n.text, "context": n.context, "expect": n.expect, "variant": n.variant,
            "domain": n.trade,
        }
        for n in notes
    ]  # fmt: skip
    theirs = module.score(rows, lambda text, _context: answers[text])["overall"][2]
    ours = total(compare(answers[n.text], n.expect) for n in notes)["all"].f1
    assert ours == pytest.approx(theirs, abs=1e-3)


@pytest.mark.parametrize("name", NAMES)
def test_every_set_is_whole(name: str) -> None:
    notes = list(read_set(DATA / f"{name}.jsonl"))
    assert len(notes) == SIZES.get(name, 180)
    assert len({note.trade for note in notes}) == 5
    for note in notes:
        context = NoteContext.from_json(note.context)
        named = set(note.expect["product"])
        assert named <= set(context.products), note.id
        json.dumps(note.expect)


def test_noise_is_the_same_for_the_same_dice_and_wrong_in_about_a_sixth() -> None:
    text = next(read_set(DATA / "west.jsonl")).text
    assert noised(text, random.Random(1)) == noised(text, random.Random(1))
    wrong = letters = 0
    for number, note in enumerate(read_set(DATA / "west.jsonl")):
        plain = "".join(char for char in note.text if "\u4e00" <= char <= "\u9fff")
        heard = noised(plain, random.Random(number)).replace(" ", "")
        wrong += errors(heard, plain)
        letters += len(plain)
    assert 0.12 < wrong / letters < 0.24


def test_errors_within_look_for_the_best_place() -> None:
    assert errors_within("后邻居必定找出苏打饼干", "苏打饼干") == 0
    assert errors_within("宋大月说", "宋大勇") == 1
