"""A person erased: every disk is searched for what was said of them, before and after."""

import hashlib
import io
import re
from dataclasses import replace
from pathlib import Path

import zstandard

from crm_core.model.query import Query
from crm_core.store.log import log_keys
from crm_core.sync.protocol import PushMessage
from sync_server.services import blobs, people
from sync_server.services.erasure.erasing import Asked, Erased, confirmations, erase
from sync_server.services.erasure.person import look
from sync_server.services.exchange import snapshots
from sync_server.services.quarantining import quarantine
from sync_server.services.shelves.erasure_journal import Place, Target
from sync_server.services.signing_in.devices import find_device
from sync_server.services.signing_in.sessions import Principal
from tests.builders import KEY, log_of
from tests.postgres import Postgres
from tests.sync_proof.devices import Device
from tests.sync_proof.disk import indexed, tokens_on_disk
from tests.sync_proof.story import Story
from tests.sync_proof.template import founded_in
from tests.sync_proof.world import user_of

BOSS = user_of("boss")
PHONE = "13812345678"
_TOKEN = re.compile(rb"tk\d{5}q")


def tokens_in(content: bytes) -> set[str]:
    return {token.decode() for token in _TOKEN.findall(content)}


def at_the_server(story: Story) -> set[str]:
    """The tokens in any byte of any file: database, its journal, attachments, snapshots."""
    found: set[str] = set()
    for path in story.world.data.root.rglob("*"):
        if path.suffix == ".frames":
            unpacked = zstandard.ZstdDecompressor().stream_reader(
                io.BytesIO(path.read_bytes()), read_across_frames=True
            )
            found |= tokens_in(unpacked.read())
        elif path.is_file():
            found |= tokens_in(path.read_bytes())
    return found


def on_laptop(device: Device) -> set[str]:
    """The tokens anywhere in a laptop's file; it is closed for that."""
    device.close()
    return tokens_on_disk(device.path, KEY)


def erase_person(story: Story, *roots: Target, texts: tuple[Place, ...] = ()) -> Erased:
    """Erase a person as an administrator does."""
    done = erase(story.world.server, Asked(roots, texts), by=BOSS)
    left = {o.key for o in log_of(story.world.replica)}
    ledger = story.ledger
    ledger.purged |= {k: o for k, o in ledger.written.items() if k not in left}
    shells = [o for o in log_of(story.world.replica) if (o.entity, o.id) in _erased(story)]
    ledger.purged |= {o.key: ledger.written[o.key] for o in shells if o.key in ledger.written}
    return done


def _erased(story: Story) -> set[Target]:
    return {t for one in story.world.server.erasures.erasures() for t in one.records}


class Someone:
    """A contact with a visit and a follow-up, some of it edited; and what was said of them."""

    def __init__(self, story: Story, device: Device, customer: str, **more: object) -> None:
        self.name, self.said = story.text("王"), list[str]()
        self.id, self.visit = f"con-{story.ledger.token()}", f"vis-{story.ledger.token()}"
        contact = {"name": self.name, "remark": self.say(story), "customer": customer,
                   "owner": device.user_id, "phone": PHONE}  # fmt: skip
        visit = {"customer": customer, "contact": self.id, "summary": self.say(story),
                 "started_at": "2026-03-02T01:00:00Z", "owner": device.user_id}  # fmt: skip
        follow_up = {"action": "called", "conclusion": self.say(story), "visit": self.visit,
                     "happened_at": "2026-03-02T01:10:00Z", "owner": device.user_id}  # fmt: skip
        assert device.create("contact", {self.id: contact | more})
        assert device.create("visit", {self.visit: visit})
        assert device.create("follow_up", {f"fol-{story.ledger.token()}": follow_up})
        assert device.change("contact", [self.id], {"remark": self.say(story)})
        self.said.append(self.name.split()[1])
        story.ledger.note(device)

    def say(self, story: Story) -> str:
        """A text about this person."""
        text = story.text()
        self.said.append(text.split()[1])
        return text

    @property
    def tokens(self) -> set[str]:
        """Those found nowhere but in what was said of this person."""
        return set(self.said)

    @property
    def target(self) -> Target:
        """The record."""
        return "contact", self.id


