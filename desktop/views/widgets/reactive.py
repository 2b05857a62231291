"""The mixin by which every widget follows a change of language or of colours, live."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    _Base = QWidget
else:
    _Base = object


class Reactive(_Base):
    """Calls `retranslate` when the language changes and `retint` when the colours change.

    Put it before the Qt class. Both are also called by the widget itself at the end of `__init__`.
    """

    def retranslate(self) -> None:
        """Set every translated string again."""

    def retint(self) -> None:
        """Load every coloured icon again."""

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() == QEvent.Type.PaletteChange:
            self.retint()
        super().changeEvent(event)
