"""Every morning at nine, leads that lack an address, as one task for whoever leads (row 2.11)."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import select

from crm_core.clock import CHINA, iso_moment
from crm_core.model.query import Query
from crm_core.rules.identity import act_key
from crm_core.rules.recipients import LEAD, People
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.engines import meta
from crm_core.store.schema.expressions import living
from sync_server.services.exchange import following
from sync_server.services.server import Server

RULE = "daily-missing-address"
HOUR = 9
"""China time."""
REASON = "每日异常清单"
_KEY = "daily_list"
_MOST = 200
"""Names in one list; how many there are is always said."""


def make(server: Server) -> int:
    """Make today's lists, where it is nine and they were not made yet; how many."""
    now = server.clock.now()
    local = now.astimezone(CHINA)
    day = f"{local:%Y-%m-%d}"
    if local.hour < HOUR or str(server.replica.meta(_KEY, "")) >= day:
        return 0
    made: list[int] = []

    def write(unit: Unit) -> None:
        # Another process may have been first; and a clock set back makes no second list.
        if str(meta.get(unit.connection, unit.tables, _KEY, "")) < day:
            made.append(_write(unit, now, day))
            meta.put(unit.connection, unit.tables, _KEY, day)

    following.act(server, REASON, write)
    return sum(made)


def _write(unit: Unit, now: datetime, day: str) -> int:
    people = People(unit.find(Query("user")), unit.find(Query("team")))
    lists: dict[str, list[str]] = defaultdict(list)
    leads: dict[str | None, tuple[str, ...]] = {}
    for owner, name in _lacking(unit):
        if owner not in leads:
            leads[owner] = people.recipients((LEAD,), owner)
        for whom in leads[owner]:
            lists[whom].append(f"{name}（{people.name(owner) or '未分配'}）")
    tasks = {act_key(RULE, whom, day): _task(whom, names, now) for whom, names in lists.items()}
    return unit.create_missing("task", tasks)


def _lacking(unit: Unit) -> list[tuple[str | None, str]]:
    """(owner, name) of open leads without any place, the newest first."""
    lead = unit.tables.of("lead")
    asked = (
        select(lead.c.owner, lead.c.name)
        .where(
            living(lead), lead.c.province.is_(None), lead.c.city.is_(None),
            lead.c.merged_into.is_(None), lead.c.stage.not_in(("won", "lost")),
        )
        .order_by(lead.c.rid.desc())
    )  # fmt: skip
    return [(row.owner, str(row.name or "")) for row in unit.connection.execute(asked)]


def _task(whom: str, names: list[str], now: datetime) -> dict[str, object]:
    more = f"\n…… 共 {len(names)} 条" if len(names) > _MOST else ""
    return {
        "title": f"地址缺失线索 {len(names)} 条，请安排补全", "kind": "reminder", "state": "open",
        "due_at": iso_moment(now), "owner": whom, "remark": "\n".join(names[:_MOST]) + more,
    }  # fmt: skip
