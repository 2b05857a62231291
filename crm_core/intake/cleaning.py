"""Making one cell into one value of one field: what it says, cleaned, translated, in written form.

A cell gives a value, or nothing, or a sentence why not; and at times a remark on what was left out.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal, DecimalException

from msgspec import Struct

from crm_core.clock import CHINA, iso_moment
from crm_core.errors import KnownError
from crm_core.intake.cells import (
    Cell,
    as_day,
    as_moment,
    beyond_digits,
    lost_digits,
    plain,
    unfloated,
)
from crm_core.intake.delimited import GARBLED
from crm_core.intake.mapping import Clean, Cleaning, ColumnMapping
from crm_core.intake.words import scale_of
from crm_core.model import credit_code, phone_numbers, whereabouts
from crm_core.model.schema import FieldSpec, Kind
from crm_core.model.values import Value, ValueProblem, normalise

_MEMO = 4_096
_LONGEST_REPLACED = 500
_TITLES = re.compile(
    r"[\s·]*(?:先生|女士|小姐|太太|夫人|阿姨|同志|"
    r"总经理|副总|经理|主任|老师|教授|院长|校长|医生|大夫|总)$"
)
_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ\u3000\u00a0]")
_NARROW = {
    **{0xFF10 + n: 0x30 + n for n in range(10)},
    **{0xFF21 + n: 0x41 + n for n in range(26)},
    **{0xFF41 + n: 0x61 + n for n in range(26)},
    0x3000: 0x20,
    0xA0: 0x20,
}
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#####"})
BLANKS = frozenset({"", "-", "--", "—", "——", "/", "\\", "无", "暂无", "空", "null", "NULL",
                     "None", "N/A", "n/a", "nan", "NaN"})  # fmt: skip
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_BETWEEN = re.compile(r"[\s\-()]+")
_SEVERAL = re.compile(r"[/、,，;；|\n]| 或 ")
_TRUE = frozenset({"是", "有", "对", "真", "√", "✓", "y", "yes", "true", "t", "1", "在职", "在售"})
_FALSE = frozenset({"否", "无", "没有", "错", "假", "×", "✗", "n", "no", "false", "f", "0", "离职"})
_SIMPLE = re.compile(r"[0-9A-Za-z\u4e00-\u9fff（）()·]+(?: [0-9A-Za-z\u4e00-\u9fff（）()·]+)*")
"""Text that cleaning would leave as it is."""
_CAPITALS = re.compile(r"[0-9A-Z]+")
_OWN_UNIT = re.compile("[千万亿元]")
CREDIT_CODE = "uscc"
_UNIQUE = frozenset({Kind.PHONE, Kind.EMAIL, Kind.LONG_TEXT})


@dataclass(frozen=True, slots=True)
class Sentence:
    """Something said about a row, in both languages."""

    zh: str
    en: str

    def text(self, language: str) -> str:
        """In `language`; Chinese for "zh…"."""
        return self.zh if language.startswith("zh") else self.en


class Got(Struct, frozen=True, gc=False):
    """What became of a cell. A msgspec Struct: an import makes one for every cell."""

    value: Value = None
    problem: Sentence | None = None
    """Why the row cannot be imported."""
    remark: Sentence | None = None
    """What of the cell was left out."""


NOTHING = Got()


@dataclass(slots=True)
class CellReader:
    """Reads the cells of one column."""

    column: ColumnMapping
    spec: FieldSpec
    _memo: dict[object, Got] = field(default_factory=dict)
    _meant: dict[str, str] = field(init=False)
    _options: dict[str, str] = field(init=False)
    _unique: bool = field(init=False)
    as_it_is: re.Pattern[str] | None = field(init=False)
    """What a text looks like that is a value as it stands."""
    longest: int = field(init=False)
    """Characters of such a text."""
    _scale: tuple[str, int] = field(init=False)
    """In what the column counts by its title."""

    def __post_init__(self) -> None:
        self._scale = scale_of(self.column.title)
        self._meant = {_loose(said): meant for said, meant in self.column.translations}
        self._options = {
            _loose(word): one.code
            for one in self.spec.choices
            for word in (one.code, one.label.zh, one.label.en)
        }
        kind, text = self.spec.kind, self.spec.kind is Kind.TEXT and not self.spec.choices
        text = text and self.spec.name not in whereabouts.FIELDS
        self._unique = kind in _UNIQUE or (self.spec.required and text)
        self.as_it_is, self.longest = None, min(self.spec.max_length, 60)
        hows = {one.how for one in self.column.cleanings}
        if self._meant or hows - {Clean.UPPER} or not (text or kind is Kind.PHONE):
            return
        if self.spec.name in (*whereabouts.FIELDS, CREDIT_CODE):
            return  # 苏州市 is written 苏州; a code is checked.
        self.as_it_is = _MOBILE if not text else _CAPITALS if hows else _SIMPLE

    def read(self, cell: Cell) -> Got:
        """The value of one cell."""
        if type(cell) is str:
            if not self._unique and (got := self._memo.get(cell)) is not None:
                return got
            form = self.as_it_is
            if form is not None and len(cell) <= self.longest and form.fullmatch(cell):
                return Got(cell) if cell not in BLANKS else NOTHING
        if self._unique:
            return self._read(cell)
        # 1, 1.0 and True are one key of a dictionary, and not one cell.
        known = cell if isinstance(cell, str) else (type(cell), cell)
        got = self._memo.get(known)
        if got is None:
            got = self._read(cell)
            if len(self._memo) < _MEMO:
                self._memo[known] = got
        return got

    @property
    def translates(self) -> bool:
        """Whether some cells mean what is not written there."""
        return bool(self._meant)

    def untranslated(self, cell: Cell) -> str:
        """What a person is asked to translate: text that no option is called; else empty."""
        text = plain(cell)
        if self.spec.kind is not Kind.CHOICE or text in BLANKS or _loose(text) in self._meant:
            return ""
        return "" if self._option(text) is not None else text

    def _read(self, cell: Cell) -> Got:
        if cell is None:
            return NOTHING
        said = plain(cell)
        if said in BLANKS and not (self.spec.kind is Kind.BOOL and said in _FALSE):
            return NOTHING
        if said in _ERRORS:
            return Got(
                remark=self._noted(f"单元格是错误值 {said}，已留空", f"is {said}; left empty")
            )
        if GARBLED in said:
            return Got(
                problem=self._noted(
                    "有无法识别的字符，请换一种编码再试", "has characters of another encoding"
                )
            )
        try:
            return self._value(cell, said)
        except ValueProblem as problem:
            return Got(problem=Sentence(problem.chinese, problem.english))

    def _value(self, cell: Cell, said: str) -> Got:
        if self._meant and (meant := self._meant.get(_loose(said))) is not None:
            return Got(normalise(self.spec, meant)) if meant else NOTHING
        if self._lost(cell, said):
            return Got(
                remark=self._noted(
                    f"在文件里只剩 {said}，位数已丢失，没有导入；请把该列设为文本再另存",
                    f"is only {said} in the file: digits were lost, so it was left out",
                )
            )
        if self.column.cleanings:
            cell = said = self._cleaned(said)
        return _READERS.get(self.spec.kind, CellReader._plain_value)(self, cell, said)

    def _lost(self, cell: Cell, said: str) -> bool:
        """Whether digits of a number or code were lost before it came here."""
        if self.spec.kind is Kind.PHONE:
            return lost_digits(said)
        return self.spec.kind is Kind.TEXT and beyond_digits(cell, said)

    def _cleaned(self, text: str) -> str:
        for cleaning in self.column.cleanings:
            text = clean(text, cleaning)
        return text

    def _plain_value(self, _cell: Cell, said: str) -> Got:
        if self.spec.name in whereabouts.FIELDS:
            said = whereabouts.written(self.spec.name, said, {})
        if _WIDE.search(said):
            said = said.translate(_NARROW).strip()
        wrong = credit_code.doubt(said) if self.spec.name == CREDIT_CODE else None
        if wrong is not None:
            return Got(normalise(self.spec, said), remark=self._noted(f"：{wrong.zh}", wrong.en))
        if said.isprintable() and len(said) <= self.spec.max_length and "  " not in said:
            return Got(said or None)
        return Got(normalise(self.spec, said))

    def _long_text(self, _cell: Cell, said: str) -> Got:
        return Got(normalise(self.spec, said))

    def _phone(self, _cell: Cell, said: str) -> Got:
        if _MOBILE.fullmatch(said):
            return Got(said)
        parts = [part.strip() for part in _SEVERAL.split(unfloated(said)) if part.strip()]
        text = unicodedata.normalize("NFKC", parts[0]) if parts else ""
        bare = _BETWEEN.sub("", text.removeprefix("'").removeprefix("+86"))
        value = bare if _MOBILE.fullmatch(bare) else normalise(self.spec, text.removeprefix("'"))
        if len(parts) < 2:
            wrong = phone_numbers.doubt(str(value or ""))
            return Got(value, remark=self._noted(f"：{wrong.zh}", wrong.en) if wrong else None)
        rest = "、".join(parts[1:])
        return Got(
            value, remark=self._noted(f"只导入第一个号码，未导入 {rest}", f"first only: {rest}")
        )

    def _email(self, _cell: Cell, said: str) -> Got:
        text = unicodedata.normalize("NFKC", said).removeprefix("mailto:")
        return Got(normalise(self.spec, _SEVERAL.split(text)[0].strip()))

    def _number(self, _cell: Cell, said: str) -> Got:
        text = unicodedata.normalize("NFKC", said)
        text = text.replace("CNY", "").replace("RMB", "").replace(" ", "")
        if text.startswith("(") and text.endswith(")"):
            text = f"-{text[1:-1]}"
        text = text.removesuffix("整")
        unit, times = self._scale
        try:
            number = Decimal(text.replace(",", "").removeprefix("¥")) * times
        except DecimalException:
            return Got(normalise(self.spec, text))
        if times == 1 or not number.is_finite() or _OWN_UNIT.search(said):
            return Got(normalise(self.spec, text))
        return Got(
            normalise(self.spec, f"{number:f}"),
            remark=self._noted(
                f"按列名以「{unit}」计：{said} 记为 {number:,f}",
                f"counted in {times:,} by its heading: {said} is {number:,f}",
            ),
        )

    def _date(self, cell: Cell, said: str) -> Got:
        day = as_day(cell)
        return Got(normalise(self.spec, said if day is None else day.isoformat()))

    def _moment(self, cell: Cell, said: str) -> Got:
        found = as_moment(cell)
        if found is None:
            return Got(normalise(self.spec, said))
        return Got(normalise(self.spec, iso_moment(found.replace(tzinfo=CHINA))))

    def _bool(self, _cell: Cell, said: str) -> Got:
        word = said.lower()
        if word in _TRUE or word in _FALSE:
            return Got(word in _TRUE)
        return Got(normalise(self.spec, said))

    def _choice(self, _cell: Cell, said: str) -> Got:
        code = self._option(said)
        if code is not None:
            return Got(code)
        offered = "、".join(one.label.zh for one in self.spec.choices[:6])
        return Got(
            problem=self._noted(
                f"没有「{said[:20]}」这个选项（有：{offered}）", f"has no option “{said[:20]}”"
            )
        )

    def _option(self, said: str) -> str | None:
        return self._options.get(_loose(said))

    def _ref(self, _cell: Cell, said: str) -> Got:
        """The text; `store.imports.importing` looks up which record is meant."""
        return Got(said[:200])

    def _noted(self, chinese: str, english: str) -> Sentence:
        return Sentence(f"「{self.spec.label.zh}」{chinese}", f"{self.spec.label.en}: {english}")


def clean(text: str, cleaning: Cleaning) -> str:
    """One step of cleaning."""
    if cleaning.how is Clean.NO_TITLES:
        bare = _TITLES.sub("", text)
        return bare if len(bare) > 1 else text
    if cleaning.how is Clean.DIGITS:
        return "".join(c for c in unicodedata.normalize("NFKC", unfloated(text)) if c.isdigit())
    if cleaning.how is Clean.UPPER:
        return unicodedata.normalize("NFKC", text).upper().replace(" ", "")
    if len(text) > _LONGEST_REPLACED:
        return text
    try:
        return re.sub(cleaning.pattern, cleaning.replacement, text).strip()
    except (re.error, IndexError) as error:
        raise KnownError(
            f"正则表达式的替换「{cleaning.replacement}」写得不对：{error}。没有导入任何内容。",
            f"The replacement “{cleaning.replacement}” is wrong: {error}. Nothing was imported.",
            code="mapping",
        ) from error


def has_title(name: str) -> bool:
    """Whether a name carries 先生, 女士 or the like behind it."""
    return len(_TITLES.sub("", name)) not in (len(name), 0, 1)


def _loose(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower().replace(" ", "")


_READERS: dict[Kind, Callable[[CellReader, Cell, str], Got]] = {
    Kind.LONG_TEXT: CellReader._long_text,
    Kind.PHONE: CellReader._phone,
    Kind.EMAIL: CellReader._email,
    Kind.INTEGER: CellReader._number,
    Kind.DECIMAL: CellReader._number,
    Kind.MONEY: CellReader._number,
    Kind.DATE: CellReader._date,
    Kind.MOMENT: CellReader._moment,
    Kind.BOOL: CellReader._bool,
    Kind.CHOICE: CellReader._choice,
    Kind.SET: CellReader._long_text,
    Kind.REF: CellReader._ref,
}
