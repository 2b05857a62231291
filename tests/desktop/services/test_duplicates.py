"""Doubles found in everything: the scan, what is kept of it, the next one, and "never again"."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.services.cancelling import CancelToken
from desktop.services.commands.duplicates import do_keep_apart
from desktop.services.commands.verbs import do_change, do_create, do_delete, do_undo
from desktop.services.duplicates import groups, review, scan, scanned_before
from desktop.services.workspace import Workspace
from tests.desktop.views.desk import a_desk

RUIJIN = {"name": "上海瑞金医院", "kind": "organisation", "phone": "13912345678", "city": "上海"}


@pytest.fixture
def anna(tmp_path: Path, qtbot: QtBot) -> Iterator[Workspace]:
    """Somebody at work whose server is never asked."""
    for desk in a_desk(tmp_path / "desk"):
        yield desk.workspace


def add(workspace: Workspace, **values: object) -> str:
    return do_create(workspace, "customer", RUIJIN | values).record_id


def look(workspace: Workspace, *, whole: bool = False) -> list[set[str]]:
    heard: list[float] = []
    assert scan(workspace, CancelToken(), heard.append, whole=whole)
    assert heard == sorted(heard)
    return [set(one.ids) for one in groups(workspace)]


def test_a_scan_finds_groups_and_the_next_looks_at_what_changed(anna: Workspace) -> None:
    assert not scanned_before(anna)
    first, second = add(anna), add(anna, name="瑞金医院")
    add(anna, name="南京鼓楼医院", phone="13800001111", city="南京")
    assert look(anna) == [{first, second}]
    assert scanned_before(anna)
    third = add(anna, name="上海 瑞金医院")
    assert look(anna) == [{first, second, third}]
    do_change(anna, "customer", third, {"name": "苏州市立医院", "phone": "13800002222"})
    assert look(anna) == [{first, second}]
    do_delete(anna, "customer", second)
    assert groups(anna) == []
    assert look(anna, whole=True) == []


def test_stopping_keeps_what_was_known(anna: Workspace) -> None:
    pair = {add(anna), add(anna, name="瑞金医院")}
    assert look(anna) == [pair]
    stopped = CancelToken()
    stopped.cancel()
    assert not scan(anna, stopped, lambda _: None, whole=True)
    assert [set(one.ids) for one in groups(anna)] == [pair]


def test_never_again_these_two_until_it_is_taken_back(anna: Workspace) -> None:
    first, second = add(anna), add(anna, name="瑞金医院")
    assert look(anna) == [{first, second}]
    done = do_keep_apart(anna, "customer", first, [second])
    assert look(anna, whole=True) == []
    do_undo(anna, done.group)
    assert look(anna, whole=True) == [{first, second}]
    do_keep_apart(anna, "customer", second, [first])
    assert look(anna, whole=True) == []


def test_a_review_says_why_and_what_hangs_under_each(anna: Workspace) -> None:
    first, second = add(anna), add(anna, name="瑞金医院")
    do_create(anna, "contact", {"name": "王敏", "customer": second})
    look(anna)
    (cluster,) = groups(anna)
    seen = review(anna, cluster)
    assert seen is not None
    related = {str(one.record["id"]): one.related for one in seen.members}
    assert related == {first: 0, second: 1}
    assert seen.likenesses[0] is None
    assert seen.likenesses[1] is not None
    assert seen.likenesses[1].reasons
    do_delete(anna, "customer", first)
    assert review(anna, cluster) is None
