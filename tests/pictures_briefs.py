"""Pictures of the daily brief and the reports around it, for `tests.pictures`."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from desktop.demo.stage import Stage
from desktop.views.main_window import MainWindow
from desktop.views.pages.boards.brief_page import BriefPage
from desktop.views.pages.boards.reports_page import POINTS, SCORE, VALUE, ReportsPage


def of_briefs(
    stage: Stage, manager: MainWindow, rep: MainWindow
) -> dict[str, Callable[[], QWidget]]:
    """Name of each picture, and how to get there; points are those of who visits customers."""
    return {
        "brief": partial(_brief, stage, manager),
        f"report-{SCORE}": partial(_report, stage, manager, SCORE),
        f"report-{VALUE}": partial(_report, stage, manager, VALUE),
        f"report-{POINTS}": partial(_report, stage, rep, POINTS),
    }


def _brief(stage: Stage, window: MainWindow) -> QWidget:
    window.shell.show_page("briefing")
    page = window.shell.page("briefing")
    assert isinstance(page, BriefPage)
    stage.until(lambda: page.brief is not None, "the brief")
    return window.shell


def _report(stage: Stage, window: MainWindow, which: str) -> QWidget:
    window.shell.show_page("reports")
    page = window.shell.page("reports")
    assert isinstance(page, ReportsPage)
    page.show_report(which)
    stage.until(
        lambda: bool(
            {SCORE: page.score.report, VALUE: page.value.report, POINTS: page.points.ledger}[which]
        ),
        "the report",
    )  # fmt: skip
    return window.shell
