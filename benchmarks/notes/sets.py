"""The sentences that are measured: where they come from, with their right answers.

`tests/data/notes` holds the public sample and four sets of 180 sentences each that were written by
people who had not seen the parser, in the manner of speech of four regions; `reps` (202),
`visits` (114) and `calls` (69) are longer notes as reps dictate them: prices held against each
other, dates put off, who has to ask whom. `rounds` and `trips` (120 each) were written by two
people who knew the form and the fields only, each note also as a recogniser might write it; nothing
that is learnt comes from `trips` (`learning.LEARNT_FROM`). They were written one after the
other, each measured before anything was made of it; what came of that is in `docs/benchmarks.md`,
since none of them measures what is unseen any more. A file of the form of the sample may be given
instead.
"""

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.notes.noise import noised

DATA = Path(__file__).parents[2] / "tests" / "data" / "notes"
NAMES = ("north", "south", "west", "east", "reps", "visits", "calls", "rounds", "trips")
_SINGLES = ("contact", "org", "budget_min", "budget_max", "currency", "stage", "sentiment")
_LISTS = ("product", "quantity", "concern", "competitor", "objection", "promise", "next")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One note: what was said, what it is read against, what should be read."""

    id: str
    trade: str
    variant: str
    """`clean` as written by a person, `asr` as a recogniser writes."""
    text: str
    context: Mapping[str, Any]
    expect: Mapping[str, Any]


def read_set(path: Path) -> Iterator[Sentence]:
    """The sentences of a file, in either form.

    A line with `context` alone holds for the later lines of its `trade`. Raises ValueError for a
    line that is not JSON.
    """
    contexts: dict[str, Mapping[str, Any]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        trade = str(row.get("trade") or row.get("domain") or "")
        if "text" not in row:
            contexts[trade] = row["context"]
            continue
        yield Sentence(
            id=str(row.get("id", number)),
            trade=trade,
            variant=str(row.get("variant", "clean")),
            text=row["text"],
            context=row.get("context") or contexts[trade],
            expect=_complete(row["expect"]),
        )


def clean_and_heard(name: str, seed: int = 1) -> tuple[list[Sentence], list[Sentence]]:
    """The sentences of a set of `DATA` as written, and as heard: their own, else with noise."""
    notes = list(read_set(DATA / f"{name}.jsonl"))
    clean = [one for one in notes if one.variant == "clean"]
    heard = [one for one in notes if one.variant == "asr"]
    dice = random.Random(seed)
    noisy = [replace(one, text=noised(one.text, dice), variant="asr") for one in clean]
    return clean, heard or noisy


def _complete(expect: Mapping[str, Any]) -> dict[str, Any]:
    whole: dict[str, Any] = {key: None for key in _SINGLES}
    whole |= {key: [] for key in _LISTS}
    return whole | dict(expect)
