"""The sentence that says for how long work without a network goes on; hidden while that is long."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.session import Session
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.feedback import InlineMessage


class LeaseNote(InlineMessage):
    """Follows the session; its action asks for an exchange."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._session = session
        session.lease_changed.connect(self._show)
        session.language_changed.connect(self._show)
        self.action_triggered.connect(session.send_now_requested)
        self._show()

    @Slot()
    def _show(self) -> None:
        lease = self._session.lease
        warning = lease.warning if lease is not None else None
        said = warning.sentence(self._session.language) if warning is not None else ""
        self.show_message(said, Tone.WARN, action=self.tr("Sync now") if said else "")
