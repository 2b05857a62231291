"""A board on the whole screen for the meeting in the morning; Esc or F11 ends it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from crm_core.clock import CHINA
from crm_core.insight.boards import Narrowed, Tile
from crm_core.model.query import Query
from desktop.viewmodels.session import Session
from desktop.views.pages.boards.board_body import BoardBody
from desktop.views.pages.boards.going_on import GoingOn
from desktop.views.pages.boards.taking import Taking
from desktop.views.theme.fonts import app_font
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.stylesheet import sizes
from desktop.views.theme.tokens import TYPE
from desktop.views.widgets.buttons import QuietButton
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive

_WIDE = 1_060
"""Of so many pixels the screen has as many as it has, and each is as much larger: the narrowest on
which tiles stand side by side. On 1920 × 1080, words are 24 pixels high and figures 51."""
_LARGEST = 4.0
_TURNING = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_Space: 1, Qt.Key.Key_PageUp: -1}
"""Keys that leaf through a board, those of a presenter's remote among them."""
_AGAIN_MS = 5 * 60_000
"""Hours pass also when nothing changes."""


class Morning(Reactive, QWidget):
    """A window of its own, so that the page behind it keeps its place."""

    left = Signal()

    def __init__(
        self, session: Session, name: str, tiles: Sequence[Tile], filters: Narrowed, said: str
    ) -> None:
        """`said`: the filters in words."""
        super().__init__(None, Qt.WindowType.Window)
        self._session = session
        self._title, self._moment = label(name, Role.TITLE), label("", Role.MUTED)
        self._narrowed = label(said, Role.MUTED)
        self.close_button = QuietButton("", "close")
        self.body = BoardBody(session)
        self.going_on = GoingOn(session, self.body, self)
        self.taking = Taking(session, self.body, self, lambda: said)
        self._again = QTimer(self, interval=_AGAIN_MS)
        set_role(self, Role.PAGE)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(name)
        outer = column(self, gap=0)
        head = row(None, margins=(24, 14, 24, 6), gap=16)
        for widget in (self._title, self._moment, self._narrowed):
            head.addWidget(widget, 0, Qt.AlignmentFlag.AlignBottom)
        head.addStretch(1)
        head.addWidget(self.close_button)
        outer.addLayout(head)
        outer.addWidget(self.body, 1)
        self.close_button.clicked.connect(self.close)
        self._again.timeout.connect(self.body.refresh)
        self.body.refreshed.connect(self.retranslate)
        session.closed.connect(self.close)
        # What is opened is shown in the window behind.
        session.drill_requested.connect(self._leave_for)
        self.retranslate()
        self.body.show_tiles(tiles, filters)

    def begin(self, beside: QWidget) -> None:
        """Cover the screen that a window is on."""
        if (screen := beside.screen()) is not None:
            self.setGeometry(screen.geometry())
            self.grow(screen.geometry().width())
        self.showFullScreen()
        self._again.start()

    def grow(self, width: int) -> None:
        """Make everything so large that a screen of this width is read from the back of a room."""
        zoom = min(max(width / _WIDE, 1.0), _LARGEST)
        self.setFont(app_font(round(TYPE.body * zoom)))
        self.setStyleSheet(sizes(zoom))
        self.body.set_zoom(zoom)

    def retranslate(self) -> None:
        now = self._session.workspace.clock.now().astimezone(CHINA)
        self._moment.setText(self.tr("As of {0}").format(now.strftime("%Y-%m-%d %H:%M")))
        self.close_button.setText(self.tr("Leave (Esc)"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F11):
            self.close()
        elif event.key() in _TURNING:
            bar = self.body.area.verticalScrollBar()
            bar.setValue(bar.value() + _TURNING[Qt.Key(event.key())] * bar.pageStep())
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._again.stop()
        self.body.reader.stop()
        self.left.emit()
        super().closeEvent(event)

    @Slot(object, str, str)
    def _leave_for(self, _query: Query, _title: str, _definition: str) -> None:
        self.close()
