"""The watched folder: only whole files, once, put away with a report."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_core.errors import KnownError
from crm_core.intake.mapping import ColumnMapping, Mapping
from crm_core.model.query import Query
from desktop.services.cancelling import CancelToken
from desktop.services.papers import imports
from desktop.services.papers.imports import do_save_mapping
from desktop.services.papers.watch_folder import Look, Seen, Watched, keep_watched, look, watched
from tests.desktop.views.desk import Desk, a_desk

TABLE = "姓名,手机号,线索来源\n张三先生,13800000001,抖音\n,13800000002,抖音\n"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


@pytest.fixture
def folder(desk: Desk, tmp_path: Path) -> Path:
    made = tmp_path / "自动导入"
    made.mkdir()
    keep_watched(desk.workspace, Watched(made))
    return made


def put(folder: Path, name: str, text: str = TABLE) -> Path:
    """A file nobody has touched for a minute."""
    path = folder / name
    path.write_text(text, encoding="gb18030")
    old = path.stat().st_mtime - 60
    os.utime(path, (old, old))
    return path


def looked(desk: Desk, seen: Seen) -> Look:
    return look(desk.workspace, seen, CancelToken())


def leads(desk: Desk) -> list[object]:
    return [one["name"] for one in desk.workspace.replica.find(Query("lead"))]


def test_a_file_is_taken_when_two_looks_find_it_the_same(desk: Desk, folder: Path) -> None:
    path = put(folder, "线索.csv")
    first = looked(desk, {})
    assert (first.taken, leads(desk)) == ([], [])
    put(folder, "线索.csv", TABLE + "李四,13800000003,官网\n")
    second = looked(desk, first.seen)
    assert second.taken == []
    third = looked(desk, second.seen)
    assert [one.name for one in third.taken] == ["线索.csv"]
    assert leads(desk) == ["张三", "李四"]
    assert not path.exists()
    done = sorted(one.name for one in (folder / "done").iterdir())
    assert done == ["线索 未导入的行.xlsx", "线索.csv", "线索.csv.txt"]
    assert "新增 2 行" in (folder / "done" / "线索.csv.txt").read_text("utf-8")
    assert looked(desk, third.seen).taken == []


def test_a_file_the_program_ended_over_is_set_aside(
    desk: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dying(*_: object) -> None:
        desk.workspace.replica.remember = lambda **_: None  # type: ignore[method-assign]
        raise MemoryError

    put(folder, "线索.csv")
    first = looked(desk, {})
    with monkeypatch.context() as patched:
        patched.setattr(imports, "look", dying)
        with pytest.raises(MemoryError):
            looked(desk, first.seen)
    del desk.workspace.replica.remember
    [taken] = looked(desk, first.seen).taken
    assert taken.error is not None
    assert taken.error.code == "set_aside"
    assert (folder / "failed" / "线索.csv").exists()


def test_a_file_still_being_written_is_left(desk: Desk, folder: Path) -> None:
    path = folder / "正在写.csv"
    path.write_text(TABLE, encoding="utf-8")
    assert looked(desk, looked(desk, {}).seen).taken == []
    for name in ("~$锁.xlsx", ".隐藏.csv", "图片.png"):
        put(folder, name)
    path.unlink()
    assert looked(desk, looked(desk, {}).seen).taken == []


def test_what_was_imported_before_is_put_away_and_not_imported_again(
    desk: Desk, folder: Path
) -> None:
    put(folder, "一.csv")
    looked(desk, looked(desk, {}).seen)
    put(folder, "二.csv")
    again = looked(desk, looked(desk, {}).seen)
    assert again.taken[0].error is not None
    assert again.taken[0].error.code == "imported_before"
    assert leads(desk) == ["张三"]
    assert (folder / "done" / "二.csv").exists()


def test_what_cannot_be_imported_lies_in_failed_with_the_reason(desk: Desk, folder: Path) -> None:
    (path := folder / "程序.xlsx").write_bytes(b"MZ\x90\x00")
    os.utime(path, (1, 1))
    looked(desk, looked(desk, {}).seen)
    assert "程序" in (folder / "failed" / "程序.xlsx.txt").read_text("utf-8")


def test_the_mapping_chosen_is_used_and_said_when_it_is_gone(desk: Desk, folder: Path) -> None:
    columns = (ColumnMapping("姓名", "competitor", "name"),)
    do_save_mapping(desk.workspace, "竞品表", Mapping("competitor", columns))
    keep_watched(desk.workspace, Watched(folder, "竞品表"))
    put(folder, "竞品.csv")
    looked(desk, looked(desk, {}).seen)
    assert [r["name"] for r in desk.workspace.replica.find(Query("competitor"))] == ["张三先生"]
    keep_watched(desk.workspace, Watched(folder, "没有"))
    put(folder, "竞品.csv", TABLE + "x,13800000009,\n")
    looked(desk, looked(desk, {}).seen)
    assert "没有叫「没有」的映射" in (folder / "failed" / "竞品.csv.txt").read_text("utf-8")


def test_nothing_is_watched_until_somebody_says_so(desk: Desk, tmp_path: Path) -> None:
    assert watched(desk.workspace) is None
    assert looked(desk, {}).taken == []
    keep_watched(desk.workspace, Watched(tmp_path / "weg"))
    assert looked(desk, {}).taken == []
    keep_watched(desk.workspace, None)
    assert watched(desk.workspace) is None


def test_a_file_changed_since_it_was_checked_is_not_imported(desk: Desk, folder: Path) -> None:
    path = put(folder, "线索.csv")
    found = imports.look(desk.workspace, imports.Choices(path))
    said = (desk.workspace, found.choices, found.mapping, CancelToken(), lambda _progress: None)
    checked = imports.foretell(*said).seen
    put(folder, "线索.csv", TABLE + "李四,13800000003,官网\n")
    with pytest.raises(KnownError) as error:
        imports.do_import(*said, checked=checked)
    assert error.value.code == "file_changed"
    assert leads(desk) == []
