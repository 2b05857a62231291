"""Routes and pools, gates of stages, approvals, required fields, limits: here and on the server."""

from collections.abc import Iterator, Mapping
from contextlib import suppress

from benchmarks.rules.verdict_tally import Tally
from benchmarks.rules.verdict_world import World, actor_of, decided, undecided, unmoved
from crm_core.model.query import Op, Query, Test, fields_tested
from crm_core.model.values import Record
from crm_core.rules.approvals import APPROVED, PENDING, REJECTED, may_decide
from crm_core.rules.firing.hanging import OF_A_SCORE
from crm_core.rules.required import lacking, requirements
from crm_core.rules.routing import Route, Routed, route
from crm_core.rules.scoring import looked_at, model_for
from crm_core.rules.stage_plan import STAGED, blocker
from crm_core.rules.stocked.stages_shipped import stage_id
from crm_core.store.measures.limited import limited
from crm_core.store.ruling.office import leads_of, office
from desktop.services.rules.requirements import requirements_of
from desktop.services.rules.rule_book import rules_of
from desktop.services.rules.stage_gates import gates_over
from desktop.services.workspace import Workspace
from sync_server.services import data_health

_DECISIONS = (APPROVED, REJECTED, "withdrawn")


def compare_routes(world: World, tally: Tally, *, number: int) -> None:
    """Leads of nobody, one after the other: to whom each would go from here, and where it went."""
    desk = world.plain
    desk.replica.rules = decided()
    for n in range(number):
        lead = f"{world.era.name}-r{n}"
        made = {n: v for n, v in world.chances.lead(n).items() if v is not None}
        values = {**made, "stage": "captured"}
        with desk.write() as (unit, _):
            unit.insists = False
            unit.create("lead", values, record_id=lead)
        here = _routed(desk, lead)
        world.push(desk)
        there = world.observer.replica.record("lead", lead) or {}
        fired = _given_by(world, lead)
        tally.compare("route", lead, here.rule, fired, rule=here.rule,
                      provisional=_unseen(world, here))  # fmt: skip
        asked = next((one.pool for one in here.tried), "")
        tally.compare(
            "pool", lead, (here.owner or None, here.pool or None),
            (there.get("owner"), there.get("pool")), rule=asked,
            provisional=_partly(world, here),
        )  # fmt: skip
        desk.client.pull_all()
    desk.replica.rules = undecided()


def _routed(desk: Workspace, lead: str) -> Routed:
    replica, rules, now = desk.replica, rules_of(desk), desk.clock.now()
    record = replica.record("lead", lead) or {}
    one, there = replica.read(lambda c: (
        leads_of(c, replica.tables, [record])[lead],
        office(c, replica.tables, rules, now, known=False),
    ))  # fmt: skip
    return route(rules, one, there, now)


def _partly(world: World, here: Routed) -> bool:
    """What somebody who is not sent everybody's leads works out is provisional."""
    return here.provisional and world.era.role == "rep"


def _unseen(world: World, here: Routed) -> bool:
    """Whether a rule on the way asks what this person may not see, or the score of it."""
    less = set(world.plain.withheld("lead"))
    if less & looked_at(world.rules):
        less |= OF_A_SCORE
    asked = [world.rules.one(step.rule) for step in here.steps]
    routes = [one.body.when for one in asked if one is not None and isinstance(one.body, Route)]
    return here.provisional and any(less & fields_tested(one.condition) for one in routes)


def _given_by(world: World, lead: str) -> str:
    found = world.observer.replica.find(Query("firing", Test("record", Op.EQ, lead)))
    kinds = {one.id: one.kind for one in world.rules.documents}
    return next((str(one["rule"]) for one in found if kinds.get(str(one["rule"])) == "route"), "")


def compare_gates(world: World, tally: Tally) -> None:
    """Every lead and deal is sent on to a stage by chance, past whatever is in the way."""
    desk = world.plain
    desk.client.pull_all()
    gates, expected = gates_over(desk), dict[str, tuple[str, str]]()
    moves: dict[str, tuple[str, str]] = {}
    for entity in STAGED:
        codes = gates.plan.codes(entity)
        for record in desk.replica.find(Query(entity)):
            rid, stage = str(record["id"]), world.dice.choice(sorted(codes))
            if stage == record["stage"]:
                continue
            missing = gates.lacking_to(entity, record, stage)
            code = missing[0].requirement.stage if missing else str(record["stage"])
            here = gates.plan.named(entity, code or str(record["stage"]))
            expected[rid] = tuple(  # type: ignore[assignment]
                blocker(here, missing, hours=None, language=one) if missing else ""
                for one in ("zh", "en")
            )
            moves[rid] = entity, stage
    sent = _move(world, moves)
    for rid, said in expected.items():
        entity, stage = moves[rid]
        detail = sent.get(rid, "")
        same = detail.startswith(said) if detail and said[0] else not detail and not said[0]
        there = said if same else detail
        tally.compare("stage gate", f"{rid} to {stage}", said, there, rule=f"{entity}:{stage}",
                      provisional=bool(desk.withheld(entity)))  # fmt: skip


