"""Rules as YAML: an exported set read again is equal; whatever is wrong is said with its place."""

import re
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crm_core.model.query import All, Not, Op, Test
from crm_core.model.query import Any as AnyOf
from crm_core.model.schema import Label
from crm_core.rules.documents import Document, When
from crm_core.rules.firing.automations import Action, Automation, Do, On, Trigger
from crm_core.rules.published import SHIPPED_SET
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.stocked.shipped import SHIPPED
from crm_core.rules.texts.yaml_text import body_from, rules_from, yaml_of, yaml_of_rule
from crm_core.rules.texts.yaml_tree import MOST_BYTES, YamlProblem, read_tree, written_tree

CONDITION = AnyOf((Test("source", Op.IN, ("抖音", "on", "1e5")), Not(Test("tags", Op.HAS, "是"))))
AUTOMATION = Document(
    "auto-1", "automation", Label("抖音: 直播 #1", "Douyin"), "lead",
    Automation(
        Trigger(On.CREATED),
        (Action(Do.TAG, tag="yes"), Action(Do.NOTIFY, title="新线索：[姓名]\n两行", remark="- a")),
        When(CONDITION),
    ),
    active=False, position=3, remark="2.1",
)  # fmt: skip
TEXT = yaml_of(RuleSet([AUTOMATION]))


def test_a_set_exported_and_read_again_is_equal() -> None:
    assert rules_from(TEXT) == [AUTOMATION]
    assert rules_from(yaml_of(SHIPPED_SET)) == list(SHIPPED_SET.documents)
    assert rules_from(yaml_of_rule(AUTOMATION)) == [AUTOMATION]
    assert rules_from(TEXT.replace("rules:", "rules: # 注释\n# noch eine\n")) == [AUTOMATION]


@given(
    st.recursive(
        st.one_of(
            st.none(), st.booleans(), st.integers(-(10**15), 10**15),
            st.floats(allow_nan=False, allow_infinity=False, width=32),
            st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=20),
            st.sampled_from(["on", "y", "~", "null", "1_0", "0x1f", "12:30", "=", "1."]),
        ),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abc是:# ", min_size=1, max_size=5), inner, max_size=3),
        max_leaves=12,
    )
)  # fmt: skip
@example(0.000962449237704277)
def test_a_tree_written_and_read_is_the_same(tree: object) -> None:
    assert read_tree(written_tree(tree)).tree == tree  # type: ignore[arg-type]


def broken(old: str, new: str) -> YamlProblem:
    """What is said about a text in which something was replaced."""
    assert old in TEXT
    with pytest.raises(YamlProblem) as caught:
        rules_from(TEXT.replace(old, new, 1))
    return caught.value


@pytest.mark.parametrize(
    ("old", "new", "path", "words"),
    [
        ("  kind: automation", "  kind: automatik", "rules[0].kind", "automatik"),
        ("  kind: automation", "  kind: automation\n  colour: 1", "rules[0].colour", "colour"),
        ("do: tag", "do: dance", "rules[0].body.actions[0].do", "dance"),
        ("- {do: tag", "- {tagg: x, do: tag", "rules[0].body.actions[0].tagg", "「tag」"),
        ("  active: false", "  active: off", "rules[0].active", "true"),
        ("[in, source", "[inn, source", "rules[0].body.when", "inn"),
        ("format: 1", "format: 2", "format", "更新版本"),
        ("    trigger:", "    triger:", "rules[0].body.triger", "triger"),
        ("suixing: rules\n", "suixing: rules\nruls: 1\n", "ruls", "「rules」"),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(old: str, new: str, path: str, words: str) -> None:
    problem = broken(old, new)
    [fault] = [one for one in problem.faults if one.path == path]
    assert words in fault.label.zh
    line = TEXT.replace(old, new, 1).splitlines()[fault.spot.line - 1]
    assert line[fault.spot.column - 1] != " "
    assert re.match(r"第 \d+ 行第 \d+ 列", problem.chinese)
    assert re.match(r"Line \d+, column \d+", problem.english)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    twice = TEXT + yaml_of(RuleSet([AUTOMATION])).split("rules:\n", 1)[1]
    wrong = twice.replace("position: 3", "position: drei", 1)
    with pytest.raises(YamlProblem) as caught:
        rules_from(wrong)
    assert [one.path for one in caught.value.faults] == ["rules[0].position"]
    with pytest.raises(YamlProblem) as caught:
        rules_from(twice)
    assert [one.path for one in caught.value.faults] == ["rules[1].id"]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a: &x [1]\nb: *x", 2, 4),
        ("a: !!python/object/apply:os.system [ls]", 1, 4),
        ("a: 1\nb:\n\t- c", 3, 1),
        ("a: 'open", 1, 9),
        ("a: 1\na: 2", 2, 1),
        ("rules:\n  - x\n - y", 3, 2),
        ("? [a]\n: b", 1, 3),
        ("---\na: 1\n---\nb: 1", 3, 1),
        ("a: 1\nb: \x00", 2, 4),
        ("\ud800", 1, 1),
        ("[" * 60, 1, 41),
        ("{a: " * 60, 1, 161),
    ],
)
def test_what_yaml_can_do_and_rules_must_not_is_refused_with_its_place(
    text: str, line: int, column: int
) -> None:
    with pytest.raises(YamlProblem) as caught:
        rules_from(text)
    spot = caught.value.faults[0].spot
    assert (spot.line, spot.column) == (line, column)


@pytest.mark.parametrize(
    "text",
    ["[" * 50_000, "- " * 50_000, "", "[]", "rules: 7", "x", "rules: [1, x]", "a: 1\n", "null"],
)
def test_what_is_no_set_of_rules_is_refused(text: str) -> None:
    with pytest.raises(YamlProblem):
        rules_from(text)


def test_a_text_beyond_every_set_is_refused_unread() -> None:
    with pytest.raises(YamlProblem, match="没有读取"):
        rules_from(" " * (MOST_BYTES + 1))


def test_a_body_alone_is_read_in_the_same_way() -> None:
    body = body_from("automation", "trigger: {on: daily}\nactions: [{do: tag, tag: x}]")
    assert body == Automation(Trigger(On.DAILY), (Action(Do.TAG, tag="x"),))
    with pytest.raises(YamlProblem, match="第 2 行"):
        body_from("automation", "trigger: {on: daily}\naktions: []\nactions: []")


def test_many_rules_make_a_text_that_is_read_again() -> None:
    many = [replace(SHIPPED[0], id=f"r-{n:04}", position=n) for n in range(60)]
    assert rules_from(yaml_of(RuleSet(many))) == many
    assert All(()) == read_nothing()


def read_nothing() -> object:
    """A condition that asks nothing, read from its written form."""
    body = body_from("automation", "trigger: {on: daily}\nactions: []\nwhen: [all]")
    assert isinstance(body, Automation)
    return body.when.condition
