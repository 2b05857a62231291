"""A brief as JSON: how it is kept in a record and how the paper is told what to print.

What another version wrote and this one cannot read is a ValueError, never half a brief.
"""

import json
from collections.abc import Mapping
from typing import Any

from crm_core.insight.brief import Brief, Conclusion, Door, Figure
from crm_core.model.query import Query, Sort
from crm_core.model.query_json import condition_from, condition_text
from crm_core.model.schema import Label

FORM = 1
_TONES = ("good", "warn", "bad", "neutral")


def brief_text(brief: Brief) -> str:
    """The written form."""
    found = {
        "form": FORM, "day": brief.day, "as_of": brief.as_of, "viewer": brief.viewer,
        "viewer_name": brief.viewer_name,
        "conclusions": [_conclusion(one) for one in brief.conclusions],
    }  # fmt: skip
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def brief_from(text: object) -> Brief:
    """Read the written form; ValueError."""
    try:
        found = json.loads(str(text))
        if found["form"] != FORM:
            raise ValueError("a form of another version")
        return Brief(
            str(found["day"]), str(found["as_of"]), str(found["viewer"]),
            str(found["viewer_name"]), tuple(map(_read, found["conclusions"])),
        )  # fmt: skip
    except (KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise ValueError("not a brief") from error


def _conclusion(one: Conclusion) -> dict[str, object]:
    return {
        "kind": one.kind, "tone": one.tone, "title": _pair(one.title), "text": _pair(one.text),
        "change": _pair(one.change), "advice": _pair(one.advice), "cases": list(one.cases),
        "figures": [
            {"label": _pair(f.label), "share": f.share, "shown": _pair(f.shown), "tone": f.tone,
             "own": f.own, "query": None if f.query is None else _asked(f.query)}
            for f in one.figures
        ],
        "doors": [
            {"label": _pair(d.label), "query": _asked(d.query)} for d in one.doors
        ],
    }  # fmt: skip


def _read(found: Mapping[str, Any]) -> Conclusion:
    return Conclusion(
        str(found["kind"]), _tone(found["tone"]), _label(found["title"]), _label(found["text"]),
        _label(found["change"]), _label(found["advice"]),
        tuple(
            Figure(_label(f["label"]), min(max(float(f["share"]), 0.0), 1.0), _label(f["shown"]),
                   None if f["query"] is None else _query(f["query"]), _tone(f["tone"]),
                   bool(f["own"]))
            for f in found["figures"]
        ),
        tuple(Door(_label(d["label"]), _query(d["query"])) for d in found["doors"]),
        tuple(map(str, found["cases"])),
    )  # fmt: skip


def _asked(query: Query) -> dict[str, object]:
    return {
        "entity": query.entity, "where": condition_text(query.where),
        "sort": [[one.field, one.descending] for one in query.sort],
    }  # fmt: skip


def _query(found: Mapping[str, Any]) -> Query:
    sort = tuple(Sort(str(name), bool(down)) for name, down in found["sort"])
    return Query(str(found["entity"]), condition_from(str(found["where"])), sort)


def _pair(label: Label) -> list[str]:
    return [label.zh, label.en]


def _label(found: Any) -> Label:
    zh, en = found
    return Label(str(zh), str(en))


def _tone(found: object) -> str:
    return str(found) if found in _TONES else "neutral"
