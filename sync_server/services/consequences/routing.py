"""Leads without an owner get one, or a pool to wait in, in the transaction that brings them.

What decides is pure (`rules.routing`); this reads what it asks of and writes what it says: owner,
pool, why, and a reminder for whoever got something. Rows 2.2 to 2.7, 2.10, 2.13.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from crm_core.model.values import Record
from crm_core.rules.grading import graded, to_score, waiting_for_owner
from crm_core.rules.identity import act_key
from crm_core.rules.pools import Lead
from crm_core.rules.routing import GIVEN, ROUTED, Routed, looked_at, route, waits
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.scoring import SCORED
from crm_core.store.changes.act_refusals import Refused
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.log import oplog
from crm_core.store.replica import MakeUnit, Then
from crm_core.store.ruling.office import leads_of, office
from crm_core.store.schema.tables import Tables
from crm_core.sync.change import Operation
from sync_server.services.audit import SERVER_ACTOR
from sync_server.services.clocks.clock_keeping import keep
from sync_server.services.rule_book import rules_for
from sync_server.services.server import Server

MOST_SAID_ONE_BY_ONE = 5
"""Leads somebody gets at once that are named each; more of them are said as a number."""
AT_A_TIME = 500
"""Leads of one transaction, where many wait."""


def grade(server: Server) -> Then:
    """Scores and grades of leads just written, where they are not what their author worked out."""

    def follow(make: MakeUnit, operations: Sequence[Operation]) -> Iterator[Unit]:
        for rules, some in _by_rules(server, make, operations):
            unit = make(SERVER_ACTOR, "评分")
            asked = to_score(rules, some)
            records = unit.records(SCORED, asked) if asked else {}
            edits = graded(rules, asked, records, unit.clock.now())
            if edits:
                # As where it is scored in the act itself: no rule is set off twice by it.
                node = server.replica.hybrid.node
                for one in some:
                    if one.entity == SCORED:
                        unit.ledger.follows(SCORED, one.id, *unit.ledger.source(one, node))
            unit.edit(edits, refused=Refused())
            if unit.applied.fresh:
                yield unit

    return follow


def give_out(server: Server) -> Then:
    """Owners for leads that have none."""

    def follow(make: MakeUnit, operations: Sequence[Operation]) -> Iterator[Unit]:
        for rules, some in _by_rules(server, make, operations):
            unit = make(SERVER_ACTOR, GIVEN)
            # Giving a lead to somebody is an act of its own.
            unit.ledger = replace(unit.ledger, causes={})
            _Giving(unit, rules).give(waiting_for_owner(some, looked_at(rules)))
            if unit.applied.fresh:
                yield unit

    return follow


def give_all(server: Server, ids: Collection[str]) -> int:
    """Owners for leads that came by another way than a push, such as an import at the server, or
    that waited; how many were given to somebody.

    Whether a lead still waits is asked in the transaction that gives it out, so that of several
    processes one does.
    """
    listed, given = sorted(ids), list[int]()

    def give(part: Collection[str]) -> Then:
        def then(make: MakeUnit, _operations: Sequence[Operation]) -> Iterator[Unit]:
            unit = make(SERVER_ACTOR, GIVEN)
            rules = rules_for(server.rule_book, unit, "")
            records = unit.records(SCORED, part)
            fresh = dict.fromkeys(records, False)
            unit.edit(graded(rules, fresh, records, unit.clock.now()), refused=Refused())
            giving = _Giving(unit, rules, given_back(unit.connection, unit.tables, part))
            giving.give(dict.fromkeys(part, ""))
            given.append(giving.given)
            unit.run_rules(server.replica.rules)
            yield unit
            # When the rules have come to rest, so that the schedule is of what they left.
            yield from keep(server)(make, list(unit.applied.fresh))

        return then

    for start in range(0, len(listed), AT_A_TIME):
        applied = server.replica.act(give(listed[start : start + AT_A_TIME]))
        if applied.log_rids:
            server.live.publish(max(applied.log_rids.values()))
    return sum(given)


@dataclass(slots=True)
class _Giving:
    """One transaction in which leads are given out."""

    unit: Unit
    rules: RuleSet
    refused: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By lead, who has given it back before."""
    _given: dict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    """By owner, what they got."""

    @property
    def given(self) -> int:
        """How many leads somebody got."""
        return sum(map(len, self._given.values()))

    def give(self, asked: Mapping[str, str]) -> None:
        """Decide about those of the leads that wait; `asked` says by whom one was given back."""
        unit = self.unit
        records = (
            {i: r for i, r in unit.records(ROUTED, asked).items() if waits(r)} if asked else {}
        )
        if not records:
            return
        there = office(unit.connection, unit.tables, self.rules, unit.clock.now())
        changes, why = {}, {}
        for lead in self._in_order(records.values()):
            record_id = str(lead.record["id"])
            back = self.refused.get(record_id, frozenset()) | {asked[record_id]} - {""}
            lead = replace(lead, refused=back)
            found = route(self.rules, lead, there, unit.clock.now())
            new = self._changes(records[record_id], found)
            if new:
                changes[record_id], why[record_id] = new, found
            if found.owner:
                there.give(found.owner)
                self._given[found.owner].append(records[record_id])
        refused: Refused = {}
        unit.change_many(ROUTED, changes, refused=refused)
        self._explain({one: found for one, found in why.items() if one not in refused})
        self._tell()

    def _in_order(self, records: Iterable[Record]) -> list[Lead]:
        """Who waits longest comes first, the same whichever way they came in."""
        leads = leads_of(self.unit.connection, self.unit.tables, records)
        return sorted(
            leads.values(),
            key=lambda one: (str(one.record.get("received_at")), str(one.record["id"])),
        )

    def _changes(self, record: Record, found: Routed) -> dict[str, object]:
        now = self.unit.clock.iso()
        pool = found.pool or None
        new: dict[str, object] = {}
        if pool != record.get("pool"):
            new |= {"pool": pool, "pooled_at": now if pool else None}
        if found.owner:
            new |= {"owner": found.owner, "assigned_at": now}
        return new

    def _explain(self, why: Mapping[str, Routed]) -> None:
        """What was decided and by which version, once for each time it was."""
        now, rows = self.unit.clock.iso(), {}
        for record, found in why.items():
            rule = self.rules.one(found.rule)
            rows[act_key(found.rule, record, now)] = {
                "rule": found.rule or GIVEN, "rule_name": rule.label.zh[:60] if rule else None,
                "version": found.version or None, "about": ROUTED, "record": record, "at": now,
                "why": found.as_json(), "owner": found.owner or None,
            }  # fmt: skip
        self.unit.create_missing("firing", rows)

    def _tell(self) -> None:
        """A reminder for everybody who got something."""
        now = self.unit.clock.iso()
        rows: dict[str, dict[str, object]] = {}
        for owner, leads in self._given.items():
            common = {"kind": "reminder", "state": "open", "due_at": now, "owner": owner}
            if len(leads) > MOST_SAID_ONE_BY_ONE:
                title = f"分给您 {len(leads)} 条新线索，请尽快首次跟进"
                rows[act_key(GIVEN, owner, self.unit.group)] = {"title": title, **common}
                continue
            for lead in leads:
                source = f"（{lead['source']}）" if lead.get("source") else ""
                title = f"新线索分给您：{str(lead.get('name') or '')[:80]}{source[:60]}"
                key = act_key(GIVEN, str(lead["id"]), now, owner)
                rows[key] = {"title": title, "lead": lead["id"], **common}
        self.unit.create_missing("task", rows)


def given_back(
    connection: Connection, tables: Tables, ids: Collection[str]
) -> dict[str, frozenset[str]]:
    """By lead, everybody it was taken from without somebody else getting it in the same act."""
    found: dict[str, set[str]] = defaultdict(set)
    for _, one in oplog.of_records(connection, tables, ROUTED, ids):
        if one.field == "owner" and one.value is None and one.before:
            found[one.id].add(str(one.before))
    return {record: frozenset(some) for record, some in found.items()}


def _by_rules(
    server: Server, make: MakeUnit, operations: Sequence[Operation]
) -> Iterable[tuple[RuleSet, list[Operation]]]:
    """Operations on leads by the rules they are judged by: those in force for who did them."""
    leads = [one for one in operations if one.entity == ROUTED]
    if not leads:
        return ()
    unit = make(SERVER_ACTOR, GIVEN)
    of = {author: rules_for(server.rule_book, unit, author) for author in {o.actor for o in leads}}
    found: dict[int, tuple[RuleSet, list[Operation]]] = {}
    for one in leads:
        rules = of[one.actor]
        found.setdefault(id(rules), (rules, []))[1].append(one)
    return found.values()
