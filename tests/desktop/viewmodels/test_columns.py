"""Lists asked about as data: widths that use their room, filters worth a chip, narrowed queries."""

from hypothesis import given
from hypothesis import strategies as st

from crm_core.model.entities import CUSTOMER, FOLLOW_UP, LEAD, OPPORTUNITY, TASK
from crm_core.model.query import All, Op, Query, Sort, Test
from crm_core.model.query import Any as AnyOf
from crm_core.model.schema import EntitySpec, FieldSpec
from desktop.viewmodels.lists.columns import (
    Narrowing,
    column_widths,
    heading,
    narrowed,
    quick_filters,
    whole_list,
)


def listed(entity: EntitySpec) -> list[FieldSpec]:
    return [entity.field_spec(name) for name in entity.list_fields]


@given(room=st.integers(min_value=0, max_value=4000))
def test_columns_never_ask_for_more_than_their_room_once_they_fit(room: int) -> None:
    widths = column_widths(LEAD, listed(LEAD), room)
    squeezed = column_widths(LEAD, listed(LEAD), 0)
    assert all(width >= 60 for width in widths)
    if room >= sum(squeezed) + len(widths):
        assert sum(widths) <= room


def test_spare_room_goes_to_the_title_first() -> None:
    few, many = (column_widths(CUSTOMER, listed(CUSTOMER), room) for room in (1000, 1600))
    gained = [after - before for before, after in zip(few, many, strict=True)]
    assert max(gained) == gained[0]
    assert min(gained) > 0


def test_a_column_of_choices_is_as_wide_as_its_longest_word_in_either_language() -> None:
    action = FOLLOW_UP.field_spec("action")
    assert [column_widths(FOLLOW_UP, [action], 0, one) for one in ("zh", "en")] == [[134], [176]]
    level = CUSTOMER.field_spec("level")
    assert column_widths(CUSTOMER, [level], 0, "zh") == [112]


def test_chips_are_the_choices_a_list_shows() -> None:
    assert [spec.name for spec in quick_filters(CUSTOMER)] == ["level", "state"]
    assert [spec.name for spec in quick_filters(LEAD)] == ["stage", "grade"]


def test_what_is_asked_is_added_to_what_the_list_was_opened_with() -> None:
    base = Query("customer", Test("city", Op.EQ, "上海"), (Sort("name"),))
    by = Narrowing(owner="wang", typed=" 瑞金 ", found=("1",)).with_choice("level", ["A"])
    assert narrowed(base, CUSTOMER, by).where == All(
        (
            Test("city", Op.EQ, "上海"),
            Test("level", Op.IN, ("A",)),
            Test("owner", Op.EQ, "wang"),
            AnyOf((Test("id", Op.IN, ("1",)), Test("name", Op.CONTAINS, "瑞金"))),
        )
    )
    assert narrowed(base, CUSTOMER, Narrowing()) == base
    assert not Narrowing(typed="  ").with_choice("level", []).active


def test_lists_begin_in_the_order_people_expect() -> None:
    assert whole_list(TASK).sort == (Sort("due_at"),)
    assert whole_list(LEAD).sort == (Sort("received_at", descending=True),)
    assert whole_list(CUSTOMER).sort == ()


def test_headings_are_plural_in_english() -> None:
    assert heading(OPPORTUNITY, "en") == "Opportunities"
    assert heading(CUSTOMER, "en") == "Customers"
    assert heading(CUSTOMER, "zh_CN") == "客户"
