"""What every part of a rule's body is called, what it takes and when it counts: declared once.

Forms, differences and sentences are made from this and from the dataclasses of the bodies. Parts
are named `module.Class.field`; one that is not named here is shown by its own name, as text.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from crm_core.model.schema import Label


class Takes(StrEnum):
    """What is given, beyond what its type says."""

    PLAIN = "plain"
    PROSE = "prose"
    """Text of several lines."""
    WORDS = "words"
    """Free words."""
    TIME = "time"
    """`09:00`."""
    ENTITY = "entity"
    NEAR = "near"
    """A kind of record that belongs to the one the rule is about."""
    FIELD = "field"
    FIELDS = "fields"
    MOMENT = "moment"
    """A field of a time or a date."""
    MOMENTS = "moments"
    REF = "ref"
    """A field that leads to another record."""
    VALUE = "value"
    """A value of the field named beside it."""
    STAGE = "stage"
    STAGES = "stages"
    USER = "user"
    ROLE = "role"
    ON_DUTY = "on_duty"
    """A role that has a roster."""
    TEAM = "team"
    TAG = "tag"
    ARTICLE = "article"
    KIND_OF_TASK = "task_kind"
    POOL = "pool"
    APPROVAL = "approval"
    RECIPIENTS = "recipients"
    INDUSTRIES = "industries"
    WEEKDAYS = "weekdays"
    LINES = "lines"
    """Sentences, one a line."""
    GRADE = "grade"
    """What a score of a lead is called."""
    ASKED = "asked"
    """Some of what the stage asks for, by the ids of its conditions and items."""
    MEASURE = "measure"
    TONE = "tone"
    IDENTITY = "identity"
    """Given by the program, shown to nobody."""


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a body."""

    label: Label
    takes: Takes = Takes.PLAIN
    help: Label | None = None
    only: Mapping[str, Collection[str]] | None = None
    """It counts only where another field of the same part has one of these values."""
    of: str = ""
    """FIELD and the like: the entity they are of is named by this field beside it; empty: the
    rule's own; `@ref`: the one that the field `through` leads to."""


def _p(
    zh: str,
    en: str,
    takes: Takes = Takes.PLAIN,
    *,
    only: Mapping[str, Collection[str]] | None = None,
    of: str = "",
    tip: tuple[str, str] | None = None,
) -> Part:
    return Part(Label(zh, en), takes, Label(*tip) if tip else None, only, of)


