"""One customer created on two laptops becomes one by rule, the same in both orders."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from crm_core.matching.twins import names_fit
from desktop.services.commands.merge import do_merge, do_unmerge
from desktop.services.merging import where_met
from tests.builders import a_customer, records_of
from tests.postgres import Postgres
from tests.sync_server.merging import Circle, empty_database

CODE = "91330319603888PX1U"
MOBILE = "13800138000"
ORDERS = (("one", "two"), ("two", "one"))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two reps of different territories and a manager, known on every laptop."""
    folder = tmp_path_factory.mktemp("twins") / "template"
    made = Circle(folder)
    places = {"t-east": {"name": "华东大区"}, "t-suzhou": {"name": "苏州市", "parent": "t-east"}}
    made.create("one", "territory", places | {"t-north": {"name": "北京"}})
    people = {
        "u-one": ("李雷", "rep", "t-north"), "u-two": ("韩梅", "rep", "t-east"),
        "u-three": ("周总", "manager", None),
    }  # fmt: skip
    for user, (name, role, territory) in people.items():
        values = {"name": name, "login": user, "role": role, "territory": territory}
        made.create("one", "user", {user: values})
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


def enter(circle: Circle, who: str, *, mark: str = "", **values: object) -> str:
    """A customer entered by the owner of a laptop, with a visit; its id."""
    record = f"c-{who}{mark}"
    customer = {"name": "苏州恒通贸易有限公司", "kind": "organisation", "owner": f"u-{who}"}
    circle.create(who, "customer", {record: customer | values})
    visit = {"customer": record, "started_at": "2026-03-02T01:00:00Z", "owner": f"u-{who}"}
    circle.create(who, "visit", {f"v-{record}": visit})
    return record


def role(circle: Circle, role: str) -> None:
    """Let u-three be something else than a manager, who may create twins."""
    with circle.desk("three").write() as (unit, _):
        unit.change("user", "u-three", {"role": role})
    circle.sync()


def ended(
    template: Path, folder: Path, one: Mapping[str, str], two: Mapping[str, str]
) -> dict[str, object]:
    """What both orders of arrival end with; laptop one was first."""
    ends = []
    for order in ORDERS:
        circle = begun(template, folder / "-".join(order))
        enter(circle, "one", **one)
        enter(circle, "two", **two)
        circle.sync(*order)
        shown = circle.settle()
        end: dict[str, object] = {
            "customers": {i: c["owner"] for i, c in shown["customer"].items()},
            "visits": {i: v["customer"] for i, v in shown["visit"].items()},
            "tasks": sorted(shown["task"]),
        }
        ends.append(end)
        circle.close()
    assert ends[0] == ends[1]
    return ends[0]


def test_the_same_code_makes_one_of_whoever_entered_it_first(
    template: Path, tmp_path: Path
) -> None:
    end = ended(template, tmp_path, {"uscc": CODE}, {"uscc": CODE.lower(), "name": "恒通"})
    first, second = "c-one", "c-two"
    assert end["customers"] == {first: "u-one"}
    assert end["visits"] == {f"v-{first}": first, f"v-{second}": first}
    assert end["tasks"] == [f"twin-{second}-u-one", f"twin-{second}-u-two"]


def test_a_territory_counts_before_who_was_first(template: Path, tmp_path: Path) -> None:
    here = {"phone": MOBILE, "city": "苏州"}
    end = ended(template, tmp_path, here, here | {"phone": "+86 138-0013-8000"})
    assert end["customers"] == {"c-two": "u-two"}


def test_a_number_that_two_names_share_is_only_proposed(template: Path, tmp_path: Path) -> None:
    end = ended(template, tmp_path, {"phone": MOBILE}, {"phone": MOBILE, "name": "昆山精工机械"})
    assert end["customers"] == {"c-one": "u-one", "c-two": "u-two"}
    pair = "maybe-c-one-c-two"
    assert end["tasks"] == [f"{pair}-u-one", f"{pair}-u-two"]


