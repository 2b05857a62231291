"""The entities that measures need beside the work itself; as data only, like `entities`."""

from crm_core.model.declaring import SECTIONS, field, owner, ref, text
from crm_core.model.schema import EntitySpec, Kind, Label

CHANNEL_COST = EntitySpec(
    name="channel_cost",
    label=Label("渠道费用", "Channel cost"),
    fields=(
        # As leads name it: 抖音-202601直播.
        text("source", "来源", "Source", required=True, indexed=True),
        field("starts_on", Kind.DATE, "开始日期", "Starts on", required=True, indexed=True),
        field("amount", Kind.MONEY, "费用", "Cost", required=True, minimum=0),
        text("remark", "备注", "Remark", max_length=400),
    ),
    title="source",
    subtitle=("starts_on", "amount"),
    list_fields=("source", "starts_on", "amount", "remark"),
    sections=SECTIONS,
)
"""What a channel or campaign cost; counted on the day it starts (row 6.16)."""

RATING = EntitySpec(
    name="rating",
    label=Label("客户评分", "Customer rating"),
    fields=(
        ref("customer", "customer", "客户", "Customer", required=True),
        # "How likely is it that you would recommend us?"
        field("score", Kind.INTEGER, "推荐分（0–10）", "Score (0–10)", required=True, minimum=0,
              maximum=10),
        field("scored_on", Kind.DATE, "评分日期", "Scored on", required=True, indexed=True),
        text("remark", "客户原话", "In their words", max_length=400),
        owner(),
    ),
    title="customer",
    subtitle=("score", "scored_on"),
    list_fields=("customer", "score", "scored_on", "remark", "owner"),
    owner="owner",
    parents=("customer",),
    sections=SECTIONS,
)  # fmt: skip
"""What a customer answered to "would you recommend us", typed in or imported (row 6.28)."""