def _move(world: World, moves: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Send each as a device without gates would; by record, why it was refused."""
    desk, numbers = world.plain, dict[int, str]()
    for rid, (entity, stage) in moves.items():
        with desk.replica.write(desk.actor) as (unit, _):
            unit.change(entity, rid, {"stage": stage})
        numbers |= {o.replica_seq: o.id for o in desk.replica.waiting(limit=50_000)
                    if o.field == "stage" and o.replica_seq not in numbers}  # fmt: skip
    acks = world.push(desk)
    return {numbers[n]: one.detail for n, one in acks.items()
            if one.refused is not None and n in numbers}  # fmt: skip


class _ThrownAway(Exception):
    """What was worked out is not kept."""


def compare_moves(world: World, tally: Tally, *, number: int) -> None:
    """A field is filled in, and the record goes on by itself or not: in an act of a desktop that
    is thrown away, and by a device of the version before, so that the server decides."""
    desk = world.plain
    desk.client.pull_all()
    for n in range(number):
        _unscored(world, tally, n)
        for entity, rid, changes in _waiting(world, n):
            here, doubtful = _tried(desk, entity, rid, changes)
            desk.replica.rules = unmoved()
            with desk.replica.write(desk.actor) as (unit, _):
                unit.change(entity, rid, changes)
            world.push(desk)
            there = (world.observer.replica.record(entity, rid) or {}).get("stage")
            tally.compare(
                "stage move", f"{entity} {rid}", here, str(there),
                rule=stage_id(entity, "touched" if entity == "lead" else "quote"),
                provisional=doubtful or bool(desk.withheld(entity)),
            )  # fmt: skip
    desk.replica.rules = undecided()


def _unscored(world: World, tally: Tally, n: int) -> None:
    """A lead that a device sends without a score: what its model comes to here and there."""
    desk, lead = world.plain, f"{world.era.name}-ms{n}"
    made = {k: v for k, v in world.chances.lead(n).items() if v is not None and k != "grade"}
    values = {**made, "owner": desk.actor.user_id}
    here, rules = (None, None), decided()
    desk.replica.rules = rules
    with suppress(_ThrownAway), desk.replica.write(desk.actor) as (unit, _):
        unit.create("lead", values, record_id=lead)
        unit.run_rules(desk.replica.rules)
        tried = unit.record("lead", lead) or {}
        here = tried.get("score"), tried.get("grade")  # type: ignore[assignment]
        raise _ThrownAway
    desk.replica.rules = unmoved()
    with desk.replica.write(desk.actor) as (unit, _):
        unit.create("lead", values, record_id=lead)
    world.push(desk)
    there = world.observer.replica.record("lead", lead) or {}
    model = model_for(world.rules, there, desk.clock.now())
    tally.compare(
        "score", lead, here, (there.get("score"), there.get("grade")),
        rule=model.id if model else "",
        provisional="score" in rules.doubts.get(("lead", lead), ()) or bool(desk.withheld("lead")),
    )  # fmt: skip


def _waiting(world: World, n: int) -> Iterator[tuple[str, str, Mapping[str, object]]]:
    """A lead and a deal that lack one thing to go on, and what is written of them."""
    desk, dice, owner = world.plain, world.dice, world.plain.actor.user_id
    lead, deal, customer = (f"{world.era.name}-m{kind}{n}" for kind in "ldc")
    with desk.replica.write(desk.actor) as (unit, _):
        made = {"name": f"待推进{n}", "owner": owner}
        unit.create("customer", {**made, "kind": "organisation"}, record_id=customer)
        unit.create("lead", {**made, "stage": "touched"}, record_id=lead)
        whole = {**made, "customer": customer, "stage": "quote", "amount": 900_000}
        unit.create("opportunity", whole, record_id=deal)
        said = {"action": dice.choice(("quoted", "called")), "happened_at": desk.clock.iso()}
        unit.create("follow_up", {**said, "customer": customer, "owner": owner})
    world.push(desk)
    desk.client.pull_all()  # What rules made of them at the server is where the act begins.
    yield "lead", lead, dice.choice(({"need": "custom"}, {"interest": "监护仪"}))
    yield "opportunity", deal, dice.choice(({"close_on": "2027-03-01"}, {"amount": 700_000}))


def _tried(
    desk: Workspace, entity: str, rid: str, changes: Mapping[str, object]
) -> tuple[str, bool]:
    """The stage a desktop's act would leave the record in, and whether it says that it does not
    know; it is thrown away."""
    found, rules = "", decided()
    desk.replica.rules = rules
    with suppress(_ThrownAway), desk.replica.write(desk.actor) as (unit, _):
        unit.change(entity, rid, changes)
        unit.run_rules(desk.replica.rules)
        found = str((unit.record(entity, rid) or {}).get("stage"))
        raise _ThrownAway
    return found, bool(rules.doubts.get((entity, rid)))


def compare_approvals(world: World, tally: Tally, *, number: int) -> None:
    """Requests asked by one and decided by either, as often as chance has it."""
    for n, one in zip(range(number), _requests(world), strict=False):
        _ask(world, f"{world.era.name}-q{n}", one)
        for _ in range(world.dice.choice((1, 1, 2))):
            _decide(world, tally, f"{world.era.name}-q{n}")


def _requests(world: World) -> Iterator[Record]:
    deals = world.plain.replica.find(Query("opportunity"))
    while deals:
        yield world.dice.choice(deals)


def _ask(world: World, rid: str, deal: Record) -> None:
    plain, boss = world.plain, world.boss
    approver = world.dice.choice((plain.actor.user_id, boss.actor.user_id, *world.users))
    rule = world.dice.choice(("approval-contract", "approval-discount"))
    with plain.replica.write(plain.actor) as (unit, _):
        unit.create("approval", {
            "title": "申请", "state": PENDING, "rule": rule, "asked_by": plain.actor.user_id,
            "asked_at": plain.clock.iso(), "owner": approver, "opportunity": deal["id"],
            "customer": deal.get("customer"),
        }, record_id=rid)  # fmt: skip
    world.push(plain)


def _decide(world: World, tally: Tally, rid: str) -> None:
    """A decision sent as a device would that asks nobody whether it may."""
    desk = world.dice.choice((world.plain, world.boss))
    desk.client.pull_all()
    record, decision = desk.replica.record("approval", rid), world.dice.choice(_DECISIONS)
    if record is None or record.get("state") == decision:
        return
    withdraws = decision == "withdrawn"
    mine = record.get("asked_by") == desk.actor.user_id
    allowed = mine if withdraws else may_decide(actor_of(desk), record).allowed
    if withdraws and record.get("state") != PENDING:
        return
    with desk.replica.write(desk.actor) as (unit, _):
        unit.change("approval", rid, {"state": decision})
    refused = any(one.refused is not None for one in world.push(desk).values())
    tally.compare("approval", f"{rid} {record.get('state')} → {decision} by {desk.actor.role}",
                  allowed, not refused, rule=str(record.get("rule")))  # fmt: skip


def compare_required(world: World, tally: Tally) -> None:
    """What each record lacks: asked here one by one, on the server by the monthly check."""
    desk, server = world.plain, world.observer
    desk.client.pull_all()
    needed, now = requirements_of(desk), desk.clock.now()
    on_server = requirements(server.replica.find(Query("requirement")))
    found = {one.check.id: set(data_health.ids_of(server, one))
             for one in data_health.check(server).results}  # fmt: skip
    for one in needed:
        spec = desk.replica.registry.entity(one.entity)
        there = next((ids for name, ids in found.items() if name.endswith(one.id)), set())
        assert one in on_server
        for record in desk.replica.find(Query(one.entity)):
            here = bool(lacking([one], spec, record, now))
            tally.compare("required field", f"{one.id} {record['id']}", here,
                          record["id"] in there, rule=one.id)  # fmt: skip


def compare_limits(world: World, tally: Tally) -> None:
    """From where on each measure is red."""
    server = world.observer
    with server.reading() as connection:
        teams = world.plain.actor.circles.teams
        there = limited(server.rule_book.in_force(connection, server.replica.tables, teams))
    for name, measure in limited(rules_of(world.plain)).items():
        one, other = measure.threshold, there[name].threshold
        tally.compare("limit", name, (one, measure.suggestion), (other, there[name].suggestion),
                      rule=f"limit-{name}")  # fmt: skip
