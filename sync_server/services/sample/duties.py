"""Who of a role is on duty when, and who stands in for whoever is on leave (row 4.16)."""

from datetime import date, time, timedelta

from crm_core.model.values import Value
from sync_server.services.sample.office_hours import at_china, china_date, workday_before
from sync_server.services.sample.scene import Scene
from sync_server.services.sample.words import Words

_LEAVE = 3
"""Days from now at which somebody is on leave, or whenever they are on duty next."""


def write_duties(scene: Scene, plan: Words) -> None:
    """The manager's weekly roster of the two roles that stages ask for help, one day of leave that
    is to come, and who stands in."""
    users, at = {rep.login: rep.id for rep in scene.staff.reps}, scene.opened + timedelta(hours=1)
    manager, create = scene.staff.manager, scene.book.create
    for line in plan.parts("duties"):
        for login in line.part("weekdays").data:
            values: dict[str, Value] = {
                "role": line.text("role"), "kind": "weekly", "user": users[login],
                "weekdays": list(line.part("weekdays").text(login)), "hours": line.text("hours"),
            }  # fmt: skip
            create(at, manager, "duty", values)
    leave = plan.part("leave")
    day = _day_of_leave(china_date(scene.now), leave.text("weekdays"))
    told = at_china(workday_before(china_date(scene.now) - timedelta(days=1)), time(17, 10))
    days: dict[str, Value] = {"from_on": day.isoformat(), "until_on": day.isoformat()}
    away, instead = users[leave.text("login")], users[leave.text("instead")]
    reason = leave.text("reason")
    create(told, manager, "absence", {"user": away, "reason": reason, **days})
    create(
        told + timedelta(minutes=5), manager, "duty",
        {"role": leave.text("role"), "kind": "cover", "user": instead, "covers": away,
         "remark": reason, **days},
    )  # fmt: skip


def _day_of_leave(today: date, weekdays: str) -> date:
    ahead = (today + timedelta(days=_LEAVE + n) for n in range(7))
    return next(day for day in ahead if str(day.weekday()) in weekdays)
