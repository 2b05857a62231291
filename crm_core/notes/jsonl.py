"""Notes as JSON lines in, fields as JSON lines out: the form in which the parser is measured."""

import json
from collections.abc import Iterable, Iterator, Mapping

from crm_core.errors import KnownError
from crm_core.notes.lexicon import Lexicon
from crm_core.notes.pipeline import NoteParser
from crm_core.notes.types import NoteContext


def parse_jsonl(lines: Iterable[str], lexicon: Lexicon) -> Iterator[str]:
    """One line of fields for each line of `{id, text, context}`, blank lines included.

    A line that cannot be read becomes `{"id": …, "error": …}`, so that line numbers keep matching.
    Neighbouring lines with the same context share one name index.
    """
    last: tuple[object, NoteParser] | None = None
    for line in lines:
        note: object = None
        try:
            note = json.loads(line)
            text, context = _text_and_context(note)
            if last is None or last[0] != context:
                last = (context, NoteParser(lexicon, NoteContext.from_json(context)))
        except (ValueError, RecursionError) as error:
            yield _line({"id": _id(note), "error": f"{type(error).__name__}: {error}"})
            continue
        yield _line({"id": _id(note), **last[1].parse(text).as_json()})


def read_context(text: str) -> NoteContext:
    """The context of a note from its JSON form.

    Raises KnownError when the text is not such an object.
    """
    try:
        data = json.loads(text)
        if not isinstance(data, Mapping):
            raise ValueError("not a JSON object")  # noqa: TRY004, TRY301 - one kind for bad JSON
        return NoteContext.from_json(data)
    except (ValueError, RecursionError) as error:
        raise KnownError(
            f"已知名称的文件不对：{error}。",
            f"The file of known names is not right: {error}.",
            code="notes.bad_context",
        ) from error


def _text_and_context(note: object) -> tuple[str, Mapping[str, object]]:
    if not isinstance(note, Mapping):
        raise ValueError("the line is not a JSON object")  # noqa: TRY004 - one kind for bad lines
    text, context = note.get("text"), note.get("context")
    if not isinstance(text, str):
        raise ValueError("text is missing or not a string")  # noqa: TRY004
    if not isinstance(context, Mapping):
        raise ValueError("context is missing or not an object")  # noqa: TRY004
    return text, context


def _id(note: object) -> object:
    return note.get("id") if isinstance(note, Mapping) else None


def _line(fields: Mapping[str, object]) -> str:
    return json.dumps(fields, ensure_ascii=False)
