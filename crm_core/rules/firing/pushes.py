"""What is queued to be sent to a customer: its text, whether it may go, and what goes beside it.

Pure (rows 2.15, 3.13, 4.14). A person reads and approves every text; the server sends what was
approved and nothing else (decision 064).
"""

from collections.abc import Iterable, Sequence

from crm_core.model.entities_content import CASE_WORDS, PAPER_WORDS
from crm_core.model.schema import Label
from crm_core.model.values import Record

ENTITY = "content_push"
WAITING, APPROVED, SENDING = "waiting", "approved", "sending"
SENT, FAILED, DROPPED = "sent", "failed", "dropped"
OPEN = (WAITING, FAILED)
"""In these a person decides."""
MOST_CASES = 3
_CLOSED_TO = ("refused", "withdrawn")


def is_case(article: Record) -> bool:
    """Whether an article is a success case, by its category, title or a tag."""
    return _says(article, CASE_WORDS)


def _says(article: Record, words: Sequence[str]) -> bool:
    tags = article.get("tags")
    said = [str(article.get(name) or "").lower() for name in ("category", "title")]
    said += [str(one).lower() for one in tags] if isinstance(tags, list) else []
    return any(word in one for one in said for word in words)


def matching_cases(articles: Iterable[Record], words: Sequence[str]) -> tuple[Record, ...]:
    """At most three success cases that speak of the most of `words` (industry, pains); ties by
    title. One that speaks of none is left out (row 4.14)."""
    return _likest((one for one in articles if is_case(one)), words)


def matching_papers(articles: Iterable[Record], words: Sequence[str]) -> tuple[Record, ...]:
    """At most three papers, by their category, title or a tag, as `matching_cases` (row 4.14)."""
    return _likest((one for one in articles if not is_case(one) and _says(one, PAPER_WORDS)), words)


def _likest(articles: Iterable[Record], words: Sequence[str]) -> tuple[Record, ...]:
    wanted = tuple(dict.fromkeys(word.strip().lower() for word in words if word.strip()))
    found: list[tuple[int, str, Record]] = []
    for one in articles:
        tags = one.get("tags")
        listed = " ".join(map(str, tags)) if isinstance(tags, list) else ""
        text = f"{one.get('title')} {one.get('category')} {listed} {one.get('body')}".lower()
        if hits := sum(word in text for word in wanted):
            found.append((-hits, str(one.get("title")), one))
    return tuple(one for _, _, one in sorted(found, key=lambda part: part[:2])[:MOST_CASES])


def composed(name: str, article: Record | None, cases: Sequence[Record], sender: str) -> str:
    """The text that is proposed; empty where there is nothing to send."""
    body = str((article or {}).get("body") or "").strip()
    if not body:
        return ""
    parts = [f"{name}，您好：", body]
    parts += [f"【{one.get('title')}】\n{str(one.get('body') or '').strip()}" for one in cases]
    return "\n\n".join([*parts, sender]).strip()


def why_not(email: object, consent: object, text: str) -> Label | None:
    """Why something cannot be sent by mail; None where it can."""
    if consent in _CLOSED_TO:
        return Label("对方不同意接收，不能推送", "They do not want to be sent anything")
    if not text.strip():
        return Label("没有正文：知识库里没有这篇文章", "There is no text: the article is missing")
    if not email:
        return Label("没有邮箱：可复制正文后手动发送", "No e-mail address: copy the text instead")
    return None
