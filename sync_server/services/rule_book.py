"""The rules in force for somebody, as the server's verdicts go by (decision 050)."""

from crm_core.rules.ruleset import RuleSet
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.ruling.rule_book import RuleBook
from sync_server.services import people


def rules_for(book: RuleBook, unit: Unit, user_id: str) -> RuleSet:
    """Those for everybody, or on trial with a team of this person; nobody's: for everybody."""
    actor = people.actor_of(unit.connection, unit.tables, user_id, left=True) if user_id else None
    teams = actor.circles.teams if actor else frozenset[str]()
    return book.in_force(unit.connection, unit.tables, teams)
