"""The side of the window: mark, launcher, places, state of sync and who is signed in.

Wide, each place has its name; narrow, its icon alone, with the name as tooltip. A window that is
narrow, or scaled to twice its size, keeps its room for the page.
"""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QWidget

from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.brand import Brand
from desktop.views.widgets.buttons import IconButton, LauncherButton
from desktop.views.widgets.layouts import column, row
from desktop.views.widgets.sidebar import NavigationRail
from desktop.views.widgets.sync_pill import SyncPill
from desktop.views.widgets.user_button import UserButton

WIDE, NARROW = 224, 60
_LOW = 600
ROOMY = 1120
"""Windows less wide than this have a narrow side."""


class SidePanel(QWidget):
    """`rail`, `launcher`, `pill`, `user` and `quick`, from the top."""

    def __init__(self, launcher_keys: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rail = NavigationRail()
        self.pill = SyncPill()
        self.user = UserButton()
        self.launcher = LauncherButton(launcher_keys)
        self.quick = IconButton("settings", "")
        self.narrow = False
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(self, Role.SIDEBAR)
        self._body = column(self, gap=12)
        self._brand = Brand()
        self._body.addWidget(self._brand)
        self._body.addWidget(self.launcher)
        self._places = _scrolling(self.rail)
        self._body.addWidget(self._places, 1)
        self._feet = row(None, gap=4)
        self._feet.addWidget(self.user, 1)
        self._feet.addWidget(self.quick)
        bottom = column(None, gap=2)
        bottom.addWidget(self.pill)
        bottom.addLayout(self._feet)
        self._body.addLayout(bottom)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        """In a low window every place stays in sight rather than the name of the program."""
        self._brand.setVisible(self.height() >= _LOW)
        self._body.activate()
        self.rail.set_room(self._places.height())

    def set_narrow(self, on: bool) -> None:
        """Show icons alone, or names beside them."""
        if on != self.narrow:
            self.narrow = on
            self._arrange()
            self._fit()

    def _arrange(self) -> None:
        directions = QBoxLayout.Direction
        sides = 8 if self.narrow else 12
        self.setFixedWidth(NARROW if self.narrow else WIDE)
        self._body.setContentsMargins(sides, 16, sides, 12)
        self._feet.setDirection(directions.TopToBottom if self.narrow else directions.LeftToRight)
        centred = Qt.AlignmentFlag.AlignHCenter if self.narrow else Qt.AlignmentFlag(0)
        self._feet.setAlignment(self.quick, centred)
        self.launcher.set_narrow(self.narrow)
        bars = Qt.ScrollBarPolicy
        bar = bars.ScrollBarAlwaysOff if self.narrow else bars.ScrollBarAsNeeded
        self._places.setVerticalScrollBarPolicy(bar)  # It would lie over half of every icon.


def _scrolling(rail: NavigationRail) -> QScrollArea:
    """The places, within reach in a low window too."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    inner = QWidget()
    set_role(inner, Role.RAIL)
    places = column(inner)
    places.addWidget(rail)
    places.addStretch(1)
    area.setWidget(inner)
    return area
