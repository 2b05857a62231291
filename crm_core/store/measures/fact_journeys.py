"""Makes the facts of journeys: a row each, and a row for every stage they were in."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from crm_core.insight import journeys
from crm_core.insight.framing import OPEN
from crm_core.insight.journeys import Exempt, Move, Stay, Subject, Touch
from crm_core.insight.standards import SHIPPED
from crm_core.rules.stocked.automations_shipped import LETTER
from crm_core.store.measures import stage_history
from crm_core.store.measures.fact_building import EventFacts
from crm_core.store.measures.fact_words import millis_of
from crm_core.store.measures.past_moves import moves_of
from crm_core.store.schema.fact_tables import KIND
from crm_core.store.schema.tables import SetText, Tables

_FIELDS = {
    "lead": ("stage", "stage_since", "received_at", "assigned_at", "first_response_at", "source",
             "grade", "city", "interest"),
    "opportunity": ("stage", "stage_since", "amount"),
}  # fmt: skip
_REC, _PLACE = 1, slice(3, 7)
"""Where a fact of a journey says its row, and its dimensions beside the owner."""
_TIMED = 2**16
"""Ticks of a stamp a millisecond (`clock.stamp_ticks`)."""


@dataclass(slots=True)
class _Around:
    """What else the facts of some journeys depend on."""

    customers: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    rids: Mapping[str, int] = field(default_factory=dict)
    """Customer → its row."""
    moves: Mapping[int, list[Move]] = field(default_factory=dict)
    touches: Mapping[int, list[Touch]] = field(default_factory=dict)
    letters: Mapping[str, bool] = field(default_factory=dict)
    """Lead → whether its letter is signed, where one was asked for."""
    bought: Mapping[str, "_Bought"] = field(default_factory=dict)
    first: Mapping[str, int] = field(default_factory=dict)
    """Customer → its first lead."""
    exempt: Mapping[str, list[Exempt]] = field(default_factory=dict)
    """Id of a journey or of its customer → exemptions."""


@dataclass(slots=True)
class _Bought:
    """What a customer has bought."""

    products: set[str] = field(default_factory=set)
    amount: int = 0


class Builder(EventFacts):
    """Makes all facts, within one transaction that may write."""

    def __init__(self, connection: Connection, tables: Tables) -> None:
        super().__init__(connection, tables)
        self._rules = stage_history.history(connection, tables)

    def journeys(self, entity: str, recs: Sequence[int]) -> None:
        """Make those of leads or opportunities; events follow where a lead's dimensions changed."""
        facts = self.tables.facts
        table = self.tables.of(entity)
        names = ("rid", "id", "alive", "created_at", "owner", "customer", *_FIELDS[entity])
        rows = self.rows(table.c.rid, recs, *(table.c[name] for name in names))
        records = [dict(zip(names, row, strict=True)) for row in rows if row[2]]
        around = self._around(entity, records)
        made: list[tuple[Any, ...]] = []
        stages: list[tuple[Any, ...]] = []
        for record in records:
            row, stays = self._facts(entity, record, around)
            made.append(row)
            stages += stays
        stood = {row[_REC]: row[_PLACE] for row in self.keep(facts.journey, entity, recs, made)}
        self.keep(facts.stage, entity, recs, stages)
        if entity == "lead":
            self.events_of([
                row[_REC] for row in made if stood.get(row[_REC], row[_PLACE]) != row[_PLACE]
            ])  # fmt: skip

    # -- what is around ------------------------------------------------------------------------

    def _around(self, entity: str, records: Sequence[Mapping[str, Any]]) -> _Around:
        recs = [record["rid"] for record in records]
        customers = {record["customer"] for record in records if record["customer"]}
        moves = moves_of(self.connection, self.tables, entity, recs)
        around = _Around(self.customers(customers), self.rids(customers), moves)
        around.exempt = self._exempt(entity, {one["id"] for one in records} | customers)
        if entity == "lead":
            around.touches = self._touches(recs)
            around.letters = self._letters(records)
            won = {r["customer"] for r in records if r["customer"] and r["stage"] == "won"}
            around.bought = self._bought(sorted(won))
            around.first = self._first(sorted(won))
        return around

    def _exempt(self, entity: str, ids: Collection[str]) -> dict[str, list[Exempt]]:
        """Those of a customer are of all its journeys, unless they name one."""
        table = self.tables.of("exemption")
        names = ("alive", "since", "until", "ended_at", "lead", "opportunity", "customer")
        found = defaultdict[str, list[Exempt]](list)
        for about in (entity, "customer"):
            for alive, since, until, ended, lead, opportunity, customer in self.rows(
                table.c[about], sorted(ids), *(table.c[name] for name in names)
            ):
                named = {"lead": lead, "opportunity": opportunity, "customer": customer}[about]
                begin = millis_of(since)
                ends = [at for at in map(millis_of, (until, ended)) if at is not None]
                wide = about == "customer" and (lead or opportunity)
                if alive and begin is not None and ends and not wide:
                    found[named].append((begin, min(ends)))
        return found

    def _touches(self, recs: Sequence[int]) -> dict[int, list[Touch]]:
        fact = self.tables.facts.event
        kinds = (KIND["follow_up"], KIND["visit"])
        columns = (fact.c.journey, fact.c.at, fact.c.action, fact.c.kind, fact.c.took)
        every = self.rows(fact.c.journey, recs, *columns)
        rows = [row for row in every if row[3] in kinds]
        word = self.words.texts({row[2] for row in rows})
        found = defaultdict[int, list[Touch]](list)
        for rec, at, action, kind, took in rows:
            begun = None if took is None else bool(took)
            touch = Touch(at, word.get(action, ""), visit=kind == kinds[1], by_customer=begun)
            found[rec].append(touch)
        return found

    def _letters(self, records: Sequence[Mapping[str, Any]]) -> dict[str, bool]:
        """Of leads with a task for the letter, or an item of a check list: their own, or of an
        opportunity of their customer."""
        task, tick = self.tables.of("task"), self.tables.of("checklist_item")
        ids = [record["id"] for record in records]
        named = self.rows(task.c.lead, ids, task.c.lead, task.c.title, task.c.state, task.c.alive)
        said = [(lead, title, state == "done", alive) for lead, title, state, alive in named]
        done = (tick.c.label, tick.c.done_at, tick.c.alive)
        said += [(*row[:2], row[2] is not None, row[3])
                 for row in self.rows(tick.c.lead, ids, tick.c.lead, *done)]  # fmt: skip
        said += self._deal_ticks(records)
        found: dict[str, bool] = {}
        for lead, title, signed, alive in said:
            if alive and LETTER in str(title or ""):
                found[lead] = found.get(lead, False) or signed
        return found

    def _deal_ticks(
        self, records: Sequence[Mapping[str, Any]]
    ) -> list[tuple[str, str, bool, bool]]:
        deal, tick = self.tables.of("opportunity"), self.tables.of("checklist_item")
        if self.connection.scalar(select(tick.c.rid).limit(1)) is None:
            return []
        leads = defaultdict[str, list[str]](list)
        for record in records:
            if record["customer"]:
                leads[record["customer"]].append(record["id"])
        deals = self.rows(deal.c.customer, sorted(leads), deal.c.id, deal.c.customer, deal.c.alive)
        whose = {one: customer for one, customer, alive in deals if alive}
        names = (tick.c.opportunity, tick.c.label, tick.c.done_at, tick.c.alive)
        return [
            (lead, label, done is not None, alive)
            for one, label, done, alive in self.rows(tick.c.opportunity, sorted(whose), *names)
            for lead in leads[whose[one]]
        ]

    def _bought(self, customers: Sequence[str]) -> dict[str, _Bought]:
        table = self.tables.of("opportunity")
        names = ("customer", "stage", "alive", "amount", "products")
        found = defaultdict[str, _Bought](_Bought)
        for customer, stage, alive, amount, products in self.rows(
            table.c.customer, customers, *(table.c[name] for name in names)
        ):
            if alive and stage == "won":
                found[customer].amount += amount or 0
                found[customer].products.update(SetText.read(products) or ())
        return found

    def _first(self, customers: Sequence[str]) -> dict[str, int]:
        table = self.tables.of("lead")
        found: dict[str, int] = {}
        for customer, rec, alive in self.rows(
            table.c.customer, customers, table.c.customer, table.c.rid, table.c.alive
        ):
            if alive:
                found[customer] = min(found.get(customer, rec), rec)
        return found

    # -- one journey ---------------------------------------------------------------------------

    def _facts(
        self, entity: str, record: Mapping[str, Any], around: _Around
    ) -> tuple[tuple[Any, ...], list[tuple[Any, ...]]]:
        subject = _subject(entity, record)
        rec = record["rid"]
        found, guessed = journeys.stays(subject, around.moves.get(rec, ()), self._rules)
        about = (record["id"], record["customer"])
        exempt = journeys.apart([one for key in about for one in around.exempt.get(key, ())])
        responded = millis_of(record.get("first_response_at"))
        made = journeys.journey(
            subject, found, around.touches.get(rec, ()),
            responded=OPEN if responded is None else responded, ends=SHIPPED.ends,
            exempt=exempt,
        )  # fmt: skip
        industry, city = around.customers.get(record["customer"], ("", ""))
        number = self.words.number
        dimensions = (
            number(record["owner"]), number(record.get("source")), number(industry),
            number(record.get("city") or city), number(record.get("grade")),
        )  # fmt: skip
        key = (KIND[entity], rec, *dimensions)
        matched, letter, amount = _outcome(entity, record, around)
        second = None if made.second_by is None else int(made.second_by)
        row = (
            KIND[entity], rec, *dimensions, number(subject.stage),
            around.rids.get(record["customer"] or ""),
            made.received, made.assigned, made.responded, made.closed, made.contacted,
            made.second_at,
            int(made.won), made.wait, made.visit_wait, made.cycle, made.handover,
            made.demo_wait, made.brief_wait, made.effective_wait, made.silent_since,
            made.touches, made.backs, int(made.survived), matched, letter, second,
            amount, int(guessed),
        )  # fmt: skip
        return row, [
            self._stay(key, seq, stay, (*journeys.exempted(stay, exempt), guessed))
            for seq, stay in enumerate(found)
        ]

    def _stay(
        self, key: tuple[Any, ...], seq: int, stay: Stay, more: tuple[int, int, int, bool]
    ) -> tuple[Any, ...]:
        number = self.words.number
        ended = int(stay.stage in SHIPPED.ends)
        return (
            key[0], ended, stay.left, key[1], seq, *key[2:], number(stay.stage), stay.entered,
            stay.standard, number(stay.operator), *more[:3],
            int(stay.back), int(stay.lost), int(more[3]),
        )  # fmt: skip


def _subject(entity: str, record: Mapping[str, Any]) -> Subject:
    begun = record["created_at"] // _TIMED
    received = millis_of(record.get("received_at"))
    begun = begun if received is None else received
    assigned = millis_of(record.get("assigned_at"))
    return Subject(
        entity=entity,
        stage=str(record["stage"] or ""),
        begun=begun,
        since=millis_of(record.get("stage_since")) or 0,
        assigned=begun if assigned is None else assigned,
        handed=assigned is not None,
    )


def _outcome(
    entity: str, record: Mapping[str, Any], around: _Around
) -> tuple[int | None, int | None, int]:
    """(whether what was bought is what was wanted, whether the letter is signed, money)."""
    if entity != "lead":
        return None, None, int(record["amount"] or 0)
    letter = around.letters.get(record["id"])
    bought = around.bought.get(record["customer"] or "")
    if bought is None or record["stage"] != "won":
        return None, None if letter is None else int(letter), 0
    wanted = str(record["interest"] or "").strip()
    matched = None
    if wanted and bought.products:
        matched = int(any(wanted in one or one in wanted for one in bought.products))
    first = around.first.get(record["customer"]) == record["rid"]
    return matched, None if letter is None else int(letter), bought.amount if first else 0
