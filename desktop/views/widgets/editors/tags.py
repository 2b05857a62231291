"""The editor for a set of words: chips, and a line to add more (Enter or comma adds)."""

import re
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, QStringListModel, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QFrame, QLineEdit, QPushButton, QWidget

from desktop.views.theme.apply import colours
from desktop.views.theme.icons import icon
from desktop.views.theme.roles import Role, set_role, set_state
from desktop.views.widgets.editors.contract import FieldValue, FocusEcho
from desktop.views.widgets.editors.submitting import SubmitThrough
from desktop.views.widgets.flow import FlowLayout
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.retiring import retire

_SEPARATORS = re.compile(r"[,，、;；\n]+")


class _TagChip(Reactive, QPushButton):
    """One tag; pressing it takes it away."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self.setObjectName("tagChip")
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.retranslate()
        self.retint()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Remove {0}").format(self.text()))
        self.setToolTip(self.accessibleName())

    def retint(self) -> None:
        c = colours()
        tone = c.accent_tone
        self.setIcon(icon("close", tone.ink, size=12))
        rule = (
            f"#tagChip {{ background: {tone.soft}; color: {tone.ink}; border-radius: 11px;"
            f" border: 2px solid transparent;"
            f" min-height: 18px; padding: 0 8px; font-size: 12px; font-weight: 400; }}"
            f"#tagChip:focus {{ border: 2px solid {c.accent}; }}"
        )
        if self.styleSheet() != rule:
            self.setStyleSheet(rule)


class TagsEditor(Reactive, QFrame):
    """A set of tags. Codes with known labels show the label; `free` allows words of one's own."""

    changed = Signal()

    def __init__(
        self,
        labels: Mapping[str, str] | None = None,
        *,
        free: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._labels = dict(labels or {})
        self._free = free
        self._read_only = False
        self._tags: list[str] = []
        set_role(self, Role.EDITOR)
        self._flow = FlowLayout(self, gap=4)
        self._flow.setContentsMargins(6, 4, 6, 4)
        self.line = QLineEdit()
        set_role(self.line, Role.BARE)
        self.line.setMinimumWidth(96)
        self.line.installEventFilter(self)
        self.line.textEdited.connect(self._split)
        self.line.editingFinished.connect(self._commit)
        self._offered = QStringListModel(list(self._labels.values()), self)
        self._completer = QCompleter(self._offered, self)
        self._completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.activated.connect(self._commit, Qt.ConnectionType.QueuedConnection)
        self.line.setCompleter(self._completer)
        self._through = SubmitThrough(self)
        self._flow.addWidget(self.line)
        self.setFocusProxy(self.line)
        FocusEcho(self, self.line)
        self.retranslate()

    def retranslate(self) -> None:
        self.line.setPlaceholderText(self.tr("Add a tag"))

    def suggest(self, words: Sequence[str]) -> None:
        """Offer these while typing, after those with a label."""
        known = list(self._labels.values())
        self._offered.setStringList([*known, *(w for w in words if w not in known)])

    def offered(self) -> list[str]:
        """What is offered while typing."""
        return self._offered.stringList()

    def offer_all(self) -> None:
        """Open the list of everything that may be added."""
        if self._read_only or not self.offered():
            return
        self._through.watch(self._completer.popup())
        self._completer.setCompletionPrefix("")
        self._completer.complete()

    def value(self) -> FieldValue:
        pending = self.line.text().strip()
        kept = [*self._tags, *([self._code(pending)] if pending else [])]
        return sorted(set(kept)) or None

    def setValue(self, value: FieldValue) -> None:
        if isinstance(value, list):
            self._tags = list(dict.fromkeys(value))
        else:
            self._tags = [] if value is None else [str(value)]
        self.line.clear()
        self._rebuild()

    def set_error(self, on: bool) -> None:
        set_state(self, "error", on=on)

    def set_read_only(self, on: bool) -> None:
        self._read_only = on
        self.line.setVisible(not on)
        self._rebuild()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            empty = not self.line.text()
            if event.key() == Qt.Key.Key_Backspace and empty and self._tags:
                self._remove(self._tags[-1])
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not empty:
                self._commit()
                return True
            if event.key() == Qt.Key.Key_Down and empty:
                self.offer_all()
                return True
        clicked = event.type() == QEvent.Type.MouseButtonRelease
        if clicked and not self._free and not self.line.text():
            self.offer_all()
        return super().eventFilter(watched, event)

    @Slot(str)
    def _split(self, text: str) -> None:
        self._through.watch(self._completer.popup())
        if _SEPARATORS.search(text):
            self._commit()
        else:
            self.changed.emit()

    @Slot()
    def _commit(self) -> None:
        words = [word.strip() for word in _SEPARATORS.split(self.line.text())]
        codes = [self._code(word) for word in words if word]
        if not self._free and any(code not in self._labels for code in codes):
            set_state(self, "error", on=True)
            return
        added = [code for code in dict.fromkeys(codes) if code not in self._tags]
        self.line.clear()
        if added:
            self._tags.extend(added)
            self._rebuild()
            self.changed.emit()

    @Slot()
    def _chip_pressed(self) -> None:
        sender = self.sender()
        if isinstance(sender, _TagChip) and not self._read_only:
            self._remove(str(sender.property("code")))

    def _remove(self, code: str) -> None:
        self._tags.remove(code)
        self._rebuild()
        self.line.setFocus()
        self.changed.emit()

    def _code(self, word: str) -> str:
        known = {label.casefold(): code for code, label in self._labels.items()}
        return known.get(word.casefold(), word)

    def _rebuild(self) -> None:
        for chip in self.findChildren(_TagChip):
            self._flow.removeWidget(chip)
            retire(chip)
        self._flow.removeWidget(self.line)
        for code in self._tags:
            chip = _TagChip(self._labels.get(code, code), self)
            chip.setProperty("code", code)
            chip.clicked.connect(self._chip_pressed)
            self._flow.addWidget(chip)
        self._flow.addWidget(self.line)
        self.updateGeometry()
