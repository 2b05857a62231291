"""The server asks the same of a move as the laptop does (decision 054)."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from crm_core.errors import SyncCode
from crm_core.model.query import Query
from crm_core.model.values import Record
from crm_core.permissions import Actor
from crm_core.store.replica import Replica
from crm_core.sync.protocol import Ack, PushMessage
from sync_server.services.exchange.push import push
from sync_server.services.signing_in.devices import Device
from sync_server.services.signing_in.sessions import Principal
from tests.builders import a_customer, a_replica, an_actor
from tests.stage_sets import POC, laid_over, publish
from tests.sync_proof.world import World
from tests.sync_server.inside import Inside

DEAL = "opportunity"
NODE = "1" * 16
ANNA = an_actor("user-anna", role="rep")


@dataclass(slots=True)
class Laptop:
    """Of the version before: it asks for nothing before it moves a deal."""

    world: World
    replica: Replica
    actor: Actor

    def create(self, entity: str, record: str, values: dict[str, object]) -> None:
        self.world.time.advance(seconds=1)
        with self.replica.write(self.actor) as (unit, _):
            unit.create(entity, {"owner": "user-anna", **values}, record_id=record)

    def change(self, record: str, reason: str = "", **changes: object) -> None:
        self.world.time.advance(seconds=1)
        with self.replica.write(self.actor, reason) as (unit, _):
            unit.change(DEAL, record, changes)

    def push(self) -> list[Ack]:
        """What the server refused."""
        waiting = self.replica.waiting(limit=1_000)
        server, now = self.world.server, self.world.time.clock.millis()
        principal = Principal(self.actor, Device(NODE, self.actor.user_id, "测试机", 0, 0, False))
        answer = push(server, principal, PushMessage(waiting, now), language="zh")
        self.replica.acknowledge(answer.acks)
        return [one for one in answer.acks if one.refused is not None]

    def stage(self) -> object:
        return (self.world.replica.record(DEAL, "d1") or {}).get("stage")


@pytest.fixture
def laptop(inside: Inside, tmp_path: Path) -> Iterator[Laptop]:
    world = inside.world
    made = Laptop(world, a_replica(tmp_path / "l.db", time=world.time, node=NODE), ANNA)
    made.create("customer", "c1", a_customer())
    made.create("contact", "p1", {"name": "张主任", "customer": "c1", "part": "decision"})
    deal = {"name": "质谱仪", "customer": "c1", "stage": "demo", "amount": 500}
    made.create(DEAL, "d1", deal)
    assert made.push() == []
    yield made
    made.replica.close()


def test_a_move_past_a_gate_is_kept_back_with_what_is_missing(laptop: Laptop) -> None:
    laptop.change("d1", stage="quote")
    (refused,) = laptop.push()
    assert refused.refused is SyncCode.FORBIDDEN
    assert "在「产品演示」，还差：决策人参与至少 2 位 (1/2)、演示的会议纪要。" in refused.detail
    assert laptop.stage() == "demo"
    held = laptop.replica.record(DEAL, "d1")
    assert held is not None
    assert held["stage"] == "demo"


def test_evidence_in_the_same_batch_counts_in_whatever_order(laptop: Laptop) -> None:
    laptop.change("d1", stage="quote", amount=900)
    laptop.create("contact", "p2", {"name": "李院长", "customer": "c1", "part": "decision"})
    moment = "2026-03-02T01:00:00Z"
    laptop.create("visit", "v1", {"customer": "c1", "purpose": "demo", "started_at": moment})
    assert laptop.push() == []
    assert laptop.stage() == "quote"


def test_several_steps_in_one_batch_are_judged_one_after_the_other(laptop: Laptop) -> None:
    laptop.change("d1", stage="need")
    laptop.change("d1", stage="lost")
    laptop.change("d1", stage="contact")
    laptop.change("d1", stage="quote")
    (refused,) = laptop.push()
    assert "意向产品" in refused.detail
    assert laptop.stage() == "contact"


def test_who_leads_overrules_with_a_reason_and_only_with_one(laptop: Laptop) -> None:
    laptop.world.change_person("anna", role="manager")
    laptop.change("d1", stage="quote")
    assert len(laptop.push()) == 1
    laptop.change("d1", "越过阶段条件", stage="quote")
    assert laptop.push() == []
    assert laptop.stage() == "quote"


def test_taking_back_brings_a_stage_back_that_the_record_was_in(laptop: Laptop) -> None:
    laptop.change("d1", "客户预算推迟", stage="contact")
    assert laptop.push() == []
    laptop.change("d1", "撤销", stage="quote")
    assert len(laptop.push()) == 1
    laptop.change("d1", "撤销", stage="demo")
    assert laptop.push() == []
    assert laptop.stage() == "demo"


def test_only_stages_that_were_in_force_when_a_move_was_made_close_the_way(laptop: Laptop) -> None:
    """Made in good faith offline, before the company published a stricter gate."""
    laptop.create("contact", "p2", {"name": "李院长", "customer": "c1", "part": "decision"})
    moment = "2026-03-02T01:00:00Z"
    laptop.create("visit", "v1", {"customer": "c1", "purpose": "demo", "started_at": moment})
    laptop.change("d1", stage="quote")
    laptop.world.time.advance(hours=1)
    publish(laptop.world.replica, laid_over(), at=laptop.world.time.clock.iso())
    assert laptop.push() == []
    laptop.change("d1", "退回补测", stage="need")
    laptop.change("d1", stage="quote")
    (refused,) = laptop.push()
    assert "环境部署确认" in refused.detail


def test_a_record_goes_on_by_itself_where_its_laptop_does_not_know_of_that(laptop: Laptop) -> None:
    """Row 4.3: POC 测试报告已提交 and 问题清单闭环 lead to 方案确认中; explained once."""
    server = laptop.world.replica
    publish(server, laid_over(POC))
    laptop.change("d1", "加测", stage="contact")
    laptop.push()
    with server.write(an_actor("user-boss")) as (unit, _):
        unit.change(DEAL, "d1", {"stage": "poc"})
    laptop.create("attachment", "a1", {"name": "报告.pdf", "customer": "c1"})
    for item in ("report", "issues"):
        laptop.create("checklist_item", f"t-{item}", a_tick(item))
    assert laptop.push() == []
    assert laptop.stage() == "proposal"
    (firing,) = server.find(Query("firing"))
    assert "问题清单闭环" in str(firing["why"])
    assert firing["record"] == "d1"


def a_tick(item: str) -> dict[str, object]:
    values: Record = {
        "label": item, "stage": "poc", "item": item, "opportunity": "d1", "attachment": "a1",
        "done_at": "2026-03-02T02:00:00Z",
    }  # fmt: skip
    return dict(values)
