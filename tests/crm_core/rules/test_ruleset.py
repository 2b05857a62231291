"""Rules as documents: written and read again, refused with the place, kept where not understood."""

import json
from dataclasses import dataclass, field

import pytest

from crm_core.model.query import Ago, All, Op, Test
from crm_core.model.schema import Label
from crm_core.rules import published
from crm_core.rules.documents import Document, RuleProblem, When, read_body, written_body
from crm_core.rules.identity import act_key
from crm_core.rules.published import draft_of, read_set, record_of, written_set
from crm_core.rules.ruleset import RuleSet


@dataclass(frozen=True, slots=True)
class Level:
    """A part of the body below."""

    after_hours: float
    whom: str = "owner"


@dataclass(frozen=True, slots=True)
class Body:
    """A kind made for these tests."""

    when: When
    levels: tuple[Level, ...] = ()
    limits: dict[str, int] = field(default_factory=dict)


CONDITION = All((Test("stage", Op.EQ, "captured"), Test("assigned_at", Op.LT, Ago(48))))
BODY = Body(When(CONDITION), (Level(48.0), Level(72.0, "lead")), {"a": 1})
RULE = Document("r-1", "clock", Label("首次跟进", "First follow-up"), "lead", BODY, position=3)


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "BODIES", {"clock": Body})
    monkeypatch.setattr(published, "SHIPPED", (RULE,))


def test_a_body_written_and_read_is_the_same() -> None:
    text = json.dumps(written_body(BODY))
    assert read_body(json.loads(text), Body) == BODY


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        ({"when": ["all"], "levels": [{"after_hours": 1}, {"whom": "x"}]}, "levels[1]"),
        ({"when": ["all"], "levels": [{"after_hours": "soon"}]}, "levels[0].after_hours"),
        ({"when": ["eq", "stage"]}, "when"),
        ({"when": {"stage": "won"}}, "when"),
        ({}, ""),
        ([], ""),
        (None, ""),
    ],
)
def test_what_is_wrong_is_said_with_its_place(raw: object, place: str) -> None:
    with pytest.raises(RuleProblem) as caught:
        read_body(raw, Body)
    assert caught.value.place == place
    assert caught.value.label.zh
    assert caught.value.label.en


def test_fields_of_a_newer_program_are_passed_over() -> None:
    assert read_body({"when": ["all"], "colour": "red"}, Body) == Body(When(All()))


def test_a_set_written_and_read_is_the_same() -> None:
    again = read_set(written_set(RuleSet([RULE])), version="v1")
    assert again.documents == (RULE,)
    assert again.version == "v1"
    assert [one.id for one in again.of(Body, "lead")] == ["r-1"]
    assert again.of(Body, "customer") == ()


def test_what_cannot_be_read_is_kept_and_obeyed_by_nobody() -> None:
    strange = {"id": "r-9", "kind": "weather", "body": {"rain": True}}
    broken = {"id": "r-8", "kind": "clock", "name": "x", "body": {"levels": 7}}
    text = json.dumps({"format": 1, "kinds": ["clock"], "rules": [strange, broken]})
    rules = read_set(text)
    assert rules.documents == ()
    assert {one.raw["id"]: one.problem.place for one in rules.unread} == {
        "r-9": "kind",
        "r-8": "levels",
    }
    kept = json.loads(written_set(rules))["rules"]
    assert strange in kept
    assert broken in kept


def test_of_kinds_unknown_when_it_was_published_what_ships_is_in_force() -> None:
    old = json.dumps({"format": 1, "kinds": ["score"], "rules": []})
    assert read_set(old).documents == (RULE,)
    new = json.dumps({"format": 1, "kinds": ["clock"], "rules": []})
    assert read_set(new).documents == ()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"rules": 3}', "null"])
def test_a_text_that_is_no_set_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_set(text)


def test_a_draft_is_what_ships_overlaid_by_records() -> None:
    assert draft_of([]).documents == (RULE,)
    off = draft_of([{**record_of(RULE), "id": "r-1", "active": False}])
    assert off.of(Body) == ()
    assert off.one("r-1") is not None
    half = draft_of([{"id": "r-2", "kind": "clock", "name": "新", "body": "{"}])
    assert [one.raw["id"] for one in half.unread] == ["r-2"]
    assert half.of(Body) == (RULE,)


def test_the_same_act_has_the_same_id_wherever_it_is_worked_out() -> None:
    one = act_key("r", "lead-1", "stamp", "task")
    assert one == act_key("r", "lead-1", "stamp", "task")
    others = {
        act_key("r", "lead-1", "stamp"),
        act_key("r", "lead-1stamp", "", "task"),
        act_key("r", "lead-2", "stamp", "task"),
    }
    assert len({one, *others}) == 4
