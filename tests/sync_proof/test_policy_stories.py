"""What a role may not read is never sent; what it may not write is refused alike on both sides.

Rows 5.5 and 5.6. The administrator changes roles as records, on a laptop like any other.
"""

import json
import random
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from crm_core.clock import ZERO_STAMP
from crm_core.model.query import Op, Test
from crm_core.model.query_json import condition_text
from crm_core.model.schema import EntitySpec, FieldSpec, Kind
from crm_core.model.values import Value, normalise
from crm_core.permissions import Right, can, signatures, visible, withheld_from
from crm_core.permissions.stored import grant_id
from crm_core.store.images.image import View, write_image
from crm_core.sync import wire
from crm_core.sync.change import Operation, Verb
from crm_core.sync.protocol import PullReply, PushMessage, decompressed
from sync_server.config import Limits
from sync_server.services import people
from sync_server.services.exchange import push
from sync_server.services.signing_in.devices import find_device
from sync_server.services.signing_in.sessions import Principal
from tests.builders import KEY
from tests.sync_proof import disk, world
from tests.sync_proof.devices import Device
from tests.sync_proof.story import Story
from tests.sync_proof.world import user_of

RIGHTS = ["see", "create", "edit", "delete", "bulk"]


def grant(boss: Device, entity: str, **parts: object) -> None:
    """Set one cell of the matrix for reps, from the administrator's laptop."""
    values = {"rights": RIGHTS, "read_only": [], "masked": [], "hidden": []} | parts
    cell = grant_id("rep", entity)
    if boss.replica.record("grant", cell) is None:
        assert boss.create("grant", {cell: {"role": "rep", "entity": entity, **values}})
    else:
        assert boss.change("grant", [cell], values)
    assert boss.sync()


def everywhere(device: Device, text: str) -> bool:
    """Whether a text is anywhere in a laptop's database: rows, log, index, free pages."""
    if any(device.replica.search(text)):
        return True
    device.close()
    return text.encode() in disk.plain_bytes(device.path, KEY)


@pytest.fixture
def phoned(story: Story) -> tuple[Story, str]:
    """A customer of ben's, edited and tagged since, on everybody's laptop."""
    anna, ben = story.laptops("anna", "ben")
    record = story.customer(ben, phone="13812345678", tags=["tag-before"], annual_purchase="7531")
    story.change(ben, record, phone="13987654321", tags=["tag-before", "tag-secret"])
    story.change(ben, record, annual_purchase="864213", remark="remark-secret")
    story.sync("ben", "anna", "boss")
    assert everywhere(anna, "13987654321")
    assert everywhere(anna, "tag-secret")
    return story, record


def test_what_a_role_may_no_longer_read_is_gone_from_the_laptop_and_comes_back(
    phoned: tuple[Story, str],
) -> None:
    story, record = phoned
    boss, anna, ben = story.laptops("boss", "anna", "ben")
    grant(boss, "customer", masked=["phone"], hidden=["tags", "remark", "annual_purchase"])
    story.sync("anna", "ben", "anna", "ben")
    for device in (anna, ben):
        found = device.replica.record("customer", record)
        assert found is not None
        assert found["phone"] == "139****4321"
        assert [found[name] for name in ("tags", "remark", "annual_purchase")] == [None] * 3
        history = device.replica.field_history("customer", record, "phone")
        assert [v.after for v in history][-2:] == ["138****5678", "139****4321"]
        report = device.client.compare(now=True)
        assert report is not None
        assert report.check is not None
        assert report.check.sound, "both sides come to the same sums"
        for text in ("13987654321", "13812345678", "tag-", "remark-secret", "864213", "7531"):
            assert not everywhere(device, text), f"{device.name} still has {text}"
    assert story.shows("boss", record, "phone") == "13987654321"
    grant(boss, "customer")
    story.sync("anna", "ben", "anna", "ben")
    for name in ("anna", "ben"):
        assert story.shows(name, record, "phone") == "13987654321"
        assert story.shows(name, record, "tags") == ["tag-before", "tag-secret"]
    story.ends_well("anna", "ben", "boss", fresh="anna")


