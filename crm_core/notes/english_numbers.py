"""English numbers in words and figures: twenty-five thousand, 1.2 million, 300k, a couple of.

`NUMBER` matches one, `value_of` reads it; what the number counts is decided elsewhere.
"""

import re

_NAMES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_UNITS = {word: number for number, word in enumerate(_NAMES.split(), start=1)}
_TENS = {
    word: 10 * number
    for number, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
_SCALES = {
    "thousand": 1e3, "grand": 1e3, "k": 1e3, "wan": 1e4, "w": 1e4,
    "million": 1e6, "mn": 1e6, "m": 1e6, "billion": 1e9,
}  # fmt: skip
_GAP = r"[ -]"
_ONES = "|".join(list(_UNITS)[8::-1])
_SMALL = rf"(?:(?:{'|'.join(_TENS)})(?:{_GAP}(?:{_ONES}))?|{'|'.join(list(_UNITS)[:8:-1])}|{_ONES})"
_GROUP = rf"(?:(?:{_SMALL}|an?) hundred(?: (?:and )?{_SMALL}\b)?|{_SMALL})"
_SCALE = r"(?:thousand|million|billion|grand|wan)"
_COUPLE = r"(?:a )?couple(?: of)?"
_HEAD = (
    rf"(?:{_SMALL} point {_SMALL}(?: {_SMALL})?|{_GROUP}(?: and a half)?|{_COUPLE}|half an?|an?)"
)
_WORDS = (
    rf"(?:{_HEAD}{_GAP}{_SCALE}(?: (?:and )?{_GROUP} {_SCALE}\b)?(?: (?:and )?{_GROUP}\b)?"
    rf"|half a dozen|(?:an?|{_SMALL}) dozen|{_COUPLE}"
    rf"|{_SMALL} point {_SMALL}(?: {_SMALL})?|{_GROUP}(?: and a half)?)"
)
_FIGURE = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]{1,15}(?:\.[0-9]+)?(?![0-9]))"
NUMBER = (
    rf"(?:{_FIGURE}(?: ?{_SCALE}(?![A-Za-z])|(?:mn|[kKmMwW])(?![A-Za-z])| [kK](?![A-Za-z]))?"
    rf"|{_WORDS}(?![A-Za-z]))"
)
"""One number; to be matched in any case and from the beginning of a word on."""
_TOKEN = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?|[a-z]+")


def value_of(words: str) -> float | None:
    """The value of what `NUMBER` matched; None where the words are no number."""
    tokens = _TOKEN.findall(words.lower())
    if not tokens:
        return None
    if tokens[0][0].isdigit():
        scale = _SCALES.get(tokens[1], 1.0) if len(tokens) > 1 else 1.0
        return round(float(tokens[0].replace(",", "")) * scale, 4)
    if "point" in tokens:
        return _decimal(tokens)
    return _spelt(tokens)


def scale_of(words: str) -> float:
    """The thousand or million a number ends with, else 1."""
    tokens = _TOKEN.findall(words.lower())
    return _SCALES.get(tokens[-1], 1.0) if tokens else 1.0


def _decimal(tokens: list[str]) -> float | None:
    place = tokens.index("point")
    scale = _SCALES.get(tokens[-1], 1.0)
    after = [one for one in tokens[place + 1 :] if one not in _SCALES]
    whole = _spelt(tokens[:place])
    digits = "".join(str(_UNITS.get(one) or _TENS.get(one) or "") for one in after)
    if whole is None or not digits:
        return None
    return round((whole + float(f"0.{digits}")) * scale, 4)


def _spelt(tokens: list[str]) -> float | None:
    total, group, known = 0.0, 0.0, False
    for place, token in enumerate(tokens):
        if token in {"and", "of"}:
            continue
        if token in {"a", "an"}:
            known_next = {"half", "couple"}.intersection(tokens[place + 1 : place + 2])
            group = group or (0.0 if known_next else 1.0)
            continue
        known = True
        if token in _SCALES:
            total, group = total + (group or 1.0) * _SCALES[token], 0.0
        elif token in {"hundred", "dozen"}:
            group = (group or 1.0) * (100 if token == "hundred" else 12)
        else:
            group += _UNITS.get(token) or _TENS.get(token) or _PARTS.get(token, 0.0)
    return round(total + group, 4) if known else None


_PARTS = {"half": 0.5, "couple": 2.0}
