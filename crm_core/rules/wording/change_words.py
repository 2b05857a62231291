"""What a rule says otherwise than before, in words: 升级提醒 2 · 满几小时 48 → 24."""

from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any

from crm_core.model.choices import TASK_KIND
from crm_core.model.schema import Label
from crm_core.rules.bodies import Place
from crm_core.rules.difference import HEAD, FieldChange
from crm_core.rules.documents import Document, When
from crm_core.rules.wording.form_words import option_label, part_of
from crm_core.rules.wording.speaking import Speaker


def value_words(value: object, speaker: Speaker, entity: str) -> str:
    """A value of a body as it is read out; empty for nothing."""
    match value:
        case When():
            return speaker.condition(value, entity)
        case Label():
            return value.text(speaker.language)
        case StrEnum():
            return option_label(type(value), value.value).text(speaker.language)
        case bool():
            return speaker.choose("是", "yes") if value else speaker.choose("否", "no")
        case None | "" | () | []:
            return ""
        case tuple() | list():
            return speaker.listed([value_words(one, speaker, entity) for one in value])
        case float():
            return f"{value:g}"
        case _ if is_dataclass(value) and not isinstance(value, type):
            label = getattr(value, "label", None)
            if isinstance(label, Label):
                return label.text(speaker.language)
            parts = [getattr(value, one.name) for one in fields(value)]
            return " ".join(w for part in parts[:3] if (w := value_words(part, speaker, entity)))
        case _:
            kinds = {one.code: one.label for one in TASK_KIND}
            text = str(value)
            return kinds[text].text(speaker.language) if text in kinds else text


def place_words(body: object, place: Place, speaker: Speaker) -> str:
    """Where in a body something is, as people say it: 升级提醒 2 · 满几小时."""
    said: list[str] = []
    for step in place:
        if isinstance(step, int):
            said[-1:] = [f"{said[-1] if said else ''} {step + 1}".strip()]
            body = body[step] if isinstance(body, tuple | list) and step < len(body) else None
            continue
        known = is_dataclass(body) and not isinstance(body, type)
        label = part_of(type(body), step).label if known else Label(step, step)
        said.append(label.text(speaker.language))
        body = getattr(body, step, None) if known else None
    return " · ".join(said)


def change_words(rule: Document[Any], change: FieldChange, speaker: Speaker) -> str:
    """One change in words: 时限（小时） 48 → 24."""
    if change.place in HEAD:
        name = HEAD[change.place].text(speaker.language)
    else:
        name = place_words(rule.body, change.place, speaker)
    nothing = speaker.choose("无", "none")
    before = value_words(change.before, speaker, rule.entity) or nothing
    after = value_words(change.after, speaker, rule.entity) or nothing
    return f"{name} {before} → {after}" if change.place else f"{before} → {after}"
