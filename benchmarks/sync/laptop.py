"""A laptop: the desktop's own profile, encrypted replica and sync client, without its windows."""

import os
from collections.abc import Mapping
from itertools import count
from pathlib import Path

from benchmarks.sync.company import PASSWORD
from benchmarks.sync.customers import EDITED
from crm_core.clock import stamp_from_ticks, system_clock
from crm_core.model.query import Query
from crm_core.rules.engine import make_rules
from crm_core.rules.stocked.builtin import BUILTIN_RULES
from crm_core.store.changes import changelog
from crm_core.store.changes.unit_of_work import Unit
from crm_core.store.log.acts import act_id
from crm_core.store.replica import Replica
from crm_core.sync.change import Operation, Verb
from desktop.__main__ import collect_rarely
from desktop.config import Profile
from desktop.services.online.secrets import KEYRING_VARIABLE, open_secrets
from desktop.services.online.signing_in import Credentials, sign_in
from desktop.services.workspace import Setup, Workspace

_INDEXED_AT_ONCE = 2_000


class Laptop:
    """One new device of a person; it has nothing until it is filled."""

    def __init__(self, folder: Path, url: str, login: str) -> None:
        collect_rarely()
        profile = Profile(folder)
        folder.mkdir(parents=True)
        secrets = open_secrets(profile, os.environ | {KEYRING_VARIABLE: "file"})
        self._setup = Setup(profile, secrets, system_clock(), make_rules(BUILTIN_RULES))
        self._credentials = Credentials(url, login, PASSWORD, device_name="基准")
        self._workspace: Workspace | None = None

    @property
    def workspace(self) -> Workspace:
        """What signing in opened."""
        assert self._workspace is not None
        return self._workspace

    def fill(self) -> None:
        """Sign in and receive everything this person may see."""
        self._workspace = sign_in(self._setup, self._credentials)

    def index(self) -> None:
        """Complete what is made in spare time: the search index and the order of names."""
        while self.workspace.replica.index_some(_INDEXED_AT_ONCE):
            continue

    def push(self) -> int:
        """Send what waits until all of it is acknowledged; how many operations were taken."""
        taken, refused = self.workspace.client.push_once()
        if refused:
            raise RuntimeError(f"{refused} operations were refused")
        return taken

    def pull(self) -> int:
        """Receive what is new; how many operations."""
        return self.workspace.client.pull_all().pulled

    def customer_ids(self, limit: int) -> list[str]:
        """Ids of the first customers here."""
        found = self.workspace.replica.find(Query("customer", limit=limit))
        return [str(record["id"]) for record in found]

    def count(self) -> int:
        """How many customers can be read here."""
        return self.workspace.replica.count(Query("customer"))

    def edit(self, ids: list[str], text: str, *, one_act: bool) -> None:
        """Change one field of each record: all in one act (a bulk edit), or each in its own."""
        replica = self.workspace.replica
        with replica.write(self.workspace.actor, "基准修改") as (unit, _):
            if one_act:
                unit.change_many("customer", {i: {EDITED: f"{text} {i}"} for i in ids})
                return
            made = _acts(unit, replica, {i: f"{text} {i}" for i in ids})
            now = replica.clock.iso()
            unit.applied.extend(
                changelog.apply(unit.connection, unit.tables, unit.registry, made, now=now)
            )

    def shows(self, ids: list[str], text: str) -> int:
        """How many of the records show what `edit` wrote under `text`."""
        replica = self.workspace.replica
        wanted = {f"{text} {i}" for i in ids}
        held = {str(record[EDITED]) for record in replica.find(Query("customer"))}
        return len(wanted & held)

    def close(self) -> None:
        """Let go of file and connections."""
        if self._workspace is not None:
            self._workspace.close()


def _acts(unit: Unit, replica: Replica, texts: Mapping[str, str]) -> list[Operation]:
    """An act for each edit, as if each had been saved on its own, in far less time than that takes:
    typed one by one, every record is indexed at once."""
    node, states = replica.hybrid.node, unit.states_of("customer", texts)
    first, tick = unit.sequence + 1, replica.hybrid.reserve(len(texts))
    unit.sequence += len(texts)
    return [
        Operation(
            replica=node, replica_seq=number, entity="customer", id=one, verb=Verb.SET,
            field=EDITED, value=texts[one], before=state.values.get(EDITED),
            base=state.stamp_of(EDITED), hlc=stamp_from_ticks(tick, node),
            group=act_id(node, number), actor=unit.actor.user_id, reason=unit.reason,
        )
        for number, tick, (one, state) in zip(count(first), count(tick), states.items())
    ]  # fmt: skip
