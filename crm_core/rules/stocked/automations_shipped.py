"""The automations the product ships with; what is published replaces them (decision 050).

Each names the feature row it comes from. All of them are sentences an administrator can change.
"""

from crm_core.model.query import Ago, All, Not, Op, Test
from crm_core.model.query import Any as AnyOf
from crm_core.model.schema import Label
from crm_core.rules.documents import Document, When
from crm_core.rules.firing.automations import (
    KIND,
    Action,
    Automation,
    Do,
    On,
    Trigger,
    Unless,
    Whom,
)

PRICE_PAGE, WHITE_PAPER = "价格页", "白皮书"
HOT, NURTURED, RISKY = "高优", "培育池", "售后升级风险客户"
QUOTE_SENT, HESITANT, ANXIOUS = "已发送最新报价", "犹豫", "摇号焦虑"
GUIDE = "民办摇号攻略"
LETTER = "客户签署确认函"
"""Row 4.11: what proves progress, as a task or an item of a check list is called."""
FAST_HOURS = 304
"""Row 4.11: the stages of a lead take 912 hours by their standards; a journey of a third of that is
compressed by 300 %."""
SERVICE_ROLE = "service_manager"
BIRTHDAY = "尊敬的[姓名]：生日快乐！感谢您一直以来的信任，本月续费享 95 折，欢迎随时联系我。"


def _filled(name: str) -> Not:
    return Not(Test(name, Op.EQ, None))


def _rule(
    name: str, zh: str, en: str, entity: str, body: Automation, *, active: bool = True
) -> Document[Automation]:
    return Document(f"auto-{name}", KIND, Label(zh, en), entity, body, active=active)


def _task(title: str, hours: float, **more: object) -> Action:
    return Action(Do.TASK, title=title, due_hours=hours, **more)  # type: ignore[arg-type]


def _told(title: str, whom: Whom = Whom.LEADER) -> Action:
    return Action(Do.NOTIFY, title=title, whom=whom)


_NEW_LEADS: tuple[Document[Automation], ...] = (
    _rule(
        "fast-lane",
        "看过价格并留了手机：优先跟进",
        "Looked at prices and left a number",
        "lead",
        Automation(
            Trigger(On.SAVED, fields=("visited_pages", "phone")),
            (
                Action(Do.TAG, tag=HOT),
                _task("优先联系[姓名]：看过价格页并留了手机", 2),
            ),
            When(All((Test("visited_pages", Op.HAS, PRICE_PAGE), _filled("phone")))),
            once=True,
        ),
    ),
    _rule(
        "nurture",
        "只下载了白皮书：先培育",
        "Only downloaded the white paper",
        "lead",
        Automation(
            Trigger(On.SAVED, fields=("downloads",)),
            (Action(Do.TAG, tag=NURTURED),),
            When(
                All(
                    (
                        Test("downloads", Op.HAS, WHITE_PAPER),
                        Not(Test("visited_pages", Op.HAS, PRICE_PAGE)),
                        Test("budget", Op.EQ, None),
                    )
                )
            ),
            once=True,
        ),
    ),
    _rule(
        "hot-lead",
        "预算明确且想试用：当天发定制资料",
        "Budget known and wants a trial",
        "lead",
        Automation(
            Trigger(On.SAVED, fields=("budget", "need")),
            (
                _task("给[姓名]发送定制资料（白皮书与同行案例）", 2),
                Action(Do.QUEUE, article=WHITE_PAPER),
            ),
            When(All((_filled("budget"), Test("need", Op.EQ, "trial")))),
            once=True,
        ),
    ),
)
"""Rows 1.12 and 2.15."""

