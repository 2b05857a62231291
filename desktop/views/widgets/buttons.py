"""Buttons: one primary per view, ghost beside it, quiet and icon buttons for the rest.

They take keyboard focus only by Tab, so that the focus ring shows for keyboard users and not
after a click.
"""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QPushButton, QToolButton, QWidget

from desktop.views.theme.apply import colours
from desktop.views.theme.icons import ICON_SIZE, icon
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import SPACE, Colours
from desktop.views.widgets.layouts import label, row
from desktop.views.widgets.reactive import Reactive


def pressed_by_enter(button: QAbstractButton, event: QKeyEvent) -> bool:
    """Press the button that has the keyboard: of itself Qt takes only Space, people take Enter.

    One that is held down presses once, so that the Enter that opened a sheet does not end it.
    """
    plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if not plain or event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        return False
    event.accept()
    if not event.isAutoRepeat():
        button.click()
    return True


class _TextButton(Reactive, QPushButton):
    """A push button with a role and an optional icon."""

    _role = Role.GHOST

    def __init__(self, text: str = "", icon_name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._icon_name = icon_name
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setIconSize(QSize(16, 16))
        set_role(self, self._role)
        self.retint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not pressed_by_enter(self, event):
            super().keyPressEvent(event)

    def retint(self) -> None:
        if self._icon_name:
            c = colours()
            self.setIcon(icon(self._icon_name, self._ink(c), disabled=c.faint, size=16))

    def _ink(self, c: Colours) -> str:
        return c.muted


class PrimaryButton(_TextButton):
    """The one thing to do next."""

    _role = Role.PRIMARY

    def _ink(self, c: Colours) -> str:
        return c.on_accent


class GhostButton(_TextButton):
    """An ordinary action."""


class LauncherButton(_TextButton):
    """A wide button that reads like a search field, with its shortcut at the right."""

    _role = Role.LAUNCHER

    def __init__(self, keys: str, parent: QWidget | None = None) -> None:
        super().__init__("", "search", parent)
        self._words, self._keys, self._narrow = "", keys, False
        inner = row(self, margins=(0, 0, 10, 0))
        inner.addStretch(1)
        self._hint = label(keys, Role.SMALL)
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inner.addWidget(self._hint)

    def set_words(self, words: str) -> None:
        """What the button says; its tooltip where there is room for the icon alone."""
        self._words = words
        self.setAccessibleName(words)
        self.set_narrow(self._narrow)

    def set_narrow(self, on: bool) -> None:
        """Show the icon alone, or words and keys."""
        self._narrow = on
        self.setText("" if on else self._words)
        self.setToolTip(f"{self._words}  {self._keys}" if on else "")
        self._hint.setVisible(not on)
        self.setProperty("narrow", on)
        set_role(self, self._role)


class QuietButton(_TextButton):
    """An action that should not be seen first, such as Cancel."""

    _role = Role.QUIET


class DangerButton(_TextButton):
    """An action that takes something away."""

    _role = Role.DANGER

    def _ink(self, c: Colours) -> str:
        return c.bad_tone.ink


class IconButton(Reactive, QToolButton):
    """A button of one icon; `name` is its tooltip and what a screen reader says."""

    def __init__(self, icon_name: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._own_ink = ""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedSize(SPACE.control_height, SPACE.control_height)
        self.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        self.setAutoRaise(True)
        set_role(self, Role.ICON)
        self.set_name(name)
        self.retint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not pressed_by_enter(self, event):
            super().keyPressEvent(event)

    def set_name(self, name: str) -> None:
        """Change the tooltip and the accessible name."""
        self.setToolTip(name)
        self.setAccessibleName(name)

    def set_icon(self, icon_name: str) -> None:
        """Show another icon."""
        self._icon_name = icon_name
        self.retint()

    def retint(self) -> None:
        c = colours()
        self.setIcon(icon(self._icon_name, self._own_ink or c.muted, disabled=c.outline))

    def set_ink(self, colour: str) -> None:
        """Draw the icon in `colour`, for a ground of its own; empty goes back to the scheme's."""
        self._own_ink = colour
        self.retint()
