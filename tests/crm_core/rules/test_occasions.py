"""An act that comes as a whole sets off what it set off round by round where it was done."""

from crm_core.clock import make_stamp
from crm_core.rules.occasions import occasions
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


def test_a_stage_moved_twice_is_moved_twice_and_after_what_led_to_it() -> None:
    acts = [
        one(1, "", {"action": "called"}, entity="follow_up"), one(2, "stage", "touched"),
        one(3, "stage", "need"), one(4, "", {"title": "x"}, entity="task"),
    ]  # fmt: skip
    found = occasions(acts, about=["lead", "follow_up", "task"])
    assert [o.entity for o in found] == ["follow_up", "task", "lead", "lead"]
    assert [o.changes["stage"][1] for o in found[2:]] == ["touched", "need"]


def test_what_its_own_act_wrote_is_nobodys_later_word() -> None:
    acts = [one(1, "", {"a": 1}, entity="follow_up"), one(2, "stage", "touched")]
    said, _ = occasions(acts, about=["lead", "follow_up"], latest=START)
    assert said.stamp == acts[1].hlc
