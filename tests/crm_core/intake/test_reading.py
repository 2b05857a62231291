"""Foreign files: what is read from them, whatever their encoding, and what is refused."""

import zipfile
from collections.abc import Callable
from datetime import datetime
from itertools import chain
from pathlib import Path
from random import Random

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter.worksheet import Worksheet

from crm_core.errors import KnownError
from crm_core.intake import delimited, sheet_size, text_blocks
from crm_core.intake.cells import as_day, as_moment, lost_digits, number_text, plain
from crm_core.intake.delimited import Form
from crm_core.intake.encodings import guess
from crm_core.intake.source import Source
from crm_core.intake.text_blocks import OtherLines

ROWS = (
    "公司名称,联系人,电话\n南京智趣科技有限公司,王敏,13800000000\n苏州鼓楼医院,李雷,0512-66668888\n"
)


def a_book(path: Path, fill: Callable[[Worksheet], object], *more: str) -> Path:
    """An Excel file with one sheet filled in, and empty ones beside."""
    with xlsxwriter.Workbook(str(path)) as book:
        fill(book.add_worksheet("客户"))
        for name in more:
            book.add_worksheet(name)
    return path


def titles(source: Source, sheet: str | None = None) -> list[str]:
    """The headings found."""
    return [column.title for column in source.table(sheet).heading.columns]


def code(path: Path) -> str:
    """The code of the error reading this file ends with."""
    with pytest.raises(KnownError) as said, Source(path) as source:
        list(source.rows(source.table()))
    assert path.name in said.value.chinese
    assert path.name in said.value.english
    return said.value.code


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_text_is_read_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "客户.csv"
    path.write_bytes(ROWS.encode(encoding))
    with Source(path) as source:
        table = source.table()
        assert titles(source) == ["公司名称", "联系人", "电话"]
        assert [cells[1] for _, cells in source.rows(table)] == ["王敏", "李雷"]


def test_traditional_text_in_big5_is_read_and_not_taken_for_gbk(tmp_path: Path) -> None:
    path = tmp_path / "客戶.csv"
    path.write_bytes(
        "公司名稱,聯絡人,電話\n台北科技股份有限公司,王小明,0912345678\n".encode("big5")
    )
    with Source(path) as source:
        assert source.encoding == "big5"
        assert titles(source) == ["公司名稱", "聯絡人", "電話"]


def test_a_person_may_say_what_the_encoding_is(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("名称\n张\n".encode("gb18030"))
    with Source(path, encoding="gb18030") as source:
        assert titles(source) == ["名称"]


@given(st.text(alphabet="客户名称公司王李张电话手机有限医院学校地址abc123,\n", min_size=40))
def test_chinese_text_is_never_taken_for_another_encoding(text: str) -> None:
    for encoding in ("utf-8", "gb18030"):
        told = guess(text.encode(encoding))
        assert text.encode(encoding).decode(told.encoding) == text


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_damaged_file_is_read_in_what_the_rest_of_it_is_in(encoding: str) -> None:
    """Bytes that are no characters, a line of another file: the cells they stand in are named."""
    whole = ROWS.encode(encoding) * 20
    other = "苏州医院,李雷\n".encode("gb18030" if encoding == "utf-8" else "utf-8")
    assert guess(whole[:300] + b"\xff\xfe\x80" + whole[300:] + other).encoding == encoding


@pytest.mark.parametrize(("own", "other"), [("gb18030", "utf-8"), ("utf-8", "gb18030")])
@pytest.mark.parametrize("size", [50, 65_536])
def test_lines_of_two_systems_in_one_file_are_each_read_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: str, other: str, size: int
) -> None:
    """Pasted from two systems: also lines that are, by chance, text in both (even numbers of
    characters), and those with one character; what is damaged stays so."""
    monkeypatch.setattr(text_blocks, "AT_A_TIME", size)
    path = tmp_path / "a.csv"
    rows = [f"苏州第{number}医院,李{'雷梅' * (number % 3)},{number}" for number in range(40)]
    rows[7], rows[9], rows[30], rows[31] = (
        "中心医院,张伟,7",
        "南京客户,王芳,9",
        "甲乙,丙丁,30",
        "a,张,b",
    )
    written = [row.encode(other if at in {7, 9, 30, 31} else own) for at, row in enumerate(rows)]
    hurt = "名称,联系人,数\r\n".encode(own) + b"\r\n".join(written) + b"\r\nx\xff\x80y,,\r\n"
    path.write_bytes(hurt)
    with Source(path) as source:
        read = [
            ",".join(str(cell or "") for cell in cells) for _, cells in source.rows(source.table())
        ]
        assert source.encoding == own
        assert read[:-1] == rows
        assert delimited.GARBLED in read[-1]
        told = source.remark()
    assert told is not None
    assert "4 行（从第 9 行起）" in told.zh
    assert other.upper() in told.zh


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
def test_lines_of_an_old_mac_are_lines_however_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    """One that never ends is no table: it is not read into memory to see."""
    monkeypatch.setattr(text_blocks, "AT_A_TIME", 64)
    monkeypatch.setattr(text_blocks, "LONGEST_LINE", 200)
    path = tmp_path / "a.csv"
    path.write_bytes(("公司名称,电话\r" + "甲公司,1\r" * 90).encode(encoding))
    with Source(path) as source:
        assert source.table().heading.columns[0].title == "公司名称"
        assert source.count(source.table()) == 90
    path.write_bytes(("公司名称,电话\n" + "甲公司" * 90).encode(encoding))
    with Source(path) as source, pytest.raises(KnownError) as raised:
        source.table()
    assert raised.value.code == "not_a_table"


