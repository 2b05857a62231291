"""What the check of data looks at, as data: words, limit and what to do about it."""

from collections.abc import Iterable, Mapping

from crm_core.insight.data_health import QUIET_DAYS, Check, Family, Gap, Look, Surroundings
from crm_core.model.query import Ago, All, Condition, Not, Op, Start, Test, Unit
from crm_core.model.query import Any as AnyOf
from crm_core.model.region_names import DISTRICT, Place
from crm_core.model.regions import cities, locate
from crm_core.model.schema import Label


def checks(around: Surroundings) -> tuple[Check, ...]:
    """Everything that is looked at, for one viewer."""
    every = (
        *_duplicates(), *_empty(), *_incomplete(around.gaps), *_invalid(), *_ownership(around),
        *_stale(),
    )  # fmt: skip
    withheld = around.withheld
    return tuple(
        one for one in every if withheld.get(one.entity, frozenset()).isdisjoint(one.fields)
    )


_NAMES: Mapping[tuple[str, str], Label] = {
    ("customer", "name"): Label("客户名称", "Customer name"),
    ("customer", "phone"): Label("客户电话", "Customer phone"),
    ("customer", "uscc"): Label("客户信用代码", "Credit code"),
    ("customer", "email"): Label("客户邮箱", "Customer e-mail"),
    ("customer", "city"): Label("客户城市", "Customer city"),
    ("customer", "industry"): Label("客户行业", "Customer industry"),
    ("customer", "level"): Label("客户级别", "Customer level"),
    ("contact", "phone"): Label("联系人手机", "Contact mobile"),
    ("contact", "email"): Label("联系人邮箱", "Contact e-mail"),
    ("contact", "customer"): Label("联系人所属客户", "Contact's customer"),
    ("contact", "title"): Label("联系人职务", "Contact title"),
    ("contact", "part"): Label("联系人决策角色", "Contact's part"),
    ("lead", "phone"): Label("线索手机", "Lead mobile"),
    ("lead", "email"): Label("线索邮箱", "Lead e-mail"),
    ("lead", "source"): Label("线索来源", "Lead source"),
    ("lead", "need"): Label("线索需求类型", "Lead need"),
    ("opportunity", "amount"): Label("商机金额", "Deal amount"),
    ("opportunity", "close_on"): Label("商机预计成交", "Deal close date"),
    ("visit", "summary"): Label("拜访纪要", "Visit summary"),
}
_DUPLICATE_LIMITS: Mapping[tuple[str, str], float] = {
    ("customer", "phone"): 0.02, ("customer", "uscc"): 0.005, ("customer", "name"): 0.01,
    ("customer", "email"): 0.02, ("contact", "phone"): 0.02, ("contact", "email"): 0.02,
    ("lead", "phone"): 0.03, ("lead", "email"): 0.03,
}  # fmt: skip
"""A switchboard is shared by a few, a credit code by nobody; row 5.1 comes down to 0.9 %."""
_EMPTY_LIMITS: Mapping[tuple[str, str], float] = {
    ("customer", "phone"): 0.2, ("customer", "city"): 0.2, ("customer", "industry"): 0.2,
    ("customer", "level"): 0.3, ("contact", "phone"): 0.2, ("contact", "customer"): 0.05,
    ("contact", "title"): 0.4, ("contact", "part"): 0.5, ("lead", "phone"): 0.1,
    ("lead", "source"): 0.1, ("lead", "need"): 0.5, ("opportunity", "amount"): 0.2,
    ("opportunity", "close_on"): 0.2, ("visit", "summary"): 0.1,
}  # fmt: skip
"""Strict is what lists, routing and forecasts need; what is learnt with time is not."""


def _duplicates() -> list[Check]:
    fix = Label(
        "打开后合并为一条，或改正写错的一条",
        "Merge them into one, or correct the one that is wrong",
    )
    return [
        Check(
            f"duplicate-{entity}-{name}", Family.DUPLICATE, entity, (name,), _NAMES[entity, name],
            fix, red, look=Look.DUPLICATE, among=Test(name, Op.NE, None),
        )
        for (entity, name), red in _DUPLICATE_LIMITS.items()
    ]  # fmt: skip


