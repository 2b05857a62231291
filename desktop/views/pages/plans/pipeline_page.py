"""The pipeline: a column for each stage, what each card still needs on it, moved by mouse or keys.

A refused move leaves the card where it was and says why, with a button for what is missing.
"""

from collections import defaultdict
from functools import partial

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QStackedWidget, QWidget

from crm_core.model.values import format_fen
from crm_core.permissions import Right
from crm_core.rules.gates import is_closed
from desktop.bus import Change
from desktop.viewmodels.pipeline import Card, Column, Pipeline, read_pipeline
from desktop.viewmodels.session import Session
from desktop.views.pages.plans.pipeline_cards import ColumnList
from desktop.views.pages.plans.pipeline_filters import PipelineFilters
from desktop.views.pages.plans.pipeline_moving import Moving
from desktop.views.pages.records.record_dialog import Subject
from desktop.views.pages.records.stage_remedies import open_sheet
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.feedback import EmptyState
from desktop.views.widgets.header import PageHeader
from desktop.views.widgets.layouts import column, label, row, scrolled
from desktop.views.widgets.reactive import Reactive

_SETTLE_MS = 150
_WIDTH = (226, 340)
"""Least and largest width of a column: seven fit beside each other in a large window."""
_WATCHED = (
    "contact", "visit", "follow_up", "task", "customer", "user", "team", "checklist_item",
    "approval", "rule_version",
)  # fmt: skip


