"""Fonts chosen at run time from what the machine has: Chinese first, figures of one width."""

from collections.abc import Iterable
from functools import lru_cache

from PySide6.QtGui import QFont, QFontDatabase

from desktop.views.theme.tokens import TYPE

CJK_STACK = (
    "PingFang SC",
    "Microsoft YaHei UI",
    "Microsoft YaHei",
    "HarmonyOS Sans SC",
    "Source Han Sans SC",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "WenQuanYi Micro Hei",
    "Droid Sans Fallback",
)


def available_stack(families: Iterable[str]) -> list[str]:
    """The names of CJK_STACK that are in `families`, best first; may be empty."""
    present = set(families)
    return [name for name in CJK_STACK if name in present]


def app_font(size: int = TYPE.body, *, bold: bool = False) -> QFont:
    """The interface font at `size` pixels, with tabular figures where the font offers them."""
    font = QFont()
    stack = available_stack(QFontDatabase.families())
    if stack:
        font.setFamilies(stack)
    return _shaped(font, size, bold=bold)


def sized(base: QFont, size: int, *, bold: bool = False) -> QFont:
    """A copy of a widget's font `base` at `size` pixels."""
    return QFont(_sized(base.toString(), size, bold))  # Cells ask for it hundreds of times.


@lru_cache(maxsize=64)
def _sized(base: str, size: int, bold: bool) -> QFont:
    font = QFont()
    font.fromString(base)
    return _shaped(font, size, bold=bold)


def _shaped(font: QFont, size: int, *, bold: bool) -> QFont:
    font.setPixelSize(size)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    font.setFeature(QFont.Tag("tnum"), 1)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font
