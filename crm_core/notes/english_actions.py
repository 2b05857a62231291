"""Promises and next steps of an English note, each with its date.

A note is cut into clauses; a clause tells an action by its verb (I'll send, he will call back, demo
the LIS) or by what takes place on its date (demo on Monday).
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from crm_core.notes.actions import Planned
from crm_core.notes.dates import Due
from crm_core.notes.english_lexicon import EnglishLexicon
from crm_core.notes.segments import Board, Mark

_PEOPLE = rf"(?:[{Mark.CONTACT}]+|[{Mark.ORG}]+)"
_THEM = rf"(?:him|her|them|you|(?:the )?(?:client|customer|team|boss)|{_PEOPLE})"
_CUSTOMER = (
    rf"(?:he|she|they|(?:the |his |her |their )?(?:client|customer|boss|buyer|team"
    rf"|manager|director|board|school|hospital|finance|purchasing)|{_PEOPLE})"
)
_SOON = (
    r"(?:also|then|just|first|quickly|probably|please|personally|definitely|try to|now|again|both)"
)
_WILL = (
    r"(?:'ll|'d| will| would| shall| need to| have to| must| should| ought to|'m going to"
    r"| am going to| are going to"
    r"|'re going to| plan to| agreed to| want to| are to| am to| can)"
)
_VOW = r"(?: have| 've|'ve)? (?:promised|committed|offered|agreed)(?: {them})? to"
_NOT_SAID = re.compile(
    r"\b(?:whether|if|when|how|why|what|unless|until|that if)\s+$", re.IGNORECASE
)
_MARKED_DATE = re.compile(rf"\s*[{Mark.DATE}]+")
_EDGES = re.compile(
    r"^(?:[\s,.:;-]|\b(?:to|and|also|please|then|the|a|an)\b)+"
    r"|(?:[\s,.:;-]|\b(?:and|with|to|for|about|of|on|by|in|the|a|an|then|at|again he|so|or)\b)+$",
    re.IGNORECASE,
)
_TAIL_TO = re.compile(rf"\s(?:to|for|with) (?:him|her|them|{_PEOPLE})\s*$", re.IGNORECASE)
_MOVED = re.compile(r"\b(?:moved|postponed|rescheduled|brought forward|put off)\b", re.IGNORECASE)
"""The meeting on the 12th was moved to the 19th: the last date counts."""
_TO_US = re.compile(r"\b(?:back to|to|give|send|tell|let) (?:us|me)\b", re.IGNORECASE)
_DONE_BY_US = re.compile(
    r"(?:sent|delivered|prepared|shipped|revised|provided|submitted|repaired|fixed|installed)\b",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"^(?:call|talk|demo|visit|meet|review|trial|test)\s(?:with|from|to|at|by)\b"
    r"|\b(?:has|have|needs?) to (?:decide|approve)\b",
    re.IGNORECASE,
)
"""Call with Manager Li: without a date it is what has happened."""
_PAST = re.compile(
    rf"^\s*(?:{_CUSTOMER} |i |we )?(?:just )?(?:met|visited|called|saw|spoke|talked|had|did"
    rf"|gave|showed|went|was|were|"
    r"finished|completed|sent|came|signed|quoted|presented|demoed|discussed|followed)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Deed:
    start: int
    end: int
    owed: bool


class EnglishActionReader:
    """Reads promises and next steps; built once per lexicon."""

    def __init__(self, english: EnglishLexicon) -> None:
        promise, following = english.promise_verbs, english.next_verbs
        self._promise = re.compile(rf"{promise}\b", re.IGNORECASE)
        verb = rf"(?:{promise}|{following})"
        both = re.IGNORECASE
        self._cut = re.compile(
            r"(?<!next)(?<!step)(?<!steps)(?<!item)(?<!items)(?<!todo)(?<!to do):\s"
            r"|[.!?](?=\s|$)|[;\n。！？；]|[,，](?![0-9])|\s[-–—]\s|\b(?:but|then|because|although"
            r"|while)\b"
            rf"|\band (?=(?:i|we|he|she|they|also|then|please|{_PEOPLE}|{verb})\b)"
            rf"|\s(?=(?:I|we){_WILL} )|\s(?=(?:I|we){_VOW.format(them='him')} )|\s(?=we owe )"
            rf"|\s(?=(?:he|she|they)(?:'ll| will|'s going to| is going to| are going to"
            rf"| wants?| asked| promised|'s| is| are) )",
            both,
        )
        self._owe = re.compile(rf"\b(?:we|I)(?: still)? owe (?:{_THEM} )?(?P<what>.+)", both)
        self._vow = re.compile(
            rf"\b(?:we|I)?{_VOW.format(them=_THEM)} (?:{_SOON} )*(?P<what>(?:be|\w+).*)"
            rf"|\b(?:promised|offered) {_THEM} (?!to )(?P<gift>.+)"
            rf"|^\s*(?:promised|promise|committed)(?: {_THEM})? (?:to )?(?P<bare>.+)",
            both,
        )
        self._ours = re.compile(
            rf"\b(?:I|we){_WILL} (?:{_SOON} )*(?P<what>{verb}\b.*)"
            rf"|\b(?:remind me|need|have|remember|plan|want|going|time|must|asked (?:me|us)"
            rf"|asks (?:me|us)|told (?:me|us)|wants (?:me|us)) to (?:{_SOON} )*(?P<to>{verb}\b.*)"
            rf"|\blet'?s (?P<lets>{verb}\b.*)",
            both,
        )
        self._learn_deeds(verb)
        self._learn_events(english)

    def _learn_deeds(self, verb: str) -> None:
        both = re.IGNORECASE
        self._theirs = re.compile(
            rf"(?<!\w)(?P<what>{_CUSTOMER}(?:'ll| will|'s going to| is going to| are going to"
            rf"| promised to| agreed to| plans? to| has to| have to"
            rf"| needs? to) (?:{_SOON} )*{verb}\b.*)",
            both,
        )
        self._bare = re.compile(
            rf"^[\s{Mark.DATE}]*(?:(?:and|to|also|need to|must|should|will|shall|next steps?"
            rf"|action|action items?|todo|to do|next|please|follow-up"
            rf"|plan)\b:?\s*)*(?:{_SOON} )*(?P<what>{verb}\b.*)",
            both,
        )

    def _learn_events(self, english: EnglishLexicon) -> None:
        both = re.IGNORECASE
        self._event = re.compile(rf"\b(?P<what>(?:another |a |the )?{english.events}\b.*)", both)
        self._listed = re.compile(
            r"^\s*(?:next steps?|next|action items?|actions?|to ?do)\s?(?::|is|are)\s*(?P<what>.+)",
            both,
        )
        self._wanted = re.compile(
            rf"\b(?:wants?|needs?|asked(?: me| us)?(?: for)?|asks(?: me| us)? for|requested"
            rf"|requests|would like|(?:is |are )?waiting for|expects?)"
            rf" (?P<what>(?:(?:a|an|the|our|some|new|formal|written|updated|revised|detailed"
            rf"|official|two|three|free) )*(?:\w+ )?{english.things}\b.*)",
            both,
        )
        self._passive = re.compile(
            rf"\b(?:{english.things}|{english.events}) (?:is |are )?"
            r"(?:to be|will be|must be|should be) (?P<deed>\w+).*",
            both,
        )
        self._thing = re.compile(rf"\b{english.things}\b", both)
        self._corrections = english.corrections
        self._give = re.compile(
            rf"^(?P<verb>send|e-?mail|mail|give|show|bring|ship|offer|quote|get|courier"
            rf"|forward|lend|deliver|issue) {_THEM}(?= \S)",
            both,
        )

    def find(self, board: Board, dates: list[Due]) -> list[Planned]:
        """Every action; one without a date of its own takes a date that stands alone before it."""
        found: list[Planned] = []
        waiting: Due | None = None
        for start, end in self._clauses(board.mask):
            inside = [one for one in dates if start <= one.start < end]
            deed = self._deed(board.mask, start, end, dated=bool(inside or waiting))
            if deed is None:
                alone = inside and not self._tells(board.mask[start:end])
                waiting = inside[0] if alone else None
                continue
            due = self._due(inside, deed, board.mask[start:end]) or waiting
            waiting = None
            what = self._whole(board, deed, self._phrase(board, deed))
            if what:
                moment = due.due if due else None
                first = min(deed.start, due.start) if due and inside else deed.start
                found.append(Planned(first, deed.end, what, moment, deed.owed))
        return found

    def _tells(self, clause: str) -> bool:
        return bool(re.search(r"\w", self._corrections.sub("", clause)))

    def _clauses(self, mask: str) -> list[tuple[int, int]]:
        places = [0]
        for match in self._cut.finditer(mask):
            if match[0].isspace() and _NOT_SAID.search(
                mask[max(0, match.end() - 16) : match.end()]
            ):
                continue
            places.append(match.end())
        places.append(len(mask))
        pairs = pairwise(places)
        return [(start, end) for start, end in pairs if mask[start:end].strip()]

    def _deed(self, mask: str, start: int, end: int, *, dated: bool) -> _Deed | None:
        clause = mask[start:end]
        if re.search(
            r"\b(?:won't|will not|not going to|don't|do not|never|can't|cannot)\b", clause, re.I
        ):
            return None
        for form, owed in (
            (self._owe, True), (self._vow, True), (self._theirs, False), (self._ours, None),
            (self._bare, None), (self._listed, None),
        ):  # fmt: skip
            match = form.search(clause)
            if match is None or _NOT_SAID.search(clause[: match.start()]):
                continue
            group = next(name for name, words in match.groupdict().items() if words)
            if form is self._vow and self._is_theirs(clause[: match.start()]):
                return _Deed(start, end, owed=False)
            if not dated and _TOLD.search(match[group]):
                continue
            mine = self._is_ours(match[group]) if owed is None else owed
            return _Deed(start + match.start(group), end, owed=mine)
        return self._undone(clause, start, end) if dated else None

    def _is_ours(self, what: str) -> bool:
        """Sending is owed, unless they get back to us."""
        return bool(self._promise.match(what)) and not _TO_US.search(what)

    def _is_theirs(self, before: str) -> bool:
        return bool(re.search(rf"{_CUSTOMER}\s*$", before, re.IGNORECASE))

    def _undone(self, clause: str, start: int, end: int) -> _Deed | None:
        """With a date, what they want is owed, and what takes place is a next step."""
        wanted = self._wanted.search(clause)
        if wanted is not None:
            return _Deed(start + wanted.start("what"), end, owed=True)
        passive = self._passive.search(clause)
        if passive is not None:
            owed = bool(_DONE_BY_US.match(passive["deed"]))
            return _Deed(start + passive.start(), end, owed=owed)
        event = self._event.search(clause)
        if event is None or _PAST.match(clause):
            return None
        return _Deed(start + event.start("what"), end, owed=False)

    def _due(self, inside: list[Due], deed: _Deed, clause: str) -> Due | None:
        if _MOVED.search(clause):
            return inside[-1] if inside else None
        after = [one for one in inside if one.start >= deed.start]
        return next(iter(after or inside), None)

    def _whole(self, board: Board, deed: _Deed, what: str) -> str:
        """wants a quote, send it tomorrow: `it` is the quote."""
        bare = re.fullmatch(r"(\w+) (?:it|them)(?: over| out)?", what)
        things = list(self._thing.finditer(board.mask[: deed.start])) if bare and deed.owed else []
        return f"{bare[1]} the {things[-1][0]}" if bare and things else what

    def _phrase(self, board: Board, deed: _Deed) -> str:
        """The words of the deed without its dates and without whom it is done for."""
        mask, words = board.mask[deed.start : deed.end], board.words[deed.start : deed.end]
        mask, words = _without(_MARKED_DATE, mask, words)
        given = self._give.match(mask)
        if given is not None:
            place = given.end("verb")
            mask = mask[:place] + mask[given.end() :]
            words = words[:place] + words[given.end() :]
        for form in (_EDGES, _TAIL_TO, _EDGES):
            mask, words = _without(form, mask, words)
        return " ".join(words.split()) if re.search(r"\w", words) else ""


def _without(form: re.Pattern[str], mask: str, words: str) -> tuple[str, str]:
    for match in reversed(list(form.finditer(mask))):
        mask = mask[: match.start()] + mask[match.end() :]
        words = words[: match.start()] + words[match.end() :]
    return mask, words
