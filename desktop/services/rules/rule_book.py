"""The rules in force for the person at work, and those being written (decision 050)."""

from crm_core.rules.ruleset import RuleSet
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.ruling import rule_book
from desktop.services.workspace import Workspace


def rules_of(workspace: Workspace) -> RuleSet:
    """What every verdict on this device goes by; one small statement."""
    book, tables = workspace.rule_book, workspace.replica.tables
    teams = workspace.actor.circles.teams
    return workspace.replica.read(lambda c: book.in_force(c, tables, teams))


def rules_in(workspace: Workspace, unit: Unit) -> RuleSet:
    """The same, in the middle of an act."""
    return workspace.rule_book.in_force(unit.connection, unit.tables, workspace.actor.circles.teams)


def draft_of(workspace: Workspace) -> RuleSet:
    """What ships, overlaid by the records being written."""
    tables, now = workspace.replica.tables, workspace.clock.now()
    return workspace.replica.read(lambda c: rule_book.draft(c, tables, now))
