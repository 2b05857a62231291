"""One line of a filter: a field, what is asked of it, with what. Wrong input stays, explained."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QSizePolicy, QWidget

from crm_core.model.query import Condition
from crm_core.model.schema import EntitySpec, FieldSpec
from crm_core.model.values import Value, ValueProblem
from desktop.viewmodels.lists.filter_draft import Line
from desktop.viewmodels.lists.filter_terms import (
    PERSONAL,
    Asks,
    Given,
    Term,
    checked,
    terms_for,
    value_spec,
)
from desktop.viewmodels.session import Session
from desktop.views.pages.records.field_editors import contract_of, editor_for
from desktop.views.pages.records.record_picker import RecordPicker
from desktop.views.theme.roles import Role
from desktop.views.widgets.buttons import IconButton
from desktop.views.widgets.editors.choice import ChoiceBox, Option
from desktop.views.widgets.editors.contract import name_editor, tab_through
from desktop.views.widgets.editors.tags import TagsEditor
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.retiring import clear

_FIELD, _TERM, _VALUE = 176, 180, 420


class FilterRow(Reactive, QWidget):
    """Emits `changed` after every change; `condition` is None while the line asks nothing yet."""

    changed = Signal()
    removed = Signal(object)

    def __init__(
        self,
        session: Session,
        entity: EntitySpec,
        line: Line | None,
        *,
        personal: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        """`personal`: whether it may ask about whoever looks ("is me"), which rules cannot."""
        super().__init__(parent)
        self._session, self._entity, self._personal = session, entity, personal
        self._term: Term | None = None
        self._spec: FieldSpec | None = None
        self.editors: list[QWidget] = []
        self.field = ChoiceBox(
            [Option(spec.name, spec.label.text(session.language)) for spec in entity.fields]
        )
        self.term = ChoiceBox()
        self.remove = IconButton("close", "")
        self._problem = label("", Role.ERROR_TEXT, wrap=True)
        self._problem.hide()
        self._lay_out()
        if line is not None:
            self._show_line(line)
        self.field.changed.connect(self._field_chosen)
        self.term.changed.connect(self._term_chosen)
        self.remove.clicked.connect(self._go)
        self.retranslate()

    def retranslate(self) -> None:
        self.field.setAccessibleName(self.tr("Field"))
        line = self.field.lineEdit()
        if line is not None:
            line.setPlaceholderText(self.tr("Choose a field"))
        self.term.setAccessibleName(self.tr("How it is compared"))
        self.remove.set_name(self.tr("Remove this condition"))
        for editor in self.editors:
            name_editor(editor, self.tr("Value"))

    def problem(self) -> str:
        """Why the line cannot be asked as it is; empty where nothing is wrong."""
        return self._problem.text()

    def condition(self) -> Condition | None:
        """What the line asks; None, with the reason shown where there is one, for nothing."""
        self._say("")
        if self._spec is None or self._term is None:
            typed = self.field.value() if self._spec is None else self.term.value()
            self._say(self.tr("Choose one of the list.") if typed else "")
            return None
        given = self._given(self._spec, self._term)
        return None if given is None else self._term.build(self._spec, given)

    def _given(self, spec: FieldSpec, term: Term) -> Given | None:
        if any(isinstance(one, RecordPicker) and one.unresolved for one in self.editors):
            self._say(self.tr("Choose one of the records found."))
            return None
        try:
            given = checked(spec, term, [contract_of(one).value() for one in self.editors])
        except ValueProblem as problem:
            self._say(problem.sentence(self._session.language))
            return None
        if given is not None and len(given) == 2 and _upside_down(*given):
            self._say(self.tr("The first is beyond the second."))
            return None
        return given

    # -- inside --------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        body = column(self, gap=2)
        line = row(None, gap=8)
        self.field.setFixedWidth(_FIELD)
        self.term.setFixedWidth(_TERM)
        line.addWidget(self.field)
        line.addWidget(self.term)
        self._values = row(None, gap=8)
        self._values.addStretch(1)  # An empty layout takes no room, and the boxes would float.
        line.addLayout(self._values, 1)
        line.addWidget(self.remove)
        body.addLayout(line)
        body.addWidget(self._problem)

    def _show_line(self, line: Line) -> None:
        self.field.setValue(line.spec.name)
        self._offer_terms(line.spec)
        self.term.setValue(line.term.code)
        self._take_term(line.term)
        for editor, value in zip(self.editors, line.given, strict=False):
            contract_of(editor).setValue(value)

    def _offer_terms(self, spec: FieldSpec | None) -> None:
        self._spec = spec
        language = self._session.language
        terms = self._terms(spec)
        self.term.set_options([Option(term.code, term.label.text(language)) for term in terms])

    def _terms(self, spec: FieldSpec | None) -> tuple[Term, ...]:
        terms = terms_for(spec) if spec is not None else ()
        return tuple(one for one in terms if self._personal or one.code not in PERSONAL)

    def _take_term(self, term: Term | None) -> None:
        """Editors for what the operator wants; what was typed stays where it still fits."""
        old, self.editors = self.editors, []
        typed = [contract_of(one).value() for one in old]
        fits = term is not None and self._term is not None and term.asks is self._term.asks
        self._term = term
        clear(self._values)
        for place in range(_EDITORS[term.asks] if term is not None else 0):
            editor = self._made_editor(place)
            if fits and place < len(typed):
                contract_of(editor).setValue(typed[place])
        self._values.addStretch(1)
        tab_through((self.field, self.term, *self.editors, self.remove))
        self.retranslate()

    def _made_editor(self, place: int) -> QWidget:
        assert self._spec is not None
        assert self._term is not None
        if place:
            self._values.addWidget(label(self._session.say("至", "to"), Role.MUTED))
        editor = editor_for(self._session, value_spec(self._spec, self._term))
        if isinstance(editor, TagsEditor) and self._spec.choices:
            editor.line.setPlaceholderText(self.tr("Add an option"))
        single = self._term.asks is not Asks.SEVERAL
        editor.setMaximumWidth(200 if single and _EDITORS[self._term.asks] == 2 else _VALUE)
        if self._term.asks in (Asks.DAYS, Asks.HOURS):
            editor.setMaximumWidth(72)
        editor.setSizePolicy(QSizePolicy.Policy.Expanding, editor.sizePolicy().verticalPolicy())
        self._values.addWidget(editor, 1)
        if self._term.asks is Asks.DAYS:
            self._values.addWidget(label(self._session.say("天", "days"), Role.MUTED))
        if self._term.asks is Asks.HOURS:
            self._values.addWidget(label(self._session.say("小时", "hours"), Role.MUTED))
        contract_of(editor).changed.connect(self.changed)
        self.editors.append(editor)
        return editor

    @Slot()
    def _field_chosen(self) -> None:
        spec = self._entity.find(str(self.field.value() or ""))
        if spec is not self._spec:
            self._offer_terms(spec)
            first = self._terms(spec)[0] if spec is not None else None
            self._term = None
            self.term.setValue(first.code if first is not None else None)
            self._take_term(first)
        self.changed.emit()

    @Slot()
    def _term_chosen(self) -> None:
        code = self.term.value()
        term = next((one for one in self._terms(self._spec) if one.code == code), None)
        if term is not None and term is not self._term:
            self._take_term(term)
        self.changed.emit()

    @Slot()
    def _go(self) -> None:
        self.removed.emit(self)

    def _say(self, sentence: str) -> None:
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))
        for editor in self.editors:
            contract_of(editor).set_error(bool(sentence))
            editor.setAccessibleDescription(sentence)

    def take_focus(self) -> None:
        """Put the cursor into the field."""
        self.field.setFocus(Qt.FocusReason.TabFocusReason)


_EDITORS = {
    Asks.NOTHING: 0, Asks.TEXT: 1, Asks.ONE: 1, Asks.TWO: 2, Asks.SEVERAL: 1, Asks.DAYS: 1,
    Asks.HOURS: 1,
}  # fmt: skip


def _upside_down(low: Value, high: Value) -> bool:
    if isinstance(low, int) and isinstance(high, int):
        return low > high
    return isinstance(low, str) and isinstance(high, str) and low > high
