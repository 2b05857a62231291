"""Who and what an English note is about: names become values, several fits become a choice."""

import re
from collections import defaultdict
from itertools import pairwise

from crm_core.notes.english_lexicon import EnglishLexicon
from crm_core.notes.english_money import is_correction
from crm_core.notes.english_names import EnglishNames, Found, surname_sound
from crm_core.notes.lexicon import Lexicon
from crm_core.notes.names import Kind
from crm_core.notes.segments import Board, Mark
from crm_core.notes.types import FieldGuess, KnownContact, NoteContext

_MARKS = {
    Kind.CONTACT: Mark.CONTACT,
    Kind.ORG: Mark.ORG,
    Kind.PRODUCT: Mark.PRODUCT,
    Kind.COMPETITOR: Mark.COMPETITOR,
}
_ASKED, _NEW = 0.45, 0.4
"""How sure a name is that several people have, or nobody."""
_INTRODUCED = re.compile(
    r"\b(?:met|meet|called|visited|saw|spoke (?:to|with)|talked (?:to|with)|talk (?:to|with)"
    r"|call (?:with|from)"
    r"|meeting with|lunch with|dinner with|contact is|contact:|named)\s+"
    r"(?P<name>(?-i:[A-Z][a-z]+(?: [A-Z][a-z]+){1,2}))",
    re.IGNORECASE,
)


