"""The entities by which an administrator says who may do what; as data only, like `entities`."""

from crm_core.model import choices
from crm_core.model.declaring import SECTIONS, choice, field, items, long_text, moment, owner, text
from crm_core.model.entities_brief import BRIEF_DAYS
from crm_core.model.schema import EntitySpec, Kind, Label

ROLE = EntitySpec(
    name="role",
    label=Label("角色", "Role"),
    fields=(
        text("code", "代码", "Code", required=True, max_length=40, indexed=True),
        text("name", "名称", "Name", required=True),
        text("name_en", "英文名", "English name"),
        choice("scope", "数据范围", "Record scope", choices.SCOPE, required=True),
        # What such people write down counts as a hand lent to sales (row 6.19).
        field("outside_sales", Kind.BOOL, "不属于销售", "Outside sales"),
        long_text("remark", "备注", "Remark"),
    ),
    title="name",
    list_fields=("name", "code", "scope"),
    sections=SECTIONS,
)

GRANT = EntitySpec(
    name="grant",
    label=Label("授权", "Grant"),
    fields=(
        text("role", "角色", "Role", required=True, max_length=40, indexed=True),
        text("entity", "对象", "Entity", required=True, max_length=40),
        choice("scope", "数据范围", "Record scope", choices.SCOPE),
        items("rights", "可做的操作", "Rights", choices=choices.RIGHT),
        items("read_only", "只读字段", "Read-only fields"),
        items("masked", "脱敏字段", "Masked fields"),
        items("hidden", "隐藏字段", "Hidden fields"),
    ),
    title="entity",
    list_fields=("role", "entity", "scope", "rights", "masked", "hidden"),
    sections=SECTIONS,
)

GUARD = EntitySpec(
    name="guard",
    label=Label("冻结规则", "Freeze rule"),
    fields=(
        text("name", "说明", "Sentence", required=True),
        text("name_en", "英文说明", "English sentence"),
        text("entity", "对象", "Entity", required=True, max_length=40),
        items("fields", "字段", "Fields"),
        items("rights", "操作", "Rights", choices=choices.RIGHT),
        text("condition", "条件", "Condition", required=True, max_length=4000),
        items("exempt", "不受限的角色", "Exempt roles"),
        field("active", Kind.BOOL, "启用", "Active"),
    ),
    title="name",
    list_fields=("name", "entity", "fields", "active"),
    sections=SECTIONS,
)

POLICY = EntitySpec(
    name="policy",
    label=Label("组织策略", "Policy"),
    fields=(
        text("name", "名称", "Name", required=True),
        field("lease_days", Kind.INTEGER, "离线使用天数", "Days offline", minimum=1, maximum=365),
        field(
            "lease_warn_days", Kind.INTEGER, "提前提醒天数", "Days of warning", minimum=0,
            maximum=60,
        ),
        field("passphrase", Kind.BOOL, "必须设开机口令", "Passphrase required"),
        field(
            "retention_months", Kind.INTEGER, "个人信息保留月数", "Months personal data is kept",
            minimum=1, maximum=600,
        ),
        field("audit_months", Kind.INTEGER, "审计保留月数", "Months the audit log is kept",
               minimum=6, maximum=600),
        field("recording_days", Kind.INTEGER, "录音保留天数", "Recording days",
               minimum=0, maximum=365),
        field("recordings_synced", Kind.BOOL, "同步录音", "Sync recordings"),
        choice("twins", "同时新建的重复客户", "Customers created twice", choices.TWINS),
        choice("twin_owner", "重复客户归谁", "Whose such a customer is", choices.TWIN_OWNER),
        choice("brief_days", "每日简报", "Daily brief", BRIEF_DAYS),
        text("brief_at", "简报时间", "Time of the brief", max_length=5),
        field("merge_certain", Kind.BOOL, "一键合并确定的重复", "Merge certain duplicates at once"),
        field("reuse_minutes", Kind.INTEGER, "知识复用省的分钟", "Minutes a use of knowledge saves",
              minimum=0, maximum=120),
    ),
    title="name",
    list_fields=("name", "lease_days", "passphrase"),
    sections=SECTIONS,
)  # fmt: skip

AUDIT_ENTRY = EntitySpec(
    name="audit_entry",
    label=Label("审计记录", "Audit entry"),
    fields=(
        choice("kind", "事件", "Event", choices.AUDIT, required=True, indexed=True, editable=False),
        moment("at", "时间", "When", required=True, indexed=True, editable=False),
        text("device", "设备", "Device", editable=False),
        text("about", "对象", "About", editable=False),
        text("detail", "详情", "Detail", max_length=1000, editable=False),
        owner("人员", "Person"),
    ),
    title="kind",
    subtitle=("at", "about"),
    list_fields=("at", "kind", "owner", "about", "detail", "device"),
    owner="owner",
    moment="at",
    sections=SECTIONS,
)
