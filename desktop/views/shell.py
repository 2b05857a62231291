"""The main window's frame: sidebar, pages, sync pill, quick settings, toasts, command palette.

It knows no page by name and no record; the composition root adds pages and listens to signals.
"""

from collections.abc import Callable
from functools import partial
from typing import Protocol

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLineEdit,
    QMainWindow,
    QMenu,
    QPlainTextEdit,
    QStackedWidget,
    QTextEdit,
    QWidget,
)

from desktop.views.language import Language, current_language, install_language
from desktop.views.theme.apply import apply_theme, chosen_scheme
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Scheme, Tone
from desktop.views.widgets.buttons import IconButton
from desktop.views.widgets.command_palette import CommandPalette
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.ground import Ground
from desktop.views.widgets.layouts import column, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.side_panel import ROOMY, SidePanel
from desktop.views.widgets.sidebar import LabelSource
from desktop.views.widgets.sync_pill import SyncState
from desktop.views.widgets.toast import Toast, ToastHost

_GEOMETRY = "window/geometry"
_PAGE = "window/page"
_SIDE = "window/side"
_QUIET_MS = 1_500
_WRITTEN_IN = (QLineEdit, QComboBox, QTextEdit, QPlainTextEdit)
Page = QWidget | Callable[[], QWidget]
"""A page, or what makes it when it is first wanted."""
Loader = Callable[[Callable[[], object]], bool]
"""Has what a page needs loaded beside the window, then calls back; False: it is there already."""


class WindowMemory(Protocol):
    """Where the window's size, place and last page are kept between starts."""

    def read(self, key: str) -> str | None:
        """The text kept under `key`, or None."""

    def write(self, key: str, value: str) -> None:
        """Keep `value` under `key`."""


