"""Sets of rules as texts: what is in force together is published together and travels as one.

What this version cannot read (a kind of a newer program, a body that is wrong) is kept as it is and
obeyed by nobody; it is never lost by being written again.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from crm_core.model.schema import Label
from crm_core.rules.documents import Document, RuleProblem, named, read_body, written_body
from crm_core.rules.kinds import BODIES
from crm_core.rules.ruleset import RuleSet, Unread
from crm_core.rules.stocked.shipped import SHIPPED
from crm_core.rules.texts.packing import unpacked

FORMAT = 1

SHIPPED_SET = RuleSet(SHIPPED)
"""What is in force where nothing was ever published."""


def read_set(text: str, *, version: str = "") -> RuleSet:
    """A published set. Raises ValueError where it is no set at all.

    A set says which kinds were known when it was published; of others, what ships is in force.
    """
    found = json.loads(unpacked(text))
    if not isinstance(found, dict) or not isinstance(found.get("rules"), list):
        raise ValueError("no set of rules")  # noqa: TRY004
    documents, unread = read_rules(one for one in found["rules"] if isinstance(one, dict))
    kinds = {str(kind) for kind in found.get("kinds", ())}
    documents += [one for one in SHIPPED if one.kind not in kinds]
    return RuleSet(documents, version=version, unread=unread)


def written_set(rules: RuleSet) -> str:
    """The text of a set; `read_set` gives the same again."""
    kept = [dict(one.raw) for one in rules.unread]
    written = [_written(one) for one in rules.documents]
    body = {"format": FORMAT, "kinds": sorted(BODIES), "rules": [*written, *kept]}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def draft_of(records: Iterable[Mapping[str, Any]]) -> RuleSet:
    """The set as it is being written: what ships, overlaid by the records of `rule` by their id."""
    raw = [{**one, "body": _decoded(one.get("body"))} for one in records]
    documents, unread = read_rules(sorted(raw, key=lambda one: str(one.get("id"))))
    own = {one.id for one in documents} | {str(one.raw.get("id")) for one in unread}
    return RuleSet([*documents, *(s for s in SHIPPED if s.id not in own)], unread=unread)


def read_rules(
    found: Iterable[Mapping[str, Any]],
) -> tuple[list[Document[object]], list[Unread]]:
    """Documents from their written form, and those that cannot be read."""
    documents, unread = [], []
    for raw in found:
        try:
            documents.append(_read(raw))
        except RuleProblem as problem:
            unread.append(Unread(raw, problem))
    return documents, unread


def _read(raw: Mapping[str, Any]) -> Document[object]:
    kind = str(raw.get("kind"))
    if kind not in BODIES:
        raise RuleProblem("kind", Label(f"不认识的类别「{kind}」", f"Unknown kind “{kind}”"))
    position = raw.get("position")
    return Document(
        id=str(raw.get("id") or ""),
        kind=kind,
        label=named(raw),
        entity=str(raw.get("entity") or ""),
        body=read_body(raw.get("body"), BODIES[kind]),
        active=raw.get("active") is not False,
        position=position if isinstance(position, int) else 0,
        remark=str(raw.get("remark") or ""),
    )


def _written(one: Document[object]) -> dict[str, object]:
    return {
        "id": one.id, "kind": one.kind, "name": one.label.zh, "name_en": one.label.en,
        "entity": one.entity, "active": one.active, "position": one.position,
        "remark": one.remark, "body": written_body(one.body),
    }  # fmt: skip


def record_of(one: Document[object]) -> dict[str, object]:
    """A document as the values of a record of `rule`, without its id."""
    values = {name: value for name, value in _written(one).items() if name != "id"}
    body = json.dumps(values["body"], ensure_ascii=False, separators=(",", ":"))
    kept = {**values, "body": body}
    return {name: value for name, value in kept.items() if value != ""}


def _decoded(text: object) -> object:
    try:
        return json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None
