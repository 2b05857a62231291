"""The matrix of a role: what it may do with each kind of record, how far, and the freeze rules.

Every switch is a change of a record: it works offline, is undone with Ctrl+Z, and takes effect on
laptops as they sync.
"""

from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QScrollArea, QWidget

from crm_core.model import choices
from crm_core.model.schema import EntitySpec
from crm_core.permissions import Right
from desktop.bus import Change
from desktop.services.commands.roles import (
    NewRole,
    do_create_role,
    do_set_outside_sales,
    do_set_role_scope,
    do_set_scope,
    do_switch_guard,
    do_switch_right,
)
from desktop.services.commands.verbs import Done
from desktop.viewmodels.roles import Matrix, RoleLine, read_matrix, read_roles, restricted
from desktop.viewmodels.session import Session
from desktop.views.pages.admin.fields_sheet import FieldsSheet
from desktop.views.pages.admin.guard_sheet import GuardSheet
from desktop.views.pages.admin.plain_table import Fact, FactColumn, FactTable
from desktop.views.pages.admin.sheets import NameSheet
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton, QuietButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.editors.choice import ChoiceBox, Option, Switch
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.layouts import column, hairline, label, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.retiring import clear

_ROLES_WIDTH = 240
_RIGHT_WIDTH = 52


