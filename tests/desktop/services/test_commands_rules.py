"""Rules written, published, withdrawn and rolled back on real replicas; every act taken back."""

import base64
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from crm_core.errors import KnownError
from crm_core.model.query import Op, Query, Test
from crm_core.model.schema import Label
from crm_core.model.values import ValueProblem
from crm_core.permissions.stored import Organisation
from crm_core.rules.documents import Document, When
from crm_core.rules.firing.automations import Action, Automation, Do, On, Trigger
from crm_core.rules.published import read_set
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.stocked.shipped import SHIPPED
from crm_core.rules.texts.packing import unpacked
from crm_core.sync.change import Verb, check_payload
from desktop.services.commands.rules import (
    do_drop_rule,
    do_order_rules,
    do_publish,
    do_roll_back,
    do_save_rule,
    do_save_rules,
    do_switch_rule,
    do_take_over_draft,
    do_withdraw,
)
from desktop.services.commands.verbs import do_create, do_undo
from desktop.services.rules.rule_book import draft_of, rules_of
from desktop.services.rules.rule_files import read_rule_file, version_documents, write_rule_file
from desktop.services.rules.rule_lines import Origin, read_desk, version_changes, version_lines
from tests.builders import exchange
from tests.desktop.views.desk import Desk, a_desk

RULE: Document[object] = Document(
    "auto-test", "automation", Label("抖音打标签", "Tag Douyin"), "lead",
    Automation(
        Trigger(On.CREATED), (Action(Do.TAG, tag="直播"),), When(Test("source", Op.EQ, "抖音"))
    ),
    position=7,
)  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


def test_a_draft_counts_once_it_is_published_and_is_taken_back_whole(desk: Desk) -> None:
    work = desk.workspace
    saved = do_save_rule(work, RULE)
    assert rules_of(work).one(RULE.id) is None
    [line] = [one for one in read_desk(work, "zh").lines if one.id == RULE.id]
    assert (line.origin, line.turn) == (Origin.OWN, "added")
    published = do_publish(work, "加一条")
    assert rules_of(work).one(RULE.id) == RULE
    assert read_desk(work, "zh").changed == 0
    do_undo(work, published.group)
    assert rules_of(work).one(RULE.id) is None
    do_undo(work, saved.group)
    assert draft_of(work).one(RULE.id) is None


def test_what_ships_is_changed_switched_off_and_as_it_ships_again(desk: Desk) -> None:
    work, shipped = desk.workspace, SHIPPED[0]
    do_switch_rule(work, shipped, False)
    [line] = [one for one in read_desk(work, "zh").lines if one.id == shipped.id]
    assert (line.origin, line.active, line.turn) == (Origin.CHANGED, False, "changed")
    assert line.differs == ("启用 是 → 否",)
    do_drop_rule(work, shipped.id)
    assert draft_of(work).one(shipped.id) == shipped
    do_save_rule(work, replace(shipped, label=Label("又改", "Again")))
    found = draft_of(work).one(shipped.id)
    assert found is not None
    assert found.label.zh == "又改"
    assert found.active


def test_versions_are_listed_with_what_each_changed_and_rolled_back(desk: Desk) -> None:
    work = desk.workspace
    first = do_publish(work, "原样").record_id
    desk.time.advance(hours=1)
    do_save_rule(work, RULE)
    second = do_publish(work, "加一条").record_id
    lines = version_lines(work)
    assert [(one.version.number, one.version.note, one.author) for one in lines] == [
        (2, "加一条", "王敏"), (1, "原样", "王敏"),
    ]  # fmt: skip
    assert [one.version.in_force for one in lines] == [True, False]
    assert version_changes(work, second, "zh") == ("新增「抖音打标签」",)
    assert version_changes(work, first, "zh") == ()
    desk.time.advance(hours=1)
    do_roll_back(work, first, "回到原样")
    assert rules_of(work).one(RULE.id) is None
    assert len(version_lines(work)) == 3
    assert RULE in version_documents(work, second)
    assert RULE in draft_of(work).documents
    with pytest.raises(KnownError, match="不在"):
        do_roll_back(work, "nowhere", "x")


def test_a_trial_is_for_one_team_and_a_withdrawn_version_for_nobody(desk: Desk) -> None:
    work = desk.workspace
    team = desk.add("team", {"name": "华东"})
    do_save_rule(work, RULE)
    trial = do_publish(work, "先在华东试", team).record_id
    assert rules_of(work).one(RULE.id) is None
    [line] = version_lines(work)
    assert (line.team, line.version.in_force) == ("华东", True)
    desk.time.advance(hours=1)
    everybody = do_publish(work, "全员").record_id
    assert {v.id: v.in_force for v in read_desk(work, "zh").versions} == {
        trial: False, everybody: True,
    }  # fmt: skip
    assert rules_of(work).one(RULE.id) == RULE
    do_withdraw(work, everybody)
    assert rules_of(work).one(RULE.id) is None
    do_withdraw(work, everybody, False)
    assert rules_of(work).one(RULE.id) == RULE


