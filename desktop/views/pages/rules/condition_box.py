"""A condition of a rule as lines and groups, with the number of records it holds for beside it."""

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QWidget

from crm_core.model.number_words import counted as in_number
from crm_core.model.query import EVERYTHING, NOTHING, All, Condition, Query
from crm_core.model.schema import EntitySpec
from crm_core.rules.documents import When
from desktop.services.rules.condition_count import Held, count_held
from desktop.viewmodels.lists.filter_draft import Group, Mode, draft_of
from desktop.viewmodels.session import Session
from desktop.views.pages.lists.filter_panel import FilterGroup
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.buttons import QuietButton
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive

_PAUSE_MS = 250
_DEEP = 12
"""Levels of groups within groups; deeper ones are kept and read out."""


class ConditionBox(Reactive, QFrame):
    """`changed` after every edit that can be asked; `value` is the condition as a `When`."""

    changed = Signal()
    list_requested = Signal(object)
    """Query: the records it holds for."""

    def __init__(
        self, session: Session, entity: EntitySpec, when: When, *, empty: When, heading: str
    ) -> None:
        """`empty`: what it says without a line, which is "always" here and "never" there."""
        super().__init__()
        set_role(self, Role.PANEL)
        self._session, self._entity, self._when, self._empty = session, entity, when, empty
        self._asked = 0
        draft = draft_of(when.condition, entity, deep=_DEEP)
        if not draft.parts:
            draft = Group(Mode.ALL)
        self.group = FilterGroup(
            session, entity, draft, outer=True, deep=_DEEP, personal=False, parent=self
        )
        self.count = QuietButton("")
        self._said = label("", Role.MUTED)
        self._problem = label("", Role.ERROR_TEXT, wrap=True)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        body = column(self, margins=(10, 8, 10, 8), gap=6)
        body.addWidget(label(heading, Role.OVERLINE))
        body.addWidget(self.group)
        foot = row(None, gap=8)
        foot.addWidget(self.count)
        foot.addWidget(self._said)
        foot.addStretch(1)
        body.addLayout(foot)
        body.addWidget(self._problem)
        self._body = body
        self.count.hide()
        self._said.hide()
        self._problem.hide()
        self.setFocusProxy(self.group.add)
        self.group.changed.connect(self._edited)
        self._pause.timeout.connect(self.recount)
        self.count.clicked.connect(self._list)
        self.recount()

    def value(self) -> When:
        """The condition; where nobody touched it, exactly as it came."""
        return self._when

    def finished(self) -> bool:
        """Whether every line asks something."""
        return self.group.finished()

    def set_error(self, sentence: str) -> None:
        """Say at this place what is wrong with it."""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))

    def add_below(self, part: QWidget) -> None:
        """Put something below the condition and its problem."""
        self._body.addWidget(part)

    @Slot()
    def recount(self) -> None:
        """Count in the background; an answer that is late is passed over."""
        self._asked += 1
        condition = self._when.condition
        if condition in (EVERYTHING, NOTHING):
            never = condition == NOTHING
            words = self.tr("No condition: never") if never else self.tr("No condition: always")
            self._tell(words, counted=False)
            return
        ask = partial(count_held, self._session.workspace, self._entity.name, condition)
        self._session.ask(ask, partial(self._came, self._asked), owner=self)

    def _came(self, asked: int, held: Held) -> None:
        if asked != self._asked:
            return
        name = self._entity.label.text(self._session.language)
        if held.counted:
            words = self.tr("Holds for {0} records now: {1}").format(held.number, name)
            self._tell(in_number(words), counted=True)
        elif held.hidden:
            comma = self._session.say("、", ", ")
            fields = comma.join(one.text(self._session.language) for one in held.hidden)
            words = self.tr("Not counted: you do not see all of {0}").format(fields)
            self._tell(words, counted=False)
        else:
            words = self.tr("Not counted: {0} is not there any more").format(held.gone[0])
            self._tell(words, counted=False)

    def _tell(self, words: str, *, counted: bool) -> None:
        self.count.setText(words if counted else "")
        self.count.setToolTip(self.tr("Show them in a list"))
        self._said.setText("" if counted else words)
        self.count.setVisible(counted)
        self._said.setVisible(bool(words) and not counted)

    @Slot()
    def _edited(self) -> None:
        asked = _plain(self.group.condition())
        self._when = self._empty if asked == EVERYTHING else When(asked)
        self._pause.start()
        self.changed.emit()

    @Slot()
    def _list(self) -> None:
        self.list_requested.emit(Query(self._entity.name, self._when.condition))

    def take_focus(self) -> None:
        """Put the keyboard on the button that adds a line."""
        self.group.add.setFocus(Qt.FocusReason.TabFocusReason)


def _plain(condition: Condition) -> Condition:
    """One comparison by itself, not in a group of one."""
    if isinstance(condition, All) and len(condition.parts) == 1:
        return condition.parts[0]
    return condition
