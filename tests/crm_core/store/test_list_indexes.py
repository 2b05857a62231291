"""The indexes lists are read from: made in spare time where there is much, and then used."""

from pathlib import Path

import pytest
from sqlalchemy import text

from crm_core.model.query import All, Op, Query, Sort, Test
from crm_core.store.indexes import list_indexes
from crm_core.store.reading.conditions import compile_query
from crm_core.store.replica import Replica
from tests.builders import FakeClock, a_replica, an_actor


def plan(replica: Replica, query: Query) -> str:
    """How SQLite means to answer."""
    statement = compile_query(query, replica.tables.of(query.entity), replica.clock.now())
    spelled = statement.compile(replica.engine, compile_kwargs={"literal_binds": True})
    with replica.engine.connect() as connection:
        steps = connection.execute(text(f"EXPLAIN QUERY PLAN {spelled}"))
        return "\n".join(str(step[3]) for step in steps)


def indexes(replica: Replica, entity: str) -> set[str]:
    """What SQLite has on a table."""
    with replica.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            f"SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = '{entity}'"
        )
        return {str(row.name) for row in rows}


def test_a_long_list_is_answered_without_a_look_at_the_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replica = a_replica(tmp_path / "r.db", time=FakeClock())
    with replica.write(an_actor()) as (unit, _):
        rows = [
            {"name": f"客户{n:03d}", "kind": "person", "level": "ABC"[n % 3]} for n in range(300)
        ]
        ids = unit.create_many("customer", rows)
        days = [f"2026-01-{n % 28 + 1:02d}T08:00:00Z" for n in range(300)]
        unit.create_many("visit", [{"customer": ids[n], "started_at": days[n]} for n in range(300)])
    before = replica.row_ids(Query("customer", sort=(Sort("name"),)))
    while replica.index_some():
        continue
    assert "li_customer" not in indexes(replica, "customer")  # Few: not worth its upkeep.
    monkeypatch.setattr(list_indexes, "_MANY", 100)
    while replica.index_some():
        continue
    assert "li_customer" in indexes(replica, "customer")
    assert "ix_customer_name_key" not in indexes(replica, "customer")  # It would be taken instead.
    for query in (
        Query("customer", sort=(Sort("name"),)),
        Query("customer", Test("level", Op.IN, ("A",)), (Sort("name"),)),
        Query("customer", sort=(Sort("city", descending=True),)),
        Query("visit", sort=(Sort("started_at", descending=True),)),
        Query("visit", Test("owner", Op.EQ, "wang"), (Sort("started_at", descending=True),)),
    ):
        assert "COVERING INDEX" in plan(replica, query), query
    assert replica.row_ids(Query("customer", sort=(Sort("name"),))) == before
    replica.close()


def test_what_today_asks_is_not_looked_for_among_all_somebody_ever_did(tmp_path: Path) -> None:
    replica = a_replica(tmp_path / "r.db", time=FakeClock())
    mine, unopened = Test("owner", Op.EQ, "anna"), Test("first_response_at", Op.EQ, None)
    open_, done = (Test("state", Op.EQ, state) for state in ("open", "done"))
    this_morning = Test("done_at", Op.GE, "2026-11-26T16:00:00Z")
    lately = Test("happened_at", Op.GE, "2026-11-01T00:00:00Z")
    some = Test("customer", Op.IN, ("a", "b"))
    for asked, way in (
        (Query("task", All((mine, done, this_morning))), "ix_task_done_at (owner=? AND done_at>?)"),
        (
            Query("task", All((mine, open_)), (Sort("due_at"),)),
            "COVERING INDEX ix_task_owner (owner=? AND state=?)",
        ),
        (
            Query("lead", All((mine, unopened))),
            "ix_lead_first_response_at (owner=? AND first_response_at=?)",
        ),
        (
            Query("follow_up", All((some, lately))),
            "ix_follow_up_customer (customer=? AND happened_at>?)",
        ),
        (
            Query("contact", All((mine, Test("birthday", Op.CONTAINS, "-11-27")))),
            "COVERING INDEX ix_contact_birthday (owner=?)",
        ),
    ):
        assert way in plan(replica, asked)
    replica.close()
