"""The shapes that describe an entity: field, entity, registry. The CRM's own are in `entities`.

Tables, forms, lists, sync, permissions, search and REST are all derived from these declarations.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from crm_core.errors import BugError

LONGEST = 100_000
"""Characters that the text of one field may have: more is taken by no server (`sync.change`)."""


class Kind(StrEnum):
    """What a field holds. The written form of each kind is fixed in `values`."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    PHONE = "phone"
    EMAIL = "email"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    DATE = "date"
    MOMENT = "moment"
    BOOL = "bool"
    CHOICE = "choice"
    SET = "set"
    REF = "ref"


class Merge(StrEnum):
    """How two concurrent edits of one field are reconciled (design rule 8)."""

    LAST_WRITER = "last_writer"
    SET = "set"
    COUNTER = "counter"
    KEEP_LOSER = "keep_loser"
    """Last writer wins, and the losing text stays visible in the inbox until a person decides."""


class Sensitivity(StrEnum):
    """How far a value may travel; personal values never reach a log."""

    INTERNAL = "internal"
    PERSONAL = "personal"


class Search(StrEnum):
    """How a field takes part in search."""

    NONE = "none"
    NAME = "name"
    """Found by characters, full pinyin and pinyin initials."""
    DIGITS = "digits"
    """Found by any run of digits, the last four first."""
    TEXT = "text"
    """Found by characters only."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name in the two languages of the interface."""

    zh: str
    en: str

    def text(self, language: str) -> str:
        """The label in `language`; Chinese for "zh…", otherwise English."""
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a choice field; `tone` is a hint for colour: neutral good warn bad."""

    code: str
    label: Label
    tone: str = "neutral"
    retired: bool = False
    """Offered to nobody any more; records that have it keep and show it."""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """Everything there is to know about one field."""

    name: str
    kind: Kind
    label: Label
    required: bool = False
    max_length: int = 200
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[Choice, ...] = ()
    target: str = ""
    """For REF: the entity pointed at."""
    merge: Merge = Merge.LAST_WRITER
    sensitivity: Sensitivity = Sensitivity.INTERNAL
    search: Search = Search.NONE
    section: str = "basic"
    indexed: bool = False
    editable: bool = True
    """False where only rules and the system write it; shown, never offered for typing."""
    custom: bool = False
    dormant: bool = False
    """Forms show it only where it is asked for or filled."""
    internal: bool = False
    """Kept by the program itself; no form, list or export offers it."""
    suggested: tuple[str, ...] = ()
    """For sets of free items: what is offered while somebody types."""

    def choice(self, code: str) -> Choice | None:
        """The option with this code, or None."""
        return next((c for c in self.choices if c.code == code), None)


@dataclass(frozen=True, slots=True)
class EntitySpec:
    """One kind of record: its fields in form order, and which of them mean something special."""

    name: str
    label: Label
    fields: tuple[FieldSpec, ...]
    title: str
    """The field shown as the record's name."""
    subtitle: tuple[str, ...] = ()
    list_fields: tuple[str, ...] = ()
    owner: str = ""
    """The REF-to-user field that decides scope; empty for what the whole organisation sees."""
    sharer: str = ""
    """A REF-to-user field: whoever sees the records of that person sees this one as well."""
    moment: str = ""
    """The MOMENT field that places the record on a timeline."""
    parents: tuple[str, ...] = ()
    """REF fields under which the record is listed, nearest first."""
    sections: Mapping[str, Label] = field(default_factory=dict)
    _by_name: Mapping[str, FieldSpec] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {f.name: f for f in self.fields})

    def find(self, name: str) -> FieldSpec | None:
        """The field of that name, or None."""
        return self._by_name.get(name)

    def field_spec(self, name: str) -> FieldSpec:
        """The field of that name; BugError if the entity has none."""
        found = self.find(name)
        if found is None:
            raise BugError(f"{self.name} has no field {name!r}")
        return found

    @property
    def searchable(self) -> tuple[FieldSpec, ...]:
        """The fields that take part in search."""
        return tuple(f for f in self.fields if f.search is not Search.NONE)


class Registry:
    """All entities by name; immutable, extended by making another (`with_fields`)."""

    def __init__(self, entities: Iterable[EntitySpec]) -> None:
        self._entities = {e.name: e for e in entities}
        self._check_targets()

    def _check_targets(self) -> None:
        for entity in self:
            for spec in entity.fields:
                if spec.kind is Kind.REF and spec.target not in self._entities:
                    raise BugError(f"{entity.name}.{spec.name} points at {spec.target!r}")
                if spec.max_length > LONGEST:
                    raise BugError(f"{entity.name}.{spec.name}: longer than may travel")
                if (spec.kind is Kind.SET) != (spec.merge is Merge.SET):
                    raise BugError(f"{entity.name}.{spec.name}: sets merge as sets, only they do")

    def __iter__(self) -> Iterator[EntitySpec]:
        return iter(self._entities.values())

    def __contains__(self, name: object) -> bool:
        return name in self._entities

    def entity(self, name: str) -> EntitySpec:
        """The entity of that name; BugError if there is none."""
        found = self._entities.get(name)
        if found is None:
            raise BugError(f"no entity {name!r}")
        return found

    def find(self, entity: str, name: str) -> FieldSpec | None:
        """The field, or None where either the entity or the field is unknown here."""
        spec = self._entities.get(entity)
        return None if spec is None else spec._by_name.get(name)

    def children_of(self, entity: str) -> tuple[tuple[EntitySpec, FieldSpec], ...]:
        """Every (child entity, REF field) listed under records of `entity`."""
        return tuple(
            (child, child.field_spec(name))
            for child in self
            for name in child.parents
            if child.field_spec(name).target == entity
        )

    def with_fields(self, added: Iterable[tuple[str, FieldSpec]]) -> "Registry":
        """This registry plus a company's own fields, given as (entity name, field).

        Unknown entities and names already taken are left out: a custom field never replaces one
        of ours, and one meant for a newer version waits for it.
        """
        entities = dict(self._entities)
        for entity_name, spec in added:
            entity = entities.get(entity_name)
            if entity is not None and entity.find(spec.name) is None:
                entities[entity_name] = replace(entity, fields=(*entity.fields, spec))
        return Registry(entities.values())

    def with_choices(self, field: str, choices: Mapping[str, tuple[Choice, ...]]) -> "Registry":
        """This registry with other options in one field of the entities named."""
        entities = dict(self._entities)
        for name, options in choices.items():
            entity = entities[name]
            fields = (replace(f, choices=options) if f.name == field else f for f in entity.fields)
            entities[name] = replace(entity, fields=tuple(fields))
        return Registry(entities.values())
