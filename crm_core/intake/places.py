"""Province, city and district of a row: what contradicts, in the words of forms, and what follows.

Only what the table has no column for is filled, and only of new records: a row may be about one
that has its places already. A table names few places again and again; each is looked at once.
"""

from collections.abc import Collection, Mapping

from crm_core.intake.cleaning import Sentence
from crm_core.model import whereabouts
from crm_core.model.schema import EntitySpec
from crm_core.model.values import Value


class Places:
    """Looks at row after row of one kind of record."""

    def __init__(self, entity: EntitySpec) -> None:
        self._entity = entity
        self._has = entity.find(whereabouts.CITY) is not None
        self._known: dict[tuple[Value, ...], tuple[Sentence, ...]] = {}
        self._implied: dict[tuple[Value, ...], dict[str, Value]] = {}

    def remarks(self, values: Mapping[str, Value]) -> tuple[Sentence, ...]:
        """What is to be said about a row's places."""
        key = tuple(values.get(name) for name in whereabouts.FIELDS)
        if not self._has or sum(one is not None for one in key) < 2:
            return ()
        if key not in self._known:
            places = dict(zip(whereabouts.FIELDS, key, strict=True))
            self._known[key] = tuple(
                Sentence(f"「{self._entity.field_spec(name).label.zh}」：{one.zh}", one.en)
                for name, one in whereabouts.doubts(places).items()
            )
        return self._known[key]

    def complete(self, values: dict[str, Value], mapped: Collection[str]) -> None:
        """Fill the places of a new record that follow from the others."""
        key = tuple(values.get(name) for name in whereabouts.FIELDS)
        if not self._has or not any(key):
            return
        if key not in self._implied:
            places = dict(zip(whereabouts.FIELDS, key, strict=True))
            self._implied[key] = {p.field: p.value for p in whereabouts.proposals(places)}
        for name, place in self._implied[key].items():
            if name not in mapped:
                values[name] = place
