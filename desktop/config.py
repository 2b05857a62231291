"""Where a profile lives and what the user has chosen; no secrets, no records, no Qt.

Settings are one small JSON file. It is replaced as a whole or not at all, and a file that cannot
be read is kept aside and never stands in the way of starting.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from crm_core.errors import KnownError

PROFILE_VARIABLE = "SUIXING_PROFILE"
_PRODUCT = "suixing"


class Language(StrEnum):
    """In which language the interface speaks."""

    SYSTEM = "system"
    CHINESE = "zh_CN"
    ENGLISH = "en"


class ThemeChoice(StrEnum):
    """Light, dark, or what the desktop says."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


def product_version() -> str:
    """The version that is running."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("suixing")
    except PackageNotFoundError:
        return "unpackaged"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user chose, and what the windows remember."""

    language: Language = Language.SYSTEM
    theme: ThemeChoice = ThemeChoice.SYSTEM
    server: str = ""
    last_login: str = ""
    model_id: str = ""
    work_offline: bool = False
    metered: bool = False
    """The line costs money: attachments wait."""
    attachments_mb: int = 1024
    """Room for attachments' files on this computer; what the server has makes way for newer."""
    auto_lock_minutes: int = 0
    """Minutes without a touch after which a profile with a passphrase locks itself; 0: never."""
    reminders: bool = True
    """Tasks, promises and leads pop up when it is time."""
    discreet_reminders: bool = False
    """What pops up names nobody: the screen may be shared."""
    quiet_hours: str = "20:00-08:00"
    """When nothing pops up, in China time; both ends alike: never."""
    close_to_tray: bool = False
    """Closing the window leaves the program in the tray, where there is one."""
    scale_percent: int = 100
    """How large everything is drawn, 100 to 200; holds from the next start."""
    windows: Mapping[str, str] = field(default_factory=dict)
    """Window name → its state, opaque here."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One person's folder on this machine; nothing in it exists until it is needed."""

    folder: Path

    def make(self) -> None:
        """Make the folder where there is none, for its owner only."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        self.folder.mkdir(mode=0o700, exist_ok=True)

    @property
    def settings_path(self) -> Path:
        """Choices and window states."""
        return self.folder / "settings.json"

    @property
    def account_path(self) -> Path:
        """Who is signed in here; no secrets."""
        return self.folder / "profile.json"

    @property
    def replica_path(self) -> Path:
        """The encrypted database."""
        return self.folder / "replica.db"

    @property
    def blobs_path(self) -> Path:
        """The encrypted files of attachments."""
        return self.folder / "blobs"

    @property
    def recordings_path(self) -> Path:
        """The encrypted recordings whose words are not known."""
        return self.folder / "recordings"

    @property
    def secrets_path(self) -> Path:
        """Keys, only where the system offers no keyring."""
        return self.folder / "secrets.json"


def find_profile(chosen: str | None, environ: Mapping[str, str]) -> Profile:
    """The profile named by `--profile`, else by SUIXING_PROFILE, else the user's default one."""
    named = chosen or environ.get(PROFILE_VARIABLE, "")
    if named:
        return Profile(Path(named).expanduser().absolute())
    from platformdirs import user_data_dir

    return Profile(Path(user_data_dir(_PRODUCT, appauthor=False)) / "default")


def load_settings(path: Path, *, stamp: str) -> Settings:
    """The settings at `path`; defaults where there are none or the file is damaged.

    A damaged file is renamed to `settings.damaged-<stamp>.json` and kept. A single unreadable
    choice falls back alone.
    """
    found = read_json(path, stamp=stamp)
    return Settings() if found is None else _settings_from(found)


def save_settings(path: Path, settings: Settings) -> None:
    """Replace the file as a whole."""
    write_json(path, asdict(settings))


def _settings_from(found: Mapping[str, Any]) -> Settings:
    default = Settings()
    known: dict[str, Any] = {}
    for item in fields(Settings):
        value, usual = found.get(item.name), getattr(default, item.name)
        if isinstance(usual, StrEnum):
            known[item.name] = _member(usual, value)
        elif isinstance(value, type(usual)):
            known[item.name] = value
    known["windows"] = {str(k): str(v) for k, v in dict(known.get("windows", {})).items()}
    return Settings(**known)


def _member(usual: StrEnum, value: object) -> StrEnum:
    return next((one for one in type(usual) if one == value), usual)


def read_json(path: Path, *, stamp: str) -> dict[str, Any] | None:
    """The JSON object in a small file; None where there is none, or it is damaged and set aside."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unusable(path.parent, error) from error
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        return found
    path.replace(path.with_name(f"{path.stem}.damaged-{stamp}{path.suffix}"))
    return None


def _unusable(folder: Path, error: OSError) -> KnownError:
    return KnownError(
        f"数据文件夹不能使用（{folder}：{error.strerror}），什么都没有改动。"
        "请检查它是不是文件夹、有没有权限，或用 --profile 换一个。",
        f"The data folder cannot be used ({folder}: {error.strerror}); nothing was changed. "
        "Check that it is a folder with the right permissions, or choose another with --profile.",
        code="profile",
    )


def write_json(path: Path, content: Mapping[str, Any], *, mode: int = 0o644) -> None:
    """Write the file beside its place, flush it to the disk, then put it in its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
