"""The one written form of every value: what is typed becomes it, what is shown comes from it.

A value is None, text, an integer, a boolean or a sorted list of text; the same form goes to SQL,
over the wire and into history. Money is whole fen (0.01 yuan); decimals are text with a fixed
scale; dates are `YYYY-MM-DD`; moments are UTC `YYYY-MM-DDTHH:MM:SSZ`.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal, DecimalException

from crm_core.clock import CHINA, iso_moment, parse_moment
from crm_core.errors import KnownError
from crm_core.model.schema import EntitySpec, FieldSpec, Kind

Value = None | str | int | bool | list[str]
"""A field's value in its written form."""

Record = Mapping[str, Value]
"""Field name → value; `id` is always among the names when it comes from the store."""

LONG_TEXT_LIMIT = 20_000
SET_LIMIT = 200
_MONEY_LIMIT = 10**15
_YEARS = range(1900, 3000)
"""Outside these a date is a slip of the keyboard (26-1-31), and time zones run off the calendar."""
_TEXT = Kind.TEXT
"""By themselves: named through its class, a member of an enum takes 0.1 µs (Python 3.11)."""
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
_PHONE = re.compile(r"^\+?[0-9*][0-9*\- ()]{2,30}(?:[转xX,#][0-9]{1,6})?$")


class ValueProblem(KnownError):
    """What was typed cannot be this field's value; `field` names the field."""

    def __init__(self, spec: FieldSpec, chinese: str, english: str) -> None:
        super().__init__(
            f"「{spec.label.zh}」{chinese}", f"{spec.label.en}: {english}", code="value"
        )
        self.field = spec.name


def normalise(spec: FieldSpec, raw: object) -> Value:
    """Turn what was typed, imported or received into the written form.

    Empty text, empty lists and None all become None. Raises ValueProblem, never anything else,
    whatever `raw` is.
    """
    if raw is None or (isinstance(raw, list | tuple) and len(raw) == 0):
        return None
    if isinstance(raw, str) and not raw.strip():
        return None
    value = _NORMALISERS[spec.kind](spec, raw)
    return None if value in ("", []) else value


def is_clean(spec: FieldSpec, text: str) -> bool:
    """Whether `normalise` gives a text back as it is; False where that is not seen at a glance."""
    if spec.kind is not _TEXT or not text.isprintable() or not 0 < len(text) <= spec.max_length:
        return False
    # The only blank that is printable.
    return " " not in text or ("  " not in text and text[0] != " " and text[-1] != " ")


def has_form(spec: FieldSpec, value: object) -> bool:
    """Whether `value` could be stored and shown as this field: its type and written form only.

    Weaker than `normalise` on purpose: a newer version may allow more options or longer text, and
    such a value is kept. One without the form (text where a set belongs) cannot be.
    """
    if value is None:
        return True
    if (
        spec.kind is _TEXT or spec.kind in _FREE
    ):  # By far the most, and a sync asks for every value.
        return isinstance(value, str)
    if spec.kind is Kind.SET:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if spec.kind is Kind.BOOL:
        return isinstance(value, bool)
    if spec.kind in (Kind.INTEGER, Kind.MONEY):
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, str) and _is_strict(spec, value)


_STRICT = frozenset({Kind.DATE, Kind.MOMENT, Kind.DECIMAL})
_FREE = frozenset(Kind) - _STRICT - {Kind.SET, Kind.BOOL, Kind.INTEGER, Kind.MONEY}
"""Kinds that any text has the form of."""


def _is_strict(spec: FieldSpec, value: str) -> bool:
    try:
        return normalise(replace(spec, minimum=None, maximum=None), value) == value
    except ValueProblem:
        return False


def problems(entity: EntitySpec, record: Mapping[str, object]) -> list[ValueProblem]:
    """Every reason why `record` may not be saved as a whole: bad values, missing required ones."""
    found: list[ValueProblem] = []
    for spec in entity.fields:
        try:
            value = normalise(spec, record.get(spec.name))
        except ValueProblem as problem:
            found.append(problem)
            continue
        if spec.required and value is None:
            found.append(ValueProblem(spec, "必须填写", "is required"))
    return found


def cleaned(entity: EntitySpec, record: Mapping[str, object]) -> dict[str, Value]:
    """Every field of a record in its written form. Raises ValueProblem, the first of `problems`."""
    found: dict[str, Value] = {}
    for spec in entity.fields:
        raw = record.get(spec.name)
        value = found[spec.name] = None if raw is None else normalise(spec, raw)
        if spec.required and value is None:
            raise ValueProblem(spec, "必须填写", "is required")
    return found


