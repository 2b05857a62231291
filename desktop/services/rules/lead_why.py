"""Why a lead is where it is, in three layers: rule, data, capture chain (row 2.12).

Worked out anew by the rules in force, beside what the server kept of its own decision. Provisional
where this device is not sent everybody's leads.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from crm_core.clock import CHINA, parse_moment, stamp_moment
from crm_core.errors import KnownError
from crm_core.model.query import Op, Query, Sort, Test
from crm_core.model.values import Record
from crm_core.rules.pools import Tried
from crm_core.rules.routing import GIVEN, ROUTED, UNASSIGNED, Route, Routed, looked_at, route
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.scoring import scored
from crm_core.store.ruling.office import leads_of, office
from crm_core.store.ruling.rule_versions import Version, versions
from crm_core.sync.change import Operation, Verb
from desktop.services.record_history import record_history
from desktop.services.rules.rule_book import rules_of
from desktop.services.workspace import Workspace

_CAPTURED = ("source", "medium", "campaign", "received_at", "pooled_at", "assigned_at")


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of the explanation; `depth` 0 are the layers."""

    depth: int
    text: str


def as_text(reasons: tuple[Reason, ...]) -> str:
    """The whole as text to be copied."""
    return "\n".join("  " * one.depth + one.text for one in reasons)


def why_here(workspace: Workspace, lead: str, language: str) -> tuple[Reason, ...]:
    """The explanation; not for the Qt thread. KnownError ("gone")."""
    record = workspace.replica.record(ROUTED, lead)
    if record is None:
        raise KnownError(
            "这条线索已经不在本机了。", "This lead is not on this device.", code="gone"
        )
    return tuple(_Telling(workspace, record, language.startswith("zh")).told())


