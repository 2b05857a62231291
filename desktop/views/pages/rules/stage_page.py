"""Stages of leads and deals: their order, and what each of them says (rows 4.1 to 4.4).

What is saved is a draft; it counts once the rules are published.
"""

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QWidget,
)

from crm_core.clock import new_id
from crm_core.permissions import Right
from crm_core.rules.documents import Document
from crm_core.rules.stage_plan import STAGED, span_words, stage_documents
from crm_core.rules.stages import StageBody
from crm_core.rules.stocked.stages_shipped import TEMPLATES
from desktop.bus import Change
from desktop.services.commands.rules import (
    do_drop_rule,
    do_order_rules,
    do_save_rule,
    do_save_rules,
    do_switch_rule,
)
from desktop.services.commands.verbs import Done
from desktop.services.rules.rule_book import draft_of
from desktop.viewmodels.session import Session
from desktop.viewmodels.stage_drafts import asks_of, is_end, new_stage
from desktop.viewmodels.unsaved_rules import drop_rule, keep_rule, rules_left
from desktop.views.pages.rules.opening import RuleOpening
from desktop.views.pages.rules.stage_form import StageForm
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.buttons import GhostButton, IconButton, PrimaryButton
from desktop.views.widgets.header import PageHeader, with_way_back
from desktop.views.widgets.layouts import column, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.segments import Segments

_SETTLE_MS = 120
_LIST_WIDTH = 292
_SEGMENTS_HEIGHT = 38
_ID = Qt.ItemDataRole.UserRole + 1


class StageList(QListWidget):
    """Alt and the arrows, or the mouse, put a stage elsewhere."""

    ordered = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setFixedWidth(_LIST_WIDTH)
        self.setSpacing(1)
        self.model().rowsMoved.connect(lambda *_: self.ordered.emit())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None or not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            super().keyPressEvent(event)
            return
        here = self.currentRow()
        there = here + step
        if here >= 0 and 0 <= there < self.count():
            item = self.takeItem(here)
            self.insertItem(there, item)
            self.setCurrentRow(there)
            self.ordered.emit()

    @property
    def ids(self) -> list[str]:
        """Ids of documents, from the top."""
        return [str(self.item(place).data(_ID)) for place in range(self.count())]


