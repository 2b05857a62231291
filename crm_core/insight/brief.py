"""The daily brief: at most three conclusions and, where it applies, what to do about late help.

Pure: facts → sentences in both languages, with the questions behind each; no table (row 6.17). A
conclusion says its number, what changed and a suggested step (row 6.18); with fewer than `LEAST`
records it says that there is too little, and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from crm_core.insight.brief_facts import (
    HELP_LIMIT,
    HELP_WEEKS,
    LEAST,
    TOP,
    Answered,
    Facts,
    Help,
    Response,
    StageLoad,
    Step,
    place_of,
)
from crm_core.insight.moves import advice_for
from crm_core.insight.response import GOLDEN_HOURS
from crm_core.model.number_words import counted
from crm_core.model.query import All, Op, Query, Sort, Test
from crm_core.model.query import Any as AnyOf
from crm_core.model.schema import Label

OVERDUE_BAD = 0.15
"""Row 6.16 turns red where fewer than 85 % were answered within 48 hours."""
BREAK_BAD = 0.5
MOST_BREAKS = 3
MOST_UNKNOWN = 0.2
"""Where more of the fates are without history, losses would look too small."""
_SAME = 0.005


@dataclass(frozen=True, slots=True)
class Figure:
    """One small bar beside a conclusion: its part of a full one, 0 to 1, and what stands there."""

    label: Label
    share: float
    shown: Label
    query: Query | None = None
    """Opens the records it counts."""
    tone: str = "neutral"
    own: bool = False


@dataclass(frozen=True, slots=True)
class Door:
    """A way to the records behind a conclusion."""

    label: Label
    query: Query


@dataclass(frozen=True, slots=True)
class Conclusion:
    """One of the three, or the self-diagnosis."""

    kind: str
    tone: str
    """good, warn, bad; neutral where there is too little data."""
    title: Label
    text: Label
    change: Label
    advice: Label
    figures: tuple[Figure, ...] = ()
    doors: tuple[Door, ...] = ()
    cases: tuple[str, ...] = ()
    """Ids of tasks; their words are looked up by whoever may read them."""


@dataclass(frozen=True, slots=True)
class Brief:
    """What one person reads on one day."""

    day: str
    as_of: str
    viewer: str
    viewer_name: str
    conclusions: tuple[Conclusion, ...]


_NONE = Label("", "")


def brief_of(facts: Facts) -> Brief:
    """Draw the conclusions."""
    found = [overdue(facts.stages), response(facts.response), breaks(facts)]
    late = diagnosis(facts.help)
    every = (*found, *((late,) if late is not None else ()))
    return Brief(facts.day, facts.as_of, facts.viewer, facts.viewer_name, every)


def overdue(stages: Sequence[StageLoad]) -> Conclusion:
    """① Which part of the leads of each stage nobody has touched in time."""
    title = Label("各阶段超时未触达", "Overdue and untouched, by stage")
    waiting, late = sum(s.waiting for s in stages), sum(s.overdue for s in stages)
    if waiting < LEAST:
        return _too_little("overdue", title, waiting, Label("进行中的线索", "open leads"))
    share = late / waiting
    before = _share(sum(s.overdue_before for s in stages), sum(s.waiting_before for s in stages))
    text, advice = _within(waiting)
    if late:
        text, advice = _worst(stages, waiting, late)
    every = Query("lead", AnyOf(tuple(s.query.where for s in stages)), (Sort("assigned_at"),))
    named = Label(f"{late} 条超时线索", counted(f"{late} overdue leads"))
    doors = (Door(named, every),) if late else ()
    figures = tuple(_load(s) for s in stages if s.waiting)
    change = _moved(share, before, Label("昨天此时", "this time yesterday"))
    return Conclusion(
        "overdue", _tone(share, OVERDUE_BAD), title, text, change, advice, figures, doors
    )


def _within(waiting: int) -> tuple[Label, Label]:
    return (
        Label(
            f"{waiting} 条在办线索全部在时限内。",
            f"All {waiting} open leads are within their clocks.",
        ),
        Label("保持节奏，今天先跟最早到期的。", "Keep going; begin with what is due first."),
    )


def _worst(stages: Sequence[StageLoad], waiting: int, late: int) -> tuple[Label, Label]:
    worst = max(stages, key=lambda s: (_share(s.overdue, s.waiting), s.overdue))
    zh, en = worst.label.zh, worst.label.en
    share, part = f"{late / waiting:.0%}", _percent(worst.overdue, worst.waiting)
    text = Label(
        f"{waiting} 条在办线索中 {late} 条超时（{share}），“{zh}”最重："
        f"{worst.waiting} 条里 {worst.overdue} 条（{part}）。",
        f"{late} of {waiting} open leads are overdue ({share}); worst is “{en}”: "
        f"{worst.overdue} of {worst.waiting} ({part}).",
    )
    return text, advice_for("lead", worst.stage)


def _load(stage: StageLoad) -> Figure:
    share = _share(stage.overdue, stage.waiting)
    shown = f"{_percent(stage.overdue, stage.waiting)} · {stage.overdue}/{stage.waiting}"
    return Figure(stage.label, share, _same(shown), stage.query, _tone(share, OVERDUE_BAD))


def response(found: Response) -> Conclusion:
    """② Who answered quickest in the last 24 hours, and where oneself stands."""
    title = Label("近 24 小时首次响应", "First response, last 24 hours")
    if found.count < LEAST or found.median is None:
        return _too_little("response", title, found.count, Label("首次响应", "first responses"))
    best, place = found.ranked[0], place_of(found.ranked, found.viewer)
    own = next((o for o in found.ranked if o.person == found.viewer), None)
    text = Label(
        f"{found.count} 条首次响应，中位 {_hours(found.median, 'zh')}；最快是{best.name}"
        f"（{_hours(best.hours, 'zh')}，{best.count} 条）。{_own_place(own, place, 'zh')}",
        f"{found.count} first responses, median {_hours(found.median, 'en')}; quickest is "
        f"{best.name} ({_hours(best.hours, 'en')}, {best.count}). {_own_place(own, place, 'en')}",
    )
    change = Label("前一天没有可比的响应。", "The day before has nothing to compare with.")
    if found.median_before is not None:
        change = _slower(found.median - found.median_before)
    late = found.median > GOLDEN_HOURS
    advice = Label(
        "把最快的那位的开场和时段发给全组，照着做一天。",
        "Share how and when the quickest begins, and have everybody do so for a day.",
    )
    if late:
        advice = Label(
            "中位已超过黄金四小时：今天上午先清完未响应线索，再接新线索。",
            "The median is beyond the golden four hours: answer what waits before taking new ones.",
        )
    return Conclusion(
        "response", "bad" if late else "good", title, text, change, advice,
        _ranks(found, own), (Door(Label(f"{found.count} 条响应", f"{found.count} responses"),
                                  found.query),),
    )  # fmt: skip


def breaks(facts: Facts) -> Conclusion:
    """③ The three steps of the journey that lose most."""
    days = facts.period_days
    title = Label(f"旅程断点 TOP3（近 {days} 天）", f"Top 3 journey breaks, last {days} days")
    known = [s for s in facts.steps if s.now.total >= LEAST and s.now.share]
    if not known:
        total = sum(s.now.total for s in facts.steps)
        return _too_little("breaks", title, total, Label("有结果的阶段流转", "decided steps"))
    decided = sum(s.now.total for s in facts.steps)
    if facts.unknown > MOST_UNKNOWN * (decided + facts.unknown):
        return _no_history(title, facts.unknown)
    worst = sorted(known, key=lambda s: (-(s.now.share or 0), -s.now.broken))[:MOST_BREAKS]
    first = worst[0]
    fate, share = first.now, first.now.share or 0.0
    text = Label(
        f"“{_step(first, 'zh')}”断得最多：{fate.total} 个里 {fate.broken} 个没过去（{share:.0%}），"
        f"其中 {fate.lost} 个流失、{fate.stuck} 个超时停住。",
        f"“{_step(first, 'en')}” loses most: {fate.broken} of {fate.total} did not get through "
        f"({share:.0%}); {fate.lost} lost, {fate.stuck} stuck past the clock.",
    )
    change = Label(
        "前一个周期样本不足，没有可比的数。", "The period before has too little to compare with."
    )
    if facts.guessed:
        change = Label(
            f"{facts.guessed} 次流转在本机没有历史，按从前一阶段推进计。",
            f"{facts.guessed} moves have no history here and count as from the stage before.",
        )
    elif first.before.total >= LEAST:
        change = _moved(share, first.before.share or 0, Label(f"前 {days} 天", "the period before"))
    return Conclusion(
        "breaks", _tone(share, BREAK_BAD), title, text, change,
        advice_for(first.entity, first.stage), tuple(map(_broken, worst)),
        (Door(Label(f"{fate.broken} 条没过去的", f"{fate.broken} that did not"), first.query),),
    )  # fmt: skip


def _no_history(title: Label, unknown: int) -> Conclusion:
    text = Label(
        f"{unknown} 条流失记录在本机没有历史，不下结论。",
        f"{unknown} records were given up without history on this device: no conclusion.",
    )
    advice = Label(
        "看服务器定时生成的简报；本机的历史从登录那天起积累。",
        "Read the brief the server makes; this device's history begins on the day of sign-in.",
    )
    return Conclusion("breaks", "neutral", title, text, _NONE, advice)


def _broken(step: Step) -> Figure:
    share = step.now.share or 0.0
    shown = f"{share:.0%} · {step.now.broken}/{step.now.total}"
    return Figure(_step_label(step), share, _same(shown), step.query, _tone(share, BREAK_BAD))


def diagnosis(found: Help) -> Conclusion | None:
    """What to do where technical help came late two weeks running (row 6.4); None otherwise."""
    weeks = found.weeks[:HELP_WEEKS]
    if len(weeks) < HELP_WEEKS or any(w.share <= HELP_LIMIT for w in weeks):
        return None
    last, earlier = weeks[0], weeks[1]
    text = Label(
        f"技术答疑延迟率连续两周超过 {HELP_LIMIT:.0%}："
        f"上周 {last.late}/{last.due}（{last.share:.0%}），"
        f"再上周 {earlier.late}/{earlier.due}（{earlier.share:.0%}）。",
        f"Technical help was late in over {HELP_LIMIT:.0%} for two weeks: last week "
        f"{last.late}/{last.due} ({last.share:.0%}), the week before "
        f"{earlier.late}/{earlier.due} ({earlier.share:.0%}).",
    )
    doors = [Door(Label("延迟的答疑", "Late help"), found.late)]
    if found.guides:
        number = Label(f"SOP 与常见问题 {found.guides} 篇", f"SOPs and FAQs: {found.guides}")
        doors.append(Door(number, found.articles))
    return Conclusion(
        "diagnosis", "bad", Label("自诊断：技术答疑延迟", "Self-diagnosis: late technical help"),
        text, _moved(last.share, earlier.share, Label("再上周", "the week before")),
        _help_advice(found.guides), doors=tuple(doors), cases=found.cases,
    )  # fmt: skip


def _help_advice(guides: int) -> Label:
    if guides:
        return Label(
            "今天安排专人值守答疑；按资料库里的 SOP 和常见问题先回，再补技术细节；"
            "复盘最近 3 个延迟案例。",
            "Put somebody on duty for questions today; answer from the SOP and FAQ first, details "
            "after; look at the last three late cases together.",
        )
    return Label(
        "今天安排专人值守答疑；资料库里还没有答疑 SOP 或常见问题，先写一页；"
        "复盘最近 3 个延迟案例。",
        "Put somebody on duty for questions today; the library has no SOP or FAQ for them yet, "
        "so write a page; look at the last three late cases together.",
    )


def _too_little(kind: str, title: Label, count: int, what: Label) -> Conclusion:
    text = Label(
        f"只有 {count} 条{what.zh}，少于 {LEAST} 条，不下结论。",
        f"Only {count} {what.en}, fewer than {LEAST}: too little for a conclusion.",
    )
    advice = Label("数据多起来后这里会给出结论。", "There will be one when there is more.")
    return Conclusion(kind, "neutral", title, text, _NONE, advice)


def _ranks(found: Response, own: Answered | None) -> tuple[Figure, ...]:
    shown = list(enumerate(found.ranked[:TOP], 1))
    place = place_of(found.ranked, found.viewer)
    if own is not None and place is not None and place > TOP:
        shown.append((place, own))
    most = max((one.hours for _, one in shown), default=0.0) or 1.0
    return tuple(
        Figure(
            _same(f"{number}  {one.name}"), one.hours / most,
            Label(f"{_hours(one.hours, 'zh')} · {one.count} 条",
                  f"{_hours(one.hours, 'en')} · {one.count}"),
            _of(found.query, one.person), "bad" if one.hours > GOLDEN_HOURS else "good",
            one.person == found.viewer,
        )
        for number, one in shown
    )  # fmt: skip


def _of(query: Query, person: str) -> Query:
    return Query(query.entity, All((query.where, Test("owner", Op.EQ, person))), query.sort)


def _own_place(own: Answered | None, place: int | None, language: str) -> str:
    if own is None:
        return "您没有首次响应。" if language == "zh" else "None of them yours."
    hours = _hours(own.hours, language)
    return f"您排第 {place}（{hours}）。" if language == "zh" else f"You are no. {place} ({hours})."


def _slower(hours: float) -> Label:
    if abs(hours) * 60 < 1:
        return Label("与前一天持平。", "As the day before.")
    zh, en = _hours(abs(hours), "zh"), _hours(abs(hours), "en")
    if hours > 0:
        return Label(f"比前一天慢 {zh}。", f"{en} slower than the day before.")
    return Label(f"比前一天快 {zh}。", f"{en} quicker than the day before.")


def _moved(now: float, before: float, since: Label) -> Label:
    points = (now - before) * 100
    if abs(now - before) < _SAME:
        return Label(f"与{since.zh}持平（{before:.0%}）。", f"As {since.en} ({before:.0%}).")
    word_zh, word_en = ("升", "up") if points > 0 else ("降", "down")
    return Label(
        f"比{since.zh}{word_zh} {abs(points):.0f} 个百分点（原 {before:.0%}）。",
        f"{word_en.capitalize()} {abs(points):.0f} points from {since.en} ({before:.0%}).",
    )


def _step(step: Step, language: str) -> str:
    return f"{step.label.text(language)}→{step.next_label.text(language)}"


def _step_label(step: Step) -> Label:
    return Label(_step(step, "zh"), _step(step, "en"))


def _same(text: str) -> Label:
    return Label(text, text)


def _share(part: int, whole: int) -> float:
    return min(part / whole, 1.0) if whole else 0.0


def _percent(part: int, whole: int) -> str:
    return f"{_share(part, whole):.0%}"


def _tone(share: float, bad: float) -> str:
    return "bad" if share > bad else "warn" if share > 0 else "good"


def _hours(hours: float, language: str) -> str:
    if hours < 1:
        minutes = round(hours * 60)
        return f"{minutes} 分钟" if language == "zh" else f"{minutes} min"
    return f"{hours:.1f} 小时" if language == "zh" else f"{hours:.1f} h"
