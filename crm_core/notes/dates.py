"""Dates and times as spoken, relative to the moment of dictation: 下周三下午三点前, 月底前, 国庆后.

A span of days (下周, 三月份) is given as its first sensible day.
What happens then is read elsewhere.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crm_core.notes.calendar import (
    HOLIDAYS,
    add_months,
    after_holiday,
    holiday,
    month_end,
    valid,
    week_start,
)
from crm_core.notes.clock_words import CLOCK, plain_hour, time_of
from crm_core.notes.numbers import value_of
from crm_core.notes.segments import Board, Mark

_WEEK = r"(?:周|星期|礼拜)"
_NUM = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"
_DAYS = {"今": 0, "当": 0, "明": 1, "后": 2, "大后": 3, "次": 1}
_EDGE = r"(?P<edge>(?:上?下班)?之?以?前|之?以?内|之?以?后|左右|当天)?"

_FORMS: tuple[tuple[str, str], ...] = (
    ("after_days", rf"(?:再?过)?(?P<n>{_NUM})天(?:之?以?(?:后|内)|时间(?:之?内)?)"),
    ("after_weeks", rf"(?:再?过)?(?P<n>{_NUM})个?{_WEEK}(?:之?以?(?:后|内))"),
    ("after_months", rf"(?:再?过)?(?P<n>半|{_NUM})个月(?:之?以?(?:后|内))"),
    ("after_half_year", r"(?:再?过)?半年(?:之?以?(?:后|内))"),
    ("after_hours", rf"(?:再?过)?(?P<n>半|{_NUM})个?(?:小时|钟头)(?:之?以?(?:后|内))"),
    ("weekend", r"(?P<p>下下|下|这|本)?个?(?:周末)"),
    ("weekday", rf"(?P<p>下下|下|这|本)?个?{_WEEK}(?P<d>[一二三四五六日天1-6])(?!个|[{'到'}]\d)"),
    ("week", rf"(?P<p>下下|下|这|本)个?{_WEEK}(?P<part>初|中|内|末|底)?"),
    (
        "full",
        r"(?P<y>明年|今年)?(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2})月(?:份)?(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})(?:号|日)?",
    ),
    ("slash", r"(?P<m>\d{1,2})[/.\-](?P<d>\d{1,2})(?:号|日)"),
    (
        "next_month_day",
        r"(?P<p>下下?|这|本)个?月(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})(?:号|日)",
    ),
    (
        "next_month",
        r"(?P<p>下下?|这|本)个?月(?P<part>底|末|初|中旬|中(?![考国心文药医学标])|上旬|下旬|内)?(?!\d|[一二三四五六七八九十]+(?:号|日))",
    ),
    (
        "month_of_year",
        r"(?P<y>明年|今年)(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2})月(?:份)?(?P<part>底|末|初|中旬?|上旬|下旬)?(?!\d|[一二三四五六七八九十])",
    ),
    (
        "month_alone",
        r"(?<![个\d一二三四五六七八九十])(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2})月(?P<part>)(?P<early>之?以?前)?(?=(?<=前)|再|才|开|上|见|签|启|做|去|来|要|交|给|搞|过)",
    ),
    ("lunar_day", r"正月(?:初?(?P<d>十[一二三四五六七八九]|[一二三四五六七八九十]))"),
    ("eve", r"(?:除夕|大年三十|(?<![一每半两三大])年三十|小年夜?)"),
    ("knocking_off", r"(?:今天)?下班"),
    (
        "month_part",
        r"(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2})月(?P<part>底|末|初|中旬?|上旬|下旬|份)",
    ),
    ("part", r"月(?P<part>底|末|中旬?|初)"),
    ("day", r"(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})(?:号|日)(?!楼|线|院|店|机|库|厅|馆)"),
    ("tonight", r"(?P<d>今|明|后)(?P<t>晚|早)(?:上)?"),
    ("relative", r"(?P<d>大后|今|明|后|当|次)(?:天|日|儿)"),
    ("year_end", r"(?P<p>今|明)?年底"),
    ("quarter", r"(?P<p>下|本|这)个?季度(?P<part>初|末|底)?|季度?末"),
    ("new_year", r"(?:过完?年|年)(?P<side>前|后|之前|之后|以后|以前)"),
    ("next_year", r"(?P<new>(?:明年)?开春)|(?P<p>[明后])年(?P<part>初|上半年|下半年)?|下半年"),
    (
        "holiday",
        rf"(?P<h>{'|'.join(HOLIDAYS)})(?:节|假期|放假)?(?P<side>之?以?前|之?以?后|期间)?(?!小学|中学)",
    ),
    ("term", r"开学(?P<side>之?以?前|之?以?后)"),
    (
        "feast",
        r"节(?P<side>前|后)(?:第(?P<nth>[一二三])(?:天|个?工作日|个?(?P<week>周|星期|礼拜)))?",
    ),
)
_DAYS_OFF = ("元旦", "春节", "清明", "五一", "端午", "中秋", "国庆")
_FESTIVAL = re.compile("春节|过年|国庆|中秋|端午|五一|元旦|清明")
_EVERY = re.compile(
    r"每(?:天|日|晚|早|周|月|年|个?(?:星期|礼拜|月|季度)|次)(?:早上|上午|中午|下午|晚上)?$"
)
"""每天六点前送: a habit, not a date."""
_IN_NUMBER = re.compile(r"[块元万千百十点零\d一二三四五六七八九]$")
"""八块五一包 is no first of May."""
_STARTS_THEN = re.compile("才|就(?=[开关上下来走])")
"""七点才上班: when something is so, not when something is to be done."""
_PAST = re.compile(r"(?:昨天|前天|上个?(?:周|星期|礼拜)[一二三四五六日天]?|上个?月|去年)")


@dataclass(frozen=True, slots=True)
class Due:
    """A date at `start`..`end` of the board; `due` as in the schema, `moment` for comparing."""

    start: int
    end: int
    due: str
    event: bool
    """A holiday without 前 or 后: perhaps the reason, not the deadline."""


Reader = Callable[[re.Match[str], date], date | None]


class DateReader:
    """Reads dates against one reference moment."""

    def __init__(self, reference: datetime, lunar: Mapping[str, tuple[date, ...]]) -> None:
        self._now = reference
        self._today = reference.date()
        self._lunar = lunar
        self._forms = tuple((name, re.compile(form + CLOCK + _EDGE)) for name, form in _FORMS)
        self._clock_only = re.compile(
            r"(?=早上|上午|中午|下午|晚上|傍晚|午后|\d|[一二两三四五六七八九十])" + CLOCK + _EDGE
        )
        self._readers: dict[str, Reader] = {
            name: getattr(self, "_" + name) for name, _ in _FORMS if name != "feast"
        }

    def find(self, board: Board) -> list[Due]:
        """Every date of the note in order, marked on the board."""
        for match in list(_PAST.finditer(board.mask)):
            board.cover(match.start(), match.end(), Mark.FIGURE)
        found: list[Due] = []
        festival = _FESTIVAL.search(board.words)
        named = festival[0] if festival else None
        position = 0
        while position < len(board.mask):
            due = self._at(board.mask, position, named)
            if due is None or _EVERY.search(board.mask[max(0, position - 8) : position]):
                position += 1
                continue
            found.append(due)
            board.cover(due.start, due.end, Mark.DATE)
            position = due.end
        return found

    def whole(self, text: str) -> date | None:
        """The day meant by a text that is nothing but a date, or None."""
        due = self._at(text, 0)
        if due is None or due.end != len(text):
            return None
        return date.fromisoformat(due.due[:10])

    def _at(self, mask: str, position: int, named: str | None = None) -> Due | None:
        best: Due | None = None
        for name, form in self._forms:
            match = form.match(mask, position)
            if match is None or (best is not None and match.end() <= best.end):
                continue
            day = self._safe(name, match, named)
            if day is not None:
                event = name == "holiday" and not match["side"] and not match["edge"]
                best = Due(position, match.end(), self._write(day, match), event)
        return best or self._clock(mask, position)

    def _safe(self, name: str, match: re.Match[str], named: str | None) -> date | None:
        try:
            if name == "feast":
                return self._feast(match, self._today, named)
            return self._readers[name](match, self._today)
        except (OverflowError, ValueError):
            return None

    def _clock(self, mask: str, position: int) -> Due | None:
        match = self._clock_only.match(mask, position)
        if match is None or not (match["hour"] or match["alone"]):
            return None
        if match["hour"] and not match["period"] and not plain_hour(match):
            return None
        if match["alone"] in {"早", "晚"}:
            return None
        if not match["edge"] and _STARTS_THEN.match(mask, match.end()):
            return None
        return Due(position, match.end(), self._write(self._today, match), False)

    def _write(self, day: date, match: re.Match[str]) -> str:
        hour = match["hour"]
        groups = match.groupdict()
        if groups.get("t") and not hour:
            return day.isoformat()
        if match.re.groupindex.get("n") and "小时" in match[0]:
            return self._hours_later(match)
        moment = time_of(match) if hour else None
        return day.isoformat() if moment is None else f"{day.isoformat()}T{moment}"

    def _hours_later(self, match: re.Match[str]) -> str:
        later = self._now + timedelta(hours=value_of(match["n"]) or 0.5)
        return later.strftime("%Y-%m-%dT%H:%M")

    # One method per form of `_FORMS`.

    def _after_days(self, match: re.Match[str], today: date) -> date | None:
        value = value_of(match["n"])
        return None if value is None else today + timedelta(days=value)

    def _after_weeks(self, match: re.Match[str], today: date) -> date | None:
        value = value_of(match["n"])
        return None if value is None else today + timedelta(weeks=value)

    def _after_months(self, match: re.Match[str], today: date) -> date | None:
        if match["n"] == "半":
            return today + timedelta(days=15)
        value = value_of(match["n"])
        return None if value is None or value > 600 else add_months(today, int(value))

    def _after_half_year(self, _match: re.Match[str], today: date) -> date | None:
        return add_months(today, 6)

    def _after_hours(self, match: re.Match[str], today: date) -> date | None:
        value = value_of(match["n"])
        return None if value is None or value > 10_000 else today

    def _weekend(self, match: re.Match[str], today: date) -> date | None:
        return week_start(today) + timedelta(days=5 + 7 * _weeks(match["p"]))

    def _weekday(self, match: re.Match[str], today: date) -> date | None:
        number = 6 if match["d"] in "日天" else "一二三四五六123456".index(match["d"]) % 6
        day = week_start(today) + timedelta(days=number + 7 * _weeks(match["p"]))
        return day + timedelta(days=7) if match["p"] is None and day < today else day

    def _week(self, match: re.Match[str], today: date) -> date | None:
        start = week_start(today) + timedelta(days=7 * _weeks(match["p"]))
        if match["part"] in {"末", "底", "内"} or match["edge"] in {"内", "之内", "以内"}:
            return start + timedelta(days=4)
        if match["part"] == "中":
            return start + timedelta(days=2)
        return max(start, today)

    def _full(self, match: re.Match[str], today: date) -> date | None:
        month, day = value_of(match["m"]), value_of(match["d"])
        if month is None or day is None:
            return None
        year = today.year + (match["y"] == "明年")
        found = valid(year, int(month), int(day))
        if found is not None and found < today and match["y"] is None:
            return valid(year + 1, int(month), int(day))
        return found

    def _slash(self, match: re.Match[str], today: date) -> date | None:
        found = valid(today.year, int(match["m"]), int(match["d"]))
        if found is not None and found < today:
            return valid(today.year + 1, found.month, found.day)
        return found

    def _next_month_day(self, match: re.Match[str], today: date) -> date | None:
        day = value_of(match["d"])
        base = add_months(today.replace(day=1), _weeks(match["p"]))
        return None if day is None else valid(base.year, base.month, int(day))

    def _next_month(self, match: re.Match[str], today: date) -> date | None:
        base = add_months(today.replace(day=1), _weeks(match["p"]))
        if match["edge"] in {"内", "之内", "以内"}:
            return month_end(base)
        return max(_part_of_month(base, match["part"]), today)

    def _month_part(self, match: re.Match[str], today: date) -> date | None:
        month = value_of(match["m"])
        base = None if month is None else valid(today.year, int(month), 1)
        if base is not None and month_end(base) < today:
            base = base.replace(year=base.year + 1)
        return None if base is None else max(_part_of_month(base, match["part"]), today)

    def _month_of_year(self, match: re.Match[str], today: date) -> date | None:
        month = value_of(match["m"])
        base = None if month is None else valid(today.year + (match["y"] == "明年"), int(month), 1)
        return None if base is None else max(_part_of_month(base, match["part"]), today)

    def _month_alone(self, match: re.Match[str], today: date) -> date | None:
        first = self._month_part(match, today)
        if first is None or not match["early"]:
            return first
        return max(first - timedelta(days=1), today)

    def _lunar_day(self, match: re.Match[str], today: date) -> date | None:
        number = value_of(match["d"])
        last = today - timedelta(days=20)
        first = holiday("春节", last, self._lunar)
        if first is None or number is None:
            return None
        day = first + timedelta(days=int(number) - 1)
        if day >= today:
            return day
        later = holiday("春节", today, self._lunar)
        return None if later is None else later + timedelta(days=int(number) - 1)

    def _eve(self, match: re.Match[str], today: date) -> date | None:
        first = holiday("春节", today + timedelta(days=1), self._lunar)
        if first is None:
            return None
        return max(first - timedelta(days=7 if match[0].startswith("小年") else 1), today)

    def _knocking_off(self, match: re.Match[str], today: date) -> date | None:
        return today if match["edge"] else None

    def _part(self, match: re.Match[str], today: date) -> date | None:
        day = _part_of_month(today.replace(day=1), match["part"])
        if day >= today:
            return day
        return _part_of_month(add_months(today.replace(day=1), 1), match["part"])

    def _day(self, match: re.Match[str], today: date) -> date | None:
        number = value_of(match["d"])
        if number is None:
            return None
        found = valid(today.year, today.month, int(number))
        if found is None or found < today:
            later = add_months(today.replace(day=1), 1)
            found = valid(later.year, later.month, int(number))
        return found

    def _tonight(self, match: re.Match[str], today: date) -> date | None:
        return today + timedelta(days=_DAYS[match["d"]])

    def _relative(self, match: re.Match[str], today: date) -> date | None:
        return today + timedelta(days=_DAYS[match["d"]])

    def _year_end(self, match: re.Match[str], today: date) -> date | None:
        return date(today.year + (match["p"] == "明"), 12, 31)

    def _quarter(self, match: re.Match[str], today: date) -> date | None:
        first = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
        first = add_months(first, 3 * _weeks(match["p"]))
        ends = match["part"] in {"末", "底"} or match["p"] is None
        return month_end(add_months(first, 2)) if ends else max(first, today)

    def _new_year(self, match: re.Match[str], today: date) -> date | None:
        first = holiday("春节", today, self._lunar)
        if first is None:
            return None
        return after_holiday("春节", first) if "后" in match["side"] else first - timedelta(days=1)

    def _next_year(self, match: re.Match[str], today: date) -> date | None:
        if match["new"]:
            ahead = today.month >= 3 or match[0].startswith("明")
            return date(today.year + ahead, 3, 1)
        if match[0].startswith("下半年"):
            return max(date(today.year, 7, 1), today)
        year = today.year + (2 if match["p"] == "后" else 1)
        return date(year, 7 if match["part"] == "下半年" else 1, 1)

    def _holiday(self, match: re.Match[str], today: date) -> date | None:
        first = holiday(match["h"], today, self._lunar)
        if first is None or (match["h"] == "十一" and not match["side"]):
            return None
        if match["h"][-1] == "一" and _IN_NUMBER.search(match.string[: match.start()][-1:]):
            return None
        side = (match["side"] or "") + (match["edge"] or "")
        if "后" in side:
            return after_holiday(match["h"], first)
        return max(first - timedelta(days=1), today) if "前" in side else first

    def _term(self, match: re.Match[str], today: date) -> date | None:
        """开学前, 开学后: terms begin on the first of March and of September, or near it."""
        if match.string[: match.start()].endswith(Mark.DATE):
            return None
        years = (today.year, today.year + 1)
        first = min(day for y in years for m in (3, 9) if (day := date(y, m, 1)) > today)
        return first if "后" in match["side"] else first - timedelta(days=1)

    def _feast(self, match: re.Match[str], today: date, named: str | None) -> date | None:
        """节后: after the holiday the note names, else after the next one to come."""
        coming = (
            (first, one)
            for one in ((named,) if named else _DAYS_OFF)
            if (first := holiday(one, today, self._lunar)) is not None
        )
        first, name = min(coming, default=(None, ""))
        if first is None:
            return None
        if match["side"] == "前":
            return max(first - timedelta(days=1), today)
        back = after_holiday(name, first)
        nth = "一二三".index(match["nth"] or "一")
        if match["week"]:
            return week_start(back) + timedelta(days=7 * nth) if nth else back
        return back + timedelta(days=nth)


def _weeks(prefix: str | None) -> int:
    return len(prefix) if prefix is not None and prefix.startswith("下") else 0


def _part_of_month(first: date, part: str | None) -> date:
    if part in {"底", "末"}:
        return month_end(first)
    if part in {"中", "中旬"}:
        return first.replace(day=15)
    if part == "下旬":
        return first.replace(day=21)
    return first
