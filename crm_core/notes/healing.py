"""Words a recogniser wrote with the wrong characters, put right by their sound.

丹心 → 担心, 下奏三 → 下周三, 五香 → 五箱. Names are not here: see `names`. Every repair keeps the
number of characters, so that places in the text stay true.
"""

import re
from dataclasses import dataclass

from crm_core.notes.lexicon import Lexicon
from crm_core.notes.pinyin import coarse, distance, syllables
from crm_core.notes.transcript import Transcript

_NUMERALS = frozenset("0123456789零一二两三四五六七八九十百千万亿")
_SMALL = "[一二两三四五六七八九十]"
_ANY = "[零一二两三四五六七八九十百千万]"
_EDGES = "(?:之?以?(?:内|后|前))"


@dataclass(frozen=True, slots=True)
class _Slot:
    """Between `left` and `right`, whatever sounds like `char` is `char`."""

    char: str
    left: re.Pattern[str]
    right: re.Pattern[str]


def _slot(char: str, left: str, right: str) -> _Slot:
    return _Slot(char, re.compile(f"(?:{left})$"), re.compile(right))


_SLOTS = (
    _slot("周", "下|本|这|上", "[一二三四五六日天末]"),
    _slot("周", "", "[一二三四五六日天](?:[上下]午|早上|晚上|之?以?前)"),
    _slot("周", f"{_SMALL}个?", _EDGES),
    _slot("天", f"{_SMALL}|[今明后]", f"{_EDGES}|[上下]午|早上|晚上|中午"),
    _slot("月", f"{_SMALL}", f"{_SMALL}|份|底|初|中|末"),
    _slot("月", "下个?|这个|本", f"{_SMALL}|份|底|初|中|末"),
    _slot("号", f"月{_SMALL}{{1,3}}", ""),
    _slot("号", f"[二三]?十{_SMALL}?", f"{_EDGES}|[上下]午"),
    _slot("点", f"(?:上午|下午|早上|晚上|中午|晚|早){_SMALL}{{1,3}}", ""),
    _slot("点", f"{_SMALL}", f"{_SMALL}+万"),
    _slot("到", f"{_ANY}", f"{_ANY}"),
    _slot("前", "(?:月底|年底|周[一二三四五六日末]|号|点|点半|春节|国庆|中秋|元旦)(?:之|以)?", ""),
    _slot("内", f"{_SMALL}[天周]", ""),
    _slot("要", "", f"{_ANY}"),
    _slot("五", "(?:周|星期|礼拜)", ""),
)


_DIGIT = "[一二两三四五六七八九]"
_COUNTED = "[盒箱台个人件套吨瓶包支张把只块元]"
_NUMERAL_SLOTS = (
    _slot("百", _DIGIT, f"{_SMALL}|{_COUNTED}|多|来|万|以|左|$"),
    _slot("千", _DIGIT, f"{_SMALL}|{_COUNTED}|多|来|万|以|左|$"),
    _slot("十", _DIGIT, f"{_DIGIT}(?:{_COUNTED}|万|号)|{_COUNTED}|万|多|来"),
    _slot("十", "", f"{_DIGIT}(?:万|台|箱|盒|套|号)"),
    _slot("万", f"{_ANY}", f"{_DIGIT}|左右|以内|以上|上下|封顶|块|元"),
)
"""Numerals that lost their character: 六 搴 八 → 六千八, 一百 苍 is none."""


