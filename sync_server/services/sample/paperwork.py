"""The chapter of what goes beyond sales: requests to who leads, and letters customers sign."""

from datetime import datetime, timedelta

from crm_core.clock import iso_moment
from crm_core.model.values import Value
from sync_server.services.sample.office_hours import later
from sync_server.services.sample.scene import Customer, Scene

_A_WEEK = 4
_SUBJECTS = ("折扣审批", "合同条款确认", "技术支持申请", "样机借用")
_HOURS = (0.5, 1, 2, 3, 6, 9, 20, 31)
_REFUSED, _UNSIGNED = 0.2, 0.35


def write_paperwork(scene: Scene) -> None:
    """Write requests of every week, and a letter for each lead that was won (rows 4.7, 4.11)."""
    monday = scene.opened
    while monday < scene.now - timedelta(days=3):
        known = [one for one in scene.customers if one.since < monday]
        for customer in scene.rng.sample(known, min(_A_WEEK, len(known))):
            _request(scene, customer, monday)
        monday += timedelta(days=7)
    _letters(scene)


def _request(scene: Scene, customer: Customer, monday: datetime) -> None:
    rng, rep, leader = scene.rng, customer.owner, scene.staff.manager
    at = scene.work_moment(rep, monday, min(monday + timedelta(days=4), scene.now))
    values: dict[str, Value] = {
        "title": rng.choice(_SUBJECTS), "state": "pending", "customer": customer.id,
        "asked_by": rep.id, "asked_at": iso_moment(at), "owner": leader,
    }  # fmt: skip
    request = scene.book.create(at, rep.id, "approval", values)
    decided = later(rng, at, rng.choice(_HOURS), weekends=0.0)
    if decided < scene.now:
        scene.book.set(
            decided, leader, "approval", request,
            {"state": "rejected" if scene.chance(_REFUSED) else "approved",
             "decided_at": iso_moment(decided), "decided_by": leader,
             "first_response_at": iso_moment(decided)},
        )  # fmt: skip


def _letters(scene: Scene) -> None:
    won = [one for one in scene.book.events() if one.entity == "lead"
           and one.values.get("stage") == "won"]  # fmt: skip
    for event in won:
        values: dict[str, Value] = {
            "label": "客户签署确认函", "stage": "objection", "item": "signed", "lead": event.id,
            "owner": event.actor,
        }  # fmt: skip
        if not scene.chance(_UNSIGNED):
            values |= {"done_at": iso_moment(event.at), "done_by": event.actor}
        scene.book.create(event.at, event.actor, "checklist_item", values)
