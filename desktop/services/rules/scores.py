"""Scores of leads on this device: in the act that changes them, before anything is sent (row 2.1).

The server works out the same in the push; what is too many for one act here, it does alone.
"""

from collections.abc import Sequence

from crm_core.permissions import Right, can, can_bulk, withheld_from
from crm_core.rules.grading import graded, to_score
from crm_core.rules.scoring import SCORED, looked_at
from crm_core.store.changes.unit_of_work import Rules, Unit
from crm_core.store.ruling.rule_book import RuleBook
from crm_core.sync.change import Operation
from crm_core.sync.history import Edit

MOST_AT_ONCE = 500
"""Leads scored in one act; an import leaves them to the server."""


def with_scores(rules: Rules) -> Rules:
    """The reaction of the rules, and then of scores by the rules in force for who is at work."""
    book = RuleBook()

    def react(operations: Sequence[Operation], unit: Unit) -> list[Edit]:
        return [*rules(operations, unit), *_scores(book, operations, unit)]

    return react


def _scores(book: RuleBook, operations: Sequence[Operation], unit: Unit) -> list[Edit]:
    """What the act itself says of scores (taking something back) stays as it says."""
    mine = [one for one in operations if one.entity == SCORED]
    if not mine:
        return []
    in_force = book.in_force(unit.connection, unit.tables, unit.actor.circles.teams)
    said = {one.id for one in mine if one.field == "score"}
    asked = {one: hand for one, hand in to_score(in_force, mine).items() if one not in said}
    spec = unit.registry.entity(SCORED)
    if not looked_at(in_force).isdisjoint(withheld_from(unit.actor, spec)):
        return []  # What this person may not read, the server knows: a score without it is wrong.
    if not asked or len(asked) > MOST_AT_ONCE or not can_bulk(unit.actor, spec, len(asked)).allowed:
        return []
    edits = graded(in_force, asked, unit.records(SCORED, asked), unit.clock.now())
    # Whoever may not write a grade is not held up by it.
    return (
        edits if can(unit.actor, Right.EDIT, spec, fields={e.field for e in edits}).allowed else []
    )
