"""The rules of the program, as the replica runs them: made at the first write.

They are a third of our modules, and a window opens without writing. `load` makes them in spare
time, so that the first write does not wait for them either.
"""

import threading
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from crm_core.sync.change import Operation
from crm_core.sync.history import Edit

if TYPE_CHECKING:
    from crm_core.store.changes.unit_of_work import Rules, Unit


class ProgramRules:
    """Those that ship, stages, scores, and what the organisation has automated."""

    def __init__(self) -> None:
        self._making = threading.Lock()
        self._made: Rules | None = None

    def __call__(self, operations: Sequence[Operation], unit: "Unit") -> Iterable[Edit]:
        """What follows from operations just applied."""
        return self.load()(operations, unit)

    def load(self) -> "Rules":
        """The same whoever asks, and on whatever thread."""
        with self._making:
            if self._made is None:
                self._made = _make()
            return self._made


def _make() -> "Rules":
    from crm_core.rules.engine import make_rules
    from crm_core.rules.firing.deciding import LAPTOP
    from crm_core.rules.stocked.builtin import BUILTIN_RULES
    from crm_core.store.ruling.automating import Automating
    from crm_core.store.ruling.rule_book import RuleBook
    from crm_core.store.ruling.stage_moves import with_stages
    from desktop.services.rules.scores import with_scores

    return Automating(with_stages(with_scores(make_rules(BUILTIN_RULES)), RuleBook()), LAPTOP)
