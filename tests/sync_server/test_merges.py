"""Merging and un-merging: nothing is lost, no alias is pointed at, every order ends the same."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from crm_core.errors import KnownError
from crm_core.model.merging import MERGED_INTO
from crm_core.store.log import aliases
from crm_core.sync.change import Verb
from desktop.services.commands.merge import do_merge, do_unmerge
from desktop.services.commands.verbs import do_change, do_delete, do_undo
from desktop.services.merging import Later, merges_of, where_met, would_move, would_return
from sync_server.services.merging import merges
from tests.builders import a_customer
from tests.sync_server.merging import LAPTOPS, Circle

A, B, C = "cust-a", "cust-b", "cust-c"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three customers, a contact and a visit under each, on every laptop."""
    folder = tmp_path_factory.mktemp("merging") / "template"
    made = Circle(folder)
    made.create("one", "customer", {one: a_customer(name=f"客户{one}") for one in (A, B, C)})
    made.create("one", "contact", {f"con-{o}": {"name": "张", "customer": o} for o in (A, B, C)})
    visits = {f"vis-{o}": a_visit(o) | {"contact": f"con-{o}"} for o in (A, B, C)}
    made.create("one", "visit", visits)
    made.sync()
    made.sync()
    made.close()
    return folder


@pytest.fixture
def circle(template: Path, tmp_path: Path) -> Iterator[Circle]:
    made = begun(template, tmp_path / "circle")
    yield made
    made.close()


def begun(template: Path, folder: Path) -> Circle:
    circle = Circle(shutil.copytree(template, folder))
    circle.time.advance(hours=1)
    return circle


def a_visit(customer: str) -> dict[str, object]:
    return {"customer": customer, "started_at": "2026-03-02T01:00:00Z"}


def places(shown: dict[str, dict[str, dict[str, object]]]) -> dict[str, object]:
    """Record → the customer it is under."""
    return {
        one: row["customer"]
        for entity in ("contact", "visit")
        for one, row in shown[entity].items()
    }


def test_a_merged_record_is_met_nowhere_and_leads_to_the_other(circle: Circle) -> None:
    desk = circle.desk("one")
    assert would_move(desk, "customer", [B]).counts == {"contact": 1, "visit": 1}
    do_merge(desk, "customer", A, [B], {"city": "上海", "tags": ["老客户"]})
    replica = circle.laptops["one"].replica
    assert replica.record("customer", B) is None
    assert [hit.id for hit in replica.search("客户", entities=("customer",))] == [A, C]
    assert where_met(desk, "customer", B) == A
    assert [(one.id, one.into, one.actor) for one in merges_of(desk, "customer", A)] == [
        (B, A, "u-one")
    ]
    shown = circle.settle()
    assert set(shown["customer"]) == {A, C}
    assert shown["customer"][A]["city"] == "上海"
    assert places(shown)[f"vis-{B}"] == places(shown)[f"con-{B}"] == A


def test_contacts_and_leads_are_merged_the_same_way(circle: Circle) -> None:
    do_merge(circle.desk("one"), "contact", f"con-{A}", [f"con-{B}"], {"customer": B})
    shown = circle.settle()
    assert shown["visit"][f"vis-{B}"]["contact"] == f"con-{A}"
    assert f"con-{B}" not in shown["contact"]
    assert shown["contact"][f"con-{A}"]["customer"] == B


def test_the_server_moves_what_comes_late_from_who_did_not_know(circle: Circle) -> None:
    do_merge(circle.desk("one"), "customer", A, [B])
    circle.create("two", "visit", {"late": a_visit(B)})
    do_change(circle.desk("two"), "customer", B, {"city": "苏州"})
    circle.sync("one", "two", "one")
    shown = circle.settle()
    assert places(shown)["late"] == A
    assert B not in shown["customer"], "an edit of an alias is kept, and does not bring it back"
    do_unmerge(circle.desk("three"), "customer", B)
    shown = circle.settle()
    assert places(shown)["late"] == B
    assert shown["customer"][B]["city"] == "苏州"


