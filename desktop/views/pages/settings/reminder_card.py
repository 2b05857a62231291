"""Reminders in the settings: whether they pop up, when not, what they may say, the tray."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLabel, QSystemTrayIcon, QWidget

from desktop.config import Settings
from desktop.viewmodels.session import Session
from desktop.views.theme.roles import Role
from desktop.views.widgets.cards import Card
from desktop.views.widgets.editors.choice import Switch
from desktop.views.widgets.layouts import label, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.segments import Segments

QUIET = ("00:00-00:00", "22:00-07:00", "20:00-08:00", "18:00-09:00")


class ReminderCard(Reactive, Card):
    """What is switched takes effect at once; the application keeps it."""

    chosen = Signal(str, object)
    """A field of `Settings` and its value."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.reminders, self.discreet, self.tray = Switch(), Switch(), Switch()
        self.quiet = Segments(QUIET)
        self._names = [label("", Role.BODY, wrap=True) for _ in range(4)]
        self._no_tray = label("", Role.SMALL, wrap=True)
        editors = (self.reminders, self.quiet, self.discreet, self.tray)
        for name, editor in zip(self._names, editors, strict=True):
            self._add(name, editor)
        self.body.addWidget(self._no_tray)
        available = QSystemTrayIcon.isSystemTrayAvailable()
        self.tray.setEnabled(available)
        self._no_tray.setVisible(not available)
        self.reminders.changed.connect(self._switched)
        self.discreet.changed.connect(self._switched)
        self.tray.changed.connect(self._switched)
        self.quiet.chosen.connect(self._quieted)
        session.language_changed.connect(self._speak)
        self.show_settings(Settings())
        self.retranslate()

    def show_settings(self, settings: Settings) -> None:
        """Show what holds."""
        self.reminders.setValue(settings.reminders)
        self.discreet.setValue(settings.discreet_reminders)
        self.tray.setValue(settings.close_to_tray)
        self.quiet.set_value(settings.quiet_hours)

    def retranslate(self) -> None:
        self.set_heading(self.tr("Reminders"))
        words = (
            self.tr("Pop up when a task, a promise or a lead is due"),
            self.tr("Quiet hours"),
            self.tr("Leave out names and contents"),
            self.tr("Stay in the tray when the window is closed"),
        )
        editors = (self.reminders, self.quiet, self.discreet, self.tray)
        for name, text, editor in zip(self._names, words, editors, strict=True):
            name.setText(text)
            editor.setAccessibleName(text)
        hours = [self.tr("none"), "22–7", "20–8", "18–9"]
        self.quiet.set_labels(hours, name=words[1])
        self._no_tray.setText(
            self.tr("This desktop offers no tray; reminders are shown inside the window.")
        )

    def _add(self, name: QLabel, editor: QWidget) -> None:
        line = row(None, gap=12)
        line.addWidget(name, 1)
        line.addWidget(editor)
        self.body.addLayout(line)

    @Slot()
    def _switched(self) -> None:
        fields = {
            self.reminders: "reminders", self.discreet: "discreet_reminders",
            self.tray: "close_to_tray",
        }  # fmt: skip
        for switch, name in fields.items():
            if switch is self.sender():
                self.chosen.emit(name, switch.isChecked())

    @Slot(str)
    def _quieted(self, hours: str) -> None:
        self.chosen.emit("quiet_hours", hours)

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.retranslate()
