"""How likely one word follows another in a sales note: a bigram model of the patterns.

Names are one word a kind, numbers one word, units one word, so that what is learnt holds for any of
them. Nothing is read or changed here; see `rehearing`.
"""

import math
import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib import resources

from crm_core.notes.expressions import said_date, said_discount, said_span, said_sum
from crm_core.notes.segments import Mark

NUMBER, UNIT, START, END = "#", "@", "<", ">"
NAMES = {"c": Mark.CONTACT, "o": Mark.ORG, "p": Mark.PRODUCT, "k": Mark.COMPETITOR}
"""The slot of a pattern and the mark that stands for such a name on a board."""
_ROUNDS = 2
_BACK_OFF = 0.4
_UNSEEN = -11.0
_NUMERALS = "零〇一二两三四五六七八九十百千万亿"
_SPOKEN_TIME = re.compile(
    rf"(?P<number>[{_NUMERALS}\d]+)"
    r"|(?:下下|下|这|本|上)?个?(?:周|星期|礼拜)[一二三四五六日天末]|大后天|[今明后]天|[上下]午|早上|晚上|中午"
    r"|之前|之内|之后|以内|以后|以上|左右|上下|出头|封顶|不超过|不到|最多|至少|大概"
    r"|月[底中初]|下个?月初?|年[底前后]|季度末?|周末|国庆|春节|中秋|五一|元旦|端午|清明|下班|开学|开春|明年"
    r"|工作日|个月|小时|百分之|块钱?|."
)


class PhraseModel:
    """Log probabilities of words after words; immutable, shared by every reader."""

    def __init__(self, sentences: Iterable[Sequence[str]]) -> None:
        self._single: Counter[str] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        before: Counter[str] = Counter()
        for sentence in sentences:
            last = START
            for word in (*sentence, END):
                self._single[word] += 1
                self._pairs[last, word] += 1
                before[last] += 1
                last = word
        self._total = sum(self._single.values())
        self._before = before
        self._memory: dict[tuple[str, str], float] = {}

    @property
    def words(self) -> frozenset[str]:
        """Every word that is spelled out."""
        return frozenset(self._single) - {NUMBER, UNIT, START, END, *NAMES.values()}

    def after(self, last: str, word: str) -> float:
        """The log probability of `word` right after `last`."""
        known = self._memory.get((last, word))
        if known is None:
            known = self._memory[last, word] = self._estimate(last, word)
        return known

    def _estimate(self, last: str, word: str) -> float:
        single = self._single[word]
        if not single:
            return _UNSEEN
        pair = self._pairs[last, word]
        share = (1 - _BACK_OFF) * pair / self._before[last] if pair else 0.0
        return math.log(share + _BACK_OFF * single / self._total)


@lru_cache(maxsize=2)
def load_phrase_model(spoken: frozenset[str]) -> PhraseModel:
    """The model of the patterns that ship with the product, and of `spoken` words by themselves
    (0.1 s, once)."""
    file = resources.files("resources").joinpath("lexicons", "utterances.txt")
    lines = file.read_text(encoding="utf-8").splitlines()
    dice = random.Random(5)
    sentences = [
        _filled(line.split(), dice) for _ in range(_ROUNDS) for line in lines if line[:1] != "#"
    ]
    return PhraseModel([*sentences, *([word] for word in sorted(spoken))])


def _filled(words: Iterable[str], dice: random.Random) -> list[str]:
    found: list[str] = []
    for word in words:
        slot = word[1:-1] if word[0] == "{" else ""
        if slot in NAMES:
            found.append(NAMES[slot])
        elif slot == "n":
            found += [NUMBER, UNIT]
        elif slot:
            makers = {"m": said_sum, "d": said_date, "x": said_discount, "w": said_span}
            found += split_expression(makers[slot](dice))
        else:
            found.append(word)
    return found


def split_expression(words: str) -> list[str]:
    """A sum, date or span in the words of the model: 下周三下午三点 → 下周三 下午 # 点."""
    return [NUMBER if match["number"] else match[0] for match in _SPOKEN_TIME.finditer(words)]
