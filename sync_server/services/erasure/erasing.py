"""Erasing a person: everything about them gone for good, here at once, on devices at next contact.

One transaction takes records, history, reasons, waiting and quarantined changes; files, snapshots
and free space follow. The journal (`erasure_journal`) does the same again to a restored backup.
"""

import logging
from collections.abc import Collection, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass

from sqlalchemy import Connection, select

from crm_core.errors import KnownError
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.engines.engine import guarded
from crm_core.store.forgetting import erasing
from sync_server.services import audit, blobs
from sync_server.services.erasure import person
from sync_server.services.erasure.mentions import Words
from sync_server.services.erasure.person import Holder
from sync_server.services.exchange.progress import progress_of
from sync_server.services.exchange.pull import log_end
from sync_server.services.quarantining import quarantine
from sync_server.services.server import Server
from sync_server.services.shelves.erasure_journal import Erasure, Place, Target, new_erasure_id
from sync_server.services.signing_in.devices import Device, all_devices

log = logging.getLogger("log.server")

SOMEBODY = "某人"
"""What stands in texts instead of a person who was erased."""
_LATE = "overwrite_due"
_MOST = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be erased."""

    roots: tuple[Target, ...]
    """The person; behind it other records of the same one, as an administrator decided."""
    texts: tuple[Place, ...] = ()
    """Texts of other records in which the person shall not be named any more."""
    word: str = SOMEBODY


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased, or would be."""

    id: str
    """Names it in the journal; empty for a dry run."""
    records: Mapping[str, int]
    """Entity → number of records."""
    files: int
    """Files that went; for a dry run files that would, if nobody else names them."""
    texts: int
    """Texts of other records that were rewritten."""
    holders: tuple[Holder, ...]
    """Devices that forget it when they are next in contact."""
    overwritten: bool
    """Whether the free space of the database's files was overwritten; if not, that is tried again
    with the next erasure or compaction."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """An erasure, and who has still to confirm it."""

    id: str
    at: str
    roots: tuple[Target, ...]
    records: int
    waiting: tuple[Device, ...]
    """Devices not known to have come so far; what is known lags behind by ten minutes."""


def erase(server: Server, asked: Asked, *, by: str, dry_run: bool = False) -> Erased:
    """Erase for good. `by`: user id, or `audit.AT_THE_SERVER`. SyncError: PERSON_UNKNOWN."""
    if dry_run:
        return _dry_run(server, asked)
    with ExitStack() as undone:
        with server.replica.write(audit.SERVER_ACTOR) as (unit, _):
            connection = unit.connection
            person.checked(connection, server, asked.roots)
            its = tuple(sorted(person.belongings(connection, server, asked.roots)))
            erasure = Erasure(
                new_erasure_id(), server.clock.iso(), asked.roots, its, asked.texts, asked.word
            )
            holders = tuple(person.holders(connection, server, its))
            done = _take_out(connection, server, erasure)
            _tell(unit, erasure, done, by=by)
            server.erasures.add(erasure)
            undone.callback(server.erasures.void, erasure.id)
        undone.pop_all()
    files = _clear_away(server, done)
    overwritten = overwrite(server)
    log.info("erased %s: %d records, %d files", erasure.id, len(its), files)
    return Erased(erasure.id, person.counted(its), files, done.texts, holders, overwritten)


def carry_out(server: Server) -> int:
    """Erase what the journal says and the database does not know: after a restore, or a crash
    between the two; how many erasures that were."""
    with server.reading() as connection:
        lacking = [e for e in server.erasures.erasures() if _lacks(connection, server, e)]
    for erasure in lacking:
        with server.replica.write(audit.SERVER_ACTOR) as (unit, _):
            if not _lacks(unit.connection, server, erasure):
                continue
            done = _take_out(unit.connection, server, erasure)
            _tell(unit, erasure, done, by=audit.AT_THE_SERVER)
        _clear_away(server, done)
    if lacking:
        log.info("erased again what the journal names: %d", len(lacking))
        overwrite(server)
    return len(lacking)


def overwrite(server: Server) -> bool:
    """Let nothing removed stay in the files of the database, as far as that can be done here."""
    engine = server.replica.engine.execution_options(isolation_level="AUTOCOMMIT")
    done = False
    try:
        with guarded(), engine.connect() as connection:
            done = erasing.overwrite_free_space(connection)
    except KnownError as error:
        log.warning("free space not overwritten yet: %s", error.code)
    if not done or server.replica.meta(_LATE, False):
        with suppress(KnownError):
            server.replica.remember(**{_LATE: not done})
    return done


def overwrite_late(server: Server) -> None:
    """Try again where an erasure could not overwrite the free space."""
    if server.replica.meta(_LATE, False):
        overwrite(server)


def confirmations(server: Server) -> list[Confirmation]:
    """Every erasure, the last one first, and which devices are not known to have heard of it."""
    with server.reading() as connection:
        every = server.erasures.erasures()[: -_MOST - 1 : -1]
        devices = _filled(connection, server)
        found = []
        for one in every:
            at = erasing.position_of(connection, server.replica.tables, one.records)
            late = [d for d, cursor in devices if at is not None and cursor < at]
            found.append(Confirmation(one.id, one.at, one.roots, len(one.records), tuple(late)))
    return found


# -- inside ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Done:
    """What one transaction did."""

    position: int
    addresses: Collection[str]
    texts: int


def _filled(connection: Connection, server: Server) -> list[tuple[Device, int]]:
    """Devices that hold something, and how far each is known to have come."""
    filled = set(connection.scalars(select(server.tables.scope.c.node)))
    gone = quarantine.wiped(connection, server)
    found = []
    for device in all_devices(connection, server.tables):
        if device.node in filled and device.node not in gone:
            known = progress_of(connection, server, device.node)
            found.append((device, 0 if known is None else known.cursor))
    return found


def _dry_run(server: Server, asked: Asked) -> Erased:
    with server.reading() as connection:
        person.checked(connection, server, asked.roots)
        its = person.belongings(connection, server, asked.roots)
        files = len(person.addresses(connection, server, its))
        holders = tuple(person.holders(connection, server, its))
    return Erased("", person.counted(its), files, len(asked.texts), holders, overwritten=False)


def _take_out(connection: Connection, server: Server, erasure: Erasure) -> _Done:
    """Everything that is in the database."""
    tables = server.replica.tables
    words = person.words_known(connection, server, erasure.roots)
    addresses = person.addresses(connection, server, erasure.records)
    texts = _rewritten(connection, server, erasure, words)
    reasons = erasing.forget_reasons(connection, tables, words.numbers)
    reasons |= erasing.forget_reasons(connection, tables, words.plain, about=erasure.records)
    position = erasing.take_out(connection, tables, erasure.records)
    erasing.note(connection, tables, erasure.records, position=position, whole=True)
    others = (texts | reasons) - set(erasure.records)
    erasing.note(connection, tables, others, position=position, whole=False)
    blobs.unback(connection, server, (r for e, r in erasure.records if e == "attachment"))
    addresses |= quarantine.forget_erased(connection, server)
    return _Done(position, addresses, len(texts))


def _rewritten(
    connection: Connection, server: Server, erasure: Erasure, words: Words
) -> set[Target]:
    def change(text: str) -> str:
        return words.replace(text, erasure.word)

    return erasing.rewrite(connection, server.replica.tables, erasure.texts, change)


def _tell(unit: Unit, erasure: Erasure, done: _Done, *, by: str) -> None:
    """The audit log: that, when, by whom; no name. It also moves the log beyond the position of
    the erasure, where devices are sent anew what was rewritten."""
    counts = ", ".join(f"{e} {n}" for e, n in person.counted(erasure.records).items())
    about = ", ".join(f"{entity} {record}" for entity, record in erasure.roots)
    detail = f"{counts}; {done.texts} texts"
    audit.enter(unit, audit.Event("person_erased", by, by, about=about, detail=detail))


def _clear_away(server: Server, done: _Done) -> int:
    """What is not in the database: files, snapshots; and tell who listens. How many files."""
    server.snapshots.drop_before(done.position)
    files = 0
    try:
        files = blobs.discard(server, done.addresses)
    except OSError as error:  # Nobody is given them any more; `blobs.tidy` comes by again.
        log.warning("files of an erasure not deleted yet: %s", error.strerror)
    with server.reading() as connection:
        server.live.publish(log_end(connection, server))
    return files


def _lacks(connection: Connection, server: Server, erasure: Erasure) -> bool:
    known = erasing.erased(connection, server.replica.tables, erasure.records)
    return not known >= set(erasure.records)
