"""Every rule the product ships with, as documents; each kind keeps its own beside its engine."""

from crm_core.rules import approvals, limits
from crm_core.rules.documents import Document
from crm_core.rules.stocked import (
    automations_shipped,
    clocks_shipped,
    routing_shipped,
    scoring_shipped,
    stages_shipped,
)

SHIPPED: tuple[Document[object], ...] = (
    *approvals.SHIPPED,
    *clocks_shipped.SHIPPED,
    *scoring_shipped.SHIPPED,
    *routing_shipped.SHIPPED,
    *stages_shipped.SHIPPED,
    *automations_shipped.SHIPPED,
    *limits.SHIPPED,
)
