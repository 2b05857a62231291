"""The open server: its replica, its own tables and what it needs to answer. Built by the root."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection

from crm_core.clock import Clock
from crm_core.store.engines.engine import reading, writing
from crm_core.store.replica import Replica
from crm_core.store.ruling.rule_book import RuleBook
from sync_server.auth import Passwords
from sync_server.config import Limits
from sync_server.services.live import LiveHub
from sync_server.services.push_queue import PushQueue
from sync_server.services.schema.tables import ServerTables
from sync_server.services.shelves.blob_shelf import Parts, Shelf
from sync_server.services.shelves.digest_shelf import DigestShelf
from sync_server.services.shelves.erasure_journal import ErasureJournal
from sync_server.services.shelves.snapshot_shelf import SnapshotShelf
from sync_server.services.single_sign_on import Provider


@dataclass(frozen=True, slots=True)
class Server:
    """Everything a service works with."""

    replica: Replica
    tables: ServerTables
    clock: Clock
    passwords: Passwords
    limits: Limits
    live: LiveHub
    shelf: Shelf
    parts: Parts
    snapshots: SnapshotShelf
    organisation: str
    lineage: str
    """Random, made at `init`, made anew by `restore`."""
    erasures: ErasureJournal
    provider: Provider | None = None
    """The company's sign-in service, where people may use it."""
    webhooks: Path | None = None
    """Where it says how other programs are told."""
    digests: DigestShelf = field(default_factory=DigestShelf)
    rule_book: RuleBook = field(default_factory=RuleBook)
    pushes: PushQueue = field(default_factory=PushQueue)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent state of records and server tables."""
        with reading(self.replica.engine) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A write to the server's own tables; records change only through the replica."""
        with writing(self.replica.engine) as connection:
            yield connection
