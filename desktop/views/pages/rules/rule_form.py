"""A rule's body as a form made from the words that are declared for its parts.

Each part has a place; whatever is wrong is shown at the innermost part that holds its place. The
form keeps the steps, so that every edit can be taken back; it writes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from crm_core.clock import new_id
from crm_core.model.schema import Label
from crm_core.rules import building
from crm_core.rules.bodies import Place, entity_of_part
from crm_core.rules.documents import Document, When
from crm_core.rules.form_words import Takes, part_of
from desktop.services.rule_checking import Checked
from desktop.views.pages.field_editors import contract_of
from desktop.views.pages.rules.condition_box import ConditionBox
from desktop.views.pages.rules.part_editors import Around, NotUnderstood, part_editor
from desktop.views.pages.rules.part_list import PartCard
from desktop.views.theme.roles import Role
from desktop.views.widgets.buttons import QuietButton
from desktop.views.widgets.field_row import FieldRow
from desktop.views.widgets.layouts import column, label, row

_NAME_WIDTH = 132


class RuleForm(QWidget):
    """`edited` after every edit, `asked` with the Query of the records a condition holds for."""

    edited = Signal()
    asked = Signal(object)

    def __init__(self, around: Around, document: Document[Any]) -> None:
        super().__init__()
        self._around = around
        self.steps = building.steps_from(document)
        self._wrong: dict[Place, str] = {}
        """What was typed and is none of what a part takes; the rule keeps what it said."""
        self._body: QVBoxLayout = column(self, margins=(24, 4, 24, 12), gap=10)
        self._inner: QWidget | None = None
        self.rows: dict[Place, FieldRow] = {}
        self.conditions: dict[Place, ConditionBox] = {}
        self.groups: dict[Place, QWidget] = {}
        self.cards: dict[Place, PartCard] = {}
        self.adds: dict[Place, QuietButton] = {}
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._focus: Callable[[], object] | None = None
        self._soon.timeout.connect(self.build)
        self.build()

    @property
    def document(self) -> Document[Any]:
        """The rule as it is now."""
        return self.steps.now

    def obstacle(self) -> Place | None:
        """The first part that cannot be kept as it was typed; None: all can be."""
        for place, box in self.conditions.items():
            shown = box.isVisibleTo(self)
            unfinished = shown and not box.finished()
            box.set_error(self.tr("Finish this condition, or remove it.") if unfinished else "")
            if unfinished:
                return place
        return next(iter(self._wrong), None)

    def go_to(self, place: Place) -> None:
        """Put the keyboard where the place is."""
        known = [*self.rows, *self.conditions]
        found = building.nearest(place, known)
        if found in self.rows:
            self.rows[found].editor.setFocus(Qt.FocusReason.TabFocusReason)
        elif found in self.conditions:
            self.conditions[found].take_focus()

    def change(self, document: Document[Any]) -> None:
        """Say something else as a whole: a step of its own."""
        self.steps.take(document)
        self._wrong.clear()
        self._soon.start()
        self.edited.emit()

    def set_entity(self, entity: str) -> None:
        """Be about other records; what does not fit them is marked, and nothing is lost."""
        self.change(replace(self.document, entity=entity))

    @Slot()
    def undo(self) -> None:
        """Take a step back."""
        if self.steps.undo():
            self._shown_anew()

    @Slot()
    def redo(self) -> None:
        """Take a step again."""
        if self.steps.redo():
            self._shown_anew()

    def show_checked(self, checked: Checked) -> None:
        """Show what is wrong and doubtful at its place, and what single parts say."""
        bad = self._by_place(checked.wrong, [*self.rows, *self.conditions, *self.cards])
        for place, field_row in self.rows.items():
            field_row.set_error_soon(self._wrong.get(place, "") or bad.get(place, ""))
        for place, box in self.conditions.items():
            box.set_error(bad.get(place, ""))
        doubts = self._by_place(checked.doubts, list(self.cards))
        for place, card in self.cards.items():
            card.say(checked.parts.get(place, ""))
            card.set_error(bad.get(place, ""))
            card.set_doubt(doubts.get(place, ""))

    # -- building ------------------------------------------------------------------------------

    @Slot()
    def build(self) -> None:
        """Make the form anew from what the rule says; the keyboard stays at its place."""
        held = self._held()
        self._around = replace(self._around, entity=self.document.entity)
        old, self._inner = self._inner, QWidget(self)
        self.rows, self.conditions, self.groups = {}, {}, {}
        self.cards, self.adds = {}, {}
        self._parts(column(self._inner, gap=8), (), self.document.body)
        if old is not None:
            self._body.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._body.insertWidget(0, self._inner)
        self._show_counting()
        focus, self._focus = self._focus, None
        if focus is not None:
            focus()
        elif held in self.rows:
            self.rows[held].editor.setFocus(Qt.FocusReason.TabFocusReason)

    def _parts(self, lines: QVBoxLayout, place: Place, body: Any) -> None:
        for name in building.parts_of(type(body)):
            here, value = (*place, name), getattr(body, name)
            hint = building.plain_type(building.types_of(type(body))[name])
            part = part_of(type(body), name)
            if part.takes is Takes.IDENTITY:
                continue
            if (inner := building.part_type(hint)) is not None:
                self._list(lines, here, body, inner)
            elif hint is When:
                self._condition(lines, here, body)
            elif is_dataclass(value) and not isinstance(value, Label):
                group = QWidget(self._inner)
                inside = column(group, gap=8)
                inside.addWidget(label(self._around.say(part.label), Role.OVERLINE))
                self._parts(inside, here, value)
                self.groups[here] = group
                lines.addWidget(group)
            else:
                self._row(lines, here, body)

    def _row(self, lines: QVBoxLayout, place: Place, body: Any) -> None:
        name = str(place[-1])
        part, made = part_of(type(body), name), part_editor(self._around, body, name)
        said = self._around.say(part.label)
        if made is None:
            lines.addWidget(label(self.tr("{0}: kept as it is").format(said), Role.MUTED))
            return
        shown = FieldRow(said, made.widget, parent=self._inner)
        shown.widen_name(_NAME_WIDTH)
        if part.help is not None:
            tip = self._around.say(part.help)
            shown.setToolTip(tip)
            line = made.widget.lineEdit() if isinstance(made.widget, QComboBox) else made.widget
            if isinstance(line, QLineEdit):
                line.setPlaceholderText(tip)
        for child in (made.widget, *made.widget.findChildren(QWidget)):
            if isinstance(child, QLineEdit | QPlainTextEdit):
                child.installEventFilter(self)
        self.rows[place] = shown
        lines.addWidget(shown)

        def changed() -> None:
            self._typed(place, lambda: made.read(contract_of(made.widget).value(), self._at(place)))
            if made.shapes and place not in self._wrong:
                self._soon.start()

        shown.changed.connect(changed)

    def _condition(self, lines: QVBoxLayout, place: Place, body: Any) -> None:
        about = entity_of_part(
            body, str(place[-1]), self._around.entity,
            self._around.session.workspace.replica.registry,
        )  # fmt: skip
        spec, when = self._around.spec(about), self._at(place) or When()
        part = part_of(type(body), str(place[-1]))
        said = f"{self._around.say(part.label)} · {self._around.say(spec.label) if spec else about}"
        if spec is None:
            lines.addWidget(label(self.tr("Kept as it is: {0}").format(about), Role.MUTED))
            return
        defaults = {one.name: one.default for one in fields(body)}
        default = defaults[str(place[-1])]
        empty = default if isinstance(default, When) else When()
        box = ConditionBox(self._around.session, spec, when, empty=empty, heading=said)
        self.conditions[place] = box
        lines.addWidget(box)
        box.changed.connect(lambda: self._typed(place, box.value))
        box.list_requested.connect(self.asked)

    def _list(self, lines: QVBoxLayout, place: Place, body: Any, inner: type) -> None:
        said = self._around.say(part_of(type(body), str(place[-1])).label)
        add = QuietButton(self.tr("Add"), "plus")
        add.setAccessibleName(self.tr("Add: {0}").format(said))
        add.clicked.connect(lambda: self._add(place, inner))
        self.adds[place] = add
        head = row(None, gap=8)
        head.addWidget(label(said, Role.OVERLINE))
        head.addWidget(add)
        head.addStretch(1)
        lines.addLayout(head)
        for number, one in enumerate(self._at(place)):
            card = PartCard(number, said)
            self.cards[*place, number] = card
            self._parts(card.body, (*place, number), one)
            card.move_requested.connect(partial(self._move, place, number))
            card.double_requested.connect(
                partial(self._restructure, building.doubled, place, number, number + 1)
            )
            card.drop_requested.connect(
                partial(self._restructure, building.dropped, place, number, max(number - 1, 0))
            )
            lines.addWidget(card)

    # -- editing -------------------------------------------------------------------------------

    def _at(self, place: Place) -> Any:
        return building.at(self.document.body, place)

    def _typed(self, place: Place, read: Callable[[], object]) -> None:
        try:
            value = read()
        except NotUnderstood as problem:
            self._wrong[place] = problem.label.text(self._around.session.language)
        else:
            self._wrong.pop(place, None)
            self._take(building.put(self.document.body, place, value), place)
        if place in self.rows:
            self.rows[place].set_error_soon(self._wrong.get(place, ""))
        self._show_counting()
        self.edited.emit()

    def _take(self, body: Any, place: Place | None = None) -> None:
        self.steps.take(replace(self.document, body=body), place)

    def _add(self, place: Place, inner: type) -> None:
        made = building.fresh(inner)
        if hasattr(made, "id"):
            made = replace(made, id=new_id(self._around.session.workspace.clock)[-12:])
        number = len(self._at(place))
        self._take(building.added(self.document.body, place, made))
        self._focus = partial(self._first_of, (*place, number))
        self._shown_anew()

    def _restructure(
        self, edit: Callable[[Any, Place, int], Any], place: Place, number: int, after: int
    ) -> None:
        self._take(edit(self.document.body, place, number))
        self._focus = partial(self._first_of, (*place, after))
        self._shown_anew()

    def _move(self, place: Place, number: int, by: int) -> None:
        last = len(self._at(place)) - 1
        self._take(building.moved(self.document.body, place, number, by))
        self._focus = partial(self._first_of, (*place, min(max(number + by, 0), last)))
        self._shown_anew()

    def _first_of(self, place: Place) -> None:
        """The keyboard to the first part of a card; to the button that adds where none is left."""
        inside = [one for one in self.rows if one[: len(place)] == place]
        if inside:
            self.rows[inside[0]].editor.setFocus(Qt.FocusReason.TabFocusReason)
        elif place[:-1] in self.adds:
            self.adds[place[:-1]].setFocus(Qt.FocusReason.TabFocusReason)

    def _shown_anew(self) -> None:
        self._wrong.clear()
        self._soon.start()
        self.edited.emit()

    def _show_counting(self) -> None:
        """Only parts that count beside the others are shown."""
        for place, shown in (
            *self.rows.items(),
            *self.conditions.items(),
            *self.groups.items(),
        ):
            counts = all(
                building.counts(self._at(place[:n]), str(place[n]))
                for n in range(len(place))
                if isinstance(place[n], str)
            )
            shown.setVisible(counts)

    def _held(self) -> Place | None:
        focused = QApplication.focusWidget()
        for place, shown in self.rows.items():
            if focused is not None and (focused is shown.editor or shown.isAncestorOf(focused)):
                return place
        return None

    def _by_place(
        self, said: tuple[tuple[Place, str], ...], known: list[Place]
    ) -> Mapping[Place, str]:
        found: dict[Place, str] = {}
        for place, words in said:
            here = building.nearest(place, known)
            if here is not None:
                found[here] = f"{found[here]}\n{words}" if here in found else words
        return found

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Undo is the builder's here, not that of a single line."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            keys = QKeySequence.StandardKey
            if event.matches(keys.Undo) or event.matches(keys.Redo):
                event.ignore()
                return True
        return super().eventFilter(watched, event)
