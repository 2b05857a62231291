"""The panel in which a filter is written: lines on any field, groups of them, a live count."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from crm_core.model.query import EVERYTHING, Condition
from crm_core.model.schema import EntitySpec
from crm_core.rules.wording.condition_words import condition_words
from desktop.services.rules.rule_lines import namer
from desktop.viewmodels.lists.filter_draft import Group, Line, Mode, Other, Part, draft_of, joined
from desktop.viewmodels.session import Session
from desktop.views.pages.lists.filter_row import FilterRow
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.buttons import IconButton, QuietButton
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.retiring import retire
from desktop.views.widgets.segments import Segments

_PAUSE_MS = 200
_TALLEST = 340
_LOWEST = 84
"""How low a window may squeeze the conditions, in pixels; they scroll then."""


class FilterGroup(Reactive, QFrame):
    """Lines that go together; the outer one may hold groups of its own."""

    changed = Signal()
    removed = Signal(object)

    def __init__(
        self,
        session: Session,
        entity: EntitySpec,
        draft: Group,
        *,
        outer: bool,
        deep: int = 1,
        personal: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        """`deep`: how many levels of groups may lie inside; `personal`: see `FilterRow`."""
        super().__init__(parent)
        self._session, self._entity, self._outer = session, entity, outer
        self._deep, self._personal = deep, personal
        self._parts: list[FilterRow | FilterGroup | _OtherRow] = []
        self.mode = Segments([mode.value for mode in Mode])
        self.mode.set_value(draft.mode.value)
        self._of = label("", Role.MUTED)
        self.add = QuietButton("", "plus")
        self.add_group = QuietButton("", "plus")
        self.remove = IconButton("close", "")
        self._lay_out()
        self.mode.chosen.connect(self.changed)
        self.add.clicked.connect(self.add_row)
        self.add_group.clicked.connect(self._add_empty_group)
        self.remove.clicked.connect(self._go)
        for part in draft.parts:
            self._append(part)
        self.retranslate()

    def retranslate(self) -> None:
        words = [self.tr("All of"), self.tr("Any of"), self.tr("None of")]
        self.mode.set_labels(words, name=self.tr("How the conditions go together"))
        self._of.setText(self.tr("these conditions hold"))
        self.add.setText(self.tr("Condition"))
        self.add_group.setText(self.tr("Group"))
        self.remove.set_name(self.tr("Remove this group"))

    def parts(self) -> Sequence["FilterRow | FilterGroup | _OtherRow"]:
        """The lines and groups, from the top."""
        return tuple(self._parts)

    def condition(self) -> Condition:
        """What the lines ask that can be asked; the others say what is wrong with them."""
        conditions = [part.condition() for part in self._parts]
        return joined(Mode(self.mode.value()), [one for one in conditions if one is not None])

    def finished(self) -> bool:
        """Whether every line asks something; those that do not are passed over by `condition`."""
        return all(
            part.finished() if isinstance(part, FilterGroup) else part.condition() is not None
            for part in self._parts
        )

    def count(self) -> int:
        """How many lines ask something, in groups as well."""
        return sum(
            part.count() if isinstance(part, FilterGroup) else part.condition() is not None
            for part in self._parts
        )

    @Slot()
    def add_row(self) -> FilterRow:
        """A new line at the end, with the cursor in it."""
        made = FilterRow(self._session, self._entity, None, personal=self._personal)
        self._take(made)
        made.take_focus()
        return made

    def _lay_out(self) -> None:
        if not self._outer:
            set_role(self, Role.PANEL)
        margins = (0, 0, 0, 0) if self._outer else (24, 6, 0, 6)
        body = column(self, margins=margins, gap=8)
        head = row(None, gap=8)
        head.addWidget(self.mode)
        head.addWidget(self._of)
        head.addStretch(1)
        head.addWidget(self.add)
        head.addWidget(self.add_group)
        head.addWidget(self.remove)
        self._lines: QVBoxLayout = column(None, gap=6)
        body.addLayout(head)
        body.addLayout(self._lines)
        # Only now: what is shown before it has a place is a window of its own.
        self.add_group.setVisible(self._deep > 0)
        self.remove.setVisible(not self._outer)

    def _append(self, part: Part) -> None:
        if isinstance(part, Line):
            self._take(FilterRow(self._session, self._entity, part, personal=self._personal))
        elif isinstance(part, Group):
            self._take(self._inner(part))
        else:
            self._take(_OtherRow(self._session, self._entity, part))

    @Slot()
    def _add_empty_group(self) -> None:
        made = self._inner(Group(Mode.ANY))
        self._take(made)
        made.add_row()

    def _inner(self, draft: Group) -> "FilterGroup":
        return FilterGroup(
            self._session, self._entity, draft, outer=False, deep=self._deep - 1,
            personal=self._personal,
        )  # fmt: skip

    def _take(self, part: "FilterRow | FilterGroup | _OtherRow") -> None:
        part.changed.connect(self.changed)
        part.removed.connect(self._drop)
        self._parts.append(part)
        self._lines.addWidget(part)
        part.show()

    @Slot(object)
    def _drop(self, part: "FilterRow | FilterGroup | _OtherRow") -> None:
        self._parts.remove(part)
        self._lines.removeWidget(part)
        retire(part)
        self.add.setFocus(Qt.FocusReason.TabFocusReason)
        self.changed.emit()

    @Slot()
    def _go(self) -> None:
        self.removed.emit(self)


class _OtherRow(Reactive, QWidget):
    """A condition made elsewhere that no line can say: kept, and taken away whole."""

    changed = Signal()
    removed = Signal(object)

    def __init__(self, session: Session, entity: EntitySpec, other: Other) -> None:
        super().__init__()
        self._other, self._said = other, ""
        self._words = label("", Role.MUTED, wrap=True)
        workspace, language = session.workspace, session.language
        session.ask(
            lambda: condition_words(other.condition, entity, language, namer(workspace)),
            self._say, owner=self,
        )  # fmt: skip
        self._remove = IconButton("close", "")
        line = row(self, gap=8)
        line.addWidget(self._words, 1)
        line.addWidget(self._remove)
        self._remove.clicked.connect(self._go)
        self.retranslate()

    def retranslate(self) -> None:
        self._say(self._said)
        self._remove.set_name(self.tr("Remove this condition"))

    def _say(self, words: str) -> None:
        self._said = words
        kept = self.tr("Kept as it is: {0}").format(words)
        self._words.setText(kept if words else self.tr("A condition that cannot be changed here"))

    def condition(self) -> Condition:
        """As it came."""
        return self._other.condition

    @Slot()
    def _go(self) -> None:
        self.removed.emit(self)


class FilterPanel(Reactive, QWidget):
    """Emits `changed` shortly after the last change; `closed` when somebody is done with it."""

    changed = Signal()
    closed = Signal()

    def __init__(self, session: Session, entity: EntitySpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._entity = session, entity
        self._count = label("", Role.STRONG)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self.changed)
        # Every list has such a panel and most are never opened: what is inside is made then.
        self._group: FilterGroup | None = None

    @property
    def group(self) -> FilterGroup:
        """What stands in the panel."""
        if self._group is None:
            self._lay_out()
            self._group = self._made(Group(Mode.ALL))
        return self._group

    def _lay_out(self) -> None:
        self._close = IconButton("close", "")
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        frame = QFrame()
        set_role(frame, Role.CARD)
        inside = column(frame, margins=(16, 12, 12, 12), gap=8)
        inside.addWidget(self._scroll)
        foot = row(None, gap=8)
        foot.addWidget(self._count)
        foot.addStretch(1)
        foot.addWidget(self._close)
        inside.addLayout(foot)
        body = column(self, margins=(24, 0, 24, 12), gap=0)
        body.addWidget(frame)
        self._close.clicked.connect(self.closed)
        self._name_button()

    def retranslate(self) -> None:
        if self._group is not None:
            self._name_button()

    def _name_button(self) -> None:
        self._close.set_name(self.tr("Close (Esc); the conditions stay"))

    def condition(self) -> Condition:
        """What is asked for now."""
        return EVERYTHING if self._group is None else self._group.condition()

    def count(self) -> int:
        """How many conditions ask something."""
        return 0 if self._group is None else self._group.count()

    def show_condition(self, condition: Condition) -> None:
        """Show a condition to be changed; tells nobody."""
        if self._group is None and condition == EVERYTHING:
            return
        if self._group is None:
            self._lay_out()
        self._group = self._made(draft_of(condition, self._entity))

    def begin(self) -> None:
        """Open with something to fill in."""
        self.show()
        if not self.group.parts():
            self.group.add_row()
            return
        first = self.group.parts()[0]
        if isinstance(first, FilterRow):
            first.take_focus()

    def show_count(self, words: str) -> None:
        """How many records answer."""
        self._count.setText(words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._scroll.widget() and event.type() in (
            QEvent.Type.LayoutRequest,
            QEvent.Type.Resize,
        ):
            self._fit()
        return super().eventFilter(watched, event)

    def _made(self, draft: Group) -> FilterGroup:
        if not draft.parts and draft.mode is not Mode.ALL:
            draft = Group(Mode.ALL)
        group = FilterGroup(self._session, self._entity, draft, outer=True)
        group.changed.connect(self._pause.start)
        group.installEventFilter(self)
        self._scroll.setWidget(group)
        return group

    def _fit(self) -> None:
        group = self._scroll.widget()
        wanted = group.sizeHint().height() if group is not None else 0
        tall = min(wanted + 2, _TALLEST)
        self._scroll.setMinimumHeight(min(tall, _LOWEST))
        self._scroll.setMaximumHeight(tall)
        self._scroll.updateGeometry()
