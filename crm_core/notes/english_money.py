"""Sums and counted things in an English note: around $20k, 20 to 30 thousand yuan, 5 boxes.

Percentages, durations and plain figures are marked too, so that nothing takes them for money.
"""

import re
from dataclasses import dataclass, field

from crm_core.notes.english_lexicon import EnglishLexicon
from crm_core.notes.english_numbers import NUMBER, scale_of, value_of
from crm_core.notes.money import Money
from crm_core.notes.quantities import Counted
from crm_core.notes.segments import Board, Mark
from crm_core.notes.types import Quantity

_SIGN = r"(?:US ?\$|HK ?\$|RMB|CNY|USD|EUR|GBP|HKD|[$¥￥€£])"
_NAME = (
    r"(?:yuan|rmb|cny|kuai|renminbi|us dollars?|usd|hong kong dollars?|hk dollars?|hkd|dollars?"
    r"|bucks|euros?|eur|pounds?|gbp)"
)
_CURRENCIES = (
    (re.compile(r"hk|hong", re.I), "HKD"),
    (re.compile(r"\$|dollar|usd|bucks", re.I), "USD"),
    (re.compile(r"€|eur", re.I), "EUR"),
    (re.compile(r"£|pound|gbp", re.I), "GBP"),
)
_UPPER = (
    r"up to|at (?:the )?most|no more than|not more than|not (?:to )?exceed(?:ing)?|can(?:no"
    r"|')t exceed"
    r"|less than|fewer than|under|below|within|max(?:imum)?(?: of)?|a maximum of|capped at|cap of"
)
_LOWER = (
    r"at least|min(?:imum)?(?: of)?|a minimum of|no less than|not less than|more than|over|above"
    r"|starting (?:from|at)|upwards of"
)
_AMOUNT = re.compile(
    rf"(?<![A-Za-z0-9.])(?<![0-9],)(?:(?P<both>between)\s|(?P<upper>{_UPPER})\s"
    rf"|(?P<lower>{_LOWER})\s)?"
    rf"(?:(?:around|about|roughly|approximately|approx\.?|some|only|just|from)\s){{0,2}}"
    rf"(?:(?P<as>{_SIGN})\s?)?(?P<a>{NUMBER})(?:\s?(?P<an>{_NAME})\b)?"
    rf"(?:(?(both)\sand\s|(?:\s?[-–~]\s?|\s(?:to|or)\s))(?:(?P<bs>{_SIGN})\s?)?(?P<b>{NUMBER})"
    rf"(?:\s?(?P<bn>{_NAME})\b)?)?(?(b)|(?(both)(?!)))"
    r"(?:\s?(?P<most>at (?:the )?most|max(?:imum)?\b|tops\b|or less\b|or below\b|or under\b)"
    r"|\s?(?P<least>or more\b|and up\b|or above\b|and above\b|at least\b|(?:\+|plus\b)))?",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\s?(?:%|％|percent\b|per cent\b|percentage points?\b)", re.IGNORECASE)
_SPAN = re.compile(
    r"[ -]?(?:days?|weeks?|months?|years?|yrs?|hours?|hrs?|minutes?|mins?|seconds?|times"
    r"|quarters?|st|nd|rd|th"
    r"|am|pm|a\.m|p\.m|people|persons?|floors?|km|kilometers?|points?|versions?"
    r"|[:/][0-9])(?![A-Za-z])",
    re.IGNORECASE,
)
_CORRECTED = re.compile(
    r"(?:\s|,|it's|its|it is|that's|they want|he wants|she wants|on|for|to|about"
    r"|around|by|the|in|at|with|us|is|budget)*",
    re.IGNORECASE,
)
_WORTH = (
    r"(?:budget(?:ed)?|prices?|priced|quot(?:e|es|ed|ation)|costs?|spend|spent|pay|paid"
    r"|payment|amount|deposit|fees?|value|worth|total|invoice|tuition|rent|charge[sd]?|afford"
    r"|funding|purse)"
)
_STRONG = re.compile(
    rf"\b{_WORTH}\b(?:[\s:,='’]|s\b|\b(?:is|was|are|of|at|around|about|now|just|only|will be"
    rf"|would be|up|to|the|for|them|him|her|us|we|he|she|they|it|has|been|set|somewhere"
    rf"|roughly|maybe|probably|in|range|limit|ceiling|a|an|this|year|total|per|seat|unit|user"
    rf"|month|can|could|be|should|may|might|said|not)\b|[\ue001\ue002\ue005\ue007])*$",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"\s*(?:$|[^\sA-Za-z0-9]|(?:and|but|or|for|per|in|a|an|this|next|by|max|all|total|is|was"
    r"|with|before|after|"
    r"if|to|at|on|each|so|he|she|they|we|i|it|then|including|excluding|from|which|because|now"
    r"|already|"
    r"cheaper|more|less|off|discount|higher|lower|when|while|budget|deposit|deal|order"
    r"|contract)\b)",
    re.IGNORECASE,
)
_PAID = re.compile(
    r"\b(?:at|for|pay|paid|spend|cost|costs|offer(?:ed|s)?|says?|said|is|around|about)\s*$", re.I
)
_DIFFERENCE = re.compile(
    r"(?:\b(?:they|he|she|we)(?: currently| now| still)? pay(?: now| currently)?|currently paying"
    r"|discount|rebate|reduction|cheaper|lower|higher|sav(?:e|es|ed|ing)|difference"
    r"|knock(?:ed)? off|"
    r"(?:price )?(?:cut|increase|rise))(?: (?:of|by|us|them|him|her|another|about|around|a|is"
    r"|was))*\s*$",
    re.IGNORECASE,
)
_DIFFERENCE_AFTER = re.compile(
    r"\s?(?:cheaper|less(?! or)|more expensive|dearer|off\b|discount|rebate|higher|lower|difference"
    r"|more than (?:[\ue003]|us|we))",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Sums:
    """What the numbers of a note are: sums of money and counted things, in order."""

    money: list[Money] = field(default_factory=list)
    counted: list[Counted] = field(default_factory=list)
    scale: float = 1.0
    """Of the last sum: after a correction a bare number borrows it."""


@dataclass(frozen=True, slots=True)
class _Amount:
    start: int
    end: int
    low: float
    high: float
    scale: float
    sign: str
    bound: str


class AmountReader:
    """Finds sums and counted things; built once per lexicon."""

    def __init__(self, lexicon: EnglishLexicon) -> None:
        self._units = lexicon.units
        self._corrections = lexicon.corrections
        forms = "|".join(map(re.escape, sorted(lexicon.units, key=len, reverse=True)))
        self._counted = re.compile(
            rf"[ -](?:(?:{lexicon.before_units}|[\ue001]+"
            rf"|[\ue003]+) )*(?P<unit>{forms})(?![A-Za-z])"
            rf"|(?: (?:of (?:the |our |your )?|{lexicon.before_units} )?)(?P<product>[\ue001]+)",
            re.IGNORECASE,
        )

    def find(self, board: Board) -> Sums:
        """Every sum and counted thing of the note, marked on the board."""
        sums = Sums()
        for match in list(_AMOUNT.finditer(board.mask)):
            amount = _amount(match)
            if amount is not None:
                self._place(board, amount, sums)
        return sums

    def _place(self, board: Board, one: _Amount, sums: Sums) -> None:
        after, before = board.mask[one.end :], board.mask[max(0, one.start - 60) : one.start]
        if _PERCENT.match(after) or (_SPAN.match(after) and not one.sign):
            matched = _PERCENT.match(after) or _SPAN.match(after)
            board.cover(one.start, one.end + (matched.end() if matched else 0), Mark.FIGURE)
            return
        unit = self._counted.match(after)
        if unit is not None and not one.sign:
            self._count(board, one, unit, sums)
            return
        strong = bool(_STRONG.search(before))
        if self._is_money(board.mask, one, strong=strong):
            self._pay(board, one, sums, strong=strong)
        elif self._corrects(board.mask, one, sums):
            self._again(board, one, sums)

    def _count(self, board: Board, one: _Amount, unit: re.Match[str], sums: Sums) -> None:
        name = self._units[unit["unit"].lower()] if unit["unit"] else "piece"
        quantity = Quantity(one.low, one.high, name)
        end = one.end + (unit.end() if unit["unit"] else 0)
        if one.high > 0 and not _is_basis(board.mask, one, end):
            sums.counted.append(Counted(one.start, end, quantity))
        for place in range(one.start, end):
            if not "\ue000" < board.mask[place] < "\ue009":
                board.cover(place, place + 1, Mark.QUANTITY)

    def _is_money(self, mask: str, one: _Amount, *, strong: bool) -> bool:
        if one.sign:
            return True
        fits = bool(_NEXT.match(mask[one.end :]))
        if strong:
            return fits
        if not fits or one.high < 100:
            return False
        return (
            bool(one.bound)
            or one.scale >= 1e3
            or bool(_PAID.search(mask[max(0, one.start - 20) : one.start]))
        )

    def _pay(self, board: Board, one: _Amount, sums: Sums, *, strong: bool) -> None:
        before = board.mask[max(0, one.start - 40) : one.start]
        low, high = one.low, one.high
        sums.money.append(
            Money(
                start=one.start,
                end=one.end,
                low=None if one.bound == "upper" else low,
                high=None if one.bound == "lower" else high,
                currency=_currency(one.sign),
                difference=bool(
                    _DIFFERENCE.search(before) or _DIFFERENCE_AFTER.match(board.mask[one.end :])
                ),
                strong=strong or self._follows(board.mask, one, sums),
                vague=False,
            )
        )
        sums.scale = one.scale
        board.cover(one.start, one.end, Mark.MONEY)

    def _follows(self, mask: str, one: _Amount, sums: Sums) -> bool:
        """After a correction a sum is as much a budget as the one it replaces."""
        return bool(sums.money) and self._corrects(mask, one, sums) and sums.money[-1].strong

    def _corrects(self, mask: str, one: _Amount, sums: Sums) -> bool:
        ends = [item.end for item in sums.money] + [item.end for item in sums.counted]
        last = max(ends, default=None)
        return last is not None and is_correction(self._corrections, mask[last : one.start])

    def _again(self, board: Board, one: _Amount, sums: Sums) -> None:
        """five boxes, no, make that 30: a bare number is what the one before it was."""
        counted, money = sums.counted[-1:], sums.money[-1:]
        if counted and (not money or counted[0].end > money[0].end):
            quantity = Quantity(one.low, one.high, counted[0].quantity.unit)
            sums.counted.append(Counted(one.start, one.end, quantity))
            board.cover(one.start, one.end, Mark.QUANTITY)
            return
        last = money[0]
        scale = sums.scale if one.scale == 1 and one.high < 1000 else 1.0
        low, high = one.low * scale, one.high * scale
        kept = Money(
            one.start, one.end, low, high, last.currency, last.difference, last.strong, vague=False
        )
        sums.money.append(kept)
        board.cover(one.start, one.end, Mark.MONEY)


def is_correction(corrections: re.Pattern[str], between: str) -> bool:
    """Whether the words between two values take the first one back."""
    found = corrections.search(between)
    if found is None or found.start() > 30 or re.search(r"[.!?;]", between[: found.start()][:-1]):
        return False
    rest = between[found.end() :]
    lead = between[: found.start()]
    if found[0].strip(" ,.;:!-").lower() in {"no", "rather", "should be"} and "," not in lead:
        return False
    return bool(_CORRECTED.fullmatch(rest))


def _amount(match: re.Match[str]) -> _Amount | None:
    first = value_of(match["a"])
    last = value_of(match["b"]) if match["b"] else first
    if first is None or last is None:
        return None
    scale = scale_of(match["b"] or match["a"])
    if match["b"] and scale_of(match["a"]) == 1 and first < scale and first * scale <= last:
        first *= scale
    sign = next((match[name] for name in ("as", "an", "bs", "bn") if match[name]), "")
    bound = "upper" if match["upper"] or match["most"] else ""
    bound = "lower" if match["lower"] or match["least"] else bound
    return _Amount(
        start=match.start(),
        end=match.end(),
        low=round(min(first, last), 4),
        high=round(max(first, last), 4),
        scale=scale,
        sign=sign,
        bound="" if match["b"] else bound,
    )


def _currency(sign: str) -> str:
    return next((code for form, code in _CURRENCIES if form.search(sign)), "CNY")


def _is_basis(mask: str, one: _Amount, end: int) -> bool:
    """$50 a seat, 200 for one box: what a price is for, not what is wanted."""
    return one.high == 1 and bool(
        re.search(r"[\ue006] (?:for|per)\s*$", mask[max(0, one.start - 8) : one.start])
        or re.match(r" (?:costs?|is|for) [$¥€£0-9]", mask[end:])
    )
