"""Settings and profile: read back as written, and never in the way of starting."""

from pathlib import Path

import pytest

from desktop.config import (
    Language,
    Profile,
    Settings,
    ThemeChoice,
    find_profile,
    load_settings,
    save_settings,
)
from desktop.starting import SCALE_VARIABLE, choose_scale


def test_settings_are_read_back_as_written(tmp_path: Path) -> None:
    path = tmp_path / "new" / "settings.json"
    settings = Settings(
        language=Language.ENGLISH,
        theme=ThemeChoice.DARK,
        server="https://crm.example",
        last_login="anna",
        model_id="small",
        work_offline=True,
        windows={"main": "AdnQywAD=="},
    )
    save_settings(path, settings)
    assert load_settings(path, stamp="x") == settings
    assert [one.name for one in path.parent.iterdir()] == ["settings.json"]


def test_without_a_file_there_are_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "settings.json", stamp="x") == Settings()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe\x00", b"[" * 100_000])
def test_a_damaged_file_is_kept_aside(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    assert load_settings(path, stamp="x") == Settings()
    assert (tmp_path / "settings.damaged-x.json").read_bytes() == content
    save_settings(path, Settings(last_login="anna"))
    assert load_settings(path, stamp="y").last_login == "anna"


def test_one_unreadable_choice_falls_back_alone(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(
        '{"language": "tlh", "theme": "dark", "server": 3, "windows": {"a": 1}, "later": true}',
        "utf-8",
    )
    expected = Settings(theme=ThemeChoice.DARK, windows={"a": "1"})
    assert load_settings(path, stamp="x") == expected


def test_a_write_that_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "settings.json"
    save_settings(path, Settings(last_login="anna"))

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        save_settings(path, Settings(last_login="ben"))
    assert load_settings(path, stamp="x").last_login == "anna"
    assert [one.name for one in tmp_path.iterdir()] == ["settings.json"]


def test_the_profile_is_the_one_named_first(tmp_path: Path) -> None:
    environ = {"SUIXING_PROFILE": str(tmp_path / "env")}
    assert find_profile(str(tmp_path / "arg"), environ) == Profile(tmp_path / "arg")
    assert find_profile(None, environ) == Profile(tmp_path / "env")
    assert find_profile(None, {}).folder.parts[-2:] == ("suixing", "default")


def test_the_chosen_size_reaches_qt_unless_the_environment_says_otherwise(tmp_path: Path) -> None:
    profile = Profile(tmp_path)
    save_settings(profile.settings_path, Settings(scale_percent=150))
    plain: dict[str, str] = {}
    choose_scale(profile, plain, stamp="260101")
    assert plain == {SCALE_VARIABLE: "1.5"}
    own = {SCALE_VARIABLE: "2"}
    choose_scale(profile, own, stamp="260101")
    assert own == {SCALE_VARIABLE: "2"}
    save_settings(profile.settings_path, Settings())
    usual: dict[str, str] = {}
    choose_scale(profile, usual, stamp="260101")
    assert usual == {}
