"""How things stand with a customer, from what its page has read anyway: health, short id, ties."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crm_core.clock import CHINA, parse_moment
from crm_core.insight.health import CustomerFacts, Health, customer_health
from crm_core.model.values import Record
from desktop.viewmodels.records.dossier import Dossier, EventKind

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without I, L, O and U: read out over the phone nobody takes one for another."""


@dataclass(frozen=True, slots=True)
class Ties:
    """What else there is around a customer."""

    contacts: int
    decision_makers: int
    deals: int
    amount: int | None
    """Fen, of open deals; None where there is none or it may not be seen."""
    leads: int


def short_id(record_id: str) -> str:
    """A customer's id in eight characters people can read out; the same on every device."""
    number = int.from_bytes(hashlib.sha256(record_id.encode()).digest()[:5])
    letters = "".join(_ALPHABET[number >> shift & 31] for shift in range(35, -1, -5))
    return f"C-{letters[:4]}-{letters[4:]}"


def health(dossier: Dossier, now: datetime) -> Health:
    """The health of the customer whose page this is."""
    return customer_health(facts(dossier, now))


def facts(dossier: Dossier, now: datetime) -> CustomerFacts:
    """What it is worked out from."""
    met = (EventKind.VISIT, EventKind.FOLLOW_UP)
    last = max((e.at for e in dossier.events if e.kind in met and e.at <= now), default=None)
    late = [task for task in dossier.open_tasks if _due(task) and _is_over(task, now)]
    promises = sum(task.get("kind") == "promise" for task in late)
    today = now.astimezone(CHINA).date()
    planned = str(dossier.record.get("next_contact_on") or "") >= today.isoformat()
    ahead = any(_due(task) and not _is_over(task, now) for task in dossier.open_tasks)
    days = (today - last.astimezone(CHINA).date()).days if last is not None else None
    first = min((e.at for e in dossier.events), default=None)
    known = (now - first).days if first is not None else None
    return CustomerFacts(
        days_since_contact=days,
        days_known=known,
        overdue_promises=promises,
        overdue_tasks=len(late) - promises,
        something_next=planned or ahead,
    )


def ties(related: Mapping[str, Sequence[Record]]) -> Ties:
    """Counts of what belongs to the customer."""
    contacts = related.get("contact", ())
    deals = [d for d in related.get("opportunity", ()) if d.get("stage") not in ("won", "lost")]
    amounts = [d["amount"] for d in deals if isinstance(d.get("amount"), int)]
    leads = [one for one in related.get("lead", ()) if one.get("stage") not in ("won", "lost")]
    return Ties(
        contacts=len(contacts),
        decision_makers=sum(one.get("part") == "decision" for one in contacts),
        deals=len(deals),
        amount=sum(a for a in amounts if isinstance(a, int)) if amounts else None,
        leads=len(leads),
    )


def _due(task: Record) -> str:
    return str(task.get("due_at") or "")


def _is_over(task: Record, now: datetime) -> bool:
    return parse_moment(_due(task)) < now
