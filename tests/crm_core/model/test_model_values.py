"""What is typed becomes one written form, or a ValueProblem, and nothing else ever happens."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crm_core.clock import CHINA
from crm_core.model.choices import LEVEL
from crm_core.model.entities import builtin_registry
from crm_core.model.schema import FieldSpec, Kind, Label, Merge
from crm_core.model.values import (
    ValueProblem,
    cleaned,
    display,
    format_fen,
    has_form,
    is_clean,
    normalise,
    problems,
)
from tests.builders import a_customer


def a_field(kind: Kind, **more: object) -> FieldSpec:
    spec: dict[str, object] = {"name": "f", "kind": kind, "label": Label("字段", "Field")}
    if kind is Kind.CHOICE:
        spec["choices"] = LEVEL
    if kind is Kind.SET:
        spec["merge"] = Merge.SET
    return FieldSpec(**{**spec, **more})  # type: ignore[arg-type]


FIELDS = [a_field(kind) for kind in Kind] + [f for e in builtin_registry() for f in e.fields]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text(max_size=60)
    | st.text("0123456789.,-+eE万亿千元¥ ０１Ⅳ½nNaAsif_", max_size=14)
    | st.dates()
    | st.datetimes()
    | st.datetimes(timezones=st.timezones())
    | st.binary(max_size=10)
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
        | st.tuples(inner, inner)
        | st.frozensets(st.text(max_size=5), max_size=3)
    ),
    max_leaves=6,
)


@given(st.sampled_from(FIELDS), ANYTHING)
@example(a_field(Kind.TEXT), 10**5000)
@example(a_field(Kind.MONEY), "9e999999")
@example(a_field(Kind.INTEGER), Decimal("sNaN"))
@example(a_field(Kind.BOOL), Decimal("sNaN"))
@example(a_field(Kind.MOMENT), datetime.fromisoformat("9999-12-31T23:59:00-12:00"))
@example(a_field(Kind.MOMENT), "0001-01-01T00:00:00")
@example(a_field(Kind.MOMENT), "1900-01-01")
@example(a_field(Kind.DATE), 10**5000)
@example(a_field(Kind.PHONE), "１３８\u3000００００\u00a0ﷺ")
@example(a_field(Kind.EMAIL), "ﷺ" * 100 + "@a.b")
@example(a_field(Kind.DECIMAL), "-0.0000001")
def test_any_input_is_normalised_or_refused(spec: FieldSpec, raw: object) -> None:
    clean = isinstance(raw, str) and is_clean(spec, raw)
    try:
        value = normalise(spec, raw)
    except ValueProblem:
        assert not clean
        return
    assert normalise(spec, value) == value
    assert value == raw or not clean
    assert has_form(spec, value)
    for language in ("zh", "en"):
        assert isinstance(display(spec, value, language), str)


@given(st.sampled_from(FIELDS), ANYTHING)
def test_what_has_the_form_can_be_shown(spec: FieldSpec, value: object) -> None:
    if has_form(spec, value):
        assert isinstance(display(spec, value), str)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        (12000, 12000),
        ("12000", 1_200_000),
        ("1.2万", 1_200_000),
        ("¥12,000.50元", 1_200_050),
        ("１２０００", 1_200_000),
        ("3亿", 30_000_000_000),
        ("5千", 500_000),
        (12.5, 1250),
        ("-3", -300),
        ("", None),
        ("  ", None),
        ("很多", ValueProblem),
        (True, ValueProblem),
        ("inf", ValueProblem),
        ("1e30", ValueProblem),
    ],
)
def test_money_is_fen_as_a_number_and_yuan_as_text(typed: object, fen: object) -> None:
    spec = a_field(Kind.MONEY)
    if fen is ValueProblem:
        with pytest.raises(ValueProblem):
            normalise(spec, typed)
    else:
        assert normalise(spec, typed) == fen


@pytest.mark.parametrize(
    ("fen", "shown"), [(1_200_000, "¥12,000"), (1_200_050, "¥12,000.50"), (-5, "-¥0.05")]
)
def test_money_reads_in_yuan(fen: int, shown: str) -> None:
    assert format_fen(fen) == shown
    assert display(a_field(Kind.MONEY), fen) == shown


def test_a_minimum_is_in_yuan() -> None:
    spec = a_field(Kind.MONEY, minimum=1)
    assert normalise(spec, 100) == 100
    with pytest.raises(ValueProblem, match="不能小于 1"):
        normalise(spec, 99)


@pytest.mark.parametrize(
    ("kind", "raw", "written"),
    [
        (Kind.DATE, "2026/1/31", "2026-01-31"),
        (Kind.DATE, "2026.01.31", "2026-01-31"),
        (Kind.DATE, date(2026, 1, 31), "2026-01-31"),
        (Kind.DATE, datetime.fromisoformat("2026-01-30T20:00:00+00:00"), "2026-01-31"),
        (Kind.MOMENT, "2026-01-31 09:30", "2026-01-31T01:30:00Z"),
        (Kind.MOMENT, datetime(2026, 1, 31, 9, 30, tzinfo=CHINA), "2026-01-31T01:30:00Z"),
        (Kind.TEXT, "  王\t敏\n主任 ", "王 敏 主任"),
        (Kind.LONG_TEXT, "一\r\n二\x00 ", "一\n二"),
        (Kind.PHONE, "１３８ ００００ １２３４", "138 0000 1234"),
        (Kind.SET, "重点，三甲;重点、 ", ["三甲", "重点"]),
        (Kind.CHOICE, "A 重点", "A"),
        (Kind.CHOICE, " ", None),
        (Kind.BOOL, "是", True),
        (Kind.BOOL, 0, False),
        (Kind.DECIMAL, "１．５", "1.500000"),
        (Kind.INTEGER, "1.2万", 12000),
    ],
)
def test_written_forms(kind: Kind, raw: object, written: object) -> None:
    assert normalise(a_field(kind), raw) == written


@pytest.mark.parametrize("text", ["26-1-31", "2026-02-30", "3000-01-01", "明天"])
def test_days_that_are_slips_are_refused(text: str) -> None:
    with pytest.raises(ValueProblem):
        normalise(a_field(Kind.DATE), text)


def test_other_scripts_digits_are_no_phone() -> None:
    with pytest.raises(ValueProblem):
        normalise(a_field(Kind.PHONE), "١٢٣٤٥٦٧")


def test_every_problem_of_a_record_is_found() -> None:
    customer = builtin_registry().entity("customer")
    found = problems(customer, a_customer(name="", email="nobody", annual_purchase=-1))
    assert {p.field for p in found} == {"name", "email", "annual_purchase"}
    assert all(p.chinese.startswith("「") for p in found)
    with pytest.raises(ValueProblem) as first:
        cleaned(customer, a_customer(email="nobody", annual_purchase=-1))
    assert first.value.field == found[1].field
    clean = cleaned(customer, a_customer(name=" 仁济  医院 "))
    assert (clean["name"], clean["email"], len(clean)) == ("仁济 医院", None, len(customer.fields))
