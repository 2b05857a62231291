"""Effective stamps, pure: the promises of design rule 6 for any clock and any base."""

from hypothesis import given
from hypothesis import strategies as st

from crm_core.clock import ZERO_STAMP, make_stamp, stamp_millis, successor
from crm_core.sync.change import Operation, Verb
from crm_core.sync.merge import RecordState
from sync_server.services.exchange.stamps import SKEW_TOLERANCE_MS, Stamper, residual_skew

NODE, OTHER = "a" * 16, "b" * 16
NOW = 1_800_000_000_000

moments = st.integers(min_value=1, max_value=2 * NOW)
counters = st.integers(min_value=0, max_value=0xFFFF)


def operation(hlc: str, base: str = ZERO_STAMP, authored: str = "") -> Operation:
    """An edit with these stamps."""
    return Operation(
        replica=NODE, replica_seq=1, entity="customer", id="c", verb=Verb.SET, field="name",
        value="x", before=None, hlc=hlc, base=base, group="g", actor="u", authored=authored,
    )  # fmt: skip


own_stamps = st.builds(make_stamp, moments, counters, st.just(NODE))
seen_stamps = st.builds(make_stamp, moments, counters, st.sampled_from([NODE, OTHER]))
batches = st.lists(st.builds(operation, own_stamps, seen_stamps), max_size=20)


@given(batches, st.integers(min_value=-NOW, max_value=NOW), seen_stamps)
def test_whatever_the_clock_stamps_are_later_than_the_base_and_grow(
    batch: list[Operation], skew: int, touched: str
) -> None:
    stamper, last = Stamper(NOW, skew), ZERO_STAMP
    for one in batch:
        held = stamper.restamped(one, RecordState(touched=touched))
        assert held.hlc > held.base
        assert held.hlc > last
        assert held.hlc.endswith(NODE)
        assert held.hlc == one.hlc or held.authored == one.hlc
        last = held.hlc


@given(batches, st.integers(min_value=-NOW, max_value=NOW))
def test_nothing_comes_from_the_future_that_was_not_there_before(
    batch: list[Operation], skew: int
) -> None:
    stamper = Stamper(NOW, skew)
    for one in batch:
        held = stamper.restamped(one, RecordState(touched=make_stamp(NOW - 1, 0, OTHER)))
        assert stamp_millis(held.hlc) <= NOW + 1


def test_a_good_clock_is_left_alone() -> None:
    stamper = Stamper(NOW, residual_skew(server_ms=NOW, device_ms=NOW - SKEW_TOLERANCE_MS))
    first = operation(make_stamp(NOW - 20, 0, NODE))
    second = operation(make_stamp(NOW - 10, 3, NODE), base=first.hlc)
    assert [stamper.restamped(o, None) for o in (first, second)] == [first, second]


def test_a_shifted_write_is_still_the_base_of_the_next_one() -> None:
    behind = SKEW_TOLERANCE_MS + 3_600_000
    stamper = Stamper(NOW, residual_skew(server_ms=NOW, device_ms=NOW - behind))
    first = operation(make_stamp(NOW - behind - 50, 0, NODE))
    second = operation(make_stamp(NOW - behind - 40, 0, NODE), base=first.hlc)
    held = stamper.restamped(first, None)
    assert stamp_millis(held.hlc) == NOW - 50
    upon = stamper.restamped(second, RecordState(touched=held.hlc))
    assert (upon.base, stamp_millis(upon.hlc)) == (held.hlc, NOW - 40)


def test_what_a_server_corrected_once_is_not_shifted_again() -> None:
    stamper = Stamper(NOW, 3_600_000)
    held = operation(make_stamp(NOW - 500, 0, NODE), authored=make_stamp(5, 0, NODE))
    assert stamper.restamped(held, None) == held


def test_a_server_whose_clock_went_back_still_puts_an_edit_after_what_it_edits() -> None:
    touched = make_stamp(NOW + 10_000, 0, OTHER)
    edit = operation(successor(touched, NODE), base=touched)
    assert Stamper(NOW, 0).restamped(edit, RecordState(touched=touched)).hlc > touched