class Shell(Reactive, QMainWindow):
    """Add pages, then show one. Scheme and language are switched here and told by signal."""

    page_shown = Signal(str)
    sync_clicked = Signal()
    scheme_chosen = Signal(str)
    language_chosen = Signal(str)
    sign_out_requested = Signal()

    def __init__(self, memory: WindowMemory, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._memory = memory
        self._pages: dict[str, QWidget] = {}
        self._makers: dict[str, Callable[[], QWidget]] = {}
        self._loaders: dict[str, Loader] = {}
        self._under: dict[str, str] = {}
        self._coming = ""
        self._waiting: QWidget | None = None
        # Keeping it waits for the disk: not while somebody waits for the page.
        self._keeping = QTimer(self, singleShot=True, interval=_QUIET_MS)
        self._keeping.timeout.connect(self._keep_page)
        self._place = ""
        self._turned_to: QWidget | None = None
        self.side = SidePanel(
            QKeySequence("Ctrl+K").toString(QKeySequence.SequenceFormat.NativeText)
        )
        self.rail, self.launcher, self._quick = self.side.rail, self.side.launcher, self.side.quick
        self.pill, self.user = self.side.pill, self.side.user
        self.stack, self._ground = QStackedWidget(), Ground()
        self._noticed, self._notice = QWidget(), InlineMessage()
        self._quick_menu = QMenu(self)
        self._fold = QAction(self, checkable=True)
        self._fold.setShortcut(QKeySequence("Ctrl+\\"))
        self._user_sources: dict[QAction, LabelSource] = {}
        self._sign_out = QAction(self)
        self.user.menu.addAction(self._sign_out)
        self._scheme_actions = self._choices([s.value for s in Scheme])
        self._language_actions = self._choices([language.value for language in Language])
        self._lay_out()
        self.toasts = ToastHost(self.stack)
        self.palette_host = CommandPalette(self)
        self._connect()
        self.retranslate()
        self._restore_geometry()

    def add_page(
        self, key: str, icon_name: str, label_source: LabelSource, page: Page,
        load: Loader | None = None,
    ) -> None:  # fmt: skip
        """Append a page to the sidebar; `label_source` gives its name in the current language."""
        self.add_hidden_page(key, page, load, under=key)
        self.rail.add_item(key, icon_name, label_source)

    def add_hidden_page(
        self, key: str, page: Page, load: Loader | None = None, *, under: str = ""
    ) -> None:
        """Append a page that is reached from other pages only. In the sidebar the place `under`
        which it stands is marked; where that has no such place, whichever was."""
        self._under[key] = under
        if load is not None:
            self._loaders[key] = load
        if isinstance(page, QWidget):
            self._pages[key] = page
            self.stack.addWidget(page)
        else:
            self._makers[key] = page

    def page(self, key: str) -> QWidget:
        """The page `key`, made now where it was not wanted before; KeyError if there is none."""
        if key not in self._pages:
            self._pages[key] = made = self._makers[key]()
            self.stack.addWidget(made)
        return self._pages[key]

    def remove_page(self, key: str) -> None:
        """Take away a hidden page and delete it; KeyError if there is none."""
        widget = self._pages.pop(key)
        self.stack.removeWidget(widget)
        widget.deleteLater()

    def show_page(self, key: str, then: Callable[[], object] | None = None) -> None:
        """Show the page `key`, once what it needs is loaded, and go on with `then`; KeyError if
        there is none."""
        self._coming = key
        load = None if key in self._pages else self._loaders.get(key)
        waits = load is not None and load(partial(self._arrive, key, then))
        self._turn_to(self._blank() if waits else self.page(key))
        self.toasts.bring_to_front()
        place = self._under.get(key, "")
        if not place or self.rail.has(place):
            self.rail.set_current(place)
        if waits:
            return
        if self.rail.has(key):
            self._place = key
            self._keeping.start()
        self.page_shown.emit(key)
        if then is not None:
            then()

    def _turn_to(self, page: QWidget) -> None:
        """Show it, with the keyboard: hidden with it, a page would leave it to any switch."""
        if page is self._turned_to:
            return
        self._turned_to, held = page, self.focusWidget()
        if held is not None and self.stack.isAncestorOf(held):
            self._ground.setFocus(Qt.FocusReason.OtherFocusReason)
        self.stack.setCurrentWidget(page)
        if self.focusWidget() is self._ground:
            page.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _give_back(self) -> None:
        """The keys of a page work on after a click beside what takes them."""
        page = self.stack.currentWidget()
        if page is None or self.focusWidget() is not self._ground:
            return
        held = page.focusWidget()
        if held is None or isinstance(held, _WRITTEN_IN) or not held.isVisible():
            held = page  # What was written in hears that somebody is done.
        held.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_last_page(self, otherwise: str) -> None:
        """Show the page that was shown last time, or `otherwise`."""
        kept = self._memory.read(_PAGE)
        self.show_page(kept if kept and self.rail.has(kept) else otherwise)

    def _arrive(self, key: str, then: Callable[[], object] | None) -> None:
        """What a page needs is loaded; somebody may be elsewhere by now."""
        if self._coming == key:
            self.show_page(key, then)

    def _blank(self) -> QWidget:
        """What stands in the place of a page that is coming."""
        if self._waiting is None:
            from desktop.views.widgets.pictures.skeleton import Skeleton

            self._waiting = QWidget()
            set_role(self._waiting, Role.PAGE)
            column(self._waiting, margins=(24, 24, 24, 24)).addWidget(Skeleton())
            self.stack.addWidget(self._waiting)
        return self._waiting

    def current_page(self) -> str:
        """The key of the page shown, or that is coming; empty without pages."""
        shown = self.stack.currentWidget()
        if shown is not None and shown is self._waiting:
            return self._coming
        return next((key for key, page in self._pages.items() if page is shown), "")

    def set_count(self, key: str, count: int, tone: Tone = Tone.NEUTRAL) -> None:
        """Show on the sidebar how many wait at page `key`."""
        self.rail.set_count(key, count, tone)

    def set_sync_state(self, state: SyncState, *, waiting: int = 0, detail: str = "") -> None:
        """Say how this device stands with the server."""
        self.pill.set_state(state, waiting=waiting, detail=detail)

    def set_notice(self, words: str) -> None:
        """Say something above every page, for as long as the window is there."""
        self._notice.show_message(words, Tone.WARN)
        self._noticed.setVisible(bool(words))

    def set_user(self, name: str, detail: str = "") -> None:
        """Show who is signed in."""
        self.user.set_user(name, detail)

    def add_user_action(self, source: LabelSource) -> QAction:
        """Put an action into the user menu, above signing out."""
        action = QAction(source(), self)
        self._user_sources[action] = source
        self.user.menu.insertAction(self._sign_out, action)
        return action

    def show_toast(self, text: str, *, action: str = "", stays: bool = False) -> Toast:
        """Say `text` at the bottom of the page, with an optional action such as undo."""
        return self.toasts.show_toast(text, action=action, stays=stays)

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Suixing"))
        self.launcher.set_words(self.tr("Find or do…"))
        self._fold.setText(self.tr("Narrow sidebar"))
        self._quick.set_name(self.tr("Appearance and language"))
        self._sign_out.setText(self.tr("Sign out"))
        self.rail.setAccessibleName(self.tr("Pages"))
        self._ground.setAccessibleName(self.tr("Suixing"))
        for action, source in self._user_sources.items():
            action.setText(source())
        names = {
            Scheme.SYSTEM: self.tr("Like the system"),
            Scheme.LIGHT: self.tr("Light"),
            Scheme.DARK: self.tr("Dark"),
        }
        for action in self._scheme_actions.actions():
            action.setText(names[Scheme(str(action.data()))])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_side()

    def closeEvent(self, event: QCloseEvent) -> None:
        kept = bytes(self.saveGeometry().toBase64().data()).decode("ascii")
        self._memory.write(_GEOMETRY, kept)
        self._keep_page()
        super().closeEvent(event)

    @Slot()
    def _keep_page(self) -> None:
        """The page shown now is where the next start begins."""
        if self._place and self._memory.read(_PAGE) != self._place:
            self._memory.write(_PAGE, self._place)
        self._keeping.stop()

    def _lay_out(self) -> None:
        self.setMinimumSize(900, 500)
        centre = self._ground
        set_role(centre, Role.PAGE)
        body = row(centre, gap=0)
        body.addWidget(self.side)
        main = column(None, gap=0)
        row(self._noticed, margins=(24, 8, 24, 0)).addWidget(self._notice)
        self._noticed.hide()
        main.addWidget(self._noticed)
        main.addWidget(self.stack, 1)
        body.addLayout(main, 1)
        self.setCentralWidget(centre)
        # Otherwise the first button would show a focus ring before any key was pressed.
        centre.setFocus()

    def _connect(self) -> None:
        self.rail.chosen.connect(self._go)
        # Once the press is over: it may be on a button.
        queued = Qt.ConnectionType.QueuedConnection
        self._ground.clicked_beside.connect(self._give_back, queued)
        self.pill.clicked.connect(self.sync_clicked)
        self.launcher.clicked.connect(self.palette_host.open_palette)
        QShortcut(QKeySequence("Ctrl+K"), self).activated.connect(self.palette_host.open_palette)
        self._sign_out.triggered.connect(self.sign_out_requested)
        self.addAction(self._fold)
        self._fold.toggled.connect(self._fold_side)
        self._quick_menu.addAction(self._fold)
        self._quick_menu.addSeparator()
        self._quick_menu.addActions(self._scheme_actions.actions())
        self._quick_menu.addSeparator()
        self._quick_menu.addActions(self._language_actions.actions())
        languages = ("简体中文", "English")
        for action, name in zip(self._language_actions.actions(), languages, strict=True):
            action.setText(name)
        self._quick_menu.aboutToShow.connect(self._tick_choices)
        self._quick.setMenu(self._quick_menu)
        self._quick.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        self._scheme_actions.triggered.connect(self._choose_scheme)
        self._language_actions.triggered.connect(self._choose_language)

    def _choices(self, values: list[str]) -> QActionGroup:
        group = QActionGroup(self)
        for value in values:
            action = QAction(group)
            action.setCheckable(True)
            action.setData(value)
        return group

    def _restore_geometry(self) -> None:
        self.resize(1280, 800)
        kept = self._memory.read(_GEOMETRY)
        if kept:
            self.restoreGeometry(QByteArray.fromBase64(QByteArray(kept.encode())))

        self._fold.setChecked(self._memory.read(_SIDE) == "narrow")

    @Slot(bool)
    def _fold_side(self, narrow: bool) -> None:
        self._memory.write(_SIDE, "narrow" if narrow else "")
        self._fit_side()

    def _fit_side(self) -> None:
        """A window without room for both keeps it for the page."""
        self.side.set_narrow(self._fold.isChecked() or self.width() < ROOMY)

    @Slot(str)
    def _go(self, key: str) -> None:
        self.show_page(key)

    @Slot()
    def _tick_choices(self) -> None:
        for action in self._scheme_actions.actions():
            action.setChecked(action.data() == chosen_scheme().value)
        for action in self._language_actions.actions():
            action.setChecked(action.data() == current_language().value)

    @Slot(QAction)
    def _choose_scheme(self, action: QAction) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, Scheme(str(action.data())))
            self.scheme_chosen.emit(str(action.data()))

    @Slot(QAction)
    def _choose_language(self, action: QAction) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            install_language(app, str(action.data()))
            self.language_chosen.emit(str(action.data()))
