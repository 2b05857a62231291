"""Province, city and district: what follows, and what contradicts (rows 1.7, 1.9)."""

import pytest

from crm_core.model import credit_code
from crm_core.model.entities import builtin_registry
from crm_core.model.values import Value, ValueProblem
from crm_core.model.whereabouts import Source, completed, doubts, options, proposals
from crm_core.rules.verdict import checked
from crm_core.rules.verdict import doubts as remarks

CUSTOMER = builtin_registry().entity("customer")
PHONE = CUSTOMER.field_spec("phone")


@pytest.mark.parametrize(
    ("given", "places"),
    [
        ({"phone": "13813801234"}, ("江苏", "南京", None)),
        ({"city": "苏州市"}, ("江苏", "苏州", None)),
        ({"address": "江苏省南京市江宁区胜太路"}, ("江苏", "南京", "江宁区")),
        ({"city": "南京", "address": "江宁区胜太路"}, ("江苏", "南京", "江宁区")),
        ({"city": "昆山"}, ("江苏", "昆山", "昆山市")),
        ({"district": "江宁区"}, ("江苏", "南京", "江宁区")),
        ({"city": "北京", "phone": "13813801234"}, ("北京", "北京", None)),
        ({"city": "北京", "address": "江苏省南京市"}, ("北京", "北京", None)),
        ({"city": "悉尼", "phone": "13813801234"}, (None, "悉尼", None)),
        ({}, (None, None, None)),
    ],
)
def test_what_is_empty_follows_from_what_is_there(
    given: dict[str, Value], places: tuple[str | None, ...]
) -> None:
    whole = completed(given)
    assert tuple(whole.get(name) for name in ("province", "city", "district")) == places


def test_a_proposal_says_where_it_comes_from() -> None:
    assert {one.source for one in proposals({"phone": "13813801234"})} == {Source.PHONE}
    assert {one.source for one in proposals({"address": "南京市"})} == {Source.ADDRESS}


def test_fields_offer_what_the_others_leave() -> None:
    assert "昆山市" in options("district", {"city": "苏州"})
    assert options("city", {"province": "江苏"})[0] == "南京"
    assert len(options("city", {})) > 300
    assert options("district", {}) == ()


def test_contradictions_are_named() -> None:
    assert doubts({"province": "浙江", "city": "苏州"})["city"].zh == "苏州不在浙江，在江苏"
    assert "district" in doubts({"city": "南京", "district": "昆山市"})
    assert doubts({"province": "辽宁", "city": "朝阳", "district": "双塔区"}) == {}
    assert doubts({"city": "悉尼", "district": "北区"}) == {}


def test_a_wrong_number_is_refused_where_it_is_new_and_remarked_upon_where_it_stands() -> None:
    with pytest.raises(ValueProblem, match="少了 1 位"):
        checked(PHONE, "1381380123", None)
    assert checked(PHONE, "1381380123", "1381380123") == "1381380123"
    record: dict[str, Value] = {"phone": "1381380123", "uscc": "91320115MA1XYZ123"}
    assert {one.field for one in remarks(CUSTOMER, record)} == {"phone", "uscc"}


@pytest.mark.parametrize(
    ("code", "good"),
    [
        ("91110000802100433B", True),
        ("91110000802100433C", False),
        ("91110000802100433I", False),
        ("320100000012345", True),
        ("9111", False),
        ("", True),
    ],
)
def test_credit_codes_check_themselves(code: str, good: bool) -> None:
    assert (credit_code.doubt(code) is None) is good
