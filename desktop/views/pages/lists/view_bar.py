"""The bar of saved views above a list: tabs with numbers, and what can be done with a view."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from desktop.viewmodels.lists.saved_views import MOST_TABS, SavedView
from desktop.views.pages.lists.list_filters import FilterChip
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import IconButton, QuietButton
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.retiring import clear

_IN_SIGHT = 5
"""More than these are behind a menu, so that the bar never needs two lines."""


class ViewBar(Reactive, QWidget):
    """Hidden while there is no view. Alt+1 is the whole list, Alt+2 to Alt+9 are the views."""

    chosen = Signal(str)
    """Id of a view; empty for the whole list."""
    save_asked = Signal()
    save_as_asked = Signal()
    back_asked = Signal()
    edit_asked = Signal()
    delete_asked = Signal()
    default_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._views: Sequence[SavedView] = ()
        self._current: SavedView | None = None
        self._mine = self._changed = self._default = False
        self.tabs: list[FilterChip] = []
        self._tabs = row(None, gap=6)
        self._state = label("", Role.MUTED)
        self.save = QuietButton()
        self.back = QuietButton("", "undo")
        self.more = IconButton("more", "")
        self.note = InlineMessage()
        body = column(self, margins=(24, 0, 24, 8), gap=8)
        line = row(None, gap=6)
        line.addLayout(self._tabs)
        line.addStretch(1)
        for widget in (self._state, self.back, self.save, self.more):
            line.addWidget(widget)
        body.addLayout(line)
        body.addWidget(self.note)
        self.save.clicked.connect(self.save_asked)
        self.back.clicked.connect(self.back_asked)
        self.more.clicked.connect(self._show_menu)
        self.note.hide()
        self.retranslate()
        self.hide()

    def retranslate(self) -> None:
        self.save.setText(self.tr("Save view"))
        self.back.setText(self.tr("Back to the view"))
        self.more.set_name(self.tr("This view"))
        self.show_views(self._views, self._current)

    def show_views(self, views: Sequence[SavedView], current: SavedView | None) -> None:
        """Offer these, with one of them (or the whole list) as the one that is on."""
        self._views, self._current = views, current
        clear(self._tabs)
        self.tabs = []
        self._add_tab(self.tr("All"), "", 1)
        shown = list(views[:_IN_SIGHT])
        if current is not None and current.id not in {one.id for one in shown}:
            shown[-1:] = [current]
        for place, view in enumerate(views, 2):
            if view.id in {one.id for one in shown}:
                self._add_tab(view.name, view.id, place)
        if len(views) > len(shown):
            self._add_rest([one for one in views if one.id not in {s.id for s in shown}])
        self.setVisible(bool(views))
        self._show_state()

    def show_state(self, *, mine: bool, changed: bool, default: bool) -> None:
        """What can be done with the view that is on."""
        self._mine, self._changed, self._default = mine, changed, default
        self._show_state()

    def show_note(self, words: str) -> None:
        """What is to be said about the view that is on."""
        self.note.show_message(words, Tone.WARN)

    def _show_state(self) -> None:
        on = self._current is not None
        altered = on and self._changed
        self._state.setText(self.tr("Changed") if altered else "")
        self._state.setVisible(altered)
        self.back.setVisible(altered)
        self.save.setVisible(altered and self._mine)
        self.more.setVisible(on)

    def _add_tab(self, name: str, view_id: str, place: int) -> None:
        tab = FilterChip(self)
        tab.setText(tab.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, 160))
        keys = QKeySequence(f"Alt+{place}").toString(QKeySequence.SequenceFormat.NativeText)
        tab.setToolTip(f"{name} ({keys})" if place <= MOST_TABS else name)
        tab.setAccessibleName(name)
        tab.set_on(view_id == (self._current.id if self._current is not None else ""))
        tab.clicked.connect(lambda: self.chosen.emit(view_id))
        self._tabs.addWidget(tab)
        tab.show()
        self.tabs.append(tab)

    def _add_rest(self, views: Sequence[SavedView]) -> None:
        tab = FilterChip(self)
        tab.setText(self.tr("{0} more").format(len(views)))
        menu = QMenu(tab)
        for view in views:
            place = list(self._views).index(view) + 2
            action = menu.addAction(view.name)
            if place <= MOST_TABS:
                action.setText(f"{view.name}\tAlt+{place}")
            action.triggered.connect(lambda _=False, one=view.id: self.chosen.emit(one))
        tab.setMenu(menu)
        self._tabs.addWidget(tab)
        tab.show()

    @Slot()
    def _show_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        edit = menu.addAction(self.tr("Name and sharing…"))
        edit.triggered.connect(self.edit_asked)
        edit.setEnabled(self._mine)
        menu.addAction(self.tr("Save as…")).triggered.connect(self.save_as_asked)
        words = self.tr("No longer open with it") if self._default else self.tr("Open with it")
        menu.addAction(words).triggered.connect(self.default_asked)
        menu.addSeparator()
        delete = menu.addAction(self.tr("Delete view"))
        delete.triggered.connect(self.delete_asked)
        delete.setEnabled(self._mine)
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))
