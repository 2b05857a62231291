"""Putting a scheme on the application, and asking which colours are on.

The chosen and the effective scheme live as properties of the QApplication, so there is no module
state: painted widgets call `colours()` while painting and never keep what it returns.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from desktop.views.theme.fonts import app_font
from desktop.views.theme.stylesheet import stylesheet
from desktop.views.theme.tokens import DARK, LIGHT, Colours, Scheme

_CHOSEN = "suixingChosenScheme"
_EFFECTIVE = "suixingEffectiveScheme"
_FOLLOWER = "suixingSystemSchemeFollower"


class _SystemFollower(QObject):
    """Re-applies the theme when the operating system changes between light and dark."""

    @Slot(Qt.ColorScheme)
    def follow(self, system: Qt.ColorScheme) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication) and chosen_scheme() is Scheme.SYSTEM:
            _put_on(app, _as_scheme(system))


def apply_theme(app: QApplication, scheme: Scheme) -> None:
    """Dress `app` in `scheme`; SYSTEM follows the operating system from now on."""
    app.setProperty(_CHOSEN, scheme.value)
    if app.findChild(_SystemFollower, _FOLLOWER) is None:
        follower = _SystemFollower(app)
        follower.setObjectName(_FOLLOWER)
        app.styleHints().colorSchemeChanged.connect(follower.follow)
    if scheme is Scheme.SYSTEM:
        app.styleHints().unsetColorScheme()
        _put_on(app, _as_scheme(app.styleHints().colorScheme()))
        return
    wanted = Qt.ColorScheme.Dark if scheme is Scheme.DARK else Qt.ColorScheme.Light
    app.styleHints().setColorScheme(wanted)
    _put_on(app, scheme)


def chosen_scheme() -> Scheme:
    """What was last given to `apply_theme`; SYSTEM before that."""
    return Scheme(_property(_CHOSEN) or Scheme.SYSTEM.value)


def effective_scheme() -> Scheme:
    """LIGHT or DARK: what is on the screen now."""
    return Scheme(_property(_EFFECTIVE) or Scheme.LIGHT.value)


def colours() -> Colours:
    """The colours on the screen now."""
    return DARK if _property(_EFFECTIVE) == Scheme.DARK.value else LIGHT  # Asked for every cell.


@contextmanager
def on_paper() -> Iterator[None]:
    """What is painted meanwhile is for paper or another program: in light colours, whatever the
    screen shows."""
    app = QApplication.instance()
    worn = _property(_EFFECTIVE)
    if app is None or worn != Scheme.DARK.value:
        yield
        return
    app.setProperty(_EFFECTIVE, Scheme.LIGHT.value)
    try:
        yield
    finally:
        app.setProperty(_EFFECTIVE, worn)


def palette(c: Colours) -> QPalette:
    """The QPalette for what the stylesheet does not reach, such as Qt's own dialogs."""
    role = QPalette.ColorRole
    made = QPalette()
    for key, value in {
        role.Window: c.canvas,
        role.WindowText: c.text,
        role.Base: c.surface,
        role.AlternateBase: c.canvas,
        role.Text: c.text,
        role.Button: c.surface,
        role.ButtonText: c.text,
        role.BrightText: c.bad_tone.solid,
        role.Highlight: c.accent,
        role.HighlightedText: c.on_accent,
        role.Link: c.accent,
        role.PlaceholderText: c.faint,
        role.ToolTipBase: c.tooltip,
        role.ToolTipText: c.on_tooltip,
        role.Mid: c.hairline,
        role.Accent: c.accent,
    }.items():
        made.setColor(key, QColor(value))
    for key in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, key, QColor(c.faint))
    return made


def _property(name: str) -> str:
    app = QApplication.instance()
    return str(app.property(name) or "") if app is not None else ""


def _as_scheme(system: Qt.ColorScheme) -> Scheme:
    return Scheme.DARK if system is Qt.ColorScheme.Dark else Scheme.LIGHT


def _put_on(app: QApplication, effective: Scheme) -> None:
    worn = app.property(_EFFECTIVE)
    if worn == effective.value:
        return  # Every widget there is would be dressed again, to look as it does.
    if not worn:
        app.setStyle(QStyleFactory.create("Fusion"))
    app.setProperty(_EFFECTIVE, effective.value)
    c = colours()
    app.setFont(app_font())
    app.setPalette(palette(c))
    app.setStyleSheet(stylesheet(c))
