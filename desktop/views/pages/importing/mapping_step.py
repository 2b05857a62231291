"""Step 2: which table of the file, which column is which field, and how the first rows come out."""

from dataclasses import replace

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QInputDialog, QScrollArea, QWidget

from crm_core.intake.encodings import OFFERED
from crm_core.intake.files import FileKind
from crm_core.intake.guessing import COMPANIONS, offered_fields
from crm_core.intake.mapping import OnTwin
from crm_core.model.schema import EntitySpec
from desktop.services.papers import imports
from desktop.viewmodels.import_flow import ImportFlow, Stage
from desktop.viewmodels.session import Session
from desktop.views.pages.importing.column_line import ColumnLine, FieldOption
from desktop.views.pages.importing.sample_table import SampleTable
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import PrimaryButton, QuietButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.editors.choice import ChoiceBox, Option
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive

MOST_LINES = 120
"""Columns offered for mapping; what stands further right of a table is rarely meant."""
_SAMPLE_HEIGHT = 232
_KNOWN = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}


class MappingStep(Reactive, QWidget):
    """Choices above, a line for each column, and the sample below."""

    def __init__(self, session: Session, flow: ImportFlow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._flow = session, flow
        self.kind, self.sheet, self.heading = ChoiceBox(), ChoiceBox(), ChoiceBox()
        self.encoding, self.saved, self.on_twin = ChoiceBox(), ChoiceBox(), ChoiceBox()
        self._boxes = (
            self.kind, self.sheet, self.heading, self.encoding, self.saved, self.on_twin,
        )  # fmt: skip
        self._names = [label("", Role.SMALL) for _ in self._boxes]
        self._rooms: list[QWidget] = []
        self.lines: list[ColumnLine] = []
        self._area = QScrollArea()
        self.sample = SampleTable(session)
        self.message = InlineMessage()
        self.primary = PrimaryButton()
        self.keep = QuietButton("", "star")
        self._sample_name = label("", Role.OVERLINE)
        self._lay_out()
        self._connect()
        self.retranslate()

    def retranslate(self) -> None:
        names = (
            self.tr("Rows are"), self.tr("Sheet"), self.tr("Heading"), self.tr("Encoding"),
            self.tr("Saved mapping"), self.tr("If it is there already"),
        )  # fmt: skip
        for words, name, box in zip(self._names, names, self._boxes, strict=True):
            words.setText(name)
            box.setAccessibleName(name)
        self.primary.setText(self.tr("Check the rows"))
        self.primary.setToolTip(self.tr("Ctrl+Enter"))
        self.keep.setText(self.tr("Save this mapping…"))
        self._sample_name.setText(self.tr("The first rows, as they will be"))
        self._show_choices()
        self._show_lines()

    # -- building ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        tools: QHBoxLayout = row(None, gap=12)
        widths = (128, 128, 168, 112, 148, 168)
        for words, box, width in zip(self._names, self._boxes, widths, strict=True):
            room = QWidget()
            cell = column(room, gap=2)
            cell.addWidget(words)
            cell.addWidget(box)
            box.setMinimumWidth(96)
            self._rooms.append(room)
            tools.addWidget(room, width)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        lines = Card()
        lines.body.setContentsMargins(12, 8, 4, 8)
        lines.body.addWidget(self._area, 1)
        shown = Card()
        shown.body.setContentsMargins(1, 4, 1, 4)
        shown.body.addWidget(self.sample)
        shown.setFixedHeight(_SAMPLE_HEIGHT)
        foot = row(None, gap=8)
        foot.addWidget(self.keep)
        foot.addStretch(1)
        foot.addWidget(self.primary)
        body = column(self, margins=(24, 0, 24, 16), gap=10)
        body.addLayout(tools)
        body.addWidget(self.message)
        body.addWidget(lines, 1)
        body.addWidget(self._sample_name)
        body.addWidget(shown)
        body.addLayout(foot)

    def _connect(self) -> None:
        self._flow.looked_at.connect(self._looked_at)
        self._flow.mapped.connect(self._mapped)
        self._flow.saved_listed.connect(self._show_choices)
        self.kind.changed.connect(self._choose_kind)
        self.sheet.changed.connect(self._choose_sheet)
        self.heading.changed.connect(self._choose_heading)
        self.encoding.changed.connect(self._choose_encoding)
        self.saved.changed.connect(self._choose_saved)
        self.on_twin.changed.connect(self._choose_on_twin)
        self.primary.clicked.connect(self._flow.check)
        self.keep.clicked.connect(self._save)

    # -- what is shown -------------------------------------------------------------------------

    @Slot()
    def _looked_at(self) -> None:
        self._show_choices()
        self._show_lines()

    @Slot()
    def _mapped(self) -> None:
        for line in self.lines:
            line.show_mapping(self._flow)
        self.on_twin.setValue(self._flow.mapping.on_twin.value)
        self._show_sample()

    @Slot()
    def _show_choices(self) -> None:
        looked = self._flow.looked
        if looked is None:
            return
        language, registry = self._session.language, self._session.workspace.replica.registry
        self.kind.set_options(
            [
                Option(name, registry.entity(name).label.text(language))
                for name in imports.importable(self._session.workspace)
            ]
        )
        self.kind.setValue(self._flow.mapping.entity)
        self.sheet.set_options([Option(name, name) for name in looked.sheets if name])
        self.sheet.setValue(looked.table.name or None)
        self._rooms[1].setVisible(len(looked.sheets) > 1)
        numbers = [number for number, _ in looked.top[:30]]
        none = [Option("0", self.tr("no heading"))] if not looked.table.heading.row else []
        rows = [Option(str(n), self.tr("row {0}").format(n)) for n in numbers]
        self.heading.set_options([*none, *rows])
        self.heading.setValue(str(looked.table.heading.row))
        self._rooms[2].setVisible(looked.kind is not FileKind.CARDS)
        self.encoding.set_options([Option(name, name.upper()) for name in OFFERED])
        self.encoding.setValue(_KNOWN.get(looked.encoding, looked.encoding) or None)
        self._rooms[3].setVisible(looked.kind is FileKind.TEXT)
        self.saved.set_options(
            [Option("", self.tr("recognised")), *(Option(s.id, s.name) for s in self._flow.saved)]
        )
        named = next((s.id for s in self._flow.saved if s.name == self._flow.mapping.name), "")
        self.saved.setValue(named)
        self._rooms[4].setVisible(bool(self._flow.saved))
        self._show_ways()

    def _show_ways(self) -> None:
        self.on_twin.set_options(
            [
                Option(OnTwin.FILL.value, self.tr("fill empty fields")),
                Option(OnTwin.UPDATE.value, self.tr("replace with the file's")),
                Option(OnTwin.SKIP.value, self.tr("leave it as it is")),
                Option(OnTwin.CREATE.value, self.tr("add a second one")),
            ]
        )
        self.on_twin.setValue(self._flow.mapping.on_twin.value)

    def _show_lines(self) -> None:
        looked = self._flow.looked
        if looked is None:
            return
        inner = QWidget()
        lines = column(inner, margins=(0, 0, 8, 0), gap=4)
        options = self._options()
        self.lines = []
        for column_of in looked.table.heading.columns[:MOST_LINES]:
            line = ColumnLine(self._session, column_of, looked.rows, options)
            line.chosen.connect(self._flow.set_field)
            line.show_mapping(self._flow)
            self.lines.append(line)
            lines.addWidget(line)
        lines.addStretch(1)
        self._area.setWidget(inner)
        self._show_sample()
        if self._flow.stage is Stage.MAPPING and self.lines:
            self.lines[0].field.setFocus()

    def _options(self) -> list[FieldOption]:
        registry = self._session.workspace.replica.registry
        entity = self._flow.mapping.entity
        beside = COMPANIONS.get(entity, "")
        found = self._fields_of(registry.entity(entity), "")
        if beside in registry:
            other = registry.entity(beside)
            prefix = f"{other.label.text(self._session.language)} · "
            linked = {s.name for s in other.fields if s.target == entity}
            found += [o for o in self._fields_of(other, prefix) if o.field not in linked]
        return found

    def _fields_of(self, entity: EntitySpec, prefix: str) -> list[FieldOption]:
        met = self._session.workspace.entity(entity.name)
        names = {spec.name for spec in met.fields if spec.editable}
        language = self._session.language
        return [
            FieldOption(entity.name, spec.name, f"{prefix}{spec.label.text(language)}")
            for spec in offered_fields(entity)
            if spec.name in names
        ]

    def _show_sample(self) -> None:
        rows = self._flow.prepared()
        self.sample.show_rows_of(self._flow.mapping, rows)
        looked = self._flow.looked
        words, tone = "", Tone.NEUTRAL
        if looked is not None and looked.missing:
            words = self.tr("The file has no columns {0}; the mapping knows them.")
            words = words.format("、".join(looked.missing[:6]))
            tone = Tone.WARN
        elif rows and all(one.problems for one in rows):
            words = rows[0].problems[0].text(self._session.language)
            tone = Tone.WARN
        self.message.show_message(words, tone)
        self.primary.setEnabled(bool(self._flow.mapping.columns))

    # -- what is chosen ------------------------------------------------------------------------

    @Slot()
    def _choose_kind(self) -> None:
        value, looked = self.kind.value(), self._flow.looked
        kinds = imports.importable(self._session.workspace)
        if looked is not None and value in kinds and value != self._flow.mapping.entity:
            self._flow.open(replace(looked.choices, entity=str(value)))

    @Slot()
    def _choose_sheet(self) -> None:
        value, looked = self.sheet.value(), self._flow.looked
        if looked is not None and value in looked.sheets and value != looked.table.name:
            self._flow.open(replace(looked.choices, sheet=str(value), heading_row=0))

    @Slot()
    def _choose_heading(self) -> None:
        value, looked = str(self.heading.value() or ""), self._flow.looked
        if looked is not None and value.isdigit() and int(value) != looked.table.heading.row:
            self._flow.open(replace(looked.choices, heading_row=int(value)))

    @Slot()
    def _choose_encoding(self) -> None:
        value, looked = self.encoding.value(), self._flow.looked
        if looked is not None and value in OFFERED and value != looked.encoding:
            self._flow.open(replace(looked.choices, encoding=str(value), heading_row=0))

    @Slot()
    def _choose_saved(self) -> None:
        value, looked = self.saved.value(), self._flow.looked
        found = next((one for one in self._flow.saved if one.id == value), None)
        if found is not None and found.name != self._flow.mapping.name:
            self._flow.use(found)
        elif value == "" and looked is not None and self._flow.mapping.name:
            self._flow.open(replace(looked.choices, entity=self._flow.mapping.entity))

    @Slot()
    def _choose_on_twin(self) -> None:
        value = str(self.on_twin.value() or "")
        if value in set(OnTwin) and value != self._flow.mapping.on_twin.value:
            self._flow.set_on_twin(OnTwin(value))

    @Slot()
    def _save(self) -> None:
        looked = self._flow.looked
        proposed = self._flow.mapping.name or (looked.choices.path.stem if looked else "")
        name, good = QInputDialog.getText(
            self.window(), self.tr("Save this mapping"), self.tr("Name"), text=proposed[:60]
        )
        if good and name.strip():
            self._flow.save(name[:60])
