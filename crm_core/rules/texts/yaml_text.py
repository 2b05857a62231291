"""A set of rules as a text that people read, change, keep in their own store and read in again.

An exported set read again is equal. What is wrong is said with line, column and path, all of it at
once; a key nobody knows is named rather than passed over, because in a text written by hand it is a
slip of the pen. Comments are the author's own and stay in the file.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from difflib import get_close_matches
from typing import Any, cast

from crm_core.model.schema import Label
from crm_core.rules.documents import Document, RuleProblem, When, read_body, written_body
from crm_core.rules.kinds import BODIES
from crm_core.rules.published import FORMAT, read_rules
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.texts.yaml_tree import (
    Fault,
    Marked,
    OnOneLine,
    Path,
    Tree,
    YamlProblem,
    read_tree,
    written_path,
    written_tree,
)

_TOP = ("suixing", "format", "kinds", "rules")
_KEYS: Mapping[str, tuple[type, ...]] = {
    "id": (str,), "kind": (str,), "name": (str,), "name_en": (str,), "entity": (str,),
    "active": (bool,), "position": (int,), "remark": (str,), "body": (dict,),
}  # fmt: skip
_NEEDED = ("id", "kind", "name", "body")
_WORDS = {
    str: Label("文字", "text"),
    bool: Label("true 或 false", "true or false"),
    int: Label("整数", "a whole number"),
    dict: Label("「名称: 内容」", "names with values"),
}
_LACKS = re.compile(r"Object missing required field `(.+)`")
_MOST_FAULTS = 50
MOST_RULES = 20_000


@dataclass(frozen=True, slots=True)
class _At:
    """A place in a marked text, and the faults found so far."""

    marked: Marked
    faults: list[Fault]

    def wrong(self, path: Path, chinese: str, english: str) -> None:
        """Note a fault."""
        label = Label(f"{chinese}。", f"{english}.")
        self.faults.append(Fault(self.marked.spot(path), written_path(path), label))


def yaml_of(rules: RuleSet) -> str:
    """The text of a set; `rules_from` gives the same documents again.

    What this version cannot read is left out: nobody could read it in again.
    """
    shown: list[Tree] = [_short(one) for one in rules.documents]
    tree: Tree = {"suixing": "rules", "format": FORMAT, "rules": shown}
    return "# 随行规则 · Suixing rules\n" + written_tree(tree)


def yaml_of_rule(document: Document[object]) -> str:
    """One rule as a text."""
    return written_tree(_short(document))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says, and where it says it."""

    documents: tuple[Document[object], ...]
    marked: Marked
    places: Mapping[str, Path]
    """By id of a rule, where it stands."""

    def fault(self, rule: str, place: Path, label: Label) -> Fault:
        """Something wrong with a rule, at a place inside it."""
        path = (*self.places[rule], *place)
        return Fault(self.marked.spot(path), written_path(path), label)


def rules_from(text: str) -> list[Document[object]]:
    """The documents of a text, in its order; YamlProblem with all that is wrong."""
    return list(reading_of(text).documents)


def reading_of(text: str) -> Reading:
    """The documents of a text with their places; YamlProblem with all that is wrong.

    A text with a single rule at its root (`yaml_of_rule`) is taken as well.
    """
    marked = read_tree(text)
    at = _At(marked, [])
    found: dict[str, Document[object]] = {}
    places: dict[str, Path] = {}
    for path, raw in _rules(at):
        document = _document(at, path, raw)
        if document is None:
            continue
        if document.id in found:
            said = document.id[:60]
            at.wrong((*path, "id"), f"编号「{said}」出现了两次", f"The id `{said}` is there twice")
        found[document.id], places[document.id] = document, path
        if len(at.faults) > _MOST_FAULTS:
            break
    if at.faults:
        raise YamlProblem(tuple(sorted(at.faults, key=lambda f: (f.spot.line, f.spot.column))))
    return Reading(tuple(found.values()), marked, places)


def _rules(at: _At) -> Iterable[tuple[Path, dict[str, Tree]]]:
    """The rules of a text with their paths."""
    tree = at.marked.tree
    if isinstance(tree, dict) and "body" in tree and "rules" not in tree:
        yield (), tree
        return
    if not isinstance(tree, dict) or not isinstance(tree.get("rules"), list):
        at.wrong((), "这不是一套规则：最外层应当有 rules，下面每一项是一条规则",
                 "This is no set of rules: at the top there must be `rules`, a list")  # fmt: skip
        return
    _check_keys(at, (), tree, _TOP)
    stated = tree.get("format", FORMAT)
    if not isinstance(stated, int) or isinstance(stated, bool) or stated > FORMAT:
        at.wrong(("format",), "这是更新版本写出的规则，请先升级随行",
                 "A newer version wrote these rules; update Suixing first")  # fmt: skip
        return
    rules = tree["rules"]
    assert isinstance(rules, list)
    if len(rules) > MOST_RULES:
        at.wrong(("rules",), f"超过 {MOST_RULES} 条规则", f"More than {MOST_RULES} rules")
        return
    for place, raw in enumerate(rules):
        path: Path = ("rules", place)
        if isinstance(raw, dict):
            yield path, raw
        else:
            at.wrong(path, "这里应当是一条规则", "This should be a rule")


