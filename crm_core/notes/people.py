"""Which known contact, organisation, product and competitor a note speaks of.

Turns name matches into field values. Where several people fit, the spoken form is kept and the
candidates are listed: never a silent guess.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from crm_core.notes.lexicon import Lexicon
from crm_core.notes.names import Alias, Kind, Match, NameIndex, choose, make_alias, sound_gap
from crm_core.notes.pinyin import syllables
from crm_core.notes.segments import Board, Mark
from crm_core.notes.transcript import Transcript
from crm_core.notes.types import FieldGuess, KnownContact, NoteContext

_MARKS = {
    Kind.CONTACT: Mark.CONTACT,
    Kind.ORG: Mark.ORG,
    Kind.PRODUCT: Mark.PRODUCT,
    Kind.COMPETITOR: Mark.COMPETITOR,
}
_REJECTED = re.compile(r"(?:不考虑|不要|不想要|不用|不做|不看|不是要|不买|不报)$")
_REFUSED = re.compile(
    rf"{Mark.PRODUCT}+(?:[跟和与]{Mark.PRODUCT}+)?{Mark.CONTACT}*(?:先|就|暂时|这次|都|也|说)*"
    rf"(?:不考虑|不要|不想要|不做|不上|不报|不买)了?(?![{Mark.PRODUCT}了])"
)
"""围棋课先不考虑, 甲跟乙都不要: what was named first is refused."""
_FULL_NAME = re.compile(
    rf"(?<={Mark.ORG})(?P<name>[\u4e00-\u9fff]{{2,3}})(?=(?:说|问|要|想|嫌|觉得|反映|投诉|打听|咨询|催|签了|那边))"
)
"""Right after an organisation and before what somebody does stands who does it."""
_MARKED = tuple(Mark.CONTACT)
_BEGINNING = 4
"""Characters by which an organisation is known as long as no other begins so: 东湖妇幼."""
_BY_TITLE = 0.27
"""What a title without a name costs: proposed, never taken without asking."""
_TIE = 0.12
_CLEAR = 0.1
_UNSURE = 0.45
"""The most that is said for a name which may be another's."""
_TWINS = 0.2
"""Names no further apart than one usual confusion are one to a recogniser."""
_COLLEAGUE, _COLLEAGUE_NEXT, _OUTSIDER = 0.6, 0.35, 0.06
"""What a match costs of a person of the organisation named: that share of it, a smaller one right
after the name; so much more for anybody else there."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One name found in the note, in board offsets, with everything it may stand for."""

    kind: Kind
    start: int
    end: int
    said: str
    keys: tuple[str, ...]
    cost: float
    doubtful: bool = False
    """Another name fits as well, or its family name was not heard: never taken unasked."""


