"""vCard files (2.1, 3.0, 4.0) as a table of fixed columns: one card, one row.

Phones write 2.1 with QUOTED-PRINTABLE in GBK or UTF-8 and soft line breaks inside; pictures are
passed over.
"""

import quopri
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from crm_core.intake import encodings
from crm_core.intake.cells import Cell
from crm_core.intake.files import unreadable

HEADERS = (
    "姓名",
    "公司名称",
    "部门",
    "职务",
    "手机",
    "电话",
    "邮箱",
    "地址",
    "生日",
    "微信",
    "备注",
)
"""The columns of the table, by which the mapping is guessed like any other's."""
_LONGEST_LINE = 20_000
_MOST_LINES = 2_000_000
_ESCAPED = re.compile(r"\\([\\,;nN:])")


def rows(path: Path) -> Iterator[tuple[int, list[Cell]]]:
    """(number of the card, from 2 as below a heading, cells); the heading is row 1."""
    try:
        with path.open("rb") as file:
            sample = file.read(encodings.LOOKED_AT)
            file.seek(0)
            wide = encodings.guess(sample).encoding
            yield 1, list(HEADERS)
            if wide.startswith("utf-16"):
                text = (line.encode() for line in file.read().decode(wide, "replace").split("\n"))
                yield from _cards(text, "utf-8")
            else:
                yield from _cards(file, wide)
    except OSError as error:
        raise unreadable(path, error) from error


def _cards(lines: Iterable[bytes], encoding: str) -> Iterator[tuple[int, list[Cell]]]:
    number, card = 1, None
    for line in _unfolded(lines):
        name, parameters, value = _parsed(line)
        if name == b"BEGIN" and value.strip().upper() == b"VCARD":
            card = dict[str, list[str]]()
        elif name == b"END" and card is not None:
            number += 1
            if cells := _cells(card):
                yield number, cells
            card = None
        elif card is not None:
            _take(card, name, parameters, value, encoding)


def _unfolded(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Logical lines: folded ones joined, soft breaks of QUOTED-PRINTABLE too, pictures cut."""
    held = b""
    for count, raw in enumerate(lines):
        if count > _MOST_LINES:
            break
        line = raw.lstrip(b"\xef\xbb\xbf").rstrip(b"\r\n")
        soft = held.endswith(b"=") and b"QUOTED-PRINTABLE" in held.split(b":")[0].upper()
        if soft:
            held = (held[:-1] + line)[:_LONGEST_LINE]
        elif held and line[:1] in (b" ", b"\t"):
            held = (held + line[1:])[:_LONGEST_LINE]
        else:
            if held:
                yield held
            held = line
    if held:
        yield held


def _parsed(line: bytes) -> tuple[bytes, list[bytes], bytes]:
    head, _, value = line.partition(b":")
    name, *parameters = head.split(b";")
    return name.split(b".")[-1].strip().upper(), [p.upper() for p in parameters], value


def _take(
    card: dict[str, list[str]], name: bytes, parameters: list[bytes], value: bytes, encoding: str
) -> None:
    if name not in _WANTED or any(b"BASE64" in p or p.endswith(b"=B") for p in parameters):
        return
    text = _decoded(value, parameters, encoding)
    kinds = b" ".join(parameters)
    if name == b"TEL":
        cell = any(word in kinds for word in (b"CELL", b"MOBILE", b"IPHONE"))
        fax = b"FAX" in kinds
        card.setdefault("FAX" if fax else "CELL" if cell else "TEL", []).append(text)
        return
    card.setdefault(name.decode("ascii", "ignore"), []).append(text)


_WANTED = frozenset(
    (b"N", b"FN", b"ORG", b"TITLE", b"TEL", b"EMAIL", b"ADR", b"BDAY", b"NOTE", b"X-WECHAT",
     b"X-WEIXIN", b"X-QQ")
)  # fmt: skip


def _decoded(value: bytes, parameters: list[bytes], encoding: str) -> str:
    charset = next((p[8:] for p in parameters if p.startswith(b"CHARSET=")), b"")
    if any(b"QUOTED-PRINTABLE" in p for p in parameters):
        value = quopri.decodestring(value)
        charset = charset or encodings.guess(value).encoding.encode()
    named = charset.decode("ascii", "ignore").strip('"').lower() or encoding
    named = "gb18030" if named in ("gb2312", "gbk") else named
    try:
        return value.decode(named, errors="replace")
    except LookupError:
        return value.decode(encoding, errors="replace")


def _cells(card: dict[str, list[str]]) -> list[Cell]:
    name = _plain(_first(card, "FN")) or _from_parts(_first(card, "N"))
    parts = [_plain(part) for part in _split(_first(card, "ORG"))]
    company, department = [*parts, "", ""][:2]
    phones = [_plain(one) for one in card.get("CELL", [])]
    lines = [_plain(one) for one in card.get("TEL", [])]
    mobile = phones[0] if phones else next((one for one in lines if _is_mobile(one)), "")
    line = next((one for one in [*lines, *phones[1:]] if one != mobile), "")
    address = "".join(_plain(p) for p in reversed(_split(_first(card, "ADR"))[2:6]))
    birthday = re.sub(r"^(\d{4})(\d{2})(\d{2}).*$", r"\1-\2-\3", _plain(_first(card, "BDAY")))
    found = (
        name, company, department, _plain(_first(card, "TITLE")), mobile, line,
        _plain(_first(card, "EMAIL")), address, birthday[:10],
        _plain(_first(card, "X-WECHAT") or _first(card, "X-WEIXIN")), _plain(_first(card, "NOTE")),
    )  # fmt: skip
    return [text or None for text in found] if any(found) else []


def _is_mobile(number: str) -> bool:
    digits = re.sub(r"\D", "", number).removeprefix("86")
    return len(digits) == 11 and digits.startswith("1")


def _first(card: dict[str, list[str]], name: str) -> str:
    return next((one for one in card.get(name, []) if one.strip()), "")


def _split(value: str) -> list[str]:
    return re.split(r"(?<!\\);", value)


def _plain(value: str) -> str:
    return _ESCAPED.sub(lambda m: "\n" if m[1] in "nN" else m[1], value).strip().strip(";")


def _from_parts(value: str) -> str:
    """N is family; given; …: in Chinese written together, else given name first."""
    family, given = ([_plain(p) for p in _split(value)] + ["", ""])[:2]
    return family + given if any(ord(c) > 0x2E80 for c in value) else f"{given} {family}".strip()
