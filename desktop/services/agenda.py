"""What lies in a range of days: visits, tasks, promises, next steps, expected closings. Reads only.

One query for each kind of record, whatever the range; only the person's own.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from importlib import resources

from crm_core.clock import CHINA, iso_moment, parse_moment
from crm_core.model.query import All, Op, Query, Sort, Test
from crm_core.model.values import Record
from desktop.services.queries import references, resolve_titles
from desktop.services.workspace import Workspace

VISIT_MINUTES, TASK_MINUTES = 60, 30
"""What is drawn where nobody said how long it takes."""
_FIXED_DAYS = {(1, 1): "元旦", (5, 1): "劳动节", (10, 1): "国庆"}
_ENGLISH = {
    "元旦": "New Year", "劳动节": "Labour Day", "国庆": "National Day", "春节": "Spring Festival",
    "元宵": "Lantern Festival", "清明": "Qingming", "端午": "Dragon Boat", "中秋": "Mid-Autumn",
}  # fmt: skip


class Source(StrEnum):
    """What kind of thing it is."""

    VISIT = "visit"
    TASK = "task"
    PROMISE = "promise"
    NEXT = "next"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in the calendar."""

    source: Source
    entity: str
    id: str
    title: str
    about: str
    customer: str
    day: date
    """In China."""
    start: datetime | None
    """Aware, in China; None for the whole day."""
    minutes: int
    done: bool = False
    place: str = ""
    point: tuple[float, float] | None = None
    """Latitude and longitude, where they are those of GPS."""

    @property
    def order(self) -> tuple[date, time, str]:
        """Whole days first, then by the clock."""
        return self.day, self.start.time() if self.start else time(0), self.id


@dataclass(frozen=True, slots=True)
class Agenda:
    """Some days and what lies in them."""

    now: datetime
    """Aware, in China."""
    first: date
    days: int
    items: tuple[Item, ...]
    """In the order of time."""

    def on(self, day: date) -> tuple[Item, ...]:
        """What lies on one day."""
        return tuple(item for item in self.items if item.day == day)


def read_agenda(workspace: Workspace, first: date, days: int) -> Agenda:
    """The person's own days from `first` on. Meant for the database thread."""
    last = first + timedelta(days=days - 1)
    plain = (first.isoformat(), last.isoformat())
    found = {
        "visit": _find(workspace, "visit", "started_at", _moments(first, last)),
        "task": [
            task
            for task in _find(workspace, "task", "due_at", _moments(first, last))
            if task.get("state") != "dropped"
        ],
        "follow_up": _find(
            workspace, "follow_up", "next_on", (first.isoformat(), last.isoformat())
        ),
        "opportunity": [
            one
            for one in _find(workspace, "opportunity", "close_on", plain)
            if one.get("stage") not in ("won", "lost")
        ],
    }
    names = resolve_titles(workspace, references(workspace, found))
    items = [
        item
        for entity, records in found.items()
        for record in records
        if (item := _MAKERS[entity](record, names)) is not None
    ]
    told = {(i.title, i.customer, i.day) for i in items if i.entity == "task"}
    # A next step that became a task is one thing, not two.
    kept = [i for i in items if i.source is not Source.NEXT or _told(i) not in told]
    now = workspace.clock.now().astimezone(CHINA)
    return Agenda(now, first, days, tuple(sorted(kept, key=lambda item: item.order)))


def _told(item: Item) -> tuple[str, str, date]:
    return item.title, item.customer, item.day


@lru_cache(maxsize=1)
def _festivals() -> Mapping[date, str]:
    source = resources.files("resources").joinpath("lexicons", "holidays.json")
    found = json.loads(source.read_text(encoding="utf-8"))
    return {date.fromisoformat(day): name for name, days in found.items() for day in days.values()}


def holiday_on(day: date, language: str) -> str:
    """The name of the holiday that begins or falls on a day; empty on other days."""
    name = _festivals().get(day) or _FIXED_DAYS.get((day.month, day.day), "")
    return name if language.startswith("zh") else _ENGLISH.get(name, name)


def _moments(first: date, last: date) -> tuple[str, str]:
    start = datetime.combine(first, time(0), tzinfo=CHINA)
    end = datetime.combine(last + timedelta(days=1), time(0), tzinfo=CHINA)
    return iso_moment(start), iso_moment(end - timedelta(seconds=1))


def _find(workspace: Workspace, entity: str, field: str, within: tuple[str, str]) -> list[Record]:
    mine = Test("owner", Op.EQ, workspace.actor.user_id)
    where = All((mine, Test(field, Op.GE, within[0]), Test(field, Op.LE, within[1])))
    return list(workspace.replica.find(Query(entity, where, (Sort(field),))))


_Names = Mapping[tuple[str, str], str]


def _about(record: Record, names: _Names) -> tuple[str, str]:
    """Customer id, and its name or that of the lead."""
    customer, lead = str(record.get("customer") or ""), str(record.get("lead") or "")
    return customer, names.get(("customer", customer)) or names.get(("lead", lead), "")


def _at(record: Record, field: str) -> datetime:
    return parse_moment(str(record[field])).astimezone(CHINA)


def _visit(record: Record, names: _Names) -> Item | None:
    start, (customer, about) = _at(record, "started_at"), _about(record, names)
    end = record.get("ended_at")
    length = parse_moment(str(end)) - start if end else timedelta(minutes=VISIT_MINUTES)
    return Item(
        source=Source.VISIT, entity="visit", id=str(record["id"]),
        title=about or str(record.get("summary") or ""),
        about=" ".join(str(record.get("summary") or "").split())[:80], customer=customer,
        day=start.date(), start=start, minutes=max(int(length.total_seconds() // 60), 1),
        done=bool(end), place=str(record.get("place") or ""), point=_point(record),
    )  # fmt: skip


def _point(record: Record) -> tuple[float, float] | None:
    latitude, longitude = record.get("latitude"), record.get("longitude")
    if record.get("datum") != "wgs84" or latitude is None or longitude is None:
        return None
    return float(str(latitude)), float(str(longitude))


def _task(record: Record, names: _Names) -> Item | None:
    start, (customer, about) = _at(record, "due_at"), _about(record, names)
    promise = record.get("kind") == "promise"
    return Item(
        source=Source.PROMISE if promise else Source.TASK, entity="task", id=str(record["id"]),
        title=str(record.get("title") or ""), about=about, customer=customer, day=start.date(),
        start=start, minutes=TASK_MINUTES, done=record.get("state") == "done",
    )  # fmt: skip


def _next(record: Record, names: _Names) -> Item | None:
    if not record.get("next_step"):
        return None
    customer, about = _about(record, names)
    return Item(
        source=Source.NEXT, entity="follow_up", id=str(record["id"]),
        title=str(record["next_step"]), about=about, customer=customer,
        day=date.fromisoformat(str(record["next_on"])), start=None, minutes=0,
    )  # fmt: skip


def _closing(record: Record, names: _Names) -> Item | None:
    customer, about = _about(record, names)
    return Item(
        source=Source.CLOSING, entity="opportunity", id=str(record["id"]),
        title=str(record.get("name") or ""), about=about, customer=customer,
        day=date.fromisoformat(str(record["close_on"])), start=None, minutes=0,
    )  # fmt: skip


_MAKERS = {"visit": _visit, "task": _task, "follow_up": _next, "opportunity": _closing}