class NameReader:
    """Finds the names of one context; built once, used for every note."""

    def __init__(self, lexicon: Lexicon, context: NoteContext) -> None:
        self._contacts = {_key(number): one for number, one in enumerate(context.contacts)}
        self._by_surname: dict[str, list[str]] = defaultdict(list)
        self._by_org: dict[str, list[str]] = defaultdict(list)
        for key, contact in self._contacts.items():
            self._by_surname[surname_of(contact.name, lexicon)].append(key)
            if contact.org and contact.title:
                self._by_org[contact.org].append(key)
        self._lexicon = lexicon
        self._index = NameIndex(_aliases(lexicon, context, self._contacts))
        titles = "|".join(map(re.escape, lexicon.titles))
        compound = "|".join(sorted(one for one in lexicon.surnames if len(one) == 2))
        single = "".join(sorted(one for one in lexicon.surnames if len(one) == 1))
        self._title = re.compile(titles)
        self._titled = re.compile(rf"(?P<s>{compound}|[{single}])(?P<t>{titles})")

    def contact(self, key: str) -> KnownContact:
        """The contact behind a key of a `Heard`."""
        return self._contacts[key]

    def read(self, note: Transcript, firm: list[bool]) -> tuple[Board, list[Heard]]:
        """The names of the note, marked on a fresh board whose words are the names' own."""
        sounds = syllables(note.chars)
        matches = self._index.matches(note.chars, sounds, firm, heard=note.heard)
        matches = self._prefer_colleagues(matches, heard=note.heard)
        chosen = _without_echoes(choose(_without_nameless(matches)))
        found_names: list[Heard] = []
        shift = 0
        for match in chosen:
            found = self._heard(match, matches, shift, heard=note.heard)
            note = note.put(match.start + shift, match.end + shift, match.alias.text)
            shift += len(match.alias.text) - (match.end - match.start)
            found_names.append(found)
        board = Board.of(note)
        for one in found_names:
            board.cover(one.start, one.end, _MARKS[one.kind])
        heard = self._without_rejected(board, found_names)
        heard += self._titles_alone(board, heard)
        return board, heard + self._strangers(board)

    def _heard(self, match: Match, matches: list[Match], shift: int, *, heard: bool) -> Heard:
        start = match.start + shift
        over = [
            other
            for other in matches
            if other is not match and other.start < match.end and match.start < other.end
        ]
        rivals = [
            key
            for other in over
            if other.alias.kind is match.alias.kind
            and (_as_likely(match, other) or (heard and self._sounds_like(match, other)))
            for key in other.alias.keys
        ]
        keys = tuple(dict.fromkeys([*match.alias.keys, *rivals]))
        end = start + len(match.alias.text)
        doubtful = match.nameless or any(_across(match, other) for other in over)
        return Heard(match.alias.kind, start, end, match.alias.text, keys, match.cost, doubtful)

    def _sounds_like(self, match: Match, other: Match) -> bool:
        """Whether a recogniser may have written one for the other: which characters it chose says
        little of two people whose names sound alike. Somebody of the organisation named is not
        taken for a stranger."""
        if match.alias.kind is not Kind.CONTACT or match.colleague > other.colleague:
            return False
        return sound_gap(match.alias, other.alias) <= _TWINS

    def _prefer_colleagues(self, matches: list[Match], *, heard: bool) -> list[Match]:
        """After an organisation's name its own people are likelier than their namesakes, and, where
        a recogniser wrote it, than anybody whose name sounds alike."""
        orgs = [one for one in choose(matches) if one.alias.kind is Kind.ORG]
        if not orgs:
            return matches
        names = {key for one in orgs for key in one.alias.keys}
        ends = {one.end for one in orgs} if heard else set()
        better = []
        for match in matches:
            if match.alias.kind is Kind.CONTACT:
                own = tuple(k for k in match.alias.keys if self._contacts[k].org in names)
                if own:
                    share = _COLLEAGUE_NEXT if match.start in ends else _COLLEAGUE
                    alias = replace(match.alias, keys=own)
                    match = replace(match, alias=alias, cost=match.cost * share, colleague=True)
                elif match.start in ends:
                    match = replace(match, cost=match.cost + _OUTSIDER)
            better.append(match)
        return better

    def _without_rejected(self, board: Board, heard: list[Heard]) -> list[Heard]:
        """不考虑A，想要B: A goes, unless it is the only product spoken of."""
        products = [one for one in heard if one.kind is Kind.PRODUCT]
        refused = [
            one
            for one in products
            if _REJECTED.search(board.mask[: one.start]) or _REFUSED.match(board.mask, one.start)
        ]
        left = {key for one in products if one not in refused for key in one.keys}
        for one in refused if left else []:
            after = _REFUSED.match(board.mask, one.start)
            start = one.start if after else max(board.mask.rfind("不", 0, one.start), 0)
            end = one.end + board.mask[one.end :].startswith("了")
            board.cover(start, after.end() if after else end, Mark.FIGURE)
        return [one for one in heard if not (left and one in refused)]

    def _titles_alone(self, board: Board, heard: list[Heard]) -> list[Heard]:
        """小凤副食老板娘: a title right after an organisation that one of its people bears."""
        found = []
        for org in heard:
            title = self._title.match(board.mask, org.end) if org.kind is Kind.ORG else None
            if title is None or board.mask[title.end() : title.end() + 1] in _MARKED:
                continue
            people = self._by_org.get(org.keys[0], ())
            keys = tuple(key for key in people if self._contacts[key].title == title[0])
            if len(keys) == 1:
                board.cover(title.start(), title.end(), Mark.CONTACT)
                found.append(
                    Heard(Kind.CONTACT, title.start(), title.end(), title[0], keys, _BY_TITLE)
                )
        return found

    def _strangers(self, board: Board) -> list[Heard]:
        """A surname with a title that is nobody's known form: perhaps a new contact."""
        if board.note.heard:
            return []
        found = []
        for match in list(self._titled.finditer(board.mask)):
            before = board.mask[: match.start()]
            if before and not re.search(r"[，\ue002的给跟和找约见询是录访问]$", before):
                continue
            keys = tuple(self._by_surname.get(match["s"], ()))
            board.cover(match.start(), match.end(), Mark.CONTACT)
            found.append(Heard(Kind.CONTACT, match.start(), match.end(), match[0], keys, 0.3))
        named = _FULL_NAME.search(board.mask)
        if named and named["name"][0] in self._lexicon.surnames:
            board.cover(named.start(), named.end(), Mark.CONTACT)
            found.append(Heard(Kind.CONTACT, named.start(), named.end(), named[0], (), 0.3))
        return found

    def contact_guess(self, board: Board, heard: Iterable[Heard]) -> FieldGuess | None:
        """The contact of the note: the first one named."""
        people = [one for one in heard if one.kind is Kind.CONTACT]
        if not people:
            return None
        first = min(people, key=lambda one: (one.cost > 0.25, one.start))
        names = list(dict.fromkeys(self._contacts[key].name for key in first.keys))
        span = board.span(first.start, first.end)
        known = bool(names) and first.cost < 0.3
        value = names[0] if known and len(names) == 1 else first.said
        if known and len(names) > 1 and first.cost > 0.05:
            value = names[0]
        sure = max(0.2, 1.0 - 1.6 * first.cost) if known else 0.4
        if len(names) > 1 or first.doubtful:
            sure = min(sure, _UNSURE)
        reading = f"{first.said}→{'/'.join(names) or '新联系人'}"
        others = tuple(name for name in names if name != value)
        return FieldGuess("contact", value, span, round(sure, 2), reading, others)


