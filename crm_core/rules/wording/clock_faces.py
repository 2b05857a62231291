"""How a running clock reads: what it waits for, what is left in its own unit, how far it has come.

Pure, in both languages; the words of the tasks it makes are in `clock_words`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from crm_core.clock import CHINA
from crm_core.model.query import fields_tested
from crm_core.model.schema import EntitySpec
from crm_core.model.values import Record
from crm_core.rules.documents import Document
from crm_core.rules.timekeeping.clock_state import ClockState, Phase, moment_of
from crm_core.rules.timekeeping.clocks import Clock, Measure
from crm_core.rules.timekeeping.working_time import Calendar, days_off
from crm_core.rules.wording.speaking import Speaker, recipient_words

RUNNING = (Phase.OVER, Phase.RUNNING, Phase.PAUSED)
"""Phases in which a clock is shown, the most urgent first."""
_DAYS_FROM = timedelta(hours=48)
_WARNED = 0.25
"""The share of its hours that is left when a clock without a warning of its own turns yellow."""


@dataclass(frozen=True, slots=True)
class Face:
    """A running clock, ready to be shown."""

    rule: str
    """Id of the clock."""
    phase: Phase
    warned: bool
    """Nearly over: it has reached a level, or a quarter of its hours is left."""
    name: str
    time: str
    """What is left or over, in its own unit."""
    detail: str
    """What it waits for, until when, and who hears of it."""
    halted: str
    """Why it does not run; empty where it does."""
    doubts: tuple[str, ...]
    """What may change this that is not known here."""
    why: str
    """How it is worked out, for the tip."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What everything is worded for."""

    speaker: Speaker
    now: datetime


def face(
    rule: Document[Clock], found: ClockState, calendar: Calendar, exempt: Record | None,
    moment: Moment,
) -> Face:  # fmt: skip
    """`found` in words; `exempt`: the exemption in force, if any."""
    speaker, clock = moment.speaker, rule.body
    parts = [
        speaker.choose(f"等{waits}", f"waits for {waits}")
        if (waits := waits_for(rule, speaker))
        else "",
        _until(clock, found, calendar, moment) if found.phase is not Phase.PAUSED else "",
        _level(clock, found, speaker) if found.phase is not Phase.PAUSED else "",
    ]
    return Face(
        rule=rule.id,
        phase=found.phase,
        warned=found.phase is Phase.RUNNING and _is_warned(clock, found),
        name=rule.label.text(speaker.language),
        time=time_words(found, speaker, working=clock.measure is Measure.WORKING),
        detail=" · ".join(part for part in parts if part),
        halted=_halted(exempt if clock.exemptible else None, speaker) if found.paused else "",
        doubts=tuple(one.text(speaker.language) for one in found.doubts),
        why="\n".join(one.text(speaker.language) for one in found.why),
    )


def waits_for(rule: Document[Clock], speaker: Speaker) -> str:
    """What has to happen for the clock to stop or begin anew: 首次响应、跟进或拜访."""
    clock = rule.body
    ends = [speaker.field(rule.entity, name) for name in clock.stop_fields]
    ends += [speaker.entity(one.entity) for one in clock.related()]
    stop = speaker.condition(clock.stop_when, rule.entity)
    ends += [stop] if stop else []
    if not ends and "stage" in fields_tested(clock.runs_when.condition):
        ends = [speaker.choose("离开本阶段", "leaving this stage")]
    *first, last = dict.fromkeys(ends) or [""]
    said = speaker.choose("、", ", ").join(first)
    return f"{said}{speaker.choose('或', ' or ')}{last}" if said else last


def time_words(found: ClockState, speaker: Speaker, *, working: bool) -> str:
    """What is left of its hours, or by how much they are over: 还剩 5 小时 20 分."""
    if found.left is None:
        return ""
    said = span_words(abs(found.left), speaker, whole_days=not working)
    over = found.phase is Phase.OVER or found.left < timedelta()
    if not working:
        return speaker.choose(
            f"超时 {said}" if over else f"还剩 {said}", f"{said} over" if over else f"{said} left"
        )
    return speaker.choose(
        f"工作时间{'超时' if over else '还剩'} {said}",
        f"{said} of working time {'over' if over else 'left'}",
    )


