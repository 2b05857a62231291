"""Spoken and written numbers: 两万五, 一万二千八, 十五六, 1.3万, 百分之十五 → floats.

What a number counts (money, pieces, days) is decided elsewhere.
"""

import re
from dataclasses import dataclass

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_SCALES = {"十": 10, "百": 100, "千": 1000, "k": 1000, "K": 1000}
_BIG = {"万": 10_000, "w": 10_000, "W": 10_000, "亿": 100_000_000}
_ARABIC = r"\d{1,15}(?:,\d{3}){0,4}(?:\.\d{1,6})?"
_HAN = r"(?:[零〇二两三四五六七八九十百千万亿]|(?<![一二两三四五六七八九])一)"
"""A 一 right after another digit begins something new: 九千八一次交清, 六百二一台."""
SPOKEN = (
    rf"(?:{_ARABIC}[千百kK]?[万wW亿]?(?:{_HAN}|\d(?!\d)){{0,8}}"
    rf"|(?![百千万亿][一二两三四五六七八九]){_HAN}{{1,16}}(?:点{_HAN}{{1,8}})?|半(?=[年天]))"
)
"""A regular expression for one number; it may match more than `value_of` accepts.

Its repetitions are bounded, so that a page of digits is read in linear time.
"""

_NUMBER = re.compile(SPOKEN)
_PAIR = re.compile(r"([一二两三四五六七八九])([二两三四五六七八九])(?=$|[十百千万亿])")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number or a range as said: 五六万 → 50000..60000."""

    low: float
    high: float


def value_of(words: str) -> float | None:
    """The value of one number, None when the words are not one: 两万五 → 25000."""
    words = words.replace(",", "")
    if words == "半":
        return 0.5
    if "点" in words:
        return _decimal(words)
    if re.fullmatch(r"[零〇一二两三四五六七八九]{3,}", words):
        return float("".join(str(_DIGITS[c]) for c in words))
    return _scaled(words)


def amount_of(words: str) -> Amount | None:
    """A number, or the range that two neighbouring digits make: 十五六 → 15..16."""
    pair = _PAIR.search(words)
    if pair and _neighbours(pair[1], pair[2]):
        low = value_of(words[: pair.start(2)] + words[pair.end(2) :])
        high = value_of(words[: pair.start(1)] + words[pair.end(1) :])
        if low is not None and high is not None and low < high:
            return Amount(low, high)
    value = value_of(words)
    return None if value is None else Amount(value, value)


def _neighbours(one: str, other: str) -> bool:
    step = _DIGITS[other] - _DIGITS[one]
    return step == 1 or (one, other) == ("三", "五")


def _decimal(words: str) -> float | None:
    whole, _, rest = words.partition("点")
    big = _BIG.get(rest[-1:], 1)
    if big != 1:
        rest = rest[:-1]
    base = _scaled(whole)
    if base is None or not rest or any(c not in _DIGITS for c in rest):
        return None
    return round((base + float("0." + "".join(str(_DIGITS[c]) for c in rest))) * big, 6)


def _tokens(words: str) -> list[float | str] | None:
    found: list[float | str] = []
    for piece in re.findall(r"\d+(?:\.\d+)?|.", words):
        if piece[0].isdecimal() and piece.isascii():
            found.append(float(piece))
        elif piece in _DIGITS:
            found.append(float(_DIGITS[piece]))
        elif piece in _SCALES or piece in _BIG:
            found.append(piece)
        else:
            return None
    return found


def _scaled(words: str) -> float | None:
    tokens = _tokens(words)
    if not tokens:
        return None
    total, section, digit, last = 0.0, 0.0, None, 1.0
    zero = False
    for token in tokens:
        if isinstance(token, float):
            if digit is not None and digit != 0:
                return None
            digit, zero = token, token == 0
        elif token in _SCALES:
            section += (1.0 if digit is None else digit) * _SCALES[token]
            digit, last = None, float(_SCALES[token])
        else:
            part, last = section + (digit or 0.0), float(_BIG[token])
            total = total + part * last if total > last else (total + part) * last
            section, digit = 0.0, None
    return total + section + _tail(digit, last, zero=zero or "零" in words or len(tokens) == 1)


def _tail(digit: float | None, last: float, *, zero: bool) -> float:
    """两万五 means 25000: a last digit after 百, 千 or 万 counts the next lower power."""
    if digit is None:
        return 0.0
    short = last >= 100 and not zero and digit < 10
    return round(digit * (last / 10 if short else 1.0), 6)


def numbers_in(text: str) -> list[tuple[int, int, float]]:
    """Every number of the text with its place, in order."""
    found = []
    for match in _NUMBER.finditer(text):
        value = value_of(match[0])
        if value is not None:
            found.append((match.start(), match.end(), value))
    return found
