"""What a cell shows, in one object: drawing a screen asks for it once a cell, not once a role."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from desktop.views.theme.tokens import Tone

TONE_ROLE = Qt.ItemDataRole.UserRole + 41
"""A Tone for the cell: chips take it as their colour, text and times as their ink."""

MOMENT_ROLE = Qt.ItemDataRole.UserRole + 42
"""An aware datetime, for RelativeTimeCell."""

SUBTITLE_ROLE = Qt.ItemDataRole.UserRole + 43
"""A second, fainter line below the text; shown where the row is high enough."""

GROUP_ROLE = Qt.ItemDataRole.UserRole + 44
"""Something with `label`, `detail` and `opened` for a header; None for an ordinary row."""

LEFT, RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight

_Index = QModelIndex | QPersistentModelIndex


@dataclass(slots=True)
class CellFace:
    """What a delegate draws. Not frozen: hundreds are made for every screen."""

    value: Any = None
    """What the display role says."""
    tone: Tone = Tone.NEUTRAL
    align: Qt.AlignmentFlag = LEFT
    subtitle: str = ""
    moment: datetime | None = None
    group: Any = None

    @property
    def text(self) -> str:
        """The value as it reads."""
        return "" if self.value is None else str(self.value)


@lru_cache(maxsize=256)
def shade(name: str) -> QColor:
    """The QColor of a token; not to be changed by whoever draws with it."""
    return QColor(name)


def face_of(index: _Index) -> CellFace:
    """What the cell shows, asked role by role; `list_rows` asks some models by the row."""
    tone, moment = index.data(TONE_ROLE), index.data(MOMENT_ROLE)
    given = index.data(Qt.ItemDataRole.TextAlignmentRole)
    align = Qt.AlignmentFlag(int(given)) if given else LEFT
    return CellFace(
        value=index.data(),
        tone=tone if isinstance(tone, Tone) else Tone(str(tone)) if tone else Tone.NEUTRAL,
        align=align & Qt.AlignmentFlag.AlignHorizontal_Mask,
        subtitle=str(index.data(SUBTITLE_ROLE) or ""),
        moment=moment if isinstance(moment, datetime) else None,
        group=index.data(GROUP_ROLE),
    )
