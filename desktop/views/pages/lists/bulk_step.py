"""One line of a bulk edit: which field, what becomes of it, and the value."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from crm_core.model.schema import FieldSpec
from desktop.services.commands.bulk_edit import Step, Way, ways_of
from desktop.viewmodels.session import Session
from desktop.views.pages.records.field_editors import contract_of, editor_for
from desktop.views.theme.roles import Role
from desktop.views.widgets.buttons import IconButton
from desktop.views.widgets.editors.choice import ChoiceBox, Option
from desktop.views.widgets.editors.contract import name_editor, tab_through
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive

_FIELD_WIDTH = 168
_WAY_WIDTH = 112


class BulkStep(Reactive, QWidget):
    """Field, way and value; tells every change."""

    changed = Signal()
    removed = Signal()

    def __init__(
        self, session: Session, specs: Sequence[FieldSpec], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._specs: Mapping[str, FieldSpec] = {spec.name: spec for spec in specs}
        language = session.language
        self.field = ChoiceBox([Option(s.name, s.label.text(language)) for s in specs])
        self.way = ChoiceBox()
        self.editor: QWidget | None = None
        self._shown: FieldSpec | None = None
        self.remove = IconButton("close", "")
        self._line = row(None, gap=8)
        # A widget of its own: an empty layout takes no room, and the boxes would float.
        self._room = QWidget()
        self._place = row(self._room, gap=0)
        self._problem = label("", Role.ERROR_TEXT, wrap=True)
        self._problem.hide()
        self._lay_out()
        self.field.changed.connect(self._choose_field)
        self.field.activated.connect(self._to_value)
        self.way.changed.connect(self._choose_way)
        self.remove.clicked.connect(self.removed)
        self.retranslate()

    def retranslate(self) -> None:
        self.field.setAccessibleName(self.tr("Field"))
        line = self.field.lineEdit()
        if line is not None:
            line.setPlaceholderText(self.tr("Choose a field"))
        self.way.setAccessibleName(self.tr("What becomes of it"))
        self.remove.set_name(self.tr("Leave this field out"))

    def spec(self) -> FieldSpec | None:
        """The field chosen; None while there is none."""
        return self._specs.get(str(self.field.value() or ""))

    def choose(self, field: str, way: Way, value: object = None) -> None:
        """Fill the line in."""
        self.field.setValue(field)
        self._choose_field()
        self.way.setValue(way.value)
        self._choose_way()
        if self.editor is not None:
            contract_of(self.editor).setValue(value)  # type: ignore[arg-type]
            self.changed.emit()

    def step(self) -> Step | None:
        """What the line says; None while something is missing."""
        spec, way = self.spec(), str(self.way.value() or "")
        if spec is None or way not in set(Way):
            return None
        if way == Way.CLEAR:
            return Step(spec.name, Way.CLEAR)
        value = contract_of(self.editor).value() if self.editor is not None else None
        # Nothing typed yet is not a wish to clear, which is a way of its own.
        return None if value in (None, "", []) else Step(spec.name, Way(way), value)

    def set_error(self, sentence: str) -> None:
        """Say what is wrong with the value; empty takes it away."""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))
        if self.editor is not None:
            contract_of(self.editor).set_error(bool(sentence))

    def _lay_out(self) -> None:
        self.field.setFixedWidth(_FIELD_WIDTH)
        self.way.setFixedWidth(_WAY_WIDTH)
        top = Qt.AlignmentFlag.AlignTop
        self._line.addWidget(self.field, 0, top)
        self._line.addWidget(self.way, 0, top)
        self._line.addWidget(self._room, 1)
        self._line.addWidget(self.remove, 0, top)
        body = column(self, gap=2)
        body.addLayout(self._line)
        body.addWidget(self._problem)
        self.way.setEnabled(False)

    @Slot()
    def _choose_field(self) -> None:
        spec = self.spec()
        if spec is self._shown:
            return  # What was typed for it stays.
        self._shown = spec
        self.way.setEnabled(spec is not None)
        ways = ways_of(spec) if spec is not None else ()
        self.way.set_options([Option(way.value, self._word(way)) for way in ways])
        self.way.setValue(ways[0].value if ways else None)
        self._show_editor()

    @Slot()
    def _choose_way(self) -> None:
        if self.editor is not None:
            self.editor.setVisible(self.way.value() != Way.CLEAR)
        self.changed.emit()

    def _show_editor(self) -> None:
        if self.editor is not None:
            self._place.removeWidget(self.editor)
            self.editor.deleteLater()
            self.editor = None
        spec = self.spec()
        if spec is not None:
            self.editor = editor_for(self._session, spec)
            name_editor(self.editor, spec.label.text(self._session.language))
            contract_of(self.editor).changed.connect(self.changed)
            self._place.addWidget(self.editor, 1)
            tab_through((self.way, self.editor, self.remove))
        self.set_error("")
        self.changed.emit()

    @Slot()
    def _to_value(self) -> None:
        """A field was picked, not only typed: Tab would go there as well."""
        if self.editor is not None:
            self.editor.show()  # The layout would only do so later, and what is hidden gets none.
            self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _word(self, way: Way) -> str:
        return {
            Way.SET: self.tr("set to"),
            Way.CLEAR: self.tr("clear"),
            Way.ADD: self.tr("add"),
            Way.REMOVE: self.tr("remove"),
        }[way]