def display(spec: FieldSpec, value: Value, language: str = "zh") -> str:
    """How a value reads for a person; references stay ids, the caller knows their names."""
    if value is None:
        return ""
    if spec.kind is Kind.BOOL:
        yes, no = ("是", "否") if language.startswith("zh") else ("Yes", "No")
        return yes if value else no
    if spec.kind is Kind.CHOICE or (spec.kind is Kind.TEXT and spec.choices):
        option = spec.choice(str(value))
        return option.label.text(language) if option else str(value)
    if spec.kind is Kind.SET and isinstance(value, list):
        labels = {c.code: c.label.text(language) for c in spec.choices}
        return "、".join(labels.get(v, v) for v in value)
    if spec.kind is Kind.MONEY and isinstance(value, int):
        return format_fen(value)
    if spec.kind is Kind.DECIMAL:
        return f"{Decimal(str(value)).normalize():f}"
    if spec.kind is Kind.MOMENT:
        return parse_moment(str(value)).astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    return str(value)


def format_fen(fen: int) -> str:
    """Money for reading: `¥12,000` or `¥12,000.50`."""
    sign = "-" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), 100)
    return f"{sign}¥{yuan:,}" + (f".{rest:02d}" if rest else "")


def _clean_text(spec: FieldSpec, raw: object, limit: int, *, multiline: bool = False) -> str:
    if type(raw) is str and raw.isprintable() and len(raw) <= limit:
        return raw.strip() if multiline else " ".join(raw.split())  # Nearly every text.
    if not isinstance(raw, str | int | float) or isinstance(raw, bool):
        raise ValueProblem(spec, "应为文字", "should be text")
    text = _as_text(spec, raw)
    if not text.isprintable() and any(0xD800 <= ord(c) <= 0xDFFF for c in text):
        raise ValueProblem(spec, "含有无法保存的字符", "has characters that cannot be stored")
    kept = "\n\t" if multiline else ""
    text = text if multiline else " ".join(text.split())
    if not text.isprintable():
        text = "".join(c for c in text if c in kept or unicodedata.category(c) != "Cc")
    text = text.strip() if multiline else " ".join(text.split())
    if len(text) > limit:
        raise ValueProblem(
            spec, f"最多 {limit} 字，现在 {len(text)} 字", f"at most {limit} characters"
        )
    return text


def _as_text(spec: FieldSpec, raw: object) -> str:
    try:
        return str(raw)
    except ValueError:  # Python refuses to write out integers of thousands of digits.
        raise ValueProblem(spec, "数字太大", "the number is too large") from None


def _compatible(spec: FieldSpec, raw: object, limit: int) -> str:
    """Cleaned text with full-width letters and digits made plain, which may lengthen it."""
    plain = unicodedata.normalize("NFKC", _clean_text(spec, raw, LONG_TEXT_LIMIT))
    return _clean_text(spec, plain, limit)


def _text(spec: FieldSpec, raw: object) -> Value:
    return _clean_text(spec, raw, spec.max_length)


def _long_text(spec: FieldSpec, raw: object) -> Value:
    limit = spec.max_length if spec.max_length != 200 else LONG_TEXT_LIMIT
    return _clean_text(spec, raw, limit, multiline=True)


def _phone(spec: FieldSpec, raw: object) -> Value:
    text = _compatible(spec, raw, 40)
    if text and not _PHONE.match(text):
        raise ValueProblem(spec, "不像电话号码", "does not look like a phone number")
    return text


def _email(spec: FieldSpec, raw: object) -> Value:
    text = _compatible(spec, raw, 200)
    if text and not _EMAIL.match(text):
        raise ValueProblem(spec, "不像邮箱地址", "does not look like an e-mail address")
    return text


def _number(spec: FieldSpec, raw: object) -> Decimal:
    written = "" if isinstance(raw, bool) else _as_text(spec, raw)
    text = unicodedata.normalize("NFKC", written)
    text = text.strip().replace(",", "").removeprefix("¥").removesuffix("元")
    factor = 1
    for suffix, times in (("亿", 10**8), ("万", 10**4), ("千", 10**3)):
        if text.endswith(suffix):
            text, factor = text.removesuffix(suffix), times
    try:
        number = Decimal(text) * factor
    except DecimalException:
        raise ValueProblem(spec, "应为数字", "should be a number") from None
    if not number.is_finite() or abs(number) > _MONEY_LIMIT:
        raise ValueProblem(spec, "数字太大", "the number is too large")
    return number


def _check_range(spec: FieldSpec, number: Decimal) -> None:
    if spec.minimum is not None and number < Decimal(str(spec.minimum)):
        raise ValueProblem(spec, f"不能小于 {spec.minimum:g}", f"at least {spec.minimum:g}")
    if spec.maximum is not None and number > Decimal(str(spec.maximum)):
        raise ValueProblem(spec, f"不能大于 {spec.maximum:g}", f"at most {spec.maximum:g}")


