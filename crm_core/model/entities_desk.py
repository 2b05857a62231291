"""The entities by which people arrange their own desks; as data only, like `entities`."""

from crm_core.model.choices_desk import SCENE, WORDING_KIND
from crm_core.model.declaring import (
    SECTIONS,
    choice,
    field,
    items,
    long_text,
    moment,
    owner,
    personal,
    ref,
    text,
)
from crm_core.model.schema import EntitySpec, Kind, Label, Merge, Search

SAVED_VIEW = EntitySpec(
    name="saved_view",
    label=Label("视图", "View"),
    fields=(
        text("name", "名称", "Name", required=True, max_length=60),
        text("entity", "对象", "Entity", required=True, max_length=40),
        text("condition", "条件", "Condition", max_length=8000),
        text("sort", "排序", "Order", max_length=400),
        text("columns", "列", "Columns", max_length=4000),
        text("grouping", "分组", "Grouping", max_length=80),
        ref("author", "user", "创建人", "Author"),
        # A user's id: theirs alone. A team's: everybody's in it and below. Empty: everybody's.
        ref("audience", "user", "共享给", "Shared with"),
    ),
    title="name",
    list_fields=("name", "entity", "author"),
    owner="audience",
    sections=SECTIONS,
)

LAYOUT = EntitySpec(
    name="layout",
    label=Label("布局", "Layout"),
    fields=(
        text("name", "名称", "Name", required=True, max_length=60),
        text("entity", "对象", "Entity", required=True, max_length=40),
        text("body", "排列", "Arrangement", max_length=16_000),
    ),
    title="name",
    list_fields=("name", "entity"),
    sections=SECTIONS,
)
"""How an administrator arranges the fields of an entity, for everybody (`model.layout`)."""

QUICK_REPLY = EntitySpec(
    name="quick_reply",
    label=Label("快捷回复", "Quick reply"),
    fields=(
        text("title", "标题", "Title", required=True, max_length=60, search=Search.NAME),
        choice("scene", "场景", "Scene", SCENE),
        # With placeholders such as [姓名], filled in where it is used.
        long_text("body", "内容", "Text", required=True, max_length=2000, search=Search.TEXT),
        items("tags", "标签", "Tags"),
    ),
    title="title",
    subtitle=("scene",),
    list_fields=("title", "scene", "body"),
    sections=SECTIONS,
)

ARTICLE = EntitySpec(
    name="article",
    label=Label("知识文章", "Article"),
    fields=(
        text("title", "标题", "Title", required=True, search=Search.NAME),
        text("category", "分类", "Category", max_length=60),
        long_text("body", "正文（Markdown）", "Text (Markdown)", search=Search.TEXT),
        items("tags", "标签", "Tags"),
    ),
    title="title",
    subtitle=("category",),
    list_fields=("title", "category", "tags"),
    sections=SECTIONS,
)

USAGE = EntitySpec(
    name="usage",
    label=Label("使用记录", "Use"),
    fields=(
        # One record a use: counting them merges by itself, and none is counted twice (row 4.15).
        ref("article", "article", "知识文章", "Article"),
        ref("quick_reply", "quick_reply", "快捷回复", "Quick reply"),
        ref("user", "user", "员工", "User"),
        moment("used_at", "时间", "When", required=True),
    ),
    title="used_at",
    list_fields=("used_at", "article", "quick_reply", "user"),
    sections=SECTIONS,
)

COMMENT = EntitySpec(
    name="comment",
    label=Label("评论", "Comment"),
    fields=(
        personal(
            "text", Kind.LONG_TEXT, "内容", "Text", required=True, max_length=2000,
            merge=Merge.KEEP_LOSER, search=Search.TEXT,
        ),
        moment("at", "时间", "When", required=True),
        ref("customer", "customer", "客户", "Customer"),
        ref("contact", "contact", "联系人", "Contact"),
        ref("lead", "lead", "线索", "Lead"),
        ref("opportunity", "opportunity", "商机", "Opportunity"),
        ref("visit", "visit", "拜访", "Visit"),
        ref("task", "task", "任务", "Task"),
        owner(),
    ),
    title="text",
    list_fields=("text", "at", "customer", "owner"),
    owner="owner",
    moment="at",
    parents=("opportunity", "visit", "task", "lead", "contact", "customer"),
    sections=SECTIONS,
)  # fmt: skip

WORDING = EntitySpec(
    name="wording",
    label=Label("说法", "Wording"),
    fields=(
        text("meant", "正确说法", "Meant", required=True, max_length=60, search=Search.NAME),
        # Empty: a word the speech model does not know, not a mishearing of it.
        text("heard", "听成", "Heard as", max_length=60, search=Search.TEXT, indexed=True),
        choice("kind", "类别", "Kind", WORDING_KIND, required=True),
        field("standard", Kind.BOOL, "公司标准", "Company standard"),
        text("remark", "备注", "Remark", max_length=200),
        ref("author", "user", "来自", "From"),
    ),
    title="meant",
    subtitle=("heard", "kind"),
    list_fields=("meant", "heard", "kind", "standard", "author"),
    sections=SECTIONS,
)
"""The company's own words and how they are misheard; learnt from confirmations (decision 042)."""

IMPORT_MAPPING = EntitySpec(
    name="import_mapping",
    label=Label("导入映射", "Import mapping"),
    fields=(
        text("name", "名称", "Name", required=True, max_length=60),
        text("entity", "对象", "Entity", required=True, max_length=40),
        # How columns become fields (JSON, see `intake.mapping`).
        text("body", "对应关系", "Mapping", max_length=60_000),
        ref("author", "user", "创建人", "Author"),
    ),
    title="name",
    list_fields=("name", "entity", "author"),
    sections=SECTIONS,
)
"""How one kind of foreign table is imported; everybody's, so that it is worked out once."""
