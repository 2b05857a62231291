"""Pictures of rules being written: the builder, the sliders, stages, pools, approvals."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from desktop.demo.stage import Stage
from desktop.views.main_window import MainWindow
from desktop.views.pages.rules.builder_sheet import BuilderSheet
from desktop.views.pages.rules.rules_page import RulesPage

_PAGES = ("stages", "scores", "approvals", "rules", "pools", "content")


def of_rules(stage: Stage, manager: MainWindow) -> dict[str, Callable[[], QWidget]]:
    """Name → what makes ready what is to be taken."""
    return {
        **{name: partial(_page, manager, name) for name in _PAGES},
        "rule-builder": partial(_builder, stage, manager),
    }


def _page(manager: MainWindow, name: str) -> QWidget:
    manager.shell.show_page(name)
    return manager.shell


def _builder(stage: Stage, manager: MainWindow) -> QWidget:
    manager.shell.show_page("rules")
    page = manager.shell.page("rules")
    assert isinstance(page, RulesPage)
    stage.until(lambda: page.list.current is not None, "the rules")
    line = page.list.current
    assert line is not None
    page.edit(line)
    stage.until(lambda: bool(manager.shell.findChildren(BuilderSheet)), "the builder")
    return manager.shell.findChildren(BuilderSheet)[-1]
