"""From columns to fields: guesses, cleaning, translation, and the values a row comes to."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_core.errors import KnownError
from crm_core.intake.cells import Cell
from crm_core.intake.cleaning import clean
from crm_core.intake.guessing import propose
from crm_core.intake.headings import Heading, find_heading
from crm_core.intake.keys import Keyed, folded_name, folded_phone
from crm_core.intake.mapping import (
    Clean,
    Cleaning,
    ColumnMapping,
    Mapping,
    OnTwin,
    fitted,
    mapping_from_json,
)
from crm_core.intake.preparing import Prepared, Preparer
from crm_core.model.entities import builtin_registry

REGISTRY = builtin_registry()


def a_heading(*titles: str) -> Heading:
    """A heading in row 1."""
    return find_heading([(1, list(titles))], row=1)


def guessed(heading: Heading, *rows: list[Cell], entity: str = "") -> dict[str, str]:
    """Title → entity.field."""
    found = propose(heading, rows, REGISTRY, entity=entity)
    return {one.title: f"{one.entity}.{one.field}" for one in found.columns}


def prepared(heading: Heading, cells: list[Cell], **more: object) -> Prepared:
    """What the proposed mapping makes of a row."""
    mapping = propose(heading, [cells], REGISTRY)
    return Preparer(mapping, heading, REGISTRY).prepare(2, cells)


def test_company_and_contact_on_one_row() -> None:
    heading = a_heading("客户名称", "级别", "联系人", "手机号码", "职务", "公司电话", "随便写的")
    row: list[Cell] = [
        "南京智趣科技有限公司",
        "A",
        "王敏女士",
        "13800000000",
        "主任",
        "025-88886666",
    ]
    assert guessed(heading, row) == {
        "客户名称": "customer.name", "级别": "customer.level", "联系人": "contact.name",
        "手机号码": "contact.phone", "职务": "contact.title", "公司电话": "customer.phone",
    }  # fmt: skip
    made = prepared(heading, row)
    assert made.values == {
        "name": "南京智趣科技有限公司", "level": "A", "phone": "025-88886666",
        "kind": "organisation",
    }  # fmt: skip
    assert made.beside == {"name": "王敏", "phone": "13800000000", "title": "主任"}
    assert not made.problems


def test_english_headings_are_understood() -> None:
    heading = a_heading("Company Name", "Contact Person", "Mobile", "E-mail", "Industry")
    assert guessed(heading, ["Acme", "Anna", "13800000000", "a@b.cn", "Company"]) == {
        "Company Name": "customer.name", "Contact Person": "contact.name",
        "Mobile": "contact.phone", "E-mail": "contact.email", "Industry": "customer.industry",
    }  # fmt: skip


def test_leads_of_a_platform_are_leads() -> None:
    heading = a_heading("姓名", "手机号", "线索来源", "提交时间", "意向课程")
    mapping = propose(
        heading, [["张三先生", "13912345678", "抖音", "2026/1/5 10:30", "英语"]], REGISTRY
    )
    assert mapping.entity == "lead"
    assert {one.field for one in mapping.columns} == {
        "name", "phone", "source", "received_at", "interest",
    }  # fmt: skip


def test_values_tell_where_headings_do_not() -> None:
    heading = a_heading("A", "B", "C", "D")
    row: list[Cell] = ["南京智趣科技有限公司", "91320100MA1ABCDE2X", "13800000000", "a@b.cn"]
    assert guessed(heading, row, row) == {
        "A": "customer.name", "B": "customer.uscc", "C": "customer.phone", "D": "customer.email",
    }  # fmt: skip


def test_cells_become_values_as_they_were_meant() -> None:
    heading = a_heading("姓名", "手机", "预算", "获取时间", "备注")
    mapping = propose(heading, [], REGISTRY, entity="lead")
    prepare = Preparer(mapping, heading, REGISTRY).prepare
    made = prepare(2, ["王敏", 13800000000.0, "1,200.00", 46023.5, "全角ＡＢ１"])
    assert made.values["phone"] == "13800000000"
    assert made.values["budget"] == 120_000
    assert made.values["received_at"] == "2026-01-01T04:00:00Z"
    assert (
        prepare(3, ["甲", "１３８ ００００ ００００", "1.5万", None]).values["budget"] == 1_500_000
    )
    assert prepare(3, ["甲", "+86 138-0000-0000"]).values["phone"] == "13800000000"
    assert prepare(3, ["甲", "025-8888 6666"]).values["phone"] == "025-8888 6666"
    assert prepare(3, ["甲", "1.3812345678E+10"]).values["phone"] == "13812345678"
    assert prepare(3, ["甲", None, 12_000]).values["budget"] == 1_200_000
    several = prepare(4, ["乙", "13800000000/13900000000"])
    assert several.values["phone"] == "13800000000"
    assert "13900000000" in several.remarks[0].zh


def test_a_phone_that_lost_its_digits_is_left_out_and_said() -> None:
    made = prepared(a_heading("公司名称", "电话"), ["甲公司", "1.38E+10"])
    assert "phone" not in made.values
    assert not made.problems
    assert "1.38E+10" in made.remarks[0].zh


def test_a_code_that_went_through_a_number_is_left_out_and_a_doubtful_one_said() -> None:
    heading = a_heading("公司名称", "统一社会信用代码", "电话")
    for lost in (1.2321e17, "1.2321E+17", 913301000000000123):
        made = prepared(heading, ["甲公司", lost, "1.3812346E+10"])
        assert not {"uscc", "phone"} & set(made.values)
        assert len(made.remarks) == 2
    made = prepared(heading, ["甲公司", "91330100MA27XL0E5M"])
    assert made.values["uscc"] == "91330100MA27XL0E5M"
    assert "校验" in made.remarks[0].zh


@pytest.mark.parametrize("title", ["年采购额（万元）", "年采购额(单位:万元)", "年采购额万元"])
def test_a_column_counts_in_what_its_title_says(title: str) -> None:
    heading = a_heading("公司名称", title)
    column = ColumnMapping(title, "customer", "annual_purchase")
    named = ColumnMapping("公司名称", "customer", "name")
    mapping = Mapping(
        "customer", (named, column), constants=(("customer", "kind", "organisation"),)
    )
    prepare = Preparer(mapping, heading, REGISTRY).prepare
    made = prepare(2, ["甲", 50])
    assert made.values["annual_purchase"] == 50_000_000
    assert "500,000" in made.remarks[0].zh
    assert prepare(2, ["甲", "1,200.5"]).values["annual_purchase"] == 1_200_500_000
    own = prepare(2, ["甲", "3亿"])
    assert own.values["annual_purchase"] == 30_000_000_000
    assert not own.remarks


def test_places_and_numbers_get_the_words_of_the_forms() -> None:
    heading = a_heading("客户名称", "客户电话", "省份", "城市")
    row = prepared(heading, ["瑞康", "1381380123", "浙江省", "苏州市"])
    assert (row.values["province"], row.values["city"]) == ("浙江", "苏州")
    assert row.values["phone"] == "1381380123"
    said = [one.zh for one in row.remarks]
    assert any("少了 1 位" in one for one in said)
    assert any("苏州不在浙江" in one for one in said)


def test_what_cannot_be_is_refused_with_the_reason() -> None:
    heading = a_heading("公司名称", "级别", "电话", "邮箱")
    made = prepared(heading, [None, "很重要", "不知道啊", "a\ufffdb"])
    said = " ".join(one.zh for one in made.problems)
    assert "「名称」必须填写" in said
    assert "没有「很重要」这个选项" in said
    assert "不像电话号码" in said
    assert "编码" in said


def test_values_are_translated_and_options_found_loosely() -> None:
    heading = a_heading("公司名称", "级别", "状态")
    columns = (
        ColumnMapping("公司名称", "customer", "name"),
        ColumnMapping("级别", "customer", "level", translations=(("VIP", "A"), ("未评", ""))),
        ColumnMapping("状态", "customer", "state"),
    )
    preparer = Preparer(Mapping("customer", columns), heading, REGISTRY)
    assert preparer.prepare(2, ["甲", "vip", "合作中"]).values["level"] == "A"
    assert "level" not in preparer.prepare(2, ["甲", "未评", "合作中"]).values
    assert preparer.prepare(2, ["甲", "A重点", None]).values["level"] == "A"
    cells: list[list[Cell]] = [["甲", "VIP", "老客"], ["乙", "B", "老客"], ["丙", "B", "合作中"]]
    assert preparer.untranslated(cells, "状态") == {"老客": 2}
    assert preparer.untranslated(cells, "级别") == {}


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("王敏女士", "王敏"),
        ("张三 先生", "张三"),
        ("李雷总经理", "李雷"),
        ("王总", "王总"),
        ("敏", "敏"),
    ],
)
def test_titles_are_stripped_as_long_as_a_name_is_left(typed: str, cleaned: str) -> None:
    assert clean(typed, Cleaning(Clean.NO_TITLES)) == cleaned


def test_a_regular_expression_cleans_and_a_runaway_is_refused() -> None:
    assert clean("客户：甲公司", Cleaning(Clean.REPLACE, r"^客户[:：]\s*", "")) == "甲公司"
    for pattern in ("(a+)+$", "(", "x" * 300):
        with pytest.raises(KnownError) as said:
            Cleaning(Clean.REPLACE, pattern).check()
        assert said.value.code == "mapping"


def test_a_mapping_outlives_being_written_down() -> None:
    mapping = Mapping(
        "customer",
        (
            ColumnMapping(
                "公司", "customer", "name", (Cleaning(Clean.REPLACE, "a", "b"),), (("x", "y"),)
            ),
        ),
        companion="contact", keys=("uscc",), companion_keys=("phone",), on_twin=OnTwin.UPDATE,
        constants=(("customer", "kind", "person"),), name="老系统",
    )  # fmt: skip
    assert mapping_from_json(mapping.as_json()) == mapping
    assert fitted(mapping, ["别的"])[1] == ["公司"]


@settings(max_examples=30)
@given(st.recursive(st.none() | st.text() | st.integers(), lambda x: st.lists(x) | st.dictionaries(
    st.sampled_from(["entity", "columns", "title", "field", "cleanings", "keys"]), x
)))  # fmt: skip
def test_what_is_no_mapping_is_refused_in_a_sentence(read: object) -> None:
    with pytest.raises(KnownError) as said:
        mapping_from_json(json.dumps(read))
    assert said.value.code == "mapping"


@settings(max_examples=40)
@given(st.lists(st.none() | st.text() | st.floats() | st.booleans(), max_size=8))
def test_no_row_is_too_strange_to_be_judged(cells: list[Cell]) -> None:
    heading = a_heading(
        "公司名称", "级别", "电话", "邮箱", "年采购额", "下次联系", "标签", "联系人"
    )
    mapping = propose(heading, [], REGISTRY)
    made = Preparer(mapping, heading, REGISTRY).prepare(2, cells)
    assert made.problems or made.values.get("name")


def test_keys_compare_what_is_written_differently() -> None:
    assert folded_name("南京 智趣（中国）") == folded_name("南京智趣(中國)")
    assert folded_phone("+86 138-0000-0000") == folded_phone("13800000000")
    assert folded_phone("138****0000") == ""
    keyed = Keyed(REGISTRY.entity("customer"), ("uscc", "name"))
    assert keyed.keys_of({"name": "甲", "uscc": "91330100ma27xl0e5r"}) == [
        ("uscc", "91330100MA27XL0E5R"), ("name", "甲"),
    ]  # fmt: skip
    assert keyed.keys_of({"name": "甲", "uscc": "91330100MA27XL0E5M"}) == [("name", "甲")]
