"""Counted things in a note: 五百盒, 两三箱, 至少10个账号. Money and durations are not here."""

import re
from dataclasses import dataclass

from crm_core.notes.lexicon import Lexicon
from crm_core.notes.numbers import SPOKEN, amount_of
from crm_core.notes.segments import Board, Mark
from crm_core.notes.types import Quantity

_NOT_COUNTED = r"(?!月|星期|礼拜|小时|钟头|季度|学期|点(?!位)|百分|周|工作日|年|上午|下午)"
_RANGE = r"(?:到|至|~|-|—)"
_ASIDE = {
    "份",
    "个",
    "批",
    "家",
    "位",
    "次",
    "种",
    "款",
    "对",
    "部",
    "条",
    "片",
    "提",
    "打",
    "期",
    "门",
}
_EACH = re.compile(r"(?:每|一|1)$")
_SOUND = re.compile(rf"(?P<number>{SPOKEN})(?P<unit>[^\d零〇一二两三四五六七八九十百千万亿])")


@dataclass(frozen=True, slots=True)
class Counted:
    """A quantity at `start`..`end`."""

    start: int
    end: int
    quantity: Quantity


class QuantityReader:
    """Finds counted things; built once per lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        units = "|".join(map(re.escape, (unit for unit in lexicon.units if unit != "块")))
        self._form = re.compile(
            rf"(?:(?P<a>{SPOKEN})(?:{units})?{_RANGE})?(?P<b>{SPOKEN})(?P<about>[来多几余])?"
            rf"(?P<unit>{units}){_NOT_COUNTED}"
        )

    def find(self, board: Board) -> list[Counted]:
        """Every counted thing of the note, marked on the board."""
        found = []
        for match in list(self._form.finditer(board.mask)):
            counted = self._read(board, match)
            if counted is None:
                continue
            board.cover(match.start(), match.end(), Mark.QUANTITY)
            if not _is_price_basis(board, counted):
                found.append(counted)
        return found

    def _read(self, board: Board, match: re.Match[str]) -> Counted | None:
        last = amount_of(match["b"])
        first = amount_of(match["a"]) if match["a"] else last
        if last is None or first is None or board.mask[: match.start()].endswith(("第", "每")):
            return None
        low, high = min(first.low, last.low), max(first.high, last.high)
        unit = match["unit"]
        if high <= 1 and unit in _ASIDE:
            return None
        return Counted(
            match.start(),
            match.end(),
            Quantity(low, high, unit[:1] if len(unit) == 3 and unit[0] == "个" else unit),
        )


def _is_price_basis(board: Board, counted: Counted) -> bool:
    """1台两千: the piece is what the price is for, not what is wanted."""
    follows = re.match(rf"(?:{SPOKEN}|不超过|最多|大概)", board.mask[counted.end :])
    return counted.quantity.max == 1 and follows is not None
