"""What a person chose reaches the disk without holding their window."""

from collections.abc import Callable
from pathlib import Path

import pytest

from desktop import config, settings_file
from desktop.config import Profile, Settings, load_settings
from desktop.settings_file import SettingsFile


def test_the_newest_choice_is_written_later_and_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile, later, written = Profile(tmp_path / "new"), list[Callable[[], None]](), list[int]()
    save = config.save_settings

    def counted(path: Path, settings: Settings) -> None:
        written.append(settings.scale_percent)
        if settings.scale_percent == 125:  # Chosen while the disk takes its time.
            kept.keep(Settings(scale_percent=175))
        save(path, settings)

    monkeypatch.setattr(settings_file, "save_settings", counted)
    kept = SettingsFile(profile, later.append)
    for percent in (100, 110, 125):
        kept.keep(Settings(scale_percent=percent))
    assert not profile.folder.exists()
    [write] = later
    write()
    assert (written, later) == ([125, 175], [write])
    assert load_settings(profile.settings_path, stamp="x").scale_percent == 175
    kept.keep(Settings(scale_percent=200))
    assert len(later) == 2, "the next choice asks again"


def test_what_nobody_came_to_write_is_written_at_the_end(tmp_path: Path) -> None:
    profile = Profile(tmp_path)
    kept = SettingsFile(profile, lambda write: None)
    kept.keep(Settings(scale_percent=150))
    kept.finish()
    assert load_settings(profile.settings_path, stamp="x").scale_percent == 150


def test_a_disk_that_takes_nothing_gets_in_nobodys_way(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_bytes(b"")
    kept = SettingsFile(Profile(in_the_way), lambda write: write())
    kept.keep(Settings(scale_percent=150))
    assert in_the_way.read_bytes() == b""
