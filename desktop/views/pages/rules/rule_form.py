"""A rule's body as a form made from the words that are declared for its parts.

Each part has a place; whatever is wrong is shown at the innermost part that holds its place, and
what is gone with the ways to put it right. The form keeps the steps, so that every edit can be
taken back; it writes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QBoxLayout, QComboBox, QLineEdit, QVBoxLayout, QWidget

from crm_core.clock import new_id
from crm_core.model.schema import Label
from crm_core.rules import building
from crm_core.rules.bodies import Place, entity_of_part
from crm_core.rules.documents import Document, When
from crm_core.rules.mending import Mend
from crm_core.rules.shapes import SHAPES, Shapes, settled
from crm_core.rules.wording.form_words import Takes, part_of
from desktop.services.rules.rule_checking import Checked
from desktop.views.pages.records.field_editors import contract_of
from desktop.views.pages.rules.condition_box import ConditionBox
from desktop.views.pages.rules.form_places import FOLD_FROM, Folds, UndoOfTheForm, by_place
from desktop.views.pages.rules.mend_bar import MendBar
from desktop.views.pages.rules.part_basics import Around, Made, NotUnderstood, choice
from desktop.views.pages.rules.part_editors import part_editor
from desktop.views.pages.rules.part_list import PartCard
from desktop.views.theme.roles import Role
from desktop.views.widgets.buttons import QuietButton
from desktop.views.widgets.editors.choice import Option
from desktop.views.widgets.field_row import FieldRow
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.retiring import retire

_NAME_WIDTH, _SHORT_NAME = 132, 84
HOW = "how"
"""Stands for the way a part says it (`shapes`), as if it were one of its fields."""


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
        self._folds, self._undo = Folds(), UndoOfTheForm(self)
        self.rows: dict[Place, FieldRow] = {}
        self.conditions: dict[Place, ConditionBox] = {}
        self.groups: dict[Place, QWidget] = {}
        self.cards: dict[Place, PartCard] = {}
        self.adds: dict[Place, QuietButton] = {}
        self.mends: dict[Place, MendBar] = {}
        self._checked: Checked | None = None
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
        """Put the keyboard where the place is, opened where it was closed."""
        if self._folds.reveal(place):
            self.build()
        known = [*self.rows, *self.conditions]
        found = building.nearest(place, known)
        if found in self.rows:
            self.rows[found].editor.setFocus(Qt.FocusReason.TabFocusReason)
        elif found in self.conditions:
            self.conditions[found].take_focus()
        else:
            self._first_of(building.nearest(place, list(self.cards)) or place)

    def change(self, document: Document[Any]) -> None:
        """Say something else as a whole: a step of its own."""
        self.steps.take(document)
        self._shown_anew()

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
        self._checked = checked
        bad = by_place(checked.wrong, [*self.rows, *self.conditions, *self.cards])
        for place, field_row in self.rows.items():
            field_row.set_error_soon(self._wrong.get(place, "") or bad.get(place, ""))
        for place, box in self.conditions.items():
            box.set_error(bad.get(place, ""))
        doubts = by_place(checked.doubts, list(self.cards))
        for place, card in self.cards.items():
            card.say(checked.parts.get(place, ""))
            card.set_error(bad.get(place, ""))
            card.set_doubt(doubts.get(place, ""))
        self._show_mends(checked.ways)

    # -- building ------------------------------------------------------------------------------

    @Slot()
    def build(self) -> None:
        """Make the form anew from what the rule says; the keyboard stays at its place."""
        held = self._held()
        document = self.document
        self._around = replace(self._around, entity=document.entity, body=document.body)
        old, self._inner = self._inner, QWidget(self)
        for known in (self.rows, self.conditions, self.groups, self.cards, self.adds):
            known.clear()
        self.mends = {}
        self._parts(column(self._inner, gap=8), (), document.body)
        if old is not None:
            self._body.removeWidget(old)
            retire(old)
        self._body.insertWidget(0, self._inner)
        self._show_counting()
        if self._checked is not None:
            for place, card in self.cards.items():
                card.say(self._checked.parts.get(place, ""))
        focus, self._focus = self._focus, None
        if focus is not None:
            focus()
        elif held in self.rows:
            self.rows[held].editor.setFocus(Qt.FocusReason.TabFocusReason)

    def _parts(self, lines: QBoxLayout, place: Place, body: Any) -> None:
        shapes = SHAPES.get(type(body))
        for name in building.parts_of(type(body)):
            here, value = (*place, name), getattr(body, name)
            hint = building.plain_type(building.types_of(type(body))[name])
            part = part_of(type(body), name)
            if part.takes is Takes.IDENTITY or (shapes and not shapes.counts(body, name)):
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
            if shapes is not None and name == "label":
                self._how(lines, place, shapes, body)

    def _row(self, lines: QBoxLayout, place: Place, body: Any) -> None:
        name = str(place[-1])
        part, made = part_of(type(body), name), part_editor(self._around, body, name)
        said = self._around.say(part.label)
        if made is None:
            lines.addWidget(label(self.tr("{0}: kept as it is").format(said), Role.MUTED))
            return
        shown = self._shown(lines, place, said, made)
        if part.help is not None:
            tip = self._around.say(part.help)
            shown.setToolTip(tip)
            line = made.widget.lineEdit() if isinstance(made.widget, QComboBox) else made.widget
            if isinstance(line, QLineEdit):
                line.setPlaceholderText(tip)

        def changed() -> None:
            self._typed(place, lambda: made.read(contract_of(made.widget).value(), self._at(place)))
            if made.shapes and place not in self._wrong:
                self._soon.start()

        shown.changed.connect(changed)

    def _shown(self, lines: QBoxLayout, place: Place, said: str, made: Made) -> FieldRow:
        shown = FieldRow(said, made.widget, parent=self._inner)
        beside = not isinstance(lines, QVBoxLayout)
        shown.widen_name(_SHORT_NAME if beside else _NAME_WIDTH)
        self._undo.watch(made.widget)
        self.rows[place] = shown
        lines.addWidget(shown, 1 if beside else 0)
        return shown

    def _how(self, lines: QBoxLayout, place: Place, shapes: Shapes, body: Any) -> None:
        """The way a part says it; another way begins with nothing in it."""
        offered = [Option(code, self._around.say(way.label)) for code, way in shapes.ways.items()]
        made = choice(offered, shapes.of(body), needed=True)
        shown = self._shown(lines, (*place, HOW), self._around.say(shapes.label), made)

        def turned() -> None:
            way = str(contract_of(made.widget).value() or "")
            part = self._at(place)
            if way in shapes.ways and way != shapes.of(part):
                self._take(building.put(self.document.body, place, shapes.turned(part, way)))
                self._shown_anew()

        shown.changed.connect(turned)

    def _condition(self, lines: QBoxLayout, place: Place, body: Any) -> None:
        about = entity_of_part(
            body, str(place[-1]), self._around.entity,
            self._around.session.workspace.replica.registry,
        )  # fmt: skip
        spec, when = self._around.spec(about), self._at(place) or When()
        part = part_of(type(body), str(place[-1]))
        said = f"{self._around.say(part.label)} · {self._around.say(spec.label) if spec else about}"
        if spec is None:
            kept = self.tr("Kept as it is: {0}").format(about)
            lines.addWidget(label(kept if about else self.tr("Any record"), Role.MUTED))
            return
        defaults = {one.name: one.default for one in fields(body)}
        default = defaults[str(place[-1])]
        empty = default if isinstance(default, When) else When()
        box = ConditionBox(self._around.session, spec, when, empty=empty, heading=said)
        self.conditions[place] = box
        lines.addWidget(box)
        box.changed.connect(lambda: self._typed(place, box.value))
        box.list_requested.connect(self.asked)

    def _list(self, lines: QBoxLayout, place: Place, body: Any, inner: type) -> None:
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
        every, short = self._at(place), building.is_short(inner)
        for number, one in enumerate(every):
            here = (*place, number)
            open_ = short or self._folds.is_open(here, len(every))
            folds = len(every) >= FOLD_FROM
            card = PartCard(number, said, short=short, folds=folds, open_=open_)
            self.cards[here] = card
            if open_:
                self._parts(card.body, here, one)
            self._connect_card(card, place, number)
            lines.addWidget(card)

    def _connect_card(self, card: PartCard, place: Place, number: int) -> None:
        edit = self._restructure
        card.move_requested.connect(partial(self._move, place, number))
        card.double_requested.connect(
            partial(edit, partial(building.doubled, new_id=self._new_id), place, number, number + 1)
        )
        card.drop_requested.connect(
            partial(edit, building.dropped, place, number, max(number - 1, 0))
        )
        card.fold_requested.connect(partial(self._fold, (*place, number), card))

    def _fold(self, place: Place, card: PartCard) -> None:
        self._folds.set_open(place, on=not card.open)
        self._focus = lambda: self.cards[place].fold.setFocus(Qt.FocusReason.TabFocusReason)
        self._soon.start()
        self.edited.emit()

    # -- editing -------------------------------------------------------------------------------

    def _at(self, place: Place) -> Any:
        return building.at(self.document.body, place)

    def _new_id(self) -> str:
        return new_id(self._around.session.workspace.clock)[-12:]

    def _typed(self, place: Place, read: Callable[[], object]) -> None:
        try:
            value = read()
        except NotUnderstood as problem:
            self._wrong[place] = problem.label.text(self._around.session.language)
        else:
            self._wrong.pop(place, None)
            body = building.put(self.document.body, place, value)
            of = building.at(body, place[:-1])
            after = settled(of, str(place[-1]))
            self._take(body if after is of else building.put(body, place[:-1], after), place)
        if place in self.rows:
            self.rows[place].set_error_soon(self._wrong.get(place, ""))
        self._show_counting()
        self.edited.emit()

    def _take(self, body: Any, place: Place | None = None) -> None:
        self.steps.take(replace(self.document, body=body), place)

    def _add(self, place: Place, inner: type) -> None:
        made = building.renamed(building.fresh(inner), self._new_id)
        number = len(self._at(place))
        self._take(building.added(self.document.body, place, made))
        self._folds.set_open((*place, number), on=True)
        self._focus = partial(self._first_of, (*place, number))
        self._shown_anew()

    def _restructure(self, edit: Callable[..., Any], place: Place, number: int, after: int) -> None:
        many = len(self._at(place))
        self._take(edit(self.document.body, place, number))
        self._folds.rearrange(place, many, lambda order: edit(order, (), number))
        self._focus = partial(self._first_of, (*place, after))
        self._shown_anew()

    def _move(self, place: Place, number: int, by: int) -> None:
        last = len(self._at(place)) - 1

        def moved(body: Any, at: Place, of: int) -> Any:
            return building.moved(body, at, of, by)

        self._restructure(moved, place, number, min(max(number + by, 0), last))

    def _first_of(self, place: Place) -> None:
        """The keyboard to the first part of a card; to the button that adds where none is left."""
        inside = [one for one in self.rows if one[: len(place)] == place]
        if inside:
            self.rows[inside[0]].editor.setFocus(Qt.FocusReason.TabFocusReason)
        elif place in self.cards:
            self.cards[place].fold.setFocus(Qt.FocusReason.TabFocusReason)
        elif place[:-1] in self.adds:
            self.adds[place[:-1]].setFocus(Qt.FocusReason.TabFocusReason)

    def _shown_anew(self) -> None:
        self._wrong.clear()
        self._soon.start()
        self.edited.emit()

    def _show_mends(self, ways: Mapping[Place, tuple[Mend, ...]]) -> None:
        known = [*self.rows, *self.conditions, *self.cards]
        wanted = {building.nearest(place, known): (place, found) for place, found in ways.items()}
        for here, bar in list(self.mends.items()):
            if here not in wanted or bar.ways != wanted[here][1]:
                del self.mends[here]
                retire(bar)
        for at, (place, found) in wanted.items():
            if at is not None and at not in self.mends:
                self.mends[at] = self._mend_bar(at, place, found)

    def _mend_bar(self, at: Place, place: Place, ways: tuple[Mend, ...]) -> MendBar:
        bar = MendBar(ways, self._around.session.language, self._inner)
        bar.mended.connect(self.change)
        bar.choose_asked.connect(partial(self.go_to, place))
        if at in self.rows:
            self.rows[at].add_below(bar)
        elif at in self.conditions:
            self.conditions[at].add_below(bar)
        else:
            self.cards[at].below.addWidget(bar)
        return bar

    def _show_counting(self) -> None:
        """Only parts that count beside the others are shown."""
        every = (*self.rows.items(), *self.conditions.items(), *self.groups.items())
        for place, shown in every:
            counts = all(
                building.counts(self._at(place[:n]), str(place[n]))
                for n in range(len(place))
                if isinstance(place[n], str) and place[n] != HOW
            )
            shown.setVisible(counts)

    def _held(self) -> Place | None:
        focused = QApplication.focusWidget()
        for place, shown in self.rows.items():
            if focused is not None and (focused is shown.editor or shown.isAncestorOf(focused)):
                return place
        return None
