"""How fast 10,000 records change in one act, and come back: python make.py bench bulk

An encrypted replica of 100,000 customers with log, outbox, rules and search index on, worked on by
the desktop's own verbs. Beside it, in the same run, plain sqlite3 writes the same field of the
same rows by id, once there and once back, in two transactions.
"""

import gc
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from crm_core.clock import Clock, make_stamp, new_id, system_clock
from crm_core.model.query import Query
from crm_core.rules.engine import make_rules
from crm_core.rules.stocked.builtin import BUILTIN_RULES
from crm_core.store.replica import Replica, open_replica
from crm_core.sync.change import Operation, Verb
from desktop.config import Profile
from desktop.services.cancelling import CancelToken
from desktop.services.commands.bulk_edit import BulkEdit, Step, Way, do_bulk_edit, preview
from desktop.services.commands.verbs import do_undo
from desktop.services.online.account import Account
from desktop.services.online.secrets import open_secrets
from desktop.services.workspace import Setup, Workspace

RECORDS, CHANGED, LIMIT = 100_000, 10_000, 5.0
REMOTE = "00000000000000aa"
RULES = make_rules(BUILTIN_RULES)


def timed(work: Callable[[], object]) -> float:
    """Seconds `work` takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def worked(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds `work` takes, and of the processor: what they were with nothing else running."""
    begun = time.process_time()
    return timed(work), time.process_time() - begun


def values(number: int) -> dict[str, object]:
    """One customer."""
    return {
        "name": f"测试客户{number:06d}有限公司", "kind": "organisation", "level": "ABC"[number % 3],
        "state": "active", "city": "南京", "phone": f"138{number:08d}",
        "address": f"天元东路 {number} 号", "tags": ["重点"], "owner": "bench",
    }  # fmt: skip


def filled(folder: Path, clock: Clock) -> Replica:
    """An encrypted replica of RECORDS customers that came from elsewhere, indexed."""
    replica = open_replica(
        folder / "replica.db", clock=clock, key=os.urandom(32), keeps_outbox=True, rules=RULES
    )
    begun, zero = clock.millis() - RECORDS, make_stamp(0, 0, "0" * 16)
    made = [
        Operation(
            replica=REMOTE, replica_seq=n + 1, entity="customer", id=new_id(clock),
            verb=Verb.CREATE, field="", value=values(n), before=None,  # type: ignore[arg-type]
            hlc=make_stamp(begun + n, 0, REMOTE), base=zero, group="bench", actor="bench",
        )
        for n in range(RECORDS)
    ]  # fmt: skip
    for start in range(0, RECORDS, 5_000):
        replica.receive(made[start : start + 5_000])
    while replica.index_some(5_000):
        pass
    return replica


def raw_limit(folder: Path, ids: list[str]) -> float:
    """Seconds for plain sqlite3 to change one field of CHANGED of RECORDS rows, and back."""
    database = sqlite3.connect(folder / "raw.db")
    names = tuple(values(0))
    columns = ", ".join(f"{name} TEXT" for name in names)
    database.execute(f"CREATE TABLE t (rid INTEGER PRIMARY KEY, id TEXT UNIQUE, {columns})")
    rows = [(one, *map(str, values(n).values())) for n, one in enumerate(ids)]
    marks = ", ".join("?" * (len(names) + 1))
    with database:
        database.executemany(f"INSERT INTO t (id, {', '.join(names)}) VALUES ({marks})", rows)

    def write(state: str) -> None:
        with database:
            changes = [(state, one) for one in ids[:CHANGED]]
            database.executemany("UPDATE t SET state = ? WHERE id = ?", changes)

    seconds = timed(lambda: write("dormant")) + timed(lambda: write("active"))
    database.close()
    return seconds


def a_workspace(folder: Path, replica: Replica, clock: Clock) -> Workspace:
    """The desktop's own room over the replica; its server is never asked."""
    profile = Profile(folder)
    secrets = open_secrets(profile, {"SUIXING_KEYRING": "file"})
    account = Account("http://127.0.0.1:9", "", "bench", "bench", "admin", "bench", REMOTE, "")
    return Workspace(Setup(profile, secrets, clock, rules=RULES), account, replica)


def main() -> None:
    """Print the table."""
    gc.disable()  # As on the desktop, where the Qt thread collects between events.
    clock = system_clock()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        replica = filled(folder, clock)
        workspace = a_workspace(folder, replica, clock)
        rids = replica.row_ids(Query("customer"))
        raw = raw_limit(folder, replica.ids_at("customer", rids))
        print(f"raw sqlite3: {CHANGED:,} of {RECORDS:,} there and back {raw:.3f} s")
        for field, there in (("state", "dormant"), ("city", "杭州"), ("name", "改名公司")):
            edit = BulkEdit("customer", rids[:CHANGED], steps=(Step(field, Way.SET, there),))
            groups: list[str] = []

            def run(edit: BulkEdit = edit, groups: list[str] = groups) -> None:
                done = do_bulk_edit(workspace, edit, CancelToken(), lambda _share: None)
                groups.append(done.group)

            looked = timed(lambda e=edit: preview(workspace, e, CancelToken(), lambda _s: None))  # type: ignore[misc]
            changed, busy = worked(run)
            undone, busy_too = worked(lambda g=groups: do_undo(workspace, g[0]))  # type: ignore[misc]
            both, busy = changed + undone, busy + busy_too
            verdict = "ok" if both <= LIMIT else "over"
            print(
                f"{field}: preview {looked:.2f} s, change {changed:.2f} s, undo {undone:.2f} s; "
                f"both {both:.2f} s (≤ {LIMIT:.0f} s: {verdict}) = {both / raw:.0f}× raw, "
                f"{busy:.2f} s of the processor"
            )
        workspace.close()


if __name__ == "__main__":
    main()
