"""From the page of a lead or opportunity to its journey."""

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.session import Session
from desktop.views.widgets.buttons import IconButton

JOURNEYS = ("lead", "opportunity")


class JourneyButton(IconButton):
    """Hidden for kinds of record that go through no stages."""

    def __init__(
        self, session: Session, entity: str, shown: Callable[[], str], parent: QWidget
    ) -> None:
        super().__init__("opportunity", "", parent)
        self._session, self._entity, self._shown = session, entity, shown
        self.setHidden(entity not in JOURNEYS)
        self.clicked.connect(self._go)
        self.retranslate()

    def retranslate(self) -> None:
        self.set_name(self.tr("Journey: nodes, hours and people"))

    @Slot()
    def _go(self) -> None:
        self._session.journey_requested.emit(self._entity, self._shown())
