"""The dictated sets stay read (rows 3.3, 3.4, 3.7): floors to catch a fall, not to praise.

What the parser did with them before it had seen them is in docs/benchmarks.md.
"""

import pytest

from benchmarks.bench_notes import Reader
from benchmarks.notes.score import compare, total
from benchmarks.notes.sets import clean_and_heard
from crm_core.notes.lexicon import load_lexicon


@pytest.mark.parametrize(
    ("name", "floor"),
    [("reps", 0.955), ("visits", 0.94), ("calls", 0.93), ("rounds", 0.95), ("trips", 0.97)],
)
def test_the_dictated_sets_stay_read(name: str, floor: float) -> None:
    reader = Reader(load_lexicon())
    notes, _ = clean_and_heard(name)
    counts = total(compare(reader.read(one).as_json(), one.expect) for one in notes)
    assert counts["all"].f1 >= floor
    assert counts["contact"].f1 >= 0.97
    assert counts["budget_max"].f1 >= 0.95


def test_notes_nobody_learnt_from_stay_read_as_a_recogniser_writes_them() -> None:
    reader = Reader(load_lexicon())
    _, heard = clean_and_heard("trips")
    counts = total(compare(reader.read(one).as_json(), one.expect) for one in heard)
    assert counts["all"].f1 >= 0.95
    assert min(counts["contact"].f1, counts["org"].f1) >= 0.97
