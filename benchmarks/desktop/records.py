"""The records of a large organisation, made from their numbers alone: the same on every machine."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from benchmarks.desktop.clockwork import NOW
from benchmarks.desktop.sizes import Sizes
from crm_core.clock import iso_moment

Row = dict[str, object]

ME = "user-0000"
_USERS = 41
_DAYS = 6 * 365
_MIX = 2_654_435_761
"""Knuth's multiplicative hash: neighbours in number are no neighbours in anything else."""

_CITIES = (
    "南京", "苏州", "无锡", "常州", "南通", "扬州", "镇江", "徐州", "盐城", "泰州", "上海", "杭州",
    "宁波", "合肥", "芜湖", "济南", "青岛", "武汉", "长沙", "广州", "深圳", "成都", "重庆", "西安",
)  # fmt: skip
_FIRST = "仁康明华金瑞博同惠东安德宏嘉盛永信泰和天恒正大新长中海云文星润佳晨宇凯达诚利丰源"
_SECOND = "和宁德泰陵安爱济民方康华盛瑞源信诚达恒远通兴隆昌平福顺祥吉庆丰润泽轩宇辰阳明清林"
_KINDS = (
    ("医院", "hospital"), ("诊所", "clinic"), ("检验中心", "laboratory"),
    ("医药有限公司", "dealer"),
    ("培训学校", "school"), ("科技有限公司", "company"), ("口腔门诊部", "clinic"),
    ("物流公司", "company"),
)  # fmt: skip
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华建文婷雪峰红梅波宇辉鹏琳欣怡佳慧晨博"
_TITLES = ("主任", "院长", "经理", "女士", "先生", "老师", "科长", "采购", "医生", "总监")
_SOURCES = ("展会", "官网", "转介绍", "电话", "小红书", "抖音")
_OPENINGS = (
    "主任同意试用两周", "科室换了采购负责人", "对价格有顾虑", "家长想先试听一节课",
    "设备科要看检测报告",
    "院长下月出差", "竞品已经报过价", "仓库腾出了位置", "合同走到法务", "上次的样品用完了",
    "希望分两批付款", "要求增加培训场次",
)  # fmt: skip
_MIDDLES = (
    "月底前要看到报价单", "下周三上午再谈", "带上样品和检测报告", "重点问了师资和退费",
    "希望看同级医院的案例",
    "让我们补充授权书", "约好一起去现场", "请总部技术支持电话解释", "预算还没有批下来",
    "先按小批量走流程",
    "对账日改到每月十号",
)  # fmt: skip
_NEXT = ("月底前报价", "周三带样品", "核实付款方式", "安排试听", "补授权书", "电话回访", "发合同")


def user_id(number: int) -> str:
    """Of the people: number 0 is the manager at work."""
    return f"user-{number:04d}"


def record_id(entity: str, number: int) -> str:
    """Looks like the ids the product gives, but follows from the number."""
    kind = sum(map(ord, entity)) % 0xFFFF
    mixed = number * _MIX % 2**48
    return f"{0x19000000 + number // 64:08x}-{kind:04x}-7{number % 4096:03x}-8000-{mixed:012x}"


def users() -> Iterator[Row]:
    """A manager and forty reps of one team."""
    for number in range(_USERS):
        yield {
            "id": user_id(number), "name": _person(number * 7 + 3), "login": f"u{number}",
            "role": "manager" if number == 0 else "rep", "team": "team-1", "active": True,
        }  # fmt: skip


