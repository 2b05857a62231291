"""From a value on: how it was computed, the journey of a record behind it, a task for somebody."""

from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QWidget

from crm_core.clock import iso_moment
from crm_core.insight.declared import Group
from crm_core.permissions import Right
from desktop.services.rules.measure_limits import LimitDraft, limit_draft, may_write_rules
from desktop.viewmodels.board.board_explaining import read_explained
from desktop.viewmodels.board.board_scene import Scene
from desktop.viewmodels.session import Session
from desktop.views.pages.boards.board_body import BoardBody
from desktop.views.pages.boards.explain_sheet import ExplainSheet
from desktop.views.pages.records.record_dialog import RecordDialog, Subject

if TYPE_CHECKING:
    from desktop.services.rules.rule_lines import RuleDesk

Groups = tuple[str, ...]


class GoingOn(QObject):
    """Opens what a tile asks for, over the page it is on."""

    def __init__(self, session: Session, body: BoardBody, page: QWidget) -> None:
        super().__init__(page)
        self._session, self._body, self._page = session, body, page
        self.explaining: ExplainSheet | None = None
        body.explain_wanted.connect(self.explain)
        body.task_wanted.connect(self.give_task)
        body.entry_wanted.connect(self.enter)
        body.limit_wanted.connect(self.change_limit)

    @Slot(object, object)
    def explain(self, scene: Scene, groups: Groups) -> None:
        """Say how a value was computed, with the records it was made of."""
        sheet = ExplainSheet(self._session, scene, scene.name_of(groups), self._page)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.records_wanted.connect(lambda: self._to_records(sheet, scene, groups))
        sheet.task_wanted.connect(lambda: self.give_task(scene, groups))
        sheet.limit_wanted.connect(lambda: self.change_limit(scene))
        sheet.journey_wanted.connect(self._session.journey_requested)
        sheet.destroyed.connect(self._closed)
        self.explaining = sheet
        sheet.open()
        workspace, language = self._session.workspace, self._session.language
        self._session.ask(
            lambda: read_explained(workspace, scene, groups, language), sheet.show_explained,
            owner=sheet,
        )  # fmt: skip

    @Slot(object, object)
    def give_task(self, scene: Scene, groups: Groups | None) -> None:
        """A task with the suggested next step, for the rep whom the value is about."""
        if not self._session.workspace.may(Right.CREATE, "task").allowed:
            return
        language = self._session.language
        name = scene.name_of(groups) if groups else ""
        title = scene.measure.label.text(language)
        suggestion = scene.measure.suggestion.text(language)
        due = self._session.workspace.clock.now() + timedelta(days=1)
        initial: dict[str, object] = {
            "title": " · ".join(part for part in (title, name) if part),
            "kind": "todo",
            "state": "open",
            "due_at": iso_moment(due),
            "remark": suggestion or None,
        }
        if groups and Group.OWNER in scene.answer.question.group_by:
            initial["owner"] = groups[scene.answer.question.group_by.index(Group.OWNER)] or None
        subject = Subject("task", initial=initial)  # type: ignore[arg-type]
        RecordDialog.over(self._session, subject, self._page.window())

    @Slot(str)
    def enter(self, entity: str) -> None:
        """Write down a record that a measure waits for; the board follows once it is saved."""
        RecordDialog.over(self._session, Subject(entity), self._page.window())

    @Slot(object)
    def change_limit(self, scene: Scene) -> None:
        """Another limit for the measure of a tile, tried, drafted and published from here."""
        session, workspace = self._session, self._session.workspace
        if not may_write_rules(workspace):
            return
        # Rules are a third of what the page would take to load; few change a limit from here.
        from desktop.views.pages.boards.limit_sheet import LimitSheet

        def came(found: LimitDraft) -> None:
            sheet = LimitSheet(session, scene, found, self._page.window())
            sheet.publish_wanted.connect(self._publish)
            sheet.open()

        question = scene.answer.question
        session.ask(lambda: limit_draft(workspace, question), came, owner=self)

    @Slot()
    def _publish(self) -> None:
        """The sheet that publishes shows everything that differs, not this limit alone."""
        from desktop.services.rules.rule_files import teams_of
        from desktop.services.rules.rule_lines import read_desk
        from desktop.views.pages.rules.publish_sheet import PublishSheet

        session, workspace, language = (
            self._session, self._session.workspace, self._session.language,
        )  # fmt: skip

        def came(found: tuple["RuleDesk", list[tuple[str, str]]]) -> None:
            PublishSheet(session, *found, parent=self._page.window()).open()

        session.ask(lambda: (read_desk(workspace, language), teams_of(workspace)), came, owner=self)

    def _to_records(self, sheet: ExplainSheet, scene: Scene, groups: Groups) -> None:
        sheet.accept()
        self._body.open_value(scene, groups)

    @Slot()
    def _closed(self) -> None:
        self.explaining = None