def test_what_was_typed_into_an_alias_is_taken_or_told(circle: Circle) -> None:
    circle.create("one", "user", {"u-two": {"name": "韩梅", "login": "mei", "role": "admin"}})
    do_change(circle.desk("one"), "customer", A, {"level": "A", "tags": ["老客户"]})
    circle.settle()
    do_change(circle.desk("one"), "customer", B, {"remark": "合并前写的"})
    do_merge(circle.desk("one"), "customer", A, [B])
    late = {"phone": "13800001111", "level": "C", "tags": ["展会"]}
    do_change(circle.desk("two"), "customer", B, late)
    circle.sync("one", "two")
    shown = circle.settle()
    kept = shown["customer"][A]
    assert (kept["phone"], kept["level"], kept["remark"]) == ("13800001111", "A", None)
    assert kept["tags"] == ["展会", "老客户"]
    [task] = shown["task"]
    told = circle.server.record("task", task)
    assert told is not None
    assert (told["owner"], told["customer"]) == ("u-two", A)
    assert f"「客户{A}」" in str(told["remark"])


def test_the_server_moves_more_than_a_laptop_does(
    circle: Circle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.services.commands.merge.MOST_MOVED", 2)
    circle.create("one", "task", {f"t{n}": a_task_of(B) for n in range(5)})
    do_merge(circle.desk("one"), "customer", A, [B])
    shown = circle.settle()
    assert {row["customer"] for row in shown["task"].values()} == {A}
    do_unmerge(circle.desk("two"), "customer", B)
    shown = circle.settle()
    assert {row["customer"] for row in shown["task"].values()} == {B}


def a_task_of(customer: str) -> dict[str, object]:
    return {"title": "回电", "kind": "todo", "state": "open", "customer": customer}


def test_what_no_client_of_today_sends_holds_up_no_push(circle: Circle) -> None:
    desk = circle.desk("one")
    do_change(desk, "visit", f"vis-{B}", {"customer": C})
    do_merge(desk, "customer", A, [B])
    moved, *rest = circle.laptops["one"].replica.waiting(limit=99)
    link = next(o for o in rest if o.field == MERGED_INTO)
    odd = [
        replace(moved, before=["a"]),
        replace(moved, field="novel", value=["a"], replica_seq=90),
        replace(link, entity="novel", replica_seq=91),
        replace(link, entity="visit", id=f"vis-{B}", replica_seq=92),
        replace(link, entity="visit", id=f"vis-{B}", verb=Verb.DELETE, field="", replica_seq=93),
    ]
    circle.server.judge(lambda batch: circle.fold(batch, [*odd, *rest]), merges.follow)
    assert circle.server.record("customer", B) is None
    circle.time.advance(seconds=5)
    stamp = circle.laptops["one"].replica.hybrid.tick()
    late = replace(moved, value=B, before=C, hlc=stamp, replica_seq=94)
    circle.server.judge(lambda batch: circle.fold(batch, [late]), merges.follow)
    shown = circle.server.record("visit", f"vis-{B}")
    assert shown is not None
    assert shown["customer"] == A


def test_undo_takes_a_merge_back_whole_and_again(circle: Circle) -> None:
    before = circle.settle()
    made = do_merge(circle.desk("one"), "customer", A, [B, C], {"city": "上海"})
    merged = circle.settle()
    undone = do_undo(circle.desk("one"), made.group)
    assert circle.settle() == before
    redone = do_undo(circle.desk("two"), undone.group)
    assert circle.settle() == merged
    do_undo(circle.desk("two"), redone.group)
    assert circle.settle() == before


def test_unmerge_keeps_later_edits_or_puts_back(circle: Circle) -> None:
    desk = circle.desk("one")
    do_change(desk, "customer", A, {"city": "北京", "level": "B"})
    do_change(desk, "customer", B, {"city": "上海", "level": "C", "phone": "13800001111"})
    chosen = {"city": "上海", "level": "C", "phone": "13800001111"}
    do_merge(desk, "customer", A, [B], chosen)
    circle.settle()
    do_change(circle.desk("two"), "customer", A, {"level": "A"})
    circle.create("two", "visit", {"since": a_visit(A)})
    circle.settle()
    back = would_return(circle.desk("one"), "customer", B)
    assert back is not None
    assert {(spec.name, now, then) for spec, now, then in back.fields} == {
        ("city", "上海", "北京"), ("phone", "13800001111", None),
    }  # fmt: skip
    assert [spec.name for spec in back.kept] == ["level"]
    assert back.returning == {"contact": 1, "visit": 1}
    assert [(entity, one) for entity, one, _ in back.since] == [("visit", "since")]
    done = do_unmerge(circle.desk("one"), "customer", B)
    shown = circle.settle()
    assert [shown["customer"][A][name] for name in ("city", "level", "phone")] == [
        "北京",
        "A",
        None,
    ]
    assert shown["customer"][B]["city"] == "上海"
    assert places(shown)["since"] == A
    do_undo(circle.desk("one"), done.group)
    assert places(circle.settle())[f"vis-{B}"] == A
    along = [("visit", "since")]
    do_unmerge(circle.desk("three"), "customer", B, later=Later.PUT_BACK, along=along)
    shown = circle.settle()
    assert shown["customer"][A]["level"] == "B"
    assert places(shown)["since"] == places(shown)[f"vis-{B}"] == B


def test_chains_come_apart_anywhere(circle: Circle) -> None:
    do_merge(circle.desk("one"), "customer", B, [C])
    circle.settle()
    do_merge(circle.desk("two"), "customer", A, [B])
    assert set(places(circle.settle()).values()) == {A}
    do_unmerge(circle.desk("one"), "customer", C)
    shown = places(circle.settle())
    assert (shown[f"vis-{B}"], shown[f"vis-{C}"]) == (A, C)
    do_unmerge(circle.desk("three"), "customer", B)
    shown = places(circle.settle())
    assert (shown[f"vis-{A}"], shown[f"vis-{B}"], shown[f"vis-{C}"]) == (A, B, C)


def test_what_an_inner_merge_brought_goes_on_when_the_outer_ends_first(circle: Circle) -> None:
    do_merge(circle.desk("one"), "customer", B, [C])
    outer = do_merge(circle.desk("one"), "customer", A, [B])
    undone = do_undo(circle.desk("one"), outer.group)
    do_undo(circle.desk("one"), undone.group)
    circle.settle()
    do_unmerge(circle.desk("two"), "customer", B)
    do_unmerge(circle.desk("two"), "customer", C)
    shown = places(circle.settle())
    assert (shown[f"vis-{A}"], shown[f"vis-{B}"], shown[f"vis-{C}"]) == (A, B, C)


def test_what_was_in_the_bin_or_merged_itself_goes_back_as_well(circle: Circle) -> None:
    do_merge(circle.desk("one"), "customer", A, [B])
    gone = do_delete(circle.desk("one"), "visit", f"vis-{B}")
    inner = do_merge(circle.desk("one"), "contact", f"con-{A}", [f"con-{B}"])
    circle.settle()
    do_unmerge(circle.desk("two"), "customer", B)
    circle.settle()
    do_undo(circle.desk("one"), gone.group)
    do_undo(circle.desk("one"), inner.group)
    shown = places(circle.settle())
    assert (shown[f"vis-{B}"], shown[f"con-{B}"]) == (B, B)


Act = Callable[[Circle], object]


def merged(name: str, survivor: str, loser: str) -> Act:
    return lambda c: do_merge(c.desk(name), "customer", survivor, [loser])


def deleted(name: str, record: str) -> Act:
    return lambda c: do_delete(c.desk(name), "customer", record)


def moved(name: str, record: str, to: str) -> Act:
    return lambda c: do_change(c.desk(name), "visit", record, {"customer": to})


def unmerged(name: str, record: str) -> Act:
    return lambda c: do_unmerge(c.desk(name), "customer", record)


AT_ONCE: dict[str, tuple[Act, ...]] = {
    "each into the other": (merged("one", A, B), merged("two", B, A)),
    "the same pair twice": (merged("one", A, B), merged("two", A, B)),
    "into two others": (merged("one", A, B), merged("two", C, B)),
    "in a circle of three": (merged("one", B, A), merged("two", C, B), merged("three", A, C)),
    "while the other is deleted first": (deleted("one", A), merged("two", A, B)),
    "while the other is deleted later": (merged("one", A, B), deleted("two", A)),
    "while the merged one is deleted": (merged("one", A, B), deleted("two", B)),
    "while a visit is moved away": (moved("one", f"vis-{B}", C), merged("two", A, B)),
    "while a visit comes": (merged("one", A, B), moved("two", f"vis-{C}", B)),
}


@pytest.mark.parametrize("what", sorted(AT_ONCE))
def test_what_happens_at_once_ends_the_same_in_every_order(
    what: str, template: Path, tmp_path: Path
) -> None:
    ends = []
    laptops = LAPTOPS[: len(AT_ONCE[what])]
    for order in (laptops, laptops[::-1], *itertools.islice(itertools.permutations(laptops), 2, 3)):
        circle = begun(template, tmp_path / "-".join(order))
        for act in AT_ONCE[what]:
            act(circle)
        circle.sync(*order)
        ends.append(circle.settle())
        holds(circle)
        circle.close()
    assert all(end == ends[0] for end in ends)


def test_each_into_the_other_keeps_the_merge_made_first(circle: Circle) -> None:
    merged("one", A, B)(circle)
    merged("two", B, A)(circle)
    shown = circle.settle()
    assert set(shown["customer"]) == {A, C}
    assert set(places(shown).values()) == {A, C}


def test_a_merge_brings_back_what_was_deleted_before_it_and_not_after(circle: Circle) -> None:
    deleted("one", A)(circle)
    merged("two", A, B)(circle)
    assert set(circle.settle()["customer"]) == {A, C}
    deleted("three", A)(circle)
    assert set(circle.settle()["customer"]) == {C}
    do_unmerge(circle.desk("one"), "customer", B)
    shown = circle.settle()
    assert set(shown["customer"]) == {B, C}
    assert places(shown)[f"vis-{B}"] == B


def test_who_does_not_see_the_other_record_still_reads_a_name(circle: Circle) -> None:
    do_merge(circle.desk("one"), "customer", A, [B])
    circle.settle()
    replica = circle.laptops["two"].replica
    replica.receive([], forget=[("customer", A)])
    assert replica.titles("customer", [A, C]) == {A: f"客户{B}", C: f"客户{C}"}
    do_unmerge(circle.desk("two"), "customer", B)
    assert replica.record("customer", B) is not None


def test_nothing_is_merged_with_itself_or_with_what_is_merged(circle: Circle) -> None:
    with pytest.raises(KnownError, match="另选"):
        do_merge(circle.desk("one"), "customer", A, [A])
    merged("one", A, B)(circle)
    with pytest.raises(KnownError, match="已经合并"):
        do_merge(circle.desk("one"), "customer", B, [C])
    with pytest.raises(KnownError, match="没有合并"):
        do_unmerge(circle.desk("one"), "customer", C)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_people_do_everybody_ends_with_the_same(
    seed: int, template: Path, tmp_path: Path
) -> None:
    chance, circle = Random(seed), begun(template, tmp_path / "chance")
    for number in range(40):
        name = chance.choice(LAPTOPS)
        try:
            act = chance.choice((do_something, do_something, exchange_now))
            act(circle, chance, name, number)
        except KnownError:
            continue  # What is not here any more cannot be merged, moved or deleted.
    circle.settle()
    holds(circle)
    circle.close()


def exchange_now(circle: Circle, _chance: Random, name: str, _number: int) -> None:
    circle.sync(name)


def do_something(circle: Circle, chance: Random, name: str, number: int) -> None:
    one, other = chance.sample((A, B, C), 2)
    visit = f"vis-{chance.choice((A, B, C))}"
    acts: list[Act] = [
        merged(name, one, other), merged(name, one, other), unmerged(name, one),
        unmerged(name, other), deleted(name, one), moved(name, visit, one),
        lambda c: c.create(name, "visit", {f"v{number}": a_visit(other)}),
        lambda c: do_change(c.desk(name), "customer", one, {"city": f"城{number}"}),
    ]  # fmt: skip
    chance.choice(acts)(circle)


def holds(circle: Circle) -> None:
    """No circle, and nothing alive that points at an alias."""
    server = circle.server
    links = server.read(lambda c: aliases.links(c, server.tables, "customer", [A, B, C]))
    roots = {one: aliases.root_of(links, one) for one in (A, B, C)}
    assert all(root not in links for root in roots.values()), links
    for row in (*circle.settle()["visit"].values(), *circle.settle()["contact"].values()):
        assert row["customer"] not in links
    assert MERGED_INTO not in [spec.name for spec in server.registry.entity("visit").fields]
