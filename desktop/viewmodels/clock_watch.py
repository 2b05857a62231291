"""The running clocks of one record: read on a worker thread, worded for any moment without it."""

from dataclasses import dataclass
from datetime import datetime

from crm_core.rules.clock_faces import Face, exempt_words
from crm_core.rules.recipients import USER
from crm_core.rules.speaking import Speaker
from desktop.services.countdowns import Counted, read_counted
from desktop.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Watched:
    """What was read of one record."""

    counted: Counted
    speaker: Speaker

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
    found = Watched(counted, speaker)
    found.faces(workspace.clock.now())  # The sums of working days are kept: not on the Qt thread.
    return found
