"""An import: rows of a file become records, some hundred at a time, all under one act.

Each chunk is one transaction that also notes how far the import came (`import_ledger`). So nobody
else waits long, a stop keeps what is done, a crash loses nothing and does nothing twice, and the
whole is taken back in one step. Every change takes the path of any other (`unit_of_work`).
"""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Protocol

from msgspec.structs import replace as replaced
from sqlalchemy import Connection

from crm_core.errors import KnownError
from crm_core.intake.cleaning import Sentence
from crm_core.intake.deciding import Alike, RowVerdict, Tally, Verdict, row_id
from crm_core.intake.files import Fingerprint
from crm_core.intake.mapping import Mapping, OnTwin
from crm_core.intake.source import Source, Table
from crm_core.model.values import Record
from crm_core.permissions import Actor
from crm_core.store.changes.act_refusals import Refused
from crm_core.store.changes.bulk_create import create_columns
from crm_core.store.changes.unit_of_work import Committed, Unit
from crm_core.store.imports import import_ledger
from crm_core.store.imports.ahead import ahead
from crm_core.store.imports.import_chunk import Chunk, NewIds
from crm_core.store.imports.import_foreseen import Foreseen
from crm_core.store.imports.import_judge import Judge
from crm_core.store.imports.import_ledger import Entry
from crm_core.store.imports.import_parts import Part, ids_of, in_chunks, in_parts
from crm_core.store.imports.import_undo import TakenBack, take_back_part
from crm_core.store.log import acts
from crm_core.store.replica import Replica

AT_A_TIME = 8_000
"""Rows of one transaction."""
MOST_ALIKE = 2_000
"""New rows of a dry run that are looked up among records merely alike."""
TAKEN_BACK_AT_A_TIME = 4_000
"""Operations undone in one transaction."""
MOST_VERDICTS = 200_000
"""Rows whose verdicts a dry run hands out one by one; beyond, they are only counted."""


class Write(Protocol):
    """Opens a transaction of somebody's changes: a replica's, or a workspace's that says so."""

    def __call__(
        self, reason: str, *, group: str
    ) -> AbstractContextManager[tuple[Unit, Committed]]: ...