def test_both_are_told_whose_it_is_and_why(circle: Circle) -> None:
    first, second = enter(circle, "one", uscc=CODE), enter(circle, "two", uscc=CODE, phone=MOBILE)
    with circle.desk("two").write() as (unit, _):
        unit.change("customer", second, {"name": "恒通贸易"})
    assert len(circle.settle()["task"]) == 2
    entries = records_of(circle.server, "audit_entry").values()
    assert [e["about"] for e in entries if e["kind"] == "linked"] == [f"customer {second}"]
    replica = circle.laptops["two"].replica
    told = replica.record("task", f"twin-{second}-u-two")
    assert told is not None
    assert told["customer"] == first
    assert "由李雷负责" in str(told["title"])
    assert "最先建档" in str(told["remark"])
    kept = replica.record("customer", first)
    assert kept is not None
    assert kept["phone"] == MOBILE
    assert where_met(circle.desk("two"), "customer", second) == first


def test_what_a_manager_took_apart_stays_apart(circle: Circle) -> None:
    _, second = enter(circle, "one", uscc=CODE), enter(circle, "two", uscc=CODE)
    circle.settle()
    do_unmerge(circle.desk("three"), "customer", second)
    circle.sync("three")
    with circle.desk("two").write() as (unit, _):
        unit.change("visit", f"v-{second}", {"purpose": "demo"})
    circle.settle()
    with circle.desk("two").write() as (unit, _):
        unit.change("customer", second, {"phone": MOBILE})
        unit.change("customer", second, {"uscc": None})
        unit.change("customer", second, {"uscc": CODE})
    shown = circle.settle()
    assert len(shown["customer"]) == 2
    assert shown["visit"][f"v-{second}"]["customer"] == second


def test_the_policy_may_say_propose_or_nothing(circle: Circle) -> None:
    policy = {"name": "组织策略", "twins": "propose"}
    with circle.desk("three").write() as (unit, _):
        unit.create("policy", policy, record_id="policy")
    circle.sync()
    enter(circle, "one", uscc=CODE)
    enter(circle, "two", uscc=CODE)
    shown = circle.settle()
    assert len(shown["customer"]) == 2
    assert len(shown["task"]) == 2
    with circle.desk("three").write() as (unit, _):
        unit.change("policy", "policy", {"twins": "off"})
    circle.sync()
    enter(circle, "one", mark="2", phone=MOBILE)
    enter(circle, "two", mark="2", phone=MOBILE)
    assert len(circle.settle()["customer"]) == 4


def test_many_at_once_are_found_as_well(circle: Circle) -> None:
    rows = {
        f"m{n}": a_customer(name=f"客户{n}", phone=f"139{n:08}", owner="u-one") for n in range(300)
    }
    circle.create("one", "customer", rows)
    circle.sync("one")
    enter(circle, "two", name="客户7", phone="13900000007")
    shown = circle.settle()
    assert len(shown["customer"]) == 300
    assert shown["visit"]["v-c-two"]["customer"] == "m7"


def test_a_push_of_more_than_customers_is_looked_through_as_well(circle: Circle) -> None:
    first, second = enter(circle, "one", uscc=CODE), enter(circle, "two", uscc=CODE)
    circle.create(
        "two", "contact", {f"p{n}": {"name": "张", "customer": second} for n in range(200)}
    )
    assert circle.settle()["visit"][f"v-{second}"]["customer"] == first


