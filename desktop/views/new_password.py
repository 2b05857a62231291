"""Choosing a password: typed twice, with a hint in words. Asks nobody; who shows it does."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.services.online.own_account import SHORTEST, Strength, strength
from desktop.views.sign_in_parts import PasswordLine
from desktop.views.theme.roles import Role
from desktop.views.widgets.layouts import column, label
from desktop.views.widgets.reactive import Reactive


class NewPassword(Reactive, QWidget):
    """Two hidden lines, what is to be said of them, and what is wrong."""

    entered = Signal()
    """Enter was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._login = ""
        self.first, self.second = PasswordLine(), PasswordLine()
        self._names = [label("", Role.MUTED) for _ in range(2)]
        self.hint = label("", Role.SMALL, wrap=True)
        self.problem = label("", Role.ERROR_TEXT, wrap=True)
        self.problem.hide()
        body = column(self, gap=4)
        for name, part in zip(self._names, (self.first, self.second), strict=True):
            name.setBuddy(part)
            body.addWidget(name)
            body.addWidget(part)
            part.textEdited.connect(self._typed)
            part.returnPressed.connect(self.entered)
        body.addWidget(self.hint)
        body.addWidget(self.problem)
        self.retranslate()

    def retranslate(self) -> None:
        names = (self.tr("New password"), self.tr("New password again"))
        for name, shown, part in zip(names, self._names, (self.first, self.second), strict=True):
            shown.setText(name)
            part.setAccessibleName(name)
        self._show_hint()

    def begin(self, login: str) -> None:
        """Ask anew, for this account."""
        self._login = login
        self.first.clear()
        self.second.clear()
        self.say("")
        self._show_hint()

    def chosen(self) -> str | None:
        """The password, where both lines agree and it is long enough; else says why not."""
        if len(self.first.text().strip()) < SHORTEST:
            self.say(self.tr("Use at least {0} characters.").format(SHORTEST))
            self.first.setFocus()
        elif self.first.text() != self.second.text():
            self.say(self.tr("The two are not the same."))
            self.second.setFocus()
            self.second.selectAll()
        else:
            return self.first.text()
        return None

    def say(self, sentence: str) -> None:
        """What is wrong; empty for nothing."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        self.first.setAccessibleDescription(sentence)
        self.first.set_error(bool(sentence))

    @Slot(str)
    def _typed(self, _text: str) -> None:
        self.say("")
        self._show_hint()

    def _show_hint(self) -> None:
        words = {
            Strength.SHORT: self.tr(
                "At least {0} characters; several words are easy to keep."
            ).format(SHORTEST),
            Strength.LOGIN: self.tr("Too close to the account's name."),
            Strength.PLAIN: self.tr("Easy to guess: use more different characters."),
            Strength.FAIR: self.tr("Fair. Longer is better."),
            Strength.GOOD: self.tr("Hard to guess."),
        }
        self.hint.setText(words[strength(self.first.text(), self._login)])
