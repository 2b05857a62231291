"""Bulk edit: choose fields, see what would happen, run it; one step takes it back (row 5.4)."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_core.errors import KnownError
from crm_core.model.schema import EntitySpec
from desktop.services.cancelling import Cancelled, CancelToken
from desktop.services.commands.bulk_edit import (
    BulkEdit,
    Preview,
    Step,
    do_bulk_edit,
    editable_fields,
    preview,
)
from desktop.services.commands.verbs import Done
from desktop.viewmodels.session import Session
from desktop.views.pages.lists.bulk_preview import BulkPreview
from desktop.views.pages.lists.bulk_step import BulkStep
from desktop.views.pages.lists.list_scope import Chosen, ScopeChoice
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import QuietButton
from desktop.views.widgets.editors.contract import tab_through
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.progress import ProgressStrip
from desktop.views.widgets.sheet import Sheet

_SOON_MS = 300


class BulkSheet(Sheet):
    """What is done to the selected records, or to all that a list shows."""

    def __init__(
        self,
        session: Session,
        entity: EntitySpec,
        chosen: Chosen,
        *,
        deletes: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        self._session = session
        self._entity = entity
        self._deletes = deletes
        self._specs = editable_fields(entity)
        self._token = CancelToken()
        self._asked = 0
        self._made = False
        self._running = False
        self.shown: Preview | None = None
        """What would happen, as far as it is known."""
        self.steps: list[BulkStep] = []
        super().__init__("", "", parent)
        self.scope = ScopeChoice(chosen)
        self._lines: QVBoxLayout = column(None, gap=8)
        self.add = QuietButton("", "plus")
        self.preview = BulkPreview(session)
        self.progress = ProgressStrip()
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._fill()
        self._connect()
        self.setMinimumSize(720, 560)
        self._made = True
        self._say()
        self._soon.start()
        if not deletes:
            self.add_step()

    def retranslate(self) -> None:
        super().retranslate()
        if self._made:
            self._say()

    def edit(self) -> BulkEdit | None:
        """What the sheet says now; None while something is missing."""
        steps = [line.step() for line in self.steps if line.spec() is not None]
        whole = tuple(step for step in steps if step is not None)
        if not self._deletes and (len(whole) < len(steps) or not whole):
            return None
        rids, query = self.scope.picked()
        return BulkEdit(
            self._entity.name,
            rids=rids,
            query=query,
            steps=_last_of_each(whole),
            deletes=self._deletes,
        )

    @Slot()
    def add_step(self) -> None:
        """Another field."""
        line = BulkStep(self._session, self._specs)
        line.changed.connect(self._again)
        line.removed.connect(self._remove_step)
        self.steps.append(line)
        self._lines.addWidget(line)
        tab_through((line.field, line.way, line.remove, self.add))
        self._show_removal()
        QTimer.singleShot(0, line.field, line.field.setFocus)

    @Slot()
    def stop(self) -> None:
        """Give up what is under way; nothing of it stays."""
        self._token.cancel()

    def reject(self) -> None:
        if self._running:
            self.stop()
            return
        self._token.cancel()
        super().reject()

    # -- building ------------------------------------------------------------------------------

    def _connect(self) -> None:
        self._soon.timeout.connect(self._ask_preview)
        self.scope.chosen.connect(self._again)
        self.add.clicked.connect(self.add_step)
        self.progress.cancelled.connect(self.stop)
        self.submitted.connect(self._run)

    def _fill(self) -> None:
        where = row(None)
        where.addWidget(self.scope)
        where.addStretch(1)
        self.body.addLayout(where)
        self.body.addLayout(self._lines)
        more = row(None)
        more.addWidget(self.add)
        more.addStretch(1)
        self.body.addLayout(more)
        self.add.setVisible(not self._deletes)
        self._heading_of_preview = label("", Role.OVERLINE)
        self.body.addWidget(self._heading_of_preview)
        self.body.addWidget(self.preview, 1)
        self.body.addWidget(self.progress)
        self.progress.hide()

    def _say(self) -> None:
        name = self._entity.label.text(self._session.language)
        verb = self.tr("Delete many") if self._deletes else self.tr("Edit many")
        self.set_heading(f"{verb} · {name}")
        self.scope.say()
        self.add.setText(self.tr("Another field"))
        self._heading_of_preview.setText(self.tr("What will happen"))
        self._say_primary()

    def _say_primary(self) -> None:
        number = self.shown.changing if self.shown is not None else 0
        words = self.tr("Delete {0}") if self._deletes else self.tr("Change {0}")
        self.primary.setText(words.format(f"{number:,}"))
        self.primary.setEnabled(number > 0 and not self._running)

    def _show_removal(self) -> None:
        for line in self.steps:
            line.remove.setVisible(len(self.steps) > 1)

    @Slot()
    def _remove_step(self) -> None:
        line = self.sender()
        if isinstance(line, BulkStep) and line in self.steps:
            self.steps.remove(line)
            self._lines.removeWidget(line)
            line.deleteLater()
            self._show_removal()
            self._again()

    # -- preview -------------------------------------------------------------------------------

    @Slot()
    def _again(self) -> None:
        self._token.cancel()
        self._asked += 1
        self.shown = None
        self.set_dirty(any(line.spec() is not None for line in self.steps))
        if not self.asking():
            self.message.show_message("", Tone.NEUTRAL)
        for line in self.steps:
            line.set_error("")
        self._say_primary()
        self._soon.start()

    @Slot()
    def _ask_preview(self) -> None:
        edit = self.edit()
        if edit is None:
            words = self.tr("Choose a field and a value; what would change appears here.")
            self.preview.say(words)
            return
        self.preview.say(self.tr("Looking at the records…"))
        asked, token = self._asked, CancelToken()
        self._token = token
        tasks, workspace = self._session.tasks, self._session.workspace

        def tell(share: float) -> None:
            self._tell(asked, share)

        report = tasks.reporter(tell, owner=self)
        tasks.free(
            preview, workspace, edit, token, report,
            on_done=lambda answer: self._arrived(asked, answer),
            on_error=lambda error: self._refused(asked, error),
            owner=self, cancel=token,
        )  # fmt: skip

    def _tell(self, asked: int, share: float) -> None:
        if asked == self._asked and self.shown is None:
            self.preview.say(self.tr("Looking at the records… {0}").format(f"{share:.0%}"))

    def _arrived(self, asked: int, answer: Preview) -> None:
        if asked != self._asked:
            return
        self.shown = answer
        self.preview.show_preview(answer, deletes=self._deletes)
        self._point_at(answer)
        self._say_primary()

    def _point_at(self, answer: Preview) -> None:
        """A value that no record can take is a slip in the line it was typed in."""
        for reason in answer.reasons:
            field = getattr(reason.error, "field", "")
            if field and reason.records == answer.records:
                for line in self.steps:
                    spec = line.spec()
                    if spec is not None and spec.name == field:
                        line.set_error(reason.error.sentence(self._session.language))

    def _refused(self, asked: int, error: KnownError) -> None:
        if asked == self._asked and not isinstance(error, Cancelled):
            self.preview.say(error.sentence(self._session.language), Tone.BAD)

    # -- running -------------------------------------------------------------------------------

    @Slot()
    def _run(self) -> None:
        edit = self.edit()
        if edit is None or self.shown is None or self._running:
            return
        self._set_running(on=True)
        token = self._token = CancelToken()
        report = self._session.tasks.reporter(self._progressed, owner=self)
        self._session.run(
            do_bulk_edit, edit, token, report, on_done=self._done, on_error=self._failed
        )

    def _progressed(self, share: float) -> None:
        if self._running:
            words = self.tr("Deleting…") if self._deletes else self.tr("Changing…")
            self.progress.set_progress(words, share)

    def _set_running(self, *, on: bool) -> None:
        self._running = on
        self.progress.setVisible(on)
        self.progress.set_progress("", 0.0)
        for part in (self.scope, self.add, *self.steps):
            part.setEnabled(not on)
        self._say_primary()

    def _done(self, _done: Done) -> None:
        self._running = False
        self.set_dirty(False)
        self.accept()

    def _failed(self, error: KnownError) -> None:
        self._set_running(on=False)
        tone = Tone.NEUTRAL if isinstance(error, Cancelled) else Tone.BAD
        self.message.show_message(error.sentence(self._session.language), tone)


def _last_of_each(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Where a field was chosen twice, the later line counts."""
    return tuple({step.field: step for step in steps}.values())