class EnglishPeople:
    """Finds the names of one context in English notes; built once."""

    def __init__(self, lexicon: Lexicon, english: EnglishLexicon, context: NoteContext) -> None:
        self._names = EnglishNames(lexicon, english, context)
        self._contacts = {f"#{number}": one for number, one in enumerate(context.contacts)}
        self._english = english
        self._by_surname: dict[str, list[str]] = defaultdict(list)
        for key, one in self._contacts.items():
            self._by_surname[surname_sound(one.name, lexicon, english)].append(key)
        titles = "|".join(map(re.escape, sorted(english.titles, key=len, reverse=True)))
        self._titled = re.compile(
            rf"(?<![\w])(?P<title>{titles})\b\.?\s+"
            r"(?P<name>[A-Za-z]+(?:[ -](?-i:[A-Z][a-z]+)){0,2})",
            re.IGNORECASE,
        )

    def read(self, board: Board) -> list[FieldGuess]:
        """The names of the note, marked on the board, as guesses."""
        found = self._names.find(board.mask)
        titled = self._titles(board, found)
        taken = [one for one, _ in titled]
        found = [one for one in found if all(_apart(one, other) for other in taken)] + taken
        found += self._strangers(board, found)
        found.sort(key=lambda one: one.start)
        for one in found:
            board.cover(one.start, one.end, _MARKS[one.kind])
        found = self._without_corrected(board, self._without_rejected(board, found))
        orgs = {key for one in found if one.kind is Kind.ORG for key in one.keys}
        guesses = [self._contact(board, one, orgs) for one in found if one.kind is Kind.CONTACT][:1]
        for kind in (Kind.ORG, Kind.PRODUCT, Kind.COMPETITOR):
            named = _named(board, [one for one in found if one.kind is kind])
            guesses += named[:1] if kind is Kind.ORG else named
        return guesses

    def _titles(self, board: Board, found: list[Found]) -> list[tuple[Found, str]]:
        """Director Wang, Mr. Wang Jianguo: a title narrows down who is meant."""
        titled = []
        for match in self._titled.finditer(board.mask):
            inside = [
                one
                for one in found
                if one.kind is Kind.CONTACT and one.start == match.start("name")
            ]
            if inside:
                keys = self._with_title(inside[0].keys, match["title"]) or inside[0].keys
                one = Found(Kind.CONTACT, match.start(), inside[0].end, keys, inside[0].sure)
                titled.append((one, match["title"]))
                continue
            surname = re.split(r"[ -]", match["name"])[0]
            everybody = self._by_surname.get(surname.lower(), [])
            if not everybody and not self._is_name(surname):
                continue
            if self._other_name(match["name"]):
                everybody = []
            fitting = self._with_title(everybody, match["title"])
            end = match.start("name") + len(surname)
            if not everybody and surname[0].isupper():
                end = match.end("name")
            sure = 0.9 if fitting else 0.5
            keys = tuple(fitting or everybody)
            titled.append((Found(Kind.CONTACT, match.start(), end, keys, sure), match["title"]))
        return titled

    def _other_name(self, name: str) -> bool:
        """Mr. Wang Xiaoming, where nobody is called so, is not the Wang one knows."""
        _, *more = re.split(r"[ -]", name)
        return any(self._is_name(word) for word in more)

    def _is_name(self, word: str) -> bool:
        return word[:1].isupper() and word.lower() not in self._english.common

    def _with_title(self, keys: list[str] | tuple[str, ...], title: str) -> tuple[str, ...]:
        words = self._english.titles[re.sub(r"\s+", " ", title.lower())]
        never = {word[1:] for word in words if word.startswith("!")}
        fitting = []
        for key in keys:
            own = self._contacts[key].title.strip()
            if (never and own not in never) or own.lower() in words or not own:
                fitting.append(key)
        return tuple(fitting)

    def _strangers(self, board: Board, found: list[Found]) -> list[Found]:
        """met Peter Brown: a name nobody has, where a name is to be expected."""
        fresh = []
        for match in _INTRODUCED.finditer(board.mask):
            one = Found(Kind.CONTACT, match.start("name"), match.end("name"), (), _NEW)
            first = match["name"].split()[0].lower()
            if first not in self._english.common and all(_apart(one, other) for other in found):
                fresh.append(one)
        return fresh

    def _without_rejected(self, board: Board, found: list[Found]) -> list[Found]:
        """not interested in A, wants B: A goes, unless it is the only product spoken of."""
        products = [one for one in found if one.kind is Kind.PRODUCT]
        refused = [
            one
            for one in products
            if self._english.rejections.search(board.mask[max(0, one.start - 60) : one.start])
        ]
        left = {key for one in products if one not in refused for key in one.keys}
        for one in refused if left else []:
            board.cover(one.start, one.end, Mark.FIGURE)
        return [one for one in found if not (left and one in refused)]

    def _without_corrected(self, board: Board, found: list[Found]) -> list[Found]:
        gone = []
        for kind in Kind:
            same = [one for one in found if one.kind is kind]
            for one, later in pairwise(same):
                if is_correction(self._english.corrections, board.mask[one.end : later.start]):
                    gone.append(one)
        return [one for one in found if one not in gone]

    def _contact(self, board: Board, one: Found, orgs: set[str]) -> FieldGuess:
        said = board.words[one.start : one.end]
        colleagues = tuple(key for key in one.keys if self._contacts[key].org in orgs)
        keys = colleagues or one.keys
        names = list(dict.fromkeys(self._person(key).name for key in keys))
        value = names[0] if len(names) == 1 else said
        sure = one.sure if names else _NEW
        if len(names) > 1:
            sure = min(sure, _ASKED)
        reading = f"{said}→{'/'.join(names) or '新联系人'}"
        others = tuple(name for name in names if name != value)
        span = board.span(one.start, one.end)
        return FieldGuess("contact", value, span, round(sure, 2), reading, others)

    def _person(self, key: str) -> KnownContact:
        return self._contacts[key]


def _apart(one: Found, other: Found) -> bool:
    return one.end <= other.start or other.end <= one.start


def _named(board: Board, found: list[Found]) -> list[FieldGuess]:
    guesses: dict[str, FieldGuess] = {}
    for one in found:
        value, *others = one.keys
        sure = round(min(one.sure, _ASKED) if others else one.sure, 2)
        said = board.words[one.start : one.end]
        span = board.span(one.start, one.end)
        guess = FieldGuess(one.kind.value, value, span, sure, f"{said}→{value}", tuple(others))
        guesses.setdefault(value, guess)
    return list(guesses.values())
