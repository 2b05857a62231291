"""The editor of a province, city or district: what it offers follows from the other two."""

from collections.abc import Mapping

from PySide6.QtWidgets import QWidget

from crm_core.model import whereabouts
from desktop.views.widgets.editors.choice import ChoiceBox, Option
from desktop.views.widgets.editors.contract import FieldValue


class PlaceBox(ChoiceBox):
    """Any part of a name finds it; a place that is not in the list is taken as it is typed."""

    def __init__(self, field: str, parent: QWidget | None = None) -> None:
        self._field = field
        self._around: Mapping[str, object] | None = None
        self._offered: tuple[str, ...] = ()
        super().__init__(parent=parent)

    def narrow(self, values: Mapping[str, object]) -> None:
        """Offer what fits the record's other places; the table must have been read by then."""
        self._around = values
        offered = whereabouts.options(self._field, values)
        if offered != self._offered:
            self._offered = offered
            self.set_options([Option(place, place) for place in offered])

    def value(self) -> FieldValue:
        typed = super().value()
        if not isinstance(typed, str) or self._around is None:
            return typed
        return whereabouts.written(self._field, typed, self._around)
