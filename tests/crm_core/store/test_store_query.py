"""A condition means the same in Python and in SQL, over the real tables and odd values."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crm_core.clock import ZERO_STAMP, make_stamp
from crm_core.model.custom import custom_fields
from crm_core.model.entities import builtin_registry
from crm_core.model.query import (
    ME,
    MY_TEAM,
    Ago,
    All,
    Any,
    Condition,
    Not,
    Op,
    Query,
    Start,
    Test,
    Unit,
    matches,
)
from crm_core.model.schema import EntitySpec, FieldSpec, Kind
from crm_core.model.values import Value
from crm_core.store.replica import Replica
from crm_core.sync.change import Operation, Verb
from tests.builders import START, FakeClock, a_custom_field, a_replica, an_actor, create

WORDS = (
    "", "A", "a", "B", "open", "北京", "北京%", "100%", "a_b", "a\\b", "O'Neil", '"', ",", "[",
    "x,", '","', "Ä", "ä", "İ", "é", "𠮷", "customer", "organisation", "1", "true",
    "2026-03-02T00:30:00Z", "2026-03-02T01:30:00Z", "2026-03-02",
)  # fmt: skip
TEXT = st.sampled_from(WORDS[1:]) | st.text(
    st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=6
)
NUMBERS = st.sampled_from([0, 1, 2, -1, 100, 2**61]) | st.integers(-1000, 1000)


def value_of(spec: FieldSpec) -> st.SearchStrategy[Value]:
    some: st.SearchStrategy[Value]
    if spec.kind is Kind.SET:
        some = st.lists(TEXT, min_size=1, max_size=3, unique=True).map(sorted)
    elif spec.kind is Kind.BOOL:
        some = st.booleans()
    elif spec.kind in (Kind.INTEGER, Kind.MONEY):
        some = NUMBERS
    elif spec.kind is Kind.DECIMAL:
        some = st.sampled_from(["1.500000", "12.000000"])
    elif spec.kind is Kind.DATE:
        some = st.sampled_from(["2026-03-02", "2026-03-03"])
    elif spec.kind is Kind.MOMENT:
        some = st.integers(-3, 3).map(lambda h: Ago(h).at(START))
    else:
        some = TEXT
    return st.none() | some


def records_for(entity: EntitySpec) -> st.SearchStrategy[dict[str, Value]]:
    return st.fixed_dictionaries(
        {spec.name: value_of(spec) for spec in entity.fields if not spec.internal}
    )


OPERANDS = (
    st.none()
    | TEXT
    | st.text(max_size=4)
    | st.sampled_from(["", "\x00", "\ud800", "北京\x00", "%" * 50])
    | st.booleans()
    | NUMBERS
    | st.sampled_from([2**63, -(2**70), 10**30])
    | st.integers(-4, 4).map(Ago)
    | st.builds(Start, st.sampled_from(Unit), st.integers(-40, 40), st.booleans())
    | st.sampled_from([ME, MY_TEAM])
    | st.lists(TEXT, max_size=3).map(tuple)
)


def conditions_for(entity: EntitySpec) -> st.SearchStrategy[Condition]:
    names = [f.name for f in entity.fields] + ["id", "alive", "deleted", "x_unknown", "Name", ""]
    tests = st.builds(Test, st.sampled_from(names), st.sampled_from(Op), OPERANDS)
    return st.recursive(
        tests,
        lambda inner: (
            st.builds(Not, inner)
            | st.builds(All, st.lists(inner, max_size=3).map(tuple))
            | st.builds(Any, st.lists(inner, max_size=3).map(tuple))
        ),
        max_leaves=5,
    )


OWN = [a_custom_field(name=f"x_{k}", value_kind=k) for k in ("integer", "bool", "set", "decimal")]
GROWN = builtin_registry().with_fields(custom_fields(OWN))  # type: ignore[arg-type]
BESIDE = {"id", "rid", "merged_into"}
RECORDS = {e.name: records_for(e) for e in GROWN}
CONDITIONS = {e.name: conditions_for(e) for e in GROWN}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    path: Path = tmp_path_factory.mktemp("query") / "query.db"
    replica = a_replica(path, time=FakeClock(), node="1" * 16)
    for field in OWN:
        create(replica, "custom_field", field, by=an_actor())
    yield replica
    replica.close()


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data())
@pytest.mark.parametrize("name", ["customer", "task", "user"])
def test_matches_means_what_sql_answers(shared: Replica, name: str, data: st.DataObject) -> None:
    records = data.draw(st.lists(RECORDS[name], max_size=4))
    condition = data.draw(CONDITIONS[name])
    shared.receive([], forget=[(name, str(r["id"])) for r in shared.find(Query(name))])
    first = int(str(shared.meta("used", 0)))
    operations = [
        Operation(
            replica="9" * 16, replica_seq=first + n, entity=name, id=f"r{n}", verb=Verb.CREATE,
            field="", value=record, before=None, hlc=make_stamp(n, 0, "9" * 16), base=ZERO_STAMP,
            group="g", actor="u",
        )
        for n, record in enumerate(records, 1)
    ]  # fmt: skip
    shared.receive(operations, remember={"used": first + len(records)})
    stored = shared.find(Query(name))
    assert [{k: v for k, v in r.items() if k not in BESIDE} for r in stored] == records
    expected = [r["id"] for r in stored if matches(condition, r, START)]
    answer = shared.find(Query(name, condition))
    assert [r["id"] for r in answer] == expected
    assert shared.count(Query(name, condition)) == len(expected)


@pytest.mark.parametrize(
    ("item", "tags", "has"),
    [
        ("A", ["a"], False),
        (",", ["ab", "x,"], False),
        ('a","b', ["a", "b"], False),
        ("三甲", ["三甲", "重点"], True),
        ("三", ["三甲"], False),
    ],
)
def test_a_set_has_whole_items_only(shared: Replica, item: str, tags: list[str], has: bool) -> None:
    values = {"name": "甲", "kind": "person", "tags": tags}
    record_id = create(shared, "customer", values, by=an_actor())
    where = All((Test("tags", Op.HAS, item), Test("id", Op.EQ, record_id)))
    assert bool(shared.find(Query("customer", where))) is has
