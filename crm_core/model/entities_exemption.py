"""When time does not count: exemptions of a record (row 6.10), days off and on of the company.

As data only, like `entities`; what follows from them is in `rules.timekeeping.clock_state`.
"""

from crm_core.model.declaring import SECTIONS, choice, field, moment, owner, ref, text
from crm_core.model.schema import Choice, EntitySpec, Kind, Label

EXEMPTION_KIND = (
    Choice("unreachable", Label("客户临时失联", "Customer out of reach"), "warn"),
    Choice("asked", Label("客户要求延后", "Customer asked for a later date")),
    Choice("holiday", Label("客户放假或停工", "Customer is closed")),
    Choice("other", Label("其他原因", "Another reason")),
)
DAY_KIND = (
    Choice("off", Label("放假", "Day off")),
    Choice("on", Label("上班", "Workday"), "good"),
)

EXEMPTION = EntitySpec(
    name="exemption",
    label=Label("豁免", "Exemption"),
    fields=(
        choice("kind", "类别", "Kind", EXEMPTION_KIND, required=True),
        text("reason", "原因", "Reason", required=True),
        moment("since", "开始", "Since", required=True, indexed=True),
        moment("until", "到期", "Until", required=True, indexed=True),
        moment("ended_at", "提前结束", "Ended early"),
        ref("lead", "lead", "线索", "Lead"),
        ref("opportunity", "opportunity", "商机", "Opportunity"),
        ref("customer", "customer", "客户", "Customer"),
        owner(),
    ),
    title="reason",
    subtitle=("kind", "until"),
    list_fields=("kind", "reason", "since", "until", "customer", "lead", "owner"),
    owner="owner",
    moment="since",
    parents=("lead", "opportunity", "customer"),
    sections=SECTIONS,
)
"""While it lasts no clock of the record runs: nothing is deducted, nothing escalates."""

SPECIAL_DAY = EntitySpec(
    name="special_day",
    label=Label("公司假期", "Company day"),
    fields=(
        text("name", "名称", "Name", required=True, max_length=60),
        field("day", Kind.DATE, "日期", "Day", required=True, indexed=True),
        choice("kind", "安排", "Kind", DAY_KIND, required=True),
    ),
    title="name",
    list_fields=("day", "name", "kind"),
    sections=SECTIONS,
)
"""A day the company works or does not, whatever the state's calendar says."""