@given(
    st.text(alphabet="客户名称联通公司王翀犇骉羴煋喆é,\n１２ａ，。（）ab12", min_size=1),
    st.booleans(),
)
def test_a_file_of_one_encoding_is_never_read_in_two(text: str, wide: bool) -> None:
    encoding = "utf-8" if wide else "gb18030"
    lines = text_blocks._Lines(Path("a"), encoding, OtherLines())
    assert lines._text(text.encode(encoding), 1) == text
    assert lines._told.many == 0


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_whatever_stands_between_values_is_found(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(ROWS.replace(",", separator), encoding="utf-8")
    with Source(path) as source:
        assert len(titles(source)) == 3


def test_heading_is_found_under_title_and_merged_cells(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.merge_range(0, 0, 0, 4, "2026 年客户资料汇总表")
        sheet.write(1, 0, "制表人：张三")
        sheet.merge_range(2, 0, 3, 0, "公司名称")  # Down over both rows of the heading.
        sheet.merge_range(2, 1, 2, 2, "联系人")  # A group over two columns.
        sheet.write_row(3, 1, ["姓名", "手机号", "电话", "电话"])
        sheet.write_row(4, 0, ["南京智趣科技有限公司", "王敏", 13800000000, "025-1", "025-2"])

    with Source(a_book(tmp_path / "a.xlsx", fill, "空的")) as source:
        assert source.names() == ["客户", "空的"]
        table = source.table()
        assert table.heading.row == 4
        assert titles(source) == ["公司名称", "姓名", "手机号", "电话", "电话 (2)"]
        assert [number for number, _ in source.rows(table)] == [5]


def test_a_table_without_heading_has_letters_for_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("13800000000,2026-01-31\n13900000000,2026-02-01\n", encoding="utf-8")
    with Source(path) as source:
        table = source.table()
        assert (table.heading.row, titles(source)) == (0, ["A", "B"])
        assert source.count(table) == 2


def test_a_person_may_say_where_the_heading_is(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("甲,乙\n丙,丁\n1,2\n", encoding="utf-8")
    with Source(path) as source:
        assert [c.title for c in source.table(heading_row=2).heading.columns] == ["丙", "丁"]


def test_formulas_are_never_worked_out(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.write_row(0, 0, ["公司名称", "备注"])
        sheet.write_string(1, 0, "=HYPERLINK(1)")
        sheet.write_formula(1, 1, '=WEBSERVICE("http://x")', None, "旧值")

    with Source(a_book(tmp_path / "a.xlsx", fill)) as source:
        assert [cells for _, cells in source.rows(source.table())] == [["=HYPERLINK(1)", "旧值"]]


def test_numbers_and_days_are_what_was_meant(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.write_row(0, 0, ["手机", "日期"])
        sheet.write_row(1, 0, [1.38e10, 46023])

    with Source(a_book(tmp_path / "a.xlsx", fill)) as source:
        [(_, cells)] = list(source.rows(source.table()))
        assert plain(cells[0]) == "13800000000"
        assert str(as_day(cells[1])) == "2026-01-01"
    assert [str(as_day(t)) for t in ("2026/1/5", "2026年1月5日", "20260105", "2026.1.5")] == (
        ["2026-01-05"] * 4
    )
    assert as_day("2026-13-45") is None
    assert as_moment("2026-1-5 9:30") == datetime(2026, 1, 5, 9, 30)  # noqa: DTZ001
    assert as_moment("46000.5") == datetime(2025, 12, 9, 12)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-01-05T20:30:00Z", "2026-01-06 04:30"),
        ("2026-01-05T20:30:00.000+08:00", "2026-01-05 20:30"),
        ("2026/1/5 3:30 PM", "2026-01-05 15:30"),
        ("2026/1/5 12:05:09 am", "2026-01-05 00:05"),
        ("2026年1月5日 下午3:30", "2026-01-05 15:30"),
        ("2026-1-5晚上8点", "2026-01-05 20:00"),
        ("2026-1-5 星期一 9时30分", "2026-01-05 09:30"),
        ("2026-01-05 周一", "2026-01-05 00:00"),
        ("2026-1-5 9:30 或 10:30", ""),
        ("2026-1-5 25:30", ""),
    ],
)
def test_zone_and_afternoon_are_part_of_a_moment(written: str, meant: str) -> None:
    found = as_moment(written)
    assert (f"{found:%Y-%m-%d %H:%M}" if found else "") == meant


def test_a_birthday_in_another_zone_or_as_a_number_is_that_day() -> None:
    assert str(as_day("1990-05-01T16:00:00.000Z")) == "1990-05-02"
    assert str(as_day(19900501)) == "1990-05-01"
    assert str(as_day(19900501.0)) == "1990-05-01"


def test_digits_that_a_file_no_longer_has_are_not_made_up() -> None:
    assert lost_digits("1.38E+10")
    assert not lost_digits("1.3812345678E+10")
    assert not lost_digits("13812345678")


@given(st.floats() | st.integers() | st.text() | st.booleans() | st.datetimes() | st.none())
def test_any_cell_has_a_plain_form(cell: float | int | str | bool | datetime | None) -> None:
    assert isinstance(plain(cell), str)
    as_day(cell)
    as_moment(cell)


@given(st.integers(min_value=10**9, max_value=10**15))
def test_a_whole_float_keeps_its_digits(number: int) -> None:
    assert number_text(float(number)) == str(number)


def test_a_card_of_an_old_phone_is_read(tmp_path: Path) -> None:
    path = tmp_path / "名片.vcf"
    name = "".join(f"={byte:02X}" for byte in "王敏".encode("gbk"))
    company = "".join(f"={byte:02X}" for byte in "南京智趣科技有限公司".encode("gbk"))
    path.write_bytes(
        (
            "BEGIN:VCARD\r\nVERSION:2.1\r\n"
            f"N;CHARSET=GBK;ENCODING=QUOTED-PRINTABLE:{name};;;\r\n"
            f"ORG;CHARSET=GBK;ENCODING=QUOTED-PRINTABLE:{company[:30]}=\r\n{company[30:]}\r\n"
            "TEL;CELL:138 0000 0000\r\nTEL;WORK;FAX:025-111\r\nTEL;WORK:025-88886666\r\n"
            "PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQ\r\n AAAA\r\n\r\nEND:VCARD\r\n"
            "BEGIN:VCARD\nVERSION:3.0\nFN:Anna \\; Berg\nORG:Acme\\, Ltd;Sales\nBDAY:19800102\n"
            "item1.EMAIL;TYPE=INTERNET:a@b.cn\nNOTE:one\\ntwo\nEND:VCARD\n"
        ).encode("ascii")
    )
    with Source(path) as source:
        first, second = [cells for _, cells in source.rows(source.table())]
    assert first[:6] == [
        "王敏",
        "南京智趣科技有限公司",
        None,
        None,
        "138 0000 0000",
        "025-88886666",
    ]
    assert second[0] == "Anna ; Berg"
    assert second[1:3] == ["Acme, Ltd", "Sales"]
    assert (second[6], second[8], second[10]) == ("a@b.cn", "1980-01-02", "one\ntwo")


def test_what_is_no_table_is_refused_in_a_sentence(tmp_path: Path) -> None:
    made = {
        "程序.xlsx": b"MZ\x90\x00" + bytes(200),
        "文档.csv": b"%PDF-1.7 ...",
        "空.csv": b"",
        "空白.csv": b"\r\n \r\n",
        "坏.xlsx": b"PK\x03\x04 not really",
        "乱.csv": bytes(range(256)) * 20,
        "老.xls": b"\xd0\xcf\x11\xe0" + bytes(600),
    }
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
    assert {name: code(tmp_path / name) for name in made} == {
        "程序.xlsx": "not_a_table", "文档.csv": "not_a_table", "空.csv": "empty_file",
        "空白.csv": "empty_file", "坏.xlsx": "not_a_table", "乱.csv": "not_a_table",
        "老.xls": "not_a_table",
    }  # fmt: skip
    assert code(tmp_path / "没有.csv") == "unreadable"


def test_a_sheet_that_asks_for_all_memory_is_refused_before_it_is_read(tmp_path: Path) -> None:
    def corners(sheet: Worksheet) -> None:
        sheet.write(0, 0, "公司名称")
        sheet.write(1_048_575, 16_383, "远")

    assert code(a_book(tmp_path / "角.xlsx", corners)) == "too_large"


FAR = {
    "middle": '<row r="1"><c r="XFD1048576"><v>1</v></c><c r="A1"><v>1</v></c></row>',
    "quotes": "<row r='1'><c r='A1'><v>1</v></c></row>"
    "<row><c s='1' r='XFD1048576'><v>1</v></c></row>",
    "prefix": '<x:row><x:c r="A1"><v>1</v></x:c><x:c a=">" r="xfd1048576"><v>1</v></x:c></x:row>',
    "unplaced": '<row r="1048575"><c r="A1"><v>1</v></c></row><row>'
    + "<c><v>1</v></c>" * 20
    + "</row>",
}


@pytest.mark.parametrize("where", FAR)
def test_a_far_cell_is_found_wherever_and_however_it_is_written(tmp_path: Path, where: str) -> None:
    path = tmp_path / "远.xlsx"
    text = f'<worksheet xmlns:x="x"><sheetData>{FAR[where]}</sheetData></worksheet>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/哪里.xml", text)
    assert code(path) == "too_large"


def test_the_far_cell_of_a_binary_sheet_is_found(tmp_path: Path) -> None:
    path = tmp_path / "远.xlsb"
    row, cell = (1_048_575).to_bytes(4, "little"), (16_383).to_bytes(4, "little")
    with zipfile.ZipFile(path, "w") as archive:
        blank = b"\x01\x04" + cell
        archive.writestr("a.bin", b"\x81\x01\x00\x00\x04" + row + blank + b"\x05\x04" + cell)
    assert code(path) == "too_large"


def test_a_formatted_area_with_nothing_in_it_is_no_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_size, "MOST_CELLS", 100)
    monkeypatch.setattr(sheet_size, "_PART", 64)
    path = tmp_path / "空.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        sheet.write_row(2, 1, ["公司名称", "电话"])
        sheet.write_row(3, 1, ["甲公司", "1"])
        for row in range(4, 40):
            sheet.write_blank(row, 5, None, bold)
    with Source(path) as source:
        assert list(source.rows(source.table())) == [(4, [None, "甲公司", "1"])]


def test_a_sheet_that_unpacks_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = a_book(tmp_path / "大.xlsx", lambda sheet: sheet.write_row(0, 0, ["公司名称"] * 200))
    monkeypatch.setattr(sheet_size, "MOST_UNPACKED", 1_000)
    assert code(path) == "too_large"


def test_a_million_empty_rows_cost_nothing(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.write_row(0, 0, ["公司名称", "电话"])
        sheet.write_row(1, 0, ["甲公司", "13800000000"])
        sheet.write_blank(60_000, 0, None)
        sheet.write_row(60_001, 0, ["乙公司", "13900000000"])

    with Source(a_book(tmp_path / "空行.xlsx", fill)) as source:
        assert [number for number, _ in source.rows(source.table())] == [2, 60_002]
    path = tmp_path / "空行.csv"
    path.write_text("公司名称,电话\n甲,1\n" + ",\n" * 50_000 + "乙,2\n", encoding="utf-8")
    with Source(path) as source:
        assert source.count(source.table()) == 2


def test_a_quotation_mark_that_never_ends_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "_LONGEST_CELL", 1_000)
    path = tmp_path / "引号.csv"
    path.write_text('公司名称,备注\n甲,"' + "乙\n" * 2_000, encoding="utf-8")
    assert code(path) == "not_a_table"


@pytest.mark.parametrize(
    "text",
    [
        '公司名称,备注\n甲,好\n乙,"没完\n丙,好\n丁,好\n',
        '公司名称,备注\n甲,好\n乙,"没完',
        '公司名称,备注\n甲,"没完\n乙,好\n丙,"好,好"\n丁,好\n',
        '公司名称,备注\n甲,"没完\n' + "乙,好\n" * 60 + '丙","好"\n',
    ],
)
def test_a_quotation_mark_does_not_swallow_rows(tmp_path: Path, text: str) -> None:
    path = tmp_path / "引号.csv"
    path.write_text(text, encoding="utf-8")
    assert code(path) == "not_a_table"


def test_cells_of_several_lines_and_stray_quotation_marks_are_read(tmp_path: Path) -> None:
    path = tmp_path / "引号.csv"
    path.write_text('公司名称,备注\n甲,"一\n二"\n乙,5" 屏\n丙,"好"的\n', encoding="utf-8")
    with Source(path) as source:
        rows = [cells[1] for _, cells in source.rows(source.table())]
    assert rows == ["一\n二", '5" 屏', "好的"]


def test_a_file_changed_while_it_is_read_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(ROWS, encoding="utf-8")
    with Source(path) as source:
        source.check_unchanged()
        path.write_text(f"{ROWS}丙公司,赵,1\n", encoding="utf-8")
        with pytest.raises(KnownError) as said:
            source.check_unchanged()
    assert said.value.code == "file_changed"


def test_a_book_with_a_broken_sheet_is_refused(tmp_path: Path) -> None:
    whole = a_book(tmp_path / "a.xlsx", lambda sheet: sheet.write(0, 0, "公司名称"))
    broken = tmp_path / "b.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(broken, "w") as target:
        for one in source.infolist():
            content = source.read(one)
            target.writestr(one, content[:40] if "sheet1" in one.filename else content)
    assert code(broken) == "not_a_table"


def test_rows_are_the_same_wherever_the_parts_of_a_file_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines are read some hundred at a time; a cell may go on behind them."""
    random = Random(7)
    pieces = ("甲", "", " ", '"乙,丙"', '"丁\n戊"', '"a""b"', 'c"d', '"\r\n"', "x\x00y", '"e"f')
    path = tmp_path / "a.csv"
    for _ in range(60):
        lines = [",".join(random.choices(pieces, k=3)) for _ in range(random.randrange(1, 9))]
        path.write_bytes("\n".join(lines).encode())
        seen = []
        for size in (1, 9, 20, 65_536):
            monkeypatch.setattr(text_blocks, "AT_A_TIME", size)
            try:
                seen.append(list(chain.from_iterable(delimited.batches(path, Form("utf-8", ",")))))
            except KnownError as error:
                seen.append([(0, [error.chinese])])
        assert seen[:3] == [seen[3]] * 3
