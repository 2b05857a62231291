"""What a person chose for dictating on this device: microphone, language, a model a language.

Kept in the encrypted replica beside what else the windows remember; never synced.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from desktop.services.workspace import Workspace

MANDARIN, ENGLISH = "zh-CN", "en-US"
_KEY = "voice_choices"


@dataclass(frozen=True, slots=True)
class VoiceChoices:
    """As they are now; everything has a default."""

    microphone: str = ""
    """Its name as the system says it; "": whatever the system takes."""
    language: str = MANDARIN
    """What is spoken."""
    models: Mapping[str, str] = field(default_factory=dict)
    """Language → id of the model used for it, where one was chosen."""
    mirror: str = ""
    """Where the company keeps models: an address or a folder."""


def voice_choices(workspace: Workspace) -> VoiceChoices:
    """What was chosen here; what cannot be read falls back alone. Any thread."""
    found = workspace.replica.meta(_KEY)
    kept: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    models = kept.get("models")
    return VoiceChoices(
        microphone=_text(kept.get("microphone")),
        language=_text(kept.get("language")) or MANDARIN,
        models={str(k): str(v) for k, v in models.items()} if isinstance(models, Mapping) else {},
        mirror=_text(kept.get("mirror")),
    )


def keep_choices(workspace: Workspace, choices: VoiceChoices) -> None:
    """Write them down; call it off the Qt thread."""
    workspace.replica.remember(**{_KEY: asdict(choices)})


def _text(found: object) -> str:
    return found if isinstance(found, str) else ""
