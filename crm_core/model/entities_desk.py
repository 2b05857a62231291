"""The entities by which people arrange their own desks; as data only, like `entities`."""

from crm_core.model.declaring import SECTIONS, ref, text
from crm_core.model.schema import EntitySpec, Label

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
