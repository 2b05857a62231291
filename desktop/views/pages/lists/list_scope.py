"""Which records of a list an act is about: those selected, or all that it shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm_core.model.query import Query
from desktop.views.widgets.segments import Segments

_SELECTED, _ALL = "selected", "all"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a list shows, and what of it is selected."""

    rids: Sequence[int]
    """Local row ids of the selected records; none: only all of the list can be meant."""
    query: Query
    total: int


class ScopeChoice(Segments):
    """Hidden where there is nothing to choose."""

    def __init__(self, chosen: Chosen) -> None:
        super().__init__((_SELECTED, _ALL))
        self._of = chosen
        self.set_value(_SELECTED if chosen.rids else _ALL)
        if not 0 < len(chosen.rids) < chosen.total:
            self.hide()  # Never `setVisible(True)` here: it has no parent yet.

    def say(self) -> None:
        """Say the labels in the language of the moment."""
        selected = self.tr("The {0} selected").format(f"{len(self._of.rids):,}")
        everything = self.tr("All {0} of the list").format(f"{self._of.total:,}")
        self.set_labels([selected, everything], name=self.tr("Which records"))

    def choose_all(self) -> None:
        """Mean all of the list."""
        self.set_value(_ALL)

    def picked(self) -> tuple[tuple[int, ...], Query | None]:
        """(row ids, query): what a bulk edit or an extract takes."""
        selected = self.value() == _SELECTED
        return (tuple(self._of.rids), None) if selected else ((), self._of.query)

    def number(self) -> int:
        """How many records are meant."""
        return len(self._of.rids) if self.value() == _SELECTED else self._of.total