_CALLS: tuple[Document[Automation], ...] = (
    _rule(
        "added-on-wechat", "已加微信：当天发第一份资料", "Added on WeChat: send something today",
        "follow_up",
        Automation(
            Trigger(On.CREATED),
            (_task("在微信上给[姓名]发第一份资料", 2),),
            When(Test("action", Op.EQ, "wechat")),
        ),
    ),
    _rule(
        "technician-wanted", "需技术介入：进入方案阶段并安排技术", "A technician is needed",
        "follow_up",
        Automation(
            Trigger(On.CREATED),
            (
                Action(
                    Do.SET, through="lead", field="stage", value="proposal",
                    only_if=When(Test("stage", Op.IN, ("captured", "touched", "need"))),
                ),
                _task("为[姓名]安排技术人员介入", 4),
                _told("[姓名]需要技术介入，请协调人手"),
            ),
            When(Test("action", Op.EQ, "technical")),
        ),
    ),
    _rule(
        "demo-booked", "约好演示：准备案例包和试用账号", "A demo is booked: get ready",
        "follow_up",
        Automation(
            Trigger(On.CREATED),
            (_task("准备行业案例包并设置试用账号", 2),),
            When(All((Test("action", Op.EQ, "booked"), _filled("next_on")))),
        ),
    ),
    _rule(
        "proposal-after-demo", "演示后 24 小时内发方案", "A proposal within 24 hours of a demo",
        "visit",
        Automation(
            Trigger(On.CREATED),
            (_task("给[姓名]发送定制方案", 24),),
            When(Test("purpose", Op.EQ, "demo")),
        ),
    ),
)  # fmt: skip
"""Rows 2.16, 4.5 and 4.6."""

_WORDS: tuple[Document[Automation], ...] = (
    _rule(
        "heard-proposal", "说到方案、合同或演示：线索进入方案阶段", "A proposal was talked about",
        "follow_up",
        Automation(
            Trigger(On.MESSAGE, words=("方案已发", "合同草稿", "下周演示")),
            (
                Action(
                    Do.SET, through="lead", field="stage", value="proposal",
                    only_if=When(Test("stage", Op.IN, ("captured", "touched", "need"))),
                ),
            ),
            When(_filled("lead")),
        ),
    ),
    _rule(
        "heard-hesitation", "说到再考虑、等审批：标为犹豫", "They hesitate",
        "follow_up",
        Automation(
            Trigger(On.MESSAGE, words=("再考虑一下", "再想想", "等领导批", "等审批")),
            (
                Action(Do.TAG, through="lead", tag=HESITANT),
                Action(Do.TAG, through="customer", tag=HESITANT),
            ),
        ),
    ),
    *(
        _rule(
            f"anxious-{entity}", "担心摇号：打标签并推送攻略", "Worried about the lottery",
            entity,
            Automation(
                Trigger(On.SAVED, fields=("concerns",)),
                (
                    Action(Do.TAG, through="customer", tag=ANXIOUS),
                    Action(Do.TAG, through="lead", tag=ANXIOUS),
                    Action(Do.QUEUE, article=GUIDE),
                ),
                When(Test("concerns", Op.HAS, ANXIOUS)),
                once=True,
            ),
        )
        for entity in ("follow_up", "visit")
    ),
    _rule(
        "quote-attached", "上传报价单或合同：客户标为已发报价", "A quote or contract was attached",
        "attachment",
        Automation(
            Trigger(On.CREATED),
            (Action(Do.TAG, through="customer", tag=QUOTE_SENT),),
            When(AnyOf(tuple(Test("name", Op.CONTAINS, word) for word in ("报价", "合同")))),
        ),
    ),
)  # fmt: skip
"""Rows 3.8, 3.9 and 3.13."""

