"""The rules of a trade: what they would add and change here, written as drafts, taken out again."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from crm_core.errors import KnownError
from desktop.services.commands.verbs import Done
from desktop.services.rules.industry_templates import NAMES, Template, load_template
from desktop.services.rules.trade_packs import Preview, do_apply_pack, do_remove_pack, preview
from desktop.viewmodels.session import Session
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.segments import Segments
from desktop.views.widgets.sheet import Sheet

_RULES = "rules"


class PackSheet(Sheet):
    """Nothing is written before it was shown, and nothing counts before it is published."""

    def __init__(
        self, session: Session, trade: str = NAMES[0], parent: QWidget | None = None
    ) -> None:
        super().__init__("", "", parent)
        self._session = session
        self._templates = {name: load_template(name) for name in NAMES}
        self.trade = Segments(NAMES)
        self._says = label("", Role.MUTED, wrap=True)
        self._brings = label("", Role.BODY, wrap=True)
        self.changes = label("", Role.BODY, wrap=True)
        self.remove, self.publish = GhostButton("", "close"), GhostButton("", "check")
        self._lay_out_parts()
        self.trade.set_value(trade)
        self.trade.chosen.connect(self._look)
        self.submitted.connect(self._apply)
        self.remove.clicked.connect(lambda: self._run(do_remove_pack))
        self.publish.clicked.connect(self._to_rules)
        self._retranslate()
        self._look()

    def template(self) -> Template:
        """The trade chosen."""
        return self._templates[self.trade.value()]

    def _lay_out_parts(self) -> None:
        line = row(None)
        line.addWidget(self.trade)
        line.addStretch(1)
        self.body.addLayout(line)
        inner = QWidget()
        lines = column(inner, margins=(12, 8, 12, 8), gap=4)
        self.changes.setAlignment(Qt.AlignmentFlag.AlignTop)
        lines.addWidget(self.changes)
        lines.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setMinimumHeight(280)
        area.setWidget(inner)
        self.body.addWidget(self._says)
        self.body.addWidget(self._brings)
        self.body.addWidget(area, 1)
        foot = row(None)
        foot.addWidget(self.remove)
        foot.addWidget(self.publish)
        foot.addStretch(1)
        self.body.addLayout(foot)
        self.setMinimumWidth(680)

    def _retranslate(self) -> None:
        language = self._session.language
        names = [one.label.text(language) for one in self._templates.values()]
        self.trade.set_labels(names, name=self.tr("Trade"))
        self.set_heading(self.tr("Rules of a trade"))
        self.primary.setText(self.tr("Write as drafts"))
        self.remove.setText(self.tr("Take these rules out"))
        self.publish.setText(self.tr("Try and publish them…"))
        self._says.setText(
            self.tr("Stages, scores, pools, routing, clocks and automations of the trade become "
                    "drafts: nobody goes by them before you publish. What must be filled in is "
                    "asked for at once. One step (Ctrl+Z) takes all of it back.")
        )  # fmt: skip

    @Slot()
    def _look(self) -> None:
        one, workspace, language = self.template(), self._session.workspace, self._session.language
        self.primary.setEnabled(False)
        self._session.ask(
            lambda: (one.name, preview(workspace, one, language)), self._came, owner=self
        )

    def _came(self, found: tuple[str, Preview]) -> None:
        name, shown = found
        if name != self.trade.value():
            return
        language = self._session.language
        words = self.tr("{0} rules would change · {1} are there already · {2} fields are added")
        self._brings.setText(words.format(len(shown.rules), shown.present, len(shown.fields)))
        lines = [f"· {one}" for one in shown.rules]
        if shown.fields:
            english = not language.startswith("zh")
            labels = [f.wish.label_en if english else f.wish.label for f in shown.fields]
            listed = self._listed(labels)
            lines.insert(0, self.tr("· New fields: {0}").format(listed))
        if shown.needed:
            who = self._listed([one.text(language) for one in shown.needed])
            words = (
                self.tr("· Must fill in more, at once: {0}")
                if shown.may_ask
                else self.tr("· An administrator has to ask for more from: {0}")
            )
            lines.insert(0, words.format(who))
        self.changes.setText("\n".join(lines) or self.tr("All of it is in the draft."))
        self.primary.setEnabled(not shown.nothing)
        self.remove.setEnabled(shown.present > 0)

    def _listed(self, names: list[str]) -> str:
        comma = "、" if self._session.language.startswith("zh") else ", "
        return comma.join(dict.fromkeys(names))

    @Slot()
    def _apply(self) -> None:
        self._run(do_apply_pack)

    @Slot()
    def _to_rules(self) -> None:
        self.accept()
        self._session.place_requested.emit(_RULES)

    def _run(self, verb: Callable[..., Done]) -> None:
        self._session.run(verb, self.template(), on_done=self._done, on_error=self._failed)

    def _done(self, done: Done) -> None:
        self._look()
        self.message.show_message(done.sentence(self._session.language), Tone.GOOD)

    def _failed(self, error: KnownError) -> None:
        self.message.show_message(error.sentence(self._session.language), Tone.BAD)
