"""Many records created at once are what they would be one by one, in data, log and outbox."""

import pytest

from crm_core.errors import BugError
from crm_core.model.query import Query
from crm_core.model.values import Value
from crm_core.permissions import Actor
from crm_core.rules.engine import make_rules
from crm_core.rules.stocked.builtin import BUILTIN_RULES, BUYS_PRIVATELY
from crm_core.store.changes.bulk_create import create_clean
from crm_core.store.indexes import indexer
from crm_core.store.replica import Replica
from tests.builders import log_of, records_of
from tests.crm_core.store.conftest import ON_CLIENTS, Opener

ROWS: dict[str, dict[str, Value]] = {
    f"id-{n}": {
        "name": f"医院{n}", "kind": "organisation", "level": "A", "tags": ["新", "旧"],
        "annual_purchase": n * 100, "phone": None, "owner": "wang",
    }
    for n in range(indexer.AT_ONCE + 5)
}  # fmt: skip


Rows = dict[str, dict[str, Value]]


def one_by_one(replica: Replica, rows: Rows, entity: str = "customer") -> None:
    with replica.write(Actor("wang", "admin"), "导入") as (unit, _):
        unit.create_many(entity, list(rows.values()), record_ids=list(rows))


def at_once(replica: Replica, rows: Rows, entity: str = "customer") -> None:
    with replica.write(Actor("wang", "admin"), "导入") as (unit, _):
        create_clean(unit, entity, rows)


@pytest.mark.parametrize("number", [3, len(ROWS)])
def test_at_once_is_as_one_by_one(opened: Opener, number: int) -> None:
    rows = dict(list(ROWS.items())[:number])
    slow, quick = opened("ab"), opened("ba")
    one_by_one(slow, rows)
    at_once(quick, rows)
    assert slow.hybrid.node == quick.hybrid.node
    assert records_of(quick) == records_of(slow)
    assert log_of(quick) == log_of(slow)
    assert quick.waiting(limit=1_000) == slow.waiting(limit=1_000)
    assert [r["id"] for r in quick.find(Query("customer"))] == list(rows)
    assert quick.meta("replica_seq") == slow.meta("replica_seq") == number


NASTY: Rows = {
    "p1": {"name": 'said "no"\\', "code": "a/b", "active": True, "price": None},
    "p2": {"name": "🧪'}", "code": None, "active": False, "price": 0},
    "p3": {"name": "{}", "code": "\\u0000 NULL", "active": None, "price": 99_999_999},
}  # fmt: skip


def test_whatever_is_written_the_log_says_the_same(opened: Opener) -> None:
    """The database words the values of the log: quotation marks, control characters, booleans."""
    slow, quick = opened("ab"), opened("ba")
    for make, replica in ((one_by_one, slow), (at_once, quick)):
        make(replica, NASTY, "product")
        make(replica, {"p4": NASTY["p1"]}, "product")
    assert log_of(quick) == log_of(slow)
    assert records_of(quick, "product") == records_of(slow, "product")


def test_rules_react_to_those_they_ask_about(opened: Opener) -> None:
    replica = opened("here")
    replica.rules = make_rules(BUILTIN_RULES)
    at_once(replica, {"one": {**ROWS["id-1"], "email": "li@qq.com"}, "two": ROWS["id-2"]})
    tags = {one: values["tags"] for one, values in records_of(replica).items()}
    assert tags == {"one": [BUYS_PRIVATELY, "新", "旧"], "two": ["新", "旧"]}
    assert len(replica.waiting(limit=10)) == 3


@ON_CLIENTS
@pytest.mark.parametrize("number", [3, len(ROWS)])
def test_they_are_found_at_once_and_by_sound_soon(opened: Opener, number: int) -> None:
    replica = opened("here")
    at_once(replica, dict(list(ROWS.items())[:number]))
    assert [hit.id for hit in replica.search("医院2", limit=1)] == ["id-2"]
    while replica.index_some():
        pass
    assert "id-2" in [hit.id for hit in replica.search("yiyuan2", limit=30)]


def test_an_edit_and_an_undo_find_them(opened: Opener) -> None:
    replica = opened("here")
    at_once(replica, {"one": ROWS["id-1"]})
    with replica.write(Actor("wang", "admin")) as (unit, _):
        unit.change("customer", "one", {"level": "B"})
    assert [v.before for v in replica.field_history("customer", "one", "level")] == [None, "A"]
    with replica.write(Actor("wang", "admin")) as (unit, _):
        unit.undo(log_of(replica)[0].group)
    assert replica.find(Query("customer")) == []


def test_ids_in_use_and_unknown_fields_are_bugs(opened: Opener) -> None:
    replica = opened("here")
    at_once(replica, {"one": ROWS["id-1"]})
    wrong: list[dict[str, dict[str, Value]]] = [{"one": ROWS["id-1"]}, {"two": {"spaceship": "x"}}]
    for rows in wrong:
        with pytest.raises(BugError):
            at_once(replica, rows)
    assert len(records_of(replica)) == 1
