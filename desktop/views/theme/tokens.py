"""The design tokens: colours of each scheme, spacing, type and density, as frozen data.

Nothing here imports Qt, so that contrast can be computed by a test for every pair in `TEXT_PAIRS`.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Scheme(StrEnum):
    """What the person chose; SYSTEM follows the operating system."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Tone(StrEnum):
    """What a colour says. The first four carry the names that option lists use."""

    NEUTRAL = "neutral"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    ACCENT = "accent"


class Density(IntEnum):
    """Row height of lists in pixels."""

    COMPACT = 32
    COMFORTABLE = 44


@dataclass(frozen=True, slots=True)
class ToneColours:
    """One tone: `solid` for marks and lines, `soft` as a ground, `ink` for text on `soft`."""

    solid: str
    soft: str
    ink: str


@dataclass(frozen=True, slots=True)
class Colours:
    """Every colour of one scheme, as #rrggbb."""

    dark: bool
    canvas: str
    surface: str
    sidebar: str
    hover: str
    selected: str
    hairline: str
    outline: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_hover: str
    on_accent: str
    tooltip: str
    on_tooltip: str
    tooltip_action: str
    neutral_tone: ToneColours
    good_tone: ToneColours
    warn_tone: ToneColours
    bad_tone: ToneColours
    accent_tone: ToneColours

    def tone(self, tone: Tone) -> ToneColours:
        """The three colours of `tone`."""
        return {
            Tone.NEUTRAL: self.neutral_tone,
            Tone.GOOD: self.good_tone,
            Tone.WARN: self.warn_tone,
            Tone.BAD: self.bad_tone,
            Tone.ACCENT: self.accent_tone,
        }[tone]


LIGHT = Colours(
    dark=False,
    canvas="#f7f8f7",
    surface="#ffffff",
    sidebar="#eef1f0",
    hover="#eff3f2",
    selected="#e0eeec",
    hairline="#e2e7e6",
    outline="#84928f",
    text="#15211f",
    muted="#4d5d5b",
    faint="#5c6a68",
    accent="#0d6164",
    accent_hover="#0a4e51",
    on_accent="#ffffff",
    tooltip="#1b2a2a",
    on_tooltip="#f3f7f6",
    tooltip_action="#7fd4cc",
    neutral_tone=ToneColours("#6c7b79", "#ebefee", "#3d4b49"),
    good_tone=ToneColours("#2f8a56", "#e2f3e8", "#1b5c38"),
    warn_tone=ToneColours("#b8690b", "#fdf0d8", "#7a4503"),
    bad_tone=ToneColours("#c0322b", "#fce8e6", "#8f1d17"),
    accent_tone=ToneColours("#0d6164", "#dcedeb", "#0a4e51"),
)

DARK = Colours(
    dark=True,
    canvas="#101718",
    surface="#172022",
    sidebar="#0c1213",
    hover="#1f2a2c",
    selected="#183739",
    hairline="#273335",
    outline="#6f8082",
    text="#e7eeed",
    muted="#a9b7b6",
    faint="#8f9f9e",
    accent="#58bdb5",
    accent_hover="#78cfc8",
    on_accent="#06211f",
    tooltip="#dfe8e7",
    on_tooltip="#142020",
    tooltip_action="#0a5558",
    neutral_tone=ToneColours("#8b9a99", "#253032", "#c3cecd"),
    good_tone=ToneColours("#5fbf86", "#153524", "#9be0b7"),
    warn_tone=ToneColours("#e9a63f", "#3a2b10", "#f5cb85"),
    bad_tone=ToneColours("#f2766b", "#401c1a", "#f8b3ac"),
    accent_tone=ToneColours("#58bdb5", "#123a3b", "#95dcd5"),
)

_GROUNDS = ("canvas", "surface", "sidebar", "hover", "selected")

TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    *((ink, ground) for ink in ("text", "muted", "faint") for ground in _GROUNDS),
    *(("accent", ground) for ground in _GROUNDS),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("on_tooltip", "tooltip"),
    ("tooltip_action", "tooltip"),
    *((f"{tone}_tone.ink", f"{tone}_tone.soft") for tone in ("neutral", "good", "warn", "bad")),
    ("accent_tone.ink", "accent_tone.soft"),
    *((f"{tone}_tone.ink", "surface") for tone in ("neutral", "good", "warn", "bad", "accent")),
    *((f"{tone}_tone.ink", "canvas") for tone in ("warn", "bad", "good")),
    ("bad_tone.ink", "hover"),
    ("bad_tone.ink", "selected"),
    ("warn_tone.ink", "selected"),
)
"""Every (text, ground) the widgets put on each other: at least 4.5 to 1 (WCAG 2.2, 1.4.3)."""

MARK_PAIRS: tuple[tuple[str, str], ...] = (
    ("outline", "surface"),
    ("outline", "canvas"),
    ("accent", "surface"),
    *((f"{tone}_tone.solid", "surface") for tone in ("neutral", "good", "warn", "bad", "accent")),
)
"""Field borders, focus rings and marks on their ground: at least 3 to 1 (WCAG 2.2, 1.4.11)."""


@dataclass(frozen=True, slots=True)
class TypeScale:
    """Text sizes in device-independent pixels."""

    small: int = 12
    body: int = 13
    heading: int = 15
    title: int = 20


@dataclass(frozen=True, slots=True)
class Spacing:
    """The 8-point grid, with the half step, in device-independent pixels."""

    half: int = 4
    unit: int = 8
    one_half: int = 12
    double: int = 16
    triple: int = 24
    quadruple: int = 32
    radius: int = 8
    control_height: int = 32


TYPE = TypeScale()
SPACE = Spacing()


def colour(colours: Colours, path: str) -> str:
    """The colour named by `path`, such as `text` or `warn_tone.soft`."""
    value: object = colours
    for part in path.split("."):
        value = getattr(value, part)
    if not isinstance(value, str):
        raise TypeError(path)
    return value


def contrast(first: str, second: str) -> float:
    """The WCAG contrast ratio (1 to 21) of two #rrggbb colours."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(hexadecimal: str) -> float:
    channels = (int(hexadecimal[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
