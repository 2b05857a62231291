"""The mixin by which every widget follows a change of language or of colours, live."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

from desktop.views.theme.apply import colours
from desktop.views.theme.tokens import Colours

if TYPE_CHECKING:
    _Base = QWidget
else:
    _Base = object


class Reactive(_Base):
    """Calls `retranslate` when the language changes and `retint` when the colours change.

    Put it before the Qt class. Both are also called by the widget itself at the end of `__init__`.
    """

    _tinted: Colours | None = None
    """The colours of the last time Qt told of new ones."""

    def retranslate(self) -> None:
        """Set every translated string again."""

    def retint(self) -> None:
        """Load every coloured icon again."""

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() == QEvent.Type.PaletteChange and self._tinted is not (now := colours()):
            # Qt also tells of a palette whenever the stylesheet dresses a widget.
            self._tinted = now
            self.retint()
        super().changeEvent(event)
