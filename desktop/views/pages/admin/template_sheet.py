"""Industry templates: choose a trade, see what it brings, apply it; load or remove its sample."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from crm_core.errors import KnownError
from desktop.services.commands.verbs import Done
from desktop.services.rules.industry_templates import (
    NAMES,
    Template,
    do_apply_template,
    do_load_sample,
    do_remove_sample,
    load_template,
    sample_loaded,
)
from desktop.viewmodels.session import Session
from desktop.views.pages.admin.pack_sheet import PackSheet
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton
from desktop.views.widgets.layouts import label, row
from desktop.views.widgets.segments import Segments
from desktop.views.widgets.sheet import Sheet


class TemplateSheet(Sheet):
    """Each of its acts is undone in one step."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("", "", parent)
        self._session = session
        self._templates = {name: load_template(name) for name in NAMES}
        self.trade = Segments(NAMES)
        self._about, self._brings = (
            label("", Role.BODY, wrap=True),
            label("", Role.MUTED, wrap=True),
        )
        self._fields = label("", Role.MUTED, wrap=True)
        self.sample, self.rules = GhostButton("", "table"), GhostButton("", "settings")
        line = row(None)
        line.addWidget(self.trade)
        line.addStretch(1)
        self.body.addLayout(line)
        for part in (self._about, self._brings, self._fields):
            self.body.addWidget(part)
        foot = row(None)
        foot.addWidget(self.sample)
        foot.addWidget(self.rules)
        foot.addStretch(1)
        self.body.addLayout(foot)
        self._loaded = False
        self.trade.set_value(NAMES[0])
        self.trade.chosen.connect(self._show)
        self.sample.clicked.connect(self._toggle_sample)
        self.rules.clicked.connect(self._show_rules)
        self.submitted.connect(self._apply)
        language = session.language
        names = [one.label.text(language) for one in self._templates.values()]
        self.trade.set_labels(names, name=self.tr("Trade"))
        self.set_heading(self.tr("Industry templates"))
        self.primary.setText(self.tr("Apply"))
        self.rules.setText(self.tr("Rules of the trade…"))
        self.setMinimumWidth(600)
        self._show()

    def template(self) -> Template:
        """The one chosen."""
        return self._templates[self.trade.value()]

    @Slot()
    def _show(self) -> None:
        one, language = self.template(), self._session.language
        self._about.setText(one.about.text(language))
        words = self.tr("{0} fields · {1} tags · {2} sample records")
        self._brings.setText(words.format(len(one.fields), one.tag_count, len(one.sample)))
        comma = "、" if language.startswith("zh") else ", "
        english = not language.startswith("zh")
        names = (f.wish.label_en if english else f.wish.label for f in one.fields)
        self._fields.setText(comma.join(dict.fromkeys(names)))
        self.message.show_message("", Tone.NEUTRAL)
        workspace = self._session.workspace
        self._session.ask(lambda: sample_loaded(workspace, one), self._say_sample, owner=self)

    def _say_sample(self, loaded: bool) -> None:
        self._loaded = loaded
        words = self.tr("Remove the sample data") if loaded else self.tr("Load the sample data")
        self.sample.setText(words)

    @Slot()
    def _apply(self) -> None:
        self._run(do_apply_template)

    @Slot()
    def _toggle_sample(self) -> None:
        self._run(do_remove_sample if self._loaded else do_load_sample)

    @Slot()
    def _show_rules(self) -> None:
        sheet = PackSheet(self._session, self.trade.value(), self.parentWidget())
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.accept()
        sheet.open()

    def _run(self, verb: Callable[..., Done]) -> None:
        self._session.run(verb, self.template(), on_done=self._done, on_error=self._failed)

    def _done(self, done: Done) -> None:
        self._show()
        self.message.show_message(done.sentence(self._session.language), Tone.GOOD)

    def _failed(self, error: KnownError) -> None:
        self.message.show_message(error.sentence(self._session.language), Tone.BAD)