_LATER: tuple[Document[Automation], ...] = (
    _rule(
        "quote-unanswered", "报价后 72 小时没有回音：打电话确认",
        "No answer to a quote for 72 hours",
        "follow_up",
        Automation(
            Trigger(On.MOMENT, field="happened_at", hours=72),
            (
                _task("请确认客户是否收到报价单？建议电话确认", 4),
                _told("报价 72 小时没有回音：[姓名]（[负责人]）"),
            ),
            When(
                AnyOf(
                    (
                        Test("action", Op.EQ, "quoted"),
                        *(
                            Test(name, Op.CONTAINS, word)
                            for name in ("conclusion", "summary")
                            for word in ("报价", "合同")
                        ),
                    )
                )
            ),
            unless=(
                Unless("follow_up", ("customer", "lead"), "happened_at"),
                Unless("visit", ("customer", "lead"), "happened_at"),
                # The deal's own clock sees to that (rule clock-quote).
                Unless("opportunity", ("customer",), when=When(Test("stage", Op.EQ, "quote"))),
            ),
        ),
    ),
    _rule(
        "promise-overdue", "承诺逾期 24 小时：提醒主管", "A promise is a day late",
        "task",
        Automation(
            Trigger(On.MOMENT, field="due_at", hours=24),
            (_told("承诺逾期一天：[内容]（[负责人]）"),),
            When(All((Test("kind", Op.EQ, "promise"), Test("state", Op.EQ, "open")))),
        ),
    ),
    _rule(
        "renewal", "合同到期前 30 天：联系续约", "30 days before a contract ends",
        "customer",
        Automation(
            Trigger(On.MOMENT, field="contract_end", hours=-30 * 24, catch_up_days=30),
            (
                _task("联系[姓名]续约：合同 [合同到期] 到期", 72),
                _told("[姓名]的合同 [合同到期] 到期，负责人[负责人]"),
            ),
            When(Not(Test("state", Op.EQ, "lost"))),
        ),
    ),
    _rule(
        "birthday", "每月 1 日：给当月生日的联系人送祝福", "Birthdays of the month",
        "contact",
        Automation(
            Trigger(On.MONTHLY, field="birthday", day=1),
            (_task("给[姓名]送生日祝福（[生日]）", 8, remark=BIRTHDAY),),
            When(_filled("birthday")),
        ),
    ),
    _rule(
        "reading-the-terms", "连续 3 天细看售后协议：升级风险", "Reading the service terms closely",
        "customer",
        Automation(
            Trigger(On.SAVED, fields=("service_reads", "service_read_seconds")),
            (
                Action(Do.TAG, tag=RISKY),
                Action(
                    Do.NOTIFY, whom=Whom.ROLE, role=SERVICE_ROLE,
                    title="[姓名]连续细看售后协议，请安排回访",
                ),
            ),
            When(
                All(
                    (
                        Test("service_reads", Op.GE, 3),
                        Test("service_read_seconds", Op.GT, 120),
                    )
                )
            ),
            once=True,
        ),
    ),
)  # fmt: skip
"""Rows 1.13, 3.10, 3.14, 3.17 and 6.24."""


def _moved_back(entity: str) -> Document[Automation]:
    return _rule(
        f"moved-back-{entity}", "阶段退回两次：高风险", "Moved back twice: high risk", entity,
        Automation(
            Trigger(On.CHANGED, fields=("moved_back",)),
            (
                _task("高风险：[姓名]的阶段已退回[退回次数]次，今天弄清卡点", 8),
                _told("高风险：[负责人]的[姓名]阶段已退回[退回次数]次，请介入"),
            ),
            When(Test("moved_back", Op.GE, 2)),
        ),
    )  # fmt: skip


_ALARMS: tuple[Document[Automation], ...] = (
    _moved_back("lead"),
    _moved_back("opportunity"),
    _rule(
        "fake-progress", "推进过快而没有签署确认函：虚假推进风险", "Fast, and no letter signed",
        "lead",
        Automation(
            Trigger(On.STAGE, after=("won",)),
            (_told(f"虚假推进风险：[负责人]的[姓名]推进过快，而「{LETTER}」没有完成，请核对"),),
            When(Test("received_at", Op.GT, Ago(FAST_HOURS))),
            unless=(
                Unless(
                    "task", ("id",),
                    when=When(
                        All((Test("title", Op.CONTAINS, LETTER), Test("state", Op.EQ, "done")))
                    ),
                ),
                Unless(
                    "checklist_item", ("id",),
                    when=When(All((Test("label", Op.CONTAINS, LETTER), _filled("done_at")))),
                ),
            ),
        ),
    ),
)  # fmt: skip
"""Rows 4.11 and 4.12; silence of 72 hours is a clock (`clocks_shipped`). How many letters of all
are signed is a measure (`letters_signed`); here one record that has none is told of."""

SHIPPED: tuple[Document[Automation], ...] = (*_NEW_LEADS, *_CALLS, *_WORDS, *_LATER, *_ALARMS)
