"""Days as an iCalendar file (RFC 5545), which Outlook, Apple, Google and 钉钉 open; pure.

Moments are in UTC, so no reader needs to know a zone. Ids are those of the records: a file that
is imported again moves what is there and makes nothing twice.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, vDate, vDatetime, vGeo

from desktop.services.agenda import Item, Source

_WORDS = {
    Source.VISIT: ("拜访", "Visit"),
    Source.TASK: ("任务", "Task"),
    Source.PROMISE: ("承诺", "Promise"),
    Source.NEXT: ("下一步", "Next step"),
    Source.CLOSING: ("预计成交", "Expected close"),
}


def calendar_file(items: Iterable[Item], *, now: datetime, language: str) -> bytes:
    """The bytes of the file; `now` (aware) is when it was made."""
    made = Calendar()
    made.add("prodid", "-//Suixing//CRM//ZH")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    for item in items:
        made.add_component(_event(item, now, language))
    return bytes(made.to_ical())


def _event(item: Item, now: datetime, language: str) -> Event:
    event = Event()
    word = _WORDS[item.source][0 if language.startswith("zh") else 1]
    event.add("uid", f"{item.entity}-{item.id}@suixing")
    event.add("dtstamp", vDatetime(_utc(now)))
    event.add("summary", f"{word}：{item.title}" if language.startswith("zh") else (
        f"{word}: {item.title}"
    ))  # fmt: skip
    event.add("categories", [word])
    if item.start is None:
        event.add("dtstart", vDate(item.day))
        event.add("dtend", vDate(item.day + timedelta(days=1)))
    else:
        event.add("dtstart", vDatetime(_utc(item.start)))
        event.add("dtend", vDatetime(_utc(item.start + timedelta(minutes=item.minutes))))
    # Of a visit that would be its note, which is nobody else's business.
    if item.about and item.source is not Source.VISIT:
        event.add("description", item.about)
    if item.place:
        event.add("location", item.place)
    if item.point is not None:
        event.add("geo", vGeo(item.point))
    # A task that is due blocks nobody's time; a visit does.
    event.add("transp", "OPAQUE" if item.source is Source.VISIT else "TRANSPARENT")
    return event


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