def _as_likely(match: Match, other: Match) -> bool:
    return match.cost > 0.05 and other.gain > match.gain - _TIE * len(match.alias.sounds)


def _across(match: Match, other: Match) -> bool:
    """牛大海烟酒: a name of another kind that is there to the letter and shares a part with it."""
    apart = other.start < match.start < other.end or other.start < match.end < other.end
    return apart and other.alias.kind is not match.alias.kind and other.cost < 0.01


def _without_nameless(matches: list[Match]) -> list[Match]:
    """Where somebody is named, 老师 or 产品经理 is not another one whose name was swallowed."""
    named_clearly = any(
        one.alias.kind is Kind.CONTACT and not one.nameless and one.cost < _CLEAR
        for one in choose(matches)
    )
    return [one for one in matches if not (named_clearly and one.nameless)]


def _without_echoes(chosen: list[Match]) -> list[Match]:
    """Drop a doubtful second mention of somebody who is clearly named elsewhere."""
    clear = {key for one in chosen if one.cost < _CLEAR for key in one.alias.keys}
    return [one for one in chosen if one.cost < _CLEAR or not clear.intersection(one.alias.keys)]


def named(board: Board, heard: Iterable[Heard], kind: Kind) -> list[FieldGuess]:
    """The organisations, products or competitors of the note, in order, each once."""
    found: dict[str, FieldGuess] = {}
    for one in heard:
        if one.kind is not kind:
            continue
        value, *others = one.keys
        span = board.span(one.start, one.end)
        sure = round(max(0.2, 1.0 - 1.6 * one.cost - (0.3 if others else 0.0)), 2)
        sure = min(sure, _UNSURE) if one.doubtful else sure
        reading = f"{one.said}→{value}"
        if value not in found:
            found[value] = FieldGuess(kind.value, value, span, sure, reading, tuple(others))
    return list(found.values())


