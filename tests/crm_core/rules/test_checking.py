"""What is wrong with a text of rules: everything at once, each with line, column and path."""

from crm_core.model.entities import builtin_registry
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.stocked.shipped import SHIPPED
from crm_core.rules.texts.checking import Checked, checked, counts
from crm_core.rules.texts.yaml_text import yaml_of

REGISTRY = builtin_registry()
BROKEN = """rules:
- id: r1
  kind: automation
  name: 坏规则
  entity: lead
  body:
    trigger: {'on': saved, fields: [no_such]}
    actions:
    - {do: task, title: '联系', kind: nonsense}
    - {do: approval, approval: not-there}
    when: [all, [eq, stage, nowhere], [eq, ghost, 1], [eq, owner, u-gone]]
- id: r2
  kind: route
  name: 去哪
  entity: lead
  body: {when: [eq, x_grade, 初三], pool: pool-gone}
- id: r3
  kind: stage
  name: 阶段
  entity: opportunity
  body: {code: zz, moves: [{to: nowhere}]}
- {id: r4, kind: clock, name: 钟, entity: no_such_entity, body: {start: [x], limit_hours: 1}}
- {id: r5, kind: route, name: 空, entity: lead, body: {}}
- {id: r6, kind: route, name: 停, active: false, entity: lead, body: {pool: gone}}
"""


def said(found: Checked) -> list[tuple[int, int, str]]:
    return [(one.spot.line, one.spot.column, one.label.zh) for one in found.faults]


def test_everything_wrong_is_said_once_with_its_place() -> None:
    expected = [
        (7, 28, "「线索」没有字段「no_such」。"),
        (9, 37, "没有类别「nonsense」。"),
        (10, 32, "没有规则「not-there」。"),
        (11, 5, "「线索」没有字段「ghost」。"),
        (11, 5, "「阶段」没有选项 nowhere。"),
        (16, 41, "没有规则「pool-gone」。"),
        (21, 33, "没有阶段「nowhere」。"),
        (22, 42, "没有对象「no_such_entity」。"),
        (23, 48, "没有写分给哪个池或哪个人。"),
    ]
    found = checked(BROKEN, REGISTRY)
    assert said(found) == expected
    assert found.own == ("x_grade",), "nobody could be asked about it"
    asked = checked(BROKEN, REGISTRY, named=lambda _entity, _id: None)
    more = {words for _, _, words in said(asked)} - {words for _, _, words in expected}
    assert more == {"没有字段「x_grade」。", "「负责人」指向的记录已不在（u-gone）。"}
    assert asked.own == ()


def test_a_text_that_is_none_says_where_and_what_ships_is_sound() -> None:
    broken = checked("rules:\n- id: a\n  kind: [1\n", REGISTRY)
    assert [(one.spot.line, one.label.zh[:4]) for one in broken.faults] == [(4, "方括号或")]
    whole = checked(yaml_of(RuleSet(SHIPPED)), REGISTRY, beside=())
    assert said(whole) == []
    assert sum(counts(whole.documents).values()) == len(SHIPPED)
