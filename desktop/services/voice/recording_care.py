"""How long recordings are kept, what they become, and whether they leave the laptop.

The organisation's policy says the days and whether recordings are synced; a recording is erased
with its time, with its record, or by hand. As an attachment it is MP3, which plays anywhere.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import soundfile

from crm_core.clock import CHINA
from crm_core.store.changes import changelog
from desktop.services.commands.verbs import Done
from desktop.services.papers.attachments import do_attach_content
from desktop.services.voice.audio import TARGET_RATE
from desktop.services.voice.recordings import About
from desktop.services.workspace import Workspace

KEPT_DAYS = 7
"""Where no policy says otherwise."""
_MOST_DAYS = 365
_DAY_MS = 24 * 3600 * 1000
_LINKED = ("visit", "customer")
"""What an attachment can be listed under."""


@dataclass(frozen=True, slots=True)
class RecordingPolicy:
    """What the organisation wants done with recordings."""

    days: int = KEPT_DAYS
    """0: only until the note is saved."""
    synced: bool = False


@dataclass(frozen=True, slots=True)
class KeptRecording:
    """One recording for a list."""

    path: Path
    about: About
    until_ms: int | None
    """When it is erased; None while its words are not known."""

    @property
    def name(self) -> str:
        """By which `Recordings.path` finds it."""
        return self.path.stem


def policy_of(workspace: Workspace) -> RecordingPolicy:
    """The policy as this device knows it."""
    record = workspace.replica.record("policy", "policy") or {}
    days = record.get("recording_days")
    kept = days if isinstance(days, int) and not isinstance(days, bool) else KEPT_DAYS
    return RecordingPolicy(min(max(0, kept), _MOST_DAYS), record.get("recordings_synced") is True)


def kept_recordings(workspace: Workspace) -> list[KeptRecording]:
    """Every recording on this laptop, the newest first. Reads files: not for the Qt thread."""
    recordings, days = workspace.recordings, policy_of(workspace).days
    found = [(path, recordings.about(path)) for path in recordings.all()]
    return [
        KeptRecording(path, about, _until(about, days))
        for path, about in sorted(found, key=lambda one: one[1].made_ms, reverse=True)
    ]


def recordings_of(workspace: Workspace, entity: str, record_id: str) -> list[KeptRecording]:
    """The recordings a record was made from that are still here, the oldest first."""
    of_it = (entity, record_id)
    kept = kept_recordings(workspace)
    return [k for k in reversed(kept) if (k.about.entity, k.about.record_id) == of_it]


def sweep(workspace: Workspace) -> int:
    """Erase what is over or has lost its record; how many. What has no words yet stays."""
    now_ms, erased = workspace.clock.millis(), 0
    workspace.recordings.tidy(now_ms)
    for kept in kept_recordings(workspace):
        about = kept.about
        over = kept.until_ms is not None and kept.until_ms <= now_ms
        if over or (about.known and about.record_id and _gone(workspace, about)):
            workspace.recordings.erase(kept.path)
            erased += 1
    return erased


def link(workspace: Workspace, names: Iterable[str], entity: str, record_id: str) -> list[Path]:
    """Say what recordings became; those that may not be kept at all are erased. The ones left."""
    recordings, keep = workspace.recordings, policy_of(workspace).days > 0
    left = []
    for path in map(recordings.path, names):
        if not path.is_file():
            continue
        if keep:
            about = replace(recordings.about(path), entity=entity, record_id=record_id)
            recordings.note(path, about)
            left.append(path)
        else:
            recordings.erase(path)
    return left


def to_be_synced(workspace: Workspace, names: Iterable[str]) -> list[tuple[str, bytes]]:
    """Recordings as files by name, where the policy wants them synced. Takes seconds an hour of
    sound: not for the database thread."""
    if not policy_of(workspace).synced:
        return []
    recordings = workspace.recordings
    paths = [path for path in map(recordings.path, names) if path.is_file()]
    return [(_name(workspace, path), as_mp3(recordings.blocks(path))) for path in paths]


def do_attach_recordings(
    workspace: Workspace, files: Sequence[tuple[str, bytes]], entity: str, record_id: str
) -> Done:
    """Attach recordings to the record they became; raises what `do_attach_content` raises."""
    record = workspace.replica.record(entity, record_id) or {}
    links = {name: str(record[name]) for name in _LINKED if record.get(name)}
    if entity in _LINKED:
        links[entity] = record_id
    done = [do_attach_content(workspace, name, content, links) for name, content in files]
    return done[-1]


def as_mp3(blocks: Iterable[bytes]) -> bytes:
    """16 kHz mono samples as an MP3 file in memory; an hour takes about 14 MB."""
    target = io.BytesIO()
    with soundfile.SoundFile(target, "w", TARGET_RATE, 1, format="MP3") as sound:
        for pcm in blocks:
            sound.write(np.frombuffer(pcm[: len(pcm) // 2 * 2], dtype="<i2"))
    return target.getvalue()


def _until(about: About, days: int) -> int | None:
    """A day at least for what was not saved yet: a note may lie open overnight."""
    if not about.known:
        return None
    return about.made_ms + (days if about.record_id else max(1, days)) * _DAY_MS


def _name(workspace: Workspace, path: Path) -> str:
    about = workspace.recordings.about(path)
    made = datetime.fromtimestamp(about.made_ms / 1000, UTC).astimezone(CHINA)
    return f"{Path(about.source).stem or '语音'} {made:%Y-%m-%d %H.%M}.mp3"


def _gone(workspace: Workspace, about: About) -> bool:
    """Nothing is left of the record, not even in the bin: it was erased, or left this device."""
    replica = workspace.replica
    if about.entity not in replica.registry:
        return False
    asked = (about.entity, [about.record_id])
    return not replica.read(lambda c: changelog.states_of(c, replica.tables, *asked))
