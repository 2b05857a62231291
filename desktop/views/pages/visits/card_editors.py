"""The editor of a proposed value, by its field."""

from PySide6.QtWidgets import QWidget

from crm_core.model.entities import VISIT
from desktop.viewmodels.visits.visit_assembly import shown
from desktop.viewmodels.visits.visit_cards import Card, Field
from desktop.viewmodels.visits.visit_moves import move_words, named_as, options_of, stages_ahead
from desktop.views.widgets.editors.choice import ChoiceBox, Option
from desktop.views.widgets.editors.text import TextLine

_CHOOSING = {Field.OBJECTION: "objections", Field.SENTIMENT: "sentiment"}


def editor_for(card: Card, language: str) -> QWidget:
    """A list of options where there are some, else a line with the value selected."""
    if card.field is Field.STAGE:
        values = stages_ahead(card)
        return _box(
            [Option(one, move_words(named_as(card, one), one, language)) for one in values],
            card.value,
        )
    options = options_of(card) if card.field is Field.UPDATE else ()
    if options:
        zh = language.startswith("zh")
        return _box([Option(o.value, o.label if zh else o.detail) for o in options], card.value)
    if card.field in _CHOOSING:
        spec = VISIT.field_spec(_CHOOSING[card.field])
        return _box([Option(o.code, o.label.text(language)) for o in spec.choices], card.value)
    line = TextLine()
    line.setValue(card.value if card.field is not Field.CONTACT else shown(card))
    line.selectAll()
    return line


def _box(options: list[Option], value: str) -> ChoiceBox:
    box = ChoiceBox(options)
    box.setValue(value or None)
    return box
