"""The note as characters worth reading: spaces and fillers dropped, every character's place kept.

What the words mean is decided elsewhere, as is what a recogniser misheard.
"""

import re
from dataclasses import dataclass, replace
from itertools import zip_longest

from crm_core.notes.types import Span
from crm_core.variants import simplified

_PUNCTUATION = re.compile(r"[，。！？；、：,;!?\n]|\.(?!\d)")
_BREAK = "，"
_TAKEN_BACK = ("不", "说错", "错了", "应该")
"""After these a hesitation is the sign that something is put right: 哦 不 六十五 件."""
_NUMERALS = "零〇一二两三四五六七八九幺"
_SPELLED_ONE = re.compile(rf"幺(?=[{_NUMERALS}])|(?<=[{_NUMERALS}])幺")
"""A one in numbers read digit by digit: 幺三八, 零零幺."""
_STUTTER = re.compile(
    r"(?P<again>(?P<word>我们?|你们?|[他她]们?|那个|这个|就是|然后|要|就|给|在|因为|所以)"
    r"(?:，?(?P=word))*，?)(?=(?P=word))"
    rf"|(?<![{_NUMERALS}十百千万])(?P<digits>(?P<digit>[一二两三四五六七八九])(?P=digit)*)"
    rf"(?=(?P=digit)[十百千万台套箱盒件吨瓶包个支张桶袋])"
)
_THIS = frozenset("月周星礼季学")
"""Before these 这个 is no hesitation: 这个 月 二十 号."""
_LONGEST_WORD = 4
"""Characters a word of a recogniser has at most on average; a sentence without spaces was typed."""
_TIME_COLON = re.compile(r"(?<=\d)[：:](?=\d)")


@dataclass(frozen=True, slots=True)
class Transcript:
    """Characters with the place each came from; `heard` when a recogniser wrote them."""

    chars: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    heard: bool

    def span(self, start: int, end: int) -> Span | None:
        """The place of `chars[start:end]` in the original text."""
        if start >= end or end > len(self.chars):
            return None
        return Span(self.starts[start], self.ends[end - 1])

    def broken(self, place: int) -> "Transcript":
        """The same note with a break of no width before `place` (not the first)."""
        at = self.ends[place - 1]
        return replace(
            self,
            chars=self.chars[:place] + _BREAK + self.chars[place:],
            starts=(*self.starts[:place], at, *self.starts[place:]),
            ends=(*self.ends[:place], at, *self.ends[place:]),
        )

    def put(self, start: int, end: int, words: str) -> "Transcript":
        """The same note with `words` instead of `chars[start:end]`; places are kept."""
        if end - start == len(words):
            chars = self.chars[:start] + words + self.chars[end:]
            return replace(self, chars=chars)
        first, last = self.starts[start], self.ends[end - 1]
        return Transcript(
            self.chars[:start] + words + self.chars[end:],
            self.starts[:start] + (first,) * len(words) + self.starts[end:],
            self.ends[:start] + (last,) * len(words) + self.ends[end:],
            self.heard,
        )


def read(text: str, fillers: frozenset[str]) -> Transcript:
    """Split off spaces and, in recogniser output, hesitation words; unify punctuation.

    Text with spaces between hanzi and without punctuation is taken as recogniser output.
    """
    text = simplified(text)
    heard = _is_heard(text)
    chars: list[str] = []
    starts: list[int] = []
    tokens = list(re.finditer(r"\S+", text))
    for token, following in zip_longest(tokens, tokens[1:]):
        ahead = following[0] if following is not None else ""
        meant = ahead.startswith(_TAKEN_BACK) or (token[0] == "这个" and ahead[:1] in _THIS)
        if heard and token[0] in fillers and not meant:
            continue
        for offset, char in enumerate(token[0]):
            chars.append(_unify(char))
            starts.append(token.start() + offset)
    joined = _TIME_COLON.sub(":", "".join(chars))
    joined = _PUNCTUATION.sub(_BREAK, joined)
    joined = re.sub(r"(?<=\d)，(?=\d{3}(?!\d))", ",", joined)
    joined = _SPELLED_ONE.sub("一", joined)
    return _without_stutter(Transcript(joined, tuple(starts), tuple(n + 1 for n in starts), heard))


def _without_stutter(note: Transcript) -> Transcript:
    """我我我们 → 我们, 三三台 → 三台: of what was said twice at once the last stands."""
    dropped = {at for match in _STUTTER.finditer(note.chars) for at in range(*_again(match))}
    if not dropped:
        return note
    kept = [at for at in range(len(note.chars)) if at not in dropped]
    return Transcript(
        "".join(note.chars[at] for at in kept),
        tuple(note.starts[at] for at in kept),
        tuple(note.ends[at] for at in kept),
        note.heard,
    )


def _again(match: re.Match[str]) -> tuple[int, int]:
    return match.span("again" if match["again"] else "digits")


def _is_heard(text: str) -> bool:
    words = text.split()
    hanzi = [word for word in words if re.search(r"[\u4e00-\u9fff]", word)]
    if re.search(r"[，。！？；、]", text) or not hanzi:
        return False
    mean = sum(map(len, hanzi)) / len(hanzi)
    return mean <= _LONGEST_WORD


def _unify(char: str) -> str:
    code = ord(char)
    return chr(code - 0xFEE0) if 0xFF10 <= code <= 0xFF19 else char
