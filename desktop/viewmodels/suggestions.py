"""Why a line of the day is there, and what one could say: chosen by its kind, filled in (row 6.18).

The words are data in `resources/wording`, in both languages. Nothing is sent; a person copies it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib import resources

from desktop.viewmodels.today import Line, Section

_AHEAD = frozenset({Section.UPCOMING, Section.UNDATED})


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who would say it."""

    name: str
    company: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Why now, and what to say; both may be empty."""

    reason: str = ""
    words: str = ""


def suggestion_for(line: Line, speaker: Speaker, now: datetime, language: str) -> Suggestion:
    """What to say about a line; to-dos and reminders of one's own have no words for others."""
    found = _wording().get(occasion(line, now))
    if found is None:
        return Suggestion()
    tongue = "zh" if language.startswith("zh") else "en"
    filled = _filled(line, speaker, now, zh=tongue == "zh")
    return Suggestion(
        found["reason"][tongue].format_map(filled), found["words"][tongue].format_map(filled)
    )


def occasion(line: Line, now: datetime) -> str:
    """The key of the wording that fits; one that nobody wrote means there is none."""
    if line.entity == "lead":
        if line.clock is None:
            return "lead_untimed"
        warned = line.clock.warned
        return "lead_over" if line.hours_left < 0 else "lead_closing" if warned else "lead_new"
    if line.entity == "opportunity":
        return "quote_silent" if line.kind == "quote" else "deal_over"
    when = line.promised or line.due
    if line.entity == "contact":
        today = when is not None and when.date() <= now.date()
        return "birthday_today" if today else "birthday_ahead"
    # Whoever wanted to be reminded of a customer means to speak with them.
    kind = "next" if line.kind == "reminder" and line.customer else line.kind
    if when is None or (line.section in _AHEAD and when > now):
        return f"{kind}_ahead" if when is not None else ""
    return f"{kind}_overdue" if when < now else f"{kind}_due"


def _filled(line: Line, speaker: Speaker, now: datetime, *, zh: bool) -> Mapping[str, str]:
    when = line.promised or line.due
    late = (now - when).total_seconds() / 3600 if when else 0.0
    # A task is about its customer, everything else is named by itself.
    who = line.about if line.entity == "task" else line.title
    return {
        "who": who or ("客户" if zh else "the customer"),
        "what": line.title,
        "me": speaker.name,
        "company": speaker.company,
        "interest": line.interest or ("我们的产品" if zh else "our products"),
        "left": _span(line.hours_left, zh=zh),
        "over": _span(-line.hours_left, zh=zh),
        "limit": _limit(line, zh=zh),
        "spent": _span(line.clock.spent_hours if line.clock else 0.0, zh=zh),
        "rule": line.clock.name.text("zh" if zh else "en") if line.clock else "",
        "late": _span(late, zh=zh),
        "days": str(max(int(late // 24), 0)),
        "clock": f"{when:%H:%M}" if when else "",
        "day": _day(when, zh=zh) if when else "",
    }


def _span(hours: float, *, zh: bool) -> str:
    whole = max(int(hours), 0)
    if whole >= 48:
        return f"{whole // 24} 天" if zh else f"{whole // 24} days"
    if whole >= 1:
        return f"{whole} 小时" if zh else f"{whole} hours" if whole > 1 else "1 hour"
    minutes = max(int(hours * 60), 0)
    return f"{minutes} 分钟" if zh else f"{minutes} minutes"


def _limit(line: Line, *, zh: bool) -> str:
    """The hours of its clock, as the company set them."""
    if line.clock is None:
        return ""
    hours = f"{line.clock.limit_hours:g}"
    if line.clock.working:
        return f"{hours} 个工作小时" if zh else f"{hours} working hours"
    return f"{hours} 小时" if zh else f"{hours} hours"


def _day(when: datetime, *, zh: bool) -> str:
    return f"{when.month} 月 {when.day} 日" if zh else f"{when:%B} {when.day}"


@lru_cache(maxsize=1)
def _wording() -> dict[str, dict[str, dict[str, str]]]:
    source = resources.files("resources").joinpath("wording", "suggestions.json")
    return dict(json.loads(source.read_text(encoding="utf-8")))
