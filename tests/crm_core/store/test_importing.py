"""An import as a whole: what a dry run foretells is what is done; stopped, killed, taken back."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from crm_core.errors import KnownError
from crm_core.intake.cleaning import Sentence
from crm_core.intake.deciding import Alike, Verdict
from crm_core.intake.guessing import propose
from crm_core.intake.mapping import Mapping, OnTwin
from crm_core.intake.rejects import write_rejected
from crm_core.intake.source import Source
from crm_core.model.query import Query
from crm_core.model.values import Record
from crm_core.permissions import Actor
from crm_core.permissions.policy import Grant, Right, RolePolicy, Scope
from crm_core.store.changes.act_list import recent_acts
from crm_core.store.imports import import_ledger, importing
from crm_core.store.imports.importing import Job
from crm_core.store.replica import Replica
from tests.builders import FakeClock, a_customer, a_replica, change, create, log_of, records_of
from tests.crm_core.store.conftest import Opener

HEAD = "公司名称,级别,电话,联系人,手机,职务"
ROWS = (
    "南京智趣科技有限公司,A,025-88886666,王敏女士,13800000001,主任",
    "苏州鼓楼医院,B,0512-66668888,李雷,13800000002,采购",
    "南京智趣科技有限公司,A,,赵磊,13800000003,",
    ",C,,没有公司,13800000004,",
    "无锡一中,很重要,,孙老师,13800000005,",
)


@pytest.fixture
def replica(tmp_path: Path, time: FakeClock) -> Replica:
    made = a_replica(tmp_path / "replica.db", time=time, node="a" * 16)
    with made.write(Actor("wang", "admin")) as (unit, _):
        unit.create("user", {"name": "王业务", "login": "wang", "role": "rep"}, record_id="wang")
    return made


class Desk:
    """A file, and what is done with it."""

    def __init__(self, replica: Replica, path: Path, rows: Sequence[str] = ROWS) -> None:
        self.replica, self.path = replica, path
        self.write(rows)
        self.actor = Actor("wang", "admin")

    def write(self, rows: Sequence[str]) -> None:
        """The file, anew."""
        self.path.write_text("\n".join((HEAD, *rows)), encoding="utf-8")

    def job(self, source: Source, **changes: object) -> Job:
        """What the program proposes, with these changes."""
        table = source.table()
        mapping = propose(table.heading, [c for _, c in source.top("")], self.replica.registry)
        return Job(source, table, replace(mapping, **changes), self.actor)  # type: ignore[arg-type]

    def run(
        self, *, stopped: importing.Stopped = lambda: False, **changes: object
    ) -> importing.Outcome:
        """Import it."""
        with Source(self.path) as source:
            return importing.run(self.replica, self.job(source, **changes), stopped=stopped)

    def foretell(self, **changes: object) -> importing.Foretold:
        """Say what would happen."""
        with Source(self.path) as source:
            return importing.foretell(self.replica, self.job(source, **changes))


@pytest.fixture
def desk(replica: Replica, tmp_path: Path) -> Desk:
    return Desk(replica, tmp_path / "客户.csv")


def test_what_is_foretold_is_what_is_done(desk: Desk) -> None:
    told = desk.foretell()
    assert [one.verdict for one in told.verdicts] == [
        Verdict.NEW, Verdict.NEW, Verdict.UPDATE, Verdict.REFUSED, Verdict.REFUSED,
    ]  # fmt: skip
    assert told.verdicts[2].twin_row == 2
    assert told.verdicts[2].by == "name"
    assert "必须填写" in told.verdicts[3].reasons[0].zh
    assert not records_of(desk.replica)
    done = desk.run()
    assert done.entry.tally == told.tally
    assert (done.entry.tally.new, done.entry.tally.beside) == (2, 3)


def test_a_row_makes_a_customer_and_a_contact_under_it(desk: Desk) -> None:
    desk.run()
    customers, people = records_of(desk.replica), records_of(desk.replica, "contact")
    by_name = {str(one["name"]): key for key, one in customers.items()}
    assert sorted(by_name) == ["南京智趣科技有限公司", "苏州鼓楼医院"]
    under = {str(one["name"]): one["customer"] for one in people.values()}
    assert under == {
        "王敏": by_name["南京智趣科技有限公司"], "赵磊": by_name["南京智趣科技有限公司"],
        "李雷": by_name["苏州鼓楼医院"],
    }  # fmt: skip
    assert {one["owner"] for one in (*customers.values(), *people.values())} == {"wang"}


def test_the_history_says_where_records_came_from(desk: Desk) -> None:
    desk.run()
    assert {one.reason for one in log_of(desk.replica) if one.entity == "customer"} == {
        "导入 客户.csv"
    }


def test_importing_again_changes_nothing(desk: Desk) -> None:
    desk.run()
    before = len(log_of(desk.replica))
    told = desk.foretell()
    assert [one.verdict for one in told.verdicts[:3]] == [Verdict.SAME] * 3
    assert told.verdicts[0].twin in records_of(desk.replica)
    desk.run()
    assert len(log_of(desk.replica)) == before


@pytest.mark.parametrize(
    ("on_twin", "phone", "level"),
    [
        (OnTwin.UPDATE, "025-88886666", "A"),
        (OnTwin.FILL, "025-88886666", "C"),
        (OnTwin.SKIP, None, "C"),
    ],
)
def test_a_record_that_is_there_is_updated_filled_or_left(
    desk: Desk, on_twin: OnTwin, phone: str | None, level: str
) -> None:
    held = a_customer(name="南京 智趣科技有限公司", level="C", phone=None)
    known = create(desk.replica, "customer", held, by=desk.actor)
    desk.run(on_twin=on_twin)
    found = records_of(desk.replica)
    assert len(found) == 2
    assert (found[known]["phone"], found[known]["level"]) == (phone, level)


def test_two_records_of_one_name_are_nobodys_guess(desk: Desk) -> None:
    for _ in range(2):
        create(desk.replica, "customer", a_customer(name="苏州鼓楼医院"), by=desk.actor)
    told = desk.foretell()
    assert told.verdicts[1].verdict is Verdict.REFUSED
    assert "2 条" in told.verdicts[1].reasons[0].zh


def test_a_second_record_is_made_on_purpose(desk: Desk) -> None:
    create(desk.replica, "customer", a_customer(name="苏州鼓楼医院"), by=desk.actor)
    done = desk.run(on_twin=OnTwin.CREATE)
    assert done.entry.tally.new == 3
    assert len(records_of(desk.replica)) == 4


def test_people_are_found_by_name_and_a_stranger_is_said(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "负责人.csv"
    path.write_text("公司名称,负责人\n甲公司,王业务\n乙公司,没这人\n", encoding="utf-8")
    other = Desk(desk.replica, path)
    path.write_text("公司名称,负责人\n甲公司,王业务\n乙公司,没这人\n", encoding="utf-8")
    told = other.foretell()
    assert [one.verdict for one in told.verdicts] == [Verdict.NEW, Verdict.REFUSED]
    assert "没有员工叫「没这人」" in told.verdicts[1].reasons[0].zh


def test_an_import_stopped_goes_on_behind_its_last_row(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "AT_A_TIME", 2)
    asked = iter([False, True])
    first = desk.run(stopped=lambda: next(asked))
    assert first.stopped
    assert (first.entry.reached, first.entry.tally.rows) == (3, 2)
    assert len(records_of(desk.replica)) == 2
    second = desk.run()
    assert second.entry.group == first.entry.group
    assert second.entry.tally.rows == len(ROWS)
    assert len(records_of(desk.replica, "contact")) == 3
    acts = desk.replica.read(lambda c: recent_acts(c, desk.replica.tables, limit=5))
    assert [act.reason for act in acts] == ["导入 客户.csv"]
    assert len(importing.rejected(desk.replica, second.entry)) == 2


def test_a_crash_between_two_parts_does_no_row_twice(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "AT_A_TIME", 1)
    calls = iter(range(100))
    honest = import_ledger.note

    def dying(*args: object, **named: object) -> object:
        if next(calls) == 2:
            raise RuntimeError("power cut")
        return honest(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(import_ledger, "note", dying)
    with pytest.raises(RuntimeError):
        desk.run()
    assert len(records_of(desk.replica, "contact")) == 2
    desk.run()
    assert len(records_of(desk.replica, "contact")) == 3
    assert len(records_of(desk.replica)) == 2


def test_the_whole_import_is_taken_back_as_one_act(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "AT_A_TIME", 2)
    known = create(
        desk.replica, "customer", a_customer(name="苏州鼓楼医院", phone=None), by=desk.actor
    )
    done = desk.run()
    assert records_of(desk.replica)[known]["phone"] == "0512-66668888"
    monkeypatch.setattr(importing, "TAKEN_BACK_AT_A_TIME", 2)
    heard: list[float] = []
    told = importing.take_back(
        desk.replica, done.entry, write=importing._writer(desk.replica, desk.actor),
        report=heard.append,
    )  # fmt: skip
    assert heard[-1] == 1.0
    assert {entity: len(ids) for entity, ids in told.changed.items()} == {
        "customer": 2,
        "contact": 3,
    }
    acts = desk.replica.read(lambda c: recent_acts(c, desk.replica.tables, limit=1))
    assert (acts[0].group, acts[0].reason) == (told.group, "撤销")
    left = desk.replica.find(Query("customer"))
    assert [(one["id"], one["phone"]) for one in left] == [(known, None)]
    assert not desk.replica.find(Query("contact"))
    assert desk.run().entry.tally.rows == len(ROWS)
    assert len(desk.replica.find(Query("contact"))) == 3


def test_taking_back_leaves_what_others_built_upon_and_goes_on(desk: Desk) -> None:
    desk.write(["甲公司,A,,,,", "乙公司,A,,李雷,13800000002,", "丙公司,A,,赵磊,13800000003,",
                "丁公司,A,,,,"])  # fmt: skip
    done = desk.run()
    ids = {str(one["name"]): one_id for one_id, one in records_of(desk.replica).items()}
    people = {
        str(one["name"]): one_id for one_id, one in records_of(desk.replica, "contact").items()
    }
    change(desk.replica, "customer", ids["甲公司"], by=desk.actor, level="B")
    change(desk.replica, "contact", people["李雷"], by=desk.actor, title="主任")
    create(desk.replica, "contact", {"name": "王敏", "customer": ids["丁公司"]}, by=desk.actor)
    told = importing.take_back(
        desk.replica, done.entry, write=importing._writer(desk.replica, desk.actor)
    )
    left = [str(one["name"]) for one in desk.replica.find(Query("customer"))]
    assert sorted(left) == sorted(["甲公司", "乙公司", "丁公司"])
    assert sorted(str(one["name"]) for one in desk.replica.find(Query("contact"))) == sorted(
        ["李雷", "王敏"]
    )
    assert len(told.kept) == 4


def test_a_taking_back_that_was_cut_short_ends_before_the_file_comes_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "TAKEN_BACK_AT_A_TIME", 2)
    done = desk.run()

    def dying(_share: float) -> None:
        raise RuntimeError("power cut")

    writer = importing._writer(desk.replica, desk.actor)
    with pytest.raises(RuntimeError):
        importing.take_back(desk.replica, done.entry, write=writer, report=dying)
    assert len(desk.replica.find(Query("contact"))) == 1
    before = {one["id"] for one in desk.replica.find(Query("customer"))}
    again = desk.run()
    assert again.entry.group != done.entry.group
    assert not before & {one["id"] for one in desk.replica.find(Query("customer"))}


def test_an_import_undone_in_some_other_way_may_come_again(desk: Desk) -> None:
    done = desk.run()
    with desk.replica.write(desk.actor, "撤销") as (unit, _):
        unit.undo(done.entry.group)
    with Source(desk.path) as source:
        assert importing.begun(desk.replica, desk.job(source)) is None
    assert desk.run().entry.tally.new == 2


def test_a_file_changed_meanwhile_keeps_what_was_done_and_says_so(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "AT_A_TIME", 2)

    def touched(progress: importing.Progress) -> None:
        if progress.rows == 2:
            desk.write([*ROWS, "新公司,A,,,,"])

    with Source(desk.path) as source:
        done = importing.run(desk.replica, desk.job(source), report=touched)
    assert done.error is not None
    assert done.error.code == "file_changed"
    assert not done.entry.done
    assert len(records_of(desk.replica)) == 2


def test_who_may_not_create_imports_nothing_and_is_told_why(desk: Desk) -> None:
    seeing = RolePolicy("guest", Scope.ALL, {"*": Grant(frozenset({Right.SEE}))})
    desk.actor = Actor("wang", "guest", given=seeing)
    done = desk.run()
    assert done.entry.tally.refused == len(ROWS)
    assert not records_of(desk.replica)
    assert "角色" in importing.rejected(desk.replica, done.entry)[2][0].zh


def test_who_may_not_write_a_field_changes_none_of_that_record(desk: Desk) -> None:
    known = create(desk.replica, "customer", a_customer(name="苏州鼓楼医院"), by=desk.actor)
    change(desk.replica, "customer", known, by=desk.actor, phone=None)
    rights = frozenset({Right.SEE, Right.CREATE, Right.EDIT})
    grants = {"*": Grant(rights), "customer": Grant(rights, read_only=frozenset({"phone"}))}
    desk.actor = Actor("wang", "junior", given=RolePolicy("junior", Scope.ALL, grants))
    done = desk.run()
    assert records_of(desk.replica)[known]["phone"] is None
    assert any("电话" in one.zh for one in importing.rejected(desk.replica, done.entry)[3])


def test_refused_rows_become_a_file_with_the_reasons(desk: Desk, tmp_path: Path) -> None:
    desk.write(["=1+1,很重要,@SUM(A1),,,", *ROWS])
    done = desk.run()
    out = tmp_path / "未导入.xlsx"
    with Source(desk.path) as source:
        reasons = importing.rejected(desk.replica, done.entry)
        assert write_rejected(out, source, source.table(), reasons, language="zh") == 3
    with Source(out) as written:
        rows = [cells for _, cells in written.rows(written.table())]
    assert rows[0][0] == "=1+1"
    assert rows[0][6] == 2
    assert "没有「很重要」这个选项" in str(rows[0][7])


def test_every_database_takes_an_import(opened: Opener, tmp_path: Path) -> None:
    desk = Desk(opened("import"), tmp_path / "客户.csv")
    desk.actor = Actor("boss", "admin")
    done = desk.run()
    assert (done.entry.tally.new, done.entry.tally.beside) == (2, 3)
    assert {o.group for o in log_of(desk.replica)} == {done.entry.group}
    assert desk.run().entry.tally.same == 3


def test_a_mapping_that_fits_nothing_is_refused(desk: Desk) -> None:
    with Source(desk.path) as source:
        job = Job(source, source.table(), Mapping("customer", ()), desk.actor)
        with pytest.raises(KnownError) as said:
            importing.run(desk.replica, job)
    assert said.value.code == "mapping"


def test_a_new_record_gets_the_places_that_follow_and_is_told_incomplete(desk: Desk) -> None:
    desk.path.write_text("公司名称,行业,城市\n瑞康医院,医院,苏州市\n", encoding="utf-8")
    outcome = desk.run()
    assert outcome.entry.tally.new == 1
    [made] = records_of(desk.replica).values()
    assert (made["city"], made["province"], made["industry"]) == ("苏州", "江苏", "hospital")
    [verdict] = desk.foretell(on_twin=OnTwin.CREATE).verdicts
    assert "医院客户还差「科室名称」、「采购负责人职称」" in verdict.remarks[0].zh
    assert desk.run().entry.tally.new == 0


def test_new_rows_that_may_be_there_are_said_and_can_be_left_out(desk: Desk) -> None:
    def alike(entity: str, values: Record) -> Alike | None:
        if values["name"] != "苏州鼓楼医院":
            return None
        assert entity == "customer"
        return Alike("known", "鼓楼医院（苏州）", Sentence("名称相近", "similar names"))

    with Source(desk.path) as source:
        told = importing.foretell(desk.replica, desk.job(source), alike=alike)
        assert [one.alike for one in told.verdicts] == ["", "known", "", "", ""]
        assert "可能就是已有的「鼓楼医院（苏州）」（名称相近）" in told.verdicts[1].remarks[-1].zh
        assert (told.tally.alike, told.looked_alike) == (1, True)
        done = importing.run(desk.replica, desk.job(source), leave={3})
    assert (done.entry.tally.new, done.entry.tally.duplicate) == (1, 1)
    assert [one["name"] for one in desk.replica.find(Query("customer"))] == ["南京智趣科技有限公司"]
    assert done.entry.reached == 6


def test_only_so_many_new_rows_are_looked_up_among_what_is_alike(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "MOST_ALIKE", 1)
    with Source(desk.path) as source:
        told = importing.foretell(desk.replica, desk.job(source), alike=lambda _e, _v: None)
    assert (told.asked_alike, told.looked_alike) == (1, False)


def test_what_several_share_makes_them_one_no_more_than_another_name_does(desk: Desk) -> None:
    desk.path.write_text(
        "公司名称,统一社会信用代码,电话,联系人,手机\n"
        "甲公司,91330100MA27XL0E5R,025-88886666,王敏,025-88886667\n"
        "乙公司,91320594MA1MEBNA3T,025-88886666,李雷,025-88886668\n"
        "甲公司,91330100MA27XL0E5R,,赵磊,025-88886667\n",
        encoding="utf-8",
    )
    told = desk.foretell(on_twin=OnTwin.UPDATE)
    assert [one.verdict for one in told.verdicts] == [Verdict.NEW, Verdict.NEW, Verdict.UPDATE]
    assert "「电话」与另一条客户相同" in told.verdicts[1].remarks[-1].zh
    assert "「手机」与另一条联系人相同" in told.verdicts[2].remarks[-1].zh
    done = desk.run(on_twin=OnTwin.UPDATE)
    assert (done.entry.tally.new, done.entry.tally.beside) == (2, 3)
    assert desk.run(on_twin=OnTwin.UPDATE).entry.tally.same == 3


def test_an_empty_owner_and_a_constant_change_nobody_who_is_there(desk: Desk) -> None:
    held = a_customer(name="甲公司", owner="li", level="C", phone=None)
    known = create(desk.replica, "customer", held, by=desk.actor)
    desk.path.write_text("公司名称,级别,负责人,电话\n甲公司,,,025-88886666\n", encoding="utf-8")
    kind, level = ("customer", "kind", "organisation"), ("customer", "level", "A")
    desk.run(on_twin=OnTwin.UPDATE, constants=(kind, level))
    found = records_of(desk.replica)[known]
    assert (found["owner"], found["level"], found["phone"]) == ("li", "C", "025-88886666")


def test_a_second_row_adds_nothing_its_writer_may_not_make(desk: Desk) -> None:
    rights = frozenset({Right.SEE, Right.CREATE, Right.EDIT})
    grants = {"*": Grant(rights), "customer": Grant(rights, read_only=frozenset({"phone"}))}
    desk.actor = Actor("wang", "junior", given=RolePolicy("junior", Scope.ALL, grants))
    desk.write(["甲公司,A,,,,", "甲公司,,025-88886666,,,"])
    told = desk.foretell()
    assert [one.verdict for one in told.verdicts] == [Verdict.NEW, Verdict.REFUSED]
    desk.run()
    assert [one["phone"] for one in records_of(desk.replica).values()] == [None]


def test_two_of_one_code_are_made_only_by_whom_the_role_lets(desk: Desk) -> None:
    desk.path.write_text(
        "公司名称,统一社会信用代码\n" + "甲公司,91330100MA27XL0E5R\n" * 2, encoding="utf-8"
    )
    assert desk.foretell(on_twin=OnTwin.CREATE).tally.new == 2
    rights = frozenset({Right.SEE, Right.CREATE, Right.EDIT})
    policy = RolePolicy("rep", Scope.ALL, {"*": Grant(rights)})
    desk.actor = Actor("wang", "rep", given=policy)
    told = desk.foretell(on_twin=OnTwin.CREATE)
    assert [one.verdict for one in told.verdicts] == [Verdict.NEW, Verdict.REFUSED]


def test_an_older_state_of_a_table_comes_again_after_a_newer_one(desk: Desk) -> None:
    for level in ("A", "B", "A"):
        desk.write([f"甲公司,{level},,,,"])
        with Source(desk.path) as source:
            assert importing.begun(desk.replica, desk.job(source, on_twin=OnTwin.UPDATE)) is None
        desk.run(on_twin=OnTwin.UPDATE)
        [made] = records_of(desk.replica).values()
        assert made["level"] == level
    with Source(desk.path) as source:
        assert importing.begun(desk.replica, desk.job(source, on_twin=OnTwin.UPDATE)) is not None


def test_a_code_alone_tells_which_record_is_updated(desk: Desk) -> None:
    held = a_customer(name="甲公司", uscc="91330100MA27XL0E5R", phone=None)
    known = create(desk.replica, "customer", held, by=desk.actor)
    desk.path.write_text(
        "统一社会信用代码,公司电话\n91330100MA27XL0E5R,025-88886666\n91320594MA1MEBNA3T,1\n,2\n",
        encoding="utf-8",
    )
    told = desk.foretell(on_twin=OnTwin.UPDATE)
    assert [one.verdict for one in told.verdicts] == [
        Verdict.UPDATE, Verdict.REFUSED, Verdict.REFUSED,
    ]  # fmt: skip
    assert any("必须填写" in one.zh for one in told.verdicts[1].reasons)
    desk.run(on_twin=OnTwin.UPDATE)
    assert records_of(desk.replica)[known]["phone"] == "025-88886666"


def test_rows_far_apart_are_foretold_as_they_will_be(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row that changes what rows of an earlier part made, or changed, is told as it is done."""
    monkeypatch.setattr(importing, "AT_A_TIME", 2)
    desk.write(("镇江一中,B,0511-80000001,周老师,13800000007,采购",))
    desk.run()
    desk.write(
        (
            "南京智趣科技有限公司,A,,王敏,13800000001,主任", "镇江一中,A,,周老师,13800000007,",
            "苏州鼓楼医院,B,,,,", "南京智趣科技有限公司,B,,王敏,13800000001,院长",
            "南京智趣科技有限公司,B,,,,", "镇江一中,A,,周老师,13800000007,",
        )
    )  # fmt: skip
    told = desk.foretell(on_twin=OnTwin.UPDATE)
    assert [one.verdict.value for one in told.verdicts] == [
        "new", "update", "new", "update", "same", "same",
    ]  # fmt: skip
    assert told.verdicts[3].twin_row == 2
    assert desk.run(on_twin=OnTwin.UPDATE).entry.tally == told.tally


def test_a_file_too_long_for_one_import_is_not_imported_in_two(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "AT_A_TIME", 2)
    monkeypatch.setattr("crm_core.intake.source.MOST_ROWS", 3)
    for _ in range(2):
        done = desk.run()
        assert done.error is not None
        assert (done.error.code, done.entry.reached) == ("too_large", 3)
