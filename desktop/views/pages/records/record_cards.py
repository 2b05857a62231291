"""The right half of a record's page: its cards, and below or beside them what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QWidget

from crm_core.model.schema import EntitySpec
from crm_core.rules.stage_plan import STAGED
from desktop.services.commands.desk import COMMENTED
from desktop.viewmodels.records.dossier import Dossier
from desktop.viewmodels.session import Session
from desktop.views.pages.records.attachment_card import AttachmentCard, lists_files
from desktop.views.pages.records.comment_box import CommentBox
from desktop.views.pages.records.stage_card import StageCard
from desktop.views.pages.records.timeline_card import TimelineCard
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.layouts import row

if TYPE_CHECKING:
    from desktop.views.pages.visits.recording_strip import RecordingStrip

SPOKEN = ("visit", "follow_up")
"""What a note becomes."""
_WIDE = 1360
"""Page width in pixels from which the cards stand beside the timeline instead of above it."""
_NARROW = 1100
"""Below this width the cards stand below each other, and the half scrolls."""
_MOST_ABREAST = 3
"""Two cards and what stretches; more do not fit beside each other."""
_FILES, _FEW_FILES = 4, 2
"""Attachments shown; fewer where all cards stand above the timeline."""
_LEAST_TIMELINE = 280


class RecordCards(QScrollArea):
    """Scrolls where cards and timeline do not fit; `cards` takes further ones."""

    def __init__(self, session: Session, entity: EntitySpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._entity = session, entity
        self.timeline = TimelineCard()
        self.comment = CommentBox(session)
        self.comment.hide()
        self.timeline.body.insertWidget(1, self.comment)
        self.spoken: RecordingStrip | None = None
        """Made for the first record where there may be a recording."""
        self.cards: QBoxLayout = row(None, gap=12)
        self.files = AttachmentCard(session) if lists_files(session, entity) else None
        self.stage = StageCard(session, entity.name) if entity.name in STAGED else None
        self._lay_out()

    def show_for(self, dossier: Dossier, record_id: str) -> None:
        """Put what was read on screen."""
        self.timeline.show_events(dossier.events)
        if self._entity.name in COMMENTED:
            self.comment.show_for(self._entity.name, record_id)
        if self.files is not None:
            # A file attached here belongs to this record, and to the customer it is about.
            links, customer = {self._entity.name: record_id}, dossier.record.get("customer")
            links |= {"customer": customer} if isinstance(customer, str) else {}
            self.files.show_for(self._entity.name, record_id, links)
        if self.stage is not None:
            self.stage.show_for(record_id)
        spoken = self._spoken()
        if spoken is not None:
            spoken.show_for(self._entity.name, record_id)

    def _spoken(self) -> RecordingStrip | None:
        """The strip of recordings, which brings all that sound and notes need: 80 MB and a second
        that nobody waits for who never recorded anything on this computer."""
        here = self._entity.name in SPOKEN and self._session.workspace.profile.recordings_path
        if self.spoken is None and here and here.is_dir():
            from desktop.views.pages.visits.recording_strip import RecordingStrip

            self.spoken = RecordingStrip(self._session)
            self.timeline.body.insertWidget(1, self.spoken)
        return self.spoken

    def fit(self, page_width: int) -> None:
        """Stand the cards as the width of the page, in pixels, allows."""
        wide = page_width >= _WIDE and self.cards.count() > 0
        stacked = wide or page_width < _NARROW or self.cards.count() > _MOST_ABREAST
        if self.files is not None:
            few = stacked and not wide and self.cards.count() > _MOST_ABREAST
            self.files.set_most(_FEW_FILES if few else _FILES)
        direction = QBoxLayout.Direction
        self._right.setDirection(direction.RightToLeft if wide else direction.TopToBottom)
        self.cards.setDirection(direction.TopToBottom if stacked else direction.LeftToRight)
        for place in range(self.cards.count()):
            item = self.cards.itemAt(place)
            is_spacer = item is not None and item.widget() is None
            self.cards.setStretch(place, int(is_spacer is wide))

    def _lay_out(self) -> None:
        inner = QWidget()
        set_role(inner, Role.PAGE)
        self._right = QBoxLayout(QBoxLayout.Direction.TopToBottom, inner)
        self._right.setContentsMargins(0, 0, 0, 0)
        self._right.setSpacing(12)
        for card in filter(None, (self.stage, self.files)):
            self.cards.addWidget(card, 1)
        if self.cards.count():
            self.cards.addStretch(0)
        self._right.addLayout(self.cards)
        self._right.addWidget(self.timeline, 1)
        self.timeline.setMinimumHeight(_LEAST_TIMELINE)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(inner)
