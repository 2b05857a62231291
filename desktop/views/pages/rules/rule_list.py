"""The rules being written: groups at the left, a sentence a rule, the current one in full below."""

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QStackedWidget, QWidget

from desktop.services.commands.rules import do_order_rules
from desktop.services.rules.rule_lines import RuleDesk, RuleLine
from desktop.viewmodels.session import Session
from desktop.views.pages.admin.plain_table import Fact, FactColumn, FactTable
from desktop.views.pages.records.record_picker import HitCell
from desktop.views.pages.rules.rule_detail import ORDERED, RuleDetail
from desktop.views.pages.rules.rule_states import (
    ALL,
    GROUPS,
    LISTED,
    chip_of,
    counted,
    group_name,
    kind_name,
    matching,
)
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.cards import Card
from desktop.views.widgets.cell_face import SUBTITLE_ROLE
from desktop.views.widgets.feedback import EmptyState
from desktop.views.widgets.layouts import column, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.search_field import SearchField

_GROUPS_WIDTH = 208


class RuleList(Reactive, QWidget):
    """Enter opens the current rule; `opened` carries its line."""

    opened = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._desk: RuleDesk | None = None
        self._lines: dict[str, RuleLine] = {}
        self._may = False
        self.groups = QListWidget()
        self.groups.setItemDelegate(HitCell(self.groups))
        self.search = SearchField(shortcut="Ctrl+F")
        self.table = FactTable()
        self.detail = RuleDetail(session)
        self.empty = EmptyState("settings", "", "")
        self._stack = QStackedWidget()
        self._lay_out()
        self.groups.currentRowChanged.connect(self._group_chosen)
        self.search.searched.connect(self._fill)
        self.table.current_changed.connect(self._show_current)
        self.table.row_opened.connect(self._open)
        self.detail.order_requested.connect(self.reorder)
        for keys, by in (("Alt+Up", -1), ("Alt+Down", 1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(partial(self.reorder, by))
        self.retranslate()

    def retranslate(self) -> None:
        self.groups.setAccessibleName(self.tr("Kinds of rules"))
        self.table.setAccessibleName(self.tr("Rules"))
        self._head_columns()
        self.empty.set_text(
            self.tr("No rule here"), self.tr("Nothing in this group is called so, or says so.")
        )
        if self._desk is not None:
            self.show_desk(self._desk, may=self._may)

    @property
    def current(self) -> RuleLine | None:
        """The rule the keyboard is on."""
        return self._lines.get(self.table.current_key())

    def group(self) -> str:
        """What is listed."""
        place = self.groups.currentRow()
        return LISTED[place] if place >= 0 else ALL

    def show_group(self, group: str) -> None:
        """List another group."""
        self.groups.setCurrentRow(LISTED.index(group))

    def show_desk(self, desk: RuleDesk, *, may: bool) -> None:
        """Show what was read; the current rule stays current."""
        self._desk, self._may = desk, may
        # Something in force and in the draft no more may have the id of nothing else.
        self._lines = {one.id: one for one in desk.lines}
        kept = max(self.groups.currentRow(), 0)
        self.groups.blockSignals(True)
        self.groups.clear()
        language = self._session.language
        for group, (number, changed) in counted(desk.lines).items():
            item = QListWidgetItem(group_name(group, language))
            said = self.tr("{0} rules").format(number)
            if changed and group not in (LISTED[1],):
                said = self.tr("{0} rules · {1} changed").format(number, changed)
            item.setData(SUBTITLE_ROLE, said)
            self.groups.addItem(item)
        self.groups.setCurrentRow(kept)
        self.groups.blockSignals(False)
        self._fill()

    def select(self, rule_id: str) -> None:
        """Make a rule current, where it is listed."""
        place = self.table.facts.row_of(rule_id)
        if place >= 0:
            self.table.selectRow(place)

    def _lay_out(self) -> None:
        left = Card()
        left.body.setContentsMargins(4, 4, 4, 4)
        left.setFixedWidth(_GROUPS_WIDTH)
        self.groups.setFrameShape(QFrame.Shape.NoFrame)
        left.body.addWidget(self.groups, 1)
        shown = QFrame()
        set_role(shown, Role.CARD)
        inside = column(shown, margins=(1, 1, 1, 1), gap=0)
        inside.addWidget(self.table)
        self._stack.addWidget(shown)
        self._stack.addWidget(self.empty)
        right = column(None, gap=10)
        line = row(None, gap=8)
        line.addWidget(self.search, 1)
        line.addStretch(1)
        right.addLayout(line)
        right.addWidget(self._stack, 1)
        right.addWidget(self.detail)
        body = row(self, margins=(24, 0, 24, 16), gap=12)
        body.addWidget(left)
        body.addLayout(right, 1)

    def _head_columns(self) -> None:
        """The name comes first; what the rule says stands in full below the list."""
        name, says = self.tr("Rule"), self.tr("What it says")
        state = FactColumn(self.tr("State"), 17, chips=True)
        columns: tuple[FactColumn, ...]
        if self._mixed():
            kind = FactColumn(self.tr("Kind"), 10)
            columns = FactColumn(name, 36), kind, FactColumn(says, 37), state
        else:
            columns = FactColumn(name, 33), FactColumn(says, 50), state
        self.table.set_columns(columns)

    def _mixed(self) -> bool:
        """Whether rules of several kinds are listed beside each other."""
        return len(GROUPS.get(self.group(), LISTED)) > 1

    @Slot()
    def _group_chosen(self) -> None:
        self._head_columns()
        self._fill()

    @Slot()
    def _fill(self) -> None:
        if self._desk is None:
            return
        language = self._session.language
        found = matching(self._desk.lines, self.group(), self.search.text())
        self.table.show_rows([(one.id, self._cells(one, language)) for one in found])
        self._stack.setCurrentIndex(0 if found else 1)
        self._show_current(self.table.current_key())

    def _cells(self, line: RuleLine, language: str) -> tuple[Fact, ...]:
        words, tone = chip_of(line)
        name = Fact(line.label.text(language))
        kind = (Fact(kind_name(line.kind, language)),) if self._mixed() else ()
        return name, *kind, Fact(line.sentence), Fact(words.text(language), tone)

    @Slot(str)
    def _show_current(self, key: str) -> None:
        self.detail.show_line(self._lines.get(key), may=self._may)

    @Slot(int)
    def _open(self, place: int) -> None:
        line = self._lines.get(self.table.facts.key_at(place))
        if line is not None:
            self.opened.emit(line)

    @Slot(int)
    def reorder(self, by: int) -> None:
        """Have the current rule asked earlier or later, where the first that fits decides."""
        line, desk = self.current, self._desk
        if line is None or desk is None or not self._may or line.kind not in ORDERED:
            return
        same = [one for one in desk.draft.documents if one.kind == line.kind]
        here = next((n for n, one in enumerate(same) if one.id == line.id), -1)
        if here >= 0 and 0 <= here + by < len(same):
            same.insert(here + by, same.pop(here))
            self._session.run(do_order_rules, same)

    def take_focus(self) -> None:
        """Let the keyboard be in the list."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
