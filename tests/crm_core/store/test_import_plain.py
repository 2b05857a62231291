"""Rows judged together come to what each comes to alone: verdicts, words, records, history."""

import csv
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter

from crm_core.intake.cells import Row
from crm_core.intake.guessing import propose
from crm_core.intake.keys import Keyed
from crm_core.intake.mapping import Clean, Cleaning, Mapping, OnTwin
from crm_core.intake.plain_rows import RowReader
from crm_core.intake.source import Source
from crm_core.model.credit_code import check_digit
from crm_core.model.entities import builtin_registry
from crm_core.model.values import Value
from crm_core.permissions import Actor
from crm_core.permissions.policy import Grant, Right, RolePolicy, Scope
from crm_core.store.imports import importing
from crm_core.store.imports.import_chunk import Chunk, NewIds
from crm_core.store.imports.import_plain import PlainJudge, PlainPart
from crm_core.store.imports.importing import Job
from crm_core.store.replica import Replica
from tests.builders import FakeClock, a_customer, a_replica, create, log_of, records_of

HEAD = ("公司名称", "行业", "级别", "城市", "区县", "省份", "电话", "地址", "统一社会信用代码",
        "标签", "年采购额（万元）", "负责人", "邮箱", "备注")  # fmt: skip
GOOD = "91330100MA27XL0E5"
CODES = ("", GOOD + check_digit(GOOD), (GOOD + check_digit(GOOD)).lower(), GOOD + "0", "1.2E+17",
         "110108012345678", "９１３３0100MA27XL0E5R", "无")  # fmt: skip
TEXTS = ("甲公司", "甲 公司", "甲(公司)", "乙公司", "東方電器有限公司", "东方电器有限公司", "-",
         "无", "A\tB", "Ｘ１公司", "两  空格", "长" * 300, "=1+1", "坏\ufffd字", "#N/A", "x\ny",
         "😀公司", "ß", "（）", "nan", " 前后 ", "é店", "e\u0301店")  # fmt: skip
ODDS: dict[str, tuple[object, ...]] = {
    "行业": ("医院", "学校", "", "没有的行业", "hospital"), "级别": ("A", "B", "", "很重要"),
    "城市": ("苏州市", "苏州", "", "昆山", "火星"), "区县": ("", "鼓楼区", "昆山市"),
    "省份": ("", "江苏", "浙江省"), "标签": ("", "重点", "重点、老客户", "重点;重点"),
    "电话": ("", "13800000000", "+86 138-0000-0001", "025-88886666", "1.38E+10", "12", "ABC",
            "13800000002/13800000003", "138****0000"),
    "地址": ("", "天元东路 5 号", "天元东路5号，后门", *TEXTS), "统一社会信用代码": CODES,
    "年采购额（万元）": ("", "12", "1,200", "十万", "5万", "1.5"),
    "负责人": ("", "王业务", "没这人"), "邮箱": ("", "a@qq.com", "a@firma.cn", "坏"),
    "备注": ("", "一\n二", "x" * 50),
}  # fmt: skip


def a_row(rolls: random.Random, number: int) -> list[object]:
    """A row most of whose cells are in order, if its number says so."""
    calm = number % 3 != 0
    name = f"客户{number}号" if calm else rolls.choice((*TEXTS, f"客户{number - 2}号", ""))
    return [name, *(
        odds[0] if calm and rolls.random() < 0.9 and title != "电话" else rolls.choice(odds)
        for title, odds in ODDS.items()
    )]  # fmt: skip


def typed(rolls: random.Random, cell: object) -> object:
    """What a spreadsheet may hold in place of a text."""
    return rolls.choice((cell, cell, cell, 13800000009.0, 1.38e10, True, 45000, 12.5))


class Plain:
    """Counts the rows that were judged together."""

    def __init__(self) -> None:
        self.rows, settle = 0, PlainPart.settle

        def counted(
            part: PlainPart, chunk: Chunk, rows: Sequence[Row], new_ids: NewIds, *, telling: bool
        ) -> None:
            self.rows += len(rows) - len(part.odd)
            settle(part, chunk, rows, new_ids, telling=telling)

        self.settle = counted


