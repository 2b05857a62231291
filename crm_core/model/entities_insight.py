"""The entities that measures need beside the work itself; as data only, like `entities`."""

from crm_core.model.declaring import SECTIONS, field, text
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
