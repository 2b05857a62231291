"""Cleaning by a regular expression, tried on the column's first values while it is typed."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from crm_core.errors import KnownError
from crm_core.intake.cells import plain
from crm_core.intake.cleaning import clean
from crm_core.intake.mapping import Clean, Cleaning
from desktop.viewmodels.import_flow import ImportFlow
from desktop.viewmodels.session import Session
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.layouts import label, row
from desktop.views.widgets.sheet import Sheet

_SHOWN = 6
_NAME_WIDTH = 96


class ReplaceSheet(Sheet):
    """Pattern, replacement, and before → after."""

    def __init__(
        self, session: Session, flow: ImportFlow, title: str, parent: QWidget | None = None
    ) -> None:
        self._flow, self._title, self._language = flow, title, session.language
        super().__init__(title, "", parent)
        self.pattern, self.replacement = QLineEdit(), QLineEdit()
        self.trial = label("", Role.MUTED, wrap=True)
        for words, box in (
            (self.tr("Pattern"), self.pattern), (self.tr("Replace with"), self.replacement),
        ):  # fmt: skip
            name = label(words, Role.MUTED)
            name.setFixedWidth(_NAME_WIDTH)
            box.setAccessibleName(words)
            line = row(None, gap=12)
            line.addWidget(name)
            line.addWidget(box, 1)
            self.body.addLayout(line)
            box.textEdited.connect(self._try)
        self.pattern.setPlaceholderText("(先生|女士)$")
        self.body.addWidget(self.trial)
        self.primary.setText(self.tr("Use this"))
        self.submitted.connect(self._use)
        held = flow.column(title)
        for one in held.cleanings if held is not None else ():
            if one.how is Clean.REPLACE:
                self.pattern.setText(one.pattern)
                self.replacement.setText(one.replacement)
        self._try()

    def cleaning(self) -> Cleaning:
        """What is typed."""
        return Cleaning(Clean.REPLACE, self.pattern.text(), self.replacement.text())

    @Slot()
    def _try(self) -> None:
        looked = self._flow.looked
        found = looked.table.heading.find(self._title) if looked is not None else None
        self.primary.setEnabled(False)
        if looked is None or found is None or not self.pattern.text():
            self.trial.setText("")
            return
        try:
            self.cleaning().check()
            cells = [c[found.place] for _, c in looked.rows if found.place < len(c)]
            texts = [text for text in map(plain, cells) if text][:_SHOWN]
            tried = [f"{text} → {clean(text, self.cleaning())}" for text in texts]
        except KnownError as error:
            self.message.show_message(error.sentence(self._language), Tone.BAD)
            return
        self.message.show_message("", Tone.NEUTRAL)
        self.trial.setText("\n".join(tried))
        self.primary.setEnabled(True)

    @Slot()
    def _use(self) -> None:
        held = self._flow.column(self._title)
        kept = [one for one in held.cleanings if one.how is not Clean.REPLACE] if held else []
        self._flow.set_cleanings(self._title, [*kept, self.cleaning()])
        self.accept()
