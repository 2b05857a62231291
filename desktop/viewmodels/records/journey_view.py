"""The journey of one lead or opportunity: each stay in a stage, for how long, and who moved it.

Read from the change log, so it says what really happened, moves back included; where only the
newest history is on this device, it begins with the earliest that is known.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from crm_core.clock import CHINA, parse_moment
from crm_core.insight.framing import HOUR, millis
from crm_core.insight.stage_history import StageHistory
from crm_core.insight.standards import SHIPPED
from crm_core.model.number_words import counted
from crm_core.model.schema import Label
from crm_core.store.measures import stage_history
from crm_core.sync.change import Operation, Verb, moment_of
from desktop.services.record_history import Reach, record_history
from desktop.services.workspace import Workspace
from desktop.viewmodels.pictured import Leg, Mark
from desktop.viewmodels.records.dossier import Event, read_dossier

_HOUR = 3600.0
_FORM = "%m-%d %H:%M"


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay in a stage."""

    stage: str
    entered: datetime
    left: datetime
    who: str
    """User id of whoever moved it there."""
    open: bool = False


@dataclass(frozen=True, slots=True)
class Journey:
    """What the page shows."""

    entity: str
    id: str
    title: str
    marks: tuple[Mark, ...]
    legs: tuple[Leg, ...]
    ends: tuple[str, str]
    said: str
    """The whole in a line."""
    reach: Reach
    """How far back the history goes that it was read from."""
    fetched_at: str
    events: tuple[Event, ...]
    """What happened on the way, newest first."""


def read_journey(
    workspace: Workspace, entity: str, record_id: str, language: str
) -> Journey | None:
    """None where the record is not on this device (any more). Runs off the Qt thread."""
    history = record_history(workspace, entity, record_id)
    dossier = read_dossier(workspace.replica, entity, record_id, language=language)
    if history is None or dossier is None:
        return None
    stage = str(history.present.get("stage") or "")
    begun = history.present.get("received_at")
    since = history.present.get("stage_since")
    stays = stays_of(history.operations, stage, (begun, since), workspace.clock.now())
    names = workspace.replica.titles("user", {stay.who for stay in stays if stay.who})
    spec = workspace.replica.registry.entity(entity).field_spec("stage")
    rules = workspace.replica.read(lambda c: stage_history.published(c, workspace.replica.tables))
    labels = {choice.code: choice.label.text(language) for choice in spec.choices}
    marks, legs = [], []
    for place, stay in enumerate(stays):
        leg = _leg(stay, stays, entity, names, rules, place)
        legs.append(leg)
        marks.append(_mark(stay, leg, labels.get(stay.stage, stay.stage), language))
    name = workspace.replica.titles(entity, [record_id]).get(record_id, "")
    return Journey(
        entity, record_id, name, tuple(marks), tuple(legs), _ends(stays), _whole(stays, language),
        reach=history.reach, fetched_at=history.fetched_at, events=dossier.events,
    )  # fmt: skip


def stays_of(
    operations: tuple[Operation, ...], stage: str, said: tuple[object, object], now: datetime
) -> list[Stay]:
    """The stays that the log tells of; one that is known from the record only has no operator.

    `said`: when the record itself says that it came, and that its present stage began.
    """
    steps: list[tuple[datetime, str, str]] = []
    for one in operations:
        if one.field == "stage" and isinstance(one.value, str):
            steps.append((_moment(one), one.value, one.actor))
        elif one.verb is Verb.CREATE and isinstance(one.value, dict) and one.value.get("stage"):
            begun = _earlier(said[0], _moment(one))
            steps.append((begun, str(one.value["stage"]), one.actor))
    if not steps and stage:
        steps = [(_earlier(said[1] or said[0], now), stage, "")]
    stays: list[Stay] = []
    for place, (entered, code, who) in enumerate(steps):
        last = place == len(steps) - 1
        over = code in SHIPPED.ends
        left = (
            (entered if over else max(now, entered)) if last else max(steps[place + 1][0], entered)
        )
        if stays and stays[-1].stage == code:
            continue  # Set to what it was: nothing moved.
        stays.append(Stay(code, entered, left, who, open=last and not over))
    return _joined(stays)