class Two:
    """A replica that judges plain rows together, and one that does not, under the same clock."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.patch, self.folder, self.actor = monkeypatch, folder, Actor("wang", "admin")
        self.both = [self._replica(folder / f"{node}.db", node * 16) for node in "ab"]

    def _replica(self, path: Path, node: str) -> Replica:
        made = a_replica(path, time=FakeClock(), node=node)
        with made.write(Actor("wang", "admin")) as (unit, _):
            unit.create(
                "user", {"name": "王业务", "login": "wang", "role": "rep"}, record_id="wang"
            )
        for name in ("乙公司", "客户4号", "客户7号", "客户7号"):
            create(made, "customer", a_customer(name=name, phone=None), by=self.actor)
        return made

    def compare(self, path: Path, **changes: object) -> int:
        """Import the file into both, and hold them to each other; how many rows were plain."""
        told, kept, plain = [], [], Plain()
        for replica, together in zip(self.both, (True, False), strict=True):
            with self.patch.context() as patch, Source(path) as source:
                if not together:
                    patch.setattr(PlainJudge, "fits", staticmethod(lambda *_: False))
                    patch.setattr(RowReader, "fits", staticmethod(lambda *_: False))
                job = self._job(source, replica, **changes)
                foretold = importing.foretell(replica, job)
                told.append([_named(replica, one) for one in foretold.verdicts])
                patch.setattr(PlainPart, "settle", plain.settle)
                done = importing.run(replica, job, anew=True)
                refused = importing.rejected(replica, done.entry)
                kept.append((_plainly(replica), refused, done.entry.tally))
        assert told[0] == told[1]
        assert kept[0] == kept[1]
        return plain.rows

    def _job(self, source: Source, replica: Replica, **changes: object) -> Job:
        table = source.table()
        mapping = propose(table.heading, [c for _, c in source.top(table.name)], replica.registry)
        mapping = replace(mapping, **changes)  # type: ignore[arg-type]
        return Job(source, table, mapping, self.actor)


def _named(replica: Replica, one: object) -> object:
    twin = getattr(one, "twin", "")
    name = records_of(replica)[twin]["name"] if twin else ""
    return repr(one).replace(repr(twin), repr(name)) if twin else repr(one)


def _plainly(replica: Replica) -> list[object]:
    """Records in the order they were made, and what the log says of them, without ids."""
    names = {key: one["name"] for key, one in records_of(replica).items()}

    def nameless(value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {n: names.get(v, v) if n == "customer" else v for n, v in value.items() if n != "id"}

    kept = [
        (one.replica_seq, one.entity, one.verb, one.field, nameless(one.value))
        for one in log_of(replica)
    ]
    made = (*records_of(replica).values(), *records_of(replica, "contact").values())
    return [kept, [nameless(record) for record in made]]


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Two:
    monkeypatch.setattr(importing, "AT_A_TIME", 40)
    return Two(tmp_path, monkeypatch)


def test_a_nasty_file_comes_to_the_same_together_and_row_by_row(two: Two, tmp_path: Path) -> None:
    rolls, path = random.Random(7), tmp_path / "客户.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEAD, *(a_row(rolls, number) for number in range(300))])
    assert two.compare(path) > 60
    assert two.compare(path, on_twin=OnTwin.UPDATE) == 0


def test_customers_with_people_beside_them_come_to_the_same(two: Two, tmp_path: Path) -> None:
    rolls, path = random.Random(11), tmp_path / "客户.csv"
    people = (("王敏", "李雷", "", "王敏女士"), ("13900000001", "139 0000 0002", "", "坏", "12"),
              ("采购", "主任", ""), ("w@firma.cn", "坏", ""))  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow((*HEAD[:-2], "联系人", "手机", "职务", "联系人邮箱"))
        for number in range(120):
            beside = [f"王{number}", f"139{number:08d}", "采购", f"w{number}@firma.cn"]
            if number % 2:
                beside = [rolls.choice(one) for one in people]
            writer.writerow((*a_row(rolls, number % 80)[:-2], *beside))
    assert two.compare(path) == 0
    assert len(records_of(two.both[0], "contact")) > 20
    two.compare(path, on_twin=OnTwin.UPDATE)


def test_cells_that_are_no_text_come_to_the_same(two: Two, tmp_path: Path) -> None:
    rolls, path = random.Random(3), tmp_path / "客户.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        for number in range(90):
            cells = a_row(rolls, number)
            for place, cell in enumerate(cells):
                sheet.write(number + 1, place, typed(rolls, cell) if number % 2 else cell)
    assert two.compare(path, on_twin=OnTwin.CREATE) > 5


def test_cleanings_constants_and_other_keys_come_to_the_same(two: Two, tmp_path: Path) -> None:
    rolls, path = random.Random(5), tmp_path / "客户.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEAD, *(a_row(rolls, number) for number in range(90))])
    with Source(path) as source:
        mapping: Mapping = two._job(source, two.both[0]).mapping
    cleaned = tuple(
        replace(one, cleanings=(Cleaning(Clean.UPPER),)) if one.field in ("phone", "uscc", "name")
        else replace(
            one, cleanings=(Cleaning(Clean.REPLACE, "公司$", ""),), translations=(("A", ""),)
        )
        for one in mapping.columns
    )  # fmt: skip
    constants = (("customer", "level", "A"), ("customer", "city", "苏州"))
    two.compare(path, columns=cleaned, constants=constants, keys=("phone",))


def test_who_may_not_write_a_field_is_told_so_of_the_same_rows(two: Two, tmp_path: Path) -> None:
    rights = frozenset({Right.SEE, Right.CREATE, Right.EDIT})
    hidden = Grant(rights, read_only=frozenset({"address", "province"}))
    grants = {"*": Grant(rights), "customer": hidden}
    two.actor = Actor("wang", "junior", given=RolePolicy("junior", Scope.ALL, grants))
    path = tmp_path / "客户.csv"
    lines = [
        "公司名称,城市,地址",
        *(f"客户{n}号店,苏州,{'路' if n % 4 == 0 else ''}" for n in range(20)),
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    two.compare(path)


def test_rows_that_share_a_key_meet_each_other(two: Two, tmp_path: Path) -> None:
    path = tmp_path / "客户.csv"
    lines = [
        "公司名称,城市,电话", "重复店,苏州,13811111111", "平常店,苏州,13811111110", "重复店,南京,",
        "别家店,苏州,13811111111", "两号店,苏州,13811111112/13811111113", "又一店,无锡,13811111112",
        "远方店,火星,13811111114",
    ]  # fmt: skip
    path.write_text("\n".join(lines), encoding="utf-8")
    assert two.compare(path) == 2
    made = {str(one["name"]): one for one in records_of(two.both[0]).values()}
    assert made["重复店"]["city"] == "苏州"
    assert made["平常店"]["province"] == "江苏"
    assert two.compare(path) == 0


@pytest.mark.parametrize("fields", [(), ("name",), ("uscc", "name", "phone"), ("phone", "uscc")])
def test_keys_by_columns_are_those_of_each_record(fields: tuple[str, ...]) -> None:
    keyed = Keyed(builtin_registry().entity("customer"), fields)
    names: list[Value] = [*TEXTS, "a\x00b", None, "ΑΣ", "İ"]
    columns: dict[str, list[Value]] = {
        "name": names,
        "uscc": [CODES[n % len(CODES)] or None for n in range(len(names))],
        "phone": [str(ODDS["电话"][n % 9]) or None for n in range(len(names))],
    }
    by_column = keyed.columns_of(columns)
    for place in range(len(names)):
        record = {name: column[place] for name, column in columns.items()}
        together = [(field, texts[place]) for field, texts in by_column if texts[place]]
        assert together == [key for key in keyed.keys_of(record) if key[1]]
