"""A follow-up being written: quick phrases, what is wrong with it, and drafts that outlive a crash.

No widget here; the sheet is `views.pages.follow_up_sheet`.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from crm_core.clock import CHINA
from crm_core.model.schema import Label
from desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from crm_core.notes.dates import DateReader

CONCLUSION_LIMIT = 100
STEP_LIMIT = 100
PHRASES: tuple[Label, ...] = (
    Label("预算有限", "tight budget"),
    Label("关注师资", "cares about teachers"),
    Label("需对比3家", "comparing 3"),
    Label("需上级审批", "needs approval"),
    Label("关注售后", "cares about service"),
    Label("有意向，时间待定", "keen, date open"),
)
"""Row 3.1: what is concluded most often, inserted by one key."""


@dataclass(frozen=True, slots=True)
class Step:
    """A next step that is taken often, and in how many days."""

    label: Label
    days: int


STEPS: tuple[Step, ...] = (
    Step(Label("打电话回访", "Call back"), 1),
    Step(Label("发报价", "Send a quote"), 1),
    Step(Label("发资料", "Send material"), 1),
    Step(Label("约演示或试听", "Arrange a demo"), 3),
    Step(Label("上门拜访", "Visit"), 3),
    Step(Label("约见决策人", "Meet who decides"), 3),
)
AFTER_ACTION: Mapping[str, Step] = {
    "unreached": Step(Label("再打一次电话", "Call again"), 1),
    "sent": Step(Label("确认资料是否收到", "Ask whether the material arrived"), 1),
    "quoted": Step(Label("跟进报价", "Follow up the quote"), 3),
}
"""Row 2.16: what an outcome releases by itself, until somebody writes something else."""

_KEY, _KEPT = "draft_follow_ups", 10


class Wrong(StrEnum):
    """What keeps a follow-up from being saved; where, is the key in `problems`."""

    NOBODY = "nobody"
    NO_ACTION = "no_action"
    FIRST_WITHOUT_ACTION = "first_without_action"
    """Row 3.2."""
    TOO_LONG = "too_long"
    NOT_A_DAY = "not_a_day"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the sheet; `entity` and `id` are those of whom it is about."""

    entity: str = ""
    id: str = ""
    title: str = ""
    action: str = ""
    conclusion: str = ""
    next_step: str = ""
    next_day: str = ""
    """As typed."""

    @property
    def worth_keeping(self) -> bool:
        """Whether closing would lose something."""
        return bool(self.action or self.conclusion or self.next_step or self.next_day)


def problems(typed: Typed, *, first: bool, today: date) -> dict[str, Wrong]:
    """What is wrong, by place (about, action, conclusion, next_step, next_on), in that order."""
    found: dict[str, Wrong] = {}
    if not typed.id:
        found["about"] = Wrong.NOBODY
    if not typed.action:
        found["action"] = Wrong.FIRST_WITHOUT_ACTION if first else Wrong.NO_ACTION
    if len(typed.conclusion) > CONCLUSION_LIMIT:
        found["conclusion"] = Wrong.TOO_LONG
    if len(typed.next_step) > STEP_LIMIT:
        found["next_step"] = Wrong.TOO_LONG
    if typed.next_day:
        day = day_meant(typed.next_day, today)
        if day is None or day < today:
            found["next_on"] = Wrong.NOT_A_DAY if day is None else Wrong.PAST
    return found


def day_meant(text: str, today: date) -> date | None:
    """The day that 明天, 周三, 下周一, +3, 3天后, 11-30, 月底, 2026-03-05 or tomorrow mean."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if plain.startswith("+") and plain[1:].isdecimal() and len(plain) <= 4:
        return today + timedelta(days=int(plain[1:]))
    if plain in _ENGLISH:
        return today + timedelta(days=_ENGLISH[plain])
    written = _WRITTEN.fullmatch(plain)
    if written is not None:
        year, month, day = (int(part) if part else 0 for part in written.groups())
        return _ahead(today, year=year, month=month, day=day)
    return _reader(today).whole(plain)


def _ahead(today: date, *, year: int, month: int, day: int) -> date | None:
    """The date written; without a year the next such day."""
    from crm_core.notes.calendar import valid

    found = valid(year or today.year, month, day)
    if found is not None and not year and found < today:
        return valid(today.year + 1, month, day)
    return found


def workday(today: date, days: int) -> date:
    """So many days from today, moved to Monday from a weekend."""
    day = today + timedelta(days=days)
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day


def joined(before: str, phrase: str) -> str:
    """A conclusion with one more phrase."""
    before = before.rstrip("；;，, \n")
    return f"{before}；{phrase}" if before else phrase


def keep_draft(workspace: Workspace, draft_id: str, typed: Typed) -> None:
    """Write one down in the encrypted replica; beyond ten the oldest goes."""
    kept = _all(workspace) | {draft_id: asdict(typed)}
    newest = sorted(kept, reverse=True)[:_KEPT]
    workspace.replica.remember(**{_KEY: {one: kept[one] for one in sorted(newest)}})


def forget_draft(workspace: Workspace, draft_id: str) -> None:
    """Forget one that was saved or given up."""
    kept = _all(workspace)
    if kept.pop(draft_id, None) is not None:
        workspace.replica.remember(**{_KEY: kept})


def newest_draft(workspace: Workspace) -> tuple[str, Typed] | None:
    """What was left behind last, with its id; what cannot be read is passed over."""
    for draft_id, content in sorted(_all(workspace).items(), reverse=True):
        if isinstance(content, dict):
            known = {k: v for k, v in content.items() if isinstance(v, str)}
            typed = Typed(**{k: v for k, v in known.items() if k in Typed.__slots__})
            if typed.worth_keeping:
                return draft_id, typed
    return None


def _all(workspace: Workspace) -> dict[str, object]:
    found = workspace.replica.meta(_KEY)
    return dict(found) if isinstance(found, dict) else {}


@lru_cache(maxsize=2)
def _reader(today: date) -> "DateReader":
    # What reads dates is large, and a start looks here for drafts only.
    from crm_core.notes.dates import DateReader
    from crm_core.notes.lexicon import load_lexicon

    midnight = datetime.combine(today, time(0), tzinfo=CHINA)
    return DateReader(midnight, load_lexicon().holidays)


_WRITTEN = re.compile(r"(?:(\d{4})[-/.])?(\d{1,2})[-/.](\d{1,2})")
_ENGLISH = {"today": 0, "tomorrow": 1}
