"""Pictures of rules being written and tried, of stages, pools, approvals, and of why a lead is
where it is."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtWidgets import QWidget

from crm_core.clock import iso_moment
from crm_core.model.query import All, Op, Query, Test
from crm_core.model.schema import Label
from crm_core.rules.documents import Document, When
from crm_core.rules.firing.automations import Action, Automation, Do, On, Trigger, Whom
from crm_core.rules.timekeeping.clocks import Clock
from desktop.demo.stage import Stage
from desktop.services.commands.approvals import Request, do_ask_approval
from desktop.services.commands.exemption import do_ask_exemption
from desktop.services.rules.exempting import RECHECK, Exempting
from desktop.views.main_window import MainWindow
from desktop.views.pages.records.why_sheet import WhySheet
from desktop.views.pages.rules.builder_sheet import BuilderSheet
from desktop.views.pages.rules.rules_page import RulesPage

_PAGES = ("stages", "scores", "pools", "content")
_GONE: Document[object] = Document(
    "picture-gone", "automation", Label("展会线索转交", "Leads of fairs"), "lead",
    Automation(
        Trigger(On.CREATED),
        (Action(Do.TASK, title="回访[姓名]", whom=Whom.USER, user="somebody-gone", due_hours=24),),
        When(All((Test("source", Op.EQ, "展会"), Test("x_budget_band", Op.EQ, "展会")))),
    ),
)  # fmt: skip
"""Somebody and a field of it are not there any more."""


def of_rules(
    stage: Stage, rep: MainWindow, manager: MainWindow
) -> dict[str, Callable[[], QWidget]]:
    """Name → what makes ready what is to be taken."""
    builders = {"rule-builder": "auto-added-on-wechat", "rule-stage": "stage-opportunity-demo",
                "rule-score": "score-general"}  # fmt: skip
    return {
        **{name: partial(_page, manager, name) for name in _PAGES},
        "rules": partial(_list, stage, manager),
        "approvals": partial(_approvals, stage, rep, manager),
        **{name: partial(_builder, stage, manager, rule) for name, rule in builders.items()},
        "rule-gone": partial(_builder, stage, manager, ""),
        "rule-trial": partial(_trial, stage, manager),
        "lead-why": partial(_why, stage, manager),
    }


def _page(manager: MainWindow, name: str) -> QWidget:
    manager.shell.show_page(name)
    return manager.shell


def _rules(stage: Stage, manager: MainWindow) -> RulesPage:
    manager.shell.show_page("rules")
    page = manager.shell.page("rules")
    assert isinstance(page, RulesPage)
    stage.until(lambda: page.desk is not None, "the rules")
    return page


def _list(stage: Stage, manager: MainWindow) -> QWidget:
    _rules(stage, manager).show_tab("rules")
    return manager.shell


def _builder(stage: Stage, manager: MainWindow, rule: str) -> QWidget:
    """A rule in the builder; none named: one that speaks of what is gone."""
    page = _rules(stage, manager)
    assert page.desk is not None
    page.opening.write(page.desk.draft.one(rule) or _GONE, page.desk.draft, mending=not rule)

    def there() -> list[BuilderSheet]:
        every = manager.shell.findChildren(BuilderSheet)
        return [one for one in every if one.isVisible() and one.sentence.text()]

    stage.until(lambda: bool(there()), "the builder")
    return there()[-1]


def _trial(stage: Stage, manager: MainWindow) -> QWidget:
    """First answers within 24 hours in place of 48, beside everything else."""
    page = _rules(stage, manager)
    assert page.desk is not None
    tried = []
    for one in page.desk.draft.documents:
        if isinstance(one.body, Clock) and one.active:
            sooner = one.id == "clock-first-follow-up"
            body = replace(one.body, limit_hours=24.0, levels=(
                replace(one.body.levels[0], after_hours=24.0),
            )) if sooner else one.body  # fmt: skip
            tried.append(replace(one, body=body))
    page.show_tab("sandbox")
    page.sandbox.trial = None
    page.sandbox.attempt(tried, page.desk.published)
    stage.until(lambda: page.sandbox.trial is not None, "the trial", seconds=180)
    return manager.shell


def _why(stage: Stage, manager: MainWindow) -> QWidget:
    manager.shell.show_page("pools")
    [lead, *_] = manager.session.workspace.replica.find(
        Query("lead", Test("stage", Op.EQ, "captured"), limit=1)
    )
    sheet = WhySheet(manager.session, str(lead["id"]), str(lead["name"]), manager.shell)
    sheet.open()
    stage.until(lambda: bool(sheet.reasons), "the reasons")
    return sheet


def _approvals(stage: Stage, rep: MainWindow, manager: MainWindow) -> QWidget:
    """A request for an exemption, and one with clauses."""
    workspace, theirs = rep.session.workspace, manager.session.workspace
    waits = Test("state", Op.EQ, "pending"), Test("owner", Op.EQ, theirs.actor.user_id)
    if theirs.replica.count(Query("approval", All(waits))) == 0:
        mine = Test("owner", Op.EQ, workspace.actor.user_id)
        open_ = (mine, Test("stage", Op.NE, "won"), Test("stage", Op.NE, "lost"))
        [lead, *_] = workspace.replica.find(Query("lead", All(open_), limit=1))
        [deal, *_] = workspace.replica.find(Query("opportunity", All(open_), limit=1))
        until = iso_moment(workspace.clock.now() + RECHECK)
        reason = "客户出国参展，电话打不通，两周后回来"
        do_ask_exemption(workspace, Exempting("lead", lead, "unreachable", reason, until))
        asked = Request(
            "折扣申请 · 八五折", theirs.actor.user_id, "opportunity", str(deal["id"]),
            rule="approval-discount", request="竞品报价低 12%，客户答应本月签",
        )  # fmt: skip
        do_ask_approval(workspace, asked)
        asked_of = Query("approval", All(waits))
        stage.until(lambda: theirs.replica.count(asked_of) > 1, "the requests")
    return _page(manager, "approvals")
