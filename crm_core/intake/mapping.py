"""How one kind of table becomes records, as data: it is saved, synced and given on command lines.

Columns are known by their titles, so that next month's table of the same kind fits as well.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from crm_core.errors import KnownError

_LONGEST_PATTERN = 200
_RUNAWAY = re.compile(r"\([^()]*[+*}][^()]*\)[+*{]|(?:\.[*+]){3}|[+*]{2}")
"""Patterns that can take for ever on a long text."""
_MOST_COLUMNS = 500
_MOST_TRANSLATIONS = 2_000


class OnTwin(StrEnum):
    """What becomes of a row whose record is there already."""

    UPDATE = "update"
    """What the row says replaces what is there; empty cells change nothing."""
    FILL = "fill"
    """Only empty fields are filled."""
    SKIP = "skip"
    CREATE = "create"
    """A second record, on purpose."""


class Clean(StrEnum):
    """One way to clean a text before it becomes a value."""

    NO_TITLES = "no_titles"
    """Names without 先生, 女士, 经理 … (row 1.2), as long as more than a surname is left."""
    DIGITS = "digits"
    """Nothing but digits."""
    REPLACE = "replace"
    """A regular expression, replaced."""
    UPPER = "upper"


@dataclass(frozen=True, slots=True)
class Cleaning:
    """A step of cleaning; pattern and replacement only with REPLACE."""

    how: Clean
    pattern: str = ""
    replacement: str = ""

    def check(self) -> None:
        """KnownError ("mapping") for a pattern that is none, or that could take for ever."""
        if self.how is not Clean.REPLACE:
            return
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise _bad(
                f"正则表达式「{self.pattern}」写得不对：{error}",
                f"“{self.pattern}” is not a regular expression: {error}",
            ) from error
        if len(self.pattern) > _LONGEST_PATTERN or _RUNAWAY.search(self.pattern):
            raise _bad(
                f"正则表达式「{self.pattern[:40]}」太复杂，可能永远算不完，请写简单些",
                f"“{self.pattern[:40]}” is too involved and might never end; make it simpler",
            )


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """What becomes of one column."""

    title: str
    entity: str
    field: str
    cleanings: tuple[Cleaning, ...] = ()
    translations: tuple[tuple[str, str], ...] = ()
    """What stands in the file → what is meant (an option's code, a record's id); empty: nothing."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """How a table becomes records of `entity`, and of `companion` beside them on the same row."""

    entity: str
    columns: tuple[ColumnMapping, ...]
    companion: str = ""
    """A kind of record listed under `entity`, of which each row holds one as well."""
    keys: tuple[str, ...] = ()
    """Fields by which a record that is there already is known, the surest first."""
    companion_keys: tuple[str, ...] = ()
    on_twin: OnTwin = OnTwin.FILL
    constants: tuple[tuple[str, str, str], ...] = ()
    """(entity, field, value) where no column says anything."""
    name: str = ""

    def check(self) -> None:
        """KnownError ("mapping") for what cannot be worked with."""
        if not self.columns:
            raise _bad("没有任何列对应到字段", "No column is mapped to a field")
        for column in self.columns:
            for cleaning in column.cleanings:
                cleaning.check()

    def as_json(self) -> str:
        """The written form, as it is saved."""
        written: dict[str, Any] = {
            "entity": self.entity, "companion": self.companion, "keys": list(self.keys),
            "companion_keys": list(self.companion_keys), "on_twin": self.on_twin.value,
            "constants": [list(one) for one in self.constants], "name": self.name,
            "columns": [_column_json(one) for one in self.columns],
        }  # fmt: skip
        return json.dumps(written, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def mapping_from_json(text: str) -> Mapping:
    """Read the written form. KnownError ("mapping") where it is not one."""
    try:
        read = json.loads(text)
        columns = tuple(_column_from(one) for one in read["columns"][:_MOST_COLUMNS])
        found = Mapping(
            entity=str(read["entity"]), columns=columns, companion=str(read.get("companion", "")),
            keys=_texts(read.get("keys", ())),
            companion_keys=_texts(read.get("companion_keys", ())),
            on_twin=OnTwin(read.get("on_twin", OnTwin.FILL)),
            constants=tuple((str(e), str(f), str(v)) for e, f, v in read.get("constants", ())),
            name=str(read.get("name", "")),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _bad("映射的内容读不懂", "The mapping cannot be read") from error
    found.check()
    return found


def fitted(mapping: Mapping, titles: Iterable[str]) -> tuple[Mapping, list[str]]:
    """The mapping as far as a table has its columns, and the titles it has not."""
    here = set(titles)
    missing = [one.title for one in mapping.columns if one.title not in here]
    kept = tuple(one for one in mapping.columns if one.title in here)
    return replace(mapping, columns=kept), missing


def _column_json(one: ColumnMapping) -> dict[str, Any]:
    written: dict[str, Any] = {"title": one.title, "entity": one.entity, "field": one.field}
    if one.cleanings:
        written["cleanings"] = [[c.how.value, c.pattern, c.replacement] for c in one.cleanings]
    if one.translations:
        written["translations"] = [list(pair) for pair in one.translations]
    return written


def _column_from(read: dict[str, Any]) -> ColumnMapping:
    return ColumnMapping(
        title=str(read["title"]), entity=str(read["entity"]), field=str(read["field"]),
        cleanings=tuple(
            Cleaning(Clean(how), str(pattern), str(replacement))
            for how, pattern, replacement in read.get("cleanings", ())
        ),
        translations=tuple(
            (str(said), str(meant))
            for said, meant in list(read.get("translations", ()))[:_MOST_TRANSLATIONS]
        ),
    )  # fmt: skip


def _texts(read: Iterable[object]) -> tuple[str, ...]:
    return tuple(str(one) for one in read)


def _bad(chinese: str, english: str) -> KnownError:
    return KnownError(
        f"{chinese}。没有导入任何内容。", f"{english}. Nothing was imported.", code="mapping"
    )
