"""What the words of an English note give away: objections, stage, sentiment, concerns."""

import re
from collections.abc import Sequence

from crm_core.notes.english_lexicon import EnglishLexicon
from crm_core.notes.segments import Board

_STOP = re.compile(
    r"[,;!?\n，。！？；:]|\.(?=\s|$)|\s(?:but|so|because|although|while|then)\b"
    r"|\sand (?=(?:i|we|he|she|they|asked|wants?|also|will)\b)"
    r"|\s(?=(?:I|we)(?:'ll| will| promised| need to| owe))|\s(?=(?:he|she|they)(?:'ll| will"
    r"| wants?| asked))",
    re.IGNORECASE,
)
_STOP_OR_DATE = re.compile(rf"{_STOP.pattern}|[\ue005]+", re.IGNORECASE)
"""A date after a worry begins something else; what is asked for may have one."""
_START = re.compile(
    r"^(?:\s|\b(?:that|about|whether|if|the|our|their|its|a|an|of)\b)+", re.IGNORECASE
)
_HARDLY_ANY = 3
_NO_WORRY = re.compile(
    r"\b(?:not|isn't|aren't|never|no|n't|no longer)\s+(?:\w+\s+)?$|\bwithout (?:any )?$",
    re.IGNORECASE,
)
_NOT_AT_ALL = re.compile(r"(?:\bnot|n't|\bnever|\bno longer)\s+(?:\w+\s+)?$", re.IGNORECASE)
_IF_ONLY = re.compile(
    r"\b(?:if|whether|make sure|hopes?|would be|to be|not)\s+(?:\w+\s+){0,2}$", re.IGNORECASE
)
_QUESTION = re.compile(
    r"^(?:the )?(?:prices?|quote|quotation|a quote|cost|costs|me|us|to|for)\b", re.IGNORECASE
)
Stretch = tuple[str, int, int]


def objections(board: Board, lexicon: EnglishLexicon) -> list[Stretch]:
    """Each objection category heard, with the stretch that gave it away."""
    found = []
    for category, form in lexicon.objections.items():
        match = form.search(board.named) or form.search(board.mask)
        before = board.named[max(0, match.start() - 30) : match.start()] if match else ""
        if match and not _NOT_AT_ALL.search(before):
            found.append((category, match.start(), match.end()))
    return found


def stage(board: Board, lexicon: EnglishLexicon) -> Stretch | None:
    """The stage the words hint at; the most decisive one wins."""
    for name, form in lexicon.stages:
        for match in form.finditer(board.mask):
            before = board.mask[max(0, match.start() - 24) : match.start()]
            if name in {"won", "lost"} and _open(before):
                continue
            return name, match.start(), match.end()
    return None


def _open(before: str) -> bool:
    """has not signed, will sign, if they sign: nothing is decided yet."""
    return bool(
        re.search(
            r"\b(?:not|n't|will|would|if|before|until|once|when|to|haven't|hasn't|may"
            r"|might)\s+(?:\w+\s+)?$",
            before,
            re.IGNORECASE,
        )
    )


def sentiment(board: Board, lexicon: EnglishLexicon, hint: Stretch | None) -> Stretch | None:
    """`-` or `+` with its words; a complaint outweighs praise, and a lost deal is nobody's joy."""
    for sign, form in (("-", lexicon.negative), ("+", lexicon.positive)):
        for match in form.finditer(board.named):
            before = board.named[max(0, match.start() - 30) : match.start()]
            if not (_IF_ONLY if sign == "+" else _NO_WORRY).search(before):
                return sign, match.start(), match.end()
    return ("-", hint[1], hint[2]) if hint is not None and hint[0] == "lost" else None


def concerns(
    board: Board, lexicon: EnglishLexicon, busy: Sequence[tuple[int, int]]
) -> list[Stretch]:
    """What the customer worries or asks about, in their words; nothing of ours."""
    found: list[Stretch] = []
    for match in lexicon.concerns.finditer(board.mask):
        before = board.mask[max(0, match.start() - 30) : match.start()]
        if re.search(r"\b(?:I|we)(?:'m|'re| am| are)?\s*$", before) or _NO_WORRY.search(before):
            continue
        if found and match.start() < found[-1][2]:
            continue
        one = _after(board, match)
        if one is not None and all(b <= one[1] or one[2] <= a for a, b in busy):
            found.append(one)
    return found


def _after(board: Board, match: re.Match[str]) -> Stretch | None:
    start = match.end()
    asked = match[0].lower().startswith(("ask", "want", "wonder"))
    stop = (_STOP if asked else _STOP_OR_DATE).search(board.mask, start)
    end = stop.start() if stop else len(board.mask)
    lead = _START.match(board.mask[start:end])
    start += lead.end() if lead else 0
    end = start + len(board.mask[start:end].rstrip(" ."))
    raw = board.mask[start:end]
    if len(raw.strip()) < _HARDLY_ANY or (asked and _QUESTION.match(raw)):
        return None
    return board.words[start:end], start, end
