"""Taking a merge back: what the record that stayed gets back, what goes with the other one."""

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtWidgets import QCheckBox, QWidget

from crm_core.errors import KnownError
from crm_core.model.schema import EntitySpec
from desktop.services.commands.merge import do_unmerge
from desktop.services.commands.verbs import Done
from desktop.services.merging import Later
from desktop.viewmodels.records.merging import Return, read_return
from desktop.viewmodels.session import Session
from desktop.views.pages.records.time_sheet import TimeSheet
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import QuietButton
from desktop.views.widgets.layouts import column, label, scrolled
from desktop.views.widgets.retiring import clear
from desktop.views.widgets.sheet import Sheet

_SIZE = (600, 400)


class UnmergeSheet(Sheet):
    """Opens for one record that was merged into another."""

    def __init__(
        self, session: Session, entity: EntitySpec, alias: str, parent: QWidget | None = None
    ) -> None:
        super().__init__("", "", parent)
        self._session, self._entity, self._alias = session, entity, alias
        self.back: Return | None = None
        self.along: list[QCheckBox] = []
        self.put_back = QCheckBox()
        self.history = QuietButton("", "history")
        self._lines = column(None, gap=4)
        self._lay_out_parts()
        self.resize(*_SIZE)
        self.put_back.toggled.connect(self._read)
        self.history.clicked.connect(self.show_history)
        self.submitted.connect(self._unmerge)
        self.primary.setEnabled(False)
        self.retranslate()
        self._read()

    def retranslate(self) -> None:
        super().retranslate()
        if not hasattr(self, "_lines"):
            return  # Called by the base before our own parts are there.
        self.primary.setText(self.tr("Take the merge back"))
        self.cancel.setText(self.tr("Close"))
        self.history.setText(self.tr("Its history"))
        self.put_back.setText(self.tr("Put back what was edited since as well"))
        self._draw()

    def _lay_out_parts(self) -> None:
        inner = QWidget()
        set_role(inner, Role.PAGE)
        held = column(inner, margins=(0, 0, 12, 0))
        held.addLayout(self._lines)
        held.addStretch(1)
        area = scrolled(inner)
        self.body.addWidget(area, 1)
        self.body.addWidget(self.put_back)
        self.footnote.addWidget(self.history, 0, Qt.AlignmentFlag.AlignLeft)

    @Slot()
    def show_history(self) -> TimeSheet:
        """What happened to the record that was merged, to look at."""
        sheet = TimeSheet(self._session, self._entity.name, self._alias, self)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.primary.hide()
        sheet.open()
        return sheet

    @Slot()
    def _read(self) -> None:
        later = Later.PUT_BACK if self.put_back.isChecked() else Later.KEEP
        workspace, language = self._session.workspace, self._session.language
        entity, alias = self._entity.name, self._alias
        self._session.ask(
            lambda: read_return(workspace, entity, alias, later, language), self._arrived, self
        )

    def _arrived(self, back: Return | None) -> None:
        self.back = back
        self.primary.setEnabled(back is not None)
        with QSignalBlocker(self.put_back):
            wanted = back is not None and (bool(back.kept) or self.put_back.isChecked())
            self.put_back.setVisible(wanted)
        self._draw()

    def _draw(self) -> None:
        clear(self._lines)
        self.along = []
        if self.back is not None:
            self._draw_back(self.back)

    def _draw_back(self, back: Return) -> None:
        self.set_heading(self.tr("“{0}” becomes a record of its own").format(back.title))
        if back.returning:
            self._say(self.tr("Goes back with it: {0}").format(back.returning))
        if back.fields:
            self._say(self.tr("The record that stays gets back what it had:"))
        for field in back.fields:
            was, then = field.left or "—", field.right or "—"
            self._say(self.tr("{0}: {1} → {2}").format(field.label, was, then))
        if back.kept:
            self._say(self.tr("Edited since the merge, stays: {0}").format(back.kept))
        if not back.known:
            self._say(
                self.tr(
                    "It was merged before this device has history of it: the fields of the record "
                    "that stayed are left as they are; what belongs to this one, the server gives "
                    "back with the next exchange."
                )
            )
        elif not (back.returning or back.fields or back.kept):
            self._say(self.tr("Nothing else changes."))
        if back.since:
            self._say(self.tr("Added since; tick what shall go with it:"))
        for entity, record_id, words in back.since:
            box = QCheckBox(words)
            box.setProperty("target", f"{entity}/{record_id}")
            self.along.append(box)
            self._lines.addWidget(box)

    def _say(self, words: str) -> None:
        self._lines.addWidget(label(words, Role.BODY, wrap=True))

    @Slot()
    def _unmerge(self) -> None:
        self.primary.setEnabled(False)
        later = Later.PUT_BACK if self.put_back.isChecked() else Later.KEEP
        ticked = [str(box.property("target")) for box in self.along if box.isChecked()]
        along = [(entity, one) for entity, _, one in (name.partition("/") for name in ticked)]

        def unmerge(workspace: object, entity: str, alias: str) -> Done:
            return do_unmerge(workspace, entity, alias, later=later, along=along)  # type: ignore[arg-type]

        self._session.run(
            unmerge, self._entity.name, self._alias,
            on_done=self._done, on_error=self._failed, initiator=self,
        )  # fmt: skip

    def _done(self, _done: Done) -> None:
        self.accept()

    def _failed(self, error: KnownError) -> None:
        self.primary.setEnabled(True)
        self.message.show_message(error.sentence(self._session.language), Tone.BAD)
