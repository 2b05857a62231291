"""A number in any form finds its people, promises first; masked numbers are found by their ends."""

from pathlib import Path

import pytest

from desktop.services.incoming import callers, digits_of, looks_like_number, same_number
from tests.builders import a_customer, a_task
from tests.desktop.views.desk import a_desk


@pytest.mark.parametrize(
    ("stored", "typed", "same"),
    [
        ("138 0013 8000", "+86 138-0013-8000", True),
        ("13800138000", "8613800138000", True),
        ("13800138000", "8000", True),
        ("13800138000", "00138000", True),
        ("021-64370045", "0045", True),
        ("13800138000", "13800138001", False),
        ("13800138000", "000", False),
        ("021-64370045", "64370045", True),
        ("0086 21 64370045", "021 6437 0045", True),
        ("138****8000", "13800138000", True),
        ("138****8000", "8000", True),
        ("138****8000", "13900138000", False),
        ("138****8000", "8001", False),
        ("", "8000", False),
    ],
)
def test_the_same_number_is_known_in_any_form(stored: str, typed: str, same: bool) -> None:
    assert same_number(stored, typed) is same


def test_what_is_copied_is_taken_for_a_number_only_where_it_is_one() -> None:
    assert looks_like_number(" +86 138-0013-8000 ")
    assert looks_like_number("021 64370045")
    assert not looks_like_number("合同 138000")
    assert not looks_like_number("1234")
    assert digits_of("＋８６ 13800138000") == "13800138000"


def test_the_person_comes_with_promises_first(tmp_path: Path) -> None:
    desks = a_desk(tmp_path / "desk")
    desk = next(desks)
    hospital = desk.add("customer", a_customer(name="瑞金医院", phone="021-64370045"))
    person = {"name": "张主任", "customer": hospital, "phone": "138 0013 8000"}
    contact = desk.add("contact", person)
    desk.add("lead", {"name": "王女士", "stage": "captured", "phone": "13900139000"})
    desk.add("task", a_task(title="回访", customer=hospital, due_at="2026-03-03 09:00"))
    desk.add(
        "task",
        a_task(title="寄样品", kind="promise", customer=hospital, due_at="2026-03-09 09:00"),
    )
    desk.add("task", a_task(title="已做", customer=hospital, state="done"))
    happened = {"action": "called", "conclusion": "要两台", "happened_at": "2026-03-01 09:00"}
    desk.add("follow_up", happened | {"contact": contact})
    (found,) = callers(desk.workspace, "+86 138 0013 8000")
    assert (found.entity, found.id, found.about) == ("contact", contact, "瑞金医院")
    assert [task["title"] for task in found.open_tasks] == ["寄样品", "回访"]
    assert found.last is not None
    assert found.last["conclusion"] == "要两台"
    assert [one.title for one in callers(desk.workspace, "9000")] == ["王女士"]
    assert [one.title for one in callers(desk.workspace, "64370045")] == ["瑞金医院"]
    assert callers(desk.workspace, "5555") == ()
    assert callers(desk.workspace, "80") == ()
    assert next(desks, None) is None
