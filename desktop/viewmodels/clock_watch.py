"""The running clocks of one record: read on a worker thread, worded for any moment without it."""

from dataclasses import dataclass
from datetime import datetime

from crm_core.clock import CHINA, parse_moment
from crm_core.model.values import Record
from crm_core.rules.approvals import may_decide
from crm_core.rules.recipients import USER
from crm_core.rules.wording.clock_faces import Face, exempt_words
from crm_core.rules.wording.speaking import Speaker
from desktop.services.rules.countdowns import Counted, read_counted
from desktop.services.rules.exempting import kind_label, requested
from desktop.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request to hold up the clocks of a record (row 6.10)."""

    id: str
    words: str
    mine: bool
    """Who looks asked for it, and may take it back."""
    decides: bool


@dataclass(frozen=True, slots=True)
class Watched:
    """What was read of one record."""

    counted: Counted
    speaker: Speaker
    waiting: Waiting | None = None
    """The request for an exemption that waits longest."""

    def faces(self, now: datetime) -> list[Face]:
        """How its clocks stand now; nothing is asked of the disk."""
        return self.counted.faces(now, self.speaker)

    def exemption(self, now: datetime) -> tuple[str, str]:
        """(id, words) of the exemption in force; empty where there is none."""
        found = self.counted.exemption(now)
        return ("", "") if found is None else (str(found["id"]), exempt_words(found, self.speaker))


def read_watched(
    workspace: Workspace, entity: str, record_id: str, language: str
) -> Watched | None:
    """None where the record is not here, or no clock is about records of its kind."""
    counted = read_counted(workspace, entity, [record_id]).get(record_id)
    if counted is None:
        return None
    told = {word for rule in counted.rules for level in rule.body.levels for word in level.to}
    people = {word.removeprefix(USER) for word in told if word.startswith(USER)}
    names = workspace.replica.titles("user", people)
    speaker = Speaker(
        workspace.replica.registry,
        language,
        lambda entity, one: names.get(one) if entity == "user" else None,
    )
    waiting = _waiting(workspace, entity, counted.record, speaker)
    found = Watched(counted, speaker, waiting)
    found.faces(workspace.clock.now())  # The sums of working days are kept: not on the Qt thread.
    return found


def _waiting(workspace: Workspace, entity: str, record: Record, speaker: Speaker) -> Waiting | None:
    """Who asked for an exemption, when, until when and why, and who is to decide."""
    asked = requested(workspace, entity, record)
    if not asked:
        return None
    first, me = asked[0], workspace.actor.user_id
    people = {str(first.get("asked_by")), str(first.get("owner"))}
    names = workspace.replica.titles("user", people)
    asker, approver = (names.get(str(first.get(one)), "—") for one in ("asked_by", "owner"))
    at, until = (_clock(first.get(one)) for one in ("asked_at", "exempt_until"))
    kind = kind_label(str(first.get("exempt_kind"))).text(speaker.language)
    reason = " ".join(str(first.get("request") or "").split())
    why = speaker.choose("，", ", ").join(dict.fromkeys(one for one in (kind, reason) if one))
    more = len(asked) - 1
    zh = f"{asker} {at} 申请豁免到 {until}：{why}；等 {approver} 决定"
    en = f"{asker} asked on {at} for an exemption until {until}: {why}; {approver} is to decide"
    words = speaker.choose(zh, en)
    if more:
        words += speaker.choose(f"（另有 {more} 个申请）", f" ({more} more)")
    mine = first.get("asked_by") == me
    return Waiting(str(first["id"]), words, mine, may_decide(workspace.actor, first).allowed)


def _clock(moment: object) -> str:
    if not isinstance(moment, str) or not moment:
        return "—"
    return f"{parse_moment(moment).astimezone(CHINA):%m-%d %H:%M}"
