"""A condition as people say it, in both languages: 来源 是 抖音，且 标签 含有 摇号焦虑.

What is wrong with it (a field that is gone, an option, a person who is not there) is said in place
and given beside the words, so that a rule with deleted parts shows what is the matter.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as with_default

from crm_core.clock import CHINA, parse_moment
from crm_core.model.query import (
    ME,
    MY_TEAM,
    Ago,
    All,
    Any,
    Condition,
    Not,
    Op,
    Operand,
    Start,
    Test,
    Unit,
)
from crm_core.model.schema import EntitySpec, FieldSpec, Kind, Label
from crm_core.model.values import display

Named = Callable[[str, str], str | None]
"""(entity, id) → what the record is called; None where it is not there."""
_HIDDEN = {
    "created_at": Label("创建时间", "Created"),
    "created_by": Label("创建人", "Created by"),
    "touched_at": Label("修改时间", "Changed"),
    "id": Label("编号", "Id"),
}
_DAY = 24


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with one comparison."""

    field: str
    label: Label


@dataclass(slots=True)
class Said:
    """Where words are gathered, and whom to ask for names."""

    entity: EntitySpec
    language: str
    named: Named
    troubles: list[Trouble] = with_default(default_factory=list)

    @property
    def zh(self) -> bool:
        """Whether Chinese is spoken."""
        return self.language.startswith("zh")

    def choose(self, chinese: str, english: str) -> str:
        """The words in the language spoken."""
        return chinese if self.zh else english

    def wrong(self, name: str, chinese: str, english: str) -> str:
        """Note a trouble; what stands in its place."""
        label = Label(chinese, english)
        self.troubles.append(Trouble(name, label))
        return f"⚠{label.text(self.language)}"


def condition_words(
    condition: Condition, entity: EntitySpec, language: str, named: Named = lambda _e, _i: None
) -> str:
    """The condition in one line; empty for one that holds always."""
    return said_of(condition, Said(entity, language, named))


def condition_troubles(condition: Condition, entity: EntitySpec, named: Named) -> list[Trouble]:
    """What is wrong with it, comparison by comparison."""
    said = Said(entity, "zh", named)
    said_of(condition, said)
    return said.troubles


def said_of(condition: Condition, said: Said, *, inside: bool = False) -> str:
    """The words; in brackets where it is `inside` another of the opposite kind."""
    match condition:
        case All(()):
            return ""
        case Any(()):
            return said.choose("从不", "never")
        case All(parts):
            return _between(parts, said) or _joined(
                parts, said, said.choose("，且", " and "), inside
            )
        case Any(parts):
            return _joined(parts, said, said.choose(" 或 ", " or "), inside)
        case Not(Test(name, op, operand)) if op in _OPPOSITE or operand is None:
            return _test(Test(name, _OPPOSITE.get(op, op), operand), said, denied=op in _DENIED)
        case Not(part):
            words = said_of(part, said, inside=True)
            return said.choose(f"并非 {words}", f"not {words}")
        case Test():
            return _test(condition, said)


def _joined(parts: tuple[Condition, ...], said: Said, word: str, inside: bool) -> str:
    if len(parts) == 1:
        return said_of(parts[0], said, inside=inside)
    words = word.join(
        f" {w}" if said.zh and word == "，且" and not w.startswith("（") and n else w
        for n, w in enumerate(said_of(part, said, inside=True) for part in parts)
        if w
    )
    return f"（{words}）" if inside and said.zh else f"({words})" if inside else words


def _between(parts: tuple[Condition, ...], said: Said) -> str:
    """Two comparisons that say one day, week or month, or so many hours, in one."""
    match parts:
        case (
            Test(one, Op.GE, Ago(before)),
            Test(other, Op.LE, Ago(after)),
        ) if one == other and 0 in (before, after) and before >= after:
            name = _field(one, said.entity.find(one), said)
            return _hours(name, before, -after, said)
        case (
            Test(one, Op.GE, Start(unit, offset)),
            Test(other, Op.LT, Start(same, after)),
        ) if one == other and unit is same:
            spec = said.entity.find(one)
            name = _field(one, spec, said)
            if unit is Unit.DAY and after - offset > 1:
                return _days(name, offset, after, said)
            if after == offset + 1 and offset in _WHEN[unit]:
                return f"{name} {_WHEN[unit][offset].text(said.language)}"
    return ""


def _hours(name: str, before: float, ahead: float, said: Said) -> str:
    if ahead > 0:
        return said.choose(
            f"{name} 在未来 {ahead:g} 小时内", f"{name} is in the next {ahead:g} hours"
        )
    return said.choose(
        f"{name} 在过去 {before:g} 小时内", f"{name} was in the last {before:g} hours"
    )


def _days(name: str, offset: int, after: int, said: Said) -> str:
    if offset == 0:
        return said.choose(
            f"{name} 在未来 {after - 1} 天内", f"{name} is in the next {after - 1} days"
        )
    if after == 1:
        return said.choose(
            f"{name} 在过去 {-offset} 天内", f"{name} was in the last {-offset} days"
        )
    return said.choose(
        f"{name} 在 {offset} 天到 {after - 1} 天之间",
        f"{name} is {offset} to {after - 1} days from now",
    )


_WHEN: Mapping[Unit, Mapping[int, Label]] = {
    Unit.DAY: {
        0: Label("是今天", "is today"),
        -1: Label("是昨天", "was yesterday"),
        1: Label("是明天", "is tomorrow"),
    },
    Unit.WEEK: {
        0: Label("在本周", "is this week"),
        -1: Label("在上周", "was last week"),
        1: Label("在下周", "is next week"),
    },
    Unit.MONTH: {
        0: Label("在本月", "is this month"),
        -1: Label("在上月", "was last month"),
        1: Label("在下月", "is next month"),
    },
}


