"""A laptop: the desktop's own profile, encrypted replica and sync client, without its windows."""

import os
from pathlib import Path

from benchmarks.sync.company import PASSWORD
from benchmarks.sync.customers import EDITED
from crm_core.clock import new_id, system_clock
from crm_core.model.query import Query
from crm_core.rules.builtin import BUILTIN_RULES
from crm_core.rules.engine import make_rules
from desktop.config import Profile
from desktop.services.account import Account, save_account
from desktop.services.secrets import KEYRING_VARIABLE, new_database_key, open_secrets
from desktop.services.server import Server
from desktop.services.workspace import Setup, Workspace, open_own


class Laptop:
    """One signed-in device; empty until filled."""

    def __init__(self, folder: Path, url: str, login: str) -> None:
        """Sign in as a new device and make the empty encrypted replica."""
        profile = Profile(folder)
        folder.mkdir(parents=True)
        secrets = open_secrets(profile, os.environ | {KEYRING_VARIABLE: "file"})
        rules = make_rules(BUILTIN_RULES)
        setup = Setup(profile, secrets, system_clock(), rules)
        server = Server(url, clock=setup.clock)
        try:
            session = server.sign_in(login, PASSWORD, device_name="基准", device="")
            organisation = server.health().organisation
        finally:
            server.close()
        account = Account(
            server=url, organisation=organisation, user_id=session.user_id,
            user_name=session.user_name, role=session.role, login=login, node=session.node,
            lineage=session.lineage,
        )  # fmt: skip
        key = new_database_key()
        secrets.keep_database_key(key)
        secrets.keep_refresh_token(session.refresh)
        save_account(profile, account)
        replica = open_own(setup, profile.replica_path.name, key, session.node)
        self.workspace = Workspace(setup, account, replica)
        self.workspace.client.server.access = session.access

    def fill(self) -> None:
        """Receive everything this person may see."""
        self.workspace.client.pull_all()
        self.workspace.refresh_actor()

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
        replica, clock = self.workspace.replica, self.workspace.clock
        with replica.write(self.workspace.actor, "基准修改") as (unit, _):
            if one_act:
                unit.change_many("customer", {i: {EDITED: f"{text} {i}"} for i in ids})
                return
            for record_id in ids:
                # As if each had been saved on its own, in far less time than that takes.
                unit.group = new_id(clock)
                unit.change("customer", record_id, {EDITED: f"{text} {record_id}"})

    def shows(self, ids: list[str], text: str) -> int:
        """How many of the records show what `edit` wrote under `text`."""
        replica = self.workspace.replica
        wanted = {f"{text} {i}" for i in ids}
        held = {str(record[EDITED]) for record in replica.find(Query("customer"))}
        return len(wanted & held)

    def close(self) -> None:
        """Let go of file and connections."""
        self.workspace.close()
