"""Merging two records: pick the other, choose field by field whose value stays, see what moves."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from crm_core.errors import KnownError
from crm_core.model.schema import EntitySpec
from desktop.services.commands.merge import do_merge
from desktop.services.commands.verbs import Done
from desktop.viewmodels.records.merging import Pair, read_pair
from desktop.viewmodels.session import Session
from desktop.views.pages.records.record_picker import RecordPicker
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.sheet import Sheet
from desktop.views.widgets.side_by_side import SideBySide

_SIZE = (820, 600)


class MergeSheet(Sheet):
    """Opens for one record; the one picked here is merged into it, or the other way round."""

    merged = Signal(str)
    """The id of the record that stays."""
    pair_shown = Signal()
    """Two records stand side by side."""

    def __init__(
        self,
        session: Session,
        entity: EntitySpec,
        record_id: str,
        other: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("", "", parent)
        self._session, self._entity = session, entity
        self._left, self._right = record_id, other
        self.pair: Pair | None = None
        self.other = RecordPicker(session, entity.name)
        self.swap = GhostButton("", "sync")
        self.table = SideBySide()
        self._other_name = label("", Role.MUTED)
        self._moving = label("", Role.MUTED, wrap=True)
        self._lay_out_parts()
        self.resize(*_SIZE)
        self.other.changed.connect(self._picked)
        self.swap.clicked.connect(self._swap)
        self.submitted.connect(self._merge)
        self.retranslate()
        self._show(None)
        if other:
            self.other.setValue(other)
            self._read()
        self.other.setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        super().retranslate()
        if not hasattr(self, "_moving"):
            return  # Called by the base before our own parts are there.
        name = self._entity.label.text(self._session.language)
        self.set_heading(self.tr("Merge {0}").format(name))
        self.primary.setText(self.tr("Merge"))
        self._other_name.setText(self.tr("Merge with"))
        self.other.setAccessibleName(self.tr("Merge with"))
        self.swap.setText(self.tr("Keep the other one"))
        self._say()

    def _lay_out_parts(self) -> None:
        head = row(None, gap=8)
        head.addWidget(self._other_name)
        head.addWidget(self.other, 1)
        head.addWidget(self.swap)
        self.body.addLayout(head)
        self.body.addWidget(self.table, 1)
        foot = column(None, gap=2)
        foot.addWidget(self._moving)
        self.body.addLayout(foot)

    @Slot()
    def _picked(self) -> None:
        value = self.other.value()
        if self.other.unresolved or not isinstance(value, str):
            self._show(None)
        elif value == self._left:
            self._show(None)
            self.message.show_message(self.tr("That is the record itself."), Tone.WARN)
        else:
            self._right = value
            self._read()

    @Slot()
    def _swap(self) -> None:
        if self.pair is not None:
            self._left, self._right = self._right, self._left
            self.other.setValue(self._right)
            self._read()

    def _read(self) -> None:
        workspace, language, name = self._session.workspace, self._session.language, self._entity
        left, right = self._left, self._right
        self._session.ask(
            lambda: read_pair(workspace, name.name, left, right, language),
            lambda pair: self._show(pair) if (left, right) == (self._left, self._right) else None,
            self,
        )

    def _show(self, pair: Pair | None) -> None:
        self.pair = pair
        refused = pair.verdict if pair is not None and not pair.verdict.allowed else None
        said = self._session.say(refused.chinese, refused.english) if refused else ""
        self.message.show_message(said, Tone.WARN)
        self.primary.setEnabled(pair is not None and refused is None)
        self.swap.setEnabled(pair is not None)
        self.table.setVisible(pair is not None)
        if pair is not None:
            self._fill(pair)
            self.pair_shown.emit()
        self._say()

    def _fill(self, pair: Pair) -> None:
        stays, goes = self.tr("{0} (stays)"), self.tr("{0} (is merged)")
        self.table.show_rows(
            pair.rows, (stays.format(pair.titles[0]), goes.format(pair.titles[1]))
        )  # fmt: skip
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self) -> None:
        if self.pair is None:
            words = self.tr("Search for the other record by name, pinyin or the last digits.")
        elif self.pair.moving:
            words = self.tr("Comes along: {0}. It can be taken back at any time.")
            words = words.format(self.pair.moving)
        else:
            words = self.tr("It can be taken back at any time.")
        self._moving.setText(words)

    @Slot()
    def _merge(self) -> None:
        pair = self.pair
        if pair is None:
            return
        self.primary.setEnabled(False)
        chosen = pair.chosen(self.table.picks())
        self._session.run(
            do_merge, pair.entity, self._left, [self._right], chosen,
            on_done=self._done, on_error=self._failed, initiator=self,
        )  # fmt: skip

    def _done(self, done: Done) -> None:
        self.merged.emit(done.record_id)
        self.accept()

    def _failed(self, error: KnownError) -> None:
        self.primary.setEnabled(True)
        self.message.show_message(error.sentence(self._session.language), Tone.BAD)
