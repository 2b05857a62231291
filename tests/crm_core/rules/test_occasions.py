"""From the same operations the same occasions, where an act is done and where it arrives."""

from datetime import timedelta

from crm_core.clock import make_stamp
from crm_core.rules.firing.occasions import occasions
from crm_core.rules.firing.sight import Deed, Ledger
from crm_core.sync.change import Operation, Verb
from tests.builders import START

NODE = "a" * 16


def one(number: int, field: str, value: object, *, entity: str = "lead") -> Operation:
    stamp = make_stamp(1_000, number, NODE)
    return Operation(
        replica=NODE, replica_seq=number, entity=entity, id=entity, field=field,
        verb=Verb.SET if field else Verb.CREATE, value=value,  # type: ignore[arg-type]
        before=None, hlc=stamp, base=stamp, group="g", actor="u",
    )  # fmt: skip


def test_what_rules_write_of_a_record_that_was_made_is_a_change_of_it() -> None:
    acts = [one(1, "", {"name": "林"}), one(2, "stage", "need"), one(3, "stage_since", "x")]
    made, moved = occasions(acts, about=["lead"])
    assert made.created
    assert not moved.created
    assert moved.changes.keys() == {"stage", "stage_since"}


def test_a_stage_moved_twice_is_moved_twice() -> None:
    acts = [
        one(1, "", {"action": "called"}, entity="follow_up"), one(2, "stage", "touched"),
        one(3, "stage", "need"), one(4, "", {"title": "x"}, entity="task"),
    ]  # fmt: skip
    found = occasions(acts, about=["lead", "follow_up", "task"])
    assert [o.entity for o in found] == ["follow_up", "lead", "task", "lead"]
    assert [o.changes["stage"][1] for o in found if o.changes] == ["touched", "need"]


def test_what_its_own_act_wrote_is_nobodys_later_word() -> None:
    acts = [one(1, "", {"a": 1}, entity="follow_up"), one(2, "stage", "touched")]
    said, _ = occasions(acts, about=["lead", "follow_up"], latest=START)
    assert said.stamp == acts[1].hlc


def test_what_a_server_adds_is_the_authors_and_of_their_act() -> None:
    ledger, deed = Ledger(), Deed("anna", START - timedelta(hours=5))
    ledger.follows("lead", "lead", "annas act", deed)
    [mine] = occasions([one(1, "need", "x")], ledger, about=["lead"], own=NODE, latest=START)
    assert (mine.cause, mine.actor, mine.at) == ("annas act", deed.actor, deed.at)
    [other] = occasions([one(1, "need", "x")], ledger, about=["lead"], own="b" * 16)
    assert (other.cause, other.actor) == ("g", "u")
