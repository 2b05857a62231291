"""What was said and then taken back: 二十万，不对，是十二万; 不是十箱是四箱; 从二十个加到三十五个.

Only values that were found are dropped here; nothing new is read.
"""

import re
from typing import Protocol, TypeVar

from crm_core.notes.segments import Board, Mark

_BEFORE, _AFTER = 6, 8
"""Characters between a value, the words that take it back, and the value that stands."""
_SLIP = r"(?:[，呃嗯额啊哦噢]|那个|就是)*"
_PAUSES = ("，", *"呃嗯额啊哦噢", "那个", "就是")
_VALUE = f"[{Mark.MONEY}{Mark.QUANTITY}]+"
_NOT_THAT = re.compile(rf"不是(?:要|说)?(?P<old>{_VALUE}){_SLIP}(?:而)?[是要](?={_VALUE})")
_FROM = re.compile(
    rf"(?:从|由)(?P<old>{_VALUE})[^，]{{0,3}}(?:加|增|升|涨|扩|减|降|压|改|提|调|换|缩)[^，]{{0,2}}(?:到|至|成|为)(?={_VALUE})"
)


class Placed(Protocol):
    """Anything found at a place of the board."""

    @property
    def start(self) -> int:
        """Where it begins."""

    @property
    def end(self) -> int:
        """Where it ends (exclusive)."""


_Placed = TypeVar("_Placed", bound=Placed)


def without_taken_back(
    board: Board, values: list[_Placed], corrections: re.Pattern[str]
) -> list[_Placed]:
    """The values of one kind, less those a later word of the speaker puts right."""
    for match in corrections.finditer(board.mask):
        values = _replaced(board.mask, values, match.start(), match.end())
    for form in (_NOT_THAT, _FROM):
        for match in form.finditer(board.mask):
            kept = [one for one in values if not match.start() <= one.start < match.end("old")]
            if form is _NOT_THAT and len(kept) < len(values):
                said = board.words[match.start("old") : match.end("old")]
                kept = [
                    one for one in kept if one.end > match.start() or _words(board, one) != said
                ]
            values = kept
    return values


def _words(board: Board, one: Placed) -> str:
    return board.words[one.start : one.end]


def _replaced(mask: str, values: list[_Placed], start: int, end: int) -> list[_Placed]:
    """Drop the last value before a correction when another one follows close behind it."""
    while pause := next((one for one in _PAUSES if mask.endswith(one, 0, start)), ""):
        start -= len(pause)
    before = [one for one in values if start - _BEFORE <= one.end <= start]
    after = [one for one in values if end < one.end and one.start <= end + _AFTER]
    return [one for one in values if one is not before[-1]] if before and after else values
