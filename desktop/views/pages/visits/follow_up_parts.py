"""Parts of the follow-up sheet: whom it is about, actions on digit keys, a day as people say it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from crm_core.model.schema import Choice
from crm_core.store.indexes.search import Hit
from desktop.services.commands.follow_up import SUBJECTS
from desktop.viewmodels.follow_up import day_meant
from desktop.viewmodels.session import Session
from desktop.views.pages.lists.list_filters import FilterChip
from desktop.views.pages.records.record_picker import RecordPicker
from desktop.views.theme.apply import colours
from desktop.views.widgets.editors.contract import FieldValue
from desktop.views.widgets.editors.moment import DateLine
from desktop.views.widgets.editors.text import GrowingText
from desktop.views.widgets.flow import FlowBox
from desktop.views.widgets.layouts import column
from desktop.views.widgets.reactive import Reactive

_OFFERED = 12


class AboutPicker(RecordPicker):
    """A customer, contact or lead; the value is `entity:id`. Enter takes the first one found, also
    where it is pressed before anything was."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, "customer", parent)

    def show_subject(self, entity: str, record_id: str, title: str) -> None:
        """Be about this one."""
        self._id = f"{entity}:{record_id}" if record_id else None
        self.setText(title)
        self.setCursorPosition(0)

    def subject(self) -> tuple[str, str]:
        """(entity, id) of the one chosen; empty where there is none."""
        value = self.value() if not self.unresolved else None
        entity, _, record_id = str(value or "").partition(":")
        return entity, record_id

    def setValue(self, value: FieldValue) -> None:
        """Take `entity:id`; the title comes with `show_subject`."""
        self._id = str(value) if value else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() and not self._popup.isVisible() and self.unresolved:
            self._enter_waits = True
            self._look_up(self.text())
            return
        super().keyPressEvent(event)

    def _find(self, text: str) -> list[Hit]:
        workspace = self._session.workspace
        registry = workspace.replica.registry
        found = workspace.search(text, entities=SUBJECTS, limit=_OFFERED) if text.strip() else []
        language = self._session.language
        return [
            Hit(
                entity=hit.entity,
                id=f"{hit.entity}:{hit.id}",
                title=hit.title,
                subtitle=" · ".join(
                    x for x in (registry.entity(hit.entity).label.text(language), hit.subtitle) if x
                ),
                rank=hit.rank,
            )
            for hit in found
        ]


class ActionKeys(Reactive, QFrame):
    """Preset actions side by side, each on its digit; there is no "other" (row 3.2)."""

    chosen = Signal(str)

    def __init__(self, options: Sequence[Choice], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options = tuple(options)
        self._value = ""
        self.setObjectName("actionKeys")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.chips = [FilterChip() for _ in self._options]
        self._box = FlowBox(gap=6)
        column(self, margins=(4, 4, 4, 4)).addWidget(self._box)
        for option, chip in zip(self._options, self.chips, strict=True):
            chip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            chip.setProperty("code", option.code)
            chip.clicked.connect(self._clicked)
            self._box.flow.addWidget(chip)
        self.retint()

    def set_language(self, language: str) -> None:
        """Write the names, with the digit before each."""
        for number, (option, chip) in enumerate(zip(self._options, self.chips, strict=True), 1):
            chip.setText(f"{number}  {option.label.text(language)}")
            chip.setAccessibleName(option.label.text(language))

    def value(self) -> str:
        """The code chosen, or empty."""
        return self._value

    def set_value(self, code: str) -> None:
        """Show `code` as chosen, without telling."""
        self._value = code
        for option, chip in zip(self._options, self.chips, strict=True):
            chip.set_on(option.code == code)
        self.setAccessibleDescription(
            next((c.accessibleName() for c in self.chips if c.is_on()), "")
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        digit = event.key() - Qt.Key.Key_1
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        keypad = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if not keypad and 0 <= digit < len(self._options):
            self._choose(digit)
        elif step is not None:
            codes = [option.code for option in self._options]
            place = codes.index(self._value) if self._value in codes else -1 if step > 0 else 0
            self.set_value(codes[(place + step) % len(codes)])
            self.chosen.emit("")
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.retint()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.retint()

    def retint(self) -> None:
        edge = colours().accent if self.hasFocus() else "transparent"
        rule = f"#actionKeys {{ border: 2px solid {edge}; border-radius: 8px; }}"
        if self.styleSheet() != rule:
            self.setStyleSheet(rule)

    @Slot()
    def _clicked(self) -> None:
        chip = self.sender()
        if isinstance(chip, FilterChip):
            self._choose(self.chips.index(chip))

    def _choose(self, place: int) -> None:
        code = self._options[place].code
        self.set_value(code)
        self.chosen.emit(code)


class ShortText(GrowingText):
    """A sentence or two; Enter goes on to the next field."""

    entered = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.entered.emit()
            return
        super().keyPressEvent(event)


class NextDay(DateLine):
    """A day to come, as people say it: 明天, 周三, +3, 11-30."""

    def typed(self) -> str:
        """What stands there."""
        return self.line.text().strip()

    def _read(self, text: str) -> str | None:
        day = day_meant(text, self._today()) if text else None
        return day.isoformat() if day is not None else None