class StageColumn(QFrame):
    """The head of a stage and its cards."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumWidth(_WIDTH[0])
        self.setMaximumWidth(_WIDTH[1])
        self.name: QLabel = label("", Role.STRONG)
        self.count: QLabel = label("", Role.SMALL)
        self.total: QLabel = label("", Role.SMALL)
        self.list = ColumnList()
        self.shown: Column | None = None
        head = row(None, margins=(6, 0, 6, 0), gap=6)
        head.addWidget(self.name)
        head.addWidget(self.count)
        head.addStretch(1)
        head.addWidget(self.total)
        body = column(self, gap=6)
        body.addLayout(head)
        body.addWidget(self.list, 1)

    def show_column(self, shown: Column, language: str) -> None:
        """Show this stage."""
        self.shown = shown
        name = shown.stage.label.text(language)
        self.name.setText(name)
        gone = self.tr("This stage is not in use any more: move what is in it by hand.")
        self.name.setToolTip(gone if shown.stage.retired else "")
        self.count.setText(f"{shown.count:,}")
        total = format_fen(shown.total) if shown.total else ""
        self.total.setText(self.tr("not in use") if shown.stage.retired else total)
        self.list.setAccessibleName(name)
        self.list.show_cards(shown.cards, language)


class PipelinePage(Reactive, QWidget):
    """Deals or leads by stage; read in the background, kept fresh by what changes."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.pipeline: Pipeline | None = None
        self.columns: dict[str, StageColumn] = {}
        self._pages: dict[str, int] = defaultdict(lambda: 1)
        self._asked = 0
        self._stale = True
        self._arriving = True
        """Whether the keyboard is still to be brought to the cards."""
        self._follow = ""
        """The card the keyboard goes with once it has moved."""
        self._header = PageHeader("")
        self.filters = PipelineFilters(session)
        self.moving = Moving(session, self)
        self.refusal = self.moving.bar
        self.empty = EmptyState("opportunity", "", "")
        self._stack = QStackedWidget()
        self._soon = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._lay_out()
        self._connect()
        self.retranslate()

    def title(self) -> str:
        """The name of the page."""
        return self.tr("Pipeline")

    def subject(self) -> tuple[str, str]:
        """The record the keyboard is on."""
        focus = self.window().focusWidget()
        card = next((c.list.current() for c in self.columns.values() if c.list is focus), None)
        return (self.filters.entity, card.id) if card is not None else ("", "")

    @Slot()
    def refresh(self) -> None:
        """Read again in the background."""
        self._asked += 1
        asked, workspace, filters = self._asked, self._session.workspace, self.filters
        entity, narrow, pages = filters.entity, filters.narrow, dict(self._pages)
        self._stale = False

        def answer(pipeline: Pipeline) -> None:
            if asked == self._asked:
                self._show(pipeline)

        self._session.ask(lambda: read_pipeline(workspace, entity, narrow, pages), answer, self)

    def move_card(self, card: Card, stage: str, *, overruling: bool = False) -> None:
        """Move a card to a stage, or say why it stays."""
        self.moving.move(card, stage, overruling=overruling)

    def retranslate(self) -> None:
        self._header.set_text(self.title(), self._summary())
        self._teach()
        if self.pipeline is not None:
            self._draw(self.pipeline)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._arriving = True
        if self._stale:
            self.refresh()

    # -- building ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        set_role(self, Role.PAGE)
        body = column(self, gap=0)
        body.addWidget(self._header)
        body.addWidget(self.filters)
        inset = column(None, margins=(24, 0, 24, 8))
        inset.addWidget(self.refusal)
        body.addLayout(inset)
        self._board = QWidget()
        set_role(self._board, Role.PAGE)
        self._lanes = row(self._board, margins=(18, 0, 18, 12), gap=6)
        area = scrolled(self._board)
        self._stack.addWidget(area)
        self._stack.addWidget(self.empty)
        body.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self._soon.timeout.connect(self.refresh)
        self._session.changed.connect(self._heard)
        self._session.language_changed.connect(self._speak)
        self.filters.changed.connect(self._narrowed)
        self.moving.moved.connect(self._moved)
        self.refusal.left.connect(self._go_with)
        self.empty.action_triggered.connect(self._follow_teaching)

    # -- showing -------------------------------------------------------------------------------

    def _show(self, pipeline: Pipeline) -> None:
        anew = list(self.columns) != [one.stage.code for one in pipeline.columns]
        anew = anew or self.pipeline is None or self.pipeline.entity != pipeline.entity
        self.pipeline = pipeline
        if anew:
            self._make_columns(pipeline)
        self.filters.show_pipeline(pipeline)
        self._draw(pipeline)
        self._go_with(self._follow)
        self._arrive()
        self.moving.look_again(pipeline)

    def _arrive(self) -> None:
        """Arrows and Alt with arrows act on cards as soon as the page is there."""
        if not self._arriving or not self.isVisible():
            return
        self._arriving = False
        if not any(one.list.hasFocus() for one in self.columns.values()):
            first = next((one.list for one in self.columns.values() if one.list.cards.cards), None)
            if first is not None:
                first.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def _go_with(self, card_id: str) -> None:
        for one in self.columns.values() if card_id else ():
            if one.list.go_to(card_id):
                one.list.setFocus(Qt.FocusReason.OtherFocusReason)
                self._follow = ""

    def _make_columns(self, pipeline: Pipeline) -> None:
        for old in self.columns.values():
            self._lanes.removeWidget(old)
            old.deleteLater()
        while self._lanes.count():
            self._lanes.takeAt(0)
        self.columns = {}
        for one in pipeline.columns:
            code, made = one.stage.code, StageColumn()
            made.list.opened.connect(self._open)
            made.list.move_wanted.connect(self._step)
            made.list.dropped.connect(partial(self._dropped, code))
            made.list.left.connect(partial(self._sideways, code))
            made.list.more_wanted.connect(partial(self._more, code))
            self.columns[code] = made
            self._lanes.addWidget(made)
        self._lanes.addStretch(1)

    def _draw(self, pipeline: Pipeline) -> None:
        for one in pipeline.columns:
            self.columns[one.stage.code].show_column(one, self._session.language)
        self._header.set_text(self.title(), self._summary())
        some = any(one.count for one in pipeline.columns)
        self._teach()
        self._stack.setCurrentIndex(0 if some else 1)

    def _summary(self) -> str:
        if self.pipeline is None:
            return " "
        moving = [c for c in self.pipeline.columns if not is_closed(c.stage.code)]
        words = self.tr("{0} under way").format(f"{sum(c.count for c in moving):,}")
        total = sum(c.total or 0 for c in moving)
        if total:
            words += "   ·   " + self.tr("{0} in all").format(format_fen(total))
        keys = self.tr("Alt+← → moves a card   ·   judged by the records on this device")
        return f"{words}   ·   {keys}"

    def _teach(self) -> None:
        if self.filters.active:
            self.empty.set_text(
                self.tr("Nothing here with these filters"),
                self.tr("Other people or another time may have some."),
                action=self.tr("Clear filters"),
            )
            return
        entity = self._session.workspace.entity(self.filters.entity)
        name = entity.label.text(self._session.language).lower()
        may = self._session.workspace.may(Right.CREATE, entity.name).allowed
        self.empty.set_text(
            self.tr("No {0} under way").format(name),
            self.tr("Each one stands in the column of its stage, with what it needs to move on."),
            action=self.tr("New {0}").format(name) if may else "",
        )

    # -- what is heard and done ----------------------------------------------------------------

    @Slot(object)
    def _heard(self, change: Change) -> None:
        if any(change.touches(name) for name in (self.filters.entity, *_WATCHED)):
            self._stale = True
            if self.isVisible():
                self._soon.start()

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.filters.retranslate()
        self.retranslate()

    @Slot()
    def _narrowed(self) -> None:
        self._pages.clear()
        self.refusal.clear()
        self.refresh()

    @Slot(object)
    def _open(self, card: Card) -> None:
        self._session.open_requested.emit(self.filters.entity, card.id)

    @Slot(object, int)
    def _step(self, card: Card, step: int) -> None:
        self.move_card(card, self._beside(str(card.record.get("stage")), step))

    def _beside(self, stage: str, step: int) -> str:
        """The code of the column beside one; empty at the ends."""
        codes = list(self.columns)
        place = codes.index(stage) + step if stage in codes else -1
        return codes[place] if 0 <= place < len(codes) else ""

    def _dropped(self, stage: str, card_id: str) -> None:
        card = self.moving.card(card_id)
        if card is not None:
            self.move_card(card, stage)

    def _sideways(self, stage: str, step: int) -> None:
        here = self.columns[stage].list.currentIndex().row()
        beside = self._beside(stage, step)
        while beside:
            target = self.columns[beside].list
            if target.cards.cards:
                row_number = min(max(here, 0), len(target.cards.cards) - 1)
                target.setCurrentIndex(target.cards.index(row_number))
                target.setFocus(Qt.FocusReason.TabFocusReason)
                return
            beside = self._beside(beside, step)

    def _more(self, stage: str) -> None:
        shown = self.columns[stage].shown
        if shown is not None and shown.more and not self._soon.isActive():
            self._pages[stage] += 1
            self._soon.start()

    @Slot(str)
    def _moved(self, card_id: str) -> None:
        self._follow = card_id
        self.refresh()

    @Slot()
    def _follow_teaching(self) -> None:
        if self.filters.active:
            self.filters.clear()
        else:
            open_sheet(self._session, self.window(), Subject(self.filters.entity))
