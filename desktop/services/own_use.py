"""What this person opens, and how much that speaks for a record when they search.

Kept in the encrypted replica of this device, and nowhere else: nobody sees what others look at.
"""

import math
from collections.abc import Mapping

from crm_core.clock import Clock
from crm_core.store.replica import Replica

KEY = "opened"
_MOST = 200
_DAY_MS = 86_400_000
_FRESH_DAYS = 14.0
Key = tuple[str, str]


class OwnUse:
    """How often and when records were opened. Told on the database's thread."""

    def __init__(self, replica: Replica, clock: Clock) -> None:
        self._replica, self._clock = replica, clock
        self._kept: dict[Key, tuple[int, int]] | None = None
        """(entity, id) → how often, when last (ms)."""

    def note(self, entity: str, record_id: str) -> None:
        """The person opened this record."""
        kept = self._all()
        times = kept.get((entity, record_id), (0, 0))[0]
        kept[entity, record_id] = times + 1, self._clock.millis()
        if len(kept) > _MOST:
            weights = self.weights()
            del kept[min(kept, key=lambda key: weights[key])]
        self._replica.remember(**{KEY: {f"{e}/{r}": list(v) for (e, r), v in kept.items()}})

    def weights(self) -> Mapping[Key, float]:
        """How much each speaks for itself: up to 10, more for what was opened often and lately."""
        now = self._clock.millis()
        # A copy: a note is read on another thread than the one that is told.
        kept = list(self._all().items())
        return {key: _weight(times, now - last) for key, (times, last) in kept}

    def _all(self) -> dict[Key, tuple[int, int]]:
        if self._kept is None:
            found, kept = self._replica.meta(KEY, {}), {}
            for name, told in found.items() if isinstance(found, dict) else ():
                entity, _, record_id = str(name).partition("/")
                if isinstance(told, list) and len(told) == 2:
                    kept[entity, record_id] = int(told[0]), int(told[1])
            # Only whole: another thread may ask meanwhile.
            self._kept = kept
        return self._kept


def _weight(times: int, age_ms: int) -> float:
    days = max(0.0, age_ms / _DAY_MS)
    return min(6.0, 2.0 * math.log2(1 + times)) + 4.0 * math.exp(-days / _FRESH_DAYS)