def test_work_goes_on_around_what_is_withheld(phoned: tuple[Story, str]) -> None:
    story, record = phoned
    boss, anna = story.laptops("boss", "anna")
    grant(boss, "customer", masked=["phone"], hidden=["tags"])
    story.sync("anna", "anna")
    assert not anna.change("customer", [record], {"phone": "13711112222"})
    story.change(anna, record, city="苏州")
    story.sync("anna", "boss")
    assert story.shows("boss", record, "city") == "苏州"
    assert story.shows("boss", record, "phone") == "13987654321", "a mask is never written back"
    assert boss.change("customer", [record], {"phone": "13600001111", "tags": ["tag-new"]})
    story.sync("boss", "anna")
    assert story.shows("anna", record, "phone") == "136****1111"
    assert not everywhere(anna, "tag-new")
    report = anna.client.compare(now=True)
    assert report is not None
    assert report.check is not None
    assert report.check.sound


def test_a_snapshot_holds_no_more_than_the_log_would_bring(
    phoned: tuple[Story, str], tmp_path: Path
) -> None:
    story, record = phoned
    boss = story.laptops("boss")[0]
    grant(boss, "customer", masked=["phone"], hidden=["tags", "remark", "annual_purchase"])
    server = story.world.server
    with server.reading() as connection:
        actor = people.actor_of(connection, server.replica.tables, user_of("anna"))
    assert actor is not None
    registry = server.replica.registry
    view = View(
        {entity.name: visible(actor, entity) for entity in registry},
        {entity.name: withheld_from(actor, entity) for entity in registry},
        signatures(actor, registry),
    )
    path = tmp_path / "image.db"
    write_image(server.replica.engine, path, registry, view, server.clock.now())
    raw = path.read_bytes()
    for text in (b"13987654321", b"13812345678", b"tag-", b"remark-secret", b"864213", b"7531"):
        assert text not in raw
    with closing(sqlite3.connect(path)) as opened:
        row = opened.execute("SELECT phone FROM customer WHERE id = ?", (record,)).fetchone()
        kept = opened.execute("SELECT value FROM sync_meta WHERE key = 'views'").fetchone()
        stamps = opened.execute("SELECT key FROM sync_clock").fetchall()
    assert row == ("139****4321",)
    assert json.loads(kept[0]) == signatures(actor, registry)
    assert ("tags/",) in stamps, "one stamp for all items of a set that is withheld"


def test_an_entity_that_is_not_seen_any_more_leaves_and_one_that_is_enters(story: Story) -> None:
    boss, ben = story.laptops("boss", "ben")
    record = story.customer(ben, city=story.text())
    ours = story.customer(boss, owner=None, city=story.text())
    story.sync("ben", "boss", "anna")
    assert story.shows("anna", ours, "city") is not None
    grant(boss, "customer", rights=["create"])
    story.sync("anna", "anna")
    assert story.shows("anna", record, "city") is None
    assert story.shows("anna", ours, "city") is None, "nobody's as well"
    grant(boss, "customer", scope="own")
    story.sync("anna", "anna", "ben", "ben")
    assert story.shows("anna", record, "city") is None
    assert story.shows("anna", ours, "city") is not None
    assert story.shows("ben", record, "city") is not None
    story.ends_well("anna", "ben", "boss", fresh="anna")


def test_rights_lost_while_work_waits_are_judged_when_it_arrives(story: Story) -> None:
    """A permission downgrade while a push is in flight: refused in words, nothing half done."""
    boss, anna = story.laptops("boss", "anna")
    record = story.customer(anna, city="南京")
    story.sync("anna", "boss")
    story.change(anna, record, city="苏州", remark="改")
    grant(boss, "customer", read_only=["city"])
    story.sync("anna", "anna")
    refused = anna.replica.refusals()
    assert [r.operation.field for r in refused] == ["city"]
    assert "城市" in refused[0].detail
    assert refused[0].operation.value == "苏州", "what was typed is kept"
    assert story.shows("anna", record, "city") == "南京"
    assert story.shows("anna", record, "remark") == "改"
    assert anna.change("customer", [record], {"city": "无锡"}) is False, "the same verdict offline"


