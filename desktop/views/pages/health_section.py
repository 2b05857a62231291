"""One section of the check of data: a bar for each check, and what to do about the worst."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from crm_core.insight.data_health import FAMILIES, Family, Result
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.cards import Card
from desktop.views.widgets.charts import Bar, BarList
from desktop.views.widgets.layouts import label

_LABEL_WIDTH = 208


class HealthSection(Card):
    """`opened` asks for the records of a check."""

    opened = Signal(object)

    def __init__(self, family: Family, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.family = family
        self.bars = BarList(label_width=_LABEL_WIDTH)
        self.advice = label("", Role.SMALL, wrap=True)
        self._results: tuple[Result, ...] = ()
        self._clean = 0
        self.body.addWidget(self.bars)
        self.body.addWidget(self.advice)
        self.body.addStretch(1)
        self.bars.opened.connect(self._open)

    def show_results(self, results: Sequence[Result], language: str) -> None:
        """Show what was found, the worst first."""
        self._results = tuple(one for one in results if one.bad)
        self._clean = len(results) - len(self._results)
        self.set_heading(FAMILIES[self.family].text(language))
        self.bars.setAccessibleName(self.heading.text())
        self.bars.set_bars(
            [
                Bar(
                    label=one.check.label.text(language),
                    value=one.share,
                    shown=f"{one.bad:,} · {one.share:.1%}",
                    tone=Tone.BAD if one.red else Tone.ACCENT,
                )
                for one in self._results
            ]
        )
        self.bars.setVisible(bool(self._results))
        self.advice.setText(self._advice(language))

    def _advice(self, language: str) -> str:
        several = self.tr("{0} more checks found nothing.").format(self._clean)
        clean = self.tr("One more check found nothing.") if self._clean == 1 else several
        clean = clean if self._clean else ""
        if not self._results:
            return self.tr("Nothing is wrong here.")
        worst = max(self._results, key=lambda one: (one.red, one.share)).check
        said = self.tr("{0}: {1} (limit {2})").format(
            worst.label.text(language), worst.fix.text(language), f"{worst.red:.1%}"
        )
        return f"{said}\n{clean}".strip()

    @Slot(int)
    def _open(self, place: int) -> None:
        if place < len(self._results):
            self.opened.emit(self._results[place])