_TASKS = ("task", "notify")
_ON_A_RECORD = ("set", "tag", "untag", "approval")
_AUTOMATION: Mapping[str, Part] = {
    "Automation.trigger": _p("当", "When"),
    "Automation.when": _p("且满足", "And"),
    "Automation.related": _p("相关记录满足", "And of a record it leads to"),
    "Automation.unless": _p("除非已经有", "Unless there is already"),
    "Automation.actions": _p("就", "Then"),
    "Automation.once": _p(
        "每条记录只执行一次", "Once for each record",
        tip=("以后再次满足也不重复", "Also where it holds again later"),
    ),
    "Trigger.on": _p("触发", "Trigger"),
    "Trigger.fields": _p("字段", "Fields", Takes.FIELDS, only={"on": ("changed", "saved")},
                         tip=("不选：任何字段", "None: any field")),
    "Trigger.before": _p("从阶段", "From stage", Takes.STAGES, only={"on": ("stage",)},
                         tip=("不选：任何阶段", "None: any stage")),
    "Trigger.after": _p("到阶段", "To stage", Takes.STAGES, only={"on": ("stage",)},
                        tip=("不选：任何阶段", "None: any stage")),
    "Trigger.words": _p("提到", "Says", Takes.WORDS, only={"on": ("message",)}),
    "Trigger.field": _p("时间字段", "Time", Takes.MOMENT, only={"on": ("moment",)}),
    "Trigger.hours": _p("之后几小时", "Hours after", only={"on": ("moment",)},
                        tip=("负数：之前", "Negative: before")),
    "Trigger.yearly": _p("每年", "Every year", only={"on": ("moment",)},
                         tip=("生日、纪念日", "Birthdays, anniversaries")),
    "Trigger.at": _p("几点", "At", Takes.TIME, only={"on": ("moment", "daily", "monthly")}),
    "Trigger.day": _p("每月几号", "Day of the month", only={"on": ("monthly",)}),
    "Trigger.catch_up_days": _p("新规则回看几天", "Days a new rule looks back",
                                only={"on": ("moment", "daily", "monthly")}),
    "Related.through": _p("经由", "Through", Takes.REF),
    "Related.when": _p("满足", "Is so", of="@ref"),
    "Unless.entity": _p("记录", "Records", Takes.ENTITY),
    "Unless.same": _p("相同字段", "That share", Takes.FIELDS, of="entity"),
    "Unless.since": _p("晚于", "Later than", Takes.MOMENT),
    "Unless.when": _p("满足", "That are so", of="entity"),
    "Action.do": _p("做什么", "Do"),
    "Action.through": _p("作用于", "On", Takes.REF, only={"do": _ON_A_RECORD},
                         tip=("不选：这条记录本身", "None: the record itself")),
    "Action.field": _p("字段", "Field", Takes.FIELD, only={"do": ("set",)}, of="@ref"),
    "Action.put": _p("写入", "Write", only={"do": ("set",)}),
    "Action.value": _p("内容", "Value", Takes.VALUE, only={"put": ("value",), "do": ("set",)},
                       of="@ref"),
    "Action.copy": _p("复制自", "Copy of", Takes.FIELD, only={"put": ("copy",), "do": ("set",)}),
    "Action.days": _p("往后几天", "Days later", only={"put": ("today",), "do": ("set",)}),
    "Action.only_if": _p("只有当", "Only if", only={"do": ("set",)}, of="@ref"),
    "Action.title": _p("说什么", "Says", only={"do": _TASKS},
                       tip=("可用 [姓名]、[客户]、[负责人] 和任何字段名",
                            "[姓名], [客户], [负责人] and any field's name are filled in")),
    "Action.remark": _p("说明", "Note", Takes.PROSE, only={"do": _TASKS}),
    "Action.kind": _p("任务类型", "Kind", Takes.KIND_OF_TASK, only={"do": ("task",)}),
    "Action.due_hours": _p("几小时内完成", "Due in hours", only={"do": ("task",)}),
    "Action.working": _p("只算工作时间", "Working hours only", only={"do": ("task",)}),
    "Action.whom": _p("给谁", "For", only={"do": (*_TASKS, "queue")}),
    "Action.role": _p("角色", "Role", Takes.ROLE, only={"whom": ("role",), "do": _TASKS}),
    "Action.user": _p("同事", "Person", Takes.USER, only={"whom": ("user",), "do": _TASKS}),
    "Action.duty": _p("值守角色", "Role on duty", Takes.ON_DUTY,
                      only={"whom": ("duty",), "do": _TASKS},
                      tip=("由值守表决定给谁；没人值守时给下一位，没有排班时给主管",
                           "Whoever is on duty by the roster, else who comes next, else the lead")),
    "Action.tag": _p("标签", "Tag", Takes.TAG, only={"do": ("tag", "untag")}),
    "Action.article": _p("资料", "Article", Takes.ARTICLE, only={"do": ("queue",)}),
    "Action.approval": _p("审批流程", "Approval", Takes.APPROVAL, only={"do": ("approval",)}),
    "Action.url": _p("网址", "Address", only={"do": ("webhook",)}),
    "Action.fields": _p("发送字段", "Sends", Takes.FIELDS, only={"do": ("webhook",)}),
}  # fmt: skip
_CLOCK: Mapping[str, Part] = {
    "Clock.start": _p("从何时算起", "Since", Takes.MOMENTS,
                      tip=("第一个有值的字段算数", "The first that is filled counts")),
    "Clock.limit_hours": _p("时限（小时）", "Hours allowed"),
    "Clock.measure": _p("计时方式", "Counted in"),
    "Clock.strict": _p("满时限仍不算超时", "Not over at the limit itself"),
    "Clock.working": _p("工作时间", "Working time", only={"measure": ("working",)}),
    "Clock.runs_when": _p("适用于", "For those that are so"),
    "Clock.stop_fields": _p("填了就停止", "Stops when filled", Takes.FIELDS),
    "Clock.stop_when": _p("满足就停止", "Stops when"),
    "Clock.stopped_by": _p("有了就停止", "Stopped by"),
    "Clock.restarted_by": _p("有了就重新计时", "Begun anew by"),
    "Clock.pauses_when": _p("暂停计时", "Paused while"),
    "Clock.levels": _p("升级提醒", "Who hears of it"),
    "Clock.exemptible": _p("可以豁免", "May be exempted"),
    "Clock.shown": _p("显示倒计时", "Shows what is left"),
    "Level.after_hours": _p("满几小时", "After hours"),
    "Level.to": _p("通知", "Tells", Takes.RECIPIENTS),
    "Level.task": _p("说什么", "Says",
                     tip=("可用 {name}、{owner}、{hours}、{left}、{limit}",
                          "{name}, {owner}, {hours}, {left}, {limit} are filled in")),
    "Level.offers": _p("可以", "Offers"),
    "Related.entity": _p("记录", "Records", Takes.ENTITY),
    "Related.via": _p("指向它的字段", "By their field", Takes.REF, of="entity"),
    "Related.moment": _p("发生时间", "Their time", Takes.MOMENT, of="entity"),
    "Related.mine": _p("对应本记录的", "Matching this record's", Takes.REF,
                       tip=("不选：指向这条记录本身", "None: they point at the record itself")),
    "Related.when": _p("满足", "That are so", of="entity"),
    "Working.hours": _p("工作时段", "Hours"),
    "Working.weekdays": _p("工作日", "Days", Takes.WEEKDAYS),
    "Working.holidays": _p("法定节假日休息", "Public holidays off"),
}  # fmt: skip
_SCORING: Mapping[str, Part] = {
    "Scoring.factors": _p("加分项", "What counts"),
    "Scoring.grades": _p("等级", "Grades"),
    "Scoring.when": _p("适用于", "For those that are so"),
    "Scoring.trade": _p("行业模板", "Template", Takes.IDENTITY),
    "Factor.id": _p("编号", "Id", Takes.IDENTITY),
    "Factor.label": _p("名称", "Name"),
    "Factor.when": _p("当", "When"),
    "Factor.points": _p("分数", "Points", tip=("-100 到 100；负数扣分", "-100 to 100")),
    "Factor.why": _p(
        "依据",
        "Why",
        tip=("给调分的人看：为什么值这么多分", "For whoever moves the slider: on what grounds"),
    ),
    "Grade.code": _p("等级", "Grade", Takes.GRADE),
    "Grade.least": _p("至少多少分", "From points"),
}
_ROUTING: Mapping[str, Part] = {
    "Route.when": _p("当线索满足", "Leads that are so"),
    "Route.pool": _p("进入池", "Go to the pool", Takes.POOL),
    "Route.person": _p("或直接给", "Or to", Takes.USER),
}
_POOLS: Mapping[str, Part] = {
    "Pool.members": _p("成员", "Members"),
    "Pool.team": _p("团队", "Team", Takes.TEAM),
    "Pool.assigns": _p("自动分配", "Given out at once"),
    "Pool.capacity": _p("每人最多待跟进", "Open leads each"),
    "Pool.lead": _p("上报给", "Then tells", Takes.USER),
    "Pool.claim_minutes": _p(
        "几分钟内领取",
        "Minutes to claim",
        tip=("0：按时限规则「认领时限」", "0: as the clock of claiming says"),
    ),
    "Pool.fallback": _p("没人能接时转到", "Then goes to", Takes.POOL),
    "Pool.rests": _p("休息日只领取", "Claimed on days off"),
    "Pool.region_points": _p("区域加分", "Points for the region"),
    "Pool.industry_points": _p("行业加分", "Points for the industry"),
    "Pool.history_points": _p("每次成交加分", "Points for each deal"),
    "Member.user": _p("同事", "Person", Takes.USER),
    "Member.weight": _p("权重", "Weight"),
    "Member.capacity": _p("最多待跟进", "Open leads"),
    "Member.regions": _p("区域", "Regions", Takes.WORDS),
    "Member.industries": _p("行业", "Industries", Takes.INDUSTRIES),
}
_STAGES: Mapping[str, Part] = {
    "StageBody.code": _p("编码", "Code", Takes.IDENTITY),
    "StageBody.standard_hours": _p("标准耗时（小时）", "Standard hours",
                                   tip=("0：不限", "0: it may take its time")),
    "StageBody.role": _p("责任角色", "Who answers for it",
                         tip=("推进不了时找谁，例如 技术支持",
                              "Who helps where it does not go on, such as technical support")),
    "StageBody.tone": _p("颜色", "Colour", Takes.TONE),
    "StageBody.exits": _p("离开前必须满足", "Before it is left forwards"),
    "StageBody.touchpoints": _p("必经触点（打勾）", "Touchpoints to tick off"),
    "StageBody.actions": _p("动作清单", "Actions with check lists"),
    "StageBody.moves": _p("自动推进", "Moves by itself"),
    "CheckItem.id": _p("编号", "Id", Takes.IDENTITY),
    "CheckItem.label": _p("名称", "Name"),
    "CheckItem.evidence": _p("凭证", "Evidence"),
    "Action.id": _p("编号", "Id", Takes.IDENTITY),
    "Action.label": _p("名称", "Name"),
    "Action.items": _p("清单", "Items"),
    "Exit.id": _p("编号", "Id", Takes.IDENTITY),
    "Exit.label": _p("名称", "Name", tip=("缺少时这样提示，例如 决策人至少 2 位",
                                           "How it is asked for, such as 2 decision makers")),
    "Exit.field": _p("字段", "Field", Takes.FIELD),
    "Exit.when": _p("记录满足", "The record is so"),
    "Exit.entity": _p("相关记录", "Related records", Takes.NEAR),
    "Exit.where": _p("其中满足", "That are so", of="entity"),
    "Exit.least": _p("至少几条", "At least"),
    "Exit.initial": _p("新建时预填", "A new one begins with", Takes.IDENTITY),
    "AutoMove.to": _p("推进到", "To", Takes.STAGE),
    "AutoMove.needs": _p("凭以下各项", "Once there is", Takes.ASKED,
                         tip=("不选：本阶段要求的全部", "None: everything the stage asks for")),
    "AutoMove.also": _p("以及", "And"),
}  # fmt: skip
_APPROVALS: Mapping[str, Part] = {
    "Approval.approvers": _p("谁来审批", "Who decides", Takes.RECIPIENTS,
                             tip=("按顺序，取第一个在岗的人",
                                  "The first that is found is proposed")),
    "Approval.first_hours": _p("首次响应（小时）", "First answer in hours"),
    "Approval.final_hours": _p("给出结论（小时）", "Decision in hours"),
    "Approval.clauses": _p("预设条款", "Preset clauses", Takes.LINES,
                           tip=("一行一条；审批人按数字键附上",
                                "One a line; a digit takes it into the decision")),
    "Approval.when": _p("哪些记录可以申请", "May be asked of those that are so"),
}  # fmt: skip
_LIMITS: Mapping[str, Part] = {
    "Limit.measure": _p("指标", "Measure", Takes.MEASURE),
    "Limit.red": _p("标红", "Red when"),
    "Limit.value": _p("红线", "Limit"),
    "Limit.included": _p("等于红线也标红", "Red at the limit too"),
    "Limit.suggestion": _p(
        "建议下一步",
        "Next step",
        tip=("留空则用该指标自带的建议。", "Left empty, the measure's own advice is shown."),
    ),
}
_MODULES: Mapping[str, Mapping[str, Part]] = {
    "automations": _AUTOMATION, "clocks": _CLOCK, "scoring": _SCORING, "routing": _ROUTING,
    "pools": _POOLS, "stages": _STAGES, "limits": _LIMITS, "approvals": _APPROVALS,
}  # fmt: skip
PARTS: Mapping[str, Part] = {
    f"{module}.{name}": part for module, parts in _MODULES.items() for name, part in parts.items()
}
OPTIONS: Mapping[str, Mapping[str, Label]] = {
    "Side": {
        "above": Label("高于红线", "above the limit"),
        "below": Label("低于红线", "below the limit"),
    },
    "On": {
        "created": Label("新建", "is created"),
        "changed": Label("修改", "is changed"),
        "saved": Label("新建或修改", "is created or changed"),
        "stage": Label("阶段变化", "moves to another stage"),
        "message": Label("跟进或拜访中提到", "is told of in a follow-up or visit"),
        "moment": Label("到了某个时间", "reaches a time"),
        "daily": Label("每天", "is looked at every day"),
        "monthly": Label("每月", "is looked at every month"),
    },
    "Do": {
        "set": Label("修改字段", "Set a field"),
        "task": Label("建任务", "Make a task"),
        "notify": Label("提醒", "Remind"),
        "tag": Label("打标签", "Tag"),
        "untag": Label("去掉标签", "Take a tag off"),
        "queue": Label("加入资料推送", "Queue an article"),
        "approval": Label("发起审批", "Ask for approval"),
        "webhook": Label("通知其他系统", "Tell another system"),
    },
    "Put": {
        "value": Label("指定内容", "A value"),
        "copy": Label("复制字段", "Another field"),
        "now": Label("当前时间", "Now"),
        "today": Label("今天起的日期", "A date from today"),
    },
    "Whom": {
        "owner": Label("负责人", "the owner"),
        "manager": Label("负责人的主管", "who leads the owner"),
        "author": Label("操作人", "who did it"),
        "role": Label("某个角色", "a role"),
        "user": Label("指定同事", "one person"),
        "duty": Label("当班值守的人", "whoever is on duty"),
    },
    "Measure": {
        "elapsed": Label("自然时间", "Hours"),
        "working": Label("工作时间", "Working hours"),
    },
    "Tone": {
        "neutral": Label("灰", "Grey"),
        "good": Label("绿", "Green"),
        "warn": Label("黄", "Yellow"),
        "bad": Label("红", "Red"),
    },
    "Evidence": {
        "": Label("不需要", "None"),
        "note": Label("一句说明", "A note"),
        "file": Label("附件", "A file"),
    },
}


def part_of(owner: type, name: str) -> Part:
    """What is known of a field of a body's dataclass."""
    module = owner.__module__.rsplit(".", 1)[-1]
    found = PARTS.get(f"{module}.{owner.__qualname__}.{name}")
    plain = name.replace("_", " ")
    return found if found is not None else Part(Label(plain, plain))


def option_label(owner: type, value: str) -> Label:
    """What one of an enumeration's values is called."""
    found = OPTIONS.get(owner.__qualname__, {}).get(value)
    return found if found is not None else Label(value, value)
