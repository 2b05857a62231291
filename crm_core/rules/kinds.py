"""Which body belongs to which kind of rule; a kind not named here is kept and obeyed by nobody."""

from collections.abc import Mapping

from crm_core.rules.automations import Automation
from crm_core.rules.clocks import CLOCK, Clock

BODIES: Mapping[str, type] = {
    "automation": Automation,
    CLOCK: Clock,
}
"""Kind (`choices_rules.RULE_KIND`) → the dataclass of its body."""
