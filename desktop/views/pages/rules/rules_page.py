"""Rules: written as sentences, tried on history, published, taken back (rows 2.1 to 4.10).

What is written is a draft; engines go by published versions only (decision 050).
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFileDialog, QMenu, QStackedWidget, QWidget

from crm_core.errors import KnownError
from desktop.bus import Change
from desktop.services.commands.rules import (
    do_drop_rule,
    do_roll_back,
    do_save_rule,
    do_switch_rule,
    do_take_over_draft,
)
from desktop.services.rules.measure_limits import may_write_rules
from desktop.services.rules.new_rules import NEW_KINDS, copy_of, new_document
from desktop.services.rules.rule_files import (
    read_rule_file,
    rules_text,
    teams_of,
    version_documents,
    version_text,
    write_rule_file,
)
from desktop.services.rules.rule_lines import RuleDesk, RuleLine, VersionLine, read_desk
from desktop.viewmodels.session import Session
from desktop.views.pages.admin.pack_sheet import PackSheet
from desktop.views.pages.admin.sheets import ConfirmSheet, NameSheet
from desktop.views.pages.rules.opening import RuleOpening
from desktop.views.pages.rules.publish_sheet import PublishSheet
from desktop.views.pages.rules.rule_list import RuleList
from desktop.views.pages.rules.rule_states import kind_name
from desktop.views.pages.rules.sandbox_panel import SandboxPanel
from desktop.views.pages.rules.versions_panel import VersionsPanel
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton, IconButton, PrimaryButton
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.header import PageHeader, with_way_back
from desktop.views.widgets.layouts import column
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.segments import Segments

RULES, VERSIONS, SANDBOX = "rules", "versions", "sandbox"
_SETTLE_MS = 150
_WATCHED = ("rule", "rule_version", "user", "team", "custom_field")


class RulesPage(Reactive, QWidget):
    """Only who may write rules is offered to."""

    back_requested = Signal()
    shown = Signal()
    """The rules are on screen."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.desk: RuleDesk | None = None
        self._header, self._back = PageHeader(""), IconButton("chevron-left", "")
        self.tabs = Segments((RULES, SANDBOX, VERSIONS))
        self.tabs.set_value(RULES)
        self.publish, self.new = PrimaryButton("", "check"), GhostButton("", "plus")
        self.more = IconButton("more", "")
        self.message = InlineMessage()
        self.list, self.versions = RuleList(session), VersionsPanel(session)
        self.sandbox, self.opening = SandboxPanel(session), RuleOpening(session, self)
        self._stack = QStackedWidget()
        self._soon = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._lay_out()
        self._connect()
        self.retranslate()

    @property
    def may(self) -> bool:
        """Whether the person may write and publish rules."""
        return may_write_rules(self._session.workspace)

    def retranslate(self) -> None:
        self._back.set_name(self.tr("Back (Alt+Left)"))
        self.publish.setText(self.tr("Publish…"))
        self.publish.setToolTip("Ctrl+Enter")
        self.new.setText(self.tr("New rule"))
        self.more.set_name(self.tr("More"))
        names = [self.tr("Rules"), self.tr("Trial run"), self.tr("Versions")]
        self.tabs.set_labels(names, name=self.tr("Shown"))
        self._say()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.reload()
        self.list.take_focus()

    @Slot()
    def reload(self) -> None:
        """Read the rules again in the background."""
        workspace, language = self._session.workspace, self._session.language
        self._session.ask(lambda: read_desk(workspace, language), self._came, owner=self)
        self.versions.reload(may=self.may)

    def show_tab(self, tab: str) -> None:
        """Rules, the trial run or versions."""
        self.tabs.set_value(tab)
        self._choose(tab)

    # -- building ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        set_role(self, Role.PAGE)
        head = with_way_back(self._back, self._header)
        for part in (self.tabs, self.new, self.publish, self.more):
            self._header.add_action(part)
        under = column(None, margins=(24, 0, 24, 0), gap=0)
        under.addWidget(self.message)
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.sandbox)
        self._stack.addWidget(self.versions)
        body = column(self, gap=0)
        body.addLayout(head)
        body.addLayout(under)
        body.addWidget(self._stack, 1)

    def _connect(self) -> None:
        detail = self.list.detail
        self._back.clicked.connect(self.back_requested)
        self.tabs.chosen.connect(self._choose)
        self.publish.clicked.connect(lambda: self.ask_to_publish())
        self.new.clicked.connect(self.begin_rule)
        self.more.clicked.connect(self._offer)
        self._soon.timeout.connect(self.reload)
        self.list.opened.connect(self.edit)
        detail.edit_requested.connect(self._edit_current)
        detail.page_requested.connect(self._session.place_requested)
        detail.text_requested.connect(self.show_text)
        detail.switch_requested.connect(self._switch)
        detail.drop_requested.connect(self.drop)
        detail.copy_requested.connect(self._duplicate)
        detail.try_requested.connect(self.try_current)
        self.sandbox.publish_requested.connect(self.ask_to_publish)
        self.versions.back_requested.connect(self._roll_back)
        self.versions.text_requested.connect(self._version_text)
        self.versions.draft_requested.connect(self._into_draft)
        self._session.changed.connect(self._heard)
        self._session.language_changed.connect(self._speak)
        publish = ("Ctrl+Return", lambda: self.ask_to_publish())
        for keys, act in (("Ctrl+N", self.begin_rule), ("Del", self.drop), publish):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    # -- showing -------------------------------------------------------------------------------

    def _came(self, desk: RuleDesk) -> None:
        self.desk = desk
        self.list.show_desk(desk, may=self.may)
        if self.sandbox.trial is None:
            self.sandbox.offer(desk.draft.documents, desk.published)
        self._say()
        self.shown.emit()

    def _say(self) -> None:
        self._header.set_text(self.tr("Rules"), self._subtitle())
        may = self.may
        self.new.setVisible(may)
        self.publish.setVisible(may)
        self.publish.setEnabled(self.desk is not None)

    def _subtitle(self) -> str:
        desk = self.desk
        if desk is None:
            return self.tr("Reading…")
        version = desk.in_force
        if version is None:
            force = self.tr("What ships is in force")
        else:
            force = self.tr("Version {0} is in force: {1}").format(version.number, version.note)
        if desk.changed:
            draft = self.tr("{0} rules differ in the draft").format(desk.changed)
        else:
            draft = self.tr("the draft is the same")
        return f"{force} · {draft}"

    @Slot(str)
    def _choose(self, tab: str) -> None:
        self._stack.setCurrentIndex((RULES, SANDBOX, VERSIONS).index(tab))

    # -- doing ---------------------------------------------------------------------------------

    @Slot()
    def try_current(self) -> None:
        """Try the current rule on history."""
        line, desk = self.list.current, self.desk
        if line is not None and line.document is not None and desk is not None:
            self.show_tab(SANDBOX)
            self.sandbox.attempt([line.document], desk.published)

    def ask_to_publish(self, trial: bool = False) -> None:
        """Open the sheet on which the draft is published, or tried with one team."""
        desk, workspace = self.desk, self._session.workspace
        if desk is None or not self.may:
            return

        def opened(teams: list[tuple[str, str]]) -> None:
            PublishSheet(self._session, desk, teams, trial=trial, parent=self.window()).open()

        self._session.ask(lambda: teams_of(workspace), opened, owner=self)

    @Slot()
    def begin_rule(self) -> None:
        """Choose a kind, then write a new rule."""
        if not self.may:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for kind in NEW_KINDS:
            words = kind_name(kind, self._session.language)
            menu.addAction(words).triggered.connect(partial(self.write_new, kind))
        menu.popup(self.new.mapToGlobal(self.new.rect().bottomLeft()))

    def write_new(self, kind: str) -> None:
        """Write a new rule of a kind."""
        if self.desk is not None:
            made = new_document(self._session.workspace, kind, self.desk.draft)
            self.opening.write(made, self.desk.draft, new=True)

    @Slot(object)
    def edit(self, line: RuleLine, *, mending: bool = False) -> None:
        """Open a rule in the builder; `mending`: at the first thing that is wrong with it."""
        if line.document is not None and self.desk is not None and self.may and not line.leaving:
            self.opening.write(line.document, self.desk.draft, mending=mending)
        elif line.document is not None:
            self.show_text()

    @Slot(bool)
    def _edit_current(self, mending: bool) -> None:
        line = self.list.current
        if line is not None:
            self.edit(line, mending=mending)

    @Slot()
    def show_text(self) -> None:
        """Show the current rule as text."""
        line, desk = self.list.current, self.desk
        if line is not None and line.document is not None and desk is not None:
            may = self.may and not line.leaving
            self.opening.rule_text(line.document, desk.draft, may=may)

    @Slot()
    def drop(self) -> None:
        """Delete the current rule, or have it say again what ships."""
        line = self.list.current
        if line is None or not self.may or not self.list.isVisible():
            return
        if line.leaving and line.document is not None:
            self._session.run(do_save_rule, line.document)
        elif line.origin.value != "shipped":
            self._session.run(do_drop_rule, line.id)

    @Slot()
    def _switch(self) -> None:
        line = self.list.current
        if line is not None and line.document is not None:
            self._session.run(do_switch_rule, line.document, not line.active)

    @Slot()
    def _duplicate(self) -> None:
        """A new rule that says the same."""
        line, desk = self.list.current, self.desk
        if line is not None and line.document is not None and desk is not None:
            made = copy_of(self._session.workspace, line.document)
            self.opening.write(made, desk.draft)

    @Slot(object)
    def _roll_back(self, line: VersionLine) -> None:
        number = line.version.number
        known = self.tr("Back to version {0}: {1}").format(number, line.version.note)[:200]
        NameSheet(
            self.tr("Publish version {0} again").format(number), self.tr("What changed"),
            lambda note: self._session.run(do_roll_back, line.version.id, note),
            self.window(), text=known,
        ).open()  # fmt: skip

    @Slot(object)
    def _version_text(self, line: VersionLine) -> None:
        workspace = self._session.workspace
        name = self.tr("Version {0}").format(line.version.number)
        self._session.ask(
            lambda: version_text(workspace, line.version.id),
            lambda text: self.opening.text(text, name, may=False), owner=self,
        )  # fmt: skip

    @Slot(object)
    def _into_draft(self, line: VersionLine) -> None:
        workspace = self._session.workspace
        number = line.version.number

        def ready(documents: tuple[object, ...]) -> None:
            ConfirmSheet(
                self.tr("Draft from version {0}").format(number),
                self.tr("The draft will say exactly what version {0} says; what was written since "
                        "is taken away. One step takes it back.").format(number),
                self.tr("Replace the draft"),
                lambda: self._session.run(do_take_over_draft, documents),
                self.window(),
            ).open()  # fmt: skip

        self._session.ask(lambda: version_documents(workspace, line.version.id), ready, owner=self)

    # -- files ---------------------------------------------------------------------------------

    @Slot()
    def _offer(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for words, act, offered in self._acts():
            if offered:
                menu.addAction(words).triggered.connect(act)
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _acts(self) -> list[tuple[str, Callable[[], object], bool]]:
        return [
            (self.tr("Rules of a trade…"), self._choose_trade, self.may),
            (self.tr("Import rules (YAML)…"), self._choose_file, self.may),
            (self.tr("Export the draft (YAML)…"), self._choose_target, True),
        ]

    @Slot()
    def _choose_trade(self) -> None:
        sheet = PackSheet(self._session, parent=self.window())
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()

    @Slot()
    def _choose_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self.window(), self.tr("Import rules"), "", "YAML (*.yaml *.yml);;* (*)"
        )
        if chosen:
            self.import_from(Path(chosen))

    def import_from(self, path: Path) -> None:
        """Show what a file holds, to be saved as drafts."""
        self._session.tasks.free(
            read_rule_file, path,
            on_done=lambda text: self.opening.text(text, path.name, may=self.may),
            on_error=self._failed, owner=self,
        )  # fmt: skip

    @Slot()
    def _choose_target(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self.window(), self.tr("Export to"), "rules.yaml", "YAML (*.yaml)"
        )
        if chosen:
            path = Path(chosen)
            self.export_to(path if path.suffix else path.with_suffix(".yaml"))

    def export_to(self, path: Path) -> None:
        """Write the draft to a file."""
        workspace = self._session.workspace

        def written(text: str) -> None:
            self._session.tasks.free(
                write_rule_file, path, text,
                on_done=lambda _: self.message.show_message(
                    self.tr("Written to {0}").format(path.name), Tone.GOOD
                ),
                on_error=self._failed, owner=self,
            )  # fmt: skip

        self._session.ask(lambda: rules_text(workspace), written, owner=self)

    def _failed(self, error: KnownError) -> None:
        self.message.show_message(error.sentence(self._session.language), Tone.BAD)

    @Slot(object)
    def _heard(self, change: Change) -> None:
        if self.isVisible() and any(change.touches(name) for name in _WATCHED):
            self._soon.start()

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.retranslate()
        self.reload()
