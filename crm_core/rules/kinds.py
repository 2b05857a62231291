"""Which body belongs to which kind of rule; a kind not named here is kept and obeyed by nobody."""

from collections.abc import Mapping

from crm_core.rules import approvals
from crm_core.rules.firing.automations import Automation
from crm_core.rules.limits import LIMIT, Limit
from crm_core.rules.pools import Pool
from crm_core.rules.routing import Route
from crm_core.rules.scoring import Scoring
from crm_core.rules.stages import StageBody
from crm_core.rules.timekeeping.clocks import CLOCK, Clock

BODIES: Mapping[str, type] = {
    "automation": Automation,
    CLOCK: Clock,
    "score": Scoring,
    "pool": Pool,
    "route": Route,
    "stage": StageBody,
    LIMIT: Limit,
    approvals.KIND: approvals.Approval,
}
"""Kind (`choices_rules.RULE_KIND`) → the dataclass of its body."""
