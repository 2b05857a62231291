"""Whether somebody typed in is one of a few that share a key: the second look (row 5.1)."""

import pytest

from crm_core.matching.columns import parts_of
from crm_core.matching.comparer import shipped
from crm_core.matching.filing import FURTHER, all_keys_of
from crm_core.matching.keys import further_keys_of, keys_of
from crm_core.matching.newcomer import LEADING, Judged, Near, alone, compared, judged, leaders
from crm_core.matching.pairwise import Crowd, pair_features
from crm_core.matching.profile import profile_of
from crm_core.matching.standing import Ranked, standing
from crm_core.store.indexes.likely import LEAST, worths

ERP = {
    "name": "上海和顺食品有限公司", "contact": "张伟", "phone": "13812345678",
    "uscc": "91310115MA1K4AAA1X", "address": "上海市浦东新区科技路516号", "city": "上海",
}  # fmt: skip
CHAT = {"name": "张总_138****5678"}
STRANGER = {
    "name": "苏州天美物流有限公司", "contact": "张敏", "phone": "13877775678", "city": "苏州",
}  # fmt: skip
Row = dict[str, str]


def told(one: Row, others: dict[str, Row]) -> dict[str, Judged]:
    """What a look-up says of records that lie in an index."""
    keys = {name: set(all_keys_of(profile_of(row))) for name, row in others.items()}
    profile = profile_of(one)
    shared = [
        (key[0], [name for name in others if key in keys[name]]) for key in all_keys_of(profile)
    ]
    worth = worths(under for _, under in shared)
    near = {name: Near(worth[name], parts_of(profile_of(others[name]))) for name in worth}
    return judged(parts_of(profile), near, shared)


def test_the_shipped_network_knows_exactly_the_numbers_it_is_told() -> None:
    one = parts_of(profile_of(ERP))
    ranked = Ranked("a", {"a": 0.5}, {}, one=())
    named = {
        **pair_features(one, one, Crowd.of(one, [one])),
        **standing(ranked, one, {"a": Near(1.0, one)}, []),
    }
    assert shipped("newcomer").names == tuple(named)


def test_a_registered_code_counts_though_others_are_unlike() -> None:
    """Two firms of one owner: the mean over all that go together once hid the very same code."""
    mine = {"name": "北京万尚体育用品有限公司", "contact": "郭泽丽", "uscc": "9111010658587233XR"}
    same = {**mine, "name": "北京万尚", "contact": "郭女士", "phone": "18800346393", "city": "北京"}
    sister = {"name": "北京万尚酒业", "contact": "郭泽丽", "phone": "18800346393", "city": "北京"}
    found = told(mine, {"same": same, "sister": sister, "again": {**sister, "city": ""}})
    assert found["same"].settled >= LEAST
    assert max(found, key=lambda name: found[name].settled) == "same"


def test_what_fits_two_fits_neither_as_well() -> None:
    alone_there = told(CHAT, {"erp": ERP})["erp"].settled
    one_of_two = told(CHAT, {"erp": ERP, "other": STRANGER})
    assert alone_there >= LEAST
    assert max(one.settled for one in one_of_two.values()) < alone_there


def test_nobody_near_is_nobody() -> None:
    assert judged(parts_of(profile_of(CHAT)), {}, []) == {}
    assert compared(parts_of(profile_of(CHAT)), {}) == ({}, {})
    far = {"name": "广州瑞鑫水果店", "city": "广州"}
    assert all(one.settled < LEAST for one in told(far, {"erp": ERP}).values())


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("d", {"name": "温周金兰达", "city": "温州"}, {"name": "温州金兰达酒业有限公司"}),
        (
            "d",
            {"name": "嘉源能源科技有限公司(嘉兴)"},
            {"name": "嘉源能源可技友限责任公司(嘉兴)"},
        ),
        ("g", {"name": "石*丽", "city": "温州"}, {"name": "石少丽", "city": "温州市"}),
        ("h", {"name": "曾鹏博", "phone": "15504042971"}, {"name": "梁博", "phone": "15504042792"}),
        ("h", {"name": "刘超", "phone": "1832851649"}, {"name": "刘总", "phone": "18328516494"}),
        (
            "r",
            {"name": "郝老板", "address": "北京市朝阳迎宾路516号2516室"},
            {"name": "郝伟经理", "address": "朝阳区迎宾路516号2516"},
        ),
        (
            "y",
            {"name": "温州美源酒业", "email": "zhongyuyun@meiyuan.com.cn"},
            {"name": "钟玉云", "phone": "18750697219"},
        ),
    ],
)
def test_a_slip_in_what_a_key_takes_does_not_hide_somebody(kind: str, one: Row, other: Row) -> None:
    first, second = profile_of(one), profile_of(other)
    assert kind in {key[0] for key in {*further_keys_of(first)} & {*further_keys_of(second)}}
    assert {key[0] for key in further_keys_of(first)} <= FURTHER | {"m"}
    assert not FURTHER & {key[0] for key in keys_of(first)}


def test_a_digit_left_out_still_meets_the_masked_number() -> None:
    damaged = profile_of({"name": "韦伟芳", "phone": "1510414354"})
    masked = profile_of({"name": "韦姐_151****4354"})
    assert {*all_keys_of(damaged)} & {*all_keys_of(masked)}


def test_several_may_be_the_answer_and_the_one_that_stands_best_is() -> None:
    """Whoever only shares a surname is told of after those that are the same firm."""
    others = {"erp": ERP, "chat": CHAT, "stranger": STRANGER, "again": {**ERP, "phone": ""}}
    profile = profile_of({**ERP, "address": ""})
    keys = all_keys_of(profile)
    shared = [
        (key[0], [name for name, row in others.items() if key in all_keys_of(profile_of(row))])
        for key in keys
    ]
    one = parts_of(profile)
    near = {name: Near(1.0, parts_of(profile_of(row))) for name, row in others.items()}
    chances, rows = compared(one, near)
    assert list(chances.values()) == sorted(chances.values(), reverse=True)
    leading = dict(leaders(one, near, shared, chances=chances, rows=rows))
    assert 1 < len(leading) <= LEADING
    places = [row["place"] for row in leading.values()]
    assert places == sorted(places)
    found = judged(one, near, shared)
    assert max(found, key=lambda name: found[name].settled) in ("erp", "again")


def test_two_alone_are_compared_by_themselves() -> None:
    assert alone(parts_of(profile_of(ERP)), parts_of(profile_of(ERP))) > 0.99
