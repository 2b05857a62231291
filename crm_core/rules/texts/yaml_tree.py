"""YAML as plain trees with the place of everything, read so that no file can hurt.

Only what JSON has: text, whole and broken numbers, true, false, null, lists, mappings. No tags, no
references (a few lines of them unfold to gigabytes), nothing that is secretly a date or a yes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from crm_core.errors import KnownError
from crm_core.model.schema import Label

MOST_BYTES = 8_000_000
MOST_DEEP = 40
_SHOWN = 40
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

Tree = str | int | float | bool | None | list["Tree"] | dict[str, "Tree"]
Path = tuple[str | int, ...]
"""Names of mappings and places in lists, from the root."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something stands; both count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a text, and where."""

    spot: Spot
    path: str
    """Such as `rules[3].body.levels[1]`; empty for the text as a whole."""
    label: Label

    def sentence(self, language: str) -> str:
        """Where and what, in one line."""
        said = self.label.text(language)
        if language.startswith("zh"):
            inside = f"（{self.path}）" if self.path else ""
            return f"第 {self.spot.line} 行第 {self.spot.column} 列{inside}：{said}"
        inside = f" ({self.path})" if self.path else ""
        return f"Line {self.spot.line}, column {self.spot.column}{inside}: {said}"


class YamlProblem(KnownError):
    """A text that could not be taken; `faults` says all that is wrong with it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        first, more = faults[0], len(faults) - 1
        chinese, english = first.sentence("zh"), first.sentence("en")
        if more:
            chinese, english = f"{chinese} 另有 {more} 处。", f"{english} And {more} more."
        super().__init__(chinese, english, code="rules_yaml")
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Marked:
    """A tree, and where each of its parts stands."""

    tree: Tree
    spots: Mapping[Path, Spot]

    def spot(self, path: Path) -> Spot:
        """Where a part stands; where it is missing, what should hold it."""
        while path and path not in self.spots:
            path = path[:-1]
        return self.spots.get(path, Spot(1, 1))


def written_path(path: Path) -> str:
    """Such as `rules[3].body.levels[1]`."""
    said = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return said.removeprefix(".")


def read_tree(text: str) -> Marked:
    """The tree of a text; YamlProblem with line and column where it is not one."""
    if len(text) > MOST_BYTES:
        raise too_large()
    if (broken := _UNREADABLE.search(text)) is not None:
        raise YamlProblem((_unreadable(text, broken.start()),))
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        raise YamlProblem((_syntax(error),)) from error
    except yaml.YAMLError as error:  # Further characters that YAML knows not; where is not said.
        raise YamlProblem((_unreadable(text, 0),)) from error
    return Marked(builder.root, builder.spots)


def too_large() -> YamlProblem:
    """The problem of a text beyond every set of rules."""
    most = MOST_BYTES // 1_000_000
    words = Label(f"文件超过 {most} MB，没有读取。", f"The file is larger than {most} MB and was "
                  "not read.")  # fmt: skip
    return YamlProblem((Fault(Spot(1, 1), "", words),))


class OnOneLine(list[Tree]):
    """A list that is written on one line, however deep it goes."""


class _Writer(yaml.CSafeDumper):
    """Knows of those as well."""


_Writer.add_representer(
    OnOneLine, lambda writer, data: writer.represent_sequence("tag:yaml.org,2002:seq", data, True)
)


def written_tree(tree: Tree) -> str:
    """The text of a tree: short lists on one line, everything else below each other."""
    return str(
        yaml.dump(
            tree, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=100,
            default_flow_style=None,
        )
    )  # fmt: skip


class _Builder:
    """Makes the tree from events, without recursion: how deep a text goes is its author's."""

    def __init__(self) -> None:
        self.root: Tree = None
        self.spots: dict[Path, Spot] = {}
        self._open: list[tuple[Path, list[Tree] | dict[str, Tree]]] = []
        self._key: list[str | None] = []
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        """Go on with the next event."""
        spot = _spot(event.start_mark)
        self._refuse(event, spot)
        match event:
            case yaml.ScalarEvent():
                self._scalar(event, spot)
            case yaml.MappingStartEvent():
                self._begin({}, spot)
            case yaml.SequenceStartEvent():
                self._begin([], spot)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._open.pop()
                self._key.pop()

    def _refuse(self, event: yaml.Event, spot: Spot) -> None:
        """Raise for what YAML has and JSON has not."""
        said: tuple[str, str] | None = None
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                said = (
                    "一个文件只能有一套规则（多了一个「---」）",
                    "a file holds one set only (there is another “---”)",
                )
        elif isinstance(event, yaml.AliasEvent):
            said = (
                "不支持引用（*名称），请写出内容",
                "references (*name) are not read; write it out",
            )
        elif getattr(event, "tag", None) not in (None, "!"):
            tag = str(getattr(event, "tag", ""))[:_SHOWN]
            said = f"不支持类型标记 {tag}", f"the tag {tag} is not read"
        if said is not None:
            raise self._wrong(spot, *said)

    def _scalar(self, event: yaml.ScalarEvent, spot: Spot) -> None:
        if self._open and isinstance(self._open[-1][1], dict) and self._key[-1] is None:
            self._take_key(event.value, spot)
            return
        plain = bool(event.implicit[0])
        self._place(_plain(event.value) if plain else event.value, spot)

    def _take_key(self, key: str, spot: Spot) -> None:
        path, holder = self._open[-1]
        if key in holder:
            raise self._wrong(
                spot, f"「{key[:_SHOWN]}」写了两次", f"“{key[:_SHOWN]}” is there twice"
            )
        self._key[-1] = key
        self.spots[(*path, key)] = spot

    def _begin(self, made: list[Tree] | dict[str, Tree], spot: Spot) -> None:
        if self._open and isinstance(self._open[-1][1], dict) and self._key[-1] is None:
            raise self._wrong(spot, "名称必须是文字", "a name must be text")
        if len(self._open) >= MOST_DEEP:
            raise self._wrong(spot, f"嵌套超过 {MOST_DEEP} 层", f"more than {MOST_DEEP} levels")
        path = self._place(made, spot)
        self._open.append((path, made))
        self._key.append(None)

    def _place(self, value: Tree, spot: Spot) -> Path:
        if not self._open:
            self.root = value
            self.spots[()] = spot
            return ()
        path, holder = self._open[-1]
        if isinstance(holder, list):
            holder.append(value)
            here: Path = (*path, len(holder) - 1)
            self.spots[here] = spot
            return here
        key = self._key[-1]
        assert key is not None
        holder[key], self._key[-1] = value, None
        here = (*path, key)
        self.spots[here] = spot if not isinstance(value, list | dict) else self.spots[here]
        return here

    def _wrong(self, spot: Spot, chinese: str, english: str) -> YamlProblem:
        path = written_path(self._open[-1][0]) if self._open else ""
        label = Label(f"{chinese}。", f"{english[:1].upper()}{english[1:]}.")
        return YamlProblem((Fault(spot, path, label),))


