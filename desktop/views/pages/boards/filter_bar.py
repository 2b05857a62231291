"""By what a board is narrowed: team, industry, source, city, period, and beside the one before."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QWidget

from crm_core.insight.boards import PERIODS, Narrowed
from desktop.views.pages.boards.pick import Pick
from desktop.views.widgets.buttons import QuietButton
from desktop.views.widgets.flow import FlowBox
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.segments import Segments

_PADDING = 16
_NAMES = ("team", "industry", "source", "city")


class FilterBar(Reactive, FlowBox):
    """Emits `narrowed` with the filters that hold now."""

    narrowed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(gap=8, parent=parent)
        self._filters = Narrowed()
        self._choices: Mapping[str, Sequence[tuple[str, str]]] = {}
        self.boxes = {name: Pick() for name in _NAMES}
        self.period = Segments([str(days) for days in PERIODS])
        self.mine, self.compare = QuietButton(), QuietButton()
        self.clear = QuietButton("", "close")
        self.mine.setCheckable(True)
        self.compare.setCheckable(True)
        for widget in (self.period, self.mine, *self.boxes.values(), self.compare, self.clear):
            self.flow.addWidget(widget)
        for box in self.boxes.values():
            box.setMinimumWidth(112)
            box.setMaximumWidth(200)
            box.setSizeAdjustPolicy(Pick.SizeAdjustPolicy.AdjustToContents)
            box.changed.connect(self._chosen)
        self.period.chosen.connect(self._chosen)
        self.mine.clicked.connect(self._chosen)
        self.compare.clicked.connect(self._chosen)
        self.clear.clicked.connect(self._clear)
        self.retranslate()

    @property
    def filters(self) -> Narrowed:
        """What holds."""
        return self._filters

    def words(self) -> str:
        """What holds, as it is read on paper; empty where nothing does."""
        held = [box.currentText() for box in self.boxes.values() if box.picked()]
        mine = [self.mine.text()] if self._filters.mine else []
        return " · ".join([*mine, *held])

    def offer(self, choices: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        """What can be chosen of each: (code, label)."""
        self._choices = choices
        self._fill()

    def show_filters(self, filters: Narrowed) -> None:
        """Let these hold, without telling."""
        self._filters = filters
        self._fill()

    def retranslate(self) -> None:
        days = [self.tr("{0} d").format(days) for days in PERIODS[:-1]]
        self.period.set_labels([*days, self.tr("1 year")], name=self.tr("Period"))
        self.mine.setText(self.tr("Only mine"))
        self.compare.setText(self.tr("Compare"))
        self.compare.setToolTip(self.tr("Show the period before beside this one"))
        for button in (self.mine, self.compare):  # Bold while they hold.
            bold = QFont(button.font())
            bold.setWeight(QFont.Weight.DemiBold)
            wide = QFontMetrics(bold).horizontalAdvance(button.text())
            button.setMinimumWidth(wide + 2 * _PADDING)
        self.clear.setText(self.tr("Clear"))
        self._fill()

    def _fill(self) -> None:
        everything = {
            "team": self.tr("All teams"),
            "industry": self.tr("All industries"),
            "source": self.tr("All sources"),
            "city": self.tr("All cities"),
        }
        for name, box in self.boxes.items():
            held = getattr(self._filters, name)
            options = list(self._choices.get(name, ()))
            if held and held not in [code for code, _ in options]:
                options.append((held, held))
            box.offer([("", everything[name]), *options])
            box.pick(held)
            box.setAccessibleName(everything[name])
            box.setVisible(bool(options))
        self.period.set_value(str(self._filters.days))
        self.compare.setChecked(self._filters.compare)
        self.mine.setChecked(self._filters.mine)
        narrowed = any(getattr(self._filters, name) for name in _NAMES)
        self.clear.setVisible(narrowed)

    @Slot()
    def _chosen(self) -> None:
        found = {name: box.picked() for name, box in self.boxes.items()}
        self._filters = Narrowed(
            **found,
            mine=self.mine.isChecked(),
            days=int(self.period.value() or 30),
            compare=self.compare.isChecked(),
        )
        self.clear.setVisible(any(found.values()))
        self.narrowed.emit(self._filters)

    @Slot()
    def _clear(self) -> None:
        empty = dict.fromkeys(_NAMES, "")
        self._filters = replace(self._filters, **empty)  # type: ignore[arg-type]
        self._fill()
        self.narrowed.emit(self._filters)
