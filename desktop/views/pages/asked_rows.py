"""Marks the rows of a form that the record, as it is typed now, must have filled (row 5.3)."""

from collections.abc import Mapping

from desktop.viewmodels.records.form import FormModel
from desktop.views.widgets.field_row import FieldRow


def show_asked(form: FormModel, rows: Mapping[str, FieldRow]) -> None:
    """Star what is asked for; rows that sleep come out where they are asked for or filled."""
    asked = form.asked()
    for name, line in rows.items():
        spec = form.entity.field_spec(name)
        line.set_required(spec.required or name in asked)
        if spec.dormant:
            line.setVisible(name in asked or form.value(name) not in (None, ""))