def span_words(span: timedelta, speaker: Speaker, *, whole_days: bool = True) -> str:
    """A length of time in its two largest parts; `whole_days`: a day of it has 24 hours."""
    minutes = int(span.total_seconds() // 60)
    if whole_days and span >= _DAYS_FROM:
        days, hours = divmod(minutes // 60, 24)
        rest = speaker.choose(f" {hours} 小时", f" {hours} h") if hours else ""
        return speaker.choose(f"{days} 天", f"{days} d") + rest
    hours, minutes = divmod(minutes, 60)
    if not hours:
        return speaker.choose(f"{minutes} 分钟", f"{minutes} min")
    rest = speaker.choose(f" {minutes} 分", f" {minutes} min") if minutes else ""
    return speaker.choose(f"{hours} 小时", f"{hours} h") + rest


def _is_warned(clock: Clock, found: ClockState) -> bool:
    left = found.hours_left or 0.0
    return found.level > 0 or left < clock.limit_hours * _WARNED


def _until(clock: Clock, found: ClockState, calendar: Calendar, moment: Moment) -> str:
    speaker, now = moment.speaker, moment.now
    if found.due is None:
        return ""
    at = day_words(found.due, now)
    said = speaker.choose(f"到 {at} 止", f"until {at}")
    if clock.measure is Measure.WORKING and found.due > now:
        off = days_off(calendar, now, found.due)
        said += (
            speaker.choose(f"（其间放假 {off} 天）", f" ({off} holidays between)") if off else ""
        )
    return said


def day_words(moment: datetime, now: datetime) -> str:
    """A moment in China as people write it, with the year where that is another."""
    at, today = moment.astimezone(CHINA), now.astimezone(CHINA)
    if at.date() == today.date():
        return f"{at:%H:%M}"
    return f"{at:%m-%d %H:%M}" if at.year == today.year else f"{at:%Y-%m-%d %H:%M}"


def _level(clock: Clock, found: ClockState, speaker: Speaker) -> str:
    """The level it has reached, or the first one that is ahead."""
    every = clock.levels
    if not every:
        return ""
    number = max(found.level, 1)
    one = every[min(number, len(every)) - 1]
    who = speaker.listed([recipient_words(word, speaker) for word in one.to])
    if found.level:
        return speaker.choose(
            f"第 {number}/{len(every)} 级：提醒{who}",
            f"level {number} of {len(every)}: tells {who}",
        )
    after = speaker.hours(one.after_hours)
    return speaker.choose(f"满 {after}提醒{who}", f"tells {who} after {after}")


def _halted(exempt: Record | None, speaker: Speaker) -> str:
    if exempt is None:
        return speaker.choose("按规则暂停，不计时也不升级", "paused by its rule: no time counts")
    return exempt_words(exempt, speaker)


def exempt_words(exempt: Record, speaker: Speaker) -> str:
    """An exemption in force: until when, and why."""
    spec = _exemption_spec(speaker)
    kind = spec.field_spec("kind").choice(str(exempt.get("kind"))) if spec is not None else None
    words = [kind.label.text(speaker.language) if kind else "", str(exempt.get("reason") or "")]
    until = moment_of(exempt.get("until"))
    end = f"{until.astimezone(CHINA):%m-%d %H:%M}" if until is not None else "—"
    said = speaker.choose("，", ", ").join(one for one in dict.fromkeys(words) if one)
    return speaker.choose(f"豁免至 {end}：{said}", f"Exempt until {end}: {said}")


def _exemption_spec(speaker: Speaker) -> EntitySpec | None:
    return speaker.registry.entity("exemption") if "exemption" in speaker.registry else None
