"""The registry checks itself, and a company's own fields never replace ours."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_core.errors import BugError
from crm_core.model.custom import custom_fields
from crm_core.model.entities import builtin_registry
from crm_core.model.schema import EntitySpec, FieldSpec, Kind, Label, Merge, Registry, Search
from crm_core.model.values import Record, Value
from tests.builders import a_custom_field

VALUES: st.SearchStrategy[Value] = (
    st.none() | st.text(max_size=8) | st.integers() | st.booleans() | st.lists(st.text(max_size=4))
)


def own(*records: dict[str, object]) -> Registry:
    return builtin_registry().with_fields(custom_fields(records))  # type: ignore[arg-type]


def test_a_reference_to_nowhere_is_a_bug() -> None:
    team = builtin_registry().entity("team")
    stray = FieldSpec("boss", Kind.REF, Label("上级", "Boss"), target="nobody")
    with pytest.raises(BugError, match="nobody"):
        Registry([replace(team, fields=(*team.fields, stray))])


@pytest.mark.parametrize(("kind", "merge"), [(Kind.SET, Merge.LAST_WRITER), (Kind.TEXT, Merge.SET)])
def test_only_sets_merge_as_sets(kind: Kind, merge: Merge) -> None:
    label = Label("物", "Thing")
    spec = FieldSpec("f", kind, label, merge=merge)
    with pytest.raises(BugError, match="sets merge as sets"):
        Registry([EntitySpec("thing", label, (spec,), title="f")])


def test_every_name_an_entity_mentions_is_one_of_its_fields() -> None:
    for entity in builtin_registry():
        names = {f.name for f in entity.fields}
        mentioned = {entity.title, *entity.subtitle, *entity.list_fields, *entity.parents}
        mentioned |= {entity.owner, entity.moment} - {""}
        assert mentioned <= names
        assert {f.section for f in entity.fields} <= set(entity.sections)
        assert len(names) == len(entity.fields)


def test_asking_for_what_is_not_there() -> None:
    registry = builtin_registry()
    with pytest.raises(BugError):
        registry.entity("nothing")
    with pytest.raises(BugError):
        registry.entity("customer").field_spec("nothing")
    assert registry.find("nothing", "name") is None
    assert {child.name for child, _ in registry.children_of("visit")} >= {"task", "follow_up"}


def test_an_own_field_joins_its_entity() -> None:
    spec = own(a_custom_field(value_kind="text")).entity("customer").field_spec("x_beds")
    assert spec.custom
    assert spec.kind is Kind.TEXT
    assert spec.search is Search.TEXT


@pytest.mark.parametrize(
    "broken",
    [
        {"name": "name"},
        {"name": "x_Beds"},
        {"name": "x_beds\n"},
        {"name": "x_" + "a" * 41},
        {"name": None},
        {"value_kind": "ref"},
        {"value_kind": "blob"},
        {"entity": "spaceship"},
        {"entity": None},
    ],
)
def test_malformed_own_fields_are_passed_over(broken: dict[str, object]) -> None:
    grown = own(a_custom_field(**broken))
    assert [e.fields for e in grown] == [e.fields for e in builtin_registry()]


def test_the_first_of_two_own_fields_of_one_name_stays() -> None:
    grown = own(a_custom_field(), a_custom_field(value_kind="text"))
    assert grown.entity("customer").field_spec("x_beds").kind is Kind.INTEGER


@settings(suppress_health_check=[HealthCheck.too_slow])  # The first draw builds the alphabet.
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["entity", "name", "value_kind", "label", "label_en", "options"]),
            VALUES | st.sampled_from(["customer", "x_a", "x_b", "name", *Kind]),
        ),
        max_size=6,
    )
)
def test_whatever_the_records_say_ours_stay(records: list[Record]) -> None:
    grown = builtin_registry().with_fields(custom_fields(records))
    for entity in builtin_registry():
        assert grown.entity(entity.name).fields[: len(entity.fields)] == entity.fields
