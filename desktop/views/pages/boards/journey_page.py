"""One journey from its first hour: nodes, hours, operators, and what happened on the way (6.3)."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from desktop.bus import Change
from desktop.services.record_history import Reach
from desktop.viewmodels.records.dossier import Event
from desktop.viewmodels.records.journey_view import Journey, read_journey
from desktop.viewmodels.session import Session
from desktop.views.pages.records.older_history import OlderHistory
from desktop.views.pages.records.timeline_card import TimelineCard
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.buttons import GhostButton, IconButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.feedback import EmptyState
from desktop.views.widgets.header import PageHeader, with_way_back
from desktop.views.widgets.layouts import column, label
from desktop.views.widgets.pictures.journey import JourneyPicture
from desktop.views.widgets.reactive import Reactive

_LEAST_TIMELINE = 320


class JourneyPage(Reactive, QWidget):
    """`show_journey` fills it; it follows changes by itself."""

    back_requested = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._asked = ("", "")
        self.journey: Journey | None = None
        self._header = PageHeader("")
        self.back = IconButton("chevron-left", "")
        self.open_record = GhostButton("", "eye")
        self.picture = JourneyPicture()
        self.timeline = TimelineCard()
        self._card = Card(" ")
        self._said = label("", Role.SMALL)
        self.older = OlderHistory(session)
        self._gone = EmptyState("history", "", "")
        self._lay_out()
        self.back.clicked.connect(self.back_requested)
        self.open_record.clicked.connect(self._open_record)
        self.older.fetched.connect(self._read)
        self.timeline.event_opened.connect(self._open_event)
        session.changed.connect(self._changed)
        session.language_changed.connect(self._again)
        self.retranslate()

    def show_journey(self, entity: str, record_id: str) -> None:
        """Read and show one."""
        self._asked = (entity, record_id)
        self._read()

    def retranslate(self) -> None:
        self.back.set_name(self.tr("Back (Alt+Left)"))
        self.open_record.setText(self.tr("Open the record"))
        self._card.set_heading(self.tr("Nodes, hours and people"))
        self.picture.setAccessibleName(self.tr("Nodes, hours and people"))
        self._gone.set_text(
            self.tr("There is no journey to show"),
            self.tr("It was deleted, or it moved to colleagues whose records you do not see."),
        )
        self._draw()

    def _lay_out(self) -> None:
        set_role(self, Role.PAGE)
        content = QWidget()
        set_role(content, Role.PAGE)
        inner = column(content, margins=(24, 4, 24, 24), gap=12)
        inner.addWidget(self.older)
        self._card.body.addWidget(self.picture)
        self._card.body.addWidget(self._said)
        inner.addWidget(self._card)
        self.timeline.setMinimumHeight(_LEAST_TIMELINE)
        inner.addWidget(self.timeline, 1)
        inner.addWidget(self._gone, 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(content)
        outer = column(self, gap=0)
        head = with_way_back(self.back, self._header)
        outer.addLayout(head)
        self._header.add_action(self.open_record)
        outer.addWidget(area, 1)

    @Slot()
    def _read(self) -> None:
        entity, record_id = self._asked
        if not record_id:
            return
        workspace, language = self._session.workspace, self._session.language

        def show(journey: Journey | None) -> None:
            if self._asked == (entity, record_id):
                self.journey = journey
                self._draw()

        self._session.ask(
            lambda: read_journey(workspace, entity, record_id, language), show, owner=self
        )

    def _draw(self) -> None:
        journey = self.journey
        known = journey is not None and bool(journey.legs)
        self._card.setVisible(known)
        self.timeline.setVisible(known)
        self.open_record.setVisible(known)
        self._gone.setVisible(not known and bool(self._asked[1]))
        if journey is None:
            self._header.set_text(self.tr("Journey"))
            self.older.hide()
            return
        self._header.set_text(self.tr("Journey · {0}").format(journey.title), journey.said)
        self.picture.show_legs(journey.marks, journey.legs, ends=journey.ends)
        self.picture.setMinimumHeight(self.picture.needed().height())
        self.timeline.show_events(journey.events)
        self._said.setText(
            self.tr("The line on a bar is the standard for that node; hatched is past it.")
        )
        self.older.show_reach(self._asked, journey.reach, journey.fetched_at)
        self.older.setVisible(journey.reach is not Reach.WHOLE)

    @Slot(object)
    def _changed(self, change: Change) -> None:
        if self._asked[1] and change.touches(*self._asked) and self.isVisible():
            self._read()

    @Slot(str)
    def _again(self, _language: str) -> None:
        self._read()

    @Slot()
    def _open_record(self) -> None:
        self._session.open_requested.emit(*self._asked)

    @Slot(object)
    def _open_event(self, event: Event) -> None:
        self._session.open_requested.emit(event.entity, event.id)