def test_a_frozen_amount_is_refused_here_and_there(story: Story) -> None:
    boss, anna = story.laptops("boss", "anna")
    customer = story.customer(anna)
    deal = {
        "name": "设备",
        "customer": customer,
        "stage": "won",
        "amount": 100,
        "owner": anna.user_id,
    }
    assert anna.create("opportunity", {"deal": deal})
    story.sync("anna")
    assert not anna.change("opportunity", ["deal"], {"amount": 5})
    assert not anna.change("opportunity", ["deal"], {"amount": 5, "stage": "quote"})
    sent = Operations(anna).set("opportunity", "deal", "amount", 500)
    assert "冻结" in pushed(story, anna, [sent])[0]
    assert boss.sync()
    assert boss.change("opportunity", ["deal"], {"amount": 7}), "who is exempt may"


class Operations:
    """Operations a hostile program makes, past every check of a laptop's own."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self.sequence = 100_000

    def set(self, entity: str, record: str, name: str, value: object, group: str = "") -> Operation:
        """An edit of one field."""
        return self._made(entity, record, Verb.SET, name, value, group)

    def delete(self, entity: str, record: str) -> Operation:
        """A deletion."""
        return self._made(entity, record, Verb.DELETE, "", True, "")

    def create(self, entity: str, record: str, values: Mapping[str, Value]) -> Operation:
        """A creation."""
        return self._made(entity, record, Verb.CREATE, "", values, "")

    def _made(
        self, entity: str, record: str, verb: Verb, name: str, value: object, group: str
    ) -> Operation:
        self.sequence += 1
        return Operation(
            replica=self.device.node, replica_seq=self.sequence, entity=entity, id=record,
            verb=verb, field=name, value=value, before=None,  # type: ignore[arg-type]
            hlc=self.device.replica.hybrid.tick(), base=ZERO_STAMP,
            group=group or f"act-{self.sequence}", actor=self.device.user_id,
        )  # fmt: skip


def pushed(story: Story, device: Device, operations: Sequence[Operation]) -> list[str]:
    """Why the server refuses each operation; empty where it takes it."""
    server = story.world.server
    with server.reading() as connection:
        actor = people.actor_of(connection, server.replica.tables, device.user_id)
        found = find_device(connection, server.tables, device.node)
    assert actor is not None
    assert found is not None
    message = PushMessage(operations, server.clock.millis())
    verdicts = push.push(server, Principal(actor, found), message, language="zh")
    return [ack.detail if ack.refused else "" for ack in verdicts.acks]


OWNERS = ("anna", "ben", "carl", None)
ENTITIES = ("customer", "contact", "lead", "opportunity", "visit", "follow_up", "task",
            "attachment", "product")  # fmt: skip
DECIDING = {"opportunity": {"stage"}, "lead": {"stage"}}
"""What freeze rules look at: left as it is, so that every act is judged by the same record."""


def a_policy(chance: random.Random, entity: EntitySpec) -> dict[str, object]:
    """Any cell of the matrix."""
    names = [spec.name for spec in entity.fields]
    return {
        "rights": chance.sample(RIGHTS, chance.randint(1, 5)),
        "scope": chance.choice(["own", "team", "subtree", "territory", "all", None]),
        "read_only": chance.sample(names, chance.randint(0, 3)),
        "masked": chance.sample(names, chance.randint(0, 2)),
        "hidden": chance.sample(names, chance.randint(0, 2)),
    }


def a_value(spec: FieldSpec) -> Value:
    """Something the field may hold, in its written form."""
    if spec.kind is Kind.REF:
        return user_of("anna") if spec.target == "user" else "rec-somewhere"
    if spec.choices and spec.kind is not Kind.SET:
        return spec.choices[0].code
    raw: dict[Kind, object] = {
        Kind.PHONE: "13800001111", Kind.EMAIL: "a@example.com", Kind.INTEGER: 7, Kind.MONEY: 700,
        Kind.DECIMAL: "1.5", Kind.DATE: "2026-12-31", Kind.MOMENT: "2026-03-02T01:30:00.000Z",
        Kind.BOOL: True, Kind.SET: [spec.choices[0].code if spec.choices else "甲"],
    }  # fmt: skip
    return normalise(spec, raw.get(spec.kind, "字"))


def a_row(entity: EntitySpec, owner: str | None) -> dict[str, Value]:
    """The least a record needs."""
    row = {spec.name: a_value(spec) for spec in entity.fields if spec.required}
    return row | ({entity.owner: user_of(owner)} if entity.owner and owner else {})


def the_acts(
    anna: Device, entity: EntitySpec, rows: Mapping[str, dict[str, Value]]
) -> Iterator[tuple[Operation, bool]]:
    """Every verb on every field of these records, each with what the laptop says."""
    made, actor, now = Operations(anna), anna.actor, anna.clock.now()
    made.sequence = anna.spent

    def says(right: Right, row: Mapping[str, Value], fields: Collection[str]) -> bool:
        return can(actor, right, entity, row, fields=fields, now=now).allowed

    for record_id, row in rows.items():
        for spec in entity.fields:
            if spec.internal or spec.name in (entity.owner, *DECIDING.get(entity.name, ())):
                continue
            value = a_value(spec)
            payload = {"add": value[0]} if isinstance(value, list) else value
            operation = made.set(entity.name, record_id, spec.name, payload)
            yield operation, says(Right.EDIT, row, [spec.name])
        whole = row | {
            s.name: a_value(s) for s in entity.fields if s.name not in row and not s.internal
        }
        for values in (row, whole):
            new = made.create(entity.name, f"new-{made.sequence}-{record_id}", values)
            yield new, says(Right.CREATE, values, values)
        yield made.delete(entity.name, f"bin-{record_id}"), says(Right.DELETE, row, [])
    anna.spent = made.sequence


def test_laptop_and_server_give_the_same_verdict_on_thousands_of_acts(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Verbs × entities × fields × owners under random policies, past the laptop's own checks."""
    monkeypatch.setattr(world, "LIMITS", Limits())
    story.world.restart()  # Pages and batches of a useful size: they are proved elsewhere.
    boss, anna = story.laptops("boss", "anna")
    for device in (boss, anna):
        device.client._batch = 500
    chance = random.Random(415)
    guard = {
        "name": "初步接触时冻结", "entity": "opportunity", "fields": ["remark", "close_on"],
        "rights": ["edit", "delete"], "condition": condition_text(Test("stage", Op.EQ, "contact")),
    }  # fmt: skip
    assert boss.create("guard", {"guard-c": guard})
    assert boss.create("territory", {"south": {"name": "华南"}})
    assert boss.change("user", [user_of("anna"), user_of("carl")], {"territory": "south"})
    said = Counter[bool]()
    for turn in range(4):
        acts: list[tuple[Operation, bool]] = []
        for name in ENTITIES:
            entity = boss.replica.registry.entity(name)
            rows = {f"{name}-{turn}-{owner}": a_row(entity, owner) for owner in OWNERS}
            assert boss.create(name, rows | {f"bin-{i}": row for i, row in rows.items()})
            cell, values = grant_id("rep", name), a_policy(chance, entity)
            if turn:
                assert boss.change("grant", [cell], values)
            else:
                assert boss.create("grant", {cell: {"role": "rep", "entity": name, **values}})
        boss.sync()
        anna.sync()
        anna.sync()
        for name in ENTITIES:
            entity = anna.replica.registry.entity(name)
            rows = {f"{name}-{turn}-{owner}": a_row(entity, owner) for owner in OWNERS}
            acts += the_acts(anna, entity, rows)
        answers = pushed(story, anna, [operation for operation, _ in acts])
        for (operation, allowed), answer in zip(acts, answers, strict=True):
            assert (answer == "") is allowed, (operation, answer)
            said[allowed] += 1
    assert said.total() > 2_000
    assert min(said[True], said[False]) > 500, "both happen"


def test_no_byte_sent_to_a_rep_holds_what_is_masked_or_others(
    phoned: tuple[Story, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything the server answers a new laptop, unpacked and searched."""
    story, _ = phoned
    boss, carl = story.laptops("boss", "carl")
    foreign = story.text()
    story.customer(carl, name=foreign)
    story.sync("carl")
    grant(boss, "customer", masked=["phone"], hidden=["tags", "remark", "annual_purchase"])
    heard, read = bytearray(), wire.page_from

    def listen(body: bytes) -> PullReply:
        heard.extend(decompressed(body))
        return read(body)

    monkeypatch.setattr(wire, "page_from", listen)
    fresh = story.office.fresh["new-anna"]
    fresh.sign_in()
    assert fresh.sync()
    assert b"139****4321" in heard, "it was listened to"
    secrets = ("13987654321", "13812345678", "tag-", "remark-secret", "864213", "7531", foreign)
    for text in secrets:
        assert json.dumps(text)[1:-1].encode() not in heard
        assert text.encode() not in heard
