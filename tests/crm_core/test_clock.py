"""Stamps grow whatever the wall clock does, and sort as they should; ids sort by time."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.clock import (
    ZERO_STAMP,
    HybridClock,
    is_stamp,
    iso_moment,
    make_stamp,
    new_id,
    new_ids,
    parse_moment,
    stamp_from_ticks,
    stamp_millis,
    stamp_moment,
    stamp_node,
    stamp_ticks,
    successor,
)
from tests.builders import FakeClock

NODES = st.integers(0, 2**64 - 1).map(lambda n: f"{n:016x}")
STAMPS = st.builds(make_stamp, st.integers(1, 2**46), st.integers(0, 0xFFFF), NODES)


@given(st.lists(st.tuples(st.integers(-(10**12), 10**12), st.none() | STAMPS), max_size=40))
def test_stamps_grow_under_any_movement_of_the_wall_clock(
    steps: list[tuple[int, str | None]],
) -> None:
    time = FakeClock()
    hybrid = HybridClock("a" * 16, time.clock)
    before = hybrid.tick()
    for milliseconds, seen in steps:
        time.moment = FakeClock().moment + timedelta(milliseconds=milliseconds)
        if seen is not None:
            hybrid.observe(seen)
            before = max(before, seen)
        after = hybrid.tick()
        assert after > before
        assert is_stamp(after)
        assert stamp_node(after) == "a" * 16
        before = after


@given(
    st.tuples(st.integers(0, 2**47), st.integers(0, 0xFFFF), NODES),
    st.tuples(st.integers(0, 2**47), st.integers(0, 0xFFFF), NODES),
)
def test_text_order_is_the_order_of_time_counter_node(
    one: tuple[int, int, str], two: tuple[int, int, str]
) -> None:
    assert (make_stamp(*one) < make_stamp(*two)) == (one < two)


@given(STAMPS, NODES)
def test_time_and_counter_are_one_integer(stamp: str, node: str) -> None:
    assert stamp_from_ticks(stamp_ticks(stamp), stamp_node(stamp)) == stamp
    assert stamp_ticks(successor(stamp, node)) == stamp_ticks(stamp) + 1
    assert stamp_ticks(stamp) < 2**63


@given(STAMPS, NODES)
def test_the_successor_is_later_and_of_the_node(stamp: str, node: str) -> None:
    following = successor(stamp, node)
    assert following > stamp
    assert is_stamp(following)
    assert stamp_node(following) == node


def test_a_full_counter_carries_into_the_milliseconds() -> None:
    assert successor(make_stamp(7, 0xFFFF, "f" * 16), "0" * 16) == make_stamp(8, 0, "0" * 16)


@given(st.text() | st.integers() | st.none() | st.binary() | st.lists(st.text()))
def test_garbage_is_no_stamp(garbage: object) -> None:
    assert not is_stamp(garbage)


@pytest.mark.parametrize(
    "text",
    [
        "00000000000A-0000-0000000000000000",
        "00000000000１-0000-0000000000000000",
        "000000000000_0000-0000000000000000",
        "ffffffffffff-ffff-ffffffffffffffff",
        ZERO_STAMP + "0",
    ],
)
def test_nearly_stamps_are_refused(text: str) -> None:
    assert not is_stamp(text)


@given(STAMPS.filter(is_stamp))
def test_every_stamp_has_a_date(stamp: str) -> None:
    assert stamp_moment(stamp).year < 9001
    assert stamp_millis(stamp) >= 0


def test_threads_never_share_a_stamp() -> None:
    hybrid = HybridClock("b" * 16, FakeClock().clock)
    found: list[str] = []

    def draw() -> None:
        found.extend([hybrid.tick() for _ in range(500)])

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 2000


def test_the_handshake_offset_moves_new_stamps() -> None:
    time = FakeClock()
    hybrid = HybridClock("c" * 16, time.clock, offset_ms=3_600_000)
    assert stamp_millis(hybrid.tick()) == time.clock.millis() + 3_600_000


@given(st.lists(st.integers(1, 2**44), min_size=2, max_size=10, unique=True))
def test_ids_sort_by_time_and_are_version_7(times: list[int]) -> None:
    time, ids = FakeClock(), []
    for milliseconds in sorted(times):
        time.moment = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)
        ids.append(new_id(time.clock))
    assert ids == sorted(ids)
    assert all(i[14] == "7" and i[19] in "89ab" and len(i) == 36 for i in ids)


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_reads_back_to_the_second(moment: datetime) -> None:
    text = iso_moment(moment)
    assert len(text) == 20
    assert parse_moment(text) == moment.replace(microsecond=0)


def test_many_ids_sort_as_they_were_made_where_their_counter_runs_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("crm_core.clock.secrets.randbits", lambda _bits: 0x7FFE)
    ids = new_ids(FakeClock().clock, 0x4005)
    assert ids == sorted(set(ids))
    assert len(ids) == 0x4005
    assert {(len(one), one[14], one[19]) for one in ids} <= {(36, "7", c) for c in "89ab"}
