"""A rule as one sentence, made from what it says: 当 线索 新建，且 来源 是 抖音 → 打标签「直播」.

Kinds with a sentence of their own are in `_SENTENCES`; any other is read out part by part.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from crm_core.rules.approvals import Approval
from crm_core.rules.documents import Document
from crm_core.rules.limits import Limit
from crm_core.rules.pools import Pool
from crm_core.rules.routing import Route
from crm_core.rules.scoring import Scoring
from crm_core.rules.stages import StageBody
from crm_core.rules.timekeeping.clocks import Clock
from crm_core.rules.wording.automation_words import automation_words
from crm_core.rules.wording.change_words import value_words
from crm_core.rules.wording.form_words import part_of
from crm_core.rules.wording.speaking import MOST, Speaker, recipient_words


def sentence_of(document: Document[Any], speaker: Speaker) -> str:
    """The rule in one line."""
    say = _SENTENCES.get(document.kind, _part_by_part)
    return say(document, speaker)


def _clock(rule: Document[Clock], speaker: Speaker) -> str:
    body, what = rule.body, speaker.entity(rule.entity)
    about = speaker.condition(body.runs_when, rule.entity)
    since = speaker.fields(rule.entity, body.start)
    limit = speaker.hours(body.limit_hours)
    if str(body.measure) == "working":
        limit = speaker.choose(f"{limit}（工作时间）", f"{limit} of working time")
    ends = [speaker.field(rule.entity, name) for name in body.stop_fields]
    ends += [speaker.entity(one.entity) for one in body.stopped_by]
    stop = speaker.condition(body.stop_when, rule.entity)
    ends += [stop] if stop else []
    waits = speaker.choose("或", " or ").join(ends)
    told = speaker.listed(
        [
            speaker.choose(
                f"满 {speaker.hours(one.after_hours)}提醒{who}",
                f"tells {who} after {speaker.hours(one.after_hours)}",
            )
            for one in body.levels
            for who in [speaker.listed([recipient_words(word, speaker) for word in one.to])]
        ]
    )
    head = f"{what}（{about}）" if about and speaker.zh else f"{what} ({about})" if about else what
    if speaker.zh:
        must = f"，要有{waits}" if waits else ""
        return f"{head} 从 {since} 起 {limit}内{must}" + (f" → {told}" if told else "")
    must = f", {waits}" if waits else ""
    return f"{head[:1].upper()}{head[1:]}: within {limit} of {since}{must}" + (
        f" → {told}" if told else ""
    )


def _score(rule: Document[Scoring], speaker: Speaker) -> str:
    body = rule.body
    counted = [one for one in body.factors if one.points]
    points = [f"{one.label.text(speaker.language)} {one.points:+d}" for one in counted]
    grades = [f"{one.code} ≥ {one.least}" for one in body.grades if one.least > 0]
    comma = speaker.choose("；", "; ")
    return comma.join(one for one in (speaker.listed(points), speaker.listed(grades)) if one)


def _route(rule: Document[Route], speaker: Speaker) -> str:
    body = rule.body
    asked = speaker.condition(body.when, rule.entity) or speaker.choose("所有线索", "every lead")
    goes = speaker.rule(body.pool) if body.pool else ""
    goes = speaker.choose(f"进入「{goes}」", f"into “{goes}”") if goes else ""
    who = speaker.person(body.person) if body.person else ""
    who = speaker.choose(f"给 {who}", f"to {who}") if who else ""
    return f"{asked} → {speaker.choose('，', ', ').join(one for one in (goes, who) if one) or '—'}"


def _pool(rule: Document[Pool], speaker: Speaker) -> str:
    body = rule.body
    members = [speaker.person(one.user) for one in body.members]
    team = [speaker.named("team", body.team) or f"⚠{body.team}"] if body.team else []
    who = speaker.listed([*team, *members]) or speaker.choose("所有人", "everybody")
    given = (
        speaker.choose("自动分配", "given out")
        if body.assigns
        else speaker.choose("自己领取", "claimed")
    )
    most = body.capacity
    said = speaker.choose(
        f"{who}；{given}，每人最多 {most} 条待跟进", f"{who}; {given}, at most {most} open each"
    )
    if body.claim_minutes:
        within = body.claim_minutes
        said += speaker.choose(f"；{within} 分钟内领取", f"; claimed within {within} minutes")
    if body.fallback:
        over = speaker.rule(body.fallback)
        said += speaker.choose(f"；没人能接转到「{over}」", f"; then “{over}”")
    return said


def _stage(rule: Document[StageBody], speaker: Speaker) -> str:
    body, language = rule.body, speaker.language
    hours = speaker.hours(body.standard_hours)
    exits = speaker.listed([one.label.text(language) for one in body.exits])
    touched = speaker.listed([one.label.text(language) for one in body.touchpoints])
    actions = speaker.listed([one.label.text(language) for one in body.actions])
    onwards = speaker.listed([speaker.stage(rule.entity, one.to) for one in body.moves])
    said = [
        (body.standard_hours, f"{speaker.choose('标准', 'takes')} {hours}"),
        (touched, speaker.choose(f"必经 {touched}", f"passes {touched}")),
        (exits, speaker.choose(f"离开要有 {exits}", f"left with {exits}")),
        (actions, speaker.choose(f"动作 {actions}", f"actions {actions}")),
        (onwards, speaker.choose(f"满足后自动进入「{onwards}」", f"then on to “{onwards}”")),
    ]  # fmt: skip
    words = [one for holds, one in said if holds]
    return speaker.choose("；", "; ").join(words) or speaker.choose("没有要求", "Nothing is asked")


def _approval(rule: Document[Approval], speaker: Speaker) -> str:
    body = rule.body
    about = speaker.entity(rule.entity) if rule.entity else speaker.choose("任何记录", "anything")
    asked = speaker.condition(body.when, rule.entity)
    asked = speaker.choose(f"（{asked}）", f" ({asked})") if asked else ""
    who = speaker.listed([recipient_words(one, speaker) for one in body.approvers])
    first, final = speaker.hours(body.first_hours), speaker.hours(body.final_hours)
    clauses = len(body.clauses)
    said = speaker.choose(
        f"{about}{asked} → 由 {who or '—'} 审批，{first}内响应，{final}内给出结论",
        f"{about}{asked} → decided by {who or '—'}, a first answer in {first}, a decision in "
        f"{final}",
    )
    if clauses:
        said += speaker.choose(f"；预设条款 {clauses} 条", f"; {clauses} preset clauses")
    return said


def _limit(rule: Document[Limit], speaker: Speaker) -> str:
    body = rule.body
    sign = {"above": ("≥", ">"), "below": ("≤", "<")}[body.red][not body.included]
    said = speaker.choose(f"{sign} {body.value:g} 标红", f"Red when {sign} {body.value:g}")
    return f"{said} → {body.suggestion}" if body.suggestion else said


def _part_by_part(rule: Document[Any], speaker: Speaker) -> str:
    body = rule.body
    if not is_dataclass(body):
        return ""
    said = []
    for one in fields(body):
        value = getattr(body, one.name)
        words = value_words(value, speaker, rule.entity)
        if words:
            name = part_of(type(body), one.name).label.text(speaker.language)
            said.append(f"{name}{speaker.choose('：', ': ')}{words}")
    return speaker.choose("；", "; ").join(said[:MOST])


_SENTENCES: Mapping[str, Callable[[Document[Any], Speaker], str]] = {
    "automation": automation_words,
    "clock": _clock,
    "score": _score,
    "route": _route,
    "pool": _pool,
    "stage": _stage,
    "limit": _limit,
    "approval": _approval,
}
