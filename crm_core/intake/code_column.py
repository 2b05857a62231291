"""Whether credit codes are valid, very many at once: one by one it is most of reading a row."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from crm_core.model.credit_code import ALPHABET, LENGTH, MODULUS, WEIGHTS

if TYPE_CHECKING:
    from numpy import ndarray


def valid_codes(codes: Sequence[str]) -> list[bool]:
    """Of each text whether it is a code of capitals and digits whose last character is right."""
    import numpy as np  # Few tables have codes, and a start has no need of it.

    text = "".join(codes)
    if set(map(len, codes)) != {LENGTH} or not text.isascii():
        whole = [code if len(code) == LENGTH and code.isascii() else _NO_CODE for code in codes]
        text = "".join(whole)
    worth, weights = _numbers()
    found = worth[np.frombuffer(text.encode("ascii"), np.uint8)].reshape(-1, LENGTH)
    right = found @ weights % MODULUS == 0
    if found.size and found.max() == MODULUS:
        right &= (found < MODULUS).all(axis=1)
    return cast("list[bool]", right.tolist())


_NO_CODE = " " * LENGTH


@lru_cache(maxsize=1)
def _numbers() -> "tuple[ndarray[Any, Any], ndarray[Any, Any]]":
    """What each byte counts, and each place: small enough that a sum fits in 16 bits."""
    import numpy as np

    worth = np.full(256, MODULUS, np.int16)
    for place, char in enumerate(ALPHABET):
        worth[ord(char)] = place
    return worth, np.array((*WEIGHTS, 1), np.int16)
