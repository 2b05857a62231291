"""How far a role gets with each field of an entity: write, read, masked, hidden."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QScrollArea, QWidget

from crm_core.errors import KnownError
from crm_core.permissions import Access, Grant
from desktop.services.commands.roles import do_set_access
from desktop.services.commands.verbs import Done
from desktop.viewmodels.roles import Matrix
from desktop.viewmodels.session import Session
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.editors.choice import ChoiceBox, Option
from desktop.views.widgets.field_row import FieldRow
from desktop.views.widgets.layouts import column, label
from desktop.views.widgets.sheet import Sheet


class FieldsSheet(Sheet):
    """One line a field; saved together."""

    def __init__(
        self, session: Session, matrix: Matrix, entity: str, parent: QWidget | None = None
    ) -> None:
        super().__init__("", "", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session, self._role = session, matrix.role
        self._entity = session.workspace.replica.registry.entity(entity)
        self.boxes: dict[str, ChoiceBox] = {}
        language, grant = session.language, matrix.policy.on(entity)
        inner = QWidget()
        body = column(inner, margins=(0, 0, 8, 0), gap=6)
        for spec in self._entity.fields:
            if spec.name == self._entity.owner:
                continue  # It decides who sees the record.
            box = ChoiceBox(self._options())
            box.setValue(str(int(_level(grant, spec.name))))
            self.boxes[spec.name] = box
            line = FieldRow(spec.label.text(language), box)
            line.changed.connect(self._typed)
            body.addWidget(line)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        self.body.addWidget(
            label(
                self.tr(
                    "What is masked or hidden never leaves the server. Laptops that hold it drop "
                    "it at their next sync."
                ),
                Role.MUTED,
                wrap=True,
            )
        )
        self.body.addWidget(area, 1)
        self.submitted.connect(self._save)
        self.set_heading(self.tr("Fields of {0}").format(self._entity.label.text(language)))
        self.primary.setText(self.tr("Save"))
        self.resize(520, 620)

    def levels(self) -> dict[str, Access]:
        """What is chosen now."""
        return {
            name: Access(int(str(box.value())))
            for name, box in self.boxes.items()
            if str(box.value()) in {"0", "1", "2", "3"}
        }

    def _options(self) -> list[Option]:
        words = {
            Access.WRITE: self.tr("May change"),
            Access.READ: self.tr("Read-only"),
            Access.MASKED: self.tr("Masked, like 138****5678"),
            Access.HIDDEN: self.tr("Hidden"),
        }
        return [Option(str(int(level)), text) for level, text in words.items()]

    @Slot()
    def _typed(self) -> None:
        self.set_dirty(True)

    @Slot()
    def _save(self) -> None:
        self.primary.setEnabled(False)
        self._session.run(
            do_set_access, self._role, self._entity.name, self.levels(),
            on_done=self._done, on_error=self._failed, initiator=self,
        )  # fmt: skip

    def _done(self, _done: Done) -> None:
        self.set_dirty(False)
        self.accept()

    def _failed(self, error: KnownError) -> None:
        self.primary.setEnabled(True)
        self.message.show_message(error.sentence(self._session.language), Tone.BAD)


def _level(grant: Grant, name: str) -> Access:
    if name in grant.hidden:
        return Access.HIDDEN
    if name in grant.masked:
        return Access.MASKED
    return Access.READ if name in grant.read_only else Access.WRITE
