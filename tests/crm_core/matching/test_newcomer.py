"""Whether somebody typed in is one of a few that share a key: the second look (row 5.1)."""

from crm_core.matching.columns import parts_of
from crm_core.matching.comparer import shipped
from crm_core.matching.keys import keys_of
from crm_core.matching.newcomer import Judged, Near, alone, judged, rank
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
    keys = {name: set(keys_of(profile_of(row))) for name, row in others.items()}
    profile = profile_of(one)
    shared = [(key[0], [name for name in others if key in keys[name]]) for key in keys_of(profile)]
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
    assert rank(parts_of(profile_of(CHAT)), {}) == (None, {})
    far = {"name": "广州瑞鑫水果店", "city": "广州"}
    assert all(one.settled < LEAST for one in told(far, {"erp": ERP}).values())


def test_two_alone_are_compared_by_themselves() -> None:
    assert alone(parts_of(profile_of(ERP)), parts_of(profile_of(ERP))) > 0.99
