"""The CRM's entities, as data only: to add a field, add a line here and nothing else."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from crm_core.model import choices
from crm_core.model.schema import (
    Choice,
    EntitySpec,
    FieldSpec,
    Kind,
    Label,
    Merge,
    Registry,
    Search,
    Sensitivity,
)

_SECTIONS = {
    "basic": Label("基本信息", "Basics"),
    "contact": Label("联系方式", "Contact"),
    "business": Label("业务", "Business"),
    "capture": Label("沟通要点", "What was said"),
    "system": Label("系统", "System"),
    "custom": Label("自定义", "Custom"),
}


def _field(name: str, kind: Kind, zh: str, en: str, **more: Any) -> FieldSpec:
    return FieldSpec(name=name, kind=kind, label=Label(zh, en), **more)


def _text(name: str, zh: str, en: str, **more: Any) -> FieldSpec:
    return _field(name, Kind.TEXT, zh, en, **more)


def _long(name: str, zh: str, en: str, **more: Any) -> FieldSpec:
    return _field(name, Kind.LONG_TEXT, zh, en, merge=Merge.KEEP_LOSER, **more)


def _choice(name: str, zh: str, en: str, options: Sequence[Choice], **more: Any) -> FieldSpec:
    return _field(name, Kind.CHOICE, zh, en, choices=tuple(options), **more)


def _set(name: str, zh: str, en: str, **more: Any) -> FieldSpec:
    return _field(name, Kind.SET, zh, en, merge=Merge.SET, max_length=60, **more)


def _ref(name: str, target: str, zh: str, en: str, **more: Any) -> FieldSpec:
    return _field(name, Kind.REF, zh, en, target=target, indexed=True, **more)


def _moment(name: str, zh: str, en: str, **more: Any) -> FieldSpec:
    return _field(name, Kind.MOMENT, zh, en, **more)


def _personal(name: str, kind: Kind, zh: str, en: str, **more: Any) -> FieldSpec:
    return _field(name, kind, zh, en, sensitivity=Sensitivity.PERSONAL, **more)


def _phone(zh: str = "电话", en: str = "Phone") -> FieldSpec:
    return _personal("phone", Kind.PHONE, zh, en, search=Search.DIGITS, section="contact")


def _owner() -> FieldSpec:
    return _ref("owner", "user", "负责人", "Owner", section="system")


def _name(zh: str = "名称", en: str = "Name") -> FieldSpec:
    return _personal("name", Kind.TEXT, zh, en, required=True, search=Search.NAME, indexed=True)


TEAM = EntitySpec(
    name="team",
    label=Label("团队", "Team"),
    fields=(
        _text("name", "名称", "Name", required=True),
        _ref("parent", "team", "上级团队", "Parent team"),
    ),
    title="name",
    list_fields=("name", "parent"),
    sections=_SECTIONS,
)

USER = EntitySpec(
    name="user",
    label=Label("员工", "User"),
    fields=(
        _text("name", "姓名", "Name", required=True, search=Search.NAME),
        _text("login", "账号", "Account", required=True, editable=False),
        _choice("role", "角色", "Role", choices.ROLE, required=True),
        _ref("team", "team", "团队", "Team"),
        _phone(),
        _field("active", Kind.BOOL, "在职", "Active"),
    ),
    title="name",
    subtitle=("role", "team"),
    list_fields=("name", "login", "role", "team", "active"),
    sections=_SECTIONS,
)

PRODUCT = EntitySpec(
    name="product",
    label=Label("产品", "Product"),
    fields=(
        _text("name", "名称", "Name", required=True, search=Search.NAME),
        _text("code", "编码", "Code", search=Search.TEXT),
        _text("category", "分类", "Category"),
        _text("unit", "单位", "Unit", max_length=10),
        _field("price", Kind.MONEY, "标准价", "List price", minimum=0),
        _field("active", Kind.BOOL, "在售", "On sale"),
    ),
    title="name",
    subtitle=("category", "code"),
    list_fields=("name", "code", "category", "unit", "price", "active"),
    sections=_SECTIONS,
)

COMPETITOR = EntitySpec(
    name="competitor",
    label=Label("竞品", "Competitor"),
    fields=(
        _text("name", "名称", "Name", required=True, search=Search.NAME),
        _long("notes", "应对要点", "How to answer"),
    ),
    title="name",
    list_fields=("name", "notes"),
    sections=_SECTIONS,
)

CUSTOMER = EntitySpec(
    name="customer",
    label=Label("客户", "Customer"),
    fields=(
        _name(),
        _choice("kind", "类型", "Kind", choices.CUSTOMER_KIND, required=True),
        _choice("level", "级别", "Level", choices.LEVEL),
        _choice("state", "状态", "State", choices.CUSTOMER_STATE),
        _choice("industry", "行业", "Industry", choices.INDUSTRY),
        _phone(),
        _personal("email", Kind.EMAIL, "邮箱", "E-mail", section="contact"),
        _text("city", "城市", "City", section="contact"),
        _personal("address", Kind.TEXT, "地址", "Address", section="contact"),
        _text(
            "uscc",
            "统一社会信用代码",
            "Credit code",
            max_length=18,
            search=Search.TEXT,
            section="business",
        ),
        _field(
            "annual_purchase", Kind.MONEY, "年采购额", "Annual purchase", minimum=0,
            section="business",
        ),
        _field("next_contact_on", Kind.DATE, "下次联系", "Next contact", section="business"),
        _set("tags", "标签", "Tags", section="business"),
        _long("remark", "备注", "Remark", section="business"),
        _owner(),
    ),
    title="name",
    subtitle=("city", "industry"),
    list_fields=("name", "level", "state", "city", "phone", "next_contact_on", "owner"),
    owner="owner",
    sections=_SECTIONS,
)  # fmt: skip

CONTACT = EntitySpec(
    name="contact",
    label=Label("联系人", "Contact"),
    fields=(
        _name("姓名"),
        _text("title", "称谓或职务", "Title"),
        _ref("customer", "customer", "客户", "Customer"),
        _choice("part", "决策角色", "Part in the decision", choices.CONTACT_PART),
        _text("department", "科室或部门", "Department"),
        _phone("手机", "Mobile"),
        _personal("email", Kind.EMAIL, "邮箱", "E-mail", section="contact"),
        _personal("wechat", Kind.TEXT, "微信", "WeChat", section="contact"),
        _personal("birthday", Kind.DATE, "生日", "Birthday", section="contact"),
        _set("tags", "标签", "Tags", section="business"),
        _long("remark", "备注", "Remark", section="business"),
        _owner(),
    ),
    title="name",
    subtitle=("title", "department"),
    list_fields=("name", "title", "customer", "part", "phone", "owner"),
    owner="owner",
    parents=("customer",),
    sections=_SECTIONS,
)

LEAD = EntitySpec(
    name="lead",
    label=Label("线索", "Lead"),
    fields=(
        _name("姓名或单位"),
        _phone("手机", "Mobile"),
        _choice("stage", "阶段", "Stage", choices.LEAD_STAGE, required=True, indexed=True),
        _choice("grade", "等级", "Grade", choices.LEAD_GRADE),
        _choice("need", "需求类型", "Need", choices.LEAD_NEED),
        _text("interest", "意向产品", "Interest"),
        _text("source", "来源", "Source"),
        _text("city", "城市", "City", section="contact"),
        _field("budget", Kind.MONEY, "预算", "Budget", minimum=0, section="business"),
        _ref("customer", "customer", "客户", "Customer", section="business"),
        _set("tags", "标签", "Tags", section="business"),
        _long("remark", "备注", "Remark", section="business"),
        _moment("received_at", "获取时间", "Received", section="system", indexed=True),
        _moment("assigned_at", "分配时间", "Assigned", section="system"),
        _moment(
            "stage_since", "进入本阶段", "In this stage since", section="system", editable=False
        ),
        _moment(
            "first_response_at", "首次响应", "First response", section="system", editable=False
        ),
        _owner(),
    ),
    title="name",
    subtitle=("interest", "source"),
    list_fields=(
        "name", "stage", "grade", "interest", "source", "phone", "assigned_at",
        "first_response_at", "owner",
    ),
    owner="owner",
    moment="received_at",
    parents=("customer",),
    sections=_SECTIONS,
)  # fmt: skip

OPPORTUNITY = EntitySpec(
    name="opportunity",
    label=Label("商机", "Opportunity"),
    fields=(
        _personal("name", Kind.TEXT, "名称", "Name", required=True, search=Search.NAME),
        _ref("customer", "customer", "客户", "Customer", required=True),
        _choice("stage", "阶段", "Stage", choices.OPPORTUNITY_STAGE, required=True, indexed=True),
        _field("amount", Kind.MONEY, "金额", "Amount", minimum=0),
        _field("close_on", Kind.DATE, "预计成交", "Expected close"),
        _moment("stage_since", "进入本阶段", "In this stage since", editable=False),
        _set("products", "产品", "Products", section="business"),
        _set("competitors", "竞品", "Competitors", section="business"),
        _long("remark", "备注", "Remark", section="business"),
        _owner(),
    ),
    title="name",
    subtitle=("stage", "amount"),
    list_fields=("name", "customer", "stage", "amount", "close_on", "owner"),
    owner="owner",
    parents=("customer",),
    sections=_SECTIONS,
)

VISIT = EntitySpec(
    name="visit",
    label=Label("拜访", "Visit"),
    fields=(
        _ref("customer", "customer", "客户", "Customer", required=True),
        _ref("contact", "contact", "联系人", "Contact"),
        _ref("lead", "lead", "线索", "Lead"),
        _choice("purpose", "目的", "Purpose", choices.VISIT_PURPOSE),
        _moment("started_at", "开始时间", "Started", required=True, indexed=True),
        _moment("ended_at", "结束时间", "Ended"),
        _personal("place", Kind.TEXT, "地点", "Place"),
        _personal(
            "summary", Kind.LONG_TEXT, "纪要", "Summary", section="capture",
            merge=Merge.KEEP_LOSER, search=Search.TEXT,
        ),
        _set("products", "意向产品", "Products", section="capture"),
        _field("budget_min", Kind.MONEY, "预算下限", "Budget from", minimum=0, section="capture"),
        _field("budget_max", Kind.MONEY, "预算上限", "Budget to", minimum=0, section="capture"),
        _set("concerns", "关注点", "Concerns", section="capture"),
        _set("objections", "异议", "Objections", choices=choices.OBJECTION, section="capture"),
        _set("competitors", "竞品", "Competitors", section="capture"),
        _choice("sentiment", "态度", "Sentiment", choices.SENTIMENT, section="capture"),
        _choice("captured_by", "录入方式", "Captured by", choices.CAPTURE, section="system"),
        _personal(
            "transcript", Kind.LONG_TEXT, "语音原文", "Transcript", section="system",
            editable=False,
        ),
        _owner(),
    ),
    title="summary",
    subtitle=("purpose", "started_at"),
    list_fields=("customer", "contact", "purpose", "started_at", "summary", "owner"),
    owner="owner",
    moment="started_at",
    parents=("customer", "contact", "lead"),
    sections=_SECTIONS,
)  # fmt: skip

FOLLOW_UP = EntitySpec(
    name="follow_up",
    label=Label("跟进", "Follow-up"),
    fields=(
        _choice("action", "动作", "Action", choices.FOLLOW_UP_ACTION, required=True),
        _personal(
            "conclusion", Kind.TEXT, "关键结论", "Conclusion", max_length=100, search=Search.TEXT
        ),
        _personal("next_step", Kind.TEXT, "下一步", "Next step", max_length=100),
        _field("next_on", Kind.DATE, "下一步日期", "Next step on"),
        _moment("happened_at", "时间", "When", required=True, indexed=True),
        _ref("customer", "customer", "客户", "Customer"),
        _ref("lead", "lead", "线索", "Lead"),
        _ref("visit", "visit", "拜访", "Visit"),
        _ref("contact", "contact", "联系人", "Contact"),
        _owner(),
    ),
    title="conclusion",
    subtitle=("action", "happened_at"),
    list_fields=("action", "conclusion", "customer", "next_step", "next_on", "owner"),
    owner="owner",
    moment="happened_at",
    parents=("customer", "lead", "visit", "contact"),
    sections=_SECTIONS,
)

TASK = EntitySpec(
    name="task",
    label=Label("任务", "Task"),
    fields=(
        _personal("title", Kind.TEXT, "内容", "Title", required=True, search=Search.TEXT),
        _choice("kind", "类别", "Kind", choices.TASK_KIND, required=True),
        _choice("state", "状态", "State", choices.TASK_STATE, required=True, indexed=True),
        _moment("due_at", "到期", "Due", indexed=True),
        _moment("done_at", "完成时间", "Done", section="system"),
        _ref("customer", "customer", "客户", "Customer"),
        _ref("lead", "lead", "线索", "Lead"),
        _ref("visit", "visit", "拜访", "Visit"),
        _long("remark", "备注", "Remark"),
        _owner(),
    ),
    title="title",
    subtitle=("kind", "due_at"),
    list_fields=("title", "kind", "due_at", "customer", "state", "owner"),
    owner="owner",
    moment="due_at",
    parents=("customer", "lead", "visit"),
    sections=_SECTIONS,
)

ATTACHMENT = EntitySpec(
    name="attachment",
    label=Label("附件", "Attachment"),
    fields=(
        _personal("name", Kind.TEXT, "文件名", "File name", required=True, search=Search.TEXT),
        _text("media_type", "类型", "Media type"),
        _field("size", Kind.INTEGER, "大小（字节）", "Size (bytes)", minimum=0, editable=False),
        _text("sha256", "校验值", "SHA-256", max_length=64, editable=False, indexed=True),
        _ref("customer", "customer", "客户", "Customer"),
        _ref("visit", "visit", "拜访", "Visit"),
        _owner(),
    ),
    title="name",
    list_fields=("name", "media_type", "size", "customer", "owner"),
    owner="owner",
    parents=("visit", "customer"),
    sections=_SECTIONS,
)

CUSTOM_FIELD = EntitySpec(
    name="custom_field",
    label=Label("自定义字段", "Custom field"),
    fields=(
        _text("entity", "对象", "Entity", required=True),
        _text("name", "字段名", "Field name", required=True),
        _text("value_kind", "类型", "Kind", required=True),
        _text("label", "中文名", "Chinese label", required=True),
        _text("label_en", "英文名", "English label"),
        _set("options", "选项", "Options"),
    ),
    title="label",
    list_fields=("label", "entity", "value_kind"),
    sections=_SECTIONS,
)


@lru_cache(maxsize=1)
def builtin_registry() -> Registry:
    """Every entity the product ships with."""
    return Registry(
        (
            TEAM, USER, PRODUCT, COMPETITOR, CUSTOMER, CONTACT, LEAD, OPPORTUNITY, VISIT,
            FOLLOW_UP, TASK, ATTACHMENT, CUSTOM_FIELD,
        )
    )  # fmt: skip
