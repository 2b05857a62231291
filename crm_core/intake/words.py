"""What people call the columns of their tables: Chinese and English words for our fields.

The words are data (`resources/lexicons/columns.json`): `every` for fields of whatever kind of
record, `of` for those of one. Besides, every field is known by its own labels (`guessing`).
"""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

from crm_core.variants import simplified

_BESIDE = re.compile(r"[\s_\-./\\:：*（）()\[\]【】#]+")
_SCALE = r"(亿|千万|百万|十万|万|千)"
_SCALED = (
    re.compile(
        rf"[（(\[【]\s*(?:单位\s*[:：]?\s*)?(?:人民币)?{_SCALE}[\u4e00-\u9fff]{{0,3}}\s*[）)\]】]"
    ),
    re.compile(rf"{_SCALE}元$"),
)
_TIMES: Mapping[str, int] = {
    "千": 10**3, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8,
}  # fmt: skip
_NOTED = re.compile(r"[（(\[【].*?[）)\]】]")


def folded_word(title: str) -> str:
    """A heading as it is compared: width, case, spaces, marks and notes in brackets put aside."""
    text = simplified(unicodedata.normalize("NFKC", title).lower())
    bare = _BESIDE.sub("", _NOTED.sub("", text))
    return bare or _BESIDE.sub("", text)


def scale_of(title: str) -> tuple[str, int]:
    """In what a column counts by its title, and how many that is: `年采购额（万元）` in 万."""
    bare = title.strip()
    for pattern in _SCALED:
        found = pattern.search(bare)
        if found is not None:
            return found.group(1), _TIMES[found.group(1)]
    return "", 1


@lru_cache(maxsize=256)
def words_of(entity: str, field: str) -> tuple[str, ...]:
    """What people call this field, folded; the likeliest first."""
    every, own = _words()
    said = (*own.get(entity, {}).get(field, ()), *every.get(field, ()))
    return tuple(dict.fromkeys(folded_word(word) for word in said))


@lru_cache(maxsize=1)
def field_words() -> frozenset[str]:
    """Everything any field is called."""
    every, own = _words()
    lists = [*every.values(), *(words for fields in own.values() for words in fields.values())]
    return frozenset(folded_word(word) for words in lists for word in words)


Words = Mapping[str, Sequence[str]]


@lru_cache(maxsize=1)
def _words() -> tuple[Words, Mapping[str, Words]]:
    text = files("resources").joinpath("lexicons", "columns.json").read_text(encoding="utf-8")
    read = json.loads(text)
    return read["every"], read["of"]