class RolesPanel(Reactive, QWidget):
    """Roles on the left; on the right what the current one may do."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.lines: tuple[RoleLine, ...] = ()
        self.matrix: Matrix | None = None
        self.switches: dict[tuple[str, Right], QCheckBox] = {}
        self.scopes: dict[str, ChoiceBox] = {}
        self.field_buttons: dict[str, QuietButton] = {}
        self.guard_switches: dict[str, Switch] = {}
        self.table = FactTable()
        self.add = GhostButton("", "plus")
        self.scope = ChoiceBox()
        self.outside = QCheckBox()
        self._scope_name = label("", Role.MUTED)
        self._note = InlineMessage()
        self._grid_area, self._guards = QScrollArea(), Card()
        self.add_guard = GhostButton("", "plus")
        self._lay_out()
        self._connect()
        self.retranslate()

    def retranslate(self) -> None:
        self.add.setText(self.tr("New role like this one…"))
        self.add_guard.setText(self.tr("New freeze rule…"))
        self._scope_name.setText(self.tr("Works with records of"))
        self.scope.setAccessibleName(self.tr("Works with records of"))
        self.outside.setText(self.tr("Outside sales"))
        self.outside.setToolTip(
            self.tr("What they write down counts on boards as records by others than sales")
        )
        self.scope.set_options(_scope_options(self._session.language))
        self._guards.set_heading(self.tr("Freeze rules: who may change which field when"))
        self.table.setAccessibleName(self.tr("Roles"))
        self.table.set_columns([FactColumn(self.tr("Role"), 60), FactColumn(self.tr("People"), 40)])
        self._show_roles()
        self._show_matrix()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Read roles and the matrix of the current one."""
        workspace, language = self._session.workspace, self._session.language
        self._session.ask(lambda: read_roles(workspace, language), self._arrived, owner=self)

    def choose(self, code: str) -> None:
        """Make a role the current one."""
        place = self.table.facts.row_of(code)
        if place >= 0:
            self.table.selectRow(place)

    # -- building ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        set_role(self, Role.PAGE)
        parts = row(self, margins=(24, 4, 24, 24), gap=16)
        left = Card()
        left.setFixedWidth(_ROLES_WIDTH)
        left.body.setContentsMargins(4, 4, 4, 8)
        left.body.addWidget(self.table, 1)
        left.body.addWidget(self.add)
        parts.addWidget(left)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        set_role(inner, Role.PAGE)
        area.setWidget(inner)
        right = column(inner, margins=(0, 0, 4, 0), gap=12)
        head = row(None, gap=12)
        head.addWidget(self._scope_name)
        self.scope.setMinimumWidth(220)
        head.addWidget(self.scope)
        head.addWidget(self.outside)
        head.addStretch(1)
        right.addWidget(self._note)
        right.addLayout(head)
        self._cells = Card()
        right.addWidget(self._cells)
        right.addWidget(self._guards)
        right.addStretch(1)
        parts.addWidget(area, 1)

    def _connect(self) -> None:
        self.table.current_changed.connect(self._chosen)
        self.add.clicked.connect(self._new_role)
        self.add_guard.clicked.connect(self._new_guard)
        self.scope.activated.connect(self._scope_chosen)
        self.outside.clicked.connect(self._outside_chosen)
        self._session.changed.connect(self._heard)
        self._session.language_changed.connect(self._speak)

    # -- showing -------------------------------------------------------------------------------

    def _arrived(self, lines: tuple[RoleLine, ...]) -> None:
        self.lines = lines
        self._show_roles()

    def _show_roles(self) -> None:
        self.table.show_rows(
            [(one.code, [Fact(one.name), Fact(str(one.people))]) for one in self.lines]
        )

    @Slot(str)
    def _chosen(self, code: str) -> None:
        workspace = self._session.workspace
        if code:
            self._session.ask(lambda: read_matrix(workspace, code), self._read, owner=self)

    def _read(self, matrix: Matrix | None) -> None:
        self.matrix = matrix
        self._show_matrix()

    def _show_matrix(self) -> None:
        matrix = self.matrix
        if matrix is None:
            return
        self._note.show_message(
            self.tr("An administrator may do everything, so that nobody can be locked out.")
            if matrix.fixed
            else "",
            Tone.NEUTRAL,
        )
        with QSignalBlocker(self.scope):
            self.scope.setValue(matrix.scope.value)
        self.scope.setEnabled(not matrix.fixed)
        self.outside.setChecked(matrix.outside_sales)
        self._show_cells(matrix)
        self._show_guards(matrix)

    def _show_cells(self, matrix: Matrix) -> None:
        self.switches.clear()
        self.scopes.clear()
        self.field_buttons.clear()
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        language = self._session.language
        titles = [option.label.text(language) for option in choices.RIGHT]
        for place, title in enumerate((self.tr("Records"), *titles, self.tr("Scope"), "")):
            grid.addWidget(label(title, Role.OVERLINE), 0, place)
        for line, entity in enumerate(matrix.entities, start=1):
            self._add_line(grid, line, matrix, entity)
        for place in range(1, len(titles) + 1):
            grid.setColumnMinimumWidth(place, _RIGHT_WIDTH)
        grid.setColumnStretch(len(titles) + 2, 1)
        inner.setMinimumHeight(inner.sizeHint().height())
        _replace_content(self._cells, inner)

    def _add_line(self, grid: QGridLayout, line: int, matrix: Matrix, entity: EntitySpec) -> None:
        language, grant = self._session.language, matrix.policy.on(entity.name)
        name = entity.label.text(language)
        grid.addWidget(label(name, Role.BODY), line, 0)
        for place, option in enumerate(choices.RIGHT, start=1):
            right = Right(option.code)
            box = QCheckBox()
            box.setChecked(matrix.fixed or right in grant.rights)
            box.setEnabled(not matrix.fixed)
            box.setAccessibleName(f"{name}: {option.label.text(language)}")
            box.setToolTip(box.accessibleName())
            box.clicked.connect(partial(self._switch, entity.name, right))
            self.switches[entity.name, right] = box
            grid.addWidget(box, line, place)
        place = len(choices.RIGHT) + 1
        if entity.owner:
            scope = ChoiceBox([Option("", self.tr("As the role")), *_scope_options(language)])
            scope.setValue(grant.scope.value if grant.scope else "")
            scope.setEnabled(not matrix.fixed)
            scope.setAccessibleName(self.tr("{0}: scope").format(name))
            scope.activated.connect(partial(self._cell_scope_chosen, entity.name))
            self.scopes[entity.name] = scope
            grid.addWidget(scope, line, place)
        fields = QuietButton(self._fields_said(matrix, entity.name))
        fields.setEnabled(not matrix.fixed)
        fields.clicked.connect(partial(self._show_fields, entity.name))
        self.field_buttons[entity.name] = fields
        grid.addWidget(fields, line, place + 1, Qt.AlignmentFlag.AlignLeft)

    def _fields_said(self, matrix: Matrix, entity: str) -> str:
        words = {
            "read_only": self.tr("{0} read-only"),
            "masked": self.tr("{0} masked"),
            "hidden": self.tr("{0} hidden"),
        }
        said = [words[name].format(n) for name, n in restricted(matrix.policy, entity).items()]
        return " · ".join(said) or self.tr("All fields…")

    def _show_guards(self, matrix: Matrix) -> None:
        self.guard_switches.clear()
        inner = QWidget()
        body = column(inner, gap=8)
        language = self._session.language
        registry = self._session.workspace.replica.registry
        for guard, on in matrix.guards:
            if guard.entity not in registry:
                continue
            entity = registry.entity(guard.entity)
            line = row(None, gap=12)
            switch = Switch()
            switch.setValue(on)
            switch.setAccessibleName(guard.sentence.text(language))
            switch.clicked.connect(partial(self._switch_guard, guard.id))
            self.guard_switches[guard.id] = switch
            names = [
                spec.label.text(language) for spec in entity.fields if spec.name in guard.fields
            ]
            about = self.tr("{0}: {1}").format(
                entity.label.text(language), "、".join(names) or self.tr("every field")
            )
            words = column(None, gap=2)
            words.addWidget(label(guard.sentence.text(language), Role.BODY, wrap=True))
            words.addWidget(label(about, Role.SMALL, wrap=True))
            line.addWidget(switch, 0, Qt.AlignmentFlag.AlignTop)
            line.addLayout(words, 1)
            body.addLayout(line)
        body.addWidget(hairline())
        self.add_guard.setParent(inner)
        body.addWidget(self.add_guard, 0, Qt.AlignmentFlag.AlignLeft)
        self.add_guard.show()
        _replace_content(self._guards, inner)

    # -- doing ---------------------------------------------------------------------------------

    def _role(self) -> str:
        return self.matrix.role if self.matrix is not None else ""

    def _switch(self, entity: str, right: Right) -> None:
        on = self.switches[entity, right].isChecked()
        self._session.run(do_switch_right, self._role(), entity, right, on)

    def _cell_scope_chosen(self, entity: str, _place: int = 0) -> None:
        chosen = self.scopes[entity].value()
        self._session.run(do_set_scope, self._role(), entity, str(chosen) if chosen else None)

    @Slot(bool)
    def _outside_chosen(self, on: bool) -> None:
        if self.matrix is not None:
            self._session.run(do_set_outside_sales, self._role(), on)

    @Slot()
    def _scope_chosen(self) -> None:
        self._session.run(do_set_role_scope, self._role(), str(self.scope.value()))

    def _switch_guard(self, guard: str) -> None:
        self._session.run(do_switch_guard, guard, self.guard_switches[guard].isChecked())

    def _show_fields(self, entity: str) -> None:
        if self.matrix is not None:
            FieldsSheet(self._session, self.matrix, entity, self.window()).open()

    @Slot()
    def _new_guard(self) -> None:
        GuardSheet(self._session, self.window()).open()

    @Slot()
    def _new_role(self) -> None:
        like = self._role()

        def named(name: str) -> None:
            taken = {one.code for one in self.lines}
            code = next(f"role-{n}" for n in range(1, 1000) if f"role-{n}" not in taken)
            new = NewRole(code, name, like)
            self._session.run(do_create_role, new, on_done=lambda done: self._made(code, done))

        NameSheet(self.tr("New role"), self.tr("Name"), named, self.window()).open()

    def _made(self, code: str, _done: Done) -> None:
        workspace, language = self._session.workspace, self._session.language

        def arrived(lines: tuple[RoleLine, ...]) -> None:
            self._arrived(lines)
            self.choose(code)

        self._session.ask(lambda: read_roles(workspace, language), arrived, owner=self)

    @Slot(object)
    def _heard(self, change: Change) -> None:
        watched = ("role", "grant", "guard", "user")
        if self.isVisible() and any(change.touches(name) for name in watched):
            self.refresh()

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.retranslate()


def _scope_options(language: str) -> list[Option]:
    return [Option(option.code, option.label.text(language)) for option in choices.SCOPE]


def _replace_content(card: Card, inner: QWidget) -> None:
    """Put other content below a card's heading."""
    clear(card.body, 1)
    card.body.addWidget(inner)
