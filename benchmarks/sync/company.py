"""An organisation to measure with: people, the company's own fields, and many records.

Written through the server's own founding and unit of work before anything is served.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from argon2 import PasswordHasher

from benchmarks.sync.activities import follow_ups, tasks, visits
from benchmarks.sync.customers import CUSTOM_FIELDS, customers
from crm_core.clock import Clock, new_id, system_clock
from crm_core.store.replica import Replica
from sync_server.auth import Passwords
from sync_server.config import DataFolder
from sync_server.services.schema.tables import ServerTables
from sync_server.services.storing import founding
from sync_server.services.storing.founding import SERVER_ACTOR, NewUser, write_user

PASSWORD = "correct horse battery"
TEAM = "销售一部"
_BATCH = 5_000
"""Records written in one transaction, as one import."""


@dataclass(frozen=True, slots=True)
class Company:
    """A founded organisation: where it lies and who works there."""

    folder: DataFolder
    managers: tuple[str, ...]
    """Logins of managers of the one team: they see and may change every record."""
    reps: tuple[str, ...]
    """Logins of its reps, who own the records in turn."""
    customer_ids: tuple[str, ...]


def found_company(
    root: Path, *, records: int, activities: int = 0, managers: int = 1, reps: int = 4,
    teams: int = 1, database: str = "", clock: Clock | None = None,
) -> Company:  # fmt: skip
    """Found one with that many customers of twenty fields and activities at them.

    In the folder, or in the empty PostgreSQL `database`.
    """
    made: list[Company] = []
    folder = DataFolder(root, database)

    def fill(replica: Replica, tables: ServerTables) -> None:
        staff = _staff(replica, tables, managers, reps, teams)
        owners = [staff[login] for login in staff if login.startswith("rep")]
        ids = write_many(replica, "customer", customers(records, owners))
        _work_of_years(replica, activities, ids, owners)
        logins = tuple(staff)
        made.append(
            Company(
                folder,
                tuple(name for name in logins if name.startswith("manager")),
                tuple(name for name in logins if name.startswith("rep")),
                tuple(ids),
            )
        )

    founding.found(folder, clock=clock or system_clock(), organisation="基准公司", fill=fill)
    return made[0]


def _work_of_years(
    replica: Replica, total: int, customer_ids: Sequence[str], owners: Sequence[str]
) -> None:
    """Two fifths visits, the rest follow-ups and tasks."""
    seen = write_many(replica, "visit", visits(total * 2 // 5, customer_ids, owners))
    if seen:
        about = (seen, customer_ids, owners)
        write_many(replica, "follow_up", follow_ups(total * 7 // 20, *about))
        write_many(replica, "task", tasks(total - total * 2 // 5 - total * 7 // 20, *about))


def write_many(replica: Replica, entity: str, rows: Iterable[Mapping[str, object]]) -> list[str]:
    """Create records in transactions of some thousands; their ids."""
    ids: list[str] = []
    waiting = iter(rows)
    while part := list(islice(waiting, _BATCH)):
        with replica.write(SERVER_ACTOR, "基准数据") as (unit, _):
            ids += unit.create_many(entity, part)
    return ids


def _staff(
    replica: Replica, tables: ServerTables, managers: int, reps: int, teams: int
) -> dict[str, str]:
    """Login → user id of everybody."""
    keeper = _quick_passwords()
    logins = [f"manager{n}" for n in range(managers)] + [f"rep{n}" for n in range(reps)]
    found: dict[str, str] = {}
    with replica.write(SERVER_ACTOR) as (unit, _):
        for name, kind, label in CUSTOM_FIELDS:
            own = {"entity": "customer", "name": name, "value_kind": kind, "label": label}
            unit.create("custom_field", own)
        for number, login in enumerate(logins):
            found[login] = new_id(replica.clock)
            role, team = login.rstrip("0123456789"), f"{TEAM}{number % teams}"
            new = NewUser(login, login, role, team, PASSWORD)
            write_user(unit, tables, keeper, new, create_team=True, user_id=found[login])
    return found


def _quick_passwords() -> Passwords:
    """Argon2id with little work: signing in is not what is measured here."""
    hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    return Passwords(hasher, hasher.hash("nobody"))
