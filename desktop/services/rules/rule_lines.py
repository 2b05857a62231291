"""The rules being written, each as a line: its sentence, where it comes from, what differs."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from crm_core.model.choices_rules import RULE_KIND
from crm_core.model.query import Query, Sort
from crm_core.model.schema import Label
from crm_core.rules.difference import Change, Turn, change_sentence, difference
from crm_core.rules.documents import Document
from crm_core.rules.mending import There, faults_there
from crm_core.rules.ruleset import RuleSet, Unread
from crm_core.rules.stage_plan import stage_documents
from crm_core.rules.stocked.shipped import SHIPPED
from crm_core.rules.wording.change_words import change_words
from crm_core.rules.wording.condition_words import Named
from crm_core.rules.wording.rule_words import sentence_of
from crm_core.rules.wording.speaking import USUAL_ROLES, Speaker
from crm_core.store.ruling.rule_book import draft
from crm_core.store.ruling.rule_versions import Version, for_everybody, set_of, versions
from desktop.services.workspace import Workspace

KINDS: tuple[str, ...] = tuple(one.code for one in RULE_KIND)


class Origin(StrEnum):
    """Where a rule comes from."""

    SHIPPED = "shipped"
    CHANGED = "changed"
    """It ships, and says something else here."""
    OWN = "own"
    UNREAD = "unread"
    """Of a newer version, or half written: kept, and obeyed by nobody."""


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule of the draft, or one that is published and in the draft no more."""

    id: str
    kind: str
    label: Label
    entity: str
    sentence: str
    origin: Origin
    active: bool
    turn: Turn | None
    """Against what is in force; None: the same."""
    differs: tuple[str, ...] = ()
    """What it says otherwise than what is in force."""
    wrong: tuple[str, ...] = ()
    """What it speaks of that is not there, or why it cannot be read."""
    document: Document[object] | None = None

    @property
    def leaving(self) -> bool:
        """In force, and in the draft no more."""
        return self.turn is Turn.REMOVED


