"""The option lists of the CRM's fields, as data only (features rows 1.3, 3.2, 6.6 and others)."""

from crm_core.model.schema import Choice, Label


def _options(*rows: tuple[str, str, str] | tuple[str, str, str, str]) -> tuple[Choice, ...]:
    return tuple(
        Choice(row[0], Label(row[1], row[2]), row[3] if len(row) == 4 else "neutral")
        for row in rows
    )


CUSTOMER_KIND = _options(
    ("organisation", "单位", "Organisation"),
    ("person", "个人", "Person"),
)

LEVEL = _options(
    ("A", "A 重点", "A key", "good"),
    ("B", "B 普通", "B regular"),
    ("C", "C 观察", "C watch"),
)

CUSTOMER_STATE = _options(
    ("prospect", "潜在", "Prospect"),
    ("active", "合作中", "Active", "good"),
    ("dormant", "沉睡", "Dormant", "warn"),
    ("lost", "流失", "Lost", "bad"),
)

INDUSTRY = _options(
    ("hospital", "医院", "Hospital"),
    ("clinic", "诊所与体检", "Clinic"),
    ("laboratory", "检验机构", "Laboratory"),
    ("dealer", "经销商", "Dealer"),
    ("school", "学校", "School"),
    ("family", "家庭", "Family"),
    ("company", "企业", "Company"),
    ("government", "政府与事业单位", "Public sector"),
)

LEAD_STAGE = _options(
    ("captured", "线索获取", "Captured"),
    ("touched", "首次触达", "First touch"),
    ("need", "需求确认", "Need confirmed"),
    ("proposal", "方案提供", "Proposal"),
    ("objection", "异议处理", "Objections"),
    ("trial", "试用体验", "Trial"),
    ("won", "签约转化", "Converted", "good"),
    ("lost", "已放弃", "Dropped", "bad"),
)

LEAD_GRADE = _options(
    ("A", "A 级", "Grade A", "good"),
    ("B", "B 级", "Grade B"),
    ("C", "C 级", "Grade C"),
)

LEAD_NEED = _options(
    ("price", "正在比价", "Comparing prices"),
    ("custom", "需要定制方案", "Needs a tailored solution"),
    ("trial", "想先试用或试听", "Wants a trial first"),
    ("renew", "续约或增购", "Renewal or expansion"),
    ("learn", "了解阶段", "Just learning"),
)

OPPORTUNITY_STAGE = _options(
    ("contact", "初步接触", "Contact"),
    ("need", "需求确认", "Need"),
    ("demo", "产品演示", "Demo"),
    ("quote", "方案报价", "Quote"),
    ("negotiate", "商务谈判", "Negotiation"),
    ("won", "赢单", "Won", "good"),
    ("lost", "输单", "Lost", "bad"),
)

VISIT_PURPOSE = _options(
    ("first", "首次拜访", "First visit"),
    ("regular", "例行拜访", "Regular visit"),
    ("demo", "演示或试用", "Demo or trial"),
    ("quote", "报价谈判", "Price talks"),
    ("service", "售后服务", "Service"),
    ("payment", "催收回款", "Payment"),
)

OBJECTION = _options(
    ("price", "价格", "Price"),
    ("approval", "要审批", "Approval"),
    ("timing", "时机", "Timing"),
    ("incumbent", "已有供应商", "Incumbent supplier"),
    ("trust", "信任", "Trust"),
    ("feature", "功能", "Feature"),
    ("delivery", "交付", "Delivery"),
    ("terms", "条款", "Terms"),
)

SENTIMENT = _options(
    ("+", "积极", "Positive", "good"),
    ("-", "消极", "Negative", "bad"),
)

FOLLOW_UP_ACTION = _options(
    ("called", "已电话沟通", "Called"),
    ("sent", "已发送资料", "Sent material"),
    ("visited", "已上门拜访", "Visited"),
    ("booked", "已预约试听或演示", "Booked a trial or demo"),
    ("quoted", "已报价", "Quoted"),
    ("signed", "已签约", "Signed", "good"),
    ("unreached", "未接通", "Not reached", "warn"),
    ("wechat", "已加微信", "Added on WeChat"),
    ("technical", "需技术介入", "Needs a technician"),
)
"""Row 3.2: preset actions and, on purpose, no "other"."""

