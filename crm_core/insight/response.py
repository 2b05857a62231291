"""How long a lead waited for its first answer, as its record says it (rows 2.8, 2.17)."""

from crm_core.clock import parse_moment
from crm_core.model.values import Record

GOLDEN_HOURS = 4.0
"""Row 2.17: answered within so many hours of its assignment."""


def response_hours(lead: Record) -> float | None:
    """Hours from assignment (else receipt) to first response; None while there is none.

    A response dated before its assignment (a clock set wrong) counts as immediate.
    """
    start, end = lead.get("assigned_at") or lead.get("received_at"), lead.get("first_response_at")
    if not isinstance(start, str) or not isinstance(end, str):
        return None
    return max(0.0, (parse_moment(end) - parse_moment(start)).total_seconds() / 3600)
