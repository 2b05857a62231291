"""Recordings as lines of a list: what is here on the disk, and what the queue says of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from crm_core.clock import CHINA
from crm_core.errors import KnownError
from desktop.services.voice.audio import Notice
from desktop.services.voice.recording_care import KeptRecording, kept_recordings, recordings_of
from desktop.services.workspace import Workspace
from desktop.viewmodels.recordings.recording_queue import Queued, State
from desktop.viewmodels.visits.visit_assembly import closed_up

_DAY_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class RecordingLine:
    """One recording; seconds."""

    name: str
    made: datetime
    source: str
    """The file it came from; "" for the microphone."""
    state: State
    seconds: float = 0.0
    done: float = 0.0
    left: float | None = None
    """Seconds until its words are known."""
    text: str = ""
    days_left: int | None = None
    """Whole days until it is erased."""
    entity: str = ""
    record_id: str = ""
    about: str = ""
    """The title of the record it became."""
    here: bool = True
    """Its sound is on this computer: it can be played."""
    error: KnownError | None = None
    notices: tuple[Notice, ...] = ()

    @property
    def spoken(self) -> bool:
        """From the microphone."""
        return not self.source


def read_lines(workspace: Workspace) -> list[RecordingLine]:
    """Everything that is here, the newest first. Reads files: not for the Qt thread."""
    return _lines(workspace, kept_recordings(workspace))


def lines_of_record(workspace: Workspace, entity: str, record_id: str) -> list[RecordingLine]:
    """The recordings of one record, the oldest first. Reads files: not for the Qt thread."""
    return _lines(workspace, recordings_of(workspace, entity, record_id))


def with_queue(lines: Sequence[RecordingLine], items: Iterable[Queued]) -> list[RecordingLine]:
    """The same lines as the queue has them by now, with those that are in the queue alone first."""
    queued = {item.name: item for item in items}
    known = {line.name for line in lines}
    ahead = [_of_queue(item) for item in queued.values() if item.name not in known]
    return [
        *ahead,
        *(_overlaid(line, queued[line.name]) if line.name in queued else line for line in lines),
    ]


def clock_text(seconds: float) -> str:
    """`0:42`, `12:05`, `1:02:03`."""
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _lines(workspace: Workspace, kept: Sequence[KeptRecording]) -> list[RecordingLine]:
    titles = _titles(workspace, kept)
    now_ms = workspace.clock.millis()
    return [_line(one, now_ms, titles.get(one.about.record_id, "")) for one in kept]


def _line(kept: KeptRecording, now_ms: int, about: str) -> RecordingLine:
    facts = kept.about
    until = kept.until_ms
    return RecordingLine(
        name=kept.name,
        made=datetime.fromtimestamp(facts.made_ms / 1000, UTC).astimezone(CHINA),
        source=facts.source,
        state=State.READY if facts.known else State.WAITING,
        seconds=facts.seconds,
        done=facts.position,
        text=closed_up(facts.text),
        days_left=None if until is None else max(0, -(-(until - now_ms) // _DAY_MS)),
        entity=facts.entity,
        record_id=facts.record_id,
        about=about,
    )


def _titles(workspace: Workspace, kept: Sequence[KeptRecording]) -> dict[str, str]:
    """By id of the record a recording became: whom that record is about."""
    replica, found = workspace.replica, dict[str, str]()
    for one in kept:
        entity, record_id = one.about.entity, one.about.record_id
        record = replica.record(entity, record_id) if entity in replica.registry else None
        customer = str(record.get("customer") or "") if record else ""
        if customer:
            found[record_id] = replica.titles("customer", [customer]).get(customer, "")
    return found


def _of_queue(item: Queued) -> RecordingLine:
    return _overlaid(
        RecordingLine(item.name, datetime.now(CHINA), item.title, item.state, here=False), item
    )


def _overlaid(line: RecordingLine, item: Queued) -> RecordingLine:
    if line.state is State.READY and item.state is not State.READY and line.text:
        return line
    return replace(
        line,
        state=item.state,
        seconds=item.total or line.seconds,
        done=item.done,
        left=item.left,
        text=closed_up(item.text) or line.text,
        error=item.error,
        notices=item.notices,
    )
