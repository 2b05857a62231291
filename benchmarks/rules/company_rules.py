"""Fifty automations as a company has them, half on customers, half on leads.

Conditions by value, size, date, words and "or"; some look at the owner; most do not hold, and of a
thousand records some forty set one off: a task, a notice, a tag. What the plain fifty of `pushing`
leave out: they look at words alone and none of them ever fires.
"""

from crm_core.model.query import All, Any, Condition, Not, Op, Start, Test, Unit
from crm_core.model.schema import Label
from crm_core.rules.documents import Document, When
from crm_core.rules.firing.automations import (
    KIND,
    Action,
    Automation,
    Do,
    On,
    Put,
    Related,
    Trigger,
    Whom,
)

OWN = "bench-own-"
"""How their ids begin."""
_TASK = Action(Do.TASK, title="联系 [名称]", due_hours=24)
_NOTICE = Action(Do.NOTIFY, title="[名称] 又有变化", whom=Whom.LEADER)
_TAG = Action(Do.TAG, tag="要联系")
_DATE = Action(Do.SET, field="next_contact_on", put=Put.TODAY, days=7)
_REP = Related("owner", When(Test("role", Op.EQ, "rep")))
_CITIES = ("南京", "苏州", "无锡", "常州", "南通", "扬州", "镇江", "徐州", "盐城", "泰州")


def company_rules() -> list[Document[object]]:
    """The fifty."""
    rules = [*_customer_rules(), *_lead_rules()]
    return [
        Document(f"{OWN}{n}", KIND, Label(f"规则{n}", f"Rule {n}"), entity, body)
        for n, (entity, body) in enumerate(rules)
    ]


def _customer_rules() -> list[tuple[str, Automation]]:
    city = [Test("city", Op.EQ, one) for one in _CITIES]
    lost, best = Test("state", Op.EQ, "lost"), Test("level", Op.EQ, "A")
    mentioned = Any((Test("remark", Op.CONTAINS, "投诉"), Test("remark", Op.CONTAINS, "退货")))
    late = Test("next_contact_on", Op.LT, Start(Unit.DAY, -2_000))
    no_word = Not(Test("consent", Op.IN, ("given", "asked")))
    conditions: list[tuple[Condition, tuple[Related, ...], Action]] = [
        *((All((one, best, Test("annual_purchase", Op.GE, 10**9))), (), _TASK) for one in city),
        *((All((Test("name", Op.CONTAINS, f"{n}分院"), best)), (), _TAG) for n in range(4)),
        *((Test("x_beds", Op.GT, 5_000 + n), (), _TASK) for n in range(3)),
        (All((mentioned, best)), (), _TASK),
        (mentioned, (_REP,), _TAG),
        (All((lost, late)), (), _TASK),
        (All((best, late)), (_REP,), _DATE),
        (All((no_word, Test("phone", Op.NE, None))), (), _TASK),
        # These hold: of 1,000 customers 17, 17, 3 and, but for the owner, 50.
        (All((best, city[0], Test("state", Op.EQ, "prospect"))), (), _TASK),
        (All((best, city[3], lost)), (_REP,), _NOTICE),
        (All((city[5], Test("x_beds", Op.GE, 650), Test("tags", Op.HAS, "月结"))), (_REP,), _TASK),
    ]
    conditions[18] = (All((city[7], lost)), (Related("owner", When(_nobody())),), _TASK)
    on = Trigger(On.SAVED)
    return [("customer", Automation(on, (do,), When(c), r)) for c, r, do in conditions]


def _nobody() -> Condition:
    return Test("role", Op.EQ, "service")


def _lead_rules() -> list[tuple[str, Automation]]:
    live = Test("source", Op.EQ, "抖音直播")
    conditions: list[Condition] = [
        *(All((Test("source", Op.EQ, f"展会{n}"), live)) for n in range(10)),
        *(Test("need", Op.CONTAINS, f"型号{n}") for n in range(5)),
        *(All((live, Test("score", Op.GT, 200 + n))) for n in range(4)),
        *(All((live, Any((Test("name", Op.EQ, f"测试{n}"), Test("email", Op.EQ, "x@y.cn")))))
          for n in range(4)),
        All((live, Test("phone", Op.CONTAINS, "77"))),  # One in thirty or so.
        All((live, Test("phone", Op.CONTAINS, "505"))),  # One in a few hundred.
    ]  # fmt: skip
    on = Trigger(On.SAVED)
    return [("lead", Automation(on, (_TASK,), When(one))) for one in conditions]
