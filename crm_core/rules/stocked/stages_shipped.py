"""The stages every organisation starts with, and those of a trade that tests before it buys.

Until something is published these are in force; hours and conditions are the ones the product
always had (decision 034).
"""

from collections.abc import Mapping, Sequence

from crm_core.model import choices
from crm_core.model.query import Any as AnyOf
from crm_core.model.query import Op, Test
from crm_core.model.schema import Choice, Label
from crm_core.rules.documents import Document, When
from crm_core.rules.stages import Action, AutoMove, CheckItem, Evidence, Exit, StageBody

_SALES, _SUPPORT = Label("销售", "sales"), Label("技术支持", "technical support")
_LEGAL = Label("法务", "legal")
_DECIDES = Test("part", Op.EQ, "decision")
_QUOTED = Test("action", Op.EQ, "quoted")
_DAY = 24
STEP = 10
"""Between the positions of two stages: there is room to put one between them."""


def stage_id(entity: str, code: str) -> str:
    """The id of the document of a stage that ships."""
    return f"stage-{entity}-{code}"


def _decision_makers(least: int, name: str, label: Label) -> Exit:
    return Exit(
        name, label, entity="contact", where=When(_DECIDES), least=least,
        initial={"part": "decision"},
    )  # fmt: skip


_OPPORTUNITY: Mapping[str, StageBody] = {
    "contact": StageBody(
        "contact", 14 * _DAY, _SALES,
        exits=(
            Exit("person", Label("至少一位联系人", "A contact person"), entity="contact"),
            Exit("need", Label("意向产品", "Products wanted"), field="products"),
        ),
    ),
    "need": StageBody(
        "need", 21 * _DAY, _SALES,
        exits=(_decision_makers(1, "decision", Label("决策人至少 1 位", "A decision maker")),),
    ),
    "demo": StageBody(
        "demo", 21 * _DAY, _SALES,
        exits=(
            _decision_makers(
                2, "decisions", Label("决策人参与至少 2 位", "At least 2 decision makers")
            ),
            Exit("budget", Label("预算范围已确认（金额）", "Budget confirmed"), field="amount"),
            Exit(
                "minutes", Label("演示的会议纪要", "Minutes of a demo"), entity="visit",
                where=When(Test("purpose", Op.EQ, "demo")), initial={"purpose": "demo"},
            ),
        ),
    ),
    "quote": StageBody(
        "quote", 14 * _DAY, _SALES,
        exits=(
            Exit(
                "quoted", Label("已报价的跟进记录", "A follow-up that quoted"),
                entity="follow_up", where=When(_QUOTED), initial={"action": "quoted"},
            ),
            Exit("close", Label("预计成交日期", "Expected close"), field="close_on"),
        ),
    ),
    "negotiate": StageBody(
        "negotiate", 30 * _DAY, _SALES,
        exits=(Exit("amount", Label("成交金额", "The amount"), field="amount"),),
    ),
}  # fmt: skip

_LEAD: Mapping[str, StageBody] = {
    "captured": StageBody(
        "captured", 2 * _DAY, _SALES,
        exits=(Exit("touch", Label("首次跟进", "A first follow-up"), entity="follow_up"),),
    ),
    "touched": StageBody(
        "touched", 3 * _DAY, _SALES,
        exits=(Exit("need", Label("需求类型", "Kind of need"), field="need"),),
    ),
    "need": StageBody(
        "need", 5 * _DAY, _SALES,
        exits=(Exit("interest", Label("意向产品", "Product wanted"), field="interest"),),
    ),
    "proposal": StageBody(
        "proposal", 7 * _DAY, _SALES,
        exits=(
            Exit(
                "sent", Label("已发送资料或报价", "Material or a quote sent"),
                entity="follow_up",
                where=When(AnyOf((Test("action", Op.EQ, "sent"), _QUOTED))),
                initial={"action": "sent"},
            ),
        ),
    ),
    "objection": StageBody(
        "objection", 7 * _DAY, _SALES,
        exits=(Exit("budget", Label("预算", "Budget"), field="budget"),),
    ),
    "trial": StageBody(
        "trial", 14 * _DAY, _SALES,
        exits=(Exit("customer", Label("已关联客户", "Linked to a customer"), field="customer"),),
    ),
}  # fmt: skip


def _documents(
    entity: str, options: Sequence[Choice], bodies: Mapping[str, StageBody]
) -> tuple[Document[StageBody], ...]:
    return tuple(
        Document(
            stage_id(entity, one.code), "stage", one.label, entity,
            bodies.get(one.code, StageBody(one.code, tone=one.tone)), position=place * STEP,
        )
        for place, one in enumerate(options)
    )  # fmt: skip


SHIPPED: tuple[Document[StageBody], ...] = (
    *_documents("lead", choices.LEAD_STAGE, _LEAD),
    *_documents("opportunity", choices.OPPORTUNITY_STAGE, _OPPORTUNITY),
)

_POC = StageBody(
    "poc", 72, _SUPPORT,
    touchpoints=(
        CheckItem("deployed", Label("环境部署确认", "Environment deployed"), Evidence.NOTE),
        CheckItem("report", Label("首轮测试报告", "First test report"), Evidence.FILE),
        CheckItem("issues", Label("问题清单闭环", "All issues closed")),
    ),
    moves=(AutoMove("proposal", needs=("report", "issues")),),
)  # fmt: skip
_PROPOSAL = StageBody(
    "proposal", 5 * _DAY, _SALES,
    exits=(Exit("amount_known", Label("方案金额", "Amount of the proposal"), field="amount"),),
)  # fmt: skip
_NEGOTIATE = StageBody(
    "negotiate", 30 * _DAY, _LEGAL,
    exits=(Exit("amount", Label("成交金额", "The amount"), field="amount"),),
    actions=(
        Action(
            "meeting", Label("需求确认会召开", "Requirements meeting held"),
            (CheckItem("meeting", Label("会议纪要", "Minutes"), Evidence.NOTE),),
        ),
        Action(
            "environment", Label("POC 环境交付", "POC environment delivered"),
            (
                CheckItem("screen", Label("服务器截图", "Screenshot of the server"), Evidence.FILE),
                CheckItem("signed", Label("客户签署确认函", "Signed confirmation"), Evidence.FILE),
            ),
        ),
        Action(
            "rivals", Label("竞品对比报告提交", "Comparison with rivals handed in"),
            (CheckItem("rivals", Label("对比报告", "The comparison"), Evidence.FILE),),
        ),
    ),
)  # fmt: skip

_TESTED: tuple[tuple[str, Label, StageBody], ...] = (
    ("poc", Label("POC 测试", "POC"), _POC),
    ("proposal", Label("方案确认中", "Proposal being confirmed"), _PROPOSAL),
    ("negotiate", Label("商务谈判", "Negotiation"), _NEGOTIATE),
)
_AFTER_DEMO = 2 * STEP
TEMPLATES: Mapping[str, tuple[Document[StageBody], ...]] = {
    "saas": tuple(
        Document(
            stage_id("opportunity", code), "stage", label, "opportunity", body,
            position=40 if code == "negotiate" else _AFTER_DEMO + 3 * (place + 1),
        )
        for place, (code, label, body) in enumerate(_TESTED)
    ),
}  # fmt: skip
"""By trade (`industry_templates`), stages to be laid over those that ship."""
