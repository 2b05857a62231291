"""Unified social credit codes (GB 32100-2015) and the numbers before them (row 5.1); pure."""

import re
import unicodedata
from enum import StrEnum
from typing import NamedTuple

from crm_core.model.credit_code import check_digit

_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_MISREAD = str.maketrans("OIZSV", "0125U")
"""Letters the standard leaves out because they are taken for these."""
_CLUTTER = re.compile(r"[^0-9A-Z]+")


class CodeKind(StrEnum):
    """Which number a company is known by."""

    CREDIT = "credit"
    """Eighteen characters, in use since 2015."""
    REGISTRATION = "registration"
    """Fifteen digits of the trade register before 2015."""
    ORGANISATION = "organisation"
    """Nine characters of the organisation register: characters 9 to 17 of a credit code."""
    OTHER = "other"


class CreditCode(NamedTuple):
    """A code in the form codes are compared in."""

    kind: CodeKind
    text: str
    """Upper case, no blanks, letters the standard does not have replaced by what they look like."""

    @property
    def valid(self) -> bool:
        """Whether its check digit is right; worked out when asked: a scan never does."""
        match self.kind:
            case CodeKind.CREDIT:
                return check_digit(self.text[:17]) == self.text[17]
            case CodeKind.REGISTRATION:
                return _registration_holds(self.text)
            case CodeKind.ORGANISATION:
                return _organisation_holds(self.text)
        return False

    @property
    def organisation(self) -> str:
        """The nine characters that name the organisation in the old and the new number."""
        if self.kind is CodeKind.CREDIT:
            return self.text[8:17]
        return self.text if self.kind is CodeKind.ORGANISATION else ""


_NOTHING = CreditCode(CodeKind.OTHER, "")


def credit_code(text: str) -> CreditCode:
    """Read a code however it is written (`91 330319-603888PX1u`, `603888PX-1`)."""
    if not text:
        return _NOTHING
    folded = text if text.isascii() else unicodedata.normalize("NFKC", text)
    code = _CLUTTER.sub("", folded.upper()).translate(_MISREAD)
    if len(code) == 18:
        return CreditCode(CodeKind.CREDIT, code)
    if len(code) == 15 and code.isdecimal():
        return CreditCode(CodeKind.REGISTRATION, code)
    if len(code) == 9:
        return CreditCode(CodeKind.ORGANISATION, code)
    return CreditCode(CodeKind.OTHER, code)


def _organisation_holds(code: str) -> bool:
    """GB 11714-1997: modulo 11, the tenth remainder written X; letters count from A = 10."""
    total = 0
    for char, weight in zip(code[:8], _ORGANISATION_WEIGHTS, strict=True):
        total += int(char, 36) * weight
    rest = 11 - total % 11
    return code[8] == ("X" if rest == 10 else "0" if rest == 11 else str(rest))


def _registration_holds(code: str) -> bool:
    """GS 15-2006: modulo 11, 10 over fourteen digits, the fifteenth makes the sum 1."""
    product = 10
    for digit in code[:14]:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return (product + int(code[14])) % 10 == 1