def test_of_two_who_publish_offline_the_newest_is_in_force_and_both_are_listed(
    desk: Desk, tmp_path: Path
) -> None:
    with contextmanager(a_desk)(tmp_path / "other", node="b" * 16, user="zhao") as other:
        do_save_rule(desk.workspace, RULE)
        do_publish(desk.workspace, "王敏的")
        other.time.advance(minutes=5)
        do_publish(other.workspace, "赵磊的")
        exchange(other.workspace.replica, desk.workspace.replica)
        exchange(desk.workspace.replica, other.workspace.replica)
        for work in (desk.workspace, other.workspace):
            assert [one.version.note for one in version_lines(work)] == ["赵磊的", "王敏的"]
            assert rules_of(work).one(RULE.id) is None
            assert draft_of(work).one(RULE.id) == RULE


def test_only_who_may_write_rules_can(desk: Desk) -> None:
    work = desk.workspace
    work._actor = Organisation().actor("wang", "rep")
    for act in (
        partial(do_save_rule, work, RULE),
        partial(do_publish, work, "x"),
        partial(do_switch_rule, work, SHIPPED[0], False),
    ):
        with pytest.raises(KnownError) as caught:
            act()
        assert caught.value.code == "forbidden"
    assert work.replica.find(Query("rule")) == []


def test_many_rules_are_one_act_and_the_order_is_kept(desk: Desk) -> None:
    work = desk.workspace
    many = [replace(RULE, id=f"r-{n}", position=n) for n in range(1, 6)]
    done = do_save_rules(work, many)
    assert "5" in done.sentence_zh
    assert do_save_rules(work, many).changed == {}
    do_order_rules(work, [many[4], *many[:4]])
    ordered = [one.id for one in draft_of(work).documents if one.id.startswith("r-")]
    assert ordered == ["r-5", "r-1", "r-2", "r-3", "r-4"]
    do_take_over_draft(work, [*SHIPPED, many[0]])
    assert {one.id for one in RuleSet(draft_of(work).documents).documents} == {
        "r-1", *(one.id for one in SHIPPED),
    }  # fmt: skip
    do_undo(work, done.group)
    assert work.replica.record("rule", "r-1") is None


def test_what_a_newer_version_wrote_is_shown_kept_and_published_again(desk: Desk) -> None:
    work = desk.workspace
    desk.add("rule", {"name": "天气", "kind": "automation", "body": '{"trigger": {"on": "rain"}}'})
    desk.add("rule", {"name": "半截", "kind": "clock", "body": "{"})
    lines = {one.label.zh: one for one in read_desk(work, "zh").lines}
    assert lines["天气"].origin is Origin.UNREAD
    assert "trigger.on" in lines["天气"].sentence
    assert lines["半截"].wrong
    version = do_publish(work, "带着读不懂的").record_id
    record = work.replica.record("rule_version", version)
    assert record is not None
    assert "rain" in str(record["body"])


def test_files_are_read_and_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "规则.yaml"
    write_rule_file(path, "a: 1\n")
    assert read_rule_file(path) == "a: 1\n"
    path.write_bytes("规则".encode("gb18030"))
    with pytest.raises(KnownError, match="UTF-8"):
        read_rule_file(path)
    with path.open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(KnownError, match="没有读取"):
        read_rule_file(path)
    with pytest.raises(KnownError):
        read_rule_file(tmp_path / "none" / "x.yaml")
    with pytest.raises(KnownError):
        write_rule_file(tmp_path / "none" / "x.yaml", "x")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["规则.yaml"]


def test_a_large_set_travels_and_a_packed_text_cannot_hurt(desk: Desk) -> None:
    work = desk.workspace
    do_save_rules(work, [replace(RULE, id=f"r-{n:04}", position=n) for n in range(400)])
    version = do_publish(work, "四百条").record_id
    body = str(desk.record("rule_version", version)["body"])
    assert len(body) < 100_000
    check_payload(Verb.SET, "body", body)
    assert rules_of(work).one("r-0399") is not None
    assert len(unpacked(body)) > 100_000
    # Written past the verbs it is refused as well, before anything is written: no server takes it.
    long = {"name": "手写", "published_at": desk.time.clock.iso(), "body": "长" * 100_001}
    with pytest.raises(ValueProblem, match="最多 100000 字"):
        do_create(work, "rule_version", long)
    bomb = base64.b64encode(zlib.compress(b" " * 50_000_000)).decode()
    for text in (f"z1:{bomb}", "z1:???", body[:-400], "z1:"):
        with pytest.raises(ValueError):  # noqa: PT011
            read_set(text)
