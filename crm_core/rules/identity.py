"""Ids by which an act of the rules happens once, wherever and however often it is worked out.

A laptop offline, the server and four of its processes come to the same id for the same cause, so
what each of them creates is one record (decision 050).
"""

import hashlib


def act_key(rule: str, record: str, cause: str, part: str = "") -> str:
    """The id of what `rule` does about `record` because of `cause`.

    `cause` says which of several occasions is meant: the stamp of an operation, the beginning of a
    clock, a day. `part` tells apart several things done on one occasion.
    """
    said = "\x1f".join((rule, record, cause, part)).encode()
    return f"act-{hashlib.blake2b(said, digest_size=16).hexdigest()}"
