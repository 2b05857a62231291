"""A newcomer against a few gives number for number what the columns give."""

import random
from itertools import product

import numpy as np
import pytest

from crm_core.matching.columns import Columns, parts_of
from crm_core.matching.features import features
from crm_core.matching.pairwise import Crowd, Row, pair_features
from crm_core.matching.profile import profile_of

NAMES = (
    "上海瑞金医院", "瑞金醫院（上海）", "杭州恒通贸易有限公司", "恒桐商贸", "沪上阿姨徐家汇店",
    "沪上阿姨静安店",
    "王芳女士", "张总_138****8000", "ABC Trading Co., Ltd.", "",
)  # fmt: skip
PHONES = ("13800138000", "138****8000", "0571-88886666", "13800138001", "")
PLACES = (("上海", "徐汇区瑞金二路197号3楼"), ("杭州市", "文三路 90 号"), ("", ""))
MAILS = ("li.na@hengtong.cn", "service@hengtong.cn", "87654321@qq.com", "")


def some_rows() -> list[Row]:
    every = list(product(NAMES, PHONES, PLACES, MAILS))
    random.Random(5).shuffle(every)
    return [
        parts_of(
            profile_of(
                {
                    "name": name, "phone": phone, "city": place[0], "address": place[1],
                    "email": mail, "contact": ("王芳", "", "李娜")[number % 3],
                    "uscc": ("91330100MA27XL0E5N", "", "")[number % 3],
                }
            )
        )
        for number, (name, phone, place, mail) in enumerate(every[:60])
    ]  # fmt: skip


def test_both_ways_of_comparing_say_the_same() -> None:
    rows = some_rows()
    for place in range(0, len(rows), 7):
        one, others = rows[place], rows[:place] + rows[place + 1 :]
        right = np.arange(1, len(others) + 1, dtype=np.int32)
        told, names = features(Columns.of([one, *others]), np.zeros_like(right), right)
        crowd = Crowd.of(one, others)
        for other, expected in zip(others, told, strict=True):
            found = pair_features(one, other, crowd)
            assert tuple(found) == names
            assert list(found.values()) == pytest.approx(expected.tolist(), abs=1e-5)
