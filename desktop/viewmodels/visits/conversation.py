"""Pasted talk: whether a text is a chat or an e-mail, and the three points of it. Pure.

Nothing is said here that was not said there (row 3.11): points are sentences of the text.
"""

import re
from dataclasses import dataclass

from crm_core.notes.summary import key_points
from crm_core.notes.types import NoteFields, Span

MOST_POINTS = 3
_WHO = r"[^\s:：，。,<>]{1,16}(?: [^\s:：，。,<>]{1,16})?"
_WHEN = (
    r"(?:\d{4}[-/年]\d{1,2}[-/月]\d{1,2}日?|\d{1,2}[-/月]\d{1,2}日?)?\s*\d{1,2}:\d{2}(?::\d{2})?"
)
_TURN = re.compile(
    rf"^[ \t]*(?:(?P<a>{_WHO})[ \t]*[:：](?!//)(?=[ \t]*\S)|(?P<b>{_WHO})[ \t]+{_WHEN}[ \t]*$"
    rf"|{_WHEN}[ \t]+(?P<c>{_WHO})[ \t]*[:：]?[ \t]*$|\[{_WHEN}\][ \t]*(?P<d>{_WHO})[ \t]*[:：])",
    re.MULTILINE,
)
_MAIL = re.compile(
    r"^[ \t]*(?:发件人|收件人|主题|抄送|From|To|Subject|Cc)[ \t]*[:：]",
    re.MULTILINE | re.IGNORECASE,
)
_LEAST_TURNS = 2
_OURS = frozenset({"我", "我方", "客户", "对方", "me", "us", "customer", "client"})
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Points:
    """The key points of a conversation, where they stand in the text."""

    spans: tuple[Span, ...] = ()

    def words(self, text: str) -> tuple[str, ...]:
        """The same, in words, without who said it."""
        return tuple(_bare(text[span.start : span.end]) for span in self.spans)


def is_conversation(text: str) -> bool:
    """Whether people take turns in it, or it is an e-mail with its head."""
    head = text[:_LONGEST]
    if len(_MAIL.findall(head)) >= _LEAST_TURNS:
        return True
    turns = list(_TURN.finditer(head))
    if len(turns) < _LEAST_TURNS:
        return False
    # A list of headings looks the same, but nobody in it speaks twice, or says "me".
    named = [match["a"] for match in turns if match["a"]]
    takes_turns = len(set(named)) < len(named) or not _OURS.isdisjoint(map(str.lower, named))
    return takes_turns or len(named) < len(turns)


def points_of(text: str, fields: NoteFields) -> Points:
    """At most three; none for what is no conversation."""
    if not is_conversation(text):
        return Points()
    return Points(key_points(text, fields, MOST_POINTS))


def _bare(words: str) -> str:
    return " ".join(_TURN.sub("", words, count=1).split())
