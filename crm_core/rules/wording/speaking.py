"""Names of what rules speak of: entities, fields, people, other rules; what is gone is marked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as with_default

from crm_core.model.choices import ROLE
from crm_core.model.query import EVERYTHING, NOTHING, Condition
from crm_core.model.schema import Label, Registry
from crm_core.permissions.stored import role_id
from crm_core.rules.documents import When
from crm_core.rules.wording.condition_words import Named, Said, said_of

MOST = 6
"""Parts of a list that are read out; of the others only their number."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """In which language, and whom to ask for names."""

    registry: Registry
    language: str
    named: Named
    rules: Mapping[str, Label] = with_default(default_factory=dict)
    """Names of rules by id: pools and approvals are rules themselves."""
    stages: Mapping[tuple[str, str], Label] = with_default(default_factory=dict)
    """(entity, code) → what a stage of these rules is called."""

    @property
    def zh(self) -> bool:
        """Whether Chinese is spoken."""
        return self.language.startswith("zh")

    def choose(self, chinese: str, english: str) -> str:
        """The words in the language spoken."""
        return chinese if self.zh else english

    def entity(self, name: str) -> str:
        """What records of an entity are called."""
        if name not in self.registry:
            return f"⚠{name}"
        label = self.registry.entity(name).label.text(self.language)
        return label if self.zh else label.lower()

    def field(self, entity: str, name: str) -> str:
        """What a field is called."""
        spec = self.registry.find(entity, name)
        if spec is not None:
            return spec.label.text(self.language)
        return f"⚠{self.choose('没有字段', 'no field ')}「{name}」"

    def fields(self, entity: str, names: Sequence[str]) -> str:
        """What fields are called, one or another."""
        return self.choose("或", " or ").join(self.field(entity, name) for name in names)

    def person(self, user: str) -> str:
        """What somebody is called."""
        return self.named("user", user) or f"⚠{self.choose('已不在的同事', 'somebody gone')}"

    def rule(self, rule_id: str) -> str:
        """What another rule is called."""
        label = self.rules.get(rule_id)
        return label.text(self.language) if label else f"⚠{rule_id}"

    def stage(self, entity: str, code: str) -> str:
        """What a stage is called, by these rules or by the options of the field."""
        label = self.stages.get((entity, code))
        spec = self.registry.find(entity, "stage")
        option = spec.choice(code) if spec is not None else None
        label = label or (option.label if option is not None else None)
        return label.text(self.language) if label is not None else f"⚠{code}"

    def condition(self, when: When, entity: str) -> str:
        """A condition in words; empty where it asks nothing."""
        condition: Condition = when.condition
        if condition in (EVERYTHING, NOTHING) or entity not in self.registry:
            return ""
        return said_of(condition, Said(self.registry.entity(entity), self.language, self.named))

    def quoted(self, text: str) -> str:
        """Somebody's own words."""
        return self.choose(f"「{text}」", f" “{text}”")

    def listed(self, words: Sequence[str], comma: str = "") -> str:
        """Several, the first of them by name."""
        comma = comma or self.choose("、", ", ")
        shown = comma.join(words[:MOST])
        more = len(words) - MOST
        return (
            shown if more <= 0 else f"{shown}{self.choose(f' 等 {len(words)} 项', f' (+{more})')}"
        )

    def hours(self, hours: float) -> str:
        """A length of time as people say it."""
        if hours and hours % 24 == 0 and hours >= 72:
            return self.choose(f"{hours / 24:g} 天", f"{hours / 24:g} days")
        if 0 < hours < 1:
            return self.choose(f"{hours * 60:g} 分钟", f"{hours * 60:g} minutes")
        return self.choose(f"{hours:g} 小时", f"{hours:g} h")


_RECIPIENTS = {
    "owner": Label("负责人", "the owner"),
    "lead": Label("主管", "their lead"),
    "upper": Label("上级主管", "the lead above"),
}


USUAL_ROLES: Mapping[str, Label] = {
    **{one.code: one.label for one in ROLE},
    "legal": Label("法务", "Legal"),
    "support": Label("技术支持", "Technical support"),
}
"""What ships speaks of these; a company has those it makes beside them."""


def role_words(code: str, speaker: Speaker) -> str:
    """What a role is called: by the company, or as it ships."""
    known = USUAL_ROLES.get(code)
    named = speaker.named("role", role_id(code))
    return named or (known.text(speaker.language) if known is not None else code)


def recipient_words(whom: str, speaker: Speaker) -> str:
    """Who is meant by a word such as `owner`, `role:admin`, `user:…`."""
    if whom in _RECIPIENTS:
        return _RECIPIENTS[whom].text(speaker.language)
    kind, _, name = whom.partition(":")
    if kind == "user":
        return speaker.person(name)
    role = role_words(name, speaker)
    return speaker.choose(f"角色「{role}」", f"the role {role}")
