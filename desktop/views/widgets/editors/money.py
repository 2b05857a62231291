"""The editor for money: yuan as people write it (12000, 1.2万, ¥12,000.50), whole fen as value."""

import re
import unicodedata
from decimal import Decimal

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from desktop.views.widgets.editors.contract import FieldValue, LineEditor

_UNITS = (("亿", 10**8), ("万", 10**4), ("千", 10**3))
_LIMIT = 10**15
_AMOUNT = re.compile(r"[+-]?\d{1,16}(?:\.\d{0,10})?", re.ASCII)


class MoneyLine(LineEditor):
    """An amount in yuan, written out in full when the field is left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setPlaceholderText("¥")
        self.editingFinished.connect(self._write_out)

    def value(self) -> FieldValue:
        text = self.text().strip()
        if not text:
            return None
        fen = read_fen(text)
        return text if fen is None else fen

    def setValue(self, value: FieldValue) -> None:
        if isinstance(value, int) and not isinstance(value, bool):
            value = write_fen(value)
        super().setValue(value)

    @Slot()
    def _write_out(self) -> None:
        fen = read_fen(self.text())
        if fen is not None:
            self.setText(write_fen(fen))


def read_fen(text: str) -> int | None:
    """Whole fen (0.01 yuan) in `text`, or None where it is not an amount."""
    plain = unicodedata.normalize("NFKC", text).strip().replace(",", "")
    plain = plain.removeprefix("¥").removesuffix("元").strip()
    factor = 1
    for unit, times in _UNITS:
        if plain.endswith(unit):
            plain, factor = plain.removesuffix(unit).strip(), times
            break
    if not _AMOUNT.fullmatch(plain):
        return None
    fen = Decimal(plain) * factor * 100
    return int(fen.to_integral_value()) if abs(fen) <= _LIMIT else None


def write_fen(fen: int) -> str:
    """Fen as yuan with separators, and fen only where there are any."""
    sign = "-" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), 100)
    return f"{sign}{yuan:,}" + (f".{rest:02d}" if rest else "")