def _joined(stays: list[Stay]) -> list[Stay]:
    """Each stay lasts until the next begins, also where the one between was no move."""
    made: list[Stay] = []
    for place, stay in enumerate(stays):
        left = stays[place + 1].entered if place + 1 < len(stays) else stay.left
        made.append(Stay(stay.stage, stay.entered, max(left, stay.entered), stay.who, stay.open))
    return made


def _leg(
    stay: Stay, stays: list[Stay], entity: str, names: dict[str, str],
    rules: StageHistory, place: int,
) -> Leg:  # fmt: skip
    entered = millis(stay.entered)
    order = rules.at(entered).order[entity]

    def rank(code: str) -> int:
        return order.index(code) if code in order else -1

    standard = 0 if stay.stage in SHIPPED.ends else rules.standard(entity, stay.stage, entered)
    return Leg(
        begins=(stay.entered - stays[0].entered) / timedelta(hours=1),
        hours=(stay.left - stay.entered) / timedelta(hours=1),
        who=names.get(stay.who, ""),
        standard=standard / HOUR if standard else None,
        back=place > 0 and -1 < rank(stay.stage) < rank(stays[place - 1].stage),
        open=stay.open,
    )


def _mark(stay: Stay, leg: Leg, label: str, language: str) -> Mark:
    red = leg.standard is not None and leg.hours > leg.standard
    entered = stay.entered.astimezone(CHINA).strftime(_FORM)
    shown = entered if stay.stage in SHIPPED.ends else _span(leg.hours, language)
    left = stay.left.astimezone(CHINA).strftime(_FORM)
    until = Label("至今", "until now").text(language) if stay.open else left
    told = [f"{label} · {leg.who}" if leg.who else label]
    told += [shown] if stay.stage in SHIPPED.ends else [f"{entered} → {until}", shown]
    if leg.standard is not None:
        told.append(Label("标准", "standard").text(language) + " " + _span(leg.standard, language))
    if leg.back:
        told.append(Label("从后面的阶段退回", "moved back to here").text(language))
    return Mark(label, leg.hours, shown, red=red, told="\n".join(told))


def _whole(stays: list[Stay], language: str) -> str:
    if not stays:
        return ""
    hours = (stays[-1].left - stays[0].entered) / timedelta(hours=1)
    people = len({stay.who for stay in stays if stay.who})
    known = Label(f" · 经手 {people} 人", f" · {people} people").text(language) if people else ""
    whole = Label(
        f"全程 {_span(hours, 'zh')} · {len(stays)} 段停留",
        f"{_span(hours, 'en')} in all · {len(stays)} stays",
    )
    return counted(whole.text(language) + known)


def _ends(stays: list[Stay]) -> tuple[str, str]:
    if not stays:
        return "", ""
    first, last = (
        moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
        for moment in (stays[0].entered, stays[-1].left)
    )
    return first, last


def _span(hours: float, language: str) -> str:
    """Minutes, hours or days, as people say it."""
    if hours < 1:
        return Label(f"{hours * 60:.0f} 分钟", f"{hours * 60:.0f} min").text(language)
    if hours < 72:
        return Label(f"{hours:.1f} 小时", f"{hours:.1f} h").text(language)
    return Label(f"{hours / 24:.1f} 天", f"{hours / 24:.1f} days").text(language)


def _moment(operation: Operation) -> datetime:
    return parse_moment(moment_of(operation))


def _earlier(since: object, moment: datetime) -> datetime:
    """When the record says it came, where that is not after it was entered."""
    try:
        said = datetime.fromisoformat(str(since))
    except ValueError:
        return moment
    return min(said, moment) if said.tzinfo is not None else moment
