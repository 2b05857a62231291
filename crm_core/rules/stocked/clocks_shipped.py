"""The clocks the product ships with, as data; an administrator changes them like any other rule."""

from dataclasses import replace

from crm_core.model.query import All, Not, Op, Test
from crm_core.model.schema import Label
from crm_core.rules.documents import Document, When
from crm_core.rules.timekeeping.clocks import CLOCK, Clock, Level, Related

_OPEN = (Test("stage", Op.NE, "won"), Test("stage", Op.NE, "lost"))
_CALLED = Related("follow_up", via="lead", moment="happened_at")
_MET = Related("visit", via="lead", moment="started_at")
_ANSWERED = Related(
    "follow_up", via="customer", moment="happened_at", mine="customer",
    when=When(Test("action", Op.IN, ("called", "visited", "booked", "signed"))),
)  # fmt: skip
_VISITED = Related("visit", via="customer", moment="started_at", mine="customer")

CLAIM = Document(
    id="clock-claim",
    kind=CLOCK,
    label=Label("认领时限", "Claim in time"),
    entity="lead",
    body=Clock(
        start=("received_at",),
        limit_hours=0.5,
        runs_when=When(All((Test("owner", Op.EQ, None), *_OPEN))),
        stop_fields=("owner",),
        levels=(
            Level(
                0.5, ("role:manager",),
                Label("30 分钟内无人认领：[name]（[source]）", "Nobody claimed [name] ([source])"),
            ),
        ),
    ),
    position=10,
    remark="2.7",
)  # fmt: skip
"""Row 2.7: unclaimed for 30 minutes, whoever leads hears of it."""

FIRST_FOLLOW_UP = Document(
    id="clock-first-follow-up",
    kind=CLOCK,
    label=Label("首次跟进时限", "First follow-up"),
    entity="lead",
    body=Clock(
        start=("received_at", "assigned_at"),
        limit_hours=48,
        strict=True,
        runs_when=When(All(_OPEN)),
        stop_fields=("first_response_at",),
        stopped_by=(_CALLED, _MET),
        levels=(
            Level(
                36, ("owner",),
                Label(
                    "还剩 [left] 小时，[name] 还没有首次跟进[history]",
                    "[left] hours left and no first follow-up: [name][history]",
                ),
            ),
            Level(
                48, ("owner", "lead", "upper"),
                Label(
                    "超过 48 小时未首次跟进：[name] [phone] 来源：[source]（[owner]）",
                    "No first follow-up in 48 hours: [name] [phone], from [source] ([owner])",
                ),
            ),
        ),
    ),
    position=20,
    remark="2.8, 2.18",
)  # fmt: skip
"""Rows 2.8 and 2.18: strictly more than 48 hours; a word to the owner at 36."""

GOLDEN = Document(
    id="clock-golden",
    kind=CLOCK,
    label=Label("黄金 4 小时", "Golden four hours"),
    entity="lead",
    body=Clock(
        start=("assigned_at",),
        limit_hours=4,
        runs_when=When(All((Not(Test("owner", Op.EQ, None)), *_OPEN))),
        stop_fields=("first_response_at",),
        stopped_by=(_CALLED, _MET),
    ),
    position=30,
    remark="2.17",
)
"""Row 2.17: shown while it runs; nobody is told when it is over, the rate says it."""

NEGLECTED = Document(
    id="clock-neglected",
    kind=CLOCK,
    label=Label("高优先级线索无人触达", "Key lead left alone"),
    entity="lead",
    body=Clock(
        start=("assigned_at", "received_at"),
        limit_hours=72,
        runs_when=When(All((Test("grade", Op.EQ, "A"), Not(Test("owner", Op.EQ, None)), *_OPEN))),
        restarted_by=(_CALLED, _MET),
        levels=(
            Level(
                72, ("lead",),
                Label(
                    "[owner] 连续 3 天没有触达 A 级线索 [name]，请接手或改派并写明原因",
                    "[owner] has not touched the grade A lead [name] for 3 days: take it over or "
                    "reassign it, with a reason",
                ),
                offers="take_over",
            ),
        ),
    ),
    position=40,
    remark="2.9",
)  # fmt: skip
"""Row 2.9: three days without touching a key lead; whoever leads may take it over."""

QUOTE = Document(
    id="clock-quote",
    kind=CLOCK,
    label=Label("报价无回音", "Quote without an answer"),
    entity="opportunity",
    body=Clock(
        start=("stage_since",),
        limit_hours=72,
        runs_when=When(Test("stage", Op.EQ, "quote")),
        stopped_by=(_ANSWERED, _VISITED),
        levels=(
            Level(
                72, ("owner",),
                Label(
                    "请确认客户是否收到报价单？建议电话确认：[name]",
                    "Did the quote arrive? Better call: [name]",
                ),
            ),
            Level(
                72, ("lead",),
                Label(
                    "报价 72 小时没有回音：[name]（[owner]）",
                    "A quote has had no answer for 72 hours: [name] ([owner])",
                ),
            ),
        ),
    ),
    position=50,
    remark="3.10",
)  # fmt: skip
"""Row 3.10: a quote nobody has answered for 72 hours."""

_SILENT_HOURS = 72
_SILENT = Label(
    "高风险 · 72 小时没有互动，今天就联系：[name]",
    "High risk, 72 hours of silence; call today: [name]",
)

SILENT_LEAD = Document(
    id="clock-silent-lead",
    kind=CLOCK,
    label=Label("线索静默", "Silent lead"),
    entity="lead",
    body=Clock(
        start=("first_response_at",),
        limit_hours=_SILENT_HOURS,
        strict=True,
        # A key lead has a clock of its own, and before the first answer another one runs.
        runs_when=When(
            All((Not(Test("owner", Op.EQ, None)), Test("grade", Op.NE, "A"), *_OPEN))
        ),
        restarted_by=(_CALLED, _MET),
        levels=(Level(_SILENT_HOURS, ("owner",), _SILENT),),
    ),
    position=60,
    remark="4.12",
)  # fmt: skip
"""Row 4.12: answered once, and then more than 72 hours without any interaction."""

SILENT_DEAL = Document(
    id="clock-silent-deal",
    kind=CLOCK,
    label=Label("商机静默", "Silent deal"),
    entity="opportunity",
    body=Clock(
        start=("stage_since",),
        limit_hours=_SILENT_HOURS,
        strict=True,
        runs_when=When(All((Test("stage", Op.NE, "quote"), *_OPEN))),
        restarted_by=(
            replace(_ANSWERED, when=When()), _VISITED,
        ),
        levels=(
            Level(_SILENT_HOURS, ("owner",), _SILENT),
            Level(
                _SILENT_HOURS, ("lead",),
                Label(
                    "高风险 · 72 小时没有互动：[name]（[owner]）",
                    "High risk, 72 hours of silence: [name] ([owner])",
                ),
            ),
        ),
    ),
    position=70,
    remark="4.12",
)  # fmt: skip
"""Row 4.12: more than 72 hours without any interaction; quotes have a clock of their own."""

SHIPPED: tuple[Document[Clock], ...] = (
    CLAIM, FIRST_FOLLOW_UP, GOLDEN, NEGLECTED, QUOTE, SILENT_LEAD, SILENT_DEAL,
)  # fmt: skip
