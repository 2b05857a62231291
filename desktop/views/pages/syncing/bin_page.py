"""The recycle bin: what was deleted, by whom and when; look at it, and bring it back.

Enter brings back what is selected, Ctrl+Return as well; Ctrl+F searches. Bringing back can itself
be undone.
"""

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QWidget

from crm_core.clock import CHINA, parse_moment
from crm_core.errors import KnownError
from crm_core.model.schema import Kind
from crm_core.model.values import display
from crm_core.store.forgetting.bin import Binned
from desktop.bus import Change
from desktop.services.recycle_bin import BinList, Remains, do_revive_many, kinds, look, remains
from desktop.viewmodels.session import Session
from desktop.views.pages.admin.plain_table import Fact, FactColumn, FactTable
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import IconButton, PrimaryButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.editors.choice import ChoiceBox, Option
from desktop.views.widgets.feedback import EmptyState, InlineMessage
from desktop.views.widgets.header import PageHeader, with_way_back
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.list_table import ListTable
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.search_field import SearchField

_SETTLE_MS = 80
_CARD_WIDTH = 360
_LABEL_WIDTH = 104
_EVERY = ""


class BinPage(Reactive, QWidget):
    """The list on the left, what the current record was on the right."""

    back_requested = Signal()
    listed = Signal()
    """The bin has been read and is on screen."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bin = BinList((), {}, more=False)
        self._asked = 0
        self._answered = False
        self.remains: Remains | None = None
        self._header = PageHeader("")
        self._back = IconButton("chevron-left", "")
        self.search = SearchField(shortcut="Ctrl+F")
        self.kind = ChoiceBox()
        self.table = FactTable()
        self.table.setSelectionMode(ListTable.SelectionMode.ExtendedSelection)
        self.revive = PrimaryButton("", "undo")
        self._keys = label("Enter", Role.SMALL)
        self._card, self._fields = Card(), QScrollArea()
        self.message = InlineMessage()
        self.empty = EmptyState("trash", "", "")
        self._stack = QStackedWidget()
        self._soon = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._lay_out()
        self._connect()
        self.retranslate()

    def retranslate(self) -> None:
        self._header.set_text(
            self.tr("Recycle bin"),
            self.tr(
                "What was deleted and can be brought back, until the server clears it away once "
                "every device knows"
            ),
        )
        self._back.set_name(self.tr("Back (Alt+Left)"))
        self.search.set_placeholder(self.tr("Search the bin"))
        self.kind.setAccessibleName(self.tr("Kind"))
        registry, language = self._session.workspace.replica.registry, self._session.language
        offered = [Option(n, registry.entity(n).label.text(language)) for n in self._kinds()]
        self.kind.set_options([Option(_EVERY, self.tr("Every kind")), *offered])
        if not self.kind.value():
            self.kind.setValue(_EVERY)
        self.table.set_columns(
            [
                FactColumn(self.tr("Name"), 5),
                FactColumn(self.tr("Kind"), 2),
                FactColumn(self.tr("Deleted by"), 2),
                FactColumn(self.tr("When"), 3),
            ]
        )
        self.table.setAccessibleName(self.tr("Recycle bin"))
        self.revive.setToolTip(self.tr("Enter; can itself be undone"))
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Read again in the background."""
        self._asked += 1
        asked, workspace = self._asked, self._session.workspace
        typed, kind = self.search.text(), str(self.kind.value() or "")
        if kind not in self._kinds():
            kind = _EVERY

        def arrived(found: BinList) -> None:
            if asked == self._asked:
                self._arrived(found)

        self._session.ask(lambda: look(workspace, typed=typed, kind=kind), arrived, owner=self)

    def selected(self) -> list[Binned]:
        """What is selected, in the order of the list."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return [self._bin.lines[n] for n in rows if n < len(self._bin.lines)]

    # -- building ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        set_role(self, Role.PAGE)
        head = with_way_back(self._back, self._header)
        tools = row(None, margins=(24, 0, 24, 12), gap=8)
        self.search.setFixedWidth(320)
        self.kind.setFixedWidth(168)
        tools.addWidget(self.search)
        tools.addWidget(self.kind)
        tools.addStretch(1)
        shown = QWidget()
        parts = row(shown, margins=(24, 0, 24, 16), gap=16)
        left = Card()
        left.body.setContentsMargins(1, 4, 1, 4)
        left.body.addWidget(self.table, 1)
        parts.addWidget(left, 1)
        self._card.setFixedWidth(_CARD_WIDTH)
        self._fields.setWidgetResizable(True)
        self._fields.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._fields.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._card.body.addWidget(self._fields, 1)
        self._card.body.addWidget(self.message)
        foot = row(None)
        foot.addStretch(1)
        foot.addWidget(self._keys)
        foot.addWidget(self.revive)
        self._card.body.addLayout(foot)
        parts.addWidget(self._card)
        self._stack.addWidget(shown)
        self._stack.addWidget(self.empty)
        body = column(self, gap=0)
        body.addLayout(head)
        body.addLayout(tools)
        body.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self._back.clicked.connect(self.back_requested)
        self.search.searched.connect(self._again)
        self.kind.changed.connect(self.refresh)
        self.table.current_changed.connect(self._look_at)
        self.table.row_opened.connect(self.revive.click)
        self.table.selectionModel().selectionChanged.connect(self._say_revive)
        self.revive.clicked.connect(self.bring_back)
        self.empty.action_triggered.connect(self._clear)
        self._soon.timeout.connect(self.refresh)
        self._session.changed.connect(self._heard)
        self._session.language_changed.connect(self._speak)
        keys = QShortcut(QKeySequence("Ctrl+Return"), self)
        keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        keys.activated.connect(self.revive.click)

    def _kinds(self) -> list[str]:
        return kinds(self._session.workspace)

    # -- what is shown -------------------------------------------------------------------------

    def _arrived(self, found: BinList) -> None:
        self._bin, self._answered = found, True
        self._show()
        if self.hasFocus() and found.lines:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)  # Arrows go through the list.
        self.listed.emit()

    def _show(self) -> None:
        registry, language = self._session.workspace.replica.registry, self._session.language
        rows = []
        for line in self._bin.lines:
            kind = registry.entity(line.entity).label.text(language)
            who = self._bin.people.get(("user", line.actor), "—")
            when = parse_moment(line.at).astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
            cells = [Fact(line.title or self.tr("(no name)")), Fact(kind), Fact(who), Fact(when)]
            rows.append((f"{line.entity} {line.id}", cells))
        self.table.show_rows(rows)
        self._stack.setCurrentIndex(0 if rows or not self._answered else 1)
        self._teach()
        self._say_revive()

    def _teach(self) -> None:
        narrowed = bool(self.search.text().strip() or self.kind.value())
        if narrowed:
            self.empty.set_text(
                self.tr("Nothing in the bin matches"),
                self.tr("Try fewer letters, or every kind."),
                action=self.tr("Show everything"),
            )
            return
        self.empty.set_text(
            self.tr("The bin is empty"),
            self.tr(
                "What you or your colleagues delete lies here, with who and when, until the "
                "server clears it away. Nothing is lost by a slip of the finger."
            ),
        )

    @Slot(str)
    def _look_at(self, key: str) -> None:
        line = next((one for one in self._bin.lines if f"{one.entity} {one.id}" == key), None)
        if line is None:
            self._show_remains(None)
            return
        workspace = self._session.workspace
        self._session.ask(lambda: remains(workspace, line), self._show_remains, owner=self)

    def _show_remains(self, found: Remains | None) -> None:
        self.remains = found
        inner = QWidget()
        lines = column(inner, margins=(0, 0, 8, 0), gap=6)
        if found is not None:
            lines.addWidget(
                label(found.line.title or self.tr("(no name)"), Role.HEADING, wrap=True)
            )
            entity = self._session.workspace.entity(found.line.entity)
            for spec in entity.fields:
                value = found.record.get(spec.name)
                if value is None:
                    continue
                text = display(spec, value, self._session.language)
                if spec.kind is Kind.REF:
                    text = found.names.get((spec.target, str(value)), "…")
                line = row(None, gap=12)
                name = label(spec.label.text(self._session.language), Role.MUTED, wrap=True)
                name.setFixedWidth(_LABEL_WIDTH)
                line.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
                line.addWidget(label(text, Role.BODY, wrap=True), 1)
                lines.addLayout(line)
        lines.addStretch(1)
        self._fields.setWidget(inner)

    @Slot()
    def _say_revive(self) -> None:
        number = len(self.table.selectionModel().selectedRows())
        words = self.tr("Bring back {0}").format(number) if number > 1 else self.tr("Bring back")
        self.revive.setText(words)
        self.revive.setEnabled(number > 0)

    # -- verbs ---------------------------------------------------------------------------------

    @Slot()
    def bring_back(self) -> None:
        """Bring back what is selected, in one act."""
        targets = [(line.entity, line.id) for line in self.selected()]
        if targets:
            self.message.show_message("", Tone.NEUTRAL)
            self._session.run(do_revive_many, targets, on_error=self._failed)

    def _failed(self, error: KnownError) -> None:
        self.message.show_message(error.sentence(self._session.language), Tone.BAD)

    @Slot(str)
    def _again(self, _typed: str) -> None:
        self.refresh()

    @Slot()
    def _clear(self) -> None:
        self.search.clear_search()
        self.kind.setValue(_EVERY)
        self.refresh()

    @Slot(object)
    def _heard(self, _change: Change) -> None:
        if self.isVisible():
            self._soon.start()

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.retranslate()
        if self.isVisible():
            self.refresh()
