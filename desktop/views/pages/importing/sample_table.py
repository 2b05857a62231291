"""The first rows as the mapping makes them: values as they will be stored, problems in words."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from crm_core.intake.mapping import Mapping
from crm_core.intake.preparing import Prepared
from crm_core.model.schema import Kind
from crm_core.model.values import display
from desktop.viewmodels.session import Session
from desktop.views.pages.admin.plain_table import Fact, FactColumn, FactTable
from desktop.views.theme.tokens import Density, Tone

_MOST_COLUMNS = 7


class SampleTable(FactTable):
    """A row of the file, a row here."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.set_density(Density.COMPACT)

    def show_rows_of(self, mapping: Mapping, rows: Sequence[Prepared]) -> None:
        """Show what these rows come to."""
        language, registry = self._session.language, self._session.workspace.replica.registry
        fields = [(one.entity, registry.find(one.entity, one.field)) for one in mapping.columns]
        fields = list(dict.fromkeys(fields))[:_MOST_COLUMNS]
        heads = [FactColumn(self.tr("Row"), 2), FactColumn(self.tr("Result"), 4, chips=True)]
        heads += [FactColumn(spec.label.text(language), 4) for _, spec in fields if spec]
        talks = any(row.problems or row.remarks for row in rows)
        heads += [FactColumn(self.tr("Why"), 5)] if talks else []
        self.set_columns(heads)
        self.setAccessibleName(self.tr("The first rows, as they will be"))
        made = []
        for row in rows:
            said = [one.text(language) for one in (*row.problems, *row.remarks)]
            cells = [Fact(str(row.number)), self._result(row)]
            for entity, spec in fields:
                if spec is None:
                    continue
                values = row.values if entity == mapping.entity else row.beside
                value = values.get(spec.name)
                text = str(value or "") if spec.kind is Kind.REF else display(spec, value, language)
                cells.append(Fact(" ".join(text.split())))
            comma = "；" if language.startswith("zh") else "; "
            made.append((str(row.number), [*cells, Fact(comma.join(said))]))
        self.show_rows(made)

    def _result(self, row: Prepared) -> Fact:
        if row.problems:
            return Fact(self.tr("Wrong"), Tone.BAD)
        return (
            Fact(self.tr("In part"), Tone.WARN) if row.remarks else Fact(self.tr("Good"), Tone.GOOD)
        )
