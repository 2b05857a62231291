"""What the person who imports may do with records of a file; asked by the judge, in sentences."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from crm_core.intake.cleaning import Sentence
from crm_core.intake.deciding import Twin
from crm_core.model.schema import EntitySpec
from crm_core.model.values import Record, Value
from crm_core.permissions import Actor, Right, can

_TELLING = frozenset({"phone", "uscc", "code"})
"""Keys of which there should be no two: the form stops at them as well."""


class ImportRights:
    """Asks for one import, by one moment."""

    def __init__(self, actor: Actor, now: datetime, entities: Sequence[EntitySpec]) -> None:
        self._actor, self._now = actor, now
        self._creatable: dict[object, Sentence | None] = {}
        names, policy = {entity.name for entity in entities}, actor.policy
        self.bound = policy is not None and any(
            guard.entity in names and Right.CREATE in guard.rights for guard in policy.guards
        )
        """Whether a freeze rule of this person binds creating such records."""

    def create(self, entity: EntitySpec, values: Mapping[str, Value]) -> Sentence | None:
        """Why such a record may not be made. Asked once for all records of the same owner with the
        same fields: nothing else of a new record decides, unless a freeze rule binds creation,
        which then is asked every time."""
        owner = values.get(entity.owner) if entity.owner else None
        asked = (entity.name, owner, tuple(values))
        if not self.bound and asked in self._creatable:
            return self._creatable[asked]
        verdict = can(
            self._actor, Right.CREATE, entity, values, fields=tuple(values), now=self._now
        )
        said = None if verdict.allowed else Sentence(verdict.chinese, verdict.english)
        self._creatable[asked] = said
        return said

    def edit(
        self, entity: EntitySpec, held: Record, changes: Mapping[str, Value]
    ) -> Sentence | None:
        """Why a record that is there may not be changed so."""
        seen = can(self._actor, Right.SEE, entity, held, now=self._now)
        if not seen.allowed:
            return Sentence(
                f"与一条您看不到的{entity.label.zh}相同，请联系主管",
                f"It is the same as a {entity.label.en.lower()} you may not see; ask a manager",
            )
        if not changes:
            return None
        fields: Collection[str] = changes.keys()
        verdict = can(self._actor, Right.EDIT, entity, held, fields=fields, now=self._now)
        return None if verdict.allowed else Sentence(verdict.chinese, verdict.english)

    def double(self, entity: EntitySpec, twin: Twin) -> Sentence | None:
        """Why no second record may be made on purpose: two of one number or code are made only by
        whom the role lets (as on the form)."""
        if twin.field not in _TELLING or can(self._actor, Right.TWIN, entity).allowed:
            return None
        label = entity.field_spec(twin.field).label
        return Sentence(
            f"已有{entity.label.zh}「{label.zh}」相同，您的角色不能重复新建，请联系主管",
            f"There is a {entity.label.en.lower()} with the same {label.en.lower()}; your role "
            "may not make a second one",
        )
