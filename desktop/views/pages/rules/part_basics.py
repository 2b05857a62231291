"""What a rule is built in, and the plain editors that parts of rules are given.

Values come from what is there; what a rule names and is gone is offered as well, marked, so that
nobody loses it by looking.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtWidgets import QWidget

from crm_core.model.schema import EntitySpec, Label, Registry
from crm_core.rules.ruleset import RuleSet
from desktop.viewmodels.session import Session
from desktop.views.pages.records.field_editors import contract_of
from desktop.views.widgets.editors.choice import ChoiceBox, Option, Switch
from desktop.views.widgets.editors.contract import FieldValue
from desktop.views.widgets.editors.tags import TagsEditor
from desktop.views.widgets.editors.text import GrowingText, TextLine

Reader = Callable[[FieldValue, Any], object]
"""(what the editor gives, what the rule says now) → what it says then. NotUnderstood."""
CHOOSE = Label("请从列表中选择", "Choose one of the list.")
_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,6})?")


class NotUnderstood(ValueError):
    """What was typed is none of what the part takes; `label` says why."""

    def __init__(self, label: Label) -> None:
        super().__init__(label.en)
        self.label = label


@dataclass(frozen=True, slots=True)
class Around:
    """What a rule is built in."""

    session: Session
    entity: str
    rules: RuleSet
    people: Mapping[str, str]
    """Who is here: ids → names."""
    roles: Mapping[str, Label] = field(default_factory=dict)
    """Those a rule may name: codes → names."""
    body: Any = None
    """All of the rule, for parts that speak of others of its parts."""

    def say(self, label: Label) -> str:
        """In the language of the interface."""
        return label.text(self.session.language)

    def spec(self, name: str) -> EntitySpec | None:
        """An entity, with the company's own fields."""
        registry = self.session.workspace.replica.registry
        return registry.entity(name) if name in registry else None


@dataclass(frozen=True, slots=True)
class Made:
    """An editor that shows what the rule says, and how what it gives is read."""

    widget: QWidget
    read: Reader
    shapes: bool = False
    """Whether other parts are asked for otherwise once it says something else."""


def registry_of(around: Around) -> Registry:
    """The kinds of records there are."""
    return around.session.workspace.replica.registry


def choice(
    options: Iterable[Option], value: str, *, needed: bool = False, free: bool = False
) -> Made:
    """One of several; what the rule says and is none of them is offered too, marked."""
    offered = list(options)
    codes = {one.code for one in offered}
    if value and value not in codes:
        offered.append(Option(value, value if free else f"⚠ {value}"))
        codes.add(value)
    box = ChoiceBox(offered)
    box.setValue(value or None)

    def read(given: FieldValue, _now: object) -> object:
        code = str(given or "")
        if (code and not free and code not in codes) or (needed and not code):
            raise NotUnderstood(CHOOSE)
        return code

    return Made(box, read)


def several(labels: Mapping[str, str], value: Iterable[str], *, free: bool = False) -> Made:
    """Some of several, in the order in which the rule names them."""
    kept = tuple(value)
    shown = {**{one: f"⚠ {one}" for one in kept if not free and one not in labels}, **labels}
    editor = TagsEditor(shown, free=free)
    editor.line.setPlaceholderText("")
    editor.setValue(list(kept))

    def read(given: FieldValue, now: Any) -> object:
        chosen = given if isinstance(given, list) else []
        if not free and any(one not in shown for one in chosen):
            raise NotUnderstood(CHOOSE)
        # The order they were named in is part of what a rule says.
        return (
            *(one for one in now if one in chosen),
            *(one for one in chosen if one not in now),
        )

    return Made(editor, read)


def text(value: object, widget: QWidget | None = None) -> Made:
    """Words as they are typed."""
    editor = widget or TextLine()
    contract_of(editor).setValue(str(value) if value is not None else None)
    return Made(editor, lambda given, _now: str(given or ""))


def lines(value: Iterable[str]) -> Made:
    """Sentences, one a line; empty lines are none."""
    editor = GrowingText()
    editor.setValue("\n".join(value) or None)

    def read(given: FieldValue, _now: object) -> object:
        every = (one.strip() for one in str(given or "").splitlines())
        return tuple(one for one in every if one)

    return Made(editor, read)


def words(around: Around, value: Label | None) -> Made:
    """A name in the language of the interface; the other language's stays beside it. Where there
    was none, an empty one goes on being none."""
    editor = TextLine()
    editor.setValue(around.say(value) if value is not None else None)
    zh = around.session.language.startswith("zh")

    def read(given: FieldValue, now: Any) -> object:
        typed = str(given or "")
        if value is None and not typed:
            return None
        if now is None or now.zh == now.en:
            return Label(typed, typed)
        return Label(typed, now.en) if zh else Label(now.zh, typed)

    return Made(editor, read)


def switch(value: bool) -> Made:
    """On or off."""
    editor = Switch()
    editor.setValue(value)
    return Made(editor, lambda given, _now: bool(given))


def number(kind: Any, value: float) -> Made:
    """A number, full-width digits too."""
    editor = TextLine()
    editor.setValue(f"{value:g}")

    def read(given: FieldValue, _now: object) -> object:
        typed = unicodedata.normalize("NFKC", str(given or "0"))
        if not _NUMBER.fullmatch(typed) or (kind is int and "." in typed):
            whole = Label("这里要填整数", "A whole number")
            raise NotUnderstood(whole if kind is int else Label("这里要填数字", "A number"))
        return kind(typed)

    return Made(editor, read)
