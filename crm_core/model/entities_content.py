"""What people look at, and what is to be sent to them; as data only, like `entities`."""

from crm_core.model.declaring import (
    SECTIONS,
    choice,
    field,
    items,
    long_text,
    moment,
    owner,
    ref,
    text,
)
from crm_core.model.schema import Choice, EntitySpec, FieldSpec, Kind, Label

CASE_WORDS = ("案例", "success case", "case study")
"""An article is a success case if its category, title or a tag says so."""

PAPER_WORDS = ("白皮书", "white paper", "whitepaper", "方案包", "解决方案")
"""An article is a paper if its category, title or a tag says so, and it is no case."""

PUSH_STATE = (
    Choice("waiting", Label("待推送", "Waiting")),
    Choice("approved", Label("待发送", "To be sent")),
    Choice("sending", Label("发送中", "Being sent")),
    Choice("failed", Label("未送出", "Not sent"), "bad"),
    Choice("sent", Label("已推送", "Sent"), "good"),
    Choice("dropped", Label("不推送", "Not to be sent")),
)

CONTENT_PUSH = EntitySpec(
    name="content_push",
    label=Label("内容推送", "Content to send"),
    fields=(
        text("title", "内容", "Content", required=True),
        ref("article", "article", "知识文章", "Article"),
        choice("state", "状态", "State", PUSH_STATE, required=True),
        ref("customer", "customer", "客户", "Customer"),
        ref("lead", "lead", "线索", "Lead"),
        text("reason", "原因", "Why"),
        moment("queued_at", "加入时间", "Queued"),
        # What goes out, as whoever approved it read it.
        long_text("body", "正文", "Text", max_length=20_000),
        moment("sent_at", "送出时间", "Sent"),
        text("problem", "未送出的原因", "Why not"),
        long_text("remark", "备注", "Remark"),
        owner(),
    ),
    title="title",
    subtitle=("state", "reason"),
    list_fields=("title", "state", "customer", "lead", "reason", "queued_at", "owner"),
    owner="owner",
    moment="queued_at",
    parents=("customer", "lead"),
    sections=SECTIONS,
)
"""An article waiting to be sent to somebody who showed interest (rows 2.15, 3.13)."""


def behaviour() -> tuple[FieldSpec, ...]:
    """What somebody looked at before they became a lead (row 1.12); imports and forms fill it."""
    return (
        items("visited_pages", "访问过的页面", "Pages visited", section="business", dormant=True),
        items("downloads", "下载的资料", "Downloads", section="business", dormant=True),
    )


def reading() -> tuple[FieldSpec, ...]:
    """On how many days running the service agreement was opened, and how long (row 1.13)."""
    here = {"section": "business", "dormant": True, "minimum": 0}
    return (
        field(
            "service_reads", Kind.INTEGER, "连续查看售后协议（天）", "Days reading the SLA", **here
        ),
        field("service_read_seconds", Kind.INTEGER, "停留时长（秒）", "Seconds on it", **here),
    )