def customers(sizes: Sizes) -> Iterator[Row]:
    """Hospitals, clinics, dealers, schools."""
    for number in range(sizes.customers):
        mixed = _mixed(number)
        name, industry = _company(mixed)
        yield {
            "id": record_id("customer", number), "name": name, "kind": "organisation",
            "level": "ABC"[mixed % 3],
            "state": ("prospect", "active", "dormant", "lost")[mixed // 7 % 4],
            "industry": industry, "phone": _phone(mixed), "email": f"office{number}@example.com",
            "city": name[:2], "address": f"{name[:2]}市天元东路 {mixed % 900 + 1} 号",
            "uscc": f"9132{mixed * 104_729 % 10**14:014d}",
            "annual_purchase": mixed % 5_000 * 10_000,
            "next_contact_on": _day(mixed // 11 % 400 - 30) if mixed % 5 else None,
            "tags": sorted({("重点", "冷链", "月结", "新客", "招标")[mixed % 5]}),
            "remark": f"每月{mixed % 28 + 1}日对账，送货前一天电话确认。", "owner": _owner(mixed),
        }  # fmt: skip


def contacts(sizes: Sizes) -> Iterator[Row]:
    """People at the first customers."""
    for number in range(sizes.contacts):
        mixed = _mixed(number + 1_000_003)
        yield {
            "id": record_id("contact", number), "name": _person(mixed),
            "title": _pick(_TITLES, mixed // 3),
            "customer": record_id("customer", number * 3 % sizes.customers),
            "part": ("decision", "influencer", "user")[mixed % 3],
            "phone": _phone(mixed + 17), "owner": _owner(mixed),
        }  # fmt: skip


def leads(sizes: Sizes) -> Iterator[Row]:
    """Most of them answered."""
    for number in range(sizes.leads):
        mixed = _mixed(number + 2_000_003)
        received = iso_moment(NOW - timedelta(hours=mixed % 8_000))
        yield {
            "id": record_id("lead", number), "name": _person(mixed), "phone": _phone(mixed + 5),
            "stage": ("captured", "touched", "need", "won", "lost")[mixed // 3 % 5],
            "grade": "ABC"[mixed % 3], "source": _pick(_SOURCES, mixed), "interest": "检验设备",
            "received_at": received, "assigned_at": received,
            "first_response_at": None if mixed % 50 == 0 else received, "owner": _owner(mixed),
        }  # fmt: skip


def opportunities(sizes: Sizes) -> Iterator[Row]:
    """At the first customers."""
    for number in range(sizes.opportunities):
        mixed = _mixed(number + 3_000_003)
        yield {
            "id": record_id("opportunity", number),
            "name": _company(_mixed(number * 5 % sizes.customers))[0] + ("采购", "续约")[mixed % 2],
            "customer": record_id("customer", number * 5 % sizes.customers),
            "stage": ("contact", "need", "quote", "won", "lost")[mixed // 3 % 5],
            "amount": mixed % 9_000 * 10_000, "close_on": _day(mixed % 300 - 60),
            "stage_since": _past(mixed), "owner": _owner(mixed),
        }  # fmt: skip


def products() -> Iterator[Row]:
    """A catalogue."""
    for number in range(200):
        yield {
            "id": record_id("product", number), "name": f"{_FIRST[number % 39]}牌检验仪{number}型",
            "code": f"P{number:05d}", "category": ("设备", "耗材", "课程")[number % 3],
            "unit": "台", "price": number * 10_000, "active": True,
        }  # fmt: skip


def visits(sizes: Sizes) -> Iterator[Row]:
    """Over six years."""
    for number in range(sizes.visits):
        mixed = _mixed(number + 4_000_003)
        yield {
            "id": record_id("visit", number), "customer": _customer(mixed, sizes),
            "purpose": ("first", "regular", "demo")[mixed % 3], "started_at": _past(mixed),
            "summary": _words(mixed), "sentiment": ("+", "-")[mixed % 2], "owner": _owner(mixed),
        }  # fmt: skip


def follow_ups(sizes: Sizes) -> Iterator[Row]:
    """One to many a visit."""
    for number in range(sizes.follow_ups):
        mixed = _mixed(number + 5_000_003)
        yield {
            "id": record_id("follow_up", number),
            "action": ("visited", "called", "sent", "quoted")[mixed % 4],
            "conclusion": f"{_pick(_OPENINGS, mixed // 5)}，{_pick(_NEXT, mixed)}",
            "next_step": _pick(_NEXT, mixed), "happened_at": _past(mixed),
            "customer": _customer(mixed, sizes),
            "visit": record_id("visit", mixed % max(sizes.visits, 1)), "owner": _owner(mixed),
        }  # fmt: skip


def tasks(sizes: Sizes) -> Iterator[Row]:
    """Most of them done long ago."""
    for number in range(sizes.tasks):
        mixed = _mixed(number + 6_000_003)
        still_open = mixed % 200 == 0
        due = (
            iso_moment(NOW + timedelta(hours=mixed // 7 % 600 - 72)) if still_open else _past(mixed)
        )
        yield {
            "id": record_id("task", number),
            "title": f"{_pick(_NEXT, mixed)}：{_pick(_OPENINGS, mixed)}",
            "kind": ("promise", "next", "todo")[mixed % 3],
            "state": "open" if still_open else "done", "due_at": due,
            "done_at": None if still_open else due, "customer": _customer(mixed, sizes),
            "visit": record_id("visit", mixed % max(sizes.visits, 1)), "owner": _owner(mixed),
        }  # fmt: skip


def _mixed(number: int) -> int:
    return (number * _MIX ^ (number >> 3) * 40_503) % 2**40 >> 5


def _company(mixed: int) -> tuple[str, str]:
    kind, industry = _KINDS[mixed // 3 % 8]
    middle = (
        _pick(_FIRST, mixed // 24) + _pick(_SECOND, mixed // 960) + _pick(_SECOND, mixed // 38_400)
    )
    return f"{_pick(_CITIES, mixed)}{middle}{kind}", industry


def _person(mixed: int) -> str:
    given = _pick(_GIVEN, mixed // 40) + _pick(_GIVEN, mixed // 1_600)
    return f"{_pick(_SURNAMES, mixed)}{given}"


def _pick(some: Sequence[str], number: int) -> str:
    return some[number % len(some)]


def _phone(mixed: int) -> str:
    return f"13{mixed * 7_919 % 10**9:09d}"


def _owner(mixed: int) -> str:
    return user_id(mixed // 13 % _USERS)


def _customer(mixed: int, sizes: Sizes) -> str:
    """A tenth of the customers have half of the work."""
    most = sizes.customers if mixed % 2 else max(sizes.customers // 10, 1)
    return record_id("customer", mixed // 2 % most)


def _day(days: int) -> str:
    return f"{(NOW + timedelta(days=days)).date()}"


def _past(mixed: int) -> str:
    return iso_moment(NOW - timedelta(minutes=mixed // 3 % (_DAYS * 1_440)))


def _words(mixed: int) -> str:
    opening, middle = _pick(_OPENINGS, mixed // 3), _pick(_MIDDLES, mixed // 41)
    who = _pick(_SURNAMES, mixed // 7) + _pick(_TITLES, mixed // 11)
    return f"{opening}，{middle}。{who}在场，{_pick(_NEXT, mixed)}（{mixed % 99_991}）"
