"""Opening a rule to be written: built of parts, or as text; from one to the other without loss."""

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from crm_core.rules.documents import Document
from crm_core.rules.ruleset import RuleSet
from crm_core.rules.yaml_text import yaml_of_rule
from desktop.services.rule_checking import people_of
from desktop.viewmodels.session import Session
from desktop.viewmodels.unsaved_rules import drop_rule, keep_rule, rules_left
from desktop.views.pages.rules.builder_sheet import BUILT, BuilderSheet
from desktop.views.pages.rules.part_editors import Around
from desktop.views.pages.rules.text_sheet import TextSheet


class RuleOpening(QObject):
    """One a page; sheets are children of its window."""

    def __init__(self, session: Session, page: QWidget) -> None:
        super().__init__(page)
        self._session, self._page = session, page

    def write(self, document: Document[Any], rules: RuleSet, *, new: bool = False) -> None:
        """Open a rule on what it is written with; what a crash left of it is gone on with, and of
        a `new` one, what was left of another new one of its kind."""
        if document.kind not in BUILT:
            self._text_of(document, rules)
            return
        workspace = self._session.workspace

        def ask() -> tuple[dict[str, str], list[Document[Any]]]:
            left = rules_left(workspace)
            return people_of(workspace), [
                one
                for one in left
                if one.id == document.id
                or (new and one.kind == document.kind and rules.one(one.id) is None)
            ]

        def came(found: tuple[dict[str, str], list[Document[Any]]]) -> None:
            people, left = found
            shown = left[0] if left else document
            self._build(shown, document, rules, people, recovered=bool(left))

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
        people: dict[str, str],
        *,
        recovered: bool = False,
    ) -> None:
        around = Around(self._session, shown.entity, rules, people)
        BuilderSheet(
            self._session, shown, around, saved=saved, recovered=recovered,
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
            lambda: people_of(workspace),
            lambda people: self._build(found, saved, rules, people), owner=self,
        )  # fmt: skip


def _nothing(_answer: object) -> None:
    pass
