"""Where free texts name a person, now or in their history: by name, number, address. Reads only."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Text, or_, select, type_coerce

from crm_core.model.schema import EntitySpec, Kind
from sync_server.services.server import Server
from sync_server.services.shelves.erasure_journal import Target

_TEXTS = (Kind.TEXT, Kind.LONG_TEXT)
_MOST = 200
_AROUND = 20
"""Characters shown on both sides."""
_BETWEEN = r"[\s\-–—－()（）]*"
"""May stand between the digits of a number."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a person is called by; a text names them where `pattern` is found in it."""

    plain: tuple[str, ...]
    numbers: tuple[str, ...]
    """Those of them that nobody else is called: numbers and addresses."""
    likes: tuple[str, ...]
    """The same for LIKE, which may find too much."""
    pattern: re.Pattern[str] | None

    def replace(self, text: str, word: str) -> str:
        """The text without them."""
        return text if self.pattern is None else self.pattern.sub(lambda _: word, text)


@dataclass(frozen=True, slots=True)
class Mention:
    """A text of another record that names the person."""

    entity: str
    id: str
    field: str
    title: str
    excerpt: str
    past: bool
    """Only in the history of the field, not in what it holds now."""


def words_of(said: Mapping[str, Collection[str]]) -> Words:
    """From the values of name, phone, e-mail and WeChat; what is too short to tell is left out."""
    names = {v.strip() for v in said.get("name", ()) if len(v.strip()) >= 2}
    own = {v.strip() for name in ("email", "wechat") for v in said.get(name, ()) if len(v) >= 5}
    numbers = {re.sub(r"\D", "", v)[-11:] for v in said.get("phone", ())}
    numbers = {number for number in numbers if len(number) >= 7}
    longest = sorted(names | own, key=lambda v: (-len(v), v))
    parts = [re.escape(v) for v in longest]
    parts += [rf"(?<!\d){_BETWEEN.join(number)}(?!\d)" for number in sorted(numbers)]
    likes = [_escaped(v) for v in longest] + ["%".join(number) for number in sorted(numbers)]
    return Words(
        plain=(*longest, *sorted(numbers)), numbers=tuple(sorted(own | numbers)),
        likes=tuple(f"%{like}%" for like in likes),
        pattern=re.compile("|".join(parts), re.IGNORECASE) if parts else None,
    )  # fmt: skip


def mentions_of(
    connection: Connection, server: Server, words: Words, *, beside: Collection[Target]
) -> tuple[list[Mention], bool]:
    """Texts that name the person in records other than `beside`; whether there are more."""
    found: dict[tuple[str, str, str], Mention] = {}
    if words.pattern is None:
        return [], False
    for entity in server.replica.registry:
        if not entity.owner or entity.name == "audit_entry":
            continue
        fields = [spec.name for spec in entity.fields if spec.kind in _TEXTS]
        for one in (
            *_present(connection, server, entity, fields, words),
            *_past(connection, server, entity, fields, words),
        ):
            if (one.entity, one.id) not in beside:
                found.setdefault((one.entity, one.id, one.field), one)
            if len(found) > _MOST:
                return list(found.values())[:_MOST], True
    return list(found.values()), False


def _present(
    connection: Connection, server: Server, entity: EntitySpec, fields: Iterable[str], words: Words
) -> Iterator[Mention]:
    table = server.replica.tables.of(entity.name)
    fields = list(fields)
    said = or_(*(_like(table.c[name], words) for name in fields))
    for row in connection.execute(select(table).where(said).limit(_MOST + 1)):
        for name in fields:
            if (excerpt := _excerpt(row._mapping[name], words)) is not None:
                title = str(row._mapping[entity.title] or "")
                yield Mention(entity.name, row.id, name, title, excerpt, past=False)


def _past(
    connection: Connection, server: Server, entity: EntitySpec, fields: Iterable[str], words: Words
) -> Iterator[Mention]:
    tables = server.replica.tables
    log, table = tables.log, tables.of(entity.name)
    numbers = {tables.words.find(connection, name): name for name in fields}
    columns = [type_coerce(c, Text) for c in (log.c.value, log.c.before, log.c.prior)]
    rows = (
        select(log.c.field, table.c.id, table.c[entity.title], *columns)
        .join(table, table.c.rid == log.c.rec)
        .where(
            log.c.entity == tables.words.find(connection, entity.name),
            log.c.field.in_([number for number in numbers if number is not None]),
            or_(*(_like(column, words) for column in columns)),
        )
        .limit(_MOST + 1)
    )
    for field, record, title, *values in connection.execute(rows):
        for value in values:
            if (excerpt := _excerpt(value, words)) is not None:
                name = numbers[field]
                yield Mention(entity.name, record, name, str(title or ""), excerpt, past=True)
                break


def _like(column: ColumnElement[str], words: Words) -> ColumnElement[bool]:
    return or_(*(column.ilike(like, escape="/") for like in words.likes))


def _escaped(text: str) -> str:
    return re.sub(r"([/%_])", r"/\1", text)


def _excerpt(value: object, words: Words) -> str | None:
    found = words.pattern.search(value) if words.pattern and isinstance(value, str) else None
    if found is None or not isinstance(value, str):
        return None
    start, end = max(0, found.start() - _AROUND), found.end() + _AROUND
    return f"{'…' if start else ''}{value[start:end]}{'…' if end < len(value) else ''}"