def someone(story: Story, *names: str) -> tuple[str, Someone]:
    """A customer of anna's and a person there, whom these laptops have too."""
    anna = story.laptops("anna")[0]
    customer = story.customer(anna)
    person = Someone(story, anna, customer)
    story.sync("anna", *names)
    return customer, person


def snapshot_for(story: Story, device: Device) -> None:
    """Let the server make the snapshot a new laptop of this person is filled from."""
    server = replace(
        story.world.server, limits=replace(story.world.server.limits, snapshot_after=0)
    )
    with server.reading() as connection:
        node = find_device(connection, server.tables, device.node)
        actor = people.actor_now(connection, server.replica.tables, device.user_id)
    assert node is not None
    while snapshots.begin(server, Principal(actor, node)) is snapshots.Instead.PREPARING:
        pass


def test_nothing_of_an_erased_person_is_left_on_any_disk(story: Story) -> None:
    anna, ben = story.laptops("anna", "ben")
    customer, person = someone(story, "ben")
    photo = f"a photo of {story.ledger.token()}".encode()
    address = hashlib.sha256(photo).hexdigest()
    pictured = {"name": f"{person.name}.jpg", "sha256": address, "size": len(photo),
                "visit": person.visit, "owner": anna.user_id}  # fmt: skip
    assert anna.create("attachment", {f"att-{story.ledger.token()}": pictured})
    newest = {"remark": person.say(story)}  # Its shell stays, to count on from.
    assert anna.change("contact", [person.id], newest)
    story.ledger.note(anna)
    story.sync("anna", "ben")
    story.world.server.shelf.put(address, io.BytesIO(photo))
    snapshot_for(story, anna)
    said, everything = person.tokens, person.tokens | tokens_in(photo)
    assert everything <= at_the_server(story)
    assert all(indexed(d.replica, person.name.split()[1]) for d in (anna, ben))
    assert said <= on_laptop(anna)
    assert said <= on_laptop(ben)
    done = erase_person(story, person.target)
    assert done.records == {"attachment": 1, "contact": 1, "follow_up": 1, "visit": 1}
    assert (done.files, done.overwritten) == (1, True)
    assert {h.user for h in done.holders} == {"anna", "ben", "boss"}
    assert not everything & at_the_server(story), "while it serves"
    story.sync("anna", "ben")
    for device in (anna, ben):
        assert not any(indexed(device.replica, token) for token in said)
        assert not said & on_laptop(device)
    assert story.shows("ben", customer, "name") is not None
    [entry] = [
        e for e in story.world.replica.find(Query("audit_entry")) if e["kind"] == "person_erased"
    ]
    assert person.id in str(entry["about"])
    assert not said & tokens_in(repr(entry).encode())
    story.ends_well("anna", "ben", fresh="boss")


def test_a_file_somebody_else_attached_too_stays(story: Story) -> None:
    anna = story.laptops("anna")[0]
    customer, person = someone(story)
    content = b"a price list"
    address = hashlib.sha256(content).hexdigest()
    named = {"name": "价目表.pdf", "sha256": address, "size": 12, "owner": anna.user_id}
    assert anna.create("attachment", {"att-1": named | {"visit": person.visit}})
    assert anna.create("attachment", {"att-2": named | {"customer": customer}})
    story.ledger.note(anna)
    story.sync("anna")
    server = story.world.server
    server.shelf.put(address, io.BytesIO(content))
    blobs.adopt(server, address, ["att-1", "att-2"])
    assert erase_person(story, person.target).files == 0
    assert server.shelf.size(address) == 12
    with server.reading() as connection:
        rows = connection.execute(server.tables.backing.select()).all()
    assert [row.record for row in rows] == ["att-2"]


