"""Passwords at the lowest cost: a third of a second of two cores each is not what tests are about.

The real cost is held by `tests/sync_server/test_sessions.py`.
"""

from functools import partial

from argon2 import PasswordHasher

from sync_server import auth
from sync_server.auth import Passwords

_cheap_hasher = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)


def cheap_passwords() -> Passwords:
    """Argon2id as everywhere, at its lowest cost."""
    hasher = _cheap_hasher()
    return Passwords(hasher, hasher.hash("nobody has this one"))


def hash_cheaply() -> None:
    """Let the product hash at that cost from now on, in a process that a test has begun."""
    vars(auth).update(PasswordHasher=_cheap_hasher)