@dataclass(frozen=True, slots=True)
class RuleDesk:
    """Everything the page shows."""

    lines: tuple[RuleLine, ...]
    versions: tuple[Version, ...]
    changed: int
    """Rules that differ from what is in force."""
    draft: RuleSet
    published: RuleSet

    @property
    def in_force(self) -> Version | None:
        """What everybody goes by; None: what ships."""
        return next((v for v in self.versions if v.in_force and not v.trial_team), None)


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version beside the one before it."""

    version: Version
    author: str
    team: str


def read_desk(workspace: Workspace, language: str) -> RuleDesk:
    """The draft against what is in force; not for the Qt thread."""
    replica, now = workspace.replica, workspace.clock.now()
    tables = replica.tables
    being_written, published, known = replica.read(
        lambda c: (draft(c, tables, now), for_everybody(c, tables), versions(c, tables))
    )
    named = namer(workspace)
    speaker = speaker_of(workspace, language, being_written, named)
    changes = {one.document.id: one for one in difference(published, being_written)}
    there = there_of(workspace, being_written, named)
    lines = [_line(one, changes, speaker, there) for one in being_written.documents]
    lines += [_unread(one, language) for one in being_written.unread]
    lines += [
        _line(one.document, changes, speaker, there)
        for one in changes.values()
        if one.turn is Turn.REMOVED
    ]  # fmt: skip
    return RuleDesk(
        lines=tuple(lines), versions=known, changed=len(changes), draft=being_written,
        published=published,
    )  # fmt: skip


def version_lines(workspace: Workspace) -> tuple[VersionLine, ...]:
    """Every version known here, the newest first, without what differs."""
    tables = workspace.replica.tables
    known = workspace.replica.read(lambda c: versions(c, tables))
    people = workspace.replica.titles("user", {one.author for one in known if one.author})
    teams = workspace.replica.titles("team", {one.trial_team for one in known if one.trial_team})
    gone = "—"
    return tuple(
        VersionLine(one, people.get(one.author, gone), teams.get(one.trial_team, ""))
        for one in known
    )


def version_changes(workspace: Workspace, version: str, language: str) -> tuple[str, ...]:
    """What a version says otherwise than the one before it, a sentence a rule."""
    replica = workspace.replica
    known = replica.read(lambda c: versions(c, replica.tables))
    place = next((n for n, one in enumerate(known) if one.id == version), None)
    if place is None:
        return ()
    earlier = next((one.id for one in known[place + 1 :] if not one.withdrawn), "")
    before, after = replica.read(
        lambda c: (set_of(c, replica.tables, earlier), set_of(c, replica.tables, version))
    )
    return change_sentences(workspace, before, after, language)


def change_sentences(
    workspace: Workspace, before: RuleSet, after: RuleSet, language: str
) -> tuple[str, ...]:  # fmt: skip
    """What one set says otherwise than another, a sentence a rule."""
    speaker = speaker_of(workspace, language, after, namer(workspace))
    return tuple(
        change_sentence(one, language, lambda rule, field, _: change_words(rule, field, speaker))
        for one in difference(before, after)
    )


def namer(workspace: Workspace) -> Named:
    """Asks the replica what records are called, each once."""
    known: dict[tuple[str, str], str | None] = {}

    def named(entity: str, record_id: str) -> str | None:
        key = (entity, record_id)
        if key not in known:
            there = entity in workspace.replica.registry
            found = workspace.replica.titles(entity, [record_id]) if there else {}
            known[key] = found.get(record_id)
        return known[key]

    return named


def speaker_of(workspace: Workspace, language: str, rules: RuleSet, named: Named) -> Speaker:
    """Who says what rules say, with the names that are known here."""
    labels = {one.id: one.label for one in rules.documents}
    stages = {(one.entity, one.body.code): one.label for one in stage_documents(rules)}
    return Speaker(workspace.replica.registry, language, named, labels, stages)


def people_of(workspace: Workspace) -> dict[str, str]:
    """The names by id of everybody who is here. Not for the Qt thread."""
    found = workspace.replica.find(Query("user", sort=(Sort("name"),)))
    here = (one for one in found if one.get("active") is not False)
    return {str(one["id"]): str(one.get("name") or "") for one in here}


def roles_of(workspace: Workspace) -> dict[str, Label]:
    """The roles a rule may name: those that ship, and the company's own."""
    own = workspace.replica.find(Query("role", sort=(Sort("name"),)))
    made = {
        str(one["code"]): Label(str(one["name"]), str(one.get("name_en") or one["name"]))
        for one in own
        if one.get("code")
    }
    return {**USUAL_ROLES, **made}


def there_of(workspace: Workspace, rules: RuleSet, named: Named) -> There:
    """What rules may speak of: fields, records, other rules, people who are here."""
    return There(workspace.replica.registry, named, rules, people_of(workspace))


def origin_of(document: Document[object]) -> Origin:
    """Where a rule of the draft comes from."""
    shipped = next((one for one in SHIPPED if one.id == document.id), None)
    if shipped is None:
        return Origin.OWN
    return Origin.SHIPPED if shipped == document else Origin.CHANGED


def _line(
    document: Document[object], changes: Mapping[str, Change], speaker: Speaker, there: There
) -> RuleLine:  # fmt: skip
    change = changes.get(document.id)
    found = faults_there(document, there)
    return RuleLine(
        id=document.id,
        kind=document.kind,
        label=document.label,
        entity=document.entity,
        sentence=sentence_of(document, speaker),
        origin=origin_of(document),
        active=document.active,
        turn=change.turn if change is not None else None,
        differs=tuple(change_words(document, one, speaker) for one in change.fields)
        if change is not None
        else (),
        wrong=tuple(dict.fromkeys(label.text(speaker.language) for _, label in found)),
        document=document,
    )


def _unread(one: Unread, language: str) -> RuleLine:
    raw, problem = one.raw, one.problem
    name = str(raw.get("name") or raw.get("id") or "")
    where = f"{problem.place}: " if problem.place else ""
    return RuleLine(
        id=str(raw.get("id") or ""),
        kind=str(raw.get("kind") or ""),
        label=Label(name, str(raw.get("name_en") or "") or name),
        entity=str(raw.get("entity") or ""),
        sentence=f"⚠ {where}{problem.label.text(language)}",
        origin=Origin.UNREAD,
        active=raw.get("active") is not False,
        turn=None,
        wrong=(problem.label.text(language),),
    )