def test_what_an_offline_laptop_brings_later_is_refused_and_removed_there(story: Story) -> None:
    anna, ben = story.laptops("anna", "ben")
    customer, person = someone(story, "ben")
    typed = {story.ledger.token() for _ in range(3)}
    remark, summary, kept = sorted(typed)
    assert ben.change("contact", [person.id], {"remark": remark})
    assert ben.create("visit", {"vis-late": {
        "customer": customer, "contact": person.id, "summary": summary,
        "started_at": "2026-03-02T02:00:00Z", "owner": ben.user_id,
    }})  # fmt: skip
    assert ben.change("customer", [customer], {"remark": kept})
    story.ledger.note(ben)
    erase_person(story, person.target)
    story.sync("anna")
    story.world.time.advance(days=100)
    story.sync("ben", "ben", "anna", "anna", "ben")  # Sessions have ended, so twice.
    assert [r.code for r in ben.replica.refusals()] == ["record_erased"] * 2
    assert all(r.detail and r.operation.value in (None, {}) for r in ben.replica.refusals())
    assert ben.replica.record("visit", "vis-late") is None
    assert story.shows("anna", customer, "remark") == kept
    gone = person.tokens | {remark, summary}
    assert not gone & at_the_server(story)
    assert not any(indexed(ben.replica, token) for token in gone)
    assert not gone & on_laptop(ben)
    assert not gone & on_laptop(anna)
    for refusal in ben.replica.refusals():
        ben.replica.dismiss_refusal(refusal.log_rid)
    assert not gone & on_laptop(ben)
    report = ben.client.compare(now=True)
    assert report is not None
    assert report.check is not None
    assert report.check.sound


def test_where_somebody_reads_on_the_journal_is_emptied_later(story: Story) -> None:
    _, person = someone(story)
    with story.world.server.reading() as connection:
        connection.execute(story.world.server.tables.account.select()).all()
        assert not erase_person(story, person.target).overwritten
    story.compact()
    assert not person.tokens & at_the_server(story)
    assert story.world.replica.meta("overwrite_due") is False


def test_taking_back_an_old_act_does_not_bring_the_person_back(story: Story) -> None:
    anna, ben = story.laptops("anna", "ben")
    customer = story.customer(anna)
    person = Someone(story, anna, customer)
    both = story.ledger.token()
    with anna.replica.write(anna.actor, f"标记 {person.name}") as (unit, act):
        unit.change("contact", person.id, {"remark": both})
        unit.change("customer", customer, {"city": "武汉"})
    story.ledger.note(anna)
    story.sync("anna", "ben", "anna")
    erase_person(story, person.target)
    story.undo(anna, act.group)
    story.sync("anna", "ben", "anna")
    assert story.shows("ben", customer, "city") is None
    assert anna.replica.record("contact", person.id) is None
    gone = person.tokens | {both}
    assert not gone & at_the_server(story)
    assert [o.reason for o in log_of(ben.replica) if o.group == act.group] == [""]
    assert not gone & on_laptop(anna), "its reason named the person"
    assert not gone & on_laptop(ben)


def test_whoever_was_merged_with_the_person_goes_with_them(story: Story) -> None:
    """Whichever of the two is named; and nobody is merged into who is gone."""
    customer, person = someone(story, "boss")
    anna, boss = story.laptops("anna", "boss")
    double, late = (Someone(story, anna, customer) for _ in range(2))
    story.sync("anna", "boss")
    assert anna.change("contact", [double.id], {"merged_into": person.id})
    story.ledger.note(anna)
    story.sync("anna", "boss")
    assert anna.change("contact", [late.id], {"merged_into": person.id})
    story.ledger.note(anna)
    done = erase_person(story, double.target)
    assert done.records["contact"] == 2
    story.sync("boss", "anna")
    for device in (anna, boss):
        assert device.replica.record("contact", late.id) is not None
        assert not (person.tokens | double.tokens) & on_laptop(device)
    assert not (person.tokens | double.tokens) & at_the_server(story)


def test_texts_that_name_the_person_are_rewritten_with_their_history(story: Story) -> None:
    anna, ben = story.laptops("anna", "ben")
    customer, person = someone(story, "ben")
    beside = story.ledger.token()
    story.change(anna, customer, remark=f"{person.name} 说要 {beside}")
    story.change(anna, customer, remark=f"电话 138-1234 5678 找 {person.name}，{beside}")
    story.sync("anna", "ben")
    texts: tuple[Place, ...] = (("customer", customer, "remark"),)
    assert erase_person(story, person.target, texts=texts).texts == 1
    story.sync("ben", "anna")
    for name in ("anna", "ben"):
        assert story.shows(name, customer, "remark") == f"电话 某人 找 某人，{beside}"
    remarks = [o.value for o in ben.replica.history("customer", customer) if o.field == "remark"]
    assert remarks == [f"某人 说要 {beside}", f"电话 某人 找 某人，{beside}"]
    assert not person.tokens & at_the_server(story)
    assert not person.tokens & on_laptop(ben)
    report = ben.client.compare(now=True)
    assert report is not None
    assert report.check is not None
    assert report.check.sound


