"""The entities a journey leaves behind: what was ticked off in a stage, what was asked of whom.

As data only, like `entities`.
"""

from crm_core.model.declaring import (
    SECTIONS,
    choice,
    field,
    long_text,
    moment,
    owner,
    personal,
    ref,
    text,
)
from crm_core.model.entities_exemption import EXEMPTION_KIND
from crm_core.model.schema import Choice, EntitySpec, Kind, Label, Search

APPROVAL_STATE = (
    Choice("pending", Label("待审批", "Waiting"), "warn"),
    Choice("approved", Label("已同意", "Approved"), "good"),
    Choice("rejected", Label("已驳回", "Rejected"), "bad"),
    Choice("withdrawn", Label("已撤回", "Withdrawn")),
)

CHECKLIST_ITEM = EntitySpec(
    name="checklist_item",
    label=Label("阶段清单", "Check list item"),
    fields=(
        text("label", "事项", "Item", required=True, max_length=120, search=Search.TEXT),
        # Its id says record, stage and item: two devices that tick the same thing make one record.
        text("stage", "阶段", "Stage", required=True, max_length=60),
        text("item", "编号", "Code", required=True, max_length=60, internal=True),
        moment("done_at", "完成时间", "Done"),
        ref("done_by", "user", "完成人", "Done by"),
        personal("note", Kind.TEXT, "结果说明", "What came of it", max_length=400),
        ref("attachment", "attachment", "凭证附件", "Evidence"),
        ref("lead", "lead", "线索", "Lead"),
        ref("opportunity", "opportunity", "商机", "Opportunity"),
        owner(),
    ),
    title="label",
    subtitle=("note", "done_at"),
    list_fields=("label", "stage", "done_at", "done_by", "note", "opportunity", "lead"),
    owner="owner",
    parents=("opportunity", "lead"),
    sections=SECTIONS,
)
"""One thing of a stage's check list that was done, with its evidence (row 4.4)."""

APPROVAL = EntitySpec(
    name="approval",
    label=Label("审批", "Approval"),
    fields=(
        text("title", "事项", "Subject", required=True, max_length=120, search=Search.TEXT),
        choice("state", "状态", "State", APPROVAL_STATE, required=True, indexed=True),
        # The document of the rules that says who decides, and how soon; empty: asked freely.
        text("rule", "审批规则", "Rule", max_length=60, internal=True),
        long_text("request", "说明", "Request", max_length=2000),
        ref("opportunity", "opportunity", "商机", "Opportunity"),
        ref("customer", "customer", "客户", "Customer"),
        ref("lead", "lead", "线索", "Lead"),
        # Of a request to hold up the clocks (row 6.10): what is granted where it is approved.
        choice(
            "exempt_kind", "豁免类别", "Exemption", EXEMPTION_KIND, editable=False, dormant=True
        ),
        moment("exempt_until", "豁免到", "Exempt until", editable=False, dormant=True),
        field(
            "exempt_all",
            Kind.BOOL,
            "豁免整个客户",
            "The whole customer",
            editable=False,
            dormant=True,
        ),
        ref("asked_by", "user", "申请人", "Asked by"),
        moment("asked_at", "提交时间", "Asked", indexed=True),
        moment("first_response_at", "首次响应", "First response", editable=False),
        moment("decided_at", "决定时间", "Decided", editable=False),
        ref("decided_by", "user", "决定人", "Decided by", editable=False),
        personal("comment", Kind.TEXT, "审批意见", "Comment", max_length=2000),
        # Whoever is to decide; those beside them see it as well, and so does who asked.
        ref("owner", "user", "审批人", "Approver", section="system"),
    ),
    title="title",
    subtitle=("state", "asked_at"),
    list_fields=("title", "state", "asked_by", "owner", "asked_at", "decided_at"),
    owner="owner",
    sharer="asked_by",
    moment="asked_at",
    parents=("opportunity", "lead", "customer"),
    sections=SECTIONS,
)
"""A decision somebody was asked for (rows 4.7, 4.8)."""
