"""Single parts of a rule as sentences: a step, a condition of a stage, a factor, a level.

What a whole rule says is in `rule_words`; these stand on the cards of the builder.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from crm_core.model.query import EVERYTHING
from crm_core.model.schema import Label
from crm_core.rules.bodies import Place
from crm_core.rules.documents import Document, When
from crm_core.rules.firing.automations import Automation
from crm_core.rules.pools import Member, Pool
from crm_core.rules.scoring import Factor, Scoring
from crm_core.rules.stages import AutoMove, CheckItem, Evidence, Exit, StageBody
from crm_core.rules.timekeeping.clocks import Clock, Level
from crm_core.rules.wording.automation_words import action_words
from crm_core.rules.wording.form_words import option_label
from crm_core.rules.wording.speaking import Speaker, recipient_words

Said = Iterator[tuple[Place, str]]


def part_words(document: Document[Any], speaker: Speaker) -> dict[Place, str]:
    """Place of each part that has a sentence → the sentence."""
    say = _BODIES.get(type(document.body))
    return dict(say(document, speaker)) if say is not None else {}


def _automation(rule: Document[Automation], speaker: Speaker) -> Said:
    for number, one in enumerate(rule.body.actions):
        yield ("actions", number), action_words(one, rule.entity, speaker)
    for number, late in enumerate(rule.body.unless):
        asked = _so(late.when, late.entity, speaker)
        yield ("unless", number), f"{speaker.entity(late.entity)}{asked}"


def _clock(rule: Document[Clock], speaker: Speaker) -> Said:
    for number, one in enumerate(rule.body.levels):
        yield ("levels", number), _level(one, speaker)
    for name, some in (("stopped_by", rule.body.stopped_by), ("restarted_by",
                                                              rule.body.restarted_by)):  # fmt: skip
        for number, related in enumerate(some):
            asked = _so(related.when, related.entity, speaker)
            yield (name, number), f"{speaker.entity(related.entity)}{asked}"


def _level(one: Level, speaker: Speaker) -> str:
    who = speaker.listed([recipient_words(word, speaker) for word in one.to])
    after = speaker.hours(one.after_hours)
    words = speaker.quoted(one.task.text(speaker.language))
    return speaker.choose(f"满 {after}提醒{who}{words}", f"After {after} tells {who}{words}")


def _scoring(rule: Document[Scoring], speaker: Speaker) -> Said:
    for number, one in enumerate(rule.body.factors):
        yield ("factors", number), _factor(one, rule.entity, speaker)


def _factor(one: Factor, entity: str, speaker: Speaker) -> str:
    asked = speaker.condition(one.when, entity)
    if one.when.condition == EVERYTHING:
        asked = speaker.choose("每条线索", "every lead")
    name = one.label.text(speaker.language)
    return f"{name} {one.points:+d}{_bracketed(asked, speaker)}"


def _stage(rule: Document[StageBody], speaker: Speaker) -> Said:
    body, language = rule.body, speaker.language
    for number, one in enumerate(body.exits):
        yield ("exits", number), _exit(one, rule.entity, speaker)
    for number, item in enumerate(body.touchpoints):
        yield ("touchpoints", number), _item(item, speaker)
    for number, action in enumerate(body.actions):
        items = speaker.listed([item.label.text(language) for item in action.items])
        yield ("actions", number), f"{action.label.text(language)}{_bracketed(items, speaker)}"
        for place, item in enumerate(action.items):
            yield ("actions", number, "items", place), _item(item, speaker)
    for number, move in enumerate(body.moves):
        yield ("moves", number), _move(move, rule, speaker)
        for place, also in enumerate(move.also):
            yield ("moves", number, "also", place), _exit(also, rule.entity, speaker)


def _exit(one: Exit, entity: str, speaker: Speaker) -> str:
    if one.entity:
        least = f" ≥ {one.least}"
        how = f"{speaker.entity(one.entity)}{_so(one.where, one.entity, speaker)}{least}"
    elif one.when is not None:
        how = speaker.condition(one.when, entity)
    else:
        name = speaker.field(entity, one.field) if one.field else ""
        how = speaker.choose(f"{name} 已填", f"{name} is filled") if name else ""
    return f"{one.label.text(speaker.language)}{_bracketed(how, speaker)}"


def _item(one: CheckItem, speaker: Speaker) -> str:
    proof = "" if one.evidence is Evidence.NONE else option_label(Evidence, one.evidence.value)
    words = proof.text(speaker.language) if isinstance(proof, Label) else ""
    return f"{one.label.text(speaker.language)}{_bracketed(words, speaker)}"


def _move(one: AutoMove, rule: Document[StageBody], speaker: Speaker) -> str:
    names = asked_names(rule.body, speaker.language)
    needs = [names.get(need, f"⚠{need}") for need in one.needs]
    needs += [also.label.text(speaker.language) for also in one.also]
    everything = speaker.choose("全部要求满足", "everything is there")
    told = speaker.listed(needs) or everything
    to = speaker.stage(rule.entity, one.to)
    return speaker.choose(f"{told} → 自动进入「{to}」", f"{told} → on to “{to}” by itself")


def asked_names(body: StageBody, language: str) -> Mapping[str, str]:
    """Ids of what a stage asks for → how it is called."""
    found = {one.id: one.label.text(language) for one in body.exits}
    found |= {one.id: one.label.text(language) for one in body.touchpoints}
    for action in body.actions:
        found |= {one.id: one.label.text(language) for one in action.items}
    return found


def _pool(rule: Document[Pool], speaker: Speaker) -> Said:
    for number, one in enumerate(rule.body.members):
        yield ("members", number), _member(one, speaker)


def _member(one: Member, speaker: Speaker) -> str:
    where = speaker.listed(list(one.regions))
    return f"{speaker.person(one.user)}{_bracketed(where, speaker)}" if one.user else ""


def _so(when: When, entity: str, speaker: Speaker) -> str:
    return _bracketed(speaker.condition(when, entity), speaker)


def _bracketed(words: str, speaker: Speaker) -> str:
    return speaker.choose(f"（{words}）", f" ({words})") if words else ""


_BODIES: Mapping[type, Callable[[Any, Speaker], Said]] = {
    Automation: _automation,
    Clock: _clock,
    Scoring: _scoring,
    StageBody: _stage,
    Pool: _pool,
}
