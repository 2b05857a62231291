"""Measures of who began, what was sent, which advice was taken and who else lent a hand (rows 6.2,
6.19)."""

from dataclasses import replace

from crm_core.insight.catalogue_first import OVER_TIME, PERCENT
from crm_core.insight.catalogue_money import TIMES_UNIT, counted
from crm_core.insight.catalogue_risk import ACTIONS_DONE, EVENTS, EVENTS_OVER_TIME
from crm_core.insight.declared import Better, Counting, Fact, Measure, Shape, Span
from crm_core.model.query import All, Not, Op, Test
from crm_core.model.schema import Label

CONTACT = (
    Measure(
        id="content_match",
        label=Label("内容匹配", "Content match"),
        definition=Label(
            "期间内送出的内容中，与客户看过的页面或下载的资料对得上的比例：标题互相包含即为对上。"
            "只计有浏览记录的线索；浏览记录由落地页、导入和接口写入线索。",
            "Of the content sent in the period, what fits the pages or papers its lead had looked "
            "at: one names the other. Only leads of which that is known count; forms, imports and "
            "the interface write it.",
        ),
        formula=Label("对得上的 ÷ 有浏览记录的 × 100", "fitting ÷ sent to whom we know of × 100"),
        unit=PERCENT,
        shape=Shape.SHARE,
        rows=("6.2",),
        fact=Fact.EVENT,
        entity="content_push",
        clock="at",
        counting=Counting(
            among=All((Test("action", Op.EQ, "sent"), Not(Test("took", Op.EQ, None)))),
            having=Test("took", Op.EQ, 1),
        ),
        suggestion=Label(
            "发送前先看线索的“访问过的页面”和“下载的资料”。",
            "Look at the pages and papers of the lead before sending.",
        ),
        groups=EVENTS_OVER_TIME,
    ),
    Measure(
        id="second_by_customer",
        label=Label("客户主动二次联系占比", "Second contact by customers"),
        definition=Label(
            "期间内有第二次有效联系、且写明由谁发起的线索中，由客户发起的比例。",
            "Of the leads whose second effective contact was in the period and says who began it, "
            "those where the customer did.",
        ),
        formula=Label("客户发起 ÷ 写明发起方 × 100", "by the customer ÷ said who began × 100"),
        unit=PERCENT,
        shape=Shape.SHARE,
        rows=("6.19",),
        fact=Fact.JOURNEY,
        entity="lead",
        clock="second_at",
        counting=Counting(
            among=Not(Test("second_by", Op.EQ, None)), having=Test("second_by", Op.EQ, 1)
        ),
        suggestion=Label(
            "第一次联系时留一个客户会想回来问的问题。",
            "Leave a question that is worth coming back for.",
        ),
        groups=OVER_TIME,
    ),
    Measure(
        id="coach_adoption",
        label=Label("建议采纳率", "Advice taken"),
        definition=Label(
            "预警、时限和自动化给出的提醒都带有建议。期间内到期的这些提醒中，已办完的比例；放弃的和"
            "没有办的算未采纳。",
            "Reminders by alerts, clocks and automations carry advice. Of those due in the period, "
            "the share that was done; dropped or left undone is not taken.",
        ),
        formula=Label("已办完 ÷ 已到期 × 100", "done ÷ due × 100"),
        unit=PERCENT,
        shape=Shape.SHARE,
        rows=("6.19", "6.18"),
        fact=Fact.EVENT,
        entity="task",
        clock="at",
        counting=Counting(
            among=All((Test("action", Op.EQ, "reminder"), Test("at", Op.LT, "@now"))),
            having=Not(Test("took", Op.EQ, None)),
        ),
        suggestion=Label(
            "没人采纳的建议，改写或停用那条规则。",
            "Rewrite or switch off the rule whose advice nobody takes.",
        ),
        groups=EVENTS_OVER_TIME,
    ),
    replace(
        ACTIONS_DONE,
        id="today_target",
        label=Label("今日目标达成率", "Today's target"),
        definition=Label(
            "今天到期的任务中已完成的比例，不随所选期间变化；与前一天对比。",
            "Of the tasks due today, those that are done, whatever period is chosen; beside "
            "yesterday.",
        ),
        formula=Label("已完成 ÷ 今天到期 × 100", "done ÷ due today × 100"),
        rows=("6.15",),
        span=Span.TODAY,
        groups=EVENTS,
    ),
    replace(
        counted(
            "due_week", Label("未来 7 天到期客户", "Customers due in 7 days"),
            Label(
                "“下次联系”日期在今天起 7 天内的客户，不随所选期间变化；点开就是名单，不用导出。",
                "Customers to be contacted in the seven days that begin today, whatever period is "
                "chosen; it opens the list, without an export.",
            ),
            unit=Label("个", "customers"), rows=("6.25",), fact=Fact.EVENT, entity="customer",
            clock="at", groups=EVENTS, better=Better.NEITHER,
        ),
        span=Span.AHEAD, only_now=True,
    ),
    replace(
        counted(
            "other_links", Label("非销售协作记录", "Records by others than sales"),
            Label(
                "期间内由“不属于销售”的角色写下的跟进和拜访数；角色在“管理 · 角色”里标注。",
                "Follow-ups and visits in the period by roles outside sales, as marked under "
                "Administration, Roles.",
            ),
            unit=TIMES_UNIT, rows=("6.19",), fact=Fact.EVENT, entity="follow_up", clock="at",
            among=Test("outside", Op.EQ, 1), groups=EVENTS_OVER_TIME, better=Better.NEITHER,
        ),
        also=("visit",),
    ),
)  # fmt: skip
