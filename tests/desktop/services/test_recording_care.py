"""For how long recordings are kept, what they become, and whether they leave the laptop."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.services.commands.verbs import do_create, do_delete
from desktop.services.papers.attachments import content_of, files_of
from desktop.services.voice.audio import AudioFile
from desktop.services.voice.recording_care import (
    do_attach_recordings,
    kept_recordings,
    link,
    policy_of,
    recordings_of,
    sweep,
    to_be_synced,
)
from desktop.services.workspace import Workspace
from tests.builders import an_actor
from tests.desktop.visits import Desk, a_desk
from tests.speech import SAID

DAY_MS = 24 * 3600 * 1000


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path / "profile") as made:
        yield made


def with_policy(desk: Desk, **values: object) -> Workspace:
    """The organisation's policy as it comes from an administrator."""
    with desk.workspace.replica.write(an_actor()) as (unit, _):
        unit.create("policy", {"name": "策略", **values}, record_id="policy")
    return desk.workspace


def heard(workspace: Workspace, name: str, *, known: bool = True, days_ago: int = 0) -> Path:
    """A recording made so many days ago."""
    recordings = workspace.recordings
    path = recordings.take_in(name, [SAID])
    made = workspace.clock.millis() - days_ago * DAY_MS
    recordings.note(path, replace(recordings.about(path), made_ms=made, known=known))
    return path


def a_visit(workspace: Workspace, customer: str) -> str:
    values = {"customer": customer, "started_at": workspace.clock.iso()}
    return do_create(workspace, "visit", values).record_id


def test_where_nobody_decided_recordings_stay_a_week_and_on_the_laptop(desk: Desk) -> None:
    workspace = desk.workspace
    assert (policy_of(workspace).days, policy_of(workspace).synced) == (7, False)
    visit = a_visit(workspace, desk.ids["hospital"])
    for name, ago in (("old", 8), ("young", 6)):
        heard(workspace, name, days_ago=ago)
        link(workspace, [name], "visit", visit)
    assert to_be_synced(workspace, ["young"]) == []
    assert sweep(workspace) == 1
    assert [kept.name for kept in recordings_of(workspace, "visit", visit)] == ["young"]


def test_what_has_no_words_yet_is_never_over(desk: Desk) -> None:
    workspace = desk.workspace
    heard(workspace, "unheard", known=False, days_ago=400)
    assert sweep(workspace) == 0
    assert kept_recordings(workspace)[0].until_ms is None


def test_no_days_keep_sound_until_the_note_is_saved(desk: Desk) -> None:
    workspace = with_policy(desk, recording_days=0)
    heard(workspace, "note")
    assert sweep(workspace) == 0
    assert link(workspace, ["note", "unknown"], "visit", "v") == []
    assert kept_recordings(workspace) == []


def test_where_the_policy_says_so_a_recording_becomes_an_attachment(desk: Desk) -> None:
    workspace = with_policy(desk, recordings_synced=True)
    heard(workspace, "note")
    visit = a_visit(workspace, desk.ids["hospital"])
    files = to_be_synced(workspace, ["note"])
    do_attach_recordings(workspace, files, "visit", visit)
    [file] = files_of(workspace.replica, "visit", visit)
    assert file.media_type == "audio/mpeg"
    assert file.name.startswith("语音 20")
    [same] = files_of(workspace.replica, "customer", desk.ids["hospital"])
    assert same.record_id == file.record_id
    sound = workspace.profile.folder / "sound.mp3"
    sound.write_bytes(content_of(workspace, file.address))
    with AudioFile(sound) as audio:
        assert audio.info.seconds == pytest.approx(len(SAID) / 32_000, abs=0.2)


def test_a_recording_goes_with_a_record_that_is_erased_not_with_one_in_the_bin(desk: Desk) -> None:
    workspace = desk.workspace
    visit = a_visit(workspace, desk.ids["hospital"])
    heard(workspace, "note")
    heard(workspace, "other")
    link(workspace, ["note"], "visit", visit)
    link(workspace, ["other"], "visit", "never-heard-of")
    do_delete(workspace, "visit", visit)
    assert sweep(workspace) == 1
    assert [kept.name for kept in kept_recordings(workspace)] == ["note"]
