"""Automations on the server: what a push sets off, and what a laptop has left to it.

What was pushed is decided again from the same rules; ids follow from the cause, so a firing of the
laptop is met as done already (decision 051).
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from sqlalchemy import Table

from crm_core.model.values import Record
from crm_core.rules.documents import Document
from crm_core.rules.firing.acting import Scene, webhooks_of
from crm_core.rules.firing.automations import Automation
from crm_core.rules.firing.deciding import FIRING, SERVER, Engine
from crm_core.rules.firing.reasons import why_from
from crm_core.rules.firing.sifting import reads
from crm_core.rules.firing.sight import Occasion, Webhook
from crm_core.rules.recipients import People
from crm_core.store.changes.unit_of_work import Rules, Unit
from crm_core.store.replica import MakeUnit, Then
from crm_core.store.ruling.automating import Automating, Place
from crm_core.sync.change import CREATE, Operation
from sync_server.services import people
from sync_server.services.audit import SERVER_ACTOR
from sync_server.services.consequences import webhooks
from sync_server.services.server import Server

REASON = "自动化"


def automating(outbox: Table, first: Rules) -> Automating:
    """The rules of a server, the product's own first; webhooks go into this table."""
    return Automating(first, SERVER, partial(webhooks.enqueue, outbox))


def looked_at(server: Server, at: Place, operations: Sequence[Operation]) -> frozenset[str]:
    """The fields of the records themselves by which rules are told apart that these operations may
    set off: read with what is needed to judge them, and not again."""
    rules = server.replica.rules
    if not isinstance(rules, Automating):
        return frozenset()
    return reads(rules.engine(at, ()).index, operations)


def following(server: Server) -> Then:
    """What a push sets off, as a step of `following`."""
    rules = server.replica.rules

    def step(make: MakeUnit, operations: Sequence[Operation]) -> Iterator[Unit]:
        if not operations or not isinstance(rules, Automating):
            return
        unit, own = make(SERVER_ACTOR, REASON), server.replica.hybrid.node
        fired = [
            one for one in operations
            if one.entity == FIRING and one.verb is CREATE and one.replica != own
        ]  # fmt: skip
        for one in fired:
            _remember(unit, one)
        now = unit.clock.now()
        outcomes = [
            outcome
            for teams, some in _by_teams(rules, unit, operations).items()
            for outcome in rules.decided(rules.engine(unit, teams), unit, some, latest=now)
        ]
        rules.carry_out(unit, outcomes)
        unit.ledger.rounds += 1
        if fired:
            _tell(server, rules.engine(unit, ()), unit, fired)
        if unit.applied.fresh:
            yield unit

    return step


def _by_teams(
    rules: Automating, unit: Unit, operations: Sequence[Operation]
) -> Mapping[frozenset[str], list[Operation]]:
    """Operations by the teams of who did them, or that from which they follow, where a set of rules
    is on trial with any."""
    if not rules.on_trial(unit):
        return {frozenset(): list(operations)}
    own = unit.hybrid.node
    authors = [unit.ledger.author(one, own) for one in operations]
    teams = {author: _teams(unit, author) for author in set(authors)}
    found: dict[frozenset[str], list[Operation]] = {}
    for author, one in zip(authors, operations, strict=True):
        found.setdefault(teams[author], []).append(one)
    return found


def _teams(unit: Unit, author: str) -> frozenset[str]:
    actor = people.actor_of(unit.connection, unit.tables, author, left=True)
    return actor.circles.teams if actor else frozenset()


def _remember(unit: Unit, firing: Operation) -> None:
    """What the laptop's rules wrote is theirs: no other rule writes against it."""
    values = firing.created_values
    for entity, record, field in why_from(values.get("why")).wrote:
        key = (firing.group, entity, record, field)
        unit.ledger.wrote[key] = str(values.get("rule_name") or ""), None


# -- what laptops do not send ------------------------------------------------------------------


def _tell(server: Server, engine: Engine, unit: Unit, fired: Sequence[Operation]) -> None:
    """Put into the outbox what rules that fired on a laptop tell other programs."""
    hooks: list[Webhook] = []
    for one in fired:
        values = one.created_values
        rule = engine.rules.one(str(values.get("rule")))
        if rule is None or not isinstance(rule.body, Automation):
            continue
        record_id = str(values.get("record"))
        record = unit.records(rule.entity, [record_id]).get(record_id)
        if record is not None:
            document = Document(rule.id, rule.kind, rule.label, rule.entity, rule.body)
            hooks += webhooks_of(_scene(document, one, record, unit, engine))
    if hooks:
        webhooks.enqueue(server.tables.webhook, unit, hooks)


def _scene(
    rule: Document[Automation], firing: Operation, record: Record, unit: Unit, engine: Engine
) -> Scene:
    at = unit.clock.now()
    occasion = Occasion(rule.entity, str(record["id"]), "", at, actor=firing.actor)
    nobody = People((), ())
    return Scene(rule, occasion, record, unit, nobody, engine.calendar, (), firing.id)
