"""Whether credit codes are valid, very many at once: one by one it is most of reading a row."""

from collections.abc import Sequence

from crm_core.model.credit_code import ALPHABET, LENGTH, MODULUS, WEIGHTS


def valid_codes(codes: Sequence[str]) -> list[bool]:
    """Of each text whether it is a code of capitals and digits whose last character is right."""
    import numpy as np  # Few tables have codes, and a start has no need of it.

    worth = np.full(256, MODULUS)
    for place, char in enumerate(ALPHABET):
        worth[ord(char)] = place
    whole = [code if len(code) == LENGTH and code.isascii() else " " * LENGTH for code in codes]
    table = np.frombuffer("".join(whole).encode("ascii"), np.uint8).reshape(-1, LENGTH)
    found = worth[table]
    right = found @ np.array((*WEIGHTS, 1)) % MODULUS == 0
    return [bool(one) for one in ((found < MODULUS).all(axis=1) & right).tolist()]
