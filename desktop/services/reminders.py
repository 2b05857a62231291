"""What to remind of and when: decided purely, each once, also after a restart; no Qt.

Tasks and promises shortly before they are due, leads when a clock warns their owner (row 2.18), in
its last hour and when it is over (row 2.8): by the published clocks, exemptions taken out. What
comes up in the quiet hours waits until they end. What was said is remembered in the replica before
it is shown, so that a program that dies in between never says it twice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from crm_core.clock import CHINA, iso_moment, parse_moment
from crm_core.model.query import All, Any, Op, Query, Test
from crm_core.model.values import Record
from crm_core.rules.documents import Document
from crm_core.rules.recipients import OWNER
from crm_core.rules.timekeeping.clocks import Clock
from desktop.services.queries import put_off
from desktop.services.rules.countdowns import Counted, awaits_answer, count_all
from desktop.services.workspace import Workspace

KEY = "reminded"
MOST_SINGLE = 2
"""More than so many at once are said in one sentence."""
_TASK_AHEAD = timedelta(minutes=10)
_PROMISE_AHEAD = timedelta(minutes=60)
_LAST_HOURS = 1.0
"""Left of a clock when it is said for the last time before it is over."""
_STALE = timedelta(hours=24)
"""What came up longer ago is on the Today page; nobody wants it popped up any more."""
_KEPT = timedelta(days=4)


class Cause(StrEnum):
    """Why somebody is reminded."""

    TASK = "task"
    PROMISE = "promise"
    LEAD_CLOSING = "lead_closing"
    LEAD_LAST = "lead_last"
    LEAD_OVER = "lead_over"


@dataclass(frozen=True, slots=True)
class Reminder:
    """One thing to be reminded of."""

    key: str
    """Says it once; a task that is moved gets another."""
    cause: Cause
    entity: str
    id: str
    customer: str
    title: str
    about: str
    at: datetime
    """When to say it (aware)."""
    due: datetime
    """When it is due, or when the hours of a lead are over."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when to when nothing pops up; both alike: never quiet. In China time."""

    start: time
    end: time

    def hold(self, now: datetime) -> bool:
        """Whether it is quiet now; hours may span midnight."""
        clock = now.astimezone(CHINA).time()
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end


NEVER_QUIET = QuietHours(time(0), time(0))


def quiet_hours(written: str) -> QuietHours:
    """`20:00-08:00` as typed into the settings file; what cannot be read is never quiet."""
    start, _, end = written.partition("-")
    try:
        return QuietHours(time.fromisoformat(start.strip()), time.fromisoformat(end.strip()))
    except ValueError:
        return NEVER_QUIET


def to_say(
    found: Iterable[Reminder], said: Mapping[str, str], now: datetime, quiet: QuietHours
) -> tuple[Reminder, ...]:
    """Those whose moment has come and that were not said yet, most urgent first."""
    if quiet.hold(now):
        return ()
    # A night is shorter than a day: what waited for the quiet hours to end is not stale yet.
    ripe = [one for one in found if one.at <= now < one.at + _STALE and one.key not in said]
    return tuple(sorted(ripe, key=lambda one: (one.due, one.key)))


def remembered(said: Mapping[str, str], fresh: Iterable[Reminder], now: datetime) -> dict[str, str]:
    """What was said by now; what is so old that it cannot come up again is forgotten."""
    oldest = iso_moment(now - _KEPT)
    kept = {key: at for key, at in said.items() if at >= oldest}
    return kept | {one.key: iso_moment(now) for one in fresh}


def take_reminders(workspace: Workspace, quiet: QuietHours) -> tuple[Reminder, ...]:
    """What is to be said now, noted down as said. Meant for the database thread."""
    if workspace.read_only:
        return ()
    now = workspace.clock.now()
    held = workspace.replica.meta(KEY)
    said = {str(k): str(v) for k, v in held.items()} if isinstance(held, Mapping) else {}
    fresh = to_say([*_of_tasks(workspace, now), *_of_leads(workspace, now)], said, now, quiet)
    if fresh:
        workspace.replica.remember(**{KEY: remembered(said, fresh, now)})
    return fresh


