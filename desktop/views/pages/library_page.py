"""The library: quick replies and scripts (row 3.16), and articles with uses counted (row 4.15)."""

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QStackedWidget, QWidget

from crm_core.model.number_words import counted
from crm_core.permissions import Right
from desktop.bus import Change
from desktop.services.commands.desk import do_note_use
from desktop.viewmodels.library import KINDS, Piece, filled, placeholders, read_library
from desktop.viewmodels.session import Session
from desktop.views.pages.records.record_dialog import RecordDialog, Subject
from desktop.views.pages.records.record_picker import HitCell
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.buttons import GhostButton, PrimaryButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.cell_face import SUBTITLE_ROLE
from desktop.views.widgets.feedback import EmptyState
from desktop.views.widgets.header import PageHeader
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.markdown_view import MarkdownView
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.search_field import SearchField
from desktop.views.widgets.segments import Segments

_SETTLE_MS = 120
_LIST_WIDTH = 320


class LibraryPage(Reactive, QWidget):
    """A list at the left, what is chosen at the right."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.kind = KINDS[0]
        self.pieces: tuple[Piece, ...] = ()
        self._asked = 0
        self._header = PageHeader("")
        self.kinds = Segments(KINDS)
        self.kinds.set_value(self.kind)
        self.search = SearchField()
        self.list = QListWidget()
        self.list.setItemDelegate(HitCell(self.list))
        self.reader = MarkdownView()
        self._title, self._meta = label("", Role.HEADING, wrap=True), label("", Role.SMALL)
        self.add = PrimaryButton("", "plus")
        self.copy, self.used, self.edit = (
            GhostButton("", "copy"), GhostButton("", "check"), GhostButton("", "edit")
        )  # fmt: skip
        self.empty = EmptyState("school", "", "")
        self._stack = QStackedWidget()
        self._soon = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._lay_out()
        self._connect()
        self.retranslate()

    def current(self) -> Piece | None:
        """What is being read."""
        place = self.list.currentRow()
        return self.pieces[place] if 0 <= place < len(self.pieces) else None

    @Slot()
    def refresh(self) -> None:
        """Read again in the background."""
        self._asked += 1
        asked, workspace, kind = self._asked, self._session.workspace, self.kind
        typed, language = self.search.text(), self._session.language

        def answer(pieces: tuple[Piece, ...]) -> None:
            if asked == self._asked:
                self._show(pieces)

        self._session.ask(
            lambda: read_library(workspace, kind, typed, language=language), answer, self
        )

    def retranslate(self) -> None:
        registry = self._session.workspace.replica.registry
        language = self._session.language
        self._header.set_text(
            self.tr("Library"), self.tr("What to say, and what to know; uses are counted")
        )
        names = [registry.entity(name).label.text(language) for name in KINDS]
        self.kinds.set_labels(names, name=self.tr("What is shown"))
        self.list.setAccessibleName(self.tr("Library"))
        self.reader.setAccessibleName(self.tr("Text"))
        self.add.setText(self.tr("New"))
        self.copy.setText(self.tr("Copy (Ctrl+Shift+C)"))
        self.used.setText(self.tr("It helped: count a use"))
        self.edit.setText(self.tr("Edit"))
        self._teach()
        self._read_out()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- building ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        set_role(self, Role.PAGE)
        body = column(self, gap=0)
        self._header.add_action(self.add)
        body.addWidget(self._header)
        line = row(None, margins=(24, 0, 24, 10), gap=8)
        line.addWidget(self.kinds)
        line.addWidget(self.search, 1)
        line.addStretch(1)
        body.addLayout(line)
        shown = QWidget()
        halves = row(shown, margins=(24, 0, 24, 16), gap=12)
        left = Card()
        left.body.setContentsMargins(4, 4, 4, 4)
        left.setFixedWidth(_LIST_WIDTH)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        left.body.addWidget(self.list, 1)
        right = Card()
        right.body.addWidget(self._title)
        right.body.addWidget(self._meta)
        right.body.addWidget(self.reader, 1)
        actions = row(None, gap=8)
        for button in (self.copy, self.used, self.edit):
            actions.addWidget(button)
        actions.addStretch(1)
        right.body.addLayout(actions)
        halves.addWidget(left)
        halves.addWidget(right, 1)
        self._stack.addWidget(shown)
        self._stack.addWidget(self.empty)
        body.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self._soon.timeout.connect(self.refresh)
        self.kinds.chosen.connect(self._choose_kind)
        self.search.searched.connect(self.refresh)
        self.list.currentRowChanged.connect(self._read_out)
        self.add.clicked.connect(self._create)
        self.edit.clicked.connect(self._edit)
        self.copy.clicked.connect(self.copy_text)
        self.used.clicked.connect(self._use)
        self.empty.action_triggered.connect(self._create)
        self._session.changed.connect(self._heard)
        self._session.language_changed.connect(self._speak)
        keys = QShortcut(QKeySequence("Ctrl+Shift+C"), self)
        keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        keys.activated.connect(self.copy_text)

    # -- showing -------------------------------------------------------------------------------

    def _show(self, pieces: tuple[Piece, ...]) -> None:
        current = self.current()
        kept = current.id if current is not None else ""
        self.pieces = pieces
        self.list.clear()
        for piece in pieces:
            item = QListWidgetItem(piece.title)
            uses = self.tr("used {0} times").format(piece.uses) if piece.uses else ""
            uses = counted(uses)
            item.setData(SUBTITLE_ROLE, " · ".join(x for x in (piece.group, uses) if x))
            self.list.addItem(item)
        place = next((i for i, piece in enumerate(pieces) if piece.id == kept), 0)
        self.list.setCurrentRow(place if pieces else -1)
        self._teach()
        nothing = not pieces and not self.search.text().strip()
        self._stack.setCurrentIndex(1 if nothing else 0)
        self._read_out()

    @Slot()
    def _read_out(self) -> None:
        piece = self.current()
        for part in (self.copy, self.used, self.edit):
            part.setVisible(piece is not None)
        self.add.setVisible(self._may(Right.CREATE))
        if piece is None:
            self._title.clear()
            self._meta.clear()
            self.reader.clear()
            return
        self.used.setVisible(self.kind == "article")
        self.edit.setVisible(self._may(Right.EDIT))
        self._title.setText(piece.title)
        tags = piece.record.get("tags")
        parts = [piece.group, *(tags if isinstance(tags, list) else [])]
        if piece.uses:
            parts.append(counted(self.tr("used {0} times").format(piece.uses)))
        self._meta.setText(" · ".join(part for part in parts if part))
        if self.kind == "article":
            self.reader.show_markdown(piece.body)
        else:
            self.reader.setPlainText(piece.body)

    def _teach(self) -> None:
        if self.kind == "article":
            title = self.tr("No articles yet")
            words = self.tr("Procedures and answers, written once and found by everybody.")
        else:
            title = self.tr("No quick replies yet")
            words = self.tr(
                "What is said often, with [姓名] where the name goes; Alt+R puts it in."
            )
        action = self.tr("New") if self._may(Right.CREATE) else ""
        self.empty.set_text(title, words, action=action)

    def _may(self, right: Right) -> bool:
        return self._session.workspace.may(right, self.kind).allowed

    # -- doing ---------------------------------------------------------------------------------

    @Slot()
    def copy_text(self) -> None:
        """Put the text on the clipboard, as far as it can be filled in, and count the use."""
        piece, workspace = self.current(), self._session.workspace
        if piece is None:
            return
        account = workspace.account
        values = placeholders(
            name="", me=account.user_name, organisation=account.organisation,
            now=workspace.clock.now(),
        )  # fmt: skip
        QGuiApplication.clipboard().setText(filled(piece.body, values))
        self._session.run(do_note_use, self.kind, piece.id)

    @Slot()
    def _use(self) -> None:
        piece = self.current()
        if piece is not None:
            self._session.run(do_note_use, self.kind, piece.id)

    @Slot()
    def _create(self) -> None:
        self._sheet(Subject(self.kind))

    @Slot()
    def _edit(self) -> None:
        piece = self.current()
        if piece is not None:
            self._sheet(Subject(self.kind, record=piece.record))

    def _sheet(self, subject: Subject) -> None:
        RecordDialog.over(self._session, subject, self.window())

    @Slot(str)
    def _choose_kind(self, kind: str) -> None:
        self.kind = kind
        self.pieces = ()
        self.refresh()

    @Slot(object)
    def _heard(self, change: Change) -> None:
        if self.isVisible() and any(change.touches(name) for name in (*KINDS, "usage")):
            self._soon.start()

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.retranslate()
        self.refresh()
