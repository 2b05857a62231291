"""Fields and layouts: the company's own fields, and how forms are arranged; the form beside it.

Alt+Up and Alt+Down move a field. Everything is kept at once, undone by Ctrl+Z, and holds on every
device after the next exchange.
"""

from dataclasses import replace

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from crm_core.model.layout import Layout, Section, arranged, lasting, layout_of
from crm_core.model.schema import EntitySpec, Label
from crm_core.permissions import AUDIT, SHARED, STRUCTURE
from desktop.bus import Change
from desktop.services.commands.layout import (
    do_arrange,
    do_reset_layout,
    do_retire_field,
    own_fields,
)
from desktop.viewmodels.session import Session
from desktop.views.pages.admin.own_field_sheet import OwnFieldSheet
from desktop.views.pages.admin.plain_table import Fact, FactColumn, FactTable
from desktop.views.pages.admin.requirement_sheet import RequirementSheet
from desktop.views.pages.admin.template_sheet import TemplateSheet
from desktop.views.pages.records.field_editors import contract_of, editor_for
from desktop.views.pages.records.record_dialog import sections_of
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton, IconButton, QuietButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.editors.choice import ChoiceBox, Option
from desktop.views.widgets.field_row import FieldRow
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive

_APART = STRUCTURE | SHARED | {AUDIT}
_PREVIEW_WIDTH = 400