def _empty() -> list[Check]:
    fix = Label("打开后逐条或批量补填", "Fill it in one by one, or by a bulk edit")
    return [
        Check(
            f"empty-{entity}-{name}", Family.EMPTY, entity, (name,), _NAMES[entity, name], fix, red,
            where=Test(name, Op.EQ, None),
        )
        for (entity, name), red in _EMPTY_LIMITS.items()
    ]  # fmt: skip


def _incomplete(gaps: Iterable[Gap]) -> list[Check]:
    fix = Label("补填必填的字段", "Fill in what these records must have")
    return [
        Check(
            f"incomplete-{one.id}", Family.EMPTY, one.entity, one.fields,
            Label(f"{one.who.zh}的必填项", f"Required: {one.who.en}"), fix, 0.05,
            where=one.where, among=one.among,
        )
        for one in gaps
    ]  # fmt: skip


def _invalid() -> list[Check]:
    number = Label("按提示的位数更正号码", "Correct the number; its page says what is wrong")
    mail = Label("更正邮箱地址", "Correct the address")
    values = [
        _value(Look.PHONE, "customer", "phone", 0.02, number),
        _value(Look.PHONE, "contact", "phone", 0.02, number),
        _value(Look.PHONE, "lead", "phone", 0.02, number),
        _value(
            Look.CREDIT_CODE, "customer", "uscc", 0.01,
            Label("对照营业执照更正", "Correct it by the business licence"),
        ),
        _value(Look.EMAIL, "customer", "email", 0.02, mail),
        _value(Look.EMAIL, "contact", "email", 0.02, mail),
        Check(
            "place-customer", Family.INVALID, "customer", ("province", "city", "district"),
            Label("客户省市区互相矛盾", "Places that contradict"),
            Label("以地址为准更正省份、城市或区县", "Correct them by the address"), 0.01,
            look=Look.PLACE, among=Test("city", Op.NE, None),
        ),
    ]  # fmt: skip
    return [*values, *_future_dates()]


def _future_dates() -> list[Check]:
    tomorrow = Ago(-24)
    return [
        _future("contact", "birthday", Start(Unit.DAY), Label("生日在将来", "Future birthday")),
        _future("visit", "started_at", tomorrow, Label("拜访时间在将来", "Future visit")),
        _future("follow_up", "happened_at", tomorrow, Label("跟进时间在将来", "Future follow-up")),
    ]


def _value(look: Look, entity: str, name: str, red: float, fix: Label) -> Check:
    return Check(
        f"invalid-{entity}-{name}", Family.INVALID, entity, (name,), _NAMES[entity, name], fix,
        red, look=look, among=Test(name, Op.NE, None),
    )  # fmt: skip


def _future(entity: str, name: str, now: Ago | Start, label: Label) -> Check:
    fix = Label("更正日期", "Correct the date")
    return Check(
        f"future-{entity}-{name}", Family.INVALID, entity, (name,), label, fix, 0.001,
        where=Test(name, Op.GT, now), among=Test(name, Op.NE, None),
    )  # fmt: skip


_OWNED: Mapping[str, Label] = {
    "customer": Label("客户", "Customers"),
    "contact": Label("联系人", "Contacts"),
    "lead": Label("线索", "Leads"),
    "opportunity": Label("商机", "Opportunities"),
}


def _ownership(around: Surroundings) -> list[Check]:
    here = tuple(sorted(str(u["id"]) for u in around.users if u.get("active") is not False))
    found = [one for entity in _OWNED for one in (_unowned(entity), _left(entity, here))]
    elsewhere = _outside(around)
    if elsewhere is not None:
        found.append(
            Check(
                "territory-customer", Family.OWNERSHIP, "customer",
                ("owner", "city", "province"),
                Label("客户不在负责人的区域", "Outside the owner's territory"),
                Label("核对城市，或移交给当地的同事", "Check the city, or hand them over"), 0.05,
                where=elsewhere, among=Test("city", Op.NE, None),
            )
        )  # fmt: skip
    return found