def _of_tasks(workspace: Workspace, now: datetime) -> list[Reminder]:
    window = (now - 2 * _STALE, now + _PROMISE_AHEAD)
    near = Any((_within("due_at", window), _within("snoozed_until", window)))
    mine = Test("owner", Op.EQ, workspace.actor.user_id)
    where = All((Test("state", Op.EQ, "open"), mine, near))
    tasks = workspace.replica.find(Query("task", where))
    ids = {str(task.get("customer")) for task in tasks if task.get("customer")}
    names = workspace.replica.titles("customer", ids)
    return [_task(task, names, now) for task in tasks if put_off(task, now) is None]


def _task(task: Record, names: Mapping[str, str], now: datetime) -> Reminder:
    back = str(task.get("snoozed_until") or "")
    due = parse_moment(str(task.get("due_at") or back or iso_moment(now)))
    promise = task.get("kind") == "promise"
    ahead = _PROMISE_AHEAD if promise else _TASK_AHEAD
    # Put off until a moment of one's own: at that moment, not before it.
    at = max(due - ahead, parse_moment(back)) if back else due - ahead
    customer = str(task.get("customer") or "")
    return Reminder(
        key=f"task:{task['id']}:{iso_moment(at)}",
        cause=Cause.PROMISE if promise else Cause.TASK,
        entity="task", id=str(task["id"]), customer=customer,
        title=str(task.get("title") or ""), about=names.get(customer, ""), at=at, due=due,
    )  # fmt: skip


def _of_leads(workspace: Workspace, now: datetime) -> list[Reminder]:
    where = All(
        (
            Test("owner", Op.EQ, workspace.actor.user_id),
            Test("first_response_at", Op.EQ, None),
            Test("stage", Op.NE, "won"),
            Test("stage", Op.NE, "lost"),
        )
    )
    waiting = [x for x in workspace.replica.find(Query("lead", where)) if put_off(x, now) is None]
    timed = count_all(workspace, "lead", waiting, awaits_answer).values()
    return [found for one in timed for rule in one.rules if (found := _lead(one, rule, now))]


def _lead(timed: Counted, rule: Document[Clock], now: datetime) -> Reminder | None:
    """How a lead stands by one clock that waits for its first answer; None: there is nothing to
    say of it."""
    run, clock, lead = timed.run(rule, now), rule.body, timed.record
    over = run.over_at(clock.limit_hours, strict=False) if run is not None else None
    if run is None or over is None:
        return None
    warnings = [x.after_hours for x in clock.levels if OWNER in x.to]
    steps = [(Cause.LEAD_OVER, clock.limit_hours)]
    if clock.limit_hours > _LAST_HOURS:
        steps.append((Cause.LEAD_LAST, clock.limit_hours - _LAST_HOURS))
    steps += [(Cause.LEAD_CLOSING, x) for x in sorted(warnings) if x < steps[-1][1]][::-1]
    # Whoever was away hears how it stands now, not everything that was missed.
    moments = [(cause, run.over_at(hours, strict=False)) for cause, hours in steps]
    come = [(cause, at) for cause, at in moments if at is not None and at <= now]
    if not come:
        return None
    cause, at = come[0]
    return Reminder(
        key=f"lead:{lead['id']}:{cause}:{iso_moment(at)}",
        cause=cause, entity="lead", id=str(lead["id"]), customer=str(lead.get("customer") or ""),
        title=str(lead.get("name") or ""), about=str(lead.get("interest") or ""), at=at, due=over,
    )  # fmt: skip


def _within(name: str, window: tuple[datetime, datetime]) -> All:
    start, end = window
    return All((Test(name, Op.GE, iso_moment(start)), Test(name, Op.LE, iso_moment(end))))
