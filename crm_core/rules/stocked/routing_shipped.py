"""The pools and routing rules the product ships with.

In force from the start is one pool, where leads without an owner wait to be claimed (rows 2.7,
2.13), and the rule that brings them there. The rest are the sources' examples, switched off: a
company puts its own people into the pools and switches them on.
"""

from crm_core.model.query import EVERYTHING, All, Condition, Op, Test
from crm_core.model.query import Any as AnyOf
from crm_core.model.schema import Label
from crm_core.rules.documents import Document, When
from crm_core.rules.pools import Pool
from crm_core.rules.routing import ROUTED, UNASSIGNED, Route

_NOWHERE = All(tuple(Test(name, Op.EQ, None) for name in ("province", "city", "district")))
_INDUSTRIAL = AnyOf(
    tuple(Test(name, Op.CONTAINS, word) for name in ("interest", "name", "remark")
          for word in ("工业自动化", "教育装备"))
)  # fmt: skip
_LARGE_SCHOOLS = All(
    (
        Test("province", Op.IN, ("江苏省", "浙江省", "上海市")),
        Test("industry", Op.IN, ("school", "government")),
        Test("annual_purchase", Op.GE, 100_000_000),
    )
)
_SUZHOU_YEAR_NINE = All(
    (
        AnyOf((Test("city", Op.CONTAINS, "苏州"), Test("district", Op.CONTAINS, "园区"))),
        AnyOf((Test("tags", Op.HAS, "初三"), Test("x_grade", Op.EQ, "初三"))),
    )
)


def _pool(name: str, zh: str, en: str, position: int, body: Pool | None = None) -> Document[object]:
    on = name == UNASSIGNED
    pool = body or Pool(fallback=UNASSIGNED)
    return Document(name, "pool", Label(zh, en), ROUTED, pool, active=on, position=position)


def _route(
    name: str, zh: str, en: str, position: int, *, when: Condition, pool: str
) -> Document[object]:
    on = pool == UNASSIGNED
    body = Route(When(when), pool=pool)
    return Document(name, "route", Label(zh, en), ROUTED, body, active=on, position=position)


SHIPPED: tuple[Document[object], ...] = (
    _pool("pool-new-media", "新媒体销售组", "New media sales", 10),
    _pool("pool-telesales", "电销池", "Telesales", 20),
    _pool("pool-industry", "工业与教育装备组", "Industry and school equipment", 30),
    _pool("pool-suzhou", "苏州园区中心-中考组", "Suzhou centre, year 9", 40),
    _pool("pool-key", "华东教育大客户组", "East China school accounts", 50),
    _pool("pool-hangzhou", "杭州总部分组", "Hangzhou head office", 60),
    _pool(UNASSIGNED, "未分配", "Unassigned", 990, Pool(assigns=False)),
    _route("route-weibo", "微博来源 → 新媒体销售组", "From Weibo → new media", 10,
           when=AnyOf((Test("source", Op.EQ, "weibo"), Test("source", Op.CONTAINS, "微博"))),
           pool="pool-new-media"),
    _route("route-sem", "搜索广告 → 电销池", "Search ads → telesales", 20,
           when=Test("medium", Op.EQ, "sem"), pool="pool-telesales"),
    _route("route-industry", "工业自动化、教育装备 → 专属池", "Industry, school equipment", 30,
           when=_INDUSTRIAL, pool="pool-industry"),
    _route("route-suzhou", "苏州且初三 → 中考组", "Suzhou and year 9", 40,
           when=_SUZHOU_YEAR_NINE, pool="pool-suzhou"),
    _route("route-key", "华东、学校与机关、年采购 100 万以上",
           "East China, schools and public sector, a million a year", 50,
           when=_LARGE_SCHOOLS, pool="pool-key"),
    _route("route-nowhere", "地址为空 → 杭州总部分组", "No address → head office", 900,
           when=_NOWHERE, pool="pool-hangzhou"),
    _route("route-rest", "其余 → 未分配", "The rest → unassigned", 990,
           when=EVERYTHING, pool=UNASSIGNED),
)  # fmt: skip
