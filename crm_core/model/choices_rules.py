"""The option lists of the rules' own entities, as data only, like `choices`."""

from crm_core.model.schema import Choice, Label

RULE_KIND = (
    Choice("stage", Label("阶段", "Stage")),
    Choice("score", Label("评分", "Score")),
    Choice("pool", Label("线索池", "Pool")),
    Choice("route", Label("分配", "Routing")),
    Choice("clock", Label("时限", "Clock")),
    Choice("automation", Label("自动化", "Automation")),
    Choice("approval", Label("审批", "Approval")),
    Choice("limit", Label("指标红线", "Limit")),
)
