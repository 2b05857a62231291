"""A record at a moment, from the whole history and from only its newest part."""

import random

import pytest

from crm_core.clock import ZERO_STAMP, make_stamp
from crm_core.model.entities import builtin_registry
from crm_core.model.values import Value
from crm_core.sync.change import Operation, Payload, Verb
from crm_core.sync.history import as_of
from crm_core.sync.moments import merged_history, reaches_back, standing

CUSTOMER = builtin_registry().entity("customer")
NODE = "a" * 16


def stamp(second: int) -> str:
    return make_stamp(second * 1000, 0, NODE)


def operation(
    second: int, verb: Verb, value: Payload, *, field: str = "", before: Value = None
) -> Operation:
    return Operation(
        replica=NODE, replica_seq=second, entity="customer", id="c", verb=verb, field=field,
        value=value, before=before, hlc=stamp(second), base=ZERO_STAMP, group=f"g{second}",
        actor="wang",
    )  # fmt: skip


def a_life(seed: int) -> list[Operation]:
    """A record created, then edited at random: text, tags, sometimes binned and brought back."""
    chance = random.Random(seed)
    made = [operation(1, Verb.CREATE, {"name": "协和", "city": "北京", "tags": ["老客户"]})]
    city: Value = "北京"
    tags = {"老客户"}
    for second in range(2, 30):
        what = chance.choice(["city", "tags", "delete"] if second > 20 else ["city", "tags"])
        if what == "city":
            new = chance.choice(["上海", "苏州", "无锡", None])
            made.append(operation(second, Verb.SET, new, field="city", before=city))
            city = new
        elif what == "tags":
            item = chance.choice(["重点", "老客户", "试用"])
            step: dict[str, Value] = {"remove": item} if item in tags else {"add": item}
            before: Value = sorted(tags) or None
            made.append(operation(second, Verb.SET, step, field="tags", before=before))
            tags ^= {item}
        else:
            made.append(operation(second, Verb.DELETE, True))
    return made


@pytest.mark.parametrize("seed", range(8))
def test_the_newest_part_tells_the_same_as_the_whole(seed: int) -> None:
    whole = a_life(seed)
    now = as_of(whole, CUSTOMER, stamp(99))
    for cut in (5, 12, 20):
        part = whole[cut:]
        for second in range(cut + 1, 31):
            expected = as_of(whole, CUSTOMER, stamp(second))
            found = standing(part, CUSTOMER, stamp(second), present=now.values, alive=now.alive)
            assert found.known == (second > cut)
            for name in ("name", "city", "tags"):
                assert found.values.get(name) == expected.values.get(name), (seed, cut, second)


def test_a_moment_before_the_known_part_is_said_to_be_unknown() -> None:
    part = [operation(9, Verb.SET, "上海", field="city", before="北京")]
    before = standing(part, CUSTOMER, stamp(5), present={"city": "上海"}, alive=True)
    assert not before.known
    assert before.values["city"] == "北京", "just before the first known edit it held this"
    assert standing(part, CUSTOMER, stamp(9), present={"city": "上海"}, alive=True).known


def test_without_any_history_no_moment_is_known() -> None:
    found = standing([], CUSTOMER, stamp(5), present={"city": "上海"}, alive=True)
    assert (found.known, found.values["city"]) == (False, "上海")


def test_a_deletion_in_the_known_part_is_stepped_over() -> None:
    part = [operation(9, Verb.DELETE, True)]
    assert standing(part, CUSTOMER, stamp(5), present={"name": "协和"}, alive=False).alive


def test_before_its_creation_a_record_was_not_there() -> None:
    found = standing(a_life(1), CUSTOMER, stamp(0), present={}, alive=True)
    assert (found.alive, found.known) == (False, True)


def test_merging_goes_by_identity_and_keeps_what_is_local() -> None:
    whole = a_life(3)
    merged, added = merged_history(whole[10:], whole)
    assert merged == whole
    assert added == {o.key for o in whole[:10]}
    assert reaches_back(merged)
    assert not reaches_back(whole[10:])