_OPPOSITE = {Op.EQ: Op.NE, Op.NE: Op.EQ, Op.IN: Op.IN, Op.HAS: Op.HAS, Op.CONTAINS: Op.CONTAINS}
_DENIED = frozenset({Op.IN, Op.HAS, Op.CONTAINS})


def _test(test: Test, said: Said, *, denied: bool = False) -> str:
    spec = said.entity.find(test.field)
    name = _field(test.field, spec, said)
    if test.operand is None:
        empty = test.op is Op.EQ
        return f"{name} " + (
            said.choose("为空", "is empty") if empty else said.choose("不为空", "is not empty")
        )
    if isinstance(test.operand, Ago):
        return f"{name} {_ago(test.op, test.operand.hours, said)}"
    if spec is not None and spec.kind is Kind.BOOL and isinstance(test.operand, bool):
        yes = (test.op is Op.EQ) is test.operand
        return said.choose(
            f"{name} 为{'是' if yes else '否'}", f"{name} is {'yes' if yes else 'no'}"
        )
    words = (_DENIALS if denied else _WORDS)[test.op].text(said.language)
    return f"{name} {words} {_operand(test.operand, spec, said)}"


_WORDS: Mapping[Op, Label] = {
    Op.EQ: Label("是", "is"),
    Op.NE: Label("不是", "is not"),
    Op.LT: Label("小于", "is below"),
    Op.LE: Label("不超过", "is at most"),
    Op.GT: Label("大于", "is above"),
    Op.GE: Label("至少", "is at least"),
    Op.IN: Label("是", "is one of"),
    Op.HAS: Label("含有", "has"),
    Op.CONTAINS: Label("包含", "contains"),
}


_DENIALS: Mapping[Op, Label] = {
    Op.IN: Label("不是", "is none of"),
    Op.HAS: Label("不含", "has not"),
    Op.CONTAINS: Label("不包含", "does not contain"),
}


def _ago(op: Op, hours: float, said: Said) -> str:
    later = hours < 0
    number = abs(hours)
    days = number >= _DAY * 3 and number % _DAY == 0
    amount = f"{number / _DAY if days else number:g}"
    zh, en = ("天", "days") if days else ("小时", "hours")
    before = op in (Op.LT, Op.LE)
    if later:
        return said.choose(
            f"{'不到' if before else '还有'} {amount} {zh}{'' if before else '以上'}",
            f"is {'less' if before else 'more'} than {amount} {en} ahead",
        )
    return said.choose(
        f"已过 {amount} {zh}" if before else f"未满 {amount} {zh}",
        f"is {'more' if before else 'less'} than {amount} {en} ago",
    )


def _field(name: str, spec: FieldSpec | None, said: Said) -> str:
    if spec is not None:
        return spec.label.text(said.language)
    if name in _HIDDEN:
        return _HIDDEN[name].text(said.language)
    return said.wrong(name, f"没有字段「{name[:40]}」", f"no field “{name[:40]}”")


def _operand(operand: Operand, spec: FieldSpec | None, said: Said) -> str:
    if operand == ME:
        return said.choose("我", "me")
    if operand == MY_TEAM:
        return said.choose("我的团队", "my team")
    if isinstance(operand, Start):
        return _start(operand, said)
    if isinstance(operand, tuple):
        return said.choose("、", ", ").join(_value(one, spec, said) for one in operand) or "—"
    assert not isinstance(operand, Ago)
    return _value(operand, spec, said)


def _start(start: Start, said: Said) -> str:
    known = {
        0: Label("今天", "today"),
        -1: Label("昨天", "yesterday"),
        1: Label("明天", "tomorrow"),
    }
    if start.unit is Unit.DAY and start.offset in known:
        return known[start.offset].text(said.language)
    zh, en = {
        Unit.DAY: ("天", "days"),
        Unit.WEEK: ("周", "weeks"),
        Unit.MONTH: ("个月", "months"),
    }[start.unit]
    number = abs(start.offset)
    if start.offset < 0:
        return said.choose(f"{number} {zh}前", f"{number} {en} ago")
    if start.offset > 0:
        return said.choose(f"{number} {zh}后", f"{number} {en} from now")
    return said.choose(f"本{zh.removeprefix('个')}初", f"the beginning of this {en[:-1]}")


def _value(value: str | int | bool | None, spec: FieldSpec | None, said: Said) -> str:
    if spec is None or value is None:
        return str(value)
    if spec.kind is Kind.REF:
        found = said.named(spec.target, str(value))
        if found is None:
            return said.wrong(
                spec.name,
                f"「{spec.label.zh}」指向的记录已不在（{str(value)[:20]}）",
                f"the {spec.label.en.lower()} {str(value)[:20]} is not there any more",
            )
        return found
    if spec.choices and isinstance(value, str):
        option = spec.choice(value)
        if option is None and spec.kind is Kind.CHOICE:
            return said.wrong(
                spec.name,
                f"「{spec.label.zh}」没有选项 {value[:40]}",
                f"{spec.label.en} has no option {value[:40]}",
            )
        return option.label.text(said.language) if option is not None else value
    if spec.kind is Kind.MOMENT and isinstance(value, str):
        return _moment(value)
    return display(spec, value, said.language)


def _moment(value: str) -> str:
    try:
        moment = parse_moment(value).astimezone(CHINA)
    except ValueError:
        return value
    return moment.strftime(
        "%Y-%m-%d" if (moment.hour, moment.minute) == (0, 0) else "%Y-%m-%d %H:%M"
    )
