"""The entities by which an organisation looks after its data; as data only, like `entities`."""

from crm_core.model.declaring import SECTIONS, field, items, moment, text
from crm_core.model.schema import EntitySpec, Kind, Label

REQUIREMENT = EntitySpec(
    name="requirement",
    label=Label("条件必填", "Requirement"),
    fields=(
        # Who is meant, as people say it: 医院客户.
        text("name", "名称", "Name", required=True, max_length=60),
        text("name_en", "英文名称", "English name", max_length=60),
        text("entity", "对象", "Entity", required=True, max_length=40),
        text("condition", "条件", "Condition", max_length=8000),
        items("fields", "必填字段", "Required fields"),
        field("active", Kind.BOOL, "启用", "Active"),
    ),
    title="name",
    list_fields=("name", "entity", "fields", "active"),
    sections=SECTIONS,
)
"""Which fields a record must have when it is so and so (row 5.3, `rules.required`)."""

HEALTH_SNAPSHOT = EntitySpec(
    name="health_snapshot",
    label=Label("数据体检", "Data check"),
    fields=(
        text("month", "月份", "Month", required=True, max_length=7, indexed=True),
        moment("taken_at", "时间", "When", required=True),
        field("score", Kind.INTEGER, "得分", "Score", minimum=0, maximum=100),
        # Number of records looked at, and by check how many are wrong (JSON).
        text("counts", "计数", "Counts", max_length=16_000),
    ),
    title="month",
    list_fields=("month", "score", "taken_at"),
    sections=SECTIONS,
)
"""What a check of the whole organisation's data came to: counts only, one a month (row 5.7)."""

CUSTOM_FIELD = EntitySpec(
    name="custom_field",
    label=Label("自定义字段", "Custom field"),
    fields=(
        text("entity", "对象", "Entity", required=True),
        text("name", "字段名", "Field name", required=True),
        text("value_kind", "类型", "Kind", required=True),
        text("label", "中文名", "Chinese label", required=True),
        text("label_en", "英文名", "English label"),
        items("options", "选项", "Options"),
        # In which order options are offered, and which no more (JSON, see `model.custom`).
        text("arrangement", "选项顺序", "Order of options", max_length=16_000),
    ),
    title="label",
    list_fields=("label", "entity", "value_kind"),
    sections=SECTIONS,
)
