"""By what a record that is there already is known: exact keys, in a form that is compared.

What is merely alike is for `matching`; this finds what is the same.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from crm_core.intake.code_column import valid_codes
from crm_core.matching.credit_codes import credit_code
from crm_core.model.credit_code import check_digit
from crm_core.model.schema import EntitySpec, Kind
from crm_core.model.values import Record, Value
from crm_core.variants import simple_characters, simplified

Key = tuple[str, str]
"""(field, comparable form)"""

_MARKS = re.compile(r"[\s()（）\[\]【】《》·.,，。、\-_'\"“”]+")
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "customer": ("uscc", "name", "phone"),
    "contact": ("phone", "email"),
    "lead": ("phone",),
    "product": ("code", "name"),
    "user": ("login", "name"),
}
_SHORTEST_PHONE, _MOBILE_DIGITS = 7, 11
_BETWEEN = "\x00"
NAME = ""
"""Stands in a key's place for the name of a record that is not known by its name: nothing is found
by it, but another name says that somebody else is meant."""
_SHARED = frozenset({Kind.PHONE, Kind.EMAIL})
"""Kinds that several may have in common: a switchboard, an address of the office."""


def usual_keys(entity: EntitySpec) -> tuple[str, ...]:
    """The fields by which records of an entity are known, the surest first."""
    named = _FIELDS.get(entity.name, (entity.title,))
    return tuple(name for name in named if entity.find(name) is not None)


def offered_keys(entity: EntitySpec) -> tuple[str, ...]:
    """The fields a person may choose as keys."""
    kinds = (Kind.TEXT, Kind.PHONE, Kind.EMAIL, Kind.INTEGER)
    return tuple(one.name for one in entity.fields if one.kind in kinds and not one.choices)


class Keyed:
    """Works out the keys of records of one entity."""

    def __init__(self, entity: EntitySpec, fields: Iterable[str], *, under: str = "") -> None:
        """`under`: the field of the parent beside which a name counts (a contact's customer)."""
        self.fields = tuple(name for name in fields if entity.find(name) is not None)
        self._forms = [(name, _form_of(entity, name)) for name in self.fields]
        self._under = under
        self._title = entity.title
        self._shared = {one.name for one in entity.fields if one.kind in _SHARED}
        self._named_besides = entity.name == "contact"
        """People of one firm have one line: a number alone says nothing of who it is."""

    def keys_of(self, record: Record) -> list[Key]:
        """The keys of a record, the surest first."""
        found = []
        for name, form in self._forms:
            value = record.get(name)
            if value is not None and (text := form(value)):
                found.append((name, text))
        if self._under and record.get(self._under) and record.get(self._title):
            text = f"{record[self._under]} {folded_name(record[self._title])}"
            found.append((self._under, text))
        if self._title not in self.fields and record.get(self._title):
            found.append((NAME, folded_name(record[self._title])))
        return found

    @property
    def together(self) -> bool:
        """Whether keys are to be had by columns."""
        return not self._under

    def columns_of(self, columns: Mapping[str, Sequence[Value]]) -> list[tuple[str, list[str]]]:
        """The keys of many records given field by field: for each kind of key, the surest first,
        the comparable form for every record, empty where it has none. Not for names that count
        beside a parent's."""
        found = [
            (name, _forms_of(form, columns[name])) for name, form in self._forms if name in columns
        ]
        if self._title not in self.fields and self._title in columns:
            found.append((NAME, folded_names(columns[self._title])))
        return found

    def contradicts(self, ours: Sequence[Key], theirs: Sequence[Key], *, hit: str) -> bool:
        """Whether two records that have the key `hit` in common are two all the same: a surer key,
        or the name, is filled on both sides and differs."""
        first = bool(self.fields) and hit == self.fields[0]
        if first and not (self._named_besides and hit in self._shared):
            return False
        held = dict(theirs)
        surer = True
        for field, text in ours:
            surer = surer and field != hit
            if field == hit or field in self._shared or field == self._under:
                continue
            named = field in (NAME, self._title)
            if (surer or named) and held.get(field, text) != text:
                return True
        return False

    @property
    def columns(self) -> tuple[str, ...]:
        """The fields that must be read of a record to know its keys."""
        if not self.fields and not self._under:
            return ()
        extra = (self._under, self._title) if self._under else (self._title,)
        return tuple(dict.fromkeys((*self.fields, *extra)))


def folded_name(value: Value) -> str:
    """A name without what people write now one way, now another: width, case, spaces, brackets,
    traditional characters."""
    text = str(value)
    if not text.isascii():
        text = simplified(unicodedata.normalize("NFKC", text))
    return _MARKS.sub("", text).lower()


def folded_names(values: Sequence[Value]) -> list[str]:
    """`folded_name` of many, empty for None. They are folded as one text: neither width nor case
    nor variants look beyond the NUL between them."""
    texts = ["" if value is None else str(value) for value in values]
    joined = _BETWEEN.join(texts)
    if joined.count(_BETWEEN) != len(texts) - 1:  # One holds a NUL itself.
        return [folded_name(text) for text in texts]
    if _folded_already().fullmatch(joined):
        return texts
    return folded_name(joined).split(_BETWEEN)


@lru_cache(maxsize=1)
def _folded_already() -> re.Pattern[str]:
    """Names of which folding would change nothing, one scan in place of four."""
    return re.compile(f"[0-9a-z{_BETWEEN}{simple_characters()}]*+")


def folded_phone(value: Value) -> str:
    """The digits of a number that tell: without +86 and marks; empty for masked or short ones."""
    text = str(value)
    if text.isdigit() and len(text) == _MOBILE_DIGITS:
        return text
    if "*" in text:
        return ""
    digits = "".join(c for c in unicodedata.normalize("NFKC", text) if c.isdigit())
    if len(digits) > 11 and digits.startswith("0086"):
        digits = digits[4:]
    elif len(digits) > 11 and digits.startswith("86"):
        digits = digits[2:]
    return digits if len(digits) >= _SHORTEST_PHONE else ""


def _folded_phones(values: Sequence[Value]) -> list[str]:
    texts = ["" if value is None else str(value) for value in values]
    if set(map(len, texts)) == {_MOBILE_DIGITS} and "".join(texts).isdigit():
        return texts
    return [folded_phone(text) if text else "" for text in texts]


def _folded_code(value: Value) -> str:
    text = str(value)
    return text if text.isascii() and text.isalnum() and text.isupper() else _folded_text(text)


def _folded_text(value: Value) -> str:
    return "".join(unicodedata.normalize("NFKC", str(value)).upper().split())


def _sure_code(value: Value) -> str:
    """A credit code whose check digit holds; empty for a doubtful one: it is nobody's."""
    text = str(value)
    if len(text) == 18 and check_digit(text[:17]) == text[17]:
        return text
    code = credit_code(text)
    return code.text if code.valid else ""


def _sure_codes(values: Sequence[Value]) -> list[str]:
    texts = ["" if value is None else str(value) for value in values]
    pairs = zip(texts, valid_codes(texts), strict=True)
    return [text if valid or not text else _sure_code(text) for text, valid in pairs]


def _forms_of(form: Callable[[Value], str], values: Sequence[Value]) -> list[str]:
    """What `form` makes of each; empty for None."""
    together = _TOGETHER.get(form)
    if together is not None:
        return together(values)
    return ["" if value is None else form(value) for value in values]


_TOGETHER: Mapping[Callable[[Value], str], Callable[[Sequence[Value]], list[str]]] = {
    folded_name: folded_names, folded_phone: _folded_phones, _sure_code: _sure_codes,
}  # fmt: skip


def _form_of(entity: EntitySpec, name: str) -> Callable[[Value], str]:
    kind = entity.field_spec(name).kind
    if kind is Kind.PHONE:
        return folded_phone
    if name == "uscc":
        return _sure_code
    return folded_name if name == entity.title or name == "name" else _folded_code
