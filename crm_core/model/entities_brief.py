"""The entities of reports that are kept; as data only, like `entities`."""

from crm_core.model.declaring import SECTIONS, choice, field, moment, ref, text
from crm_core.model.schema import Choice, EntitySpec, Kind, Label

BRIEF_ORIGIN = (
    Choice("server", Label("服务器定时", "By the server")),
    Choice("device", Label("本机生成", "On a device")),
)

BRIEF_DAYS = (
    Choice("working", Label("工作日", "Working days")),
    Choice("daily", Label("每天", "Every day")),
    Choice("off", Label("不生成", "Never")),
)
"""On which days the server makes briefs (a field of the policy)."""

BRIEF = EntitySpec(
    name="brief",
    label=Label("简报", "Brief"),
    fields=(
        text("day", "日期", "Day", required=True, max_length=10, indexed=True, editable=False),
        moment("made_at", "生成时间", "Made", editable=False),
        choice("origin", "来源", "Origin", BRIEF_ORIGIN, editable=False),
        # The sentences, and the questions behind them (JSON, see `insight.brief_json`).
        text("body", "内容", "Content", max_length=60_000, editable=False),
        # How sending it went: channels reached, of how many.
        field("sent", Kind.INTEGER, "已发送", "Sent", minimum=0, editable=False),
        field("channels", Kind.INTEGER, "渠道", "Channels", minimum=0, editable=False),
        ref("owner", "user", "给谁", "For", section="system"),
    ),
    title="day",
    list_fields=("day", "made_at", "origin", "owner"),
    owner="owner",
    moment="made_at",
    sections=SECTIONS,
)
"""What one person was told on one day (row 6.17). The page of paper is made from it anew, the same
bytes each time; nothing in it says anything about a customer."""


def brief_id(day: str, person: str) -> str:
    """One brief a person and a day, whoever makes it."""
    return f"brief-{day}-{person}"
