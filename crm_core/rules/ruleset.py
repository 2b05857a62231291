"""A set of rules as it stands in memory: documents in force together, found by id and by kind."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from crm_core.rules.documents import Document, RuleProblem
from crm_core.rules.pools import Pool
from crm_core.rules.timekeeping.claim_times import by_pool
from crm_core.rules.timekeeping.clocks import Clock

B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class Unread:
    """A rule nobody here obeys, as it was found, and why."""

    raw: Mapping[str, Any]
    problem: RuleProblem


class RuleSet:
    """Documents in force together. `version` is the id of the record that published them."""

    def __init__(
        self,
        documents: Iterable[Document[object]] = (),
        *,
        version: str = "",
        unread: Iterable[Unread] = (),
    ) -> None:
        self.version = version
        self.documents = tuple(sorted(documents, key=lambda one: (one.position, one.id)))
        self.unread = tuple(unread)
        self._by_id = {one.id: one for one in self.documents}
        self._by_type: dict[type, list[Document[object]]] = defaultdict(list)
        for one in self.documents:
            if one.active:
                self._by_type[type(one.body)].append(one)
        self._made_from = self._claims()

    def _claims(self) -> dict[str, str]:
        """Have pools say how long leads may wait in them; by clock the one it was made from."""
        clocks = list(by_pool(self.of(Clock), self.of(Pool)))
        self._by_type[Clock] = [cast("Document[object]", one) for one, _ in clocks]
        for one, _ in clocks:
            self._by_id.setdefault(one.id, cast("Document[object]", one))
        return {one.id: origin for one, origin in clocks}

    def origin_of(self, rule_id: str) -> str:
        """Of a clock that was made for a pool, the clock as it was written; else the same id."""
        return self._made_from.get(rule_id, rule_id)

    def of(self, body: type[B], entity: str = "") -> tuple[Document[B], ...]:
        """Those in force whose body is of this type, in their order; of one entity where named."""
        found = cast("list[Document[B]]", self._by_type.get(body, []))
        return tuple(one for one in found if not entity or one.entity == entity)

    def one(self, rule_id: str) -> Document[object] | None:
        """A rule by its id, in force or switched off."""
        return self._by_id.get(rule_id)