class StagePage(Reactive, QWidget):
    """The stages on the left in their order, the one that is current on the right."""

    back_requested = Signal()
    shown = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.documents: list[Document[StageBody]] = []
        self._current, self._filling = "", False
        self._left: dict[str, Document[StageBody]] = {}
        """By id, stages as they were typed and not saved."""
        self._header, self._back = PageHeader(""), IconButton("chevron-left", "")
        self.kinds = Segments(STAGED)
        self.kinds.set_value(STAGED[1])
        self.kinds.setMaximumHeight(_SEGMENTS_HEIGHT)
        self.new, self.template = GhostButton("", "plus"), GhostButton("", "school")
        self.publish = PrimaryButton("", "check")
        self.list, self.form = StageList(), StageForm(session)
        self.opening = RuleOpening(session, self)
        self._soon = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._lay_out()
        self._connect()
        self.retranslate()

    @property
    def may(self) -> bool:
        """Whether the person may write rules."""
        return self._session.workspace.may(Right.EDIT, "rule").allowed

    def retranslate(self) -> None:
        self._header.set_text(self.tr("Stages"), self.tr("A draft until it is published"))
        self.list.setToolTip(self.tr("Alt+↑ ↓ puts a stage elsewhere"))
        self._back.set_name(self.tr("Back (Alt+Left)"))
        self.new.setText(self.tr("New stage"))
        self.template.setText(self.tr("Templates"))
        self.publish.setText(self.tr("To publishing"))
        registry, language = self._session.workspace.replica.registry, self._session.language
        names = [registry.entity(one).label.text(language) for one in STAGED]
        self.kinds.set_labels(names, name=self.tr("Stages of"))
        self.list.setAccessibleName(self.tr("Stages"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.reload()
        self.list.setFocus()

    @Slot()
    def reload(self) -> None:
        """Read the draft again in the background."""
        workspace, entity = self._session.workspace, self.kinds.value()

        def read() -> tuple[list[Document[StageBody]], list[Document[Any]]]:
            return stage_documents(draft_of(workspace), entity), rules_left(workspace)

        self._session.ask(read, lambda found: self._came(*found), owner=self)

    # -- building ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        set_role(self, Role.PAGE)
        head = with_way_back(self._back, self._header)
        for part in (self.kinds, self.template, self.new, self.publish):
            self._header.add_action(part)
        parts = row(None, margins=(24, 0, 24, 16), gap=12)
        held = QFrame()
        set_role(held, Role.CARD)
        column(held, margins=(8, 10, 8, 10)).addWidget(self.list)
        parts.addWidget(held)
        parts.addWidget(self.form, 1)
        body = column(self, gap=0)
        body.addLayout(head)
        body.addLayout(parts, 1)

    def _connect(self) -> None:
        self._back.clicked.connect(self.back_requested)
        self.kinds.chosen.connect(self._kind_chosen)
        self.list.currentItemChanged.connect(self._chosen)
        self.list.ordered.connect(self._ordered)
        self.new.clicked.connect(self._new)
        self.template.clicked.connect(self._offer_templates)
        self.publish.clicked.connect(lambda: self._session.place_requested.emit("rules"))
        self.form.saved.connect(self._save)
        self.form.typed.connect(self._keep_typed)
        self.form.given_up.connect(self._give_up)
        self.form.switched.connect(lambda one, on: self._session.run(do_switch_rule, one, on))
        self.form.parts.clicked.connect(self._build)
        self.form.dropped.connect(lambda one: self._session.run(do_drop_rule, one.id))
        self._soon.timeout.connect(self.reload)
        self._session.changed.connect(self._heard)
        self._session.language_changed.connect(self._speak)
        save = QShortcut(QKeySequence("Ctrl+S"), self)
        save.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        save.activated.connect(self.form.keep)

    # -- showing -------------------------------------------------------------------------------

    def _came(self, found: list[Document[StageBody]], left: list[Document[Any]]) -> None:
        if not found or found[0].entity != self.kinds.value():
            return
        self._left = {one.id: one for one in left if isinstance(one.body, StageBody)}
        self.documents = sorted(found, key=is_end)
        ids = [one.id for one in self.documents]
        if self._current not in ids:
            self._current = ids[0]
        self._filling = True
        self.list.clear()
        for one in self.documents:
            item = QListWidgetItem(self._line(one))
            item.setData(_ID, one.id)
            self.list.addItem(item)
        self.list.setCurrentRow(ids.index(self._current))
        self._filling = False
        self._show_current()
        for part in (self.new, self.template):
            part.setEnabled(self.may)
        self.shown.emit()

    def _line(self, one: Document[StageBody]) -> str:
        language, parts = self._session.language, [one.label.text(self._session.language)]
        if not one.active and not is_end(one):
            parts.append(self.tr("not in use"))
        elif one.body.standard_hours:
            parts.append(span_words(one.body.standard_hours, language))
        number = len(asks_of(one.body))
        if number:
            parts.append(self.tr("{0} asked").format(number))
        return "   ·   ".join(parts)

    def _show_current(self) -> None:
        held = next((one for one in self.documents if one.id == self._current), None)
        shown = self.form.document
        if held is None or (self.form.dirty and shown is not None and shown.id == held.id):
            return  # What is typed is not lost because somebody else changed something.
        left = self._left.get(held.id) if self.may else None
        typed = left if left is not None and _says_else(left, held) else None
        self.form.show_stage(held, self.documents, may=self.may, left=typed)

    # -- doing ---------------------------------------------------------------------------------

    @Slot()
    def _chosen(self) -> None:
        item = self.list.currentItem()
        if item is None or self._filling:
            return
        self.form.keep()
        if self.form.dirty and self.form.document is not None:
            self._filling = True  # It cannot be saved yet: stay with it.
            self.list.setCurrentRow(self.list.ids.index(self.form.document.id))
            self._filling = False
            return
        self._current = str(item.data(_ID))
        self._show_current()

    @Slot(str)
    def _kind_chosen(self, _kind: str) -> None:
        self.form.keep()
        self._current = ""
        self.form.set_dirty(False)
        self.reload()

    @Slot()
    def _ordered(self) -> None:
        if self._filling:
            return
        by_id = {one.id: one for one in self.documents}
        ordered = [by_id[one] for one in self.list.ids if one in by_id]
        self._session.run(do_order_rules, sorted(ordered, key=is_end))

    @Slot()
    def _new(self) -> None:
        entity = self.kinds.value()
        open_ones = [one for one in self.documents if not is_end(one)]
        last = max((one.position for one in open_ones), default=0)
        code = f"s{new_id(self._session.workspace.clock)[-10:]}"
        made = new_stage(entity, code, last + 1)
        self._current = made.id
        self._session.run(do_save_rule, made)

    @Slot()
    def _build(self) -> None:
        """Open what the lines do not show: conditions, which records count, single moves."""
        self.form.keep()
        if not self.form.dirty and self.form.document is not None:
            self.opening.write_from_draft(self.form.document.id)

    @Slot()
    def _offer_templates(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        words = {"saas": self.tr("Test before buying: POC, proposal, negotiation")}
        for name in TEMPLATES:
            menu.addAction(words.get(name, name)).triggered.connect(partial(self.take, name))
        menu.popup(self.template.mapToGlobal(self.template.rect().bottomLeft()))

    def take(self, template: str) -> None:
        """Lay the stages of a trade over those there are."""
        documents = TEMPLATES[template]
        self.kinds.set_value(documents[0].entity)
        self._current = documents[0].id
        self._session.run(
            partial(do_save_rules, note=self.tr("Stage template")), documents,
            on_done=lambda _done: self.reload(),
        )  # fmt: skip

    @Slot(object)
    def _keep_typed(self, document: Document[StageBody]) -> None:
        """What is typed outlives a crash, and leaving the page, until it is saved or given up."""
        self._left[document.id] = document
        self._session.ask(partial(keep_rule, self._session.workspace, document), lambda _: None)

    def _forget(self, rule_id: str) -> None:
        if self._left.pop(rule_id, None) is not None:
            self._session.ask(partial(drop_rule, self._session.workspace, rule_id), lambda _: None)

    @Slot(object)
    def _give_up(self, document: Document[StageBody]) -> None:
        self._forget(document.id)
        self.form.set_dirty(False)
        self._show_current()

    @Slot(object)
    def _save(self, document: Document[StageBody]) -> None:
        self.form.set_dirty(False)
        self._forget(document.id)

        def done(_done: Done) -> None:
            self._soon.start()

        self._session.run(do_save_rule, document, on_done=done)

    @Slot(object)
    def _heard(self, change: Change) -> None:
        if self.isVisible() and (change.touches("rule") or change.touches("custom_field")):
            self._soon.start()

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.retranslate()
        self.reload()


def _says_else(typed: Document[StageBody], held: Document[StageBody]) -> bool:
    """Whether what was typed is anything but what is saved."""
    return (typed.label, typed.body) != (held.label, held.body)
