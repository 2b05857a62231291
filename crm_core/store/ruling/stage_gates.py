"""Whether a record may go to another stage, asked of a database: the same on laptop and server.

The verdict itself is `rules.gates`; here the related records are counted. On a laptop it is
provisional where others hold records the device does not see.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from crm_core.clock import parse_moment
from crm_core.errors import KnownError
from crm_core.model.merging import FOLLOWED, MERGED, UNMERGED
from crm_core.model.query import All, Op, Query, Test, matches
from crm_core.model.schema import Registry
from crm_core.model.values import Record, Value
from crm_core.permissions import ADMIN, Actor, withheld_from
from crm_core.rules.duty import OnDuty, Roster
from crm_core.rules.gates import Missing, Requirement, anchor_of, missing
from crm_core.rules.stage_plan import STAGED, Stage, StagePlan, blocker, plan_of
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.reading.totals import totals
from crm_core.store.ruling.duties import roster_in
from crm_core.store.ruling.rule_book import RuleBook

STAGE = "stage"
MOVED_BACK = "moved_back"
"""How often a record went back (row 4.12)."""
OVERRULED = "越过阶段条件"
"""The reason of who moved a record although something was missing, and said no other."""
OVERRULING = frozenset({"manager", ADMIN})
"""Roles that may do so; the history says that they did."""
_AT_ONCE = 400
"""Ids in one condition."""
_OF_MERGES = (MERGED, UNMERGED, FOLLOWED)

Counting = Callable[[Query, str], Mapping[str, int]]
"""How many records answer a query, by what stands in a field."""


class GateClosed(KnownError):
    """A stage cannot be left yet; `lacking` says what it waits for."""

    def __init__(
        self, stage: Stage, record: Record, lacking: tuple[Missing, ...], now: datetime,
        help_: OnDuty | None = None,
    ) -> None:  # fmt: skip
        tails = ("按本机的数据判断；没有改动。", "Judged by this device; nothing was changed.")
        hours = hours_in(record, now)
        zh, en = (
            blocker(
                stage, lacking, hours=hours, language=one,
                on_duty=help_.words(one, now) if help_ is not None else "",
            )
            for one in ("zh", "en")
        )  # fmt: skip
        super().__init__(f"{zh}{tails[0]}", f"{en} {tails[1]}", code="gate")
        self.record = record
        self.lacking = lacking
        self.help = help_
        """Who of the role that helps in this stage is on duty; None where it has no roster."""


class StepBack(KnownError):
    """A record goes back only with a reason, which the history keeps (row 4.12)."""

    def __init__(self, record: Record, before: Stage, after: Stage) -> None:
        super().__init__(
            f"从「{before.label.zh}」退回「{after.label.zh}」需要写明原因。没有改动。",
            f"Going back from “{before.label.en}” to “{after.label.en}” needs a reason. Nothing "
            "was changed.",
            code="step_back",
        )
        self.record = record
        self.before, self.after = before, after


@dataclass(frozen=True, slots=True)
class Gates:
    """The gates of one set of rules, over one state of the records."""

    plan: StagePlan
    count: Counting
    now: datetime
    find: Callable[[Query], Sequence[Record]] | None = None
    """Where it is given, several things asked of the same records are looked up at once."""
    registry: Registry | None = None
    actor: Actor | None = None
    """Who is at work on a laptop: what is asked of fields withheld from them the server judges."""
    roster: Callable[[], Roster] | None = None
    """Who is on duty, read where somebody has to be told."""

    def lacking_for(
        self, entity: str, records: Sequence[Record]
    ) -> dict[str, tuple[Missing, ...]]:  # fmt: skip
        """By id, what each record still needs to leave its stage forwards."""
        asked = {}
        for record in records:
            stage = self.plan.find(entity, str(record.get(STAGE)))
            asked[str(record["id"])] = stage.asked if stage and not stage.retired else ()
        return self._lacking(entity, records, asked)

    def lacking_to(self, entity: str, record: Record, stage: str) -> tuple[Missing, ...]:
        """What a record needs before it may go to `stage`; empty where the way is open."""
        way = self.plan.on_the_way(entity, str(record.get(STAGE) or ""), stage)
        return self.lacking_of(entity, record, way)

    def lacking_of(
        self, entity: str, record: Record, asked: Sequence[Requirement]
    ) -> tuple[Missing, ...]:
        """What of `asked` a record does not have."""
        one = str(record["id"])
        return self._lacking(entity, [record], {one: tuple(asked)})[one]

    def closed_to(
        self, entity: str, records: Sequence[Record], stage: str
    ) -> dict[str, tuple[Missing, ...]]:
        """By id, what those of `records` lack which may not go to `stage` yet."""
        way = self.plan.on_the_way
        asked = {str(r["id"]): way(entity, str(r.get(STAGE) or ""), stage) for r in records}
        found = self._lacking(entity, records, asked)
        return {one: lacking for one, lacking in found.items() if lacking}

    def check(self, entity: str, before: Record, changes: Record, *, reason: str) -> None:
        """Raise GateClosed or StepBack where `changes` may not be; what they write counts."""
        after, stage = changes.get(STAGE), str(before.get(STAGE) or "")
        if not isinstance(after, str):
            return
        if self.plan.is_back(entity, stage, after) and not reason:
            named = self.plan.named
            raise StepBack(before, named(entity, stage), named(entity, after))
        fresh = {**before, **changes, STAGE: stage}
        lacking = self.lacking_to(entity, fresh, after)
        if lacking:
            here = self.plan.named(entity, lacking[0].requirement.stage or stage)
            raise GateClosed(here, before, lacking, self.now, self.helping(here))

    def helping(self, stage: Stage) -> OnDuty | None:
        """Who of the role that helps in a stage is on duty; None where it has no roster."""
        if self.roster is None or not stage.role.zh + stage.role.en:
            return None
        return self.roster().at(stage.role, self.now)

    def _lacking(
        self,
        entity: str,
        records: Sequence[Record],
        asked: Mapping[str, tuple[Requirement, ...]],
    ) -> dict[str, tuple[Missing, ...]]:
        asked = {one: self._knowable(entity, several) for one, several in asked.items()}
        wanted = {one.id: one for several in asked.values() for one in several if one.entity}
        counts = self._together(entity, list(wanted.values()), records)
        left = [one for one in wanted.values() if one.id not in counts]
        counts |= {one.id: self._counted(entity, one, records) for one in left}
        return {
            str(record["id"]): missing(
                asked[str(record["id"])],
                record,
                {name: by_record.get(str(record["id"]), 0) for name, by_record in counts.items()},
                self.now,
            )
            for record in records
        }

    def _knowable(self, entity: str, asked: Sequence[Requirement]) -> tuple[Requirement, ...]:
        """Those that can be judged by what is seen here."""
        if self.actor is None or self.registry is None:
            return tuple(asked)
        unseen = {
            name: frozenset(withheld_from(self.actor, self.registry.entity(name)))
            for name in {one.entity or entity for one in asked}
        }
        return tuple(one for one in asked if unseen[one.entity or entity].isdisjoint(one.reads))

    def _together(
        self, entity: str, wanted: Sequence[Requirement], records: Sequence[Record]
    ) -> dict[str, dict[str, int]]:
        """By requirement, what is counted for a single record by one question a kind of record:
        a check list of ten items costs no more than one of them."""
        if self.find is None or len(records) != 1:
            return {}
        by_kind: dict[str, list[Requirement]] = defaultdict(list)
        for one in wanted:
            by_kind[one.entity].append(one)
        found: dict[str, dict[str, int]] = {}
        record_id = str(records[0]["id"])
        for kind, several in by_kind.items():
            name, anchor = anchor_of(entity, records[0], kind)
            if len(several) < 2 or not anchor:
                continue
            rows = self.find(Query(kind, Test(name, Op.EQ, anchor), limit=_AT_ONCE))
            if len(rows) < _AT_ONCE:
                for one in several:
                    number = sum(matches(one.where, row, self.now) for row in rows)
                    found[one.id] = {record_id: number}
        return found

    def _counted(
        self, entity: str, one: Requirement, records: Iterable[Record]
    ) -> dict[str, int]:  # fmt: skip
        """How many related records there are for each record, by its id."""
        anchors = {str(r["id"]): anchor_of(entity, r, one.entity) for r in records}
        by_field: dict[str, set[str]] = defaultdict(set)
        for name, anchor in anchors.values():
            if anchor:
                by_field[name].add(anchor)
        found: dict[tuple[str, str], int] = {}
        for name, ids in by_field.items():
            listed = sorted(ids)
            for start in range(0, len(listed), _AT_ONCE):
                among = Test(name, Op.IN, tuple(listed[start : start + _AT_ONCE]))
                counted = self.count(Query(one.entity, All((among, one.where))), name)
                found.update({(name, anchor): number for anchor, number in counted.items()})
        return {record_id: found.get(anchor, 0) for record_id, anchor in anchors.items()}


def counting_in(unit: Unit) -> Counting:
    """Counts as an open transaction sees them."""

    def count(query: Query, by: str) -> Mapping[str, int]:
        found = totals(unit.connection, unit.tables, query, unit.clock.now(), by=by)
        return {name: total.count for name, total in found.items()}

    return count


def judging(book: RuleBook, teams: Collection[str], *, overruling: bool = False) -> "Judge":
    """What a unit of work asks before it moves records (`Unit.gates`), by the rules in force for
    somebody of these teams."""

    def judge(unit: Unit, entity: str, before: Record, changes: Record) -> Mapping[str, Value]:
        after = changes.get(STAGE)
        if entity not in STAGED or not isinstance(after, str) or unit.reason in _OF_MERGES:
            return {}
        plan = plan_of(book.in_force(unit.connection, unit.tables, teams), unit.registry)
        if not overruling:
            gates = Gates(
                plan, counting_in(unit), unit.clock.now(), unit.find, unit.registry, unit.actor,
                partial(
                    roster_in, unit.connection, unit.tables, unit.find,
                    actor=unit.actor, registry=unit.registry,
                ),
            )  # fmt: skip
            gates.check(entity, before, changes, reason=unit.reason)
        if not plan.is_back(entity, str(before.get(STAGE) or ""), after):
            return {}
        times = before.get(MOVED_BACK)
        return {MOVED_BACK: (times if isinstance(times, int) else 0) + 1}

    return judge


Judge = Callable[[Unit, str, Record, Record], Mapping[str, Value]]


def hours_in(record: Record, now: datetime) -> int | None:
    """For how many whole hours a record has been in its stage; None where nobody knows."""
    since = record.get("stage_since")
    if not isinstance(since, str) or not since:
        return None
    return max(0, int((now - parse_moment(since)).total_seconds() // 3600))
