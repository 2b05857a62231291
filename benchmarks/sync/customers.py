"""Customers of twenty filled fields, the same ones for the raw limit and for ours."""

from collections.abc import Sequence

from crm_core.model.values import Value

CUSTOM_FIELDS = (
    ("x_beds", "integer", "床位数"),
    ("x_credit", "money", "信用额度"),
    ("x_buyer", "text", "采购联系"),
)
"""The company's own five, beside our fifteen: name, kind, label."""

FIELDS = (
    "name", "kind", "level", "state", "industry", "phone", "email", "city", "address", "uscc",
    "annual_purchase", "next_contact_on", "tags", "remark",
    "consent", "consent_on", "owner",
    *(name for name, _, _ in CUSTOM_FIELDS),
)  # fmt: skip

EDITED = "address"
"""The field that all measured edits change."""

_CITIES = ("南京", "苏州", "无锡", "常州", "南通", "扬州", "镇江", "徐州", "盐城", "泰州")
_HEADS = ("仁和", "康宁", "明德", "华泰", "金陵", "瑞安", "博爱", "同济", "惠民", "东方")
_KINDS = ("医院", "诊所", "检验中心", "医疗器械有限公司", "体检中心", "培训学校")
_INDUSTRIES = ("hospital", "clinic", "laboratory", "dealer", "school", "company")
_TAGS = ("重点", "冷链", "月结", "新客", "招标", "老客户")


def customer(number: int, owner: str) -> dict[str, Value]:
    """The customer of that number, with every field filled."""
    city, kind = _CITIES[number % 10], number % 6
    head = f"{_HEADS[number // 10 % 10]}{_HEADS[number // 100 % 10]}"
    return {
        "name": f"{city}{head}{number:06d}{_KINDS[kind]}",
        "kind": "organisation",
        "level": "ABC"[number % 3],
        "state": ("prospect", "active", "dormant", "lost")[number % 4],
        "industry": _INDUSTRIES[kind],
        "phone": f"13{number * 7919 % 10**9:09d}",
        "email": f"office{number}@example.com",
        "city": city,
        "address": f"{city}市天元东路 {number} 号",
        "uscc": f"9132{number * 104_729 % 10**14:014d}",
        "annual_purchase": number % 5_000 * 10_000,
        "next_contact_on": f"2026-{number % 12 + 1:02d}-{number % 28 + 1:02d}",
        "tags": sorted({_TAGS[number % 6], _TAGS[number // 7 % 6]}),
        "remark": f"每月{number % 28 + 1}日对账，送货前一天电话确认。",
        "consent": ("given", "asked")[number % 2],
        "consent_on": f"20{number % 16 + 10}-{number % 12 + 1:02d}-15",
        "owner": owner,
        "x_beds": number % 900,
        "x_credit": number % 300 * 100_000,
        "x_buyer": f"王{_HEADS[number % 10][0]}",
    }  # fmt: skip


def customers(total: int, owners: Sequence[str]) -> list[dict[str, Value]]:
    """That many, shared out among their owners."""
    return [customer(number, owners[number % len(owners)]) for number in range(total)]
