"""Success cases, papers and won deals like the one on screen, to be copied or opened (row 4.14)."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from crm_core.model.values import Record
from desktop.services.commands.desk import do_note_use
from desktop.services.rules.similar_cases import Case, Cases, cases_for
from desktop.viewmodels.session import Session
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton, QuietButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.sheet import Sheet

_SIZE = (680, 560)
_MOST_TEXT = 220
"""Characters of an article that are shown; all of it is copied."""


class CasesButton(QuietButton):
    """Hidden where nothing like it is known."""

    def __init__(
        self, session: Session, entity: str, shown: Callable[[], Record | None], parent: QWidget
    ) -> None:
        super().__init__("", "star", parent)
        self._session, self._entity, self._shown = session, entity, shown
        self._asked = 0
        self.found = Cases()
        self.hide()
        self.clicked.connect(self.open_sheet)

    def read(self) -> None:
        """Look for what is like the record that is shown."""
        record = self._shown()
        if record is None:
            return
        self._asked += 1
        asked, workspace = self._asked, self._session.workspace
        entity, language = self._entity, self._session.language

        def came(found: Cases) -> None:
            if asked == self._asked:
                self.found = found
                self.retranslate()

        self._session.ask(lambda: cases_for(workspace, entity, record, language), came, owner=self)

    def retranslate(self) -> None:
        self.setText(self.tr("Cases like this: {0}").format(self.found.number))
        self.setToolTip(self.tr("Success cases, papers and won deals like this one"))
        self.setVisible(self.found.number > 0)

    @Slot()
    def open_sheet(self) -> None:
        """Show them."""
        record = self._shown()
        if record is not None:
            about = self._entity, str(record["id"])
            CasesSheet(self._session, self.found, about, self.window()).open()


class CasesSheet(Sheet):
    """A card each; a case that is copied counts as used for this record (row 4.15)."""

    def __init__(
        self, session: Session, found: Cases, about: tuple[str, str], parent: QWidget
    ) -> None:
        self._session, self._found, self._about = session, found, about
        super().__init__("", "", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.copies: list[GhostButton] = []
        inner = QWidget()
        set_role(inner, Role.SHEET)
        body = column(inner, margins=(0, 0, 8, 0), gap=10)
        for heading, cases in (
            (self.tr("Success cases"), found.cases), (self.tr("Papers and packs"), found.papers),
            (self.tr("Won deals like this"), found.deals),
        ):  # fmt: skip
            if cases:
                body.addWidget(label(heading, Role.OVERLINE))
            for one in cases:
                body.addWidget(self._card(one))
        if not found.cases:
            none = self.tr(
                "The library has no success case of this industry or need yet. An article whose "
                "category is 案例 is offered here."
            )
            body.addWidget(label(none, Role.MUTED, wrap=True))
        body.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        self.body.addWidget(area, 1)
        self.resize(*_SIZE)
        self.submitted.connect(self.accept)

    def retranslate(self) -> None:
        super().retranslate()
        self.set_heading(self.tr("Cases like this"))
        self.primary.setText(self.tr("Close"))
        self.cancel.hide()

    def _card(self, one: Case) -> Card:
        card = Card()
        card.body.setSpacing(6)
        head = row(None, gap=8)
        head.addWidget(label(one.title, Role.STRONG, wrap=True), 1)
        if one.text:
            copy = GhostButton(self.tr("Copy"), "copy")
            copy.clicked.connect(partial(self._copy, one))
            self.copies.append(copy)
            head.addWidget(copy, 0, Qt.AlignmentFlag.AlignTop)
        leads = QuietButton(self.tr("Open"), "link")
        leads.clicked.connect(partial(self._open, one))
        head.addWidget(leads, 0, Qt.AlignmentFlag.AlignTop)
        card.body.addLayout(head)
        if one.why:
            card.body.addWidget(label(self.tr("In common: {0}").format(one.why), Role.SMALL))
        if one.text:
            shown = one.text[:_MOST_TEXT] + ("…" if len(one.text) > _MOST_TEXT else "")
            card.body.addWidget(label(shown, Role.BODY, wrap=True))
        return card

    def _copy(self, one: Case) -> None:
        QGuiApplication.clipboard().setText(f"{one.title}\n\n{one.text}")
        self._session.run(do_note_use, "article", one.id, self._about, initiator=self)
        self.message.show_message(self.tr("Copied; counted as used here."), Tone.GOOD)

    def _open(self, one: Case) -> None:
        self.accept()
        self._session.open_requested.emit(one.entity, one.id)
