"""The sums of records worked out last, for whoever asks for the same again. In memory."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from crm_core.sync.digest import Sums

_KEPT = 64
"""Entities of scopes; each takes a few kilobytes."""


@dataclass(slots=True)
class DigestShelf:
    """The last sums worked out, by what they are of; and whose turn it is to work some out."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    _sums: OrderedDict[tuple[object, ...], Sums] = field(default_factory=OrderedDict)

    def get(self, key: tuple[object, ...]) -> Sums | None:
        """Sums worked out before."""
        return self._sums.get(key)

    def put(self, key: tuple[object, ...], sums: Sums) -> None:
        """Keep them for a while. Call it with `turn`."""
        self._sums[key] = sums
        while len(self._sums) > _KEPT:
            self._sums.popitem(last=False)
