"""Whether a 统一社会信用代码 can be one: 18 characters, the last of which checks the others.

GB 32100-2015; the older registration numbers of 15 digits are let through.
"""

from functools import lru_cache

from crm_core.model.schema import Label

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The characters of a code: no I, O, S, V or Z, which are taken for others."""
LENGTH, _OLD_LENGTH, MODULUS, _FACTOR = 18, 15, 31, 3

_WORTH = {one: place for place, one in enumerate(ALPHABET)}
WEIGHTS = tuple(pow(_FACTOR, place, MODULUS) for place in range(LENGTH - 1))
"""What each but the last character counts for; with the last one the sum is a multiple of 31."""


def doubt(text: str) -> Label | None:
    """Why this cannot be a credit code; None where it can."""
    code = "".join(text.upper().split()).replace("-", "")
    if not code or (len(code) == _OLD_LENGTH and code.isdigit()):
        return None
    if len(code) != LENGTH:
        return Label(
            f"统一社会信用代码应为 18 位，现在是 {len(code)} 位",
            f"a credit code has 18 characters, this has {len(code)}",
        )
    strange = sorted(set(code) - _WORTH.keys())
    if strange:
        return Label(
            f"统一社会信用代码里不会有 {'、'.join(strange)}",
            f"a credit code has no {', '.join(strange)}",
        )
    if check_digit(code[:-1]) != code[-1]:
        return Label("统一社会信用代码的校验位不对，可能抄错了", "the check character is wrong")
    return None


@lru_cache(maxsize=1_000)  # A row that is imported asks two or three times.
def check_digit(first: str) -> str:
    """The eighteenth character for the first seventeen; empty where they cannot be a code's."""
    try:
        total = sum(_WORTH[char] * weight for char, weight in zip(first, WEIGHTS, strict=True))
    except (KeyError, ValueError):
        return ""
    return ALPHABET[-total % MODULUS]
