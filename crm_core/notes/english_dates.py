"""Dates and times of an English note, relative to the moment of dictation.

next Wednesday at 3 pm, by the end of the month, within three days, before the National Day holiday.
A span of days (next week, in March) is given as its first sensible day, as in Chinese notes.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from crm_core.notes.calendar import (
    add_months,
    after_holiday,
    holiday,
    month_end,
    valid,
    week_start,
)
from crm_core.notes.dates import Due
from crm_core.notes.english_date_forms import (
    DAY,
    FORMS,
    HOLIDAY_TAIL,
    MONTH_ALONE,
    PART_OF_DAY,
    count_of,
    day_number,
    month_number,
    nth,
    part_of_month,
    working,
)
from crm_core.notes.english_lexicon import EnglishLexicon
from crm_core.notes.english_money import is_correction
from crm_core.notes.english_numbers import NUMBER
from crm_core.notes.english_times import BARE_CLOCK, CLOCK, day_time, hour_of, period_of, time_of
from crm_core.notes.segments import Board, Mark

_BETWEEN = re.compile(r"(?:[\s,]|\b(?:on|at|by|of|the)\b)*", re.IGNORECASE)
_LEAD = re.compile(
    r"(?:\b(?:no later than|not later than|by|before|on|until|till|at|in|from|around|about"
    r"|for|due|starting|within|during|after|sometime)(?: the)?\s+)+$",
    re.IGNORECASE,
)
_PAST = re.compile(
    rf"\b(?:the day before yesterday|yesterday(?: (?:morning|afternoon|evening))?"
    rf"|last (?:week|month|year|quarter|night|{DAY})"
    rf"|(?:{NUMBER}|an?|a few|several) (?:days?|weeks?|months?|years?|hours?) ago"
    rf"|earlier (?:today|this week))\b",
    re.IGNORECASE,
)


_FAR = 12
"""Characters between a day and its time."""


@dataclass(frozen=True, slots=True)
class _Day:
    start: int
    end: int
    day: date
    period: str
    moment: datetime | None = None


class EnglishDateReader:
    """Reads dates against one reference moment."""

    def __init__(
        self, reference: datetime, lunar: Mapping[str, tuple[date, ...]], lexicon: EnglishLexicon
    ) -> None:
        self._now, self._today, self._lunar = reference, reference.date(), lunar
        self._holidays, self._corrections = lexicon.holidays, lexicon.corrections
        names = "|".join(map(re.escape, sorted(self._holidays, key=len, reverse=True)))
        forms = (*FORMS, ("holiday", rf"(?:the )?(?P<h>{names}){HOLIDAY_TAIL}"))
        self._forms = tuple(
            (name, re.compile(rf"(?:{form})(?!\w){PART_OF_DAY}(?!\w)", re.IGNORECASE))
            for name, form in forms
        )
        self._readers: dict[str, Callable[[re.Match[str], str], date | None]] = {
            name: getattr(self, "_" + name) for name, _ in forms
        }

    def find(self, board: Board) -> list[Due]:
        """Every date of the note in order, marked on the board; one taken back is left out."""
        for match in list(_PAST.finditer(board.mask)):
            board.cover(match.start(), match.end(), Mark.FIGURE)
        clocks = list(CLOCK.finditer(board.mask))
        days = _without_doubled(board.mask, self._days(board))
        found = [self._timed(board, one, clocks) for one in days]
        found += self._clocks(board)
        found.sort(key=lambda one: one.start)
        return self._without_corrected(board, found)

    def _without_corrected(self, board: Board, found: list[Due]) -> list[Due]:
        kept = []
        for place, one in enumerate(found):
            follower = found[place + 1] if place + 1 < len(found) else None
            between = board.mask[one.end : follower.start] if follower else ""
            if follower is None or not is_correction(self._corrections, between):
                kept.append(one)
        return kept

    def _days(self, board: Board) -> list[_Day]:
        found: list[_Day] = []
        position = 0
        for word in re.finditer(r"(?<![\w'])[A-Za-z0-9]", board.mask):
            if word.start() < position:
                continue
            day = self._at(board.mask, word.start())
            if day is not None:
                found.append(day)
                position = day.end
        for match in MONTH_ALONE.finditer(board.mask):
            if all(match.end() <= one.start or one.end <= match.start() for one in found):
                month = month_number(match["m"])
                first = self._month_start(month)
                until = month_end(first) if match[0].lower().startswith("by") else first
                found.append(_Day(match.start(), match.end(), max(until, self._today), ""))
        return found

    def _at(self, mask: str, position: int) -> _Day | None:
        best: _Day | None = None
        for name, form in self._forms:
            match = form.match(mask, position)
            if match is None or (best is not None and match.end() <= best.end):
                continue
            lead = _LEAD.search(mask[max(0, position - 40) : position])
            before = lead[0].lower() if lead else ""
            day = self._safe(name, match, before)
            if day is not None:
                start = position - (len(lead[0]) if lead else 0)
                moment = self._hours_later(match) if name == "within" else None
                best = _Day(start, match.end(), day, match["period"] or "", moment)
        return best

    def _safe(self, name: str, match: re.Match[str], before: str) -> date | None:
        try:
            return self._readers[name](match, before)
        except (OverflowError, ValueError):
            return None

    def _hours_later(self, match: re.Match[str]) -> datetime | None:
        if match["unit"].lower() != "hour":
            return None
        return self._now + timedelta(hours=min(count_of(match["n"]) or 0.0, 10_000.0))

    def _timed(self, board: Board, one: _Day, clocks: list[re.Match[str]]) -> Due:
        """The day with the time said right before or after it."""
        start, end, moment = one.start, one.end, None
        for clock in clocks:
            if clock.end() < one.start - _FAR or one.end + _FAR < clock.start():
                continue
            after = one.end <= clock.start() and _BETWEEN.fullmatch(
                board.mask, one.end, clock.start()
            )
            ahead = clock.end() <= one.start and _BETWEEN.fullmatch(
                board.mask, clock.end(), one.start
            )
            if after or ahead:
                moment = time_of(clock, one.period or period_of(board.mask[one.start : one.end]))
                start, end = min(start, clock.start()), max(end, clock.end())
                break
        moment = "12:00" if moment is None and one.period.lower() == "noon" else moment
        bare = BARE_CLOCK.match(board.mask, one.end) if moment is None else None
        if bare is not None:
            moment = day_time(hour_of(bare["hour"]), 0, one.period)
            end = bare.end()
        board.cover(start, end, Mark.DATE)
        if one.moment is not None:
            return Due(start, end, one.moment.strftime("%Y-%m-%dT%H:%M"), event=False)
        due = one.day.isoformat()
        return Due(start, end, f"{due}T{moment}" if moment else due, event=False)

    def _clocks(self, board: Board) -> list[Due]:
        """A time without a day is today's."""
        found = []
        for clock in list(CLOCK.finditer(board.mask)):
            moment = time_of(clock, "")
            if moment is not None:
                found.append(
                    Due(
                        clock.start(),
                        clock.end(),
                        f"{self._today.isoformat()}T{moment}",
                        event=False,
                    )
                )
                board.cover(clock.start(), clock.end(), Mark.DATE)
        return found

    # One method per form of `FORMS`.

    def _relative(self, match: re.Match[str], _before: str) -> date | None:
        words = match[0].lower()
        days = 2 if "after tomorrow" in words else 1 if words.startswith("tomorrow") else 0
        return self._today + timedelta(days=days)

    def _today_(self, _match: re.Match[str], _before: str) -> date | None:
        return self._today

    def _within(self, match: re.Match[str], _before: str) -> date | None:
        count, unit = count_of(match["n"]), match["unit"].lower()
        if count is None or count > 10_000:
            return None
        if unit in {"month", "quarter", "year"}:
            months = count * {"month": 1, "quarter": 3, "year": 12}[unit]
            whole = add_months(self._today, int(months))
            return whole + timedelta(days=15) if months % 1 else whole
        if unit == "hour":
            return (self._now + timedelta(hours=count)).date()
        if unit.endswith(" day"):
            return working(self._today, int(count))
        return self._today + timedelta(
            days=round(count * {"week": 7, "fortnight": 14}.get(unit, 1))
        )

    def _weekday_after(self, match: re.Match[str], _before: str) -> date | None:
        number = day_number(match["d"] or match["e"])
        later = 14 if "after next" in match[0].lower() else 7
        start = week_start(self._today) + timedelta(days=number)
        if later == 7 and start < self._today:
            start += timedelta(days=7)
        return start + timedelta(days=later)

    def _weekday(self, match: re.Match[str], _before: str) -> date | None:
        day = week_start(self._today) + timedelta(days=day_number(match["d"]))
        which = f"{match['which'] or ''} {match['late'] or ''}".lower()
        if "next" in which:
            return day + timedelta(days=7)
        return day + timedelta(days=7) if day < self._today else day

    def _weekend(self, match: re.Match[str], _before: str) -> date | None:
        later = 7 if "next" in match[0].lower() else 0
        return week_start(self._today) + timedelta(days=5 + later)

    def _week(self, match: re.Match[str], before: str) -> date | None:
        which, part = (match["which"] or "").lower(), (match["part"] or "").lower()
        if which == "the" and not part:
            return None
        later = 7 if which in {"next", "the following", "the coming"} else 0
        start = week_start(self._today) + timedelta(days=later)
        if "end" in part or part == "late" or match["alone"] or "within" in before:
            return max(start + timedelta(days=4), self._today)
        if "mid" in part:
            return max(start + timedelta(days=2), self._today)
        return max(start, self._today)

    def _two_weeks(self, _match: re.Match[str], _before: str) -> date | None:
        return week_start(self._today) + timedelta(days=14)

    def _day_of_month(self, match: re.Match[str], _before: str) -> date | None:
        later = match["which"].lower() == "next"
        base = add_months(self._today.replace(day=1), int(later))
        return valid(base.year, base.month, nth(match["n"]))

    def _month(self, match: re.Match[str], before: str) -> date | None:
        which = (match["which"] or match["only"] or "").lower()
        base = add_months(self._today.replace(day=1), int(which == "next"))
        part = "end" if match["alone"] or "within" in before else (match["part"] or "")
        day = part_of_month(base, part)
        if day < self._today and not which:
            return part_of_month(add_months(base, 1), part)
        return max(day, self._today)

    def _part_of_month(self, match: re.Match[str], _before: str) -> date | None:
        first = self._month_start(month_number(match["m"]))
        return max(part_of_month(first, match["part"]), self._today)

    def _month_start(self, month: int) -> date:
        first = date(self._today.year, month, 1)
        return first if month_end(first) >= self._today else first.replace(year=first.year + 1)

    def _day(self, match: re.Match[str], _before: str) -> date | None:
        words, plain = match["m"], match["n"].isdigit()
        if plain and words.lower() in {"may", "march"} and not words[0].isupper():
            return None
        month, number = month_number(words), nth(match["n"])
        if match["y"]:
            return valid(int(match["y"]), month, number)
        found = valid(self._today.year, month, number)
        if found is not None and found < self._today:
            return valid(self._today.year + 1, month, number)
        return found

    def _iso(self, match: re.Match[str], _before: str) -> date | None:
        return valid(int(match["y"]), int(match["m"]), int(match["n"]))

    def _number(self, match: re.Match[str], before: str) -> date | None:
        if not match["n"][0].isdigit() and not before:
            return None
        number = nth(match["n"])
        found = valid(self._today.year, self._today.month, number)
        if found is None or found < self._today:
            later = add_months(self._today.replace(day=1), 1)
            return valid(later.year, later.month, number)
        return found

    def _quarter(self, match: re.Match[str], before: str) -> date | None:
        first = date(self._today.year, 3 * ((self._today.month - 1) // 3) + 1, 1)
        if match["q"]:
            first = date(self._today.year, 3 * int(match["q"]) - 2, 1)
            if month_end(add_months(first, 2)) < self._today:
                first = first.replace(year=first.year + 1)
        elif match["which"].lower() == "next":
            first = add_months(first, 3)
        elif match["which"].lower() == "the" and not match["part"]:
            return None
        ends = match["part"] or "within" in before
        return month_end(add_months(first, 2)) if ends else max(first, self._today)

    def _year(self, match: re.Match[str], before: str) -> date | None:
        if match["part"] and match["part"].lower() == "this" and not before:
            return None
        return date(self._today.year, 12, 31)

    def _next_year(self, _match: re.Match[str], _before: str) -> date | None:
        return date(self._today.year + 1, 1, 1)

    def _holiday(self, match: re.Match[str], before: str) -> date | None:
        """Before it is the day before; a holiday that is only the occasion is no date."""
        name = self._holidays[match["h"].lower()]
        first = holiday(name, self._today, self._lunar)
        if first is None or not before:
            return None
        if "after" in before:
            return after_holiday(name, first)
        early = re.search(r"before|by|until|till|later than", before)
        return max(first - timedelta(days=1), self._today) if early else first


def _without_doubled(mask: str, days: list[_Day]) -> list[_Day]:
    """Thursday, March 12: one day said twice; the figures count."""
    kept: list[_Day] = []
    for one in days:
        last = kept[-1] if kept else None
        twice = last is not None and re.fullmatch(r"[\s,]*", mask[last.end : one.start])
        if last is not None and twice and re.search("[0-9]", mask[one.start : one.end]):
            named = re.search(rf"{DAY}|today|tomorrow", mask[last.start : last.end], re.IGNORECASE)
            if named is not None:
                kept[-1] = replace(one, start=last.start)
                continue
        kept.append(one)
    return kept
