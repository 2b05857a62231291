"""Opening a rule to be written: built of parts, or as text; from one to the other without loss."""

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from crm_core.model.schema import Label
from crm_core.rules.documents import Document
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.texts.yaml_text import yaml_of_rule
from desktop.services.rules.new_rules import new_document
from desktop.services.rules.rule_book import draft_of
from desktop.services.rules.rule_lines import people_of, roles_of
from desktop.services.workspace import Workspace
from desktop.viewmodels.session import Session
from desktop.viewmodels.unsaved_rules import drop_rule, keep_rule, rules_left
from desktop.views.pages.rules.builder_sheet import BUILT, BuilderSheet
from desktop.views.pages.rules.part_basics import Around
from desktop.views.pages.rules.text_sheet import TextSheet

Folk = tuple[dict[str, str], dict[str, Label]]
"""Who is here, and the roles there are."""


class RuleOpening(QObject):
    """One a page; sheets are children of its window."""

    def __init__(self, session: Session, page: QWidget) -> None:
        super().__init__(page)
        self._session, self._page = session, page

    def write_from_draft(self, rule_id: str) -> None:
        """Open a rule as it stands in the draft, read in the background."""
        workspace = self._session.workspace

        def came(rules: RuleSet) -> None:
            document = rules.one(rule_id)
            if document is not None:
                self.write(document, rules)

        self._session.ask(lambda: draft_of(workspace), came, owner=self)

    def begin(self, kind: str) -> None:
        """Write a new rule of a kind."""
        workspace = self._session.workspace

        def came(rules: RuleSet) -> None:
            self.write(new_document(workspace, kind, rules), rules, new=True)

        self._session.ask(lambda: draft_of(workspace), came, owner=self)

    def write(
        self, document: Document[Any], rules: RuleSet, *, new: bool = False, mending: bool = False
    ) -> None:
        """Open a rule in the builder; what a crash left of it is gone on with, and of a `new` one,
        what was left of another new one of its kind. `mending`: at the first thing wrong."""
        if document.kind not in BUILT:
            self._text_of(document, rules)
            return
        workspace = self._session.workspace

        def ask() -> tuple[Folk, list[Document[Any]]]:
            left = rules_left(workspace)
            return _folk(workspace), [
                one
                for one in left
                if one.id == document.id
                or (new and one.kind == document.kind and rules.one(one.id) is None)
            ]

        def came(found: tuple[Folk, list[Document[Any]]]) -> None:
            folk, left = found
            shown = left[0] if left else document
            self._build(shown, document, rules, folk, recovered=bool(left), mending=mending)

        self._session.ask(ask, came, owner=self)

    def text(self, text: str, heading: str, *, may: bool) -> TextSheet:
        """Show a text, of one rule or of many."""
        sheet = TextSheet(self._session, text, heading=heading, may=may, parent=self._page.window())
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()
        return sheet

    def rule_text(self, document: Document[Any], rules: RuleSet, *, may: bool) -> None:
        """Show one rule as text, from which the builder may be opened."""
        name = document.label.text(self._session.language)
        sheet = self.text(yaml_of_rule(document), name, may=may)
        if may and document.kind in BUILT:
            sheet.offer_form(lambda found: self._again(found, document, rules))

    def _build(
        self,
        shown: Document[Any],
        saved: Document[Any],
        rules: RuleSet,
        folk: Folk,
        *,
        recovered: bool = False,
        mending: bool = False,
    ) -> None:
        around = Around(self._session, shown.entity, rules, *folk)
        BuilderSheet(
            self._session, shown, around, saved=saved, recovered=recovered, mending=mending,
            text_asked=lambda found: self._text_of(found, rules, saved),
            parent=self._page.window(),
        ).open()  # fmt: skip

    def _text_of(
        self, document: Document[Any], rules: RuleSet, saved: Document[Any] | None = None
    ) -> None:
        name = document.label.text(self._session.language)
        sheet = self.text(yaml_of_rule(document), name, may=True)
        if document.kind not in BUILT:
            return
        before = saved or document
        sheet.offer_form(lambda found: self._again(found, before, rules))
        if document != before:
            # Until it is saved, or given up in the text, it outlives a crash as well.
            sheet.set_dirty(True)
            workspace = self._session.workspace
            self._session.ask(partial(keep_rule, workspace, document), _nothing)
            drop = partial(drop_rule, workspace, document.id)
            sheet.finished.connect(lambda _: self._session.ask(drop, _nothing))

    def _again(self, found: Document[Any], saved: Document[Any], rules: RuleSet) -> None:
        workspace = self._session.workspace
        self._session.ask(
            lambda: _folk(workspace),
            lambda folk: self._build(found, saved, rules, folk), owner=self,
        )  # fmt: skip


def _folk(workspace: Workspace) -> Folk:
    return people_of(workspace), roles_of(workspace)


def _nothing(_answer: object) -> None:
    pass
