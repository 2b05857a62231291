"""What a bulk edit would do, on screen: how many, the first ten before → after, and who not."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QScrollArea, QWidget

from crm_core.model.schema import Kind
from crm_core.model.values import Value, display
from desktop.services.commands.bulk_edit import Example, Part, Preview, Reason
from desktop.viewmodels.session import Session
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.layouts import column, label
from desktop.views.widgets.reactive import Reactive

_NAME_WIDTH = 220
_REASONS = 3
_MOST_LETTERS = 60


class BulkPreview(Reactive, QWidget):
    """Empty until there is something to preview."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.summary = InlineMessage()
        self.reasons = [InlineMessage() for _ in range(_REASONS)]
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        body = column(self, gap=8)
        body.addWidget(self.summary)
        for message in self.reasons:
            body.addWidget(message)
        body.addWidget(self._area, 1)
        self.say("")

    def say(self, words: str, tone: Tone = Tone.NEUTRAL) -> None:
        """Only a sentence: what is missing, or that it is being worked out."""
        self.summary.show_message(words, tone)
        for message in self.reasons:
            message.show_message("", Tone.WARN)
        self._area.setWidget(QWidget())

    def show_preview(self, preview: Preview, *, deletes: bool) -> None:
        """Show what would happen."""
        self.summary.show_message(self._words(preview, deletes=deletes), self._tone(preview))
        for place, message in enumerate(self.reasons):
            some = preview.reasons[place : place + 1]
            message.show_message(self._why(some[0]) if some else "", Tone.WARN)
        inner = QWidget()
        lines = QGridLayout(inner)
        lines.setContentsMargins(0, 0, 8, 0)
        lines.setHorizontalSpacing(16)
        lines.setVerticalSpacing(6)
        lines.setColumnMinimumWidth(0, _NAME_WIDTH)
        lines.setColumnStretch(1, 1)
        for place, example in enumerate(preview.examples):
            self._add(lines, place, example, preview)
        rest = preview.changing - len(preview.examples)
        if rest > 0:
            more = label(self.tr("… and {0} more").format(f"{rest:,}"), Role.SMALL)
            lines.addWidget(more, len(preview.examples), 0)
        lines.setRowStretch(len(preview.examples) + 1, 1)
        self._area.setWidget(inner)

    def _add(self, lines: QGridLayout, place: int, example: Example, preview: Preview) -> None:
        name = label("", Role.BODY)
        title = example.title or "—"
        name.setText(name.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, _NAME_WIDTH))
        name.setToolTip(title)
        top = Qt.AlignmentFlag.AlignTop
        lines.addWidget(name, place, 0, top)
        words = "\n".join(self._part(part, preview) for part in example.parts)
        lines.addWidget(label(words, Role.MUTED, wrap=True), place, 1, top)

    def _part(self, part: Part, preview: Preview) -> str:
        def said(value: Value) -> str:
            if part.spec.kind is Kind.REF and isinstance(value, str):
                return preview.names.get((part.spec.target, value), "…")
            text = display(part.spec, value, self._session.language).replace("\n", " ")
            return (f"{text[:_MOST_LETTERS]}…" if len(text) > _MOST_LETTERS else text) or "—"

        name = part.spec.label.text(self._session.language)
        return f"{name}  {said(part.before)} → {said(part.after)}"

    def _words(self, preview: Preview, *, deletes: bool) -> str:
        changing, records = f"{preview.changing:,}", f"{preview.records:,}"
        if deletes:
            return self.tr("{0} of {1} record(s) go to the bin.").format(changing, records)
        words = self.tr("{0} of {1} record(s) change.").format(changing, records)
        if preview.unchanged:
            same = self.tr("{0} have these values already.").format(f"{preview.unchanged:,}")
            words = f"{words} {same}"
        return words

    def _tone(self, preview: Preview) -> Tone:
        return Tone.ACCENT if preview.changing else Tone.WARN

    def _why(self, reason: Reason) -> str:
        language = self._session.language
        comma = "、" if language.startswith("zh") else ", "
        named = comma.join(title for title in reason.titles if title)
        more = "…" if reason.records > len(reason.titles) else ""
        words = self.tr("{0} stay as they are: {1} ({2})")
        return words.format(
            f"{reason.records:,}", reason.error.sentence(language).rstrip("。."), f"{named}{more}"
        )