class Healer:
    """Puts homophones of everyday words, dates and units right; built once per lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._known = lexicon.spoken
        self._by_sound = lexicon.spoken_by_sound
        self._longest = max((len(word) for word in self._known), default=0)
        self._units = lexicon.unit_by_sound
        self._unit_chars = frozenset(unit[0] for unit in lexicon.units)

    def firm(self, note: Transcript) -> list[bool]:
        """Which characters are numerals or part of an everyday word as they stand."""
        spelled = self._spelled(note.chars)
        return [known or char in _NUMERALS for known, char in zip(spelled, note.chars, strict=True)]

    def numerals(self, note: Transcript, locked: list[bool]) -> Transcript:
        """Numerals within numbers put right; before anything reads them."""
        return _slots_filled(note, list(locked), _NUMERAL_SLOTS)

    def heal(self, note: Transcript, locked: list[bool]) -> Transcript:
        """Replace what only sounds like a known word; `locked` characters are left alone."""
        spelled = self._spelled(note.chars)
        closed = [a or b for a, b in zip(locked, spelled, strict=True)]
        shut = list(locked)
        digits = [char in _NUMERALS for char in note.chars]
        sounds = syllables(note.chars)
        keys = [coarse(one) for one in sounds]
        for length in range(self._longest, 1, -1):
            for start in range(len(keys) - length + 1):
                numerals = sum(digits[start : start + length])
                if any(shut[start : start + length]) or numerals > (length > 2):
                    continue
                word = self._best(tuple(keys[start : start + length]), sounds[start:])
                if word is not None and _agrees(word, note.chars[start:], closed[start:]):
                    note = note.put(start, start + length, word)
                    closed[start : start + length] = [True] * length
                    shut[start : start + length] = [True] * length
        closed = [a or b for a, b in zip(closed, digits, strict=True)]
        return self._units_healed(_slots_filled(note, closed), closed)

    def _spelled(self, chars: str) -> list[bool]:
        closed = [False] * len(chars)
        for length in range(self._longest, 1, -1):
            for start in range(len(chars) - length + 1):
                if chars[start : start + length] in self._known:
                    closed[start : start + length] = [True] * length
        return closed

    def _best(self, key: tuple[str, ...], sounds: list[str]) -> str | None:
        candidates = self._by_sound.get(key)
        if not candidates:
            return None
        scored = [
            (sum(distance(a, b) for a, b in zip(known, sounds, strict=False)), word)
            for word, known in candidates
        ]
        return min(scored)[1]

    def _units_healed(self, note: Transcript, closed: list[bool]) -> Transcript:
        """After a plain count a recogniser's 五香 or 八百向 is 五箱, 八百箱."""
        sounds = syllables(note.chars)
        for match in _COUNT.finditer(note.chars):
            place = match.end()
            if closed[place] or note.chars[place] in self._unit_chars:
                continue
            if note.chars[place - 1 : place + 1] in _WITH_ONE:
                continue
            unit = self._units.get(sounds[place])
            if unit is not None:
                note = note.put(place, place + 1, unit)
        return note


_WITH_ONE = frozenset(
    (
        "一直", "一样", "一起", "一般", "一定", "一些", "一下", "一点", "一向", "一律", "一旦",
        "一边", "一致", "一切", "一再", "万一",
    )
)  # fmt: skip
"""Words, and no counts of one."""
_COUNT = re.compile(
    r"(?<![周期拜月点号万千零一二两三四五六七八九十百\d])(?:[一二两三四五六七八九十百]+|\d+|[一二两三四五六七八九]千)"
    r"(?=[\u4e00-\u9fff])(?![零一二两三四五六七八九十百千万亿点号月天年周日折成半来多几个到至])"
)


def _agrees(word: str, chars: str, closed: list[bool]) -> bool:
    """窄联系 may become 再联系, because the part that made sense, 联系, stays as it is."""
    return all(
        letter == char or not shut for letter, char, shut in zip(word, chars, closed, strict=False)
    )


def _slots_filled(
    note: Transcript, closed: list[bool], slots: tuple[_Slot, ...] = _SLOTS
) -> Transcript:
    sounds = [coarse(one) for one in syllables(note.chars)]
    for slot in slots:
        wanted = coarse(syllables(slot.char)[0])
        for place, sound in enumerate(sounds):
            char = note.chars[place]
            if sound != wanted or char == slot.char or closed[place] or char in _NUMERALS:
                continue
            before, after = note.chars[max(0, place - 6) : place], note.chars[place + 1 :]
            if slot.left.search(before) and slot.right.match(after):
                note = note.put(place, place + 1, slot.char)
                closed[place] = True
    return note


_DEEDS = tuple(
    (words, syllables(words))
    for words in (
        "回复", "答复", "报价", "发货", "送货", "到货", "开会", "再打", "再谈", "再说", "演示",
        "试听", "拜访", "面谈", "去收", "去拉", "换货", "签约", "装好", "培训", "回访", "跟进",
        "交货", "发车", "寄样", "送样", "发送", "联系",
    )
)  # fmt: skip
_DEED_VERBS = "发送寄交给打谈问收看换拉签装补修报回"
_DEED_SOUNDS = {syllables(char)[0]: char for char in _DEED_VERBS}
_LIMIT_DEED = 0.32


def heal_deed(note: Transcript, place: int, known: re.Pattern[str]) -> Transcript:
    """Right after a date stands a deed: 保健 → 报价, 诵样机 → 送样机.

    `known` verbs at that place are left alone.
    """
    rest = note.chars[place : place + 2]
    if not note.heard or not rest or known.match(rest):
        return note
    sounds = syllables(rest)
    if len(rest) == 2:
        gap, words = min(
            (sum(distance(a, b) for a, b in zip(sounds, own, strict=True)) / 2, words)
            for words, own in _DEEDS
        )
        if gap <= _LIMIT_DEED and rest[0] not in "我他她要再":
            return note.put(place, place + 2, words)
    verb = _DEED_SOUNDS.get(sounds[0])
    return note if verb is None else note.put(place, place + 1, verb)