@dataclass(frozen=True, slots=True)
class Job:
    """What is imported, by whom."""

    source: Source
    table: Table
    mapping: Mapping
    actor: Actor

    @property
    def key(self) -> str:
        """What this import is known by."""
        return import_ledger.key_of(self.source, self.table, self.mapping)

    @property
    def reason(self) -> str:
        """What the history says of its changes."""
        return f"导入 {self.source.path.name}"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far work has come."""

    rows: int
    total: int
    """0 where nobody knows."""
    tally: Tally

    @property
    def share(self) -> float:
        """0 to 1."""
        return min(self.rows / self.total, 1.0) if self.total else 0.0


@dataclass(slots=True)
class Foretold:
    """What an import would do."""

    tally: Tally = field(default_factory=Tally)
    asked_alike: int = 0
    """New rows looked up among records that are merely alike."""
    looked_alike: bool = True
    """Whether that was every new row."""
    verdicts: list[RowVerdict] = field(default_factory=list)
    stopped: bool = False
    seen: Fingerprint | None = None
    """Of the file it was told of."""
    remark: Sentence | None = None
    """What is to be said of the file as a whole."""


@dataclass(slots=True)
class Outcome:
    """What an import did."""

    entry: Entry
    changed: dict[str, set[str]] = field(default_factory=dict)
    stopped: bool = False
    error: KnownError | None = None
    """Why it ended before the last row: what was done until then is kept."""


Stopped = Callable[[], bool]
Report = Callable[[Progress], object]
Told = Callable[[float], object]
LookAlike = Callable[[str, Record], Alike | None]
"""(entity, values) → the record that may be meant."""


def _never() -> bool:
    return False


def _nobody(_progress: Progress) -> None:
    return None


def _unheard(_share: float) -> None:
    return None


def begun(replica: Replica, job: Job) -> Entry | None:
    """What is known of an earlier import of the same content in the same way; None also where
    that was taken back, and where another file has replaced what it wrote (`OnTwin.UPDATE`)."""

    def read(connection: Connection) -> Entry | None:
        found = import_ledger.find(connection, replica.tables, job.key)
        if found is None or found.undoing:
            return None
        if job.mapping.on_twin is OnTwin.UPDATE:
            way = import_ledger.way_of(job.mapping)
            later = import_ledger.newest(connection, replica.tables, way)
            if later is not None and later.key != found.key:
                return None
        return found if import_ledger.stands(connection, replica.tables, found) else None

    return replica.read(read)


def foretell(
    replica: Replica,
    job: Job,
    *,
    stopped: Stopped = _never,
    report: Report = _nobody,
    total: int = 0,
    alike: LookAlike | None = None,
) -> Foretold:
    """What importing would do, row by row; writes nothing.

    `alike` finds a record that may be the one a new row would make; it takes milliseconds, so the
    first `MOST_ALIKE` are asked for.
    """
    told = Foretold(seen=job.source.seen)
    judge = _judge(replica, job, lambda numbers: [row_id(one) for one in numbers], telling=True)
    foreseen = Foreseen(replica.by_ids)
    # Looking for what is alike takes milliseconds a row: somebody waits to see how far it is.
    for rows in in_chunks(job.source.batches(job.table), AT_A_TIME if alike is None else 250):
        if stopped():
            told.stopped = True
            break
        sheaf = judge.prepare(rows)
        chunk = judge.judge(sheaf, foreseen.read)
        sheaf.file()
        if judge.reads:
            foreseen.keep(chunk)
        if alike is not None:
            _look_alike(chunk, told, job.mapping.entity, alike, stopped)
        chunk.count(told.tally)
        told.verdicts += chunk.verdicts[: max(MOST_VERDICTS - len(told.verdicts), 0)]
        report(Progress(told.tally.rows, total, told.tally))
    job.source.check_unchanged()
    told.remark = job.source.remark()
    return told


def run(
    replica: Replica,
    job: Job,
    *,
    write: Write | None = None,
    stopped: Stopped = _never,
    report: Report = _nobody,
    total: int = 0,
    anew: bool = False,
    leave: Collection[int] = (),
) -> Outcome:
    """Import what is not imported yet. An earlier import of the same that was cut short goes on
    where it ended, unless `anew`. `leave`: numbers of rows that are left out.

    KnownError before anything is written; one that comes later is in the outcome.
    """
    job.mapping.check()
    opened = write or _writer(replica, job.actor)
    entry = _entry(replica, job, opened, anew=anew)
    judge = _judge(replica, job, ids_of(replica.clock), telling=False)
    outcome = Outcome(entry)
    rows = job.source.batches(job.table, after=entry.reached)
    try:
        with ahead(in_parts(judge, in_chunks(rows, AT_A_TIME), leave)) as parts:
            for part in parts:
                if stopped():
                    outcome.stopped = True
                    break
                job.source.check_unchanged()
                _write(outcome, judge, job, part, opened, bound=parts.further)
                report(Progress(outcome.entry.tally.rows, total, outcome.entry.tally))
        job.source.check_unchanged()
    except KnownError as error:
        outcome.error = error
    if not outcome.stopped and outcome.error is None:
        _finish(replica, outcome)
    return outcome


def _entry(replica: Replica, job: Job, opened: Write, *, anew: bool) -> Entry:
    """Of the import that goes on, or of a new one."""
    halfway = replica.read(lambda c: import_ledger.find(c, replica.tables, job.key))
    if halfway is not None and halfway.undoing:
        take_back(replica, halfway, write=opened)  # Cut short: what came in last went out first.
    entry = None if anew else begun(replica, job)
    if entry is not None and not entry.done:
        return entry
    return Entry(
        job.key, job.source.path.name, job.table.name, job.actor.user_id, replica.clock.iso(),
        way=import_ledger.way_of(job.mapping),
    )  # fmt: skip


def rejected(replica: Replica, entry: Entry) -> dict[int, list[Sentence]]:
    """Row number → why, of the rows an import refused."""
    return replica.read(lambda c: import_ledger.rejected(c, replica.tables, entry))


def take_back(
    replica: Replica, entry: Entry, *, write: Write | None = None, report: Told = _unheard
) -> TakenBack:
    """Undo a whole import in parts, the newest first, as one act (`import_undo`).

    `report` hears the share that is done. Cut short, it is asked for again: what was taken back
    is passed over.
    """
    opened = write or _writer(replica, Actor(entry.actor, ""))
    act = replica.read(lambda c: acts.find(c, replica.tables, entry.group))
    told = TakenBack(entry.undoing)
    high = act.last if act is not None else 0
    while act is not None and high >= act.first:
        part = max(high - TAKEN_BACK_AT_A_TIME + 1, act.first), high
        with opened("撤销", group=told.group) as (unit, committed):
            told.kept |= take_back_part(unit, entry.group, part)
            if not entry.undoing:
                entry = replace(entry, undoing=unit.group)
                import_ledger.note(unit.connection, unit.tables, entry)
        told.group = committed.group
        for entity, ids in committed.changed.items():
            told.changed.setdefault(entity, set()).update(ids)
        high = part[0] - 1
        report((act.last - high) / (act.last - act.first + 1))
    forget(replica, entry)
    return told


def forget(replica: Replica, entry: Entry) -> None:
    """An import was taken back: the same file may come again."""
    with replica.write(Actor(entry.actor, "")) as (unit, _):
        import_ledger.forget(unit.connection, unit.tables, entry)


def _write(
    outcome: Outcome,
    judge: Judge,
    job: Job,
    part: Part,
    opened: Write,
    *,
    bound: Callable[[], object],
) -> None:
    """`bound` hears that what is left to be done is the database's."""
    with opened(job.reason, group=outcome.entry.group) as (unit, committed):
        unit.insists = False  # What an import leaves empty is shown as incomplete, not refused.
        chunk = judge.judge(part.sheaf, unit.values_of)
        chunk.verdicts += [RowVerdict(number, Verdict.DUPLICATE, "") for number in part.left]
        for entity, new in chunk.made().items():
            create_columns(unit, entity, new.ids, new.columns, bound=bound)
        for entity, changes in chunk.changes.items():
            refused = Refused()
            unit.change_many(entity, changes, refused=refused)
            _take_back(chunk, entity, refused)
        tally = Tally.from_json(outcome.entry.tally.as_json())
        chunk.count(tally)
        entry = replace(
            outcome.entry, group=outcome.entry.group or committed.group, reached=part.last,
            tally=tally,
        )  # fmt: skip
        entry = import_ledger.note(unit.connection, unit.tables, entry, chunk.refused())
        bound()
    outcome.entry = entry
    for entity, ids in committed.changed.items():
        outcome.changed.setdefault(entity, set()).update(ids)


