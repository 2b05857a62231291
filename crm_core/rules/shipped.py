"""Every rule the product ships with, as documents; each kind keeps its own beside its engine."""

from crm_core.rules import (
    approvals,
    automations_shipped,
    clocks_shipped,
    limits,
    routing_shipped,
    scoring_shipped,
    stages_shipped,
)
from crm_core.rules.documents import Document

SHIPPED: tuple[Document[object], ...] = (
    *approvals.SHIPPED,
    *clocks_shipped.SHIPPED,
    *scoring_shipped.SHIPPED,
    *routing_shipped.SHIPPED,
    *stages_shipped.SHIPPED,
    *automations_shipped.SHIPPED,
    *limits.SHIPPED,
)
