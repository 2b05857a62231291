"""Keeps a form's province, city and district together, and fills the empty ones from the rest.

A proposal stands in its field at once, with a line that says where it comes from and takes it
back; what was taken back is not proposed again in this form.
"""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from crm_core.model import whereabouts
from crm_core.model.whereabouts import Proposal, Source
from desktop.viewmodels.records.form import FormModel
from desktop.viewmodels.session import Session
from desktop.views.pages.records.field_editors import contract_of
from desktop.views.theme.roles import Role
from desktop.views.widgets.buttons import IconButton
from desktop.views.widgets.editors.place import PlaceBox
from desktop.views.widgets.field_row import FieldRow
from desktop.views.widgets.layouts import label, row

_TELLING = frozenset({*whereabouts.FIELDS, "address", "phone"})


class PlaceRows(QObject):
    """Told of every field that was typed in (`typed`)."""

    def __init__(
        self, session: Session, form: FormModel, rows: Mapping[str, FieldRow], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._form, self._rows = form, rows
        self._filled: dict[str, str] = {}
        self._declined: set[str] = set()
        self._hints: dict[str, _Hint] = {}
        if form.entity.find(whereabouts.CITY) is not None:
            session.ask(whereabouts.warm, self._warmed, self)

    def typed(self, name: str) -> None:
        """Somebody typed in a field."""
        if name not in _TELLING or whereabouts.CITY not in self._rows:
            return
        self._filled.pop(name, None)
        if name in self._hints:
            self._hints[name].hide()
        values = self._values()
        for one in whereabouts.proposals(self._open(values)):
            if one.field in self._rows and one.field not in self._declined | {name}:
                self._fill(one)
        self.narrow()

    @Slot(object)
    def _warmed(self, _nothing: object) -> None:
        self.narrow()

    def narrow(self) -> None:
        """Let every box offer what fits the others, and say what does not fit."""
        values = self._values()
        doubts = whereabouts.doubts(values)
        for name in whereabouts.FIELDS:
            line = self._rows.get(name)
            if line is None:
                continue
            if isinstance(line.editor, PlaceBox):
                line.editor.narrow(values)
            if name in doubts:
                self._hint(name).say(doubts[name].text(self._form.language))
            elif name not in self._filled and name in self._hints:
                self._hints[name].hide()

    def _values(self) -> dict[str, object]:
        return {name: self._form.value(name) for name in _TELLING if name in self._rows}

    def _open(self, values: Mapping[str, object]) -> dict[str, object]:
        """The values without what was filled in here and may be filled in anew."""
        return {name: value for name, value in values.items() if name not in self._filled}

    def _fill(self, one: Proposal) -> None:
        if self._form.value(one.field) == one.value:
            return
        self._filled[one.field] = one.value
        self._form.type_in(one.field, one.value)
        contract_of(self._rows[one.field].editor).setValue(one.value)
        self._hint(one.field).propose(one)

    def _hint(self, name: str) -> "_Hint":
        if name not in self._hints:
            self._hints[name] = hint = _Hint(name)
            hint.declined.connect(self._take_back)
            self._rows[name].add_below(hint)
        return self._hints[name]

    @Slot(str)
    def _take_back(self, name: str) -> None:
        self._declined.add(name)
        self._filled.pop(name, None)
        self._form.type_in(name, None)
        contract_of(self._rows[name].editor).setValue(None)
        self._hints[name].hide()
        self.narrow()
        self._rows[name].editor.setFocus()


class _Hint(QWidget):
    """One line below a field, with a way to take back what it speaks of."""

    declined = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._words = label("", Role.SMALL)
        self._undo = IconButton("undo", self.tr("Take back"))
        self._undo.setFixedSize(24, 24)
        self._undo.clicked.connect(self._decline)
        body = row(self, gap=8)
        body.addWidget(self._words)
        body.addWidget(self._undo)
        body.addStretch(1)

    def propose(self, one: Proposal) -> None:
        """Say where a proposal comes from."""
        self._words.setText(
            {
                Source.PHONE: self.tr("From the place of the phone number"),
                Source.ADDRESS: self.tr("From the address"),
                Source.PLACE: self.tr("From the other places"),
            }[one.source]
        )
        self._undo.setVisible(one.source is not Source.PLACE)
        self.show()

    def say(self, sentence: str) -> None:
        """Say what does not fit."""
        self._words.setText(sentence)
        self._undo.hide()
        self.show()

    @Slot()
    def _decline(self) -> None:
        self.declined.emit(self._name)
