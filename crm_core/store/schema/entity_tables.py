"""The tables of entities, each made when it is first asked for: a window opens with some of them.

Their names and those of their columns are known without.
"""

import threading
from collections.abc import Callable, Iterator, Mapping

from sqlalchemy import Table

from crm_core.model.schema import EntitySpec, Registry


class EntityTables(Mapping[str, Table]):
    """Tables by the name of their entity, in the order of the registry."""

    def __init__(self, registry: Registry, make: Callable[[EntitySpec], Table]) -> None:
        self._specs = {entity.name: entity for entity in registry}
        self._make, self._made = make, dict[str, Table]()
        self._making = threading.RLock()

    def __getitem__(self, name: str) -> Table:
        found = self._made.get(name)
        if found is None:
            with self._making:  # Two threads may ask at once, and one description takes it once.
                found = self._made.get(name)
                if found is None:
                    found = self._made[name] = self._make(self._specs[name])
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._specs  # Looking must not make it.

    def __iter__(self) -> Iterator[str]:
        return iter(self._specs)

    def __len__(self) -> int:
        return len(self._specs)
