"""The offline lease: as a value, as it is kept, and against every way of setting the clock."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_core.clock import new_node_id
from crm_core.errors import KnownError, SyncCode, SyncError
from crm_core.permissions import Actor
from crm_core.store.replica import Replica
from desktop.services.cancelling import CancelToken
from desktop.services.commands.verbs import do_create
from desktop.services.online import lease_keeper
from desktop.services.online.lease import DAY_MS, TOLERANCE_MS, Lease, Standing
from desktop.services.online.lease_keeper import AHEAD_MS, LeaseKeeper
from desktop.services.online.renewing import renew_online
from desktop.services.online.signing_in import Credentials, sign_in
from desktop.services.workspace import Setup, Workspace, open_workspace
from sync_server.services.signing_in import devices
from tests.builders import FakeClock, a_replica
from tests.desktop.services.office import a_setup
from tests.sync_proof.network import Line
from tests.sync_proof.world import PASSWORD, World, found_organisation

START_MS = FakeClock().clock.millis()


def test_a_lease_runs_from_the_last_contact_warns_and_ends() -> None:
    lease = Lease(START_MS, START_MS, days=30, warn_days=3)
    days = {day: lease.verdict(START_MS + day * DAY_MS).standing for day in (0, 26, 27, 29, 30, 99)}
    assert days == {
        0: Standing.GOOD, 26: Standing.GOOD, 27: Standing.ENDING, 29: Standing.ENDING,
        30: Standing.OVER, 99: Standing.OVER,
    }  # fmt: skip
    ending = lease.verdict(START_MS + 28 * DAY_MS).warning
    assert ending is not None
    assert "还剩 2 天" in ending.chinese
    assert "2 day(s)" in ending.english
    assert lease.verdict(START_MS).warning is None
    assert lease.verdict(START_MS + 99 * DAY_MS).refusal().code == "lease_over"


def test_a_clock_behind_the_latest_moment_seen_asks_to_connect() -> None:
    lease = Lease(START_MS, START_MS + 5 * DAY_MS)
    assert lease.verdict(lease.seen_ms - TOLERANCE_MS).usable
    behind = lease.verdict(lease.seen_ms - TOLERANCE_MS - 1)
    assert behind.standing is Standing.CLOCK_BACK
    assert behind.refusal().code == "clock_back"
    assert lease.contacted(START_MS).verdict(START_MS).usable


@pytest.mark.parametrize(
    ("policy", "days", "warn"),
    [
        (None, 30, 3), ({}, 30, 3), ({"lease_days": 7, "lease_warn_days": 0}, 7, 0),
        ({"lease_days": 0}, 1, 3), ({"lease_days": 10_000}, 365, 3),
        ({"lease_days": None, "lease_warn_days": "x"}, 30, 3), ({"lease_days": True}, 30, 3),
    ],
)  # fmt: skip
def test_the_policy_decides_within_bounds(
    policy: dict[str, object] | None, days: int, warn: int
) -> None:
    lease = Lease(0, 0).under(policy)
    assert (lease.days, lease.warn_days) == (days, warn)


# -- against the clock ---------------------------------------------------------------------------


@dataclass(slots=True)
class Memory:
    """What a keeper needs of a replica, in memory: many runs are tried."""

    kept: dict[str, object] = field(default_factory=dict)
    policy: dict[str, object] = field(default_factory=lambda: {"lease_days": 1})

    def meta(self, key: str, default: object = None) -> object:
        return self.kept.get(key, default)

    def remember(self, **facts: object) -> None:
        self.kept.update(facts)

    def record(self, _entity: str, _id: str) -> dict[str, object]:
        return self.policy


TICK_MINUTES = 1
RUNS = st.lists(
    st.tuples(
        st.integers(-3 * 1440, 3 * 1440),  # How the clock is set before the run, in minutes.
        st.integers(0, 900),  # For how long the person wants to work.
        st.booleans(),  # Whether the program is killed.
        st.integers(-2000, 2000),  # How the clock is set in the middle of it.
    ),
    max_size=12,
)


@given(runs=RUNS)
@settings(max_examples=40, deadline=None)
def test_no_setting_of_the_clock_gives_more_use_than_the_lease(
    runs: list[tuple[int, int, bool, int]],
) -> None:
    time, mark, used = FakeClock(), 0.0, 0
    memory = Memory()

    def monotonic() -> float:
        return mark

    LeaseKeeper(memory, time.clock, monotonic).contacted(time.clock.millis())  # type: ignore[arg-type]
    for setting, wanted, killed, jump in runs * 3:
        time.advance(minutes=setting)
        keeper = LeaseKeeper(memory, time.clock, monotonic)  # type: ignore[arg-type]
        for minute in range(wanted):
            if not keeper.tick().usable:
                break
            if minute == wanted // 2:
                time.advance(minutes=jump)
            time.advance(minutes=TICK_MINUTES)
            mark += 60 * TICK_MINUTES
            used += TICK_MINUTES
        if not killed:
            keeper.end()
    assert used <= 1440 + TICK_MINUTES


@given(minutes=st.integers(1, 30))
@settings(max_examples=10, deadline=None)
def test_killing_the_program_before_it_writes_saves_nothing(minutes: int) -> None:
    """Runs of half a minute with the clock set back to the same moment each time."""
    time, mark, used = FakeClock(), 0.0, 0
    memory = Memory()

    def monotonic() -> float:
        return mark

    LeaseKeeper(memory, time.clock, monotonic).contacted(time.clock.millis())  # type: ignore[arg-type]
    for _ in range(minutes * 400):
        if not LeaseKeeper(memory, time.clock, monotonic).tick().usable:  # type: ignore[arg-type]
            break
        mark += 30
        used += 30
    assert used <= 86_400 + 30


# -- in a replica, and with a server -------------------------------------------------------------


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    """A device's database and its clock."""
    time = FakeClock()
    made = a_replica(tmp_path / "replica.db", time=time, node=new_node_id())
    yield made
    made.close()


