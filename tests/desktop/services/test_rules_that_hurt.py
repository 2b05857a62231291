"""Rules that must not hurt: conditions on what somebody may not read, two who edit one offline."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from crm_core.model.entities import builtin_registry
from crm_core.model.query import Op, Query, Test
from crm_core.model.schema import Label
from crm_core.model.values import Record
from crm_core.permissions.stored import Organisation
from crm_core.rules.documents import Document, When
from crm_core.rules.engine import make_rules
from crm_core.rules.firing.automations import Action, Automation, Do, On, Trigger
from crm_core.rules.firing.deciding import LAPTOP
from crm_core.rules.published import written_set
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.stocked.builtin import BUILTIN_RULES
from crm_core.rules.wording.clock_words import said
from crm_core.store.replica import Replica, open_replica
from crm_core.store.ruling.automating import Automating
from desktop.services.commands.rules import do_save_rule
from desktop.services.rules.industry_templates import load_template
from desktop.services.rules.rule_book import draft_of
from desktop.services.rules.scores import with_scores
from desktop.services.rules.stage_gates import gates_over
from desktop.services.rules.trade_packs import do_apply_pack, load_pack
from tests.builders import FakeClock, an_actor, change, create, exchange, just_made
from tests.desktop.views.desk import Desk, a_desk

SECRET_BUDGET = {"id": "g", "role": "rep", "entity": "lead", "rights": ["see", "create", "edit"],
                 "hidden": ["budget"]}  # fmt: skip
BUDGET = 88_000_000
_ID = re.compile(r"[0-9a-f-]{12,}")
"""Ids, with dashes and without: chance may put any digits into them."""


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    path = tmp_path / "replica.db"
    path.write_bytes(just_made(None))
    rules = Automating(with_scores(make_rules(BUILTIN_RULES)), LAPTOP)
    opened = open_replica(path, clock=FakeClock().clock, keeps_outbox=True, rules=rules)
    yield opened
    opened.close()


def test_a_notice_an_explanation_and_a_score_tell_nothing_of_a_field_kept_from_somebody(
    replica: Replica,
) -> None:
    rule = Document(
        "auto-rich", "automation", Label("大预算", "Rich"), "lead",
        Automation(
            Trigger(On.SAVED, fields=("budget", "phone")),
            (Action(Do.TASK, title="[姓名] 预算 [预算] 电话 [phone] 完", remark="[budget]"),),
            When(Test("budget", Op.GE, 50_000_000)),
        ),
    )  # fmt: skip
    with replica.write(an_actor("boss")) as (unit, _):
        unit.create("user", {"name": "王磊", "login": "w", "role": "rep"}, record_id="u-wang")
        unit.create("grant", {k: v for k, v in SECRET_BUDGET.items() if k != "id"}, record_id="g")
        body = written_set(RuleSet([rule]))
        now = unit.clock.iso()
        unit.create("rule_version", {"name": "v", "body": body, "published_at": now})
    lead = create(replica, "lead", {
        "name": "林女士", "stage": "captured", "budget": BUDGET, "phone": "13800138000",
        "owner": "u-wang",
    }, by=an_actor("boss"))  # fmt: skip
    [task] = replica.find(Query("task"))
    assert task["title"] == "林女士 预算 电话 138****8000 完"
    assert not task.get("remark")
    [firing] = replica.find(Query("firing"))
    told = _ID.sub("", str(firing["why"]))
    assert "88" not in told
    assert "138" not in told
    grants: list[Record] = [SECRET_BUDGET]  # type: ignore[list-item]
    rep = Organisation(grants=grants).actor("u-wang", "rep")
    before = replica.record("lead", lead)
    change(replica, "lead", lead, by=rep, interest="冲刺班", source="老客户介绍")
    after = replica.record("lead", lead)
    assert before is not None
    assert after is not None
    assert after["score"] == before["score"], "who may not read the budget leaves it to the server"


def test_a_clock_tells_nothing_of_a_field_kept_from_somebody() -> None:
    entity = builtin_registry().entity("lead")
    record: Record = {"id": "l", "name": "林女士", "budget": BUDGET, "source": "抖音"}
    words = Label("[姓名] 预算[预算] 来源[source]", "")
    secret = frozenset({("lead", "budget"), ("lead", "source")})
    assert said(words, entity, record, {}, "zh", secret) == "林女士 预算 来源抖**"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


def test_a_gate_leaves_to_the_server_what_it_may_not_read(desk: Desk) -> None:
    """Row 4.2: a hidden budget is not said to be missing."""
    work = desk.workspace
    deal: Record = {"id": "d", "stage": "negotiate", "customer": "c", "name": "单"}
    assert [one.requirement.id for one in gates_over(work).lacking_to("opportunity", deal, "won")]
    grant: Record = {"id": "g", "role": "rep", "entity": "opportunity", "hidden": ["amount"],
                     "rights": ["see", "edit"]}  # fmt: skip
    work._actor = Organisation(grants=[grant]).actor("wang", "rep")
    assert gates_over(work).lacking_to("opportunity", deal, "won") == ()


def test_a_rule_and_a_pack_edited_on_two_devices_offline_lose_nothing_and_say_so(
    desk: Desk, tmp_path: Path
) -> None:
    pack = load_pack("saas").documents[0]
    with contextmanager(a_desk)(tmp_path / "other", node="b" * 16, user="zhao") as other:
        mine, theirs = desk.workspace, other.workspace
        for work in (mine, theirs):
            with work.replica.write(an_actor()) as (unit, _):
                for user in ("wang", "zhao"):
                    unit.change("user", user, {"role": "admin"})
        template = load_template("saas")
        do_apply_pack(mine, template)
        other.time.advance(minutes=5)
        do_apply_pack(theirs, template)
        exchange(mine.replica, theirs.replica)
        exchange(theirs.replica, mine.replica)
        assert draft_of(mine).documents == draft_of(theirs).documents
        for work, hours in ((mine, 11), (theirs, 22)):
            body = replace(pack.body, standard_hours=hours)  # type: ignore[type-var]
            do_save_rule(work, replace(pack, body=body, remark=f"{hours} 小时"))
        exchange(mine.replica, theirs.replica)
        exchange(theirs.replica, mine.replica)
        found = [draft_of(work).one(pack.id) for work in (mine, theirs)]
        assert found[0] == found[1]
        for work in (mine, theirs):
            conflicts = [one for one in work.replica.conflicts() if one.entity == "rule"]
            assert {one.field for one in conflicts} >= {"body", "remark"}
            sides = {str(v) for one in conflicts for v in (one.winner.value, one.loser.value)}
            assert {"11 小时", "22 小时"} <= sides
            assert any('"standard_hours":11' in one for one in sides)
            assert any('"standard_hours":22' in one for one in sides)
