"""The word lists the note parser reads with, and the one place that loads them from disk.

Everything else in `crm_core.notes` gets a `Lexicon` passed in and stays free of files. The lists
themselves are data in `resources/lexicons`.
"""

import json
import re
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any

from crm_core.notes.pinyin import coarse, syllables


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Compiled word lists; immutable, shared by every parser."""

    titles: tuple[str, ...]
    shorter_titles: dict[str, tuple[str, ...]]
    """What somebody is called beside the title on the card: a 副院长 is 院长, a 工程师 is 工."""
    surnames: frozenset[str]
    surname_sounds: dict[str, str]
    """Family names that sound otherwise than the character alone: 仇 is qiu, not chou."""
    org_suffixes: tuple[str, ...]
    fillers: frozenset[str]
    units: tuple[str, ...]
    holidays: dict[str, tuple[date, ...]]
    spoken: frozenset[str]
    """Everyday words of sales notes, two characters or more."""
    spoken_by_sound: dict[tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]]
    """Coarse sounds of a spoken word → the words that sound so, with their exact sounds."""
    unit_by_sound: dict[str, str]
    """Syllable → the likeliest one-character unit that sounds so."""
    objections: dict[str, re.Pattern[str]]
    stages: tuple[tuple[str, re.Pattern[str]], ...]
    negative: re.Pattern[str]
    positive: re.Pattern[str]
    promise_verbs: re.Pattern[str]
    next_verbs: re.Pattern[str]
    deeds: re.Pattern[str]
    """How the phrase after a date may begin."""
    concern_triggers: re.Pattern[str]
    concern_nouns: re.Pattern[str]
    deferred: re.Pattern[str]
    corrections: re.Pattern[str]


def load_lexicon() -> Lexicon:
    """Read the word lists that ship with the product; done once at start-up by the caller."""
    people, units, signals = _load("people"), _load("units"), _load("signals")
    spoken = _load("spoken")["words"]
    return Lexicon(
        titles=tuple(sorted(people["titles"], key=len, reverse=True)),
        shorter_titles={key: tuple(forms) for key, forms in people["shorter_titles"].items()},
        surnames=frozenset([*people["surnames"], *people["compound_surnames"]]),
        surname_sounds=dict(people["surname_sounds"]),
        org_suffixes=tuple(sorted(people["org_suffixes"], key=len, reverse=True)),
        fillers=frozenset(people["fillers"]),
        units=tuple(sorted(units["units"], key=len, reverse=True)),
        holidays={
            name: tuple(date.fromisoformat(day) for day in days.values())
            for name, days in _load("holidays").items()
        },
        spoken=frozenset(spoken),
        spoken_by_sound=_by_sound(spoken),
        unit_by_sound={syllables(one)[0]: one for one in reversed(units["units"]) if len(one) == 1},
        objections={key: _any(forms) for key, forms in signals["objections"].items()},
        stages=tuple((stage, _any(forms)) for stage, forms in signals["stages"]),
        negative=_any(signals["negative"]),
        positive=_any(signals["positive"]),
        promise_verbs=_any([signals["promise_verbs"]]),
        next_verbs=_any([signals["next_verbs"]]),
        deeds=_any([signals["promise_verbs"], signals["next_verbs"], signals["deed_starts"]]),
        concern_triggers=_any([signals["concern_triggers"]]),
        concern_nouns=_any([signals["concern_nouns"]]),
        deferred=_any(signals["deferred"]),
        corrections=_any(sorted(signals["corrections"], key=len, reverse=True)),
    )


def _load(name: str) -> Any:
    folder = resources.files("resources").joinpath("lexicons")
    return json.loads(folder.joinpath(f"{name}.json").read_text(encoding="utf-8"))


def _by_sound(
    words: list[str],
) -> dict[tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]]:
    found: dict[tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]] = {}
    for word in words:
        sounds = tuple(syllables(word))
        key = tuple(coarse(one) for one in sounds)
        found[key] = (*found.get(key, ()), (word, sounds))
    return found


def _any(forms: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{form})" for form in forms))
