"""The line that says, while a new record is typed, that one like it may be there already."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QWidget

from crm_core.store.search import Hit
from desktop.services.lookalikes import alike, digits_of
from desktop.viewmodels.session import Session
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.feedback import InlineMessage

_PAUSE_MS = 400


class DuplicateHint(InlineMessage):
    """Give it the name and the phone as they are typed; it looks them up after a short pause."""

    def __init__(self, session: Session, entity: str, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._session = session
        self._entity = entity
        self._name = self._phone = ""
        self._asked = 0
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._look)

    def watch(self, name: str, phone: str) -> None:
        """What is typed now."""
        digits = digits_of(phone)
        if (name.strip(), digits) != (self._name, self._phone):
            self._name, self._phone = name.strip(), digits
            self._pause.start()

    @Slot()
    def _look(self) -> None:
        self._asked += 1
        asked, name, phone = self._asked, self._name, self._phone

        def answer(hits: list[Hit]) -> None:
            if asked == self._asked:
                self._say(hits)

        workspace, entity = self._session.workspace, self._entity
        self._session.ask(lambda: alike(workspace, entity, name, phone), answer, self)

    def _say(self, hits: Sequence[Hit]) -> None:
        names = [f"{hit.title} ({hit.subtitle})" if hit.subtitle else hit.title for hit in hits]
        words = self.tr("There may be one already: {0}").format(", ".join(names)) if names else ""
        self.show_message(words, Tone.WARN)
