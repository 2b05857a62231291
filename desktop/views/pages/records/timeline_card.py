"""What happened with a record: the timeline in a card, with chips that narrow it by kind."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.viewmodels.records.dossier import Event, EventKind
from desktop.views.pages.lists.list_filters import FilterChip
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.cards import Card
from desktop.views.widgets.feedback import EmptyState
from desktop.views.widgets.flow import FlowLayout
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.timeline import Timeline, TimelineEntry, TimelineModel

_ICONS = {
    EventKind.VISIT: "visit",
    EventKind.FOLLOW_UP: "phone",
    EventKind.STAGE: "opportunity",
    EventKind.TASK: "task",
    EventKind.PROMISE: "promise",
    EventKind.FILE: "attachment",
    EventKind.COMMENT: "note",
    EventKind.CHANGE: "edit",
    EventKind.RECORD: "plus",
}
_LEAST_WIDTH = 200
_SHOWN = (
    EventKind.VISIT, EventKind.FOLLOW_UP, EventKind.PROMISE, EventKind.TASK, EventKind.STAGE,
    EventKind.COMMENT, EventKind.FILE, EventKind.CHANGE,
)  # fmt: skip


class TimelineCard(Reactive, Card):
    """Emits `event_opened` with the Event behind the entry that was opened."""

    event_opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._events: tuple[Event, ...] = ()
        self._shown: list[Event] = []
        self._kinds: frozenset[EventKind] = frozenset()
        self.chips = {kind: FilterChip() for kind in _SHOWN}
        self._model = TimelineModel()
        self.timeline = Timeline(self._model)
        self.timeline.entry_opened.connect(self._open)
        self._empty = EmptyState("clock", "", "")
        head = FlowLayout(gap=6)
        for kind, chip in self.chips.items():
            chip.clicked.connect(partial(self._toggle, kind))
            head.addWidget(chip)
        self._stack = QStackedWidget()
        self._stack.setMinimumWidth(_LEAST_WIDTH)
        self._stack.addWidget(self.timeline)
        self._stack.addWidget(self._empty)
        self.body.setContentsMargins(16, 12, 8, 8)
        self.body.setSpacing(8)
        self.body.addLayout(head)
        self.body.addWidget(self._stack, 1)
        self.retranslate()

    def show_events(self, events: Sequence[Event]) -> None:
        """Show these, newest first; an equal list leaves place and selection alone."""
        if tuple(events) != self._events:
            self._events = tuple(events)
            self._show()

    def events(self) -> list[Event]:
        """What is shown now."""
        return list(self._shown)

    def retranslate(self) -> None:
        self.set_heading(self.tr("What happened"))
        names = {
            EventKind.VISIT: self.tr("Visits"),
            EventKind.FOLLOW_UP: self.tr("Follow-ups"),
            EventKind.STAGE: self.tr("Stages"),
            EventKind.TASK: self.tr("Tasks"),
            EventKind.PROMISE: self.tr("Promises"),
            EventKind.FILE: self.tr("Files"),
            EventKind.COMMENT: self.tr("Comments"),
            EventKind.CHANGE: self.tr("Changes"),
        }
        for kind, chip in self.chips.items():
            chip.setText(names[kind])
        self.timeline.setAccessibleName(self.tr("What happened"))
        self._say_empty()

    def _say_empty(self) -> None:
        if self._kinds:
            self._empty.set_text(
                self.tr("Nothing of this kind"), self.tr("Press the chip again to see everything.")
            )
            return
        self._empty.set_text(
            self.tr("Nothing has happened yet"),
            self.tr("Visits, follow-ups, tasks and every changed field appear here by themselves."),
        )

    def _toggle(self, kind: EventKind) -> None:
        self._kinds ^= {kind}
        for each, chip in self.chips.items():
            chip.set_on(each in self._kinds)
        self._show()

    def _show(self) -> None:
        self._shown = [e for e in self._events if not self._kinds or e.kind in self._kinds]
        self._model.set_entries([_entry(event) for event in self._shown])
        self._say_empty()
        self._stack.setCurrentWidget(self.timeline if self._shown else self._empty)

    @Slot(int)
    def _open(self, place: int) -> None:
        self.event_opened.emit(self._shown[place])


def _entry(event: Event) -> TimelineEntry:
    return TimelineEntry(
        icon_name=_ICONS[event.kind],
        title=event.title,
        who=event.who,
        when=event.at,
        body=event.body,
        tone=Tone(event.tone),
    )
