"""The virtual list over a real encrypted replica."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester

from crm_core.clock import system_clock
from crm_core.model.query import Op, Query, Test
from crm_core.permissions import Actor
from crm_core.store.replica import Replica, open_replica
from desktop.viewmodels.lists.record_list import FIRST_ROWS, PAGE_ROWS, ListRole, RecordListModel

ME = Actor("me", "admin")


def at_once(work: Callable[[], list[int]], done: Callable[[list[int]], None]) -> None:
    """Background work without a background, for tests of what the list shows."""
    done(work())


@pytest.fixture(scope="module")
def replica(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    path: Path = tmp_path_factory.mktemp("list") / "r.db"
    opened = open_replica(path, clock=system_clock(), key=bytes(32))
    with opened.write(ME) as (unit, _):
        owner = unit.create("user", {"name": "陈晓雨", "login": "c", "role": "rep"})
        customers = [
            {
                "name": f"客户{number:03d}",
                "kind": "person",
                "level": "ABC"[number % 3],
                "annual_purchase": number * 100,
                "owner": owner,
            }
            for number in range(500)
        ]
        unit.create_many("customer", customers)
    while opened.index_some():
        pass
    yield opened
    opened.close()


@pytest.fixture
def model(replica: Replica, qtbot: object) -> RecordListModel:
    made = RecordListModel(
        replica,
        Query("customer"),
        at_once,
        columns=("name", "level", "annual_purchase", "owner"),
    )
    made.refresh()
    return made


def test_the_model_obeys_qt(model: RecordListModel, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    assert (model.rowCount(), model.columnCount()) == (500, 4)


def test_cells_show_labels_and_names_instead_of_codes_and_ids(model: RecordListModel) -> None:
    cells = [model.data(model.index(1, column)) for column in range(4)]
    assert cells == ["客户001", "B 普通", "¥1", "陈晓雨"]
    assert model.data(model.index(0, 1), ListRole.TONE) == "good"
    model.set_language("en")
    assert model.data(model.index(0, 1)) == "A key"
    assert model.headerData(0, Qt.Orientation.Horizontal) == "Name"


def test_rows_beyond_the_first_page_are_read_when_looked_at(model: RecordListModel) -> None:
    record = model.record_at(PAGE_ROWS + 7)
    assert record is not None
    assert record["name"] == f"客户{PAGE_ROWS + 7:03d}"
    assert model.record_at(500) is None


def test_a_screen_is_read_in_one_go_and_nothing_twice(
    model: RecordListModel, replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    read = replica.rows

    def counted(entity: str, rids: list[int]) -> list[dict[str, Any]]:
        asked.append(len(rids))
        return read(entity, rids)

    monkeypatch.setattr(replica, "rows", counted)
    for row in range(107, 107 + PAGE_ROWS):  # A jump; drawn from the top.
        assert model.record_at(row) is not None
    assert asked == [PAGE_ROWS]
    for row in range(106, 100, -1):  # Scrolled back, then on past the end of what is known.
        assert model.data(model.index(row, 0)) == f"客户{row:03d}"
    assert asked == [PAGE_ROWS] * 2
    assert model.record_at(127) is not None
    assert asked == [PAGE_ROWS] * 3
    assert model.data(model.index(499, 0)) == "客户499"
    assert asked[3:] == [1]


def test_sorting_happens_in_the_query(model: RecordListModel) -> None:
    model.sort(2, Qt.SortOrder.DescendingOrder)
    assert model.data(model.index(0, 0)) == "客户499"


def test_an_answer_overtaken_by_a_newer_question_is_dropped(
    replica: Replica, qtbot: object
) -> None:
    held: list[Callable[[], None]] = []

    def later(work: Callable[[], list[int]], done: Callable[[list[int]], None]) -> None:
        held.append(lambda: done(work()))

    model = RecordListModel(replica, Query("customer"), later)
    model.refresh()
    model.show_query(Query("customer", Test("level", Op.EQ, "A")))
    held[1]()
    held[0]()
    assert model.rowCount() == 167


def test_the_first_rows_of_a_long_answer_are_shown_before_the_rest(
    replica: Replica, qtbot: object
) -> None:
    held: list[Callable[[], None]] = []

    def later(work: Callable[[], list[int]], done: Callable[[list[int]], None]) -> None:
        held.append(lambda: done(work()))

    model = RecordListModel(replica, Query("customer"), later)
    resets, told = [], []
    model.modelReset.connect(lambda: resets.append(1))
    model.answered.connect(lambda: told.append(model.rowCount()))
    model.refresh()
    held.pop()()
    assert (model.rowCount(), model.complete, told) == (FIRST_ROWS, False, [])
    first = model.data(model.index(0, 0))
    held.pop()()
    assert (model.rowCount(), model.complete, told) == (500, True, [500])
    assert (len(resets), model.data(model.index(0, 0))) == (1, first)
    model.refresh()  # What is shown already is asked for whole: it must not shrink meanwhile.
    held.pop()()
    assert (model.rowCount(), len(resets)) == (500, 1)
