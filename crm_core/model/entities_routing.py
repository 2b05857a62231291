"""What leads are scored and given out by; as data only, like `entities` (decision 053)."""

from crm_core.model import choices
from crm_core.model.declaring import SECTIONS, choice, field, moment, ref, text
from crm_core.model.schema import EntitySpec, FieldSpec, Kind, Label

ABSENCE = EntitySpec(
    name="absence",
    label=Label("不在岗", "Absence"),
    fields=(
        ref("user", "user", "员工", "User", required=True),
        field("from_on", Kind.DATE, "从", "From", required=True),
        # The last day, included.
        field("until_on", Kind.DATE, "到", "Until", required=True),
        text("reason", "原因", "Reason", max_length=60),
    ),
    title="reason",
    subtitle=("from_on", "until_on"),
    list_fields=("user", "from_on", "until_on", "reason"),
    owner="user",
    sections=SECTIONS,
)
"""Days on which somebody is given no leads. Whoever may change a person's records may enter it."""


def lead_routing() -> tuple[FieldSpec, ...]:
    """The fields of a lead that scoring and routing read and write."""
    business, system = {"section": "business"}, {"section": "system"}
    return (
        choice("industry", "行业", "Industry", choices.INDUSTRY, **business),
        field(
            "annual_purchase", Kind.MONEY, "年采购额", "Annual purchase", minimum=0, dormant=True,
            **business,
        ),
        # `source` is what a link calls utm_source.
        text("medium", "媒介", "Medium", max_length=60, dormant=True, **business),
        text("campaign", "推广活动", "Campaign", max_length=120, dormant=True, **business),
        # Filled: a person has decided the grade, and no score changes it.
        text("grade_reason", "等级说明", "Why this grade", dormant=True, **business),
        field("score", Kind.INTEGER, "评分", "Score", editable=False, dormant=True, **system),
        # The id of a rule of the kind `pool`; with an owner, the one they were found in.
        text("pool", "线索池", "Pool", max_length=60, editable=False, internal=True, indexed=True),
        moment(
            "pooled_at", "进入线索池", "In the pool since", editable=False, dormant=True, **system
        ),
    )  # fmt: skip
