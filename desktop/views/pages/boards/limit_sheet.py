"""From where on a measure is red, changed where it is seen: tried at once, drafted, published."""

import math
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QWidget

from crm_core.errors import KnownError
from crm_core.insight.declared import Measure
from crm_core.model.number_words import counted
from crm_core.rules.documents import Document
from crm_core.rules.limits import Limit, Side
from desktop.services.commands.rules import do_save_rule
from desktop.services.commands.verbs import Done
from desktop.services.rules.measure_limits import LimitDraft, under
from desktop.viewmodels.board.board_scene import Scene
from desktop.viewmodels.board.board_words import limit_words
from desktop.viewmodels.session import Session
from desktop.views.pages.boards.pick import Pick
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton
from desktop.views.widgets.editors.text import TextLine
from desktop.views.widgets.field_row import FieldRow
from desktop.views.widgets.layouts import label
from desktop.views.widgets.sheet import Sheet

_NEVER = ""


class LimitSheet(Sheet):
    """Writes the rule of the limit as a draft; `publish_wanted` goes on to publishing."""

    publish_wanted = Signal()

    def __init__(
        self, session: Session, scene: Scene, found: LimitDraft, parent: QWidget | None = None
    ) -> None:
        self._session, self._scene, self._found = session, scene, found
        self._now, self._about = label("", Role.MUTED, wrap=True), label("", Role.MUTED, wrap=True)
        self.side, self.value, self.said = Pick(), TextLine(), TextLine()
        self.included = QCheckBox()
        self.effect = label("", Role.STRONG, wrap=True)
        self.draft = GhostButton("", "note")
        self._rows = [FieldRow("", self.side), FieldRow("", self.value), FieldRow("", self.said)]
        super().__init__("", "", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(640)
        self.body.addWidget(self._now)
        for one in self._rows[:2]:
            self.body.addWidget(one)
        self.body.addWidget(self.included)
        self.body.addWidget(self._rows[2])
        self.body.addWidget(self.effect)
        self.body.addWidget(self._about)
        self.footnote.addWidget(self.draft, 0, Qt.AlignmentFlag.AlignLeft)
        self.retranslate()
        self._fill()
        self.side.changed.connect(self._changed)
        self.value.textChanged.connect(self._changed)
        self.said.textChanged.connect(self._changed)
        self.included.clicked.connect(self._changed)
        self.draft.clicked.connect(self._keep)
        self.submitted.connect(self._publish)
        self.value.setFocus(Qt.FocusReason.TabFocusReason)

    @property
    def document(self) -> Document[Limit] | None:
        """The rule as it is typed; None where what is typed is no number."""
        side, before = self.side.picked(), self._found.document
        said = self.said.text().strip()
        if side == _NEVER:
            body = replace(before.body, suggestion=said)
            return replace(before, active=False, body=body)
        text = unicodedata.normalize("NFKC", self.value.text()).replace(",", "").strip()
        try:
            number = float(text)
        except ValueError:
            return None
        if not math.isfinite(number):
            return None
        body = replace(
            before.body, red=Side(side), value=number, included=self.included.isChecked(),
            suggestion=said,
        )  # fmt: skip
        return replace(before, active=True, body=body)

    def retranslate(self) -> None:
        super().retranslate()
        language, measure = self._session.language, self._found.in_force
        self.set_heading(self.tr("Limit · {0}").format(measure.label.text(language)))
        self.primary.setText(self.tr("Save and publish…"))
        self.draft.setText(self.tr("Save as a draft"))
        held = limit_words(measure, language) or self.tr("never red")
        said = self.tr("In force: {0}.").format(held)
        if self._found.waiting:
            said += " " + self.tr("Below is a draft that was not published yet.")
        self._now.setText(said)
        self.side.offer([
            (Side.ABOVE.value, self.tr("Red above the limit")),
            (Side.BELOW.value, self.tr("Red below the limit")),
            (_NEVER, self.tr("Never red")),
        ])  # fmt: skip
        unit = measure.unit.text(language)
        self._rows[0].set_name(self.tr("When"))
        self._rows[1].set_name(f"{self.tr('Limit')} ({unit})" if unit else self.tr("Limit"))
        self._rows[2].set_name(self.tr("Next step"))
        self.said.setPlaceholderText(measure.suggestion.text(language))
        self.included.setText(self.tr("Exactly the limit is red as well"))
        self._about.setText(
            self.tr(
                "The limit is a rule: once published it counts on every board for everybody, or on "
                "trial for one team; any earlier version can be brought back."
            )
        )
        self._say()

    def _fill(self) -> None:
        document = self._found.document
        self.side.pick(document.body.red.value if document.active else _NEVER)
        self.value.setText(f"{document.body.value:g}")
        self.included.setChecked(document.body.included)
        self.said.setText(document.body.suggestion)
        self._say()

    @Slot()
    def _changed(self) -> None:
        self.set_dirty(True)
        self._say()

    def _say(self) -> None:
        """What would be red with what is typed, of what the tile shows and of the past weeks."""
        never = self.side.picked() == _NEVER
        self.value.setEnabled(not never)
        self.included.setEnabled(not never)
        document = self.document
        self._rows[1].set_error("" if document is not None else self.tr("A number, such as 85."))
        self.primary.setEnabled(document is not None)
        self.draft.setEnabled(document is not None)
        if document is None:
            self.effect.setText("")
            return
        drafted, held = under(document), self._found.in_force
        known = (one.value for one in self._scene.values if one is not None)
        shown = [value for value in known if value is not None]
        said = self.tr("Of the {0} values of this tile {1} would be red (now {2}).").format(
            len(shown), _reds(drafted, shown), _reds(held, shown)
        )
        if self._found.weeks:
            said += " " + self.tr("Of the last {0} weeks {1} (now {2}).").format(
                len(self._found.weeks), _reds(drafted, self._found.weeks),
                _reds(held, self._found.weeks),
            )  # fmt: skip
        self.effect.setText(counted(said))

    @Slot()
    def _keep(self) -> None:
        self._save(publish=False)

    @Slot()
    def _publish(self) -> None:
        self._save(publish=True)

    def _save(self, *, publish: bool) -> None:
        document = self.document
        if document is None:
            self.value.setFocus(Qt.FocusReason.OtherFocusReason)
            return

        def saved(_done: Done) -> None:
            self.set_dirty(False)
            self.accept()
            if publish:
                self.publish_wanted.emit()

        def failed(error: KnownError) -> None:
            self.message.show_message(error.sentence(self._session.language), Tone.BAD)

        self._session.run(do_save_rule, document, on_done=saved, on_error=failed, initiator=self)


def _reds(measure: Measure, values: Iterable[float | None]) -> int:
    return sum(measure.threshold.red(value) for value in values)
