"""What contradicts in the province, city and district of a row: the same words as in forms.

Empty places are not filled here: a row may be about a record that has them already. A table names
few places again and again, so each is looked at once.
"""

from collections.abc import Mapping

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
