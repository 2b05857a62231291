"""The menu by which a line of the day is put off, and the sheet for a moment of one's own."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QMenu, QWidget

from crm_core.clock import CHINA, parse_moment
from desktop.viewmodels.snoozing import Snooze, snooze_moments
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.editors.moment import MomentLine
from desktop.views.widgets.sheet import Sheet


class SnoozeMenu(QMenu):
    """Later today, tomorrow, next Monday, or a moment of one's own; digits choose."""

    chosen = Signal(str)
    """ISO moment; "" puts it back into the day."""

    def __init__(
        self, now: Callable[[], datetime], *, snoozed: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._now = now
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        names = {
            Snooze.LATER: self.tr("Later today"),
            Snooze.TOMORROW: self.tr("Tomorrow"),
            Snooze.MONDAY: self.tr("Next Monday"),
        }
        number = 1
        for moment in snooze_moments(now()):
            day = f"{moment.at:%m-%d %H:%M}"
            action = self.addAction(f"&{number}  {names[moment.snooze]}   {day}")
            action.setData(moment.iso)
            number += 1
        own, back = self.tr("A date…"), self.tr("Back to today")
        self._own = self.addAction(f"&{number}  {own}")
        if snoozed:
            self.addAction(f"&{number + 1}  {back}").setData("")
        self.triggered.connect(self._take)

    def open_at(self, place: QPoint) -> None:
        """Show it, with the keyboard on the first choice."""
        self.popup(place)
        self.setActiveAction(self.actions()[0])

    @Slot(object)
    def _take(self, action: object) -> None:
        if action is not self._own:
            data = getattr(action, "data", lambda: None)()
            if isinstance(data, str):
                self.chosen.emit(data)
            return
        owner = self.parent()
        sheet = SnoozeSheet(self._now, owner if isinstance(owner, QWidget) else None)
        sheet.chosen.connect(self.chosen)
        sheet.open()


class SnoozeSheet(Sheet):
    """Asks for one moment in the future."""

    chosen = Signal(str)

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        self._now = now
        self.moment = MomentLine(today=lambda: now().astimezone(CHINA).date())
        super().__init__("", "", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.moment.line.returnPressed.connect(self._submit_line)
        self.body.addWidget(self.moment)
        self.submitted.connect(self._done)
        self.retranslate()
        self.moment.setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        super().retranslate()
        self.set_heading(self.tr("Remind me later"))
        self.primary.setText(self.tr("Put off"))
        self.moment.setAccessibleName(self.tr("When it comes back"))

    @Slot()
    def _submit_line(self) -> None:
        self.submitted.emit()

    @Slot()
    def _done(self) -> None:
        try:
            at = parse_moment(str(self.moment.value()))
        except ValueError:
            words = self.tr("Write a moment such as “tomorrow 15:30” or 2026-03-05.")
            self.message.show_message(words, Tone.WARN)
            return
        if at <= self._now():
            self.message.show_message(self.tr("That moment is already over."), Tone.WARN)
            return
        self.chosen.emit(str(self.moment.value()))
        self.accept()
