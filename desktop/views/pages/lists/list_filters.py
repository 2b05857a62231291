"""The line above a list: search in it, and chips that narrow it by owner and by choice fields."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from crm_core.model.query import EVERYTHING
from crm_core.model.schema import EntitySpec, FieldSpec
from desktop.viewmodels.lists.columns import Narrowing, heading, quick_filters
from desktop.viewmodels.session import Session
from desktop.views.pages.lists.filter_panel import FilterPanel
from desktop.views.theme.apply import colours
from desktop.views.theme.icons import icon
from desktop.views.widgets.buttons import IconButton, QuietButton
from desktop.views.widgets.layouts import row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.search_field import SearchField


class FilterChip(Reactive, QPushButton):
    """A pill that is on or off; with a menu behind it, it is on while anything is ticked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("filterChip")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._on = False
        self.retint()

    def is_on(self) -> bool:
        """Whether this chip leaves anything out."""
        return self._on

    def set_on(self, on: bool) -> None:
        """Show the chip as on or off."""
        self._on = on
        self.retint()

    def retint(self) -> None:
        c = colours()
        tone = c.accent_tone
        ground, ink = (tone.soft, tone.ink) if self._on else ("transparent", c.muted)
        edge = tone.soft if self._on else c.hairline
        rule = (
            f"#filterChip {{ background: {ground}; color: {ink}; border: 1px solid {edge};"
            f" border-radius: 14px; min-height: 22px; padding: 2px 12px; font-weight: 400; }}"
            f"#filterChip:hover {{ border-color: {c.outline}; }}"
            f"#filterChip:focus {{ border: 2px solid {c.accent}; padding: 1px 11px; }}"
            "#filterChip::menu-indicator { width: 0; }"
        )
        if self.styleSheet() != rule:
            self.setStyleSheet(rule)


class ChoiceChip(FilterChip):
    """A choice field: its menu ticks the options that stay. Emits `narrowed` with their codes."""

    narrowed = Signal(str, list)

    def __init__(self, spec: FieldSpec, language: str, parent: QWidget | None = None) -> None:
        self._spec = spec
        self._language = language
        super().__init__(parent)
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        for choice in spec.choices:
            action = QAction(choice.label.text(language), self._menu)
            action.setCheckable(True)
            action.setData(choice.code)
            action.toggled.connect(self._ticked)
            self._menu.addAction(action)
        self._say()

    @property
    def field(self) -> str:
        """The name of the field."""
        return self._spec.name

    def codes(self) -> list[str]:
        """The codes ticked."""
        return [str(a.data()) for a in self._menu.actions() if a.isChecked()]

    def tick(self, codes: list[str]) -> None:
        """Tick exactly these, and tell."""
        for action in self._menu.actions():
            action.blockSignals(True)
            action.setChecked(action.data() in codes)
            action.blockSignals(False)
        self._ticked()

    def set_language(self, language: str) -> None:
        """Say everything in another language."""
        self._language = language
        for action, choice in zip(self._menu.actions(), self._spec.choices, strict=True):
            action.setText(choice.label.text(language))
        self._say()

    def retint(self) -> None:
        super().retint()
        c = colours()
        self.setIcon(icon("chevron-down", c.accent_tone.ink if self.is_on() else c.faint, size=14))

    @Slot()
    def _ticked(self) -> None:
        self._say()
        self.narrowed.emit(self._spec.name, self.codes())

    def _say(self) -> None:
        name, codes = self._spec.label.text(self._language), self.codes()
        labels = [c.label.text(self._language) for c in self._spec.choices if c.code in codes]
        colon, comma = ("：", "、") if self._language.startswith("zh") else (": ", ", ")
        shown = comma.join(labels[:2]) + (f" +{len(labels) - 2}" if len(labels) > 2 else "")
        self.setText(f"{name}{colon}{shown}" if labels else name)
        self.setAccessibleName(f"{name}{colon}{comma.join(labels)}" if labels else name)
        self.set_on(bool(labels))


