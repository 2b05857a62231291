"""An automation as one sentence: 当 线索 新建，且 来源 是 抖音 → 打标签「直播」."""

from collections.abc import Sequence

from crm_core.rules.documents import Document
from crm_core.rules.firing.automations import Action, Automation, Trigger
from crm_core.rules.wording.form_words import option_label
from crm_core.rules.wording.speaking import Speaker


def automation_words(rule: Document[Automation], speaker: Speaker) -> str:
    """The rule in one line: when, if, then."""
    body = rule.body
    asked = [speaker.condition(body.when, rule.entity)]
    asked += [
        f"{speaker.field(rule.entity, one.through)}{speaker.choose('的 ', ': ')}{words}"
        for one in body.related
        if (words := speaker.condition(one.when, _target(rule.entity, one.through, speaker)))
    ]
    asked += [
        speaker.choose(
            f"还没有{speaker.entity(one.entity)}", f"no {speaker.entity(one.entity)} yet"
        )
        for one in body.unless
    ]
    trigger = _trigger(body.trigger, rule.entity, speaker)
    conditions = speaker.choose("，且 ", " and ").join(one for one in asked if one)
    semicolon = speaker.choose("；", "; ")
    done = speaker.listed(
        [action_words(one, rule.entity, speaker) for one in body.actions], semicolon
    )
    head = f"{trigger}{speaker.choose('，且 ', ' and ')}{conditions}" if conditions else trigger
    once = speaker.choose("（每条一次）", " (once each)") if body.once else ""
    return f"{head} → {done}{once}"


def _trigger(trigger: Trigger, entity: str, speaker: Speaker) -> str:
    what, on = speaker.entity(entity), str(trigger.on)
    if on == "moment":
        return _moment(trigger, entity, speaker)
    if on in ("daily", "monthly"):
        day = speaker.choose(f"每月 {trigger.day} 日", f"On day {trigger.day} of each month")
        when = speaker.choose("每天", "Every day") if on == "daily" else day
        return speaker.choose(f"{when} {trigger.at}，{what}", f"{when} at {trigger.at}, {what}")
    if on == "message":
        words = speaker.listed(
            [f"「{one}」" if speaker.zh else f"“{one}”" for one in trigger.words]
        )
        return speaker.choose(f"当 {what} 提到{words}", f"When a {what} says {words}")
    if on == "stage":
        return _stage_move(trigger, entity, speaker)
    verb = option_label(type(trigger.on), on).text(speaker.language)
    names = speaker.fields(entity, trigger.fields)
    if names and on == "changed":
        return speaker.choose(f"当 {what} 的 {names} 改变", f"When {names} of a {what} changes")
    return speaker.choose(f"当 {what} {verb}", f"When a {what} {verb}")


def _moment(trigger: Trigger, entity: str, speaker: Speaker) -> str:
    name, hours = speaker.field(entity, trigger.field), abs(trigger.hours)
    if not hours:
        when = speaker.choose(f"{name} 当天 {trigger.at}", f"On {name}, at {trigger.at}")
    elif trigger.hours < 0:
        when = speaker.choose(
            f"{name} 前 {speaker.hours(hours)}", f"{speaker.hours(hours)} before {name}"
        )
    else:
        when = speaker.choose(
            f"{name} 后满 {speaker.hours(hours)}", f"{speaker.hours(hours)} after {name}"
        )
    yearly = speaker.choose("每年 ", "every year, ") if trigger.yearly else ""
    return speaker.choose(f"当 {speaker.entity(entity)} {yearly}{when}", f"{yearly}{when}")


def _stage_move(trigger: Trigger, entity: str, speaker: Speaker) -> str:
    spec = speaker.registry.find(entity, "stage")

    def stages(codes: Sequence[str]) -> str:
        found = [spec.choice(code) if spec else None for code in codes]
        names = [
            option.label.text(speaker.language) if option else code
            for option, code in zip(found, codes, strict=True)
        ]
        return speaker.choose("或", " or ").join(f"「{n}」" if speaker.zh else n for n in names)

    what = speaker.entity(entity)
    before, after = stages(trigger.before), stages(trigger.after)
    if speaker.zh:
        return f"当 {what} {f'从{before}' if before else ''}进入{after or '另一个阶段'}"
    origin = f" from {before}" if before else ""
    return f"When a {what} moves{origin} to {after or 'another stage'}"


def action_words(action: Action, entity: str, speaker: Speaker) -> str:
    """One thing a rule about `entity` does."""
    do = str(action.do)
    target = _target(entity, action.through, speaker)
    verb = option_label(type(action.do), do).text(speaker.language)
    on = f"{speaker.field(entity, action.through)} " if action.through else ""
    match do:
        case "set":
            name = speaker.field(target, action.field)
            return f"{on}{name} = {_put(action, target, entity, speaker)}"
        case "task" | "notify":
            whom = _whom(action, speaker)
            within = speaker.hours(action.due_hours) if do == "task" and action.due_hours else ""
            said = speaker.quoted(action.title)
            if speaker.zh:
                task = f"给 {whom} 建任务{said}" if do == "task" else f"提醒 {whom}{said}"
                return f"{task}，{within}内" if within else task
            task = f"task{said} for {whom}" if do == "task" else f"remind {whom}{said}"
            return f"{task} within {within}" if within else task
        case "tag" | "untag":
            return f"{on}{verb}{speaker.quoted(action.tag)}"
        case "queue":
            title = speaker.named("article", action.article) or action.article
            return f"{verb}{speaker.quoted(title)}"
        case "approval":
            return f"{verb}{speaker.quoted(speaker.rule(action.approval))}"
        case "webhook":
            return f"{verb} {action.url}"
        case _:
            return verb


def _put(action: Action, target: str, entity: str, speaker: Speaker) -> str:
    match str(action.put):
        case "copy":
            return speaker.field(entity, action.copy)
        case "now":
            return speaker.choose("当前时间", "now")
        case "today":
            days = action.days
            return speaker.choose(
                f"{days} 天后" if days else "今天", f"{days} days on" if days else "today"
            )
    spec = speaker.registry.find(target, action.field)
    if action.value is None or spec is None:
        return speaker.choose("空", "nothing") if action.value is None else str(action.value)
    option = spec.choice(str(action.value))
    if option is not None:
        return option.label.text(speaker.language)
    if spec.target:
        return speaker.named(spec.target, str(action.value)) or f"⚠{action.value}"
    return str(action.value)


def _whom(action: Action, speaker: Speaker) -> str:
    whom = str(action.whom)
    if whom == "user":
        return speaker.person(action.user)
    if whom == "role":
        return speaker.choose(f"角色 {action.role}", f"the role {action.role}")
    if whom == "duty":
        return speaker.choose(f"值守的{action.duty}", f"{action.duty} on duty")
    return option_label(type(action.whom), whom).text(speaker.language)


def _target(entity: str, through: str, speaker: Speaker) -> str:
    """The entity a field leads to, or the rule's own."""
    spec = speaker.registry.find(entity, through.rpartition(":")[2]) if through else None
    return spec.target if spec is not None and spec.target else entity
