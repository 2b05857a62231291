"""The CRM's entities, as data only: to add a field, add a line here and nothing else."""

from functools import lru_cache

from crm_core.model import choices
from crm_core.model.declaring import (
    SECTIONS,
    choice,
    consent,
    field,
    items,
    long_text,
    moment,
    name,
    owner,
    personal,
    phone,
    place,
    ref,
    said,
    snoozed,
    text,
    whereabouts,
)
from crm_core.model.entities_access import AUDIT_ENTRY, GRANT, GUARD, POLICY, ROLE
from crm_core.model.entities_boards import BOARD
from crm_core.model.entities_brief import BRIEF
from crm_core.model.entities_care import CUSTOM_FIELD, HEALTH_SNAPSHOT, REQUIREMENT
from crm_core.model.entities_content import CONTENT_PUSH, behaviour, reading
from crm_core.model.entities_desk import (
    ARTICLE,
    COMMENT,
    IMPORT_MAPPING,
    LAYOUT,
    QUICK_REPLY,
    SAVED_VIEW,
    USAGE,
    WORDING,
)
from crm_core.model.entities_duty import DUTY
from crm_core.model.entities_exemption import EXEMPTION, SPECIAL_DAY
from crm_core.model.entities_insight import CHANNEL_COST, RATING
from crm_core.model.entities_match import DISTINCTION
from crm_core.model.entities_routing import ABSENCE, lead_routing
from crm_core.model.entities_rules import FIRING, RULE, RULE_VERSION
from crm_core.model.entities_stages import APPROVAL, CHECKLIST_ITEM
from crm_core.model.merging import merged_into
from crm_core.model.schema import EntitySpec, Kind, Label, Registry, Search

TEAM = EntitySpec(
    name="team",
    label=Label("团队", "Team"),
    fields=(
        text("name", "名称", "Name", required=True),
        ref("parent", "team", "上级团队", "Parent team"),
    ),
    title="name",
    list_fields=("name", "parent"),
    sections=SECTIONS,
)

TERRITORY = EntitySpec(
    name="territory",
    label=Label("区域", "Territory"),
    fields=(
        text("name", "名称", "Name", required=True),
        ref("parent", "territory", "上级区域", "Parent territory"),
    ),
    title="name",
    list_fields=("name", "parent"),
    sections=SECTIONS,
)

USER = EntitySpec(
    name="user",
    label=Label("员工", "User"),
    fields=(
        text("name", "姓名", "Name", required=True, search=Search.NAME),
        text("login", "账号", "Account", required=True, editable=False),
        text("role", "角色", "Role", choices=choices.ROLE, required=True),
        ref("team", "team", "团队", "Team"),
        ref("territory", "territory", "区域", "Territory"),
        phone(),
        field("active", Kind.BOOL, "在职", "Active"),
    ),
    title="name",
    subtitle=("role", "team"),
    list_fields=("name", "login", "role", "team", "active"),
    sections=SECTIONS,
)

PRODUCT = EntitySpec(
    name="product",
    label=Label("产品", "Product"),
    fields=(
        text("name", "名称", "Name", required=True, search=Search.NAME),
        text("code", "编码", "Code", search=Search.TEXT),
        text("category", "分类", "Category"),
        text("unit", "单位", "Unit", max_length=10),
        field("price", Kind.MONEY, "标准价", "List price", minimum=0),
        field("active", Kind.BOOL, "在售", "On sale"),
    ),
    title="name",
    subtitle=("category", "code"),
    list_fields=("name", "code", "category", "unit", "price", "active"),
    sections=SECTIONS,
)

COMPETITOR = EntitySpec(
    name="competitor",
    label=Label("竞品", "Competitor"),
    fields=(
        text("name", "名称", "Name", required=True, search=Search.NAME),
        long_text("notes", "应对要点", "How to answer"),
    ),
    title="name",
    list_fields=("name", "notes"),
    sections=SECTIONS,
)

CUSTOMER = EntitySpec(
    name="customer",
    label=Label("客户", "Customer"),
    fields=(
        name(),
        choice("kind", "类型", "Kind", choices.CUSTOMER_KIND, required=True),
        choice("level", "级别", "Level", choices.LEVEL),
        choice("state", "状态", "State", choices.CUSTOMER_STATE),
        choice("industry", "行业", "Industry", choices.INDUSTRY),
        phone(),
        personal("email", Kind.EMAIL, "邮箱", "E-mail", section="contact"),
        *whereabouts(),
        personal("address", Kind.TEXT, "地址", "Address", section="contact"),
        text(
            "uscc",
            "统一社会信用代码",
            "Credit code",
            max_length=18,
            search=Search.TEXT,
            section="business",
        ),
        field(
            "annual_purchase", Kind.MONEY, "年采购额", "Annual purchase", minimum=0,
            section="business",
        ),
        # Hospitals must have these two (row 5.3; see `rules.required`).
        text("department", "科室名称", "Department", section="business", dormant=True),
        text(
            "buyer_title", "采购负责人职称", "Purchaser's title", section="business", dormant=True
        ),
        field("next_contact_on", Kind.DATE, "下次联系", "Next contact", section="business"),
        field("contract_end", Kind.DATE, "合同到期", "Contract ends", section="business"),
        *reading(),
        items("tags", "标签", "Tags", section="business"),
        long_text("remark", "备注", "Remark", section="business"),
        *consent(),
        owner(),
        merged_into("customer"),
    ),
    title="name",
    subtitle=("city", "industry"),
    list_fields=("name", "level", "state", "city", "phone", "next_contact_on", "owner"),
    owner="owner",
    sections=SECTIONS,
)  # fmt: skip