class ListFilters(Reactive, QWidget):
    """Keeps a Narrowing, without the search hits, which the page looks up; tells its changes."""

    narrowed = Signal()
    left_downwards = Signal()
    """Down was pressed in the search field: the list wants the focus."""

    def __init__(self, session: Session, entity: EntitySpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._entity = entity
        self._narrowing = Narrowing()
        self.search = _ListSearch(shortcut="Ctrl+F")
        self.search.setMaximumWidth(360)
        self.search.setMinimumWidth(240)
        self.search.searched.connect(self._searched)
        self.search.left_downwards.connect(self.left_downwards)
        self.mine = FilterChip()
        self.mine.clicked.connect(self._toggle_mine)
        self.panel = FilterPanel(session, entity)
        self.panel.hide()
        self.more = FilterChip()
        self.more.clicked.connect(self.toggle_panel)
        self.panel.changed.connect(self._written)
        self.panel.closed.connect(self._close_panel)
        self.chips = [ChoiceChip(spec, session.language) for spec in quick_filters(entity)]
        self.clear = QuietButton()
        self.clear.clicked.connect(self.clear_all)
        self.save_view = QuietButton()
        self.groups = IconButton("table", "")
        self.columns = IconButton("columns", "")
        self._lay_out()
        session.language_changed.connect(self._speak)
        self.retranslate()
        self._show()

    def _lay_out(self) -> None:
        body = row(self, margins=(24, 0, 24, 12), gap=8)
        body.addWidget(self.search, 1)
        body.addSpacing(4)
        body.addWidget(self.mine)
        self.mine.setVisible(bool(self._entity.owner))
        for chip in self.chips:
            chip.narrowed.connect(self._chosen)
            body.addWidget(chip)
        body.addWidget(self.more)
        body.addWidget(self.clear)
        self.save_view.hide()
        body.addWidget(self.save_view)
        body.addStretch(2)
        body.addWidget(self.groups)
        body.addWidget(self.columns)

    def preset(self, name: str, codes: list[str]) -> None:
        """Tick options of one choice field before anything is shown; tells nobody."""
        chip = next(chip for chip in self.chips if chip.field == name)
        chip.blockSignals(True)
        chip.tick(codes)
        chip.blockSignals(False)
        self._narrowing = self._narrowing.with_choice(name, codes)
        self._show()

    @property
    def narrowing(self) -> Narrowing:
        """What is asked for now."""
        return self._narrowing

    def retranslate(self) -> None:
        self.mine.setText(self.tr("Mine"))
        self.clear.setText(self.tr("Clear filters"))
        self.save_view.setText(self.tr("Save as a view"))
        self.groups.set_name(self.tr("Group by"))
        self.columns.set_name(self.tr("Columns"))
        self._say_more()
        language = self._session.language
        lower = heading(self._entity, language).lower()
        self.search.set_placeholder(self.tr("Name, pinyin, digits"))
        self.search.setAccessibleName(self.tr("Search {0}: name, pinyin, digits").format(lower))

    def show_narrowing(self, narrowing: Narrowing) -> None:
        """Show what is asked for, in chips and panel; tells nobody."""
        self._set_quietly(narrowing)
        self.panel.show_condition(narrowing.where)
        self._narrowing = narrowing
        self._show()

    @Slot()
    def toggle_panel(self) -> None:
        """Open the panel of conditions, or close it."""
        if self.panel.isVisible():
            self._close_panel()
        else:
            self.panel.begin()

    @Slot()
    def clear_all(self) -> None:
        """Leave nothing out any more."""
        self.show_narrowing(Narrowing())
        self.panel.hide()
        self.narrowed.emit()

    def _set_quietly(self, narrowing: Narrowing) -> None:
        self.search.blockSignals(True)
        self.search.setText(narrowing.typed)
        self.search.blockSignals(False)
        for chip in self.chips:
            chip.blockSignals(True)
            chip.tick(list(narrowing.choices.get(chip.field, ())))
            chip.blockSignals(False)

    @Slot()
    def _written(self) -> None:
        where = self.panel.condition()
        self._say_more()
        if where != self._narrowing.where:
            self._narrow(replace(self._narrowing, where=where))

    @Slot()
    def _close_panel(self) -> None:
        self.panel.hide()
        self.left_downwards.emit()

    def _say_more(self) -> None:
        number = self.panel.count()
        words = self.tr("Conditions")
        self.more.setText(f"{words} {number}" if number else words)
        self.more.setToolTip(self.tr("Conditions on any field (Ctrl+Shift+L)"))
        self.more.setAccessibleName(self.more.text())
        self.more.set_on(self._narrowing.where != EVERYTHING)

    @Slot(str)
    def _searched(self, text: str) -> None:
        if text.strip() != self._narrowing.typed.strip():
            self._narrow(replace(self._narrowing, typed=text))

    @Slot()
    def _toggle_mine(self) -> None:
        owner = "" if self._narrowing.owner else self._session.workspace.actor.user_id
        self._narrow(replace(self._narrowing, owner=owner))

    @Slot(str, list)
    def _chosen(self, name: str, codes: list[str]) -> None:
        self._narrow(self._narrowing.with_choice(name, codes))

    @Slot(str)
    def _speak(self, language: str) -> None:
        for chip in self.chips:
            chip.set_language(language)
        self.retranslate()

    def _narrow(self, narrowing: Narrowing) -> None:
        self._narrowing = narrowing
        self._show()
        self.narrowed.emit()

    def _show(self) -> None:
        self.mine.set_on(bool(self._narrowing.owner))
        self.clear.setVisible(self._narrowing.active)
        self._say_more()


class _ListSearch(SearchField):
    """A search field from which Down goes to the list."""

    left_downwards = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.left_downwards.emit()
            return
        super().keyPressEvent(event)
