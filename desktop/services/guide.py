"""The help inside the program: the user guide and what is new, read from the Markdown in docs/."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import resources

_LANGUAGES: Mapping[str, str] = {"zh": "中文", "en": "English"}
_HEADINGS = r"^### +"
_CHAPTERS = r"^### +|^(?=- \*\*)"
"""Headings, and items that begin with their name in bold."""
_BULLET = re.compile(r"- \*\*(.+?)\*\*(.*)", re.DOTALL)

TOPICS: Mapping[str, tuple[str, str]] = {
    "today": ("今天", "Today"),
    "visit": ("记拜访", "Log a visit"),
    "board": ("看板", "Boards"),
    "sync": ("同步中心", "Sync centre"),
    "batches": ("整批收回", "Batches"),
    "pools": ("线索池", "Lead pools"),
    "import": ("导入", "Import"),
    "settings": ("密码和设备", "Password and devices"),
    "record:customer": ("历史", "History"),
    "customer": ("列表", "Lists"),
}
"""Page of the main window → its topic, Chinese and English."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One chapter of the guide."""

    title: str
    body: str
    """Markdown."""


def user_guide(language: str) -> tuple[Topic, ...]:
    """The chapters of docs/user-guide.md in `language`; empty where it was not installed."""
    return _topics("user-guide.md", language, cut=_CHAPTERS)


def whats_new(language: str) -> tuple[Topic, ...]:
    """One chapter a version, newest first, from docs/whats-new.md."""
    return _topics("whats-new.md", language, cut=_HEADINGS)


def topic_of(page: str, language: str) -> str:
    """The title of the chapter that tells of a page; "" where none does."""
    chinese, english = TOPICS.get(page, ("", ""))
    return chinese if language.startswith("zh") else english


def _topics(name: str, language: str, *, cut: str) -> tuple[Topic, ...]:
    try:
        text = (Path(resources.__file__).parent.parent / "docs" / name).read_text("utf-8")
    except OSError:
        return ()
    wanted = _LANGUAGES["zh" if language.startswith("zh") else "en"]
    chapters = re.split(r"^## +", text, flags=re.MULTILINE)[1:]
    found = next((c for c in chapters if c.partition("\n")[0].strip() == wanted), "")
    return tuple(_parts(found.partition("\n")[2], cut))


def _parts(text: str, cut: str) -> Iterator[Topic]:
    for part in re.split(cut, text, flags=re.MULTILINE):
        item = _BULLET.match(part)
        if item is not None:
            # A sentence that goes on after its bold beginning keeps that beginning.
            rest = item[2].lstrip(": ")
            rest = rest[:1].upper() + rest[1:]  # Under its heading it begins a sentence.
            body = rest if item[2].startswith(":") else f"{item[1]}{item[2]}"
            yield Topic(item[1], body.strip())
        elif part.strip():
            title, _, body = part.partition("\n")
            if body.strip():
                yield Topic(title.strip(), body.strip())
