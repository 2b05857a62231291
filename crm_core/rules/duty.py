"""Who of a role is on duty at a moment, and who is next: the expert roster (row 4.16).

Pure: from the lines of the roster, who works here, who is away, and the company's calendar. Times
are China time. A line that says too little, or cannot be read, puts nobody on duty and is named by
`trouble`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from crm_core.clock import CHINA
from crm_core.model.schema import Label
from crm_core.model.values import Record
from crm_core.rules.timekeeping.working_time import Calendar, hours_from

ENTITY = "duty"
WEEKLY, COVER, OFF = "weekly", "cover", "off"
AHEAD = 14
"""Days in which somebody is looked for who is on duty next."""
Spans = tuple[tuple[int, int], ...]
"""Minutes since midnight, in order."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody on duty from one moment to another."""

    user: str
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A role at a moment."""

    role: str
    now: tuple[Turn, ...]
    coming: tuple[Turn, ...] = ()
    """Those who begin next, all at one moment; empty where nobody does within `AHEAD` days."""
    names: Mapping[str, str] = field(default_factory=dict)
    unseen: Collection[str] = ()
    """Those of whom it is not known here whether they are away."""

    @property
    def unsure(self) -> bool:
        """Whether somebody named may be away without this device having been told."""
        return any(one.user in self.unseen for one in self.first)

    @property
    def first(self) -> tuple[Turn, ...]:
        """Whom to ask: those on duty now, else those who come next."""
        return self.now or self.coming

    def name(self, user: str) -> str:
        """What somebody is called."""
        return self.names.get(user, user)

    def words(self, language: str, at: datetime) -> str:
        """Who is on duty, or that nobody is and who comes next, as part of a sentence."""
        zh, said = language.startswith("zh"), self._words(language, at)
        if not self.unsure:
            return said
        away = "，是否请假本机不知道" if zh else "; this device cannot tell whether they are away"
        return said + away

    def _words(self, language: str, at: datetime) -> str:
        zh = language.startswith("zh")
        comma = "、" if zh else ", "
        who = comma.join(self.name(one.user) for one in self.first)
        if self.now:
            until = min(one.end for one in self.now)
            clock = when_words(until, at, language)
            return f"现在值守：{who}（到 {clock}）" if zh else f"on duty now: {who} (until {clock})"
        if self.coming:
            clock = when_words(self.coming[0].begin, at, language)
            return (
                f"现在无人值守，下一位：{who}（{clock} 起）"
                if zh
                else f"nobody is on duty now; next: {who} (from {clock})"
            )
        return (
            f"现在无人值守，之后 {AHEAD} 天也没有排班"
            if zh
            else f"nobody is on duty, nor in the next {AHEAD} days"
        )


@dataclass(frozen=True)
class Roster:
    """All lines of all roles; made once for many questions."""

    lines: Sequence[Record]
    people: Mapping[str, str]
    """Who works here: id → name."""
    away: Collection[tuple[str, date, date]] = ()
    """Absences: who, first and last day."""
    calendar: Calendar = field(default_factory=Calendar)
    unseen: Collection[str] = ()
    """Whose absences are not sent here."""

    @property
    def roles(self) -> tuple[str, ...]:
        """What the rosters are called, in order of their names."""
        found: dict[str, str] = {}
        for one in self.lines:
            found.setdefault(_key(one.get("role")), str(one.get("role") or "").strip())
        return tuple(sorted(name for key, name in found.items() if key))

    def named(self, role: Label | str) -> str:
        """The roster of a role as a stage or a rule calls it; empty where there is none."""
        words = (role,) if isinstance(role, str) else (role.zh, role.en)
        wanted = {_key(one) for one in words} - {""}
        return next((one for one in self.roles if _key(one) in wanted), "")

    def at(self, role: Label | str, now: datetime) -> OnDuty | None:
        """Who is on duty and who is next; None for a role that has no roster."""
        name = self.named(role)
        if not name:
            return None
        today = now.astimezone(CHINA).date()
        days = (today + timedelta(days=n) for n in range(AHEAD + 1))
        here: tuple[Turn, ...] = ()
        for day in days:
            turns = self.turns(name, day)
            if day == today:
                here = tuple(one for one in turns if one.begin <= now < one.end)
            later = [one.begin for one in turns if one.begin > now]
            if later and not here:
                first = min(later)
                coming = tuple(one for one in turns if one.begin == first)
                return OnDuty(name, (), coming, self.people, self.unseen)
            if here:
                break
        longer = tuple(self._longer(name, one) for one in here)
        return OnDuty(name, longer, (), self.people, self.unseen)

    def turns(self, role: str, day: date) -> tuple[Turn, ...]:
        """Who is on duty on a day and when, by time."""
        lines = self._on(role, day)
        weekly = self._weekly(lines, day)
        made: dict[str, set[tuple[int, int]]] = defaultdict(set)
        for user, spans in [*self._left(lines, weekly), *self._standing_in(lines, weekly)]:
            made[user].update(spans)
        found = (
            Turn(user, _moment(day, begin), _moment(day, end))
            for user, spans in made.items()
            if self._there(user, day)
            for begin, end in _joined(spans)
        )
        return tuple(sorted(found, key=lambda one: (one.begin, one.end, one.user)))

    def is_gap(self, role: str, day: date) -> bool:
        """Whether people work on a day and nobody of the role is on duty."""
        return self.calendar.works_on(day) and not self.turns(role, day)

    def has_cover(self, role: str, day: date) -> bool:
        """Whether somebody stands in on a day."""
        return any(one.get("kind") == COVER for one in self._on(role, day))

    def _on(self, role: str, day: date) -> list[Record]:
        """The lines that speak of a role on a day."""
        return [
            one for one in self.lines
            if _key(one.get("role")) == _key(role) and not trouble(one) and _covers(one, day)
        ]  # fmt: skip

    def _weekly(self, lines: Sequence[Record], day: date) -> list[tuple[str, Spans]]:
        holiday = self.calendar.is_holiday(day)
        return [
            (str(one["user"]), self._hours(one)) for one in lines
            if one.get("kind") == WEEKLY and (not holiday or one.get("holidays"))
        ]  # fmt: skip

    def _left(
        self, lines: Sequence[Record], weekly: Sequence[tuple[str, Spans]]
    ) -> Iterator[tuple[str, Spans]]:
        """Of the weekly pattern, those nobody stands in for and who are not off."""
        gone = {one.get("covers") for one in lines if one.get("kind") == COVER}
        gone |= {one.get("user") for one in lines if one.get("kind") == OFF}
        yield from (one for one in weekly if None not in gone and one[0] not in gone)

    def _standing_in(
        self, lines: Sequence[Record], weekly: Sequence[tuple[str, Spans]]
    ) -> Iterator[tuple[str, Spans]]:
        for one in lines:
            if one.get("kind") != COVER:
                continue
            theirs = [spans for user, spans in weekly if one.get("covers") in (None, user)]
            own = self._hours(one) if one.get("hours") or not theirs else ()
            yield str(one["user"]), own or tuple(span for spans in theirs for span in spans)

    def _hours(self, line: Record) -> Spans:
        written = str(line.get("hours") or "").strip()
        return hours_from(written) if written else self.calendar.hours

    def _there(self, user: str, day: date) -> bool:
        away = any(who == user and first <= day <= last for who, first, last in self.away)
        return user in self.people and not away

    def _longer(self, role: str, turn: Turn) -> Turn:
        """A turn with what follows it past midnight without a break."""
        local = turn.end.astimezone(CHINA)
        if local.time() != time():
            return turn
        after = (one for one in self.turns(role, local.date()) if one.user == turn.user)
        end = next((one.end for one in after if one.begin == turn.end), turn.end)
        return Turn(turn.user, turn.begin, end)


def roster_of(
    lines: Iterable[Record], users: Iterable[Record], absences: Iterable[Record],
    calendar: Calendar,
) -> Roster:  # fmt: skip
    """A roster from records; somebody who has left is on duty no more."""
    people = {
        str(one["id"]): str(one.get("name") or one["id"])
        for one in users
        if one.get("active") is not False
    }
    away = tuple(
        (str(one["user"]), _day(one.get("from_on"), date.min), _day(one.get("until_on"), date.max))
        for one in absences
        if one.get("user")
    )
    ordered = sorted(lines, key=lambda one: (str(one.get("role")), str(one["id"])))
    return Roster(tuple(ordered), people, away, calendar)


def trouble(line: Record) -> Label | None:
    """Why a line puts nobody on duty, whatever the day; None where it can be followed."""
    unreadable = hours_trouble(line.get("hours"))
    if unreadable is not None:
        return unreadable
    kind = line.get("kind")
    if kind == WEEKLY and not line.get("weekdays"):
        return Label("还没有选星期", "No weekday was chosen")
    if kind != OFF and not line.get("user"):
        return Label("还没有选值守人", "Nobody was chosen")
    if kind != WEEKLY and not (line.get("from_on") or line.get("until_on")):
        return Label("还没有填日期", "No date was given")
    return None


def hours_trouble(written: object) -> Label | None:
    """What is wrong with hours as they were typed."""
    if not isinstance(written, str) or not written.strip():
        return None
    try:
        hours_from(written)
    except ValueError:
        return Label(
            "时段看不懂，请写成 09:00-12:00，13:30-18:00",
            "These hours cannot be read; write 09:00-12:00,13:30-18:00",
        )
    return None


def when_words(moment: datetime, at: datetime, language: str) -> str:
    """A moment as people say it, seen from another: today by the hour, this week by the weekday."""
    local, now = moment.astimezone(CHINA), at.astimezone(CHINA)
    days = (local.date() - now.date()).days
    clock = f"{local:%H:%M}"
    if days == 0:
        return clock
    if 0 < days < 7:
        return f"{day_words(local.date(), language)} {clock}"
    return f"{local:%m-%d} {clock}"


def day_words(day: date, language: str) -> str:
    """The weekday, shortly."""
    names = ("周一周二周三周四周五周六周日", "MonTueWedThuFriSatSun")
    zh = language.startswith("zh")
    size = 2 if zh else 3
    return names[not zh][day.weekday() * size :][:size]


def _covers(line: Record, day: date) -> bool:
    """Whether a line speaks of a day; an end that was not given is open, but for single days."""
    dated = line.get("kind") != WEEKLY
    first, last = line.get("from_on"), line.get("until_on")
    if dated:
        first, last = first or last, last or first
    weekdays = line.get("weekdays")
    if not dated and (not isinstance(weekdays, list) or str(day.weekday()) not in weekdays):
        return False
    return _day(first, date.min) <= day <= _day(last, date.max)


def _day(value: object, missing: date) -> date:
    return date.fromisoformat(value) if isinstance(value, str) and value else missing


def _key(role: object) -> str:
    return " ".join(str(role or "").split()).casefold()


def _moment(day: date, minute: int) -> datetime:
    return datetime.combine(day, time(), tzinfo=CHINA) + timedelta(minutes=minute)


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that touch or overlap as one."""
    found: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((begin, end))
    return found
