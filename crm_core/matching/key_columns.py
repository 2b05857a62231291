"""The keys of `keys` for many records at once, from their columns, as numbers; pure.

Two records share a number here where `keys.keys_of` gives them the same text (a test holds the two
together). Nothing is put together as text, which takes ten times as long.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from crm_core.matching.columns import Columns, Numbered
from crm_core.matching.keys import LEAST_ROAD

Keys = NDArray[np.uint64]
Owners = NDArray[np.int32]
_KIND = np.uint64(56)
"""Bits behind the letter of a key's kind."""
_OUTLET = "店"


def keys_of_columns(columns: Columns) -> tuple[Keys, Owners, NDArray[np.uint8]]:
    """Every key, whose it is (its position), and its kind."""
    keys, owners, kinds = [], [], []
    for kind, codes in (*_number_keys(columns), *_name_keys(columns)):
        held = np.flatnonzero(codes)
        keys.append(codes[held].astype(np.uint64) | np.uint64(ord(kind)) << _KIND)
        owners.append(held.astype(np.int32))
        kinds.append(np.full(len(held), ord(kind), dtype=np.uint8))
    return np.concatenate(keys), np.concatenate(owners), np.concatenate(kinds)


def _number_keys(columns: Columns) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """For each kind a number a record, 0 where it has no such key."""
    mobile, ends, surname = columns.mobile, columns.ends, columns.surname
    yield "p", mobile.number.astype(np.int64)
    digits = np.fromiter(map(int, mobile.texts[1:]), np.int64, len(mobile.texts) - 1)
    named = (mobile.number > 0) & (surname.number > 0)
    for kind, part in (("f", digits // 10**4), ("t", digits % 10**7)):
        codes = np.append(0, part)[mobile.number] * len(surname.texts) + surname.number
        yield kind, np.where(named, codes, 0)
    alone = ends.number.astype(np.int64) * len(surname.texts)
    yield "m", np.where(ends.number > 0, alone + surname.number, 0)
    yield "m", np.where(surname.number > 0, alone, 0)
    yield "l", columns.line.number.astype(np.int64)
    new, old = columns.code, columns.registration
    behind = np.where(old.number > 0, old.number.astype(np.int64) + len(new.texts), 0)
    yield "u", np.where(new.number > 0, new.number, behind)
    yield "e", columns.email.number.astype(np.int64)


def _name_keys(columns: Columns) -> Iterator[tuple[str, NDArray[np.int64]]]:
    brand, surname, city = columns.brand, columns.surname, columns.city
    trade = _changed(columns.trade, lambda text: text[:2])
    branch = _changed(columns.branch, lambda text: text.removesuffix(_OUTLET))
    around = trade.number.astype(np.int64) * len(branch.texts) + branch.number
    size = len(trade.texts) * len(branch.texts)
    yield "b", np.where(brand.number > 0, brand.number.astype(np.int64) * size + around, 0)
    yield "c", _both(brand, city)
    yield "s", _both(brand, surname)
    person = _only(columns.person, ["*" not in text for text in columns.person.texts])
    yield "n", _both(person, city)
    yield "w", person.number.astype(np.int64)
    road = _only(columns.road, [len(text) >= LEAST_ROAD for text in columns.road.texts])
    yield "a", _both(road, columns.house)


def _both(one: Numbered, other: Numbered) -> NDArray[np.int64]:
    """A number for each two texts; 0 where either is missing."""
    codes = one.number.astype(np.int64) * len(other.texts) + other.number
    return np.where((one.number > 0) & (other.number > 0), codes, 0)


def _only(column: Numbered, kept: list[bool]) -> Numbered:
    """The texts that are kept, each with its number; none for the others."""
    number = np.where(np.array(kept), np.arange(len(kept), dtype=np.int32), 0)
    return Numbered(number[column.number], column.texts)


def _changed(column: Numbered, change: Callable[[str], str]) -> Numbered:
    """Every text changed, each distinct one once; "" stays so."""
    changed = Numbered.of(list(map(change, column.texts)))
    return Numbered(changed.number[column.number], changed.texts)
