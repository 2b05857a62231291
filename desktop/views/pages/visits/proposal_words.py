"""How a proposed value is said and coloured: names of fields, days as people say them. Pure."""

import calendar
from datetime import date, datetime, timedelta

from crm_core.clock import CHINA
from desktop.viewmodels.visits.visit_cards import Field
from desktop.views.theme.tokens import Tone

TONES: dict[Field, Tone] = {
    Field.CUSTOMER: Tone.ACCENT,
    Field.CONTACT: Tone.ACCENT,
    Field.POINT: Tone.NEUTRAL,
    Field.PRODUCT: Tone.GOOD,
    Field.BUDGET: Tone.GOOD,
    Field.OBJECTION: Tone.BAD,
    Field.COMPETITOR: Tone.BAD,
    Field.CONCERN: Tone.NEUTRAL,
    Field.SENTIMENT: Tone.NEUTRAL,
    Field.PROMISE: Tone.WARN,
    Field.NEXT: Tone.WARN,
    Field.STAGE: Tone.ACCENT,
    Field.UPDATE: Tone.NEUTRAL,
}
"""Who, what and for how much, what stands against it, what matters, what was promised."""
NAMES: dict[Field, tuple[str, str]] = {
    Field.CUSTOMER: ("客户", "Customer"),
    Field.CONTACT: ("联系人", "Contact"),
    Field.POINT: ("要点", "Key point"),
    Field.PRODUCT: ("意向产品", "Product"),
    Field.BUDGET: ("预算", "Budget"),
    Field.CONCERN: ("关注点", "Concern"),
    Field.OBJECTION: ("异议", "Objection"),
    Field.COMPETITOR: ("竞品", "Competitor"),
    Field.SENTIMENT: ("态度", "Sentiment"),
    Field.PROMISE: ("承诺", "Promise"),
    Field.NEXT: ("下一步", "Next step"),
    Field.STAGE: ("阶段", "Stage"),
    Field.UPDATE: ("补充", "Update"),
}
"""One value a card: singular, where the registry names whole sets."""
_WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


def due_words(due: str, today: date, language: str) -> str:
    """A due moment as people say it: 明天 周二 3月3日 18:00."""
    try:
        moment = datetime.fromisoformat(due)
    except ValueError:
        return due
    local = moment.astimezone(CHINA) if moment.tzinfo else moment
    day, zh = local.date(), language.startswith("zh")
    near = {today: ("今天", "today"), today + timedelta(days=1): ("明天", "tomorrow")}
    word = near.get(day, ("", ""))[0 if zh else 1]
    if zh:
        written = f"{word} {_WEEKDAYS[day.weekday()]} {day.month}月{day.day}日 {local:%H:%M}"
    else:
        weekday, month = calendar.day_abbr[day.weekday()], calendar.month_abbr[day.month]
        written = f"{word} {weekday} {day.day} {month} {local:%H:%M}"
    return written.strip()
