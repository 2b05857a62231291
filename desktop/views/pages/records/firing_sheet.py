"""Which rules acted on a record, by which version and why; from its page, offline as well."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from crm_core.clock import CHINA, parse_moment
from crm_core.model.schema import Label
from desktop.services.rules.firings import FiringLine, Firings, firings_of
from desktop.viewmodels.session import Session
from desktop.views.pages.rules.rule_states import kind_name
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import QuietButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.chips import Chip
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.sheet import Sheet

_SIZE = (640, 520)


class FiringButton(QuietButton):
    """Says what made a task, or how often rules acted on a record; hidden where none did."""

    def __init__(
        self, session: Session, entity: str, shown: Callable[[], str], parent: QWidget
    ) -> None:
        super().__init__("", "settings", parent)
        self._session, self._entity, self._shown = session, entity, shown
        self._asked = 0
        self.found = Firings((), 0)
        self.hide()
        self.clicked.connect(self.open_sheet)

    def read(self) -> None:
        """Ask anew what rules did with the record that is shown."""
        self._asked += 1
        asked, record_id = self._asked, self._shown()
        workspace, entity = self._session.workspace, self._entity
        language = self._session.language

        def came(found: Firings) -> None:
            if asked == self._asked:
                self.found = found
                self.retranslate()

        self._session.ask(
            lambda: firings_of(workspace, entity, record_id, language), came, owner=self
        )  # fmt: skip

    def retranslate(self) -> None:
        maker = self.found.maker
        if maker is not None:
            text = self.tr("By rule “{0}” · {1}").format(
                maker.rule, maker.version_words(self._session.language)
            )
        else:
            text = self.tr("Rules acted: {0}").format(self.found.total)
        self.setText(text)
        self.setToolTip(self.tr("Which rules did what here, by which version and why"))
        self.setVisible(maker is not None or self.found.total > 0)

    @Slot()
    def open_sheet(self) -> None:
        """Show them all."""
        FiringSheet(self._session, self.found, self.window()).open()


class FiringSheet(Sheet):
    """A card a firing, the latest first."""

    def __init__(self, session: Session, found: Firings, parent: QWidget) -> None:
        self._session, self._found = session, found
        super().__init__("", "", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        inner = QWidget()
        body = column(inner, margins=(0, 0, 8, 0), gap=10)
        lines = [*([found.maker] if found.maker is not None else ()), *found.lines]
        self.cards = [self._card(one) for one in lines]
        for card in self.cards:
            body.addWidget(card)
        if found.total > len(found.lines):
            rest = self.tr("… and {0} earlier ones").format(found.total - len(found.lines))
            body.addWidget(label(rest, Role.SMALL))
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
        self.set_heading(self.tr("What rules did here"))
        self.primary.setText(self.tr("Close"))
        self.cancel.hide()

    def _card(self, line: FiringLine) -> Card:
        card, language = Card(), self._session.language
        head = row(None, gap=8)
        head.addWidget(label(line.rule, Role.STRONG, wrap=True), 1)
        if line.kind:
            head.addWidget(Chip(kind_name(line.kind, language)))
        head.addWidget(Chip(line.version_words(language), Tone.ACCENT))
        card.body.setSpacing(6)
        card.body.addLayout(head)
        card.body.addWidget(label(self._when(line), Role.SMALL, wrap=True))
        told = line.told
        for heading, said in (
            (self.tr("Why"), told.because),
            (self.tr("Did"), told.did),
            (self.tr("Did nothing"), (told.halted,) if told.halted else ()),
        ):
            if said:
                card.body.addWidget(label(heading, Role.OVERLINE))
                card.body.addWidget(label(_listed(said, language), Role.BODY, wrap=True))
        if line.people:
            card.body.addWidget(label("→ " + "、".join(line.people), Role.BODY, wrap=True))
        if line.sentence:
            card.body.addWidget(label(self.tr("What the rule said then"), Role.OVERLINE))
            card.body.addWidget(label(line.sentence, Role.MUTED, wrap=True))
        return card

    def _when(self, line: FiringLine) -> str:
        said = [_moment(line.at)]
        if line.author or line.published:
            words = self.tr("published by {0}, {1}")
            said.append(words.format(line.author or "—", _moment(line.published)))
        if line.note:
            said.append(line.note)
        return " · ".join(said)


def _listed(said: Sequence[Label], language: str) -> str:
    return "\n".join(f"· {one.text(language)}" for one in said)


def _moment(text: str) -> str:
    try:
        return f"{parse_moment(text).astimezone(CHINA):%Y-%m-%d %H:%M}"
    except ValueError:
        return "—"