def _look_alike(
    chunk: Chunk, told: Foretold, entity: str, alike: LookAlike, stopped: Stopped
) -> None:
    """Say of new rows which records they are like."""
    made = chunk.made().get(entity)
    for number, place in enumerate(made.places if made is not None else ()):
        if made is None or told.asked_alike >= MOST_ALIKE:
            told.looked_alike = False
            return
        if stopped():
            return
        told.asked_alike += 1
        found = alike(entity, made.values(number))
        if found is not None:
            row = chunk.verdicts[place]
            chunk.verdicts[place] = replaced(
                row, alike=found.id, remarks=(*row.remarks, found.sentence)
            )
            told.tally.alike += 1


def _take_back(chunk: Chunk, entity: str, refused: Refused) -> None:
    """Rows whose change the unit of work refused after all."""
    for record_id, error in refused.items():
        place = chunk.rows.get((entity, record_id))
        if place is not None:
            chunk.verdicts[place] = replaced(
                chunk.verdicts[place], verdict=Verdict.REFUSED,
                reasons=(Sentence(error.chinese, error.english),),
            )  # fmt: skip


def _finish(replica: Replica, outcome: Outcome) -> None:
    with replica.write(Actor(outcome.entry.actor, "")) as (unit, _):
        entry = replace(outcome.entry, done=True)
        outcome.entry = import_ledger.note(unit.connection, unit.tables, entry)


def _judge(replica: Replica, job: Job, made: NewIds, *, telling: bool) -> Judge:
    judge = Judge(
        replica.registry, job.mapping, job.table.heading,
        actor=job.actor, now=replica.clock.now(), new_ids=made, telling=telling,
    )  # fmt: skip
    replica.read(lambda connection: judge.load(connection, replica.tables))
    return judge


def _writer(replica: Replica, actor: Actor) -> Write:
    def opened(reason: str, *, group: str) -> AbstractContextManager[tuple[Unit, Committed]]:
        return replica.write(actor, reason, group=group)

    return opened