BEGUN_BY = _options(
    ("us", "我方主动", "Us"),
    ("customer", "客户主动", "The customer", "good"),
)
"""Who began a contact (row 6.19)."""

TASK_KIND = _options(
    ("promise", "承诺", "Promise", "warn"),
    ("next", "下一步", "Next step"),
    ("reminder", "提醒", "Reminder"),
    ("todo", "待办", "To-do"),
)

TASK_STATE = _options(
    ("open", "未完成", "Open"),
    ("done", "已完成", "Done", "good"),
    ("dropped", "已取消", "Dropped"),
)

CONTACT_PART = _options(
    ("decision", "决策人", "Decision maker", "good"),
    ("user", "使用人", "User"),
    ("buyer", "采购", "Buyer"),
    ("finance", "财务", "Finance"),
    ("parent", "家长", "Parent"),
    ("influencer", "影响人", "Influencer"),
)

ROLE = _options(
    ("rep", "销售", "Sales rep"),
    ("manager", "销售主管", "Sales manager"),
    ("admin", "管理员", "Administrator"),
)

SCOPE = _options(
    ("own", "本人", "Own records"),
    ("team", "本团队", "Own team"),
    ("subtree", "本团队及下级", "Own team and below"),
    ("territory", "本区域及下级", "Own territory and below"),
    ("all", "全部", "Everything"),
)

RIGHT = _options(
    ("see", "查看", "See"),
    ("create", "新建", "Create"),
    ("edit", "修改", "Edit"),
    ("delete", "删除", "Delete"),
    ("export", "导出", "Export"),
    ("bulk", "批量修改", "Bulk edit"),
    ("twin", "重复新建", "Add twins"),
    ("merge", "合并", "Merge"),
)

TWINS = _options(
    ("automatic", "自动合并", "Merge by itself"),
    ("propose", "只提醒", "Only propose"),
    ("off", "不处理", "Leave alone"),
)
TWIN_OWNER = _options(
    ("territory", "先看区域，再看谁先建档", "Territory, then who was first"),
    ("first", "谁先建档归谁", "Who was first"),
)
"""Decided by `matching.twins`, the same on every order of arrival."""

CONSENT = _options(
    ("given", "已同意", "Given", "good"),
    ("asked", "已询问", "Asked"),
    ("refused", "不同意", "Refused", "bad"),
    ("withdrawn", "已撤回", "Withdrawn", "bad"),
)

AUDIT = _options(
    ("signed_in", "登录", "Signed in"),
    ("locked_out", "多次输错密码被锁定", "Locked out after wrong passwords", "bad"),
    ("password_changed", "修改密码", "Password changed"),
    ("account_added", "添加账号", "Account added"),
    ("account_closed", "停用账号", "Account closed"),
    ("account_opened", "恢复账号", "Account opened again"),
    ("device_revoked", "停用设备", "Device revoked", "bad"),
    ("device_wiped", "设备已清除", "Device wiped", "bad"),
    ("seen_as", "以他人身份查看", "Seen as somebody else"),
    ("permissions_changed", "修改权限", "Permissions changed"),
    ("policy_changed", "修改策略", "Policy changed"),
    ("exported", "导出数据", "Exported"),
    ("checked", "查重到他人的记录", "Found to be somebody's already"),
    ("merged", "合并记录", "Records merged"),
    ("unmerged", "取消合并", "Merge taken back"),
    ("linked", "自动关联重复客户", "Duplicate customers linked"),
    ("handed_over", "移交记录", "Records handed over"),
    ("quarantine_kept", "收下隔离的修改", "Quarantined work accepted"),
    ("quarantine_dropped", "丢弃隔离的修改", "Quarantined work discarded"),
    ("person_exported", "导出个人信息", "A person's data exported"),
    ("person_erased", "删除个人信息", "A person erased", "bad"),
    ("restored", "从备份恢复", "Restored from a backup"),
)

CAPTURE = _options(
    ("typed", "手工填写", "Typed"),
    ("voice", "语音速记", "Voice note"),
    ("imported", "导入", "Imported"),
)

DATUM = _options(
    ("wgs84", "WGS-84（GPS）", "WGS-84 (GPS)"),
    ("gcj02", "GCJ-02（高德、腾讯）", "GCJ-02 (AMap, Tencent)"),
    ("bd09", "BD-09（百度）", "BD-09 (Baidu)"),
)
"""Three ways to name one point in China, up to a kilometre apart; each map says which it uses."""