def test_a_lease_is_kept_in_the_replica_and_an_orderly_end_gives_back_what_was_not_used(
    replica: Replica,
) -> None:
    time, mark = FakeClock(), [0.0]
    keeper = LeaseKeeper(replica, time.clock, lambda: mark[0])
    keeper.tick()
    kept = replica.meta(lease_keeper.KEY)
    assert kept == {"contact": START_MS, "seen": START_MS + AHEAD_MS, "offset": 0}
    mark[0] += 10
    keeper.end()
    kept = replica.meta(lease_keeper.KEY)
    assert kept == {"contact": START_MS, "seen": START_MS + 10_000, "offset": 0}


def test_the_policy_record_is_heeded_at_once(replica: Replica) -> None:
    time = FakeClock()
    keeper = LeaseKeeper(replica, time.clock)
    time.advance(days=8)
    assert keeper.look().usable
    with replica.write(Actor("server", "admin")) as (unit, _):
        unit.create("policy", {"name": "策略", "lease_days": 7}, record_id="policy")
    assert keeper.look().standing is Standing.OVER


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One organisation, in this process."""
    made = World(tmp_path_factory.mktemp("lease"), served=False)
    found_organisation(made.data, made.time)
    made.start()
    yield made
    made.close()


@dataclass(slots=True)
class Laptop:
    """Anna's laptop, with a clock that can be set."""

    world: World
    setup: Setup
    skew: list[timedelta]

    def open(self) -> Workspace:
        return open_workspace(self.setup)


