"""How windows look and speak in tests of pages."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from desktop.views.language import install_language
from desktop.views.theme.apply import apply_theme
from desktop.views.theme.tokens import Scheme


@pytest.fixture
def chinese(qapp: QApplication) -> Iterator[QApplication]:
    """Light and Chinese, whatever the test before or within did."""
    apply_theme(qapp, Scheme.LIGHT)
    install_language(qapp, "zh_CN")
    yield qapp
    apply_theme(qapp, Scheme.LIGHT)
    install_language(qapp, "zh_CN")
