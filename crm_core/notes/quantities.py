"""Counted things in a note: 五百盒, 两三箱, 至少10个账号. Money and durations are not here."""

import re
from dataclasses import dataclass

from crm_core.notes.lexicon import Lexicon
from crm_core.notes.numbers import SPOKEN, amount_of
from crm_core.notes.segments import Board, Mark
from crm_core.notes.types import Quantity

_NOT_COUNTED = (
    r"(?!规格|问题|要求|办法|方面|条件|版本|(?<=打)[包折款印样电]|"
    r"月|星期|礼拜|小时|钟头|季度|学期|点(?!位)|百分|周|工作日|年|上午|下午)"
)
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
_EACH = re.compile(
    rf"(?P<list>[{Mark.PRODUCT}]+(?:(?:和|跟|与|加|、|，|还有)[{Mark.PRODUCT}]+)+)"
    r"，?(?:都)?各(?:要|来|拿|订|定|进)?$"
)
_OTHERWISE = re.compile("(?:第|每|分|里面?有|[现已原]有|目前有|一共存了)$")
_PRICED = re.compile(
    rf"(?:才|就|也|要|得|能)?(?:{SPOKEN}|不超过|最多|大概|便宜|贵|比|卖|多|少|涨|降|赚|返|让|报|嫌)"
)
_AMOUNT_BEFORE = re.compile(rf"(?:{SPOKEN}(?:块钱?|元)?|块钱?|元)$")


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
                found += [counted] * _times(board, counted)
        return found

    def _read(self, board: Board, match: re.Match[str]) -> Counted | None:
        last = amount_of(match["b"])
        first = amount_of(match["a"]) if match["a"] else last
        if last is None or first is None or _OTHERWISE.search(board.mask[: match.start()]):
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
    """1台两千, 一箱便宜三块, 六百二一台: what the price is for, not what is wanted."""
    if counted.quantity.max != 1:
        return False
    after = board.mask[counted.end :]
    return bool(_PRICED.match(after) or _AMOUNT_BEFORE.search(board.mask[: counted.start]))


def _times(board: Board, counted: Counted) -> int:
    """甲和乙各十箱: as often as there are products."""
    listed = _EACH.search(board.mask[: counted.start])
    return len(re.findall(rf"[{Mark.PRODUCT}]+", listed["list"])) if listed else 1
