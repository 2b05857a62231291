"""Option lists of the entities of the desk, as data only, like `choices`."""

from crm_core.model.schema import Choice, Label

SCENE = (
    Choice("opening", Label("开场与邀约", "Opening")),
    Choice("need", Label("了解需求", "Needs")),
    Choice("price", Label("价格异议", "Price")),
    Choice("compare", Label("比较竞品", "Comparison")),
    Choice("closing", Label("促成签约", "Closing")),
    Choice("service", Label("售后与关怀", "After the sale")),
    Choice("approval", Label("审批条款", "Approval clauses")),
)
"""Row 3.16: when a script is said."""

WORDING_KIND = (
    Choice("product", Label("产品", "Product")),
    Choice("competitor", Label("竞品", "Competitor")),
    Choice("org", Label("客户", "Customer")),
    Choice("contact", Label("联系人", "Contact")),
    Choice("word", Label("其他词", "Other word")),
)
"""What a word of the company's list names."""