@pytest.fixture
def laptop(world: World, tmp_path: Path) -> Laptop:
    """Signed in once, then closed, with something still to be sent."""
    skew = [timedelta()]
    clock = replace(world.time.clock, now=lambda: world.time.moment + skew[0])
    setup = replace(a_setup(tmp_path / "profile", clock), transport=Line(world.gate))
    workspace = sign_in(setup, Credentials("http://server", "anna", PASSWORD, "本"))
    workspace.client.sync_once()
    do_create(workspace, "customer", {"name": "租约医院", "kind": "organisation"})
    workspace.close()
    return Laptop(world, setup, skew)


def waiting(workspace: Workspace) -> int:
    """How much is still to be sent."""
    return len(workspace.replica.waiting(limit=100))


def test_after_thirty_days_it_opens_only_online_and_nothing_is_lost_or_fetched_anew(
    world: World, laptop: Laptop
) -> None:
    laptop.skew[0] = timedelta(days=29)
    opened = laptop.open()
    assert opened.lease.look().standing is Standing.ENDING
    before = waiting(opened)
    opened.close()
    laptop.skew[0] = timedelta(days=31)
    with pytest.raises(KnownError) as over:
        laptop.open()
    assert over.value.code == "lease_over"
    # Having been seen, the day stays: setting the clock back opens nothing.
    laptop.skew[0] = timedelta(days=5)
    with pytest.raises(KnownError) as back:
        laptop.open()
    assert back.value.code == "lease_over"
    renewed = renew_online(laptop.setup, CancelToken())
    assert (waiting(renewed), renewed.rescue) == (before, None)
    renewed.client.sync_once()
    renewed.close()
    laptop.open().close()


def test_signing_in_with_a_password_renews_as_well(world: World, laptop: Laptop) -> None:
    laptop.skew[0] = timedelta(days=40)
    with pytest.raises(KnownError):
        laptop.open()
    again = sign_in(laptop.setup, Credentials("http://server", "anna", PASSWORD, "本"))
    assert (waiting(again) > 0, again.rescue) == (True, None)
    again.close()
    laptop.open().close()


def test_a_clock_set_back_asks_to_connect_and_contact_puts_it_right(
    world: World, laptop: Laptop
) -> None:
    laptop.skew[0] = timedelta(days=-2)
    with pytest.raises(KnownError) as back:
        laptop.open()
    assert back.value.code == "clock_back"
    renew_online(laptop.setup, CancelToken()).close()
    laptop.open().close()


def test_a_device_revoked_while_its_lease_was_over_is_wiped_on_that_contact(
    world: World, laptop: Laptop
) -> None:
    laptop.skew[0] = timedelta(days=40)
    opened = sign_in(laptop.setup, Credentials("http://server", "anna", PASSWORD, "本"))
    node = opened.account.node
    opened.close()
    with world.server.writing() as connection:
        devices.revoke(connection, world.server.tables, node)
    with pytest.raises(KnownError) as gone:
        renew_online(laptop.setup, CancelToken())
    assert gone.value.code == SyncCode.DEVICE_REVOKED
    assert "已交给管理员" in gone.value.chinese
    assert laptop.setup.secrets.database_key() is None


def test_without_a_network_nothing_is_renewed_and_nothing_changed(
    world: World, laptop: Laptop
) -> None:
    laptop.skew[0] = timedelta(days=40)
    app, world.gate.app = world.gate.app, None
    try:
        with pytest.raises(SyncError) as away:
            renew_online(laptop.setup, CancelToken())
    finally:
        world.gate.app = app
    assert away.value.sync_code is SyncCode.SERVER_UNREACHABLE
    with pytest.raises(KnownError):
        laptop.open()


def test_an_exchange_renews_the_lease_now_and_then(world: World, laptop: Laptop) -> None:
    laptop.skew[0] = timedelta(days=10)
    opened = laptop.open()
    opened.client.sync_once()
    assert opened.lease.renewal_due
    opened.renew_lease()
    assert not opened.lease.renewal_due
    left = opened.lease.look().left_ms
    opened.close()
    assert left > 29 * DAY_MS
