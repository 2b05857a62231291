"""Choosing a tile: which measure, in which picture, divided by what."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from crm_core.insight.boards import Shape, Tile
from crm_core.insight.declared import TIMES, Group, Measure
from desktop.services.measures import every_measure
from desktop.viewmodels.board.board_choices import fitting_shapes, proposed_size
from desktop.viewmodels.board.board_words import limit_words
from desktop.viewmodels.session import Session
from desktop.views.pages.boards.pick import Pick
from desktop.views.theme.roles import Role
from desktop.views.widgets.field_row import FieldRow
from desktop.views.widgets.layouts import label
from desktop.views.widgets.search_field import SearchField
from desktop.views.widgets.sheet import Sheet

_ID = Qt.ItemDataRole.UserRole


class TileSheet(Sheet):
    """Emits `chosen` with the tile."""

    chosen = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        self._session = session
        self._measures = every_measure(session.workspace)
        self.search = SearchField()
        self.measures = QListWidget()
        self.shape, self.group = Pick(), Pick()
        self._rows = [FieldRow("", self.shape), FieldRow("", self.group)]
        self._about = label("", Role.SMALL, wrap=True)
        super().__init__("", "", parent)
        self.body.addWidget(self.search)
        self.body.addWidget(self.measures, 1)
        self.body.addWidget(self._about)
        for one in self._rows:
            self.body.addWidget(one)
        self.resize(560, 620)
        self.search.textChanged.connect(self._fill)
        self.measures.currentRowChanged.connect(self._show_measure)
        self.measures.itemActivated.connect(self._take)
        self.shape.changed.connect(self._show_groups)
        self.submitted.connect(self._take)
        self.retranslate()
        self.search.setFocus(Qt.FocusReason.TabFocusReason)

    def retranslate(self) -> None:
        super().retranslate()
        self.set_heading(self.tr("Add a tile"))
        self.primary.setText(self.tr("Add"))
        self.search.set_placeholder(self.tr("Find a measure"))
        self.search.setAccessibleName(self.tr("Find a measure"))
        self.measures.setAccessibleName(self.tr("Measures"))
        self._rows[0].set_name(self.tr("Picture"))
        self._rows[1].set_name(self.tr("Divided by"))
        self._fill()

    @property
    def measure(self) -> Measure | None:
        """The one that is chosen."""
        item = self.measures.currentItem()
        found = item.data(_ID) if item is not None else ""
        return next((one for one in self._measures if one.id == found), None)

    @Slot()
    def _fill(self) -> None:
        language, typed = self._session.language, self.search.text().strip().casefold()
        before = self.measure.id if self.measure is not None else ""
        self.measures.clear()
        for one in self._measures:
            text = one.label.text(language)
            if typed not in f"{one.label.zh} {one.label.en}".casefold():
                continue
            item = QListWidgetItem(text)
            item.setData(_ID, one.id)
            item.setToolTip(one.definition.text(language))
            self.measures.addItem(item)
            if one.id == before:
                self.measures.setCurrentItem(item)
        if self.measures.currentRow() < 0:
            self.measures.setCurrentRow(0)

    @Slot()
    def _show_measure(self) -> None:
        measure = self.measure
        self.primary.setEnabled(measure is not None)
        if measure is None:
            self._about.clear()
            return
        language = self._session.language
        about = (measure.definition.text(language), limit_words(measure, language))
        self._about.setText("  ".join(part for part in about if part))
        names = self._shape_names()
        self.shape.offer([(shape.value, names[shape]) for shape in fitting_shapes(measure)])
        self._show_groups()

    @Slot()
    def _show_groups(self) -> None:
        measure, shape = self.measure, self.shape.picked()
        options = [] if measure is None else self._offered(measure, shape)
        self.group.offer(options)
        self._rows[1].setVisible(bool(options))

    def _offered(self, measure: Measure, shape: str) -> list[tuple[str, str]]:
        names = self._group_names()
        times = shape == Shape.TREND
        found = [g for g in Group if g in measure.groups and (g in TIMES) is times]
        if shape == Shape.FIGURE:
            return []
        if shape == Shape.HEAT:
            across = self.tr("{0} × stage")
            return [
                (f"{group.value},{Group.STAGE.value}", across.format(names[group]))
                for group in found
                if group is not Group.STAGE
            ]
        only = {Shape.RANKING: Group.OWNER, Shape.FUNNEL: Group.STAGE}.get(Shape(shape))
        return [(group.value, names[group]) for group in found if only in (None, group)]

    def _shape_names(self) -> dict[Shape, str]:
        return {
            Shape.FIGURE: self.tr("One figure"),
            Shape.BARS: self.tr("Bars"),
            Shape.RANKING: self.tr("Ranking (first five and oneself)"),
            Shape.HEAT: self.tr("Heat map"),
            Shape.FUNNEL: self.tr("Funnel"),
            Shape.SPREAD: self.tr("Distribution"),
            Shape.TREND: self.tr("Trend"),
        }

    def _group_names(self) -> dict[Group, str]:
        return {
            Group.OWNER: self.tr("Rep"),
            Group.TEAM: self.tr("Team"),
            Group.STAGE: self.tr("Stage"),
            Group.SOURCE: self.tr("Lead source"),
            Group.INDUSTRY: self.tr("Industry"),
            Group.CITY: self.tr("City"),
            Group.GRADE: self.tr("Grade"),
            Group.ACTION: self.tr("Action"),
            Group.DAY: self.tr("Day"),
            Group.WEEK: self.tr("Week"),
            Group.MONTH: self.tr("Month"),
        }

    @Slot()
    def _take(self) -> None:
        measure, shape = self.measure, self.shape.picked()
        if measure is None or not shape:
            return
        wide, high = proposed_size(Shape(shape))
        self.chosen.emit(Tile(measure.id, shape, self.group.picked(), wide, high))
        self.accept()