CONTACT = EntitySpec(
    name="contact",
    label=Label("联系人", "Contact"),
    fields=(
        name("姓名"),
        text("title", "称谓或职务", "Title"),
        ref("customer", "customer", "客户", "Customer"),
        choice("part", "决策角色", "Part in the decision", choices.CONTACT_PART),
        text("department", "科室或部门", "Department"),
        phone("手机", "Mobile"),
        personal("email", Kind.EMAIL, "邮箱", "E-mail", section="contact"),
        personal("wechat", Kind.TEXT, "微信", "WeChat", section="contact"),
        personal("birthday", Kind.DATE, "生日", "Birthday", section="contact", indexed=True),
        items("tags", "标签", "Tags", section="business"),
        long_text("remark", "备注", "Remark", section="business"),
        *consent(),
        owner(),
        merged_into("contact"),
    ),
    title="name",
    subtitle=("title", "department"),
    list_fields=("name", "title", "customer", "part", "phone", "owner"),
    owner="owner",
    parents=("customer",),
    sections=SECTIONS,
)

LEAD = EntitySpec(
    name="lead",
    label=Label("线索", "Lead"),
    fields=(
        name("姓名或单位"),
        phone("手机", "Mobile"),
        choice("stage", "阶段", "Stage", choices.LEAD_STAGE, required=True, indexed=True),
        choice("grade", "等级", "Grade", choices.LEAD_GRADE),
        choice("need", "需求类型", "Need", choices.LEAD_NEED),
        text("interest", "意向产品", "Interest"),
        text("source", "来源", "Source"),
        personal("email", Kind.EMAIL, "邮箱", "E-mail", section="contact"),
        *whereabouts(),
        field("budget", Kind.MONEY, "预算", "Budget", minimum=0, section="business"),
        ref("customer", "customer", "客户", "Customer", section="business"),
        *lead_routing(),
        *behaviour(),
        items("tags", "标签", "Tags", section="business"),
        long_text("remark", "备注", "Remark", section="business"),
        moment("received_at", "获取时间", "Received", section="system", indexed=True),
        moment("assigned_at", "分配时间", "Assigned", section="system"),
        moment(
            "stage_since", "进入本阶段", "In this stage since", section="system", editable=False
        ),
        moment(
            "first_response_at", "首次响应", "First response", section="system", editable=False,
            indexed=True,
        ),
        field(
            "moved_back", Kind.INTEGER, "退回次数", "Moved back", minimum=0,
            section="system", editable=False,
        ),
        snoozed(),
        *consent(),
        owner(),
        merged_into("lead"),
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
    sections=SECTIONS,
)  # fmt: skip

OPPORTUNITY = EntitySpec(
    name="opportunity",
    label=Label("商机", "Opportunity"),
    fields=(
        personal("name", Kind.TEXT, "名称", "Name", required=True, search=Search.NAME),
        ref("customer", "customer", "客户", "Customer", required=True),
        choice("stage", "阶段", "Stage", choices.OPPORTUNITY_STAGE, required=True, indexed=True),
        field("amount", Kind.MONEY, "金额", "Amount", minimum=0),
        field("close_on", Kind.DATE, "预计成交", "Expected close"),
        moment("stage_since", "进入本阶段", "In this stage since", editable=False),
        field(
            "moved_back",
            Kind.INTEGER,
            "退回次数",
            "Moved back",
            minimum=0,
            section="system",
            editable=False,
        ),
        items("products", "产品", "Products", section="business"),
        items("competitors", "竞品", "Competitors", section="business"),
        long_text("remark", "备注", "Remark", section="business"),
        snoozed(),
        owner(),
    ),
    title="name",
    subtitle=("stage", "amount"),
    list_fields=("name", "customer", "stage", "amount", "close_on", "owner"),
    owner="owner",
    parents=("customer",),
    sections=SECTIONS,
)

VISIT = EntitySpec(
    name="visit",
    label=Label("拜访", "Visit"),
    fields=(
        ref("customer", "customer", "客户", "Customer", required=True),
        ref("contact", "contact", "联系人", "Contact"),
        ref("lead", "lead", "线索", "Lead"),
        choice("purpose", "目的", "Purpose", choices.VISIT_PURPOSE),
        moment("started_at", "开始时间", "Started", required=True, indexed=True),
        moment("ended_at", "结束时间", "Ended"),
        personal("place", Kind.TEXT, "地点", "Place"),
        *place(),
        *said(),
        owner(),
    ),
    title="summary",
    subtitle=("purpose", "started_at"),
    list_fields=("customer", "contact", "purpose", "started_at", "summary", "owner"),
    owner="owner",
    moment="started_at",
    parents=("customer", "contact", "lead"),
    sections=SECTIONS,
)  # fmt: skip

FOLLOW_UP = EntitySpec(
    name="follow_up",
    label=Label("跟进", "Follow-up"),
    fields=(
        choice("action", "动作", "Action", choices.FOLLOW_UP_ACTION, required=True),
        choice("begun_by", "谁发起", "Begun by", choices.BEGUN_BY),
        personal(
            "conclusion", Kind.TEXT, "关键结论", "Conclusion", max_length=100, search=Search.TEXT
        ),
        personal("next_step", Kind.TEXT, "下一步", "Next step", max_length=100),
        field("next_on", Kind.DATE, "下一步日期", "Next step on"),
        moment("happened_at", "时间", "When", required=True, indexed=True),
        ref("customer", "customer", "客户", "Customer"),
        ref("lead", "lead", "线索", "Lead"),
        ref("visit", "visit", "拜访", "Visit"),
        ref("contact", "contact", "联系人", "Contact"),
        *said(),
        owner(),
    ),
    title="conclusion",
    subtitle=("action", "happened_at"),
    list_fields=("action", "conclusion", "customer", "next_step", "next_on", "owner"),
    owner="owner",
    moment="happened_at",
    parents=("customer", "lead", "visit", "contact"),
    sections=SECTIONS,
)

TASK = EntitySpec(
    name="task",
    label=Label("任务", "Task"),
    fields=(
        personal("title", Kind.TEXT, "内容", "Title", required=True, search=Search.TEXT),
        choice("kind", "类别", "Kind", choices.TASK_KIND, required=True),
        choice("state", "状态", "State", choices.TASK_STATE, required=True, indexed=True),
        moment("due_at", "到期", "Due", indexed=True),
        moment("done_at", "完成时间", "Done", section="system", indexed=True),
        ref("customer", "customer", "客户", "Customer"),
        ref("lead", "lead", "线索", "Lead"),
        ref("visit", "visit", "拜访", "Visit"),
        long_text("remark", "备注", "Remark"),
        snoozed(),
        # Whoever asked a colleague for help (row 4.16) goes on seeing what became of it.
        ref(
            "asked_by", "user", "请求人", "Asked by", section="system", editable=False, dormant=True
        ),
        owner(),
    ),
    title="title",
    subtitle=("kind", "due_at"),
    list_fields=("title", "kind", "due_at", "customer", "state", "owner"),
    owner="owner",
    sharer="asked_by",
    moment="due_at",
    parents=("customer", "lead", "visit"),
    sections=SECTIONS,
)

ATTACHMENT = EntitySpec(
    name="attachment",
    label=Label("附件", "Attachment"),
    fields=(
        personal("name", Kind.TEXT, "文件名", "File name", required=True, search=Search.TEXT),
        text("media_type", "类型", "Media type"),
        field("size", Kind.INTEGER, "大小（字节）", "Size (bytes)", minimum=0, editable=False),
        text("sha256", "校验值", "SHA-256", max_length=64, editable=False, indexed=True),
        ref("customer", "customer", "客户", "Customer"),
        ref("visit", "visit", "拜访", "Visit"),
        owner(),
    ),
    title="name",
    list_fields=("name", "media_type", "size", "customer", "owner"),
    owner="owner",
    parents=("visit", "customer"),
    sections=SECTIONS,
)


@lru_cache(maxsize=1)
def builtin_registry() -> Registry:
    """Every entity the product ships with."""
    return Registry(
        (
            TEAM, TERRITORY, USER, PRODUCT, COMPETITOR, CUSTOMER, CONTACT, LEAD, OPPORTUNITY, VISIT,
            FOLLOW_UP, TASK, ATTACHMENT, CUSTOM_FIELD, ROLE, GRANT, GUARD, POLICY, AUDIT_ENTRY,
            SAVED_VIEW, LAYOUT, QUICK_REPLY, ARTICLE, USAGE, COMMENT, WORDING, IMPORT_MAPPING,
            REQUIREMENT, HEALTH_SNAPSHOT, DISTINCTION, RULE, RULE_VERSION, FIRING,
            EXEMPTION, SPECIAL_DAY, BRIEF, ABSENCE, CHECKLIST_ITEM, APPROVAL, CHANNEL_COST, BOARD,
            CONTENT_PUSH, RATING, DUTY,
        )
    )  # fmt: skip