class LayoutPanel(Reactive, QWidget):
    """The fields of one entity on the left, the form they make on the right."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._known: frozenset[str] = frozenset()
        """The fields there were when a new one was begun: it is shown once it is there."""
        self.entity = ChoiceBox()
        self.table = FactTable()
        self.up, self.down = IconButton("arrow-up", ""), IconButton("arrow-down", "")
        self.section = ChoiceBox()
        self.hide_field, self.require = QuietButton("", "eye"), QuietButton("", "check")
        self.new, self.edit = GhostButton("", "plus"), QuietButton("", "edit")
        self.templates, self.needs = QuietButton("", "spark"), QuietButton("", "check")
        self.retire, self.reset = QuietButton("", "trash"), QuietButton("", "undo")
        self._card, self._preview_card, self._preview = Card(), Card(), QScrollArea()
        self._lay_out()
        self._connect()
        self.retranslate()
        self.entity.setValue("customer")

    def retranslate(self) -> None:
        language = self._session.language
        offered = [e for e in self._session.workspace.replica.registry if e.name not in _APART]
        self.entity.set_options([Option(e.name, e.label.text(language)) for e in offered])
        self.entity.setAccessibleName(self.tr("Kind of record"))
        self._preview_card.set_heading(self.tr("How the form looks"))
        self.table.set_columns(
            [
                FactColumn(self.tr("Field"), 4),
                FactColumn(self.tr("Section"), 3),
                FactColumn(self.tr("In the form"), 3, chips=True),
            ]
        )
        self.table.setAccessibleName(self.tr("Fields"))
        self.up.set_name(self.tr("Up (Alt+Up)"))
        self.down.set_name(self.tr("Down (Alt+Down)"))
        self.section.setAccessibleName(self.tr("Section"))
        line = self.section.lineEdit()
        if line is not None:
            line.setPlaceholderText(self.tr("Section; type a new one"))
        self.new.setText(self.tr("New field…"))
        self.templates.setText(self.tr("Industry templates…"))
        self.needs.setText(self.tr("Required when…"))
        self.edit.setText(self.tr("Edit…"))
        self.retire.setText(self.tr("Retire"))
        self.reset.setText(self.tr("As shipped"))
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show()

    def spec(self) -> EntitySpec | None:
        """The entity being arranged, with all of its fields."""
        name, registry = str(self.entity.value() or ""), self._session.workspace.replica.registry
        return registry.entity(name) if name in registry else None

    def layout_now(self, entity: EntitySpec) -> Layout:
        """Its arrangement with every field named."""
        kept = self._session.workspace.layout(entity.name) or Layout()
        shown = replace(kept, hidden=frozenset())
        every = layout_of(arranged(entity, shown))
        return replace(kept, sections=every.sections)

    @Slot()
    def _ask_needs(self) -> None:
        entity = self.spec()
        if entity is not None:
            RequirementSheet(self._session, entity, self.window()).open()

    # -- building ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        set_role(self, Role.PAGE)
        parts = row(self, margins=(24, 4, 24, 24), gap=16)
        head = row(None, gap=8)
        self.entity.setFixedWidth(168)
        head.addWidget(self.entity)
        head.addStretch(1)
        for button in (self.reset, self.new):
            head.addWidget(button)
        self._card.body.addLayout(head)
        more = row(None, gap=8)  # Beside the others they would lie over the choice of the entity.
        for button in (self.templates, self.needs):
            more.addWidget(button)
        more.addStretch(1)
        self._card.body.addLayout(more)
        self._card.body.addWidget(self.table, 1)
        foot = row(None, gap=4)
        self.section.setFixedWidth(176)
        for part in (self.up, self.down, self.section, self.hide_field, self.require):
            foot.addWidget(part)
        foot.addStretch(1)
        for part in (self.edit, self.retire):
            foot.addWidget(part)
        self._card.body.addLayout(foot)
        parts.addWidget(self._card, 1)
        self._preview_card.setFixedWidth(_PREVIEW_WIDTH)
        self._preview.setWidgetResizable(True)
        self._preview.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._preview.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._preview_card.body.addWidget(self._preview, 1)
        parts.addWidget(self._preview_card)

    def _connect(self) -> None:
        self.entity.changed.connect(self._show)
        self.needs.clicked.connect(self._ask_needs)
        self.table.current_changed.connect(self._say_current)
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        for keys, step in (("Alt+Up", -1), ("Alt+Down", 1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda step=step: self._move(step))
        self.section.activated.connect(self._choose_section)
        line = self.section.lineEdit()
        if line is not None:
            line.returnPressed.connect(self._choose_section)
        self.hide_field.clicked.connect(self._toggle_hidden)
        self.require.clicked.connect(self._toggle_required)
        self.new.clicked.connect(self._new_field)
        self.templates.clicked.connect(self._choose_template)
        self.edit.clicked.connect(self._edit_field)
        self.retire.clicked.connect(self._retire_field)
        self.reset.clicked.connect(self._reset)
        self._session.changed.connect(self._heard)
        self._session.language_changed.connect(self._speak)

    # -- what is shown -------------------------------------------------------------------------

    @Slot()
    def _show(self) -> None:
        entity = self.spec()
        if entity is None:
            return
        layout, language = self.layout_now(entity), self._session.language
        rows = []
        for section in layout.sections:
            for name in section.fields:
                spec = entity.field_spec(name)
                cells = [Fact(spec.label.text(language)), Fact(section.label.text(language))]
                rows.append((name, [*cells, self._state(entity, layout, name)]))
        self.section.set_options(
            [Option(s.name, s.label.text(language)) for s in self._sections(entity, layout)]
        )
        self.table.show_rows(rows)
        fresh = [key for key, _ in rows if self._known and key not in self._known]
        if fresh:
            self._known = frozenset()
            self.table.selectRow(self.table.facts.row_of(fresh[0]))
        self.reset.setEnabled(self._session.workspace.layout(entity.name) is not None)
        self._say_current(self.table.current_key())
        self._show_preview(arranged(entity, layout))

    def _state(self, entity: EntitySpec, layout: Layout, name: str) -> Fact:
        if name in layout.hidden:
            return Fact(self.tr("Hidden"), Tone.WARN)
        if entity.field_spec(name).required or name in layout.required:
            return Fact(self.tr("Required"), Tone.ACCENT)
        return Fact(self.tr("Shown"), Tone.NEUTRAL)

    def _show_preview(self, entity: EntitySpec) -> None:
        inner = QWidget()
        body = column(inner, margins=(0, 0, 8, 0), gap=8)
        language = self._session.language
        for name, specs in sections_of(entity).items():
            heading = entity.sections.get(name, Label(name, name))
            body.addWidget(label(heading.text(language), Role.OVERLINE))
            for spec in specs:
                editor = editor_for(self._session, spec)
                contract_of(editor).set_read_only(True)
                editor.setFocusPolicy(Qt.FocusPolicy.NoFocus)
                body.addWidget(FieldRow(spec.label.text(language), editor, required=spec.required))
        body.addStretch(1)
        self._preview.setWidget(inner)

    @Slot(str)
    def _say_current(self, name: str) -> None:
        entity = self.spec()
        spec = entity.find(name) if entity is not None else None
        parts = (self.up, self.down, self.section, self.hide_field, self.require)
        for part in parts:
            part.setEnabled(spec is not None)
        self.edit.setVisible(spec is not None and spec.custom)
        self.retire.setVisible(spec is not None and spec.custom)
        if entity is None or spec is None:
            return
        layout = self.layout_now(entity)
        hidden = name in layout.hidden
        self.hide_field.setText(self.tr("Show") if hidden else self.tr("Hide"))
        self.hide_field.setEnabled(name not in lasting(entity))
        asked = name in layout.required
        self.require.setText(self.tr("Not required") if asked else self.tr("Require"))
        self.require.setEnabled(spec.editable and not spec.required and not hidden)
        self.section.setValue(next(s.name for s in layout.sections if name in s.fields))

    # -- verbs ---------------------------------------------------------------------------------

    def _arrange(self, layout: Layout) -> None:
        entity = self.spec()
        if entity is not None:
            self._session.run(do_arrange, entity.name, layout)

    def _move(self, step: int) -> None:
        """Past the neighbour, or over the edge into the next section."""
        entity, name = self.spec(), self.table.current_key()
        if entity is None or not name:
            return
        layout = self.layout_now(entity)
        sections = [list(s.fields) for s in layout.sections]
        at = next(n for n, fields in enumerate(sections) if name in fields)
        place = sections[at].index(name) + step
        if 0 <= place < len(sections[at]):
            sections[at].remove(name)
            sections[at].insert(place, name)
        elif 0 <= at + step < len(sections):
            sections[at].remove(name)
            sections[at + step].insert(0 if step > 0 else len(sections[at + step]), name)
        else:
            return
        made = zip(layout.sections, sections, strict=True)
        kept = tuple(replace(s, fields=tuple(fields)) for s, fields in made)
        self._arrange(replace(layout, sections=kept))

    @Slot()
    def _choose_section(self) -> None:
        entity, name = self.spec(), self.table.current_key()
        wished = str(self.section.value() or "").strip()
        if entity is None or not name or not wished:
            return
        layout = self.layout_now(entity)
        if any(s.name == wished and name in s.fields for s in layout.sections):
            return
        sections = [
            replace(s, fields=tuple(f for f in s.fields if f != name))
            for s in self._sections(entity, layout)
        ]
        found = next((n for n, s in enumerate(sections) if s.name == wished), None)
        if found is None:
            sections.append(Section(wished, Label(wished, wished), (name,)))
        else:
            fields = (*sections[found].fields, name)
            sections[found] = replace(sections[found], fields=fields)
        self._arrange(replace(layout, sections=tuple(s for s in sections if s.fields)))

    def _sections(self, entity: EntitySpec, layout: Layout) -> list[Section]:
        """Those in use, and those the product knows."""
        used = {s.name for s in layout.sections}
        further = (Section(n, text) for n, text in entity.sections.items() if n not in used)
        return [*layout.sections, *further]

    @Slot()
    def _toggle_hidden(self) -> None:
        entity, name = self.spec(), self.table.current_key()
        if entity is not None and name and name not in lasting(entity):
            layout = self.layout_now(entity)
            self._arrange(replace(layout, hidden=layout.hidden ^ {name}))

    @Slot()
    def _toggle_required(self) -> None:
        entity, name = self.spec(), self.table.current_key()
        if entity is not None and name:
            layout = self.layout_now(entity)
            self._arrange(replace(layout, required=layout.required ^ {name}))

    @Slot()
    def _reset(self) -> None:
        entity = self.spec()
        if entity is not None:
            self._session.run(do_reset_layout, entity.name)

    @Slot()
    def _new_field(self) -> None:
        entity = self.spec()
        if entity is not None:
            self._known = frozenset(spec.name for spec in entity.fields)
            self._open(OwnFieldSheet(self._session, entity, parent=self.window()))

    @Slot()
    def _choose_template(self) -> None:
        sheet = TemplateSheet(self._session, self.window())
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()

    @Slot()
    def _edit_field(self) -> None:
        entity, name = self.spec(), self.table.current_key()
        record = own_fields(self._session.workspace, entity.name).get(name) if entity else None
        if entity is not None and record is not None:
            self._open(OwnFieldSheet(self._session, entity, record, self.window()))

    @Slot()
    def _retire_field(self) -> None:
        entity, name = self.spec(), self.table.current_key()
        record = own_fields(self._session.workspace, entity.name).get(name) if entity else None
        if record is not None:
            self._session.run(do_retire_field, str(record["id"]))

    def _open(self, sheet: OwnFieldSheet) -> None:
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()

    @Slot(object)
    def _heard(self, change: Change) -> None:
        if self.isVisible() and (change.touches("layout") or change.touches("custom_field")):
            self._show()

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.retranslate()