def surname_of(name: str, lexicon: Lexicon) -> str:
    """The family name: two characters for 欧阳 and its like, else one."""
    return name[:2] if name[:2] in lexicon.surnames and len(name) > 2 else name[:1]


def spoken_forms(contact: KnownContact, lexicon: Lexicon) -> tuple[str, ...]:
    """How a contact is spoken of: 王建国, 王总, 王建国总."""
    if not contact.title:
        return (contact.name,)
    surname = surname_of(contact.name, lexicon)
    return tuple(
        dict.fromkeys((contact.name, surname + contact.title, contact.name + contact.title))
    )


def shorter_titles(title: str, lexicon: Lexicon) -> tuple[str, ...]:
    """What a title is cut to in speech: 设备科长 → 科长, 副院长 → 院长, 工程师 → 工."""
    listed = lexicon.shorter_titles.get(title)
    if listed is not None:
        return listed
    ends = (one for one in lexicon.titles if 1 < len(one) < len(title) and title.endswith(one))
    return tuple(ends)[:1]


def _key(number: int) -> str:
    return f"#{number}"


def _aliases(
    lexicon: Lexicon, context: NoteContext, contacts: dict[str, KnownContact]
) -> list[Alias]:
    spoken: dict[str, list[str]] = defaultdict(list)
    for key, contact in contacts.items():
        if len(contact.name) < 2:
            continue
        for form in spoken_forms(contact, lexicon):
            spoken[form].append(key)
    shorter: dict[str, list[str]] = defaultdict(list)
    for key, contact in contacts.items():
        for title in shorter_titles(contact.title, lexicon):
            for form in (surname_of(contact.name, lexicon) + title, contact.name + title):
                shorter[form].append(key)
    # Whoever bears the title itself is meant before those who are called so for short.
    spoken.update({form: keys for form, keys in shorter.items() if form not in spoken})
    found = [
        alias for text, keys in spoken.items() for alias in _person(text, keys, contacts, lexicon)
    ]
    found += _org_aliases(lexicon, context.orgs)
    found += [make_alias(Kind.PRODUCT, one, [one]) for one in dict.fromkeys(context.products)]
    found += [make_alias(Kind.COMPETITOR, one, [one]) for one in dict.fromkeys(context.competitors)]
    return found


def _person(
    text: str, keys: list[str], contacts: dict[str, KnownContact], lexicon: Lexicon
) -> Iterator[Alias]:
    """The alias of a spoken form; two where the family name has a sound of its own, since a
    recogniser may know the character or the name."""
    surname = surname_of(contacts[keys[0]].name, lexicon)
    alias = replace(make_alias(Kind.CONTACT, text, keys), surname=len(surname))
    yield alias
    own = lexicon.surname_sounds.get(surname)
    if own is not None and own != alias.sounds[0]:
        yield replace(alias, sounds=(own, *alias.sounds[1:]))


def _org_aliases(lexicon: Lexicon, orgs: Iterable[str]) -> list[Alias]:
    full = dict.fromkeys(orgs)
    short: dict[str, list[str]] = defaultdict(list)
    for org in full:
        suffix = next((one for one in lexicon.org_suffixes if org.endswith(one)), org[-2:])
        stem = org[: -len(suffix)]
        if len(stem) >= 2 and stem not in full:
            short[stem].append(org)
    found = [make_alias(Kind.ORG, one, [one]) for one in full]
    found += [
        make_alias(Kind.ORG, stem, whole, exact=len(stem) == 2)
        for stem, whole in short.items()
        if len(whole) == 1
    ]
    begun: dict[str, list[str]] = defaultdict(list)
    for org in full:
        if len(org) > _BEGINNING + 1:
            begun[org[:_BEGINNING]].append(org)
    found += [
        make_alias(Kind.ORG, start, whole, exact=True)
        for start, whole in begun.items()
        if len(whole) == 1 and start not in full and start not in short
    ]
    return found