@dataclass(frozen=True, slots=True)
class _Telling:
    workspace: Workspace
    record: Record
    zh: bool

    def told(self) -> Iterator[Reason]:
        rules = rules_of(self.workspace)
        yield Reason(0, self._answer(rules))
        yield Reason(0, self._say("一、规则", "1. Rules"))
        yield from self._rules(rules)
        yield Reason(0, self._say("二、数据", "2. Data"))
        yield from self._data(rules)
        yield Reason(0, self._say("三、采集链路", "3. Capture chain"))
        yield from self._chain()

    def _say(self, zh: str, en: str) -> str:
        return zh if self.zh else en

    @property
    def _colon(self) -> str:
        return self._say("：", ": ")

    @property
    def _language(self) -> str:
        return "zh_CN" if self.zh else "en"

    def _name(self, user: str) -> str:
        return self.workspace.replica.titles("user", [user]).get(user, user)

    def _answer(self, rules: RuleSet) -> str:
        """In one sentence who has it and through whom; the layers below say why."""
        owner = str(self.record.get("owner") or "")
        if not owner:
            held = rules.one(str(self.record.get("pool") or "")) or rules.one(UNASSIGNED)
            pool = held.label.text(self._language) if held is not None else "—"
            return self._say(
                f"还没有负责人，在「{pool}」等人领取。", f"Nobody has it yet; it waits in “{pool}”."
            )
        name, last = self._name(owner), self._gave(owner)
        if last is None:  # It was given before what this device knows of.
            since = str(self.record.get("assigned_at") or "")
            if not since:
                return self._say(f"负责人：{name}。", f"{name} has it.")
            at = _minute(since)
            return self._say(f"负责人 {name}：{at} 分配。", f"{name} has it: since {at}.")
        at, who = f"{stamp_moment(last.hlc).astimezone(CHINA):%Y-%m-%d %H:%M}", last.actor
        why = f"（{last.reason}）" if last.reason and self.zh else ""
        why = f" ({last.reason})" if last.reason and not self.zh else why
        if last.reason == GIVEN:
            return self._say(
                f"负责人 {name}：{at} 由分配规则分给。", f"{name} has it: by the routes, {at}."
            )
        if who == owner:
            return self._say(
                f"负责人 {name}：{at} 自己接手{why}。", f"{name} has it: took it, {at}{why}."
            )
        by = self._name(who)
        return self._say(
            f"负责人 {name}：{at} 由{by}指定{why}。", f"{name} has it: from {by}, {at}{why}."
        )

    def _gave(self, owner: str) -> Operation | None:
        """What made this person its owner; None where that is not on this device."""
        history = record_history(self.workspace, ROUTED, str(self.record["id"]))
        found = [
            one
            for one in (history.operations if history is not None else ())
            if (one.field == "owner" and one.value == owner)
            or (one.verb is Verb.CREATE and one.created_values.get("owner") == owner)
        ]
        return found[-1] if found else None

    # -- rules ---------------------------------------------------------------------------------

    def _rules(self, rules: RuleSet) -> Iterator[Reason]:
        replica, now = self.workspace.replica, self.workspace.clock.now()
        yield Reason(1, self._version(rules))
        yield from self._decided()
        lead, there = replica.read(
            lambda c: (
                leads_of(c, replica.tables, [self.record])[str(self.record["id"])],
                office(c, replica.tables, rules, now, known=False),
            )
        )
        yield from self._routed(route(rules, lead, there, now), rules)
        verdict = scored(rules, self.record, now)
        if verdict is not None:
            yield Reason(1, self._say(
                f"评分 {verdict.total}，等级 {verdict.grade or '无'}",
                f"Score {verdict.total}, grade {verdict.grade or '–'}",
            ))  # fmt: skip
            for part in verdict.parts:
                yield Reason(2, part.sentence(self._language))
        if self.record.get("grade_reason"):
            reason = self.record["grade_reason"]
            yield Reason(2, self._say(f"等级由人工设定：{reason}", f"Grade by a person: {reason}"))

    def _version(self, rules: RuleSet) -> str:
        tables = self.workspace.replica.tables
        known = self.workspace.replica.read(lambda c: versions(c, tables))
        found = next((one for one in known if one.id == rules.version), None)
        if found is None:
            return self._say("生效的是随附的规则", "What ships is in force")
        return self._say("生效的规则：", "Rules in force: ") + self._named(found)

    def _named(self, one: Version) -> str:
        author = self._name(one.author) or "—"
        return self._say(
            f"第 {one.number} 版「{one.note}」，{author} 发布于 {_minute(one.at)}",
            f"version {one.number} “{one.note}”, by {author}, {_minute(one.at)}",
        )

    def _decided(self) -> Iterator[Reason]:
        """What the server kept of its decisions, the last first."""
        about = Test("record", Op.EQ, str(self.record["id"]))
        query = Query("firing", about, sort=(Sort("at", descending=True),), limit=40)
        tables = self.workspace.replica.tables
        known = {v.id: v for v in self.workspace.replica.read(lambda c: versions(c, tables))}
        routes = {one.id for one in rules_of(self.workspace).of(Route, ROUTED)}
        for one in self.workspace.replica.find(query):
            if one.get("rule") not in routes:
                continue
            version = known.get(str(one.get("version")))
            by = f"（{self._named(version)}）" if version is not None else ""
            name, at = one.get("rule_name") or one.get("rule"), _minute(str(one.get("at")))
            yield Reason(1, self._say(f"服务器 {at} 按「{name}」分配{by}",
                                      f"Given out at {at} by “{name}” {by}"))  # fmt: skip

    def _routed(self, found: Routed, rules: RuleSet) -> Iterator[Reason]:
        said = found.label().text(self._language)
        yield Reason(1, self._say(f"按现在的规则推算（仅供参考，以服务器为准）：{said}",
                                  f"By the rules of now (provisional): {said}"))  # fmt: skip
        for step in found.steps:
            name = step.label.text(self._language)
            if step.problem is not None:
                why = step.problem.text(self._language)
            elif step.holds:
                why = self._say("符合，按此分配", "holds, and is followed")
            else:
                why = self._say("条件不符合", "does not hold")
            yield Reason(2, f"{'✓' if step.holds else '✗'} {name}{self._colon}{why}")
        for tried in found.tried:
            yield from self._pool(tried)
        off = [one for one in rules.documents if isinstance(one.body, Route) and not one.active]
        if off:
            names = "、".join(one.label.text(self._language) for one in off)
            yield Reason(2, self._say(f"停用的规则：{names}", f"Switched off: {names}"))

    def _pool(self, tried: Tried) -> Iterator[Reason]:
        waits = (
            f"{self._colon}{tried.waits.text(self._language)}" if tried.waits is not None else ""
        )
        yield Reason(2, self._say("线索池", "Pool") + f" {tried.label.text(self._language)}{waits}")
        for one in tried.candidates:
            if one.out is not None:
                why = "✗ " + one.out.text(self._language)
            else:
                chosen = one.user == tried.chosen
                mark = self._say("✓ 选中", "✓ chosen") if chosen else self._say("可接", "could")
                held = self._say(f"待跟进 {one.open}/{one.capacity}", f"{one.open}/{one.capacity}")
                points = self._say(f"{one.points / 1000:g} 分", f"{one.points / 1000:g} points")
                reasons = [label.text(self._language) for label in one.reasons]
                why = " · ".join([mark, points, held, *reasons])
            yield Reason(3, f"{one.name}{self._colon}{why}")

    # -- data ----------------------------------------------------------------------------------

    def _data(self, rules: RuleSet) -> Iterator[Reason]:
        spec = self.workspace.replica.registry.entity(ROUTED)
        withheld = self.workspace.withheld(ROUTED)
        for field_name in sorted(looked_at(rules)):
            field = spec.find(field_name)
            if field is None or field_name in withheld:
                continue
            empty = self.record.get(field_name) in (None, "", [])
            state = self._say("空", "empty") if empty else self._say("已填", "filled")
            name = field.label.text(self._language)
            yield Reason(1, f"{'✗' if empty else '✓'} {name}{self._colon}{state}")

    # -- capture -------------------------------------------------------------------------------

    def _chain(self) -> Iterator[Reason]:
        spec = self.workspace.replica.registry.entity(ROUTED)
        withheld = self.workspace.withheld(ROUTED)
        for name in _CAPTURED:
            field = spec.find(name)
            if field is None or name in withheld:
                continue
            value = self.record.get(name)
            shown = _minute(str(value)) if name.endswith("_at") and value else str(value or "—")
            yield Reason(1, f"{field.label.text(self._language)}{self._colon}{shown}")
        history = record_history(self.workspace, ROUTED, str(self.record["id"]))
        for one in history.operations if history is not None else ():
            if one.verb is not Verb.CREATE and one.field not in ("owner", "pool"):
                continue
            who = self._name(one.actor)
            at = f"{stamp_moment(one.hlc).astimezone(CHINA):%Y-%m-%d %H:%M}"
            what = (
                self._say("创建", "created") if one.verb is Verb.CREATE else self._moved(one.field)
            )
            yield Reason(1, " · ".join(part for part in (at, who, what, one.reason) if part))

    def _moved(self, name: str) -> str:
        return self._say("改负责人", "owner") if name == "owner" else self._say("换池", "pool")


def _minute(text: str) -> str:
    """A moment as people write it; what is none as it is."""
    try:
        return f"{parse_moment(text).astimezone(CHINA):%Y-%m-%d %H:%M}"
    except ValueError:
        return text