def test_who_may_not_see_the_other_is_told_whose_it_is_and_no_name(
    circle: Circle, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = {"phone": MOBILE, "name": "昆山精工机械"}
    enter(circle, "one", phone=MOBILE)
    enter(circle, "two", **secret)
    circle.sync()
    own = circle.server.record("task", "maybe-c-one-c-two-u-two")
    theirs = circle.server.record("task", "maybe-c-one-c-two-u-one")
    assert own is not None
    assert theirs is not None
    assert "昆山精工" in str(own["title"])
    assert "李雷的一条客户" in str(own["remark"])
    assert "恒通" not in str(own["title"]) + str(own["remark"])
    assert "昆山" not in str(theirs["title"]) + str(theirs["remark"])
    entries = records_of(circle.server, "audit_entry").values()
    told = {(e["owner"], e["about"]) for e in entries if e["kind"] == "checked"}
    assert told == {("u-two", "customer c-one"), ("u-two", "customer c-two")}
    role(circle, "admin")
    enter(circle, "three", phone=MOBILE, name="另一家")
    circle.sync()
    seen = circle.server.record("task", "maybe-c-three-c-two-u-three")
    assert seen is not None
    assert "昆山精工" in str(seen["remark"]), "who sees both reads both names"
    monkeypatch.setattr("sync_server.services.merging.twin_notes.MOST_A_DAY", 2)
    enter(circle, "two", mark="2", phone=MOBILE, name="再来一家")
    circle.sync()
    assert circle.server.record("task", "maybe-c-one-c-two2-u-two") is None


def test_no_old_customer_is_taken_over_by_typing_its_code(circle: Circle) -> None:
    old = enter(circle, "one", uscc=CODE)
    circle.sync()
    circle.time.advance(days=9)
    new = enter(circle, "two", uscc=CODE, city="苏州")
    assert {i: c["owner"] for i, c in circle.settle()["customer"].items()} == {
        old: "u-one", new: "u-two",
    }  # fmt: skip
    assert circle.server.record("task", f"maybe-{old}-{new}-u-one") is not None


def test_the_first_to_enter_it_says_where_it_is_and_no_later_edit_links(circle: Circle) -> None:
    first = enter(circle, "one", uscc=CODE)
    enter(circle, "two", uscc=CODE, city="苏州")
    third = enter(circle, "three", name="另一家")
    assert circle.settle()["customer"][first]["owner"] == "u-one"
    with circle.desk("three").write() as (unit, _):
        unit.change("customer", third, {"uscc": CODE})
    assert third in circle.settle()["customer"]
    assert circle.server.record("task", f"maybe-{first}-{third}-u-one") is not None


def test_a_number_of_many_is_nobodys(circle: Circle) -> None:
    names = [f"客户{n}号" for n in range(6)]
    rows = {f"m{n}": a_customer(name=o, phone=MOBILE) for n, o in enumerate(names)}
    circle.create("one", "customer", rows)
    circle.sync("one")
    enter(circle, "two", name="别的", phone=MOBILE)
    enter(circle, "two", mark="2", name=names[3], phone=MOBILE)
    shown = circle.settle()
    assert set(shown["task"]) == {"twin-c-two2-u-two"}
    assert shown["visit"]["v-c-two2"]["customer"] == "m3"


def test_a_third_does_not_join_what_was_taken_apart(circle: Circle) -> None:
    first, second = enter(circle, "one", uscc=CODE), enter(circle, "two", uscc=CODE)
    circle.settle()
    do_unmerge(circle.desk("three"), "customer", second)
    role(circle, "rep")
    third = enter(circle, "three", uscc=CODE)
    shown = circle.settle()
    assert set(shown["customer"]) == {first, second}
    assert shown["visit"][f"v-{third}"]["customer"] == first
    assert shown["visit"][f"v-{second}"]["customer"] == second


def test_on_postgresql_too_one_is_made_of_two(tmp_path: Path, postgres: Postgres) -> None:
    circle = Circle(tmp_path / "circle", database=empty_database(postgres))
    first, second = enter(circle, "one", uscc=CODE), enter(circle, "two", uscc=CODE)
    third = enter(circle, "three", name="另一家")
    shown = circle.settle()
    assert shown["visit"][f"v-{second}"]["customer"] == first
    do_unmerge(circle.desk("three"), "customer", second)
    do_merge(circle.desk("one"), "customer", first, [third])
    do_merge(circle.desk("two"), "customer", third, [first])
    shown = circle.settle()
    assert {one: row["customer"] for one, row in shown["visit"].items()} == {
        f"v-{first}": first, f"v-{second}": second, f"v-{third}": first,
    }  # fmt: skip
    circle.close()


def test_names_that_fit() -> None:
    assert names_fit("苏州恒通贸易有限公司", "恒通贸易（苏州）")
    assert names_fit("张伟", "张总")
    assert not names_fit("张伟", "王总")
    assert not names_fit("苏州恒通贸易有限公司", "")
