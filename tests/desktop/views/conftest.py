"""How windows look and speak in tests of pages."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from desktop.views.language import install_language
from desktop.views.theme.apply import apply_theme
from desktop.views.theme.tokens import Scheme


@pytest.fixture
def chinese(qapp: QApplication) -> Iterator[QApplication]:
    """Light and Chinese, whatever the test before or within did."""
    _as_ever(qapp)
    yield qapp
    _as_ever(qapp)


def _as_ever(app: QApplication) -> None:
    # A window that was given up but not deleted yet would be spoken to without its data.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    apply_theme(app, Scheme.LIGHT)
    install_language(app, "zh_CN")
