"""What is kept in memory is true in every process, in every state, also after a roll-back."""

from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from crm_core.store.engines import kept
from crm_core.store.engines.engine import reading
from crm_core.store.log import oplog
from crm_core.store.replica import Replica
from crm_core.sync.change import Operation
from tests.builders import FakeClock, a_customer, a_replica, an_actor, log_of


class Counting:
    """Asks how many people there are, and notes when that was really read."""

    def __init__(self, replica: Replica) -> None:
        self.replica, self.reads = replica, 0

    def of(self, connection: Connection) -> int:
        """As this transaction has it."""

        def count() -> int:
            self.reads += 1
            user = self.replica.tables.of("user")
            return connection.scalar(select(func.count()).select_from(user)) or 0

        return kept.once(connection, self.replica.tables, "count", count)

    def now(self) -> int:
        """As a new transaction has it."""
        return self.replica.read(self.of)

    def hire(self, name: str) -> None:
        """Add somebody."""
        with self.replica.write(an_actor()) as (unit, _):
            unit.create("user", {"name": name, "login": name, "role": "rep"}, record_id=name)


def test_it_is_read_once_and_again_after_somebody_else_has_written(tmp_path: Path) -> None:
    time = FakeClock()
    path = tmp_path / "r.db"
    with closing(a_replica(path, time=time)) as one, closing(a_replica(path, time=time)) as two:
        here, there = Counting(one), Counting(two)
        before = here.now()
        with one.write(an_actor()) as (unit, _):
            unit.create("customer", a_customer())
        assert (here.now(), here.reads) == (before, 1)  # A customer says nothing of people.
        there.hire("a")
        assert (here.now(), here.reads) == (before + 1, 2)
        with reading(one.engine) as earlier:
            assert here.of(earlier) == before + 1
            there.hire("b")
            assert here.of(earlier) == before + 1  # Its state is the one it began with.
        assert here.now() == before + 2


def test_what_was_rolled_back_is_not_kept(tmp_path: Path) -> None:
    with closing(a_replica(tmp_path / "r.db", time=FakeClock())) as replica:
        people = Counting(replica)
        before = people.now()

        def fail() -> None:
            with replica.write(an_actor()) as (unit, _):
                unit.create("user", {"name": "a", "login": "a", "role": "rep"})
                assert people.of(unit.connection) == before + 1
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert people.now() == before
        people.hire("b")
        people.hire("c")
        assert people.now() == before + 2


def test_whoever_leaves_the_device_is_not_kept(tmp_path: Path) -> None:
    with closing(a_replica(tmp_path / "r.db", time=FakeClock())) as replica:
        people = Counting(replica)
        people.hire("a")
        before = people.now()
        replica.receive([], forget=[("user", "a")])
        assert people.now() == before - 1


def test_counters_of_another_process_are_met_at_the_next_write(tmp_path: Path) -> None:
    """What a transaction has noted of counters, acts and what waits ends with it."""
    time, path = FakeClock(), tmp_path / "r.db"
    with closing(a_replica(path, time=time)) as one, closing(a_replica(path, time=time)) as two:
        for replica in (one, two, one, two):
            with replica.write(an_actor()) as (unit, _):
                unit.create("customer", a_customer())
                unit.create("customer", a_customer())
        own = [o for o in log_of(one) if o.replica == one.hybrid.node]
        assert [o.replica_seq for o in own] == list(range(1, 9))
        assert [len(act_of(one, o.group)) for o in own] == [2] * 8


def test_a_counter_behind_its_log_writes_nothing_over_it(tmp_path: Path) -> None:
    with closing(a_replica(tmp_path / "r.db", time=FakeClock())) as replica:
        with replica.write(an_actor()) as (unit, _):
            unit.create("customer", a_customer(), record_id="c1")
        replica.remember(replica_seq=0)
        with replica.write(an_actor()) as (unit, _):
            unit.create("customer", a_customer(), record_id="c2")
        assert [o.id for o in log_of(replica)] == ["c1"]


def act_of(replica: Replica, group: str) -> list[Operation]:
    """What the log has of one act."""
    return replica.read(lambda c: oplog.of_group(c, replica.tables, group))