def test_a_backup_from_before_is_erased_again_as_it_is_opened(story: Story) -> None:
    anna, ben = story.laptops("anna", "ben")
    customer, person = someone(story, "ben")
    story.world.back_up()
    erase_person(story, person.target)
    story.sync("anna")
    story.restore()
    assert not person.tokens & at_the_server_now(story)
    story.sync("ben", "anna", "ben", "anna")
    for device in (anna, ben):
        assert device.replica.record("contact", person.id) is None
        assert not person.tokens & on_laptop(device)
    assert not person.tokens & at_the_server_now(story)
    assert story.shows("ben", customer, "name") is not None


def at_the_server_now(story: Story) -> set[str]:
    """As `at_the_server`, without the data that `restore` set aside, as it says."""
    return {t for path in [story.world.data.database, *story.world.data.root.glob("suixing.db-*")]
            for t in tokens_in(path.read_bytes())}  # fmt: skip


def test_on_postgresql_too_laptops_forget_and_agree(tmp_path: Path, postgres: Postgres) -> None:
    office = founded_in(postgres.database(), tmp_path, "anna", "ben")
    try:
        story = Story(office)
        anna, ben = story.laptops("anna", "ben")
        customer, someone_there = someone(story, "ben")
        story.change(anna, customer, remark=f"{someone_there.name} 介绍的")
        story.sync("anna", "ben")
        [mention] = look(story.world.server, [someone_there.target]).mentions
        assert (mention.entity, mention.id, mention.field) == ("customer", customer, "remark")
        place = (mention.entity, mention.id, mention.field)
        done = erase_person(story, someone_there.target, texts=(place,))
        assert (done.records, done.texts) == ({"contact": 1, "follow_up": 1, "visit": 1}, 1)
        assert [c.id for c in confirmations(story.world.server)] == [done.id]
        story.sync("ben", "anna")
        assert story.shows("ben", customer, "remark") == "某人 介绍的"
        assert ben.replica.record("contact", someone_there.id) is None
        report = ben.client.compare(now=True)
        assert report is not None
        assert report.check is not None
        assert report.check.sound
    finally:
        office.close()


def test_a_journal_torn_by_a_crash_still_says_what_is_whole(story: Story) -> None:
    _, person = someone(story)
    journal = story.world.server.erasures
    journal.path.write_bytes(b'{"id": "torn", "at": "2026')
    done = erase_person(story, person.target)
    assert [e.id for e in journal.erasures()] == [done.id]
    assert person.name.encode() not in journal.path.read_bytes()


def test_a_laptop_counts_on_from_an_operation_that_was_erased(story: Story) -> None:
    anna = story.laptops("anna")[0]
    _, person = someone(story)
    tables = story.world.replica.tables
    newest = story.world.replica.read(lambda c: log_keys.highest(c, tables, anna.node))
    erase_person(story, person.target)
    assert story.world.replica.read(lambda c: log_keys.highest(c, tables, anna.node)) == newest
    anna.client.highest_own = 0
    anna.replica.remember(cursor=0)
    anna.client.pull_all()
    assert anna.client.highest_own == newest
    assert anna.replica.record("contact", person.id) is None
    assert not [o for o in log_of(anna.replica) if o.id == person.id]


def test_quarantined_work_about_the_person_goes_and_none_comes(story: Story) -> None:
    ben = story.laptops("ben")[0]
    _, person = someone(story, "ben")
    early, late = story.ledger.token(), story.ledger.token()

    server = story.world.server
    with server.reading() as connection:
        device = find_device(connection, server.tables, ben.node)
    assert device is not None
    assert ben.change("contact", [person.id], {"remark": early})
    sent = PushMessage(ben.waiting(), server.clock.millis())
    quarantine.keep(server, device, sent)
    assert early in at_the_server(story)
    erase_person(story, person.target)
    assert quarantine.entries(server)[0].counts == {}
    assert early not in at_the_server(story)
    assert ben.change("contact", [person.id], {"remark": late})
    quarantine.keep(server, device, PushMessage(ben.waiting(), server.clock.millis()))
    quarantine.accept(server, ben.node, by=BOSS)
    assert not {early, late} & at_the_server(story)