def _integer(spec: FieldSpec, raw: object) -> Value:
    number = _number(spec, raw)
    if number != number.to_integral_value():
        raise ValueProblem(spec, "应为整数", "should be a whole number")
    _check_range(spec, number)
    return int(number)


def _decimal(spec: FieldSpec, raw: object) -> Value:
    number = _number(spec, raw)
    _check_range(spec, number)
    text = f"{number:.6f}"
    return text.removeprefix("-") if Decimal(text) == 0 else text


def _money(spec: FieldSpec, raw: object) -> Value:
    if isinstance(raw, int) and not isinstance(raw, bool):
        number = Decimal(raw)
    else:
        number = (_number(spec, raw) * 100).to_integral_value()
    if abs(number) > _MONEY_LIMIT:
        raise ValueProblem(spec, "金额太大", "the amount is too large")
    _check_range(spec, number / 100)
    return int(number)


def _date(spec: FieldSpec, raw: object) -> Value:
    text = _as_text(spec, raw).strip().replace("/", "-").replace(".", "-")
    try:
        found = _day(raw) if isinstance(raw, date) else _day_of(text)
    except (ValueError, OverflowError):
        found = None
    if found is None or found.year not in _YEARS:
        raise ValueProblem(spec, "应为日期，例如 2026-01-31", "should be a date such as 2026-01-31")
    return found.isoformat()


def _day(raw: date) -> date:
    """The day in China of a date or, being one too, a datetime."""
    if isinstance(raw, datetime):
        return (raw.astimezone(CHINA) if raw.tzinfo else raw).date()
    return raw


def _day_of(text: str) -> date:
    year, month, day = (int(part) for part in text.split("-"))
    return date(year, month, day)


def _moment(spec: FieldSpec, raw: object) -> Value:
    try:
        moment = raw if isinstance(raw, datetime) else _moment_of(_as_text(spec, raw).strip())
        aware = moment if moment.tzinfo else moment.replace(tzinfo=CHINA)
        if aware.astimezone(UTC).year in _YEARS:
            return iso_moment(aware)
    except (ValueError, OverflowError):
        pass
    raise ValueProblem(
        spec, "应为时间，例如 2026-01-31 09:30", "should be a time such as 2026-01-31 09:30"
    )


def _moment_of(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _bool(spec: FieldSpec, raw: object) -> Value:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, int | float) and raw in (0, 1):
        return raw == 1
    words = {"是": True, "true": True, "yes": True, "否": False, "false": False, "no": False}
    found = words.get(_as_text(spec, raw).strip().lower())
    if found is None:
        raise ValueProblem(spec, "应为是或否", "should be yes or no")
    return found


def _choice(spec: FieldSpec, raw: object) -> Value:
    text = _clean_text(spec, raw, 200)
    for option in spec.choices:
        if text in (option.code, option.label.zh, option.label.en):
            return option.code
    raise ValueProblem(spec, "不在可选项中", "is not one of the options")


def _set(spec: FieldSpec, raw: object) -> Value:
    items: Sequence[object] = (
        re.split(r"[,，、;；\n]", raw) if isinstance(raw, str) else _as_sequence(spec, raw)
    )
    cleaned = {_clean_text(spec, item, spec.max_length) for item in items} - {""}
    if spec.choices:
        codes = {word: c.code for c in spec.choices for word in (c.label.zh, c.label.en)}
        codes |= {c.code: c.code for c in spec.choices}
        unknown = cleaned - set(codes)
        if unknown:
            raise ValueProblem(spec, "有不在可选项中的内容", "has something not among the options")
        cleaned = {codes[item] for item in cleaned}
    if len(cleaned) > SET_LIMIT:
        raise ValueProblem(spec, f"最多 {SET_LIMIT} 项", f"at most {SET_LIMIT} items")
    return sorted(cleaned)


def _as_sequence(spec: FieldSpec, raw: object) -> Sequence[object]:
    if isinstance(raw, list | tuple | set | frozenset):
        return list(raw)
    raise ValueProblem(spec, "应为若干项", "should be a list of items")


def _ref(spec: FieldSpec, raw: object) -> Value:
    text = _clean_text(spec, raw, 64)
    if text and not re.fullmatch(r"[0-9A-Za-z_\-]{1,64}", text):
        raise ValueProblem(spec, "指向的记录编号无效", "does not point at a record")
    return text


_NORMALISERS: Mapping[Kind, Callable[[FieldSpec, object], Value]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _long_text,
    Kind.PHONE: _phone,
    Kind.EMAIL: _email,
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.MONEY: _money,
    Kind.DATE: _date,
    Kind.MOMENT: _moment,
    Kind.BOOL: _bool,
    Kind.CHOICE: _choice,
    Kind.SET: _set,
    Kind.REF: _ref,
}