def _unowned(entity: str) -> Check:
    name = _OWNED[entity]
    return Check(
        f"unowned-{entity}", Family.OWNERSHIP, entity, ("owner",),
        Label(f"{name.zh}没有负责人", f"{name.en} without an owner"),
        Label("分配给一位同事", "Give them to somebody"), 0.02,
        where=Test("owner", Op.EQ, None),
    )  # fmt: skip


def _left(entity: str, here: tuple[str, ...]) -> Check:
    name, owned = _OWNED[entity], Test("owner", Op.NE, None)
    return Check(
        f"left-{entity}", Family.OWNERSHIP, entity, ("owner",),
        Label(f"{name.zh}的负责人已离职", f"{name.en} of owners who left"),
        Label("移交给在职的同事", "Hand them over to a colleague"), 0.005,
        where=All((owned, Not(Test("owner", Op.IN, here)))), among=owned,
    )  # fmt: skip


def _outside(around: Surroundings) -> Condition | None:
    """Records in a city that is not of the territory of whose they are; None where no territory
    is called after a place."""
    parts: list[Condition] = []
    for territory in around.territories:
        region = locate(str(territory.get("name") or ""))
        people = tuple(
            sorted(str(u["id"]) for u in around.users if u.get("territory") == territory.get("id"))
        )
        if region is None or not people or region.narrowest.level == DISTRICT:
            continue
        inside = _within(region.narrowest)
        parts.append(All((Test("owner", Op.IN, people), Test("city", Op.NE, None), Not(inside))))
    return AnyOf(tuple(parts)) if parts else None


def _within(place: Place) -> Condition:
    names = [place.name, place.short]
    towns = [name for town in cities(place.name) for name in (town.name, town.short)]
    return AnyOf((Test("city", Op.IN, tuple(names + towns)), Test("province", Op.IN, tuple(names))))


def _stale() -> list[Check]:
    still_open = Not(AnyOf((Test("stage", Op.EQ, "won"), Test("stage", Op.EQ, "lost"))))
    settled = AnyOf((Test("state", Op.EQ, "lost"), Test("state", Op.EQ, "dormant")))
    return [
        Check(
            "quiet-customer", Family.STALE, "customer", (),
            Label(f"客户 {QUIET_DAYS} 天没有联系", f"Untouched for {QUIET_DAYS} days"),
            Label("联系一次，或把状态改为沉睡", "Get in touch, or call them dormant"), 0.3,
            look=Look.QUIET, among=Not(settled),
        ),
        Check(
            "stale-lead", Family.STALE, "lead", ("stage", "first_response_at", "received_at"),
            Label("线索 7 天没有首次响应", "Leads unanswered for 7 days"),
            Label("今天联系，或放弃并写明原因", "Answer today, or drop them with a reason"), 0.05,
            where=All((
                still_open, Test("first_response_at", Op.EQ, None),
                Test("received_at", Op.LT, Ago(7 * 24)),
            )),
            among=still_open,
        ),
        Check(
            "stale-opportunity", Family.STALE, "opportunity", ("stage", "stage_since"),
            Label("商机 60 天没有推进", "Deals 60 days in one stage"),
            Label("推进一步，或标为输单", "Move them on, or call them lost"), 0.2,
            where=All((still_open, Test("stage_since", Op.LT, Ago(60 * 24)))), among=still_open,
        ),
        Check(
            "stale-task", Family.STALE, "task", ("state", "due_at"),
            Label("任务逾期超过 30 天", "Tasks overdue for 30 days"),
            Label("完成或取消", "Finish or drop them"), 0.1,
            where=All((Test("state", Op.EQ, "open"), Test("due_at", Op.LT, Ago(30 * 24)))),
            among=Test("state", Op.EQ, "open"),
        ),
    ]  # fmt: skip
