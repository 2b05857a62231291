"""The English word lists of the note parser, and the one place that loads them from disk.

The lists are data in `resources/lexicons/english.json`; nothing here reads a note.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class EnglishLexicon:
    """Compiled English word lists; immutable, shared by every reader."""

    titles: dict[str, tuple[str, ...]]
    """`director` → the titles in the records it may stand for; `!女士` is one it cannot."""
    surname_readings: dict[str, str]
    org_kinds: dict[str, tuple[str, ...]]
    """The end of a Chinese organisation's name → how it is said in English."""
    org_endings: tuple[str, ...]
    common: frozenset[str]
    """Everyday words: taken for a name only where they are written like one."""
    units: dict[str, str]
    """Every form of a unit → its singular."""
    before_units: str
    promise_verbs: str
    next_verbs: str
    events: str
    things: str
    objections: dict[str, re.Pattern[str]]
    stages: tuple[tuple[str, re.Pattern[str]], ...]
    negative: re.Pattern[str]
    positive: re.Pattern[str]
    concerns: re.Pattern[str]
    rejections: re.Pattern[str]
    corrections: re.Pattern[str]
    holidays: dict[str, str]
    """English name → the name the calendar knows."""


@lru_cache(maxsize=1)
def load_english() -> EnglishLexicon:
    """Read the word lists that ship with the product; once, when the first English note comes."""
    file = resources.files("resources").joinpath("lexicons", "english.json")
    data = json.loads(file.read_text(encoding="utf-8"))
    return EnglishLexicon(
        titles={title: tuple(words) for title, words in data["titles"].items()},
        surname_readings=data["surname_readings"],
        org_kinds={kind: tuple(words) for kind, words in data["org_kinds"].items()},
        org_endings=tuple(data["org_endings"]),
        common=frozenset(data["common"]),
        units=_units(data["units"], data["unit_plurals"]),
        before_units=data["before_units"],
        promise_verbs=data["promise_verbs"],
        next_verbs=data["next_verbs"],
        events=data["events"],
        things=data["things"],
        objections={key: any_of(forms) for key, forms in data["objections"].items()},
        stages=tuple((stage, any_of(forms)) for stage, forms in data["stages"]),
        negative=any_of(data["negative"]),
        positive=any_of(data["positive"]),
        concerns=any_of([data["concerns"]]),
        rejections=re.compile(data["rejections"], re.IGNORECASE),
        corrections=any_of([data["corrections"]]),
        holidays=data["holidays"],
    )


def any_of(forms: Iterable[str]) -> re.Pattern[str]:
    """Any of the forms, from the beginning of a word on, in any case."""
    return re.compile(r"(?<![\w'])(?:" + "|".join(f"(?:{form})" for form in forms) + ")", re.I)


def _units(singulars: Iterable[str], irregular: dict[str, str]) -> dict[str, str]:
    found = {form: one for one in singulars for form in (one, one + "s")}
    return {**found, **irregular}
