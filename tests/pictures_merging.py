"""The pictures of merging two records, and of taking that back; for `tests.pictures`."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from crm_core.model.query import Op, Query, Test
from desktop.demo.stage import Stage
from desktop.services.commands.merge import do_merge
from desktop.views.main_window import MainWindow


def merging(stage: Stage, window: MainWindow, customer: str) -> dict[str, Callable[[], QWidget]]:
    """Name of each picture, and how to get there."""

    def other() -> str:
        workspace = window.session.workspace
        mine = Test("owner", Op.EQ, workspace.actor.user_id)
        found = [str(one["id"]) for one in workspace.replica.find(Query("customer", mine, limit=3))]
        return next(one for one in found if one != customer)

    def merge() -> QWidget:
        window.show_record("customer", customer)
        stage.pump(400)
        sheet = window.customer.merged.open_sheet()
        sheet.other.setValue(other())
        sheet.other.changed.emit()
        stage.until(lambda: sheet.pair is not None, "the pair")
        return sheet

    def unmerge() -> QWidget:
        loser = other()
        do_merge(window.session.workspace, "customer", customer, [loser], {"level": "B"})
        window.show_record("customer", customer)
        stage.pump(600)
        sheet = window.customer.merged.open_unmerge(loser)
        stage.until(lambda: sheet.back is not None, "what would go back")
        return sheet

    return {"merge": merge, "unmerge": unmerge}
