"""What a window does once its first page is read and drawn: before, it would only be in the way."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from desktop.viewmodels.session import Session

_DRAWN_MS = 250
"""From the answer to what the first page asked until it is seen, on a slow machine too."""


def after_first_page(session: Session, owner: QObject, act: Callable[[], object]) -> None:
    """Call `act` after whatever was asked for so far, unless `owner` is gone by then."""

    def soon(_: object) -> None:
        QTimer.singleShot(_DRAWN_MS, owner, act)

    session.ask(lambda: None, soon, owner=owner)