_WORDS: Mapping[str, Tree] = {"": None, "~": None, "null": None, "true": True, "false": False}
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
# Python writes up to 17 digits that count, after up to four zeros.
_BROKEN = re.compile(r"[-+]?[0-9]{1,17}\.[0-9]{0,21}([eE][-+][0-9]{1,3})?")


def _plain(text: str) -> Tree:
    """What unquoted words stand for; never more than a writer of YAML would quote."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _BROKEN.fullmatch(text) and abs(found := float(text)) < float("inf"):
        return found
    return text


def _spot(mark: Any) -> Spot:
    return Spot(1, 1) if mark is None else Spot(mark.line + 1, mark.column + 1)


_HINTS: tuple[tuple[str, Label], ...] = (
    ("cannot start any token", Label("缩进请用空格，不要用 Tab；以符号开头的文字请加引号",
                                     "indent with spaces, not with tabs; quote text that begins "
                                     "with a sign")),
    ("expected node content", Label("这里缺少内容，或多了符号", "something is missing or too "
                                        "much here")),
    ("mapping values are not allowed", Label("这里不能有冒号；含冒号的文字请加引号",
                                             "a colon cannot stand here; quote text that has one")),
    ("could not find expected ':'", Label("这一行缺少冒号", "a colon is missing in this line")),
    ("did not find expected key", Label("缩进与上一行不一致，或这一行写得不完整",
                                        "the indent differs from the line above, or the line is "
                                        "not complete")),
    ("did not find expected ',' or", Label("方括号或花括号没有配对，或缺少逗号",
                                           "a bracket is not closed, or a comma is missing")),
    ("did not find expected '-' indicator", Label("列表各项的「-」没有对齐",
                                                  "the dashes of a list do not line up")),
    ("nesting depth", Label("嵌套太深", "too many levels")),
    ("quoted scalar", Label("引号没有配对", "a quote is not closed")),
)  # fmt: skip


def _syntax(error: yaml.MarkedYAMLError) -> Fault:
    said = f"{error.context or ''} {error.problem or ''}".lower()
    hint = next((label for key, label in _HINTS if key in said), None)
    if hint is None:
        hint = Label("YAML 写法有误", f"this is not YAML ({(error.problem or '')[:80]})")
    label = Label(f"{hint.zh}。", f"{hint.en[:1].upper()}{hint.en[1:]}.")
    return Fault(_spot(error.problem_mark or error.context_mark), "", label)


def _unreadable(text: str, place: int) -> Fault:
    before = text[:place]
    spot = Spot(before.count("\n") + 1, place - before.rfind("\n"))
    return Fault(
        spot, "", Label("这里有不能显示的字符。", "There is a character no text may hold.")
    )