def _document(at: _At, path: Path, raw: dict[str, Tree]) -> Document[object] | None:
    before = len(at.faults)
    _check_keys(at, path, raw, tuple(_KEYS))
    for name in _NEEDED:
        if raw.get(name) in (None, ""):
            at.wrong(path, f"缺少「{name}」", f"`{name}` is missing")
    for name, kinds in _KEYS.items():
        value = raw.get(name)
        if value is not None and not _is(value, kinds):
            said = _WORDS[kinds[0]]
            at.wrong((*path, name), f"「{name}」应当是{said.zh}", f"`{name}` should be {said.en}")
    if len(at.faults) > before:
        return None
    documents, unread = read_rules([raw])
    for one in unread:
        _note(at, path, one.problem, raw)
    for document in documents:
        _unknown(at, (*path, "body"), raw["body"], written_body(document.body))
    return documents[0] if documents else None


def _note(at: _At, path: Path, problem: RuleProblem, raw: Mapping[str, Tree]) -> None:
    if problem.place == "kind":
        known = "、".join(sorted(BODIES))
        at.wrong((*path, "kind"), f"{problem.label.zh}；可用的有 {known}",
                 f"{problem.label.en}; there are {known}")  # fmt: skip
        return
    place = (*path, "body", *parts_of(problem.place))
    _say(at, place, problem, raw.get("body"))


def _say(at: _At, place: Path, problem: RuleProblem, body: Tree) -> None:
    """Note what reading a body refused; a name that was misspelt is pointed at."""
    zh, en = problem.label.zh.rstrip("。"), problem.label.en.rstrip(".")
    lacks = _LACKS.match(en)
    holder = _at(body, parts_of(problem.place))
    if lacks is not None and isinstance(holder, dict):
        near = get_close_matches(lacks[1], list(holder), 1)
        if near:
            place = (*place, near[0])
            zh, en = f"{zh}，是不是写成了「{near[0]}」", f"{en}; is it `{near[0]}`"
    at.wrong(place, zh, en)


def _at(body: Tree, path: Path) -> Tree:
    """What stands at a path."""
    for step in path:
        if isinstance(body, dict) and step in body:
            body = body[str(step)]
        elif isinstance(body, list) and isinstance(step, int) and step < len(body):
            body = body[step]
        else:
            return None
    return body


def parts_of(place: str) -> Path:
    """The path of a place such as `levels[1].after_hours`."""
    parts: list[str | int] = []
    for name in place.replace("[", ".[").split("."):
        part: str | int = name
        if name.startswith("["):
            if not name[1:-1].isdigit():
                break
            part = int(name[1:-1])
        if not name:
            continue
        parts.append(part)
    return tuple(parts)


def _unknown(at: _At, path: Path, raw: object, read: object) -> None:
    """Keys that were passed over in reading."""
    if isinstance(raw, dict) and isinstance(read, dict):
        _check_keys(at, path, raw, tuple(read))
        for name, value in raw.items():
            if name in read:
                _unknown(at, (*path, name), value, read[name])
    elif isinstance(raw, list) and isinstance(read, list | tuple):
        for place, (one, other) in enumerate(zip(raw, read, strict=False)):
            _unknown(at, (*path, place), one, other)


def _check_keys(at: _At, path: Path, raw: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for name in raw:
        if name in known:
            continue
        near = get_close_matches(name, known, 1)
        zh, en = (f"，是不是「{near[0]}」", f"; did you mean `{near[0]}`") if near else ("", "")
        at.wrong((*path, name), f"没有「{name[:40]}」这一项{zh}", f"There is no `{name[:40]}`{en}")


def _is(value: Tree, kinds: tuple[type, ...]) -> bool:
    return isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))


def _short(one: Document[object]) -> dict[str, Tree]:
    """A rule without what goes without saying."""
    head: dict[str, Tree] = {"id": one.id, "kind": one.kind, "name": one.label.zh}
    optional: tuple[tuple[str, Tree, Tree], ...] = (
        ("name_en", one.label.en, one.label.zh),
        ("entity", one.entity, ""),
        ("active", one.active, True),
        ("position", one.position, 0),
        ("remark", one.remark, ""),
    )
    head |= {name: value for name, value, plain in optional if value != plain}
    return {**head, "body": _short_body(one.body)}


def _short_body(body: Any) -> Tree:
    """A body in YAML's types; parts that are as they are by default are left out."""
    if isinstance(body, When):
        return _on_one_line(written_body(body))
    if is_dataclass(body):
        return {
            one.name: _short_body(value)
            for one in fields(body)
            if (value := getattr(body, one.name)) != _default(one)
        }
    if isinstance(body, tuple | list):
        return [_short_body(one) for one in body]
    if isinstance(body, Mapping):
        return {str(name): _short_body(value) for name, value in body.items()}
    return cast("Tree", written_body(body))


def _default(one: Field[Any]) -> object:
    if one.default_factory is not MISSING:
        made: object = one.default_factory()
        return made
    kept: object = one.default
    return kept


def _on_one_line(written: Any) -> Tree:
    return OnOneLine(map(_on_one_line, written)) if isinstance(written, list) else written


def body_from(kind: str, text: str) -> object:
    """The body of one rule from a text of its own; YamlProblem with the places."""
    marked = read_tree(text)
    at = _At(marked, [])
    body: object = None
    try:
        body = read_body(marked.tree, BODIES[kind])
    except RuleProblem as problem:
        _say(at, parts_of(problem.place), problem, marked.tree)
    else:
        _unknown(at, (), marked.tree, written_body(body))
    if at.faults:
        raise YamlProblem(tuple(at.faults))
    return body
