"""What rules did with a record, and by which version of them: read here, so offline as well."""

from collections.abc import Mapping
from dataclasses import dataclass

from crm_core.model.query import All, Op, Query, Sort, Test
from crm_core.model.schema import Label
from crm_core.model.values import Record
from crm_core.rules.documents import Document
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.wording.firing_words import Told, made_by, told
from crm_core.rules.wording.rule_words import sentence_of
from crm_core.store.ruling.rule_versions import Version, set_of, versions
from desktop.services.rules.rule_lines import namer, speaker_of
from desktop.services.workspace import Workspace

FIRING = "firing"
MOST = 100
"""Firings that are shown of one record."""
_MADE = "act-"
"""How ids of what rules make begin."""


@dataclass(frozen=True, slots=True)
class FiringLine:
    """One rule, once."""

    rule: str
    kind: str
    """Empty where nobody knows the rule any more."""
    version: int | None
    """Number of the published version; 0: what ships; None: one that is not on this device."""
    author: str
    note: str
    published: str
    at: str
    told: Told
    people: tuple[str, ...]
    sentence: str
    """What the rule said in that version."""
    about: str
    record: str

    def version_words(self, language: str) -> str:
        """Which version decided."""
        if self.version is None:
            return Label("版本不在本机", "a version not on this device").text(language)
        if not self.version:
            return Label("随附规则", "as shipped").text(language)
        return Label(f"第 {self.version} 版", f"version {self.version}").text(language)


@dataclass(frozen=True, slots=True)
class Firings:
    """What rules did with a record, the latest first; whether one of them made it."""

    lines: tuple[FiringLine, ...]
    total: int
    maker: FiringLine | None = None


def firings_of(workspace: Workspace, entity: str, record_id: str, language: str) -> Firings:
    """Everything rules did with a record, in the words of a language; not for the Qt thread."""
    where = All((Test("record", Op.EQ, record_id), Test("about", Op.EQ, entity)))
    replica = workspace.replica
    total = replica.count(Query(FIRING, where))
    newest = Query(FIRING, where, sort=(Sort("at", descending=True), Sort("id")), limit=MOST)
    found = replica.find(newest) if total else []
    maker = _maker(workspace, entity, record_id)
    if not found and maker is None:
        return Firings((), 0)
    teller = _Teller(workspace, language)
    lines = tuple(teller.line(one) for one in found)
    return Firings(lines, total, teller.line(maker) if maker is not None else None)


def _maker(workspace: Workspace, entity: str, record_id: str) -> Record | None:
    """The firing that made a task; only looked for where its id says that a rule did."""
    if entity != "task" or not record_id.startswith(_MADE):
        return None
    task = workspace.replica.record(entity, record_id)
    if task is None:
        return None
    named = Query(FIRING, Test("why", Op.CONTAINS, record_id), limit=1)
    found = workspace.replica.find(named)
    if not found and isinstance(lead := task.get("lead"), str):
        found = workspace.replica.find(Query(FIRING, Test("record", Op.EQ, lead)))
    return next((one for one in found if made_by(one, task)), None)


class _Teller:
    """Knows the versions, each read once."""

    def __init__(self, workspace: Workspace, language: str) -> None:
        self._workspace, self._language = workspace, language
        tables = workspace.replica.tables
        known = workspace.replica.read(lambda c: versions(c, tables))
        self._versions: Mapping[str, Version] = {one.id: one for one in known}
        self._people = workspace.replica.titles("user", {v.author for v in known if v.author})
        self._sets: dict[str, RuleSet] = {}
        self._named = namer(workspace)

    def line(self, firing: Record) -> FiringLine:
        """One firing in words."""
        named = str(firing.get("version") or "")
        version = self._versions.get(named)
        gone = bool(named) and version is None
        document = None if gone else self._document(named, str(firing.get("rule")))
        said = told(firing.get("why"))
        kept = str(firing.get("rule_name") or firing.get("rule") or "")
        name = document.label if document is not None else Label(kept, kept)
        return FiringLine(
            rule=name.text(self._language),
            kind=document.kind if document is not None else "",
            version=version.number if version is not None else None if gone else 0,
            author=self._people.get(version.author, "") if version is not None else "",
            note=version.note if version is not None else "",
            published=version.at if version is not None else "",
            at=str(firing.get("at") or ""),
            told=said,
            people=tuple(p for one in said.people if (p := self._named("user", one))),
            sentence=self._sentence(document),
            about=str(firing.get("about") or ""),
            record=str(firing.get("record") or ""),
        )

    def _document(self, version: str, rule: str) -> Document[object] | None:
        if version not in self._sets:
            tables = self._workspace.replica.tables
            self._sets[version] = self._workspace.replica.read(lambda c: set_of(c, tables, version))
        return self._sets[version].one(rule)

    def _sentence(self, document: Document[object] | None) -> str:
        if document is None:
            return ""
        rules = RuleSet([document])
        return sentence_of(
            document, speaker_of(self._workspace, self._language, rules, self._named)
        )
