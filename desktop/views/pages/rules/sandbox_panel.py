"""Rules tried on the last twelve months: what would have fired, on whom, and was it right (4.9)."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from crm_core.clock import CHINA
from crm_core.errors import KnownError
from crm_core.rules.documents import Document
from crm_core.rules.replaying.outcomes import Judgement
from crm_core.rules.replaying.replay import Fired
from crm_core.rules.replaying.replay_report import Load
from crm_core.rules.ruleset import RuleSet
from desktop.services.cancelling import Cancelled, CancelToken
from desktop.services.rules.limit_replay import MEASURE
from desktop.services.rules.rule_files import teams_of
from desktop.services.rules.rule_replay import (
    RuleTrial,
    Side,
    Trial,
    TrialLine,
    by_rule,
    can_be_tried,
    lines_of,
    try_rules,
)
from desktop.viewmodels.session import Session
from desktop.views.pages.admin.plain_table import Fact, FactColumn, FactTable
from desktop.views.pages.rules.sandbox_bar import SandboxBar
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton, PrimaryButton
from desktop.views.widgets.cards import Card, Metric, MetricTile
from desktop.views.widgets.charts import Bar, BarList
from desktop.views.widgets.feedback import EmptyState, InlineMessage
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.progress import ProgressStrip
from desktop.views.widgets.reactive import Reactive

_MOST_LISTED = 2_000
_MOST_PEOPLE = 12
_OFTEN = 0.3
"""More false alarms than this, and people stop looking."""
_TONES = {
    Judgement.RIGHT: Tone.GOOD, Judgement.FALSE_ALARM: Tone.WARN,
    Judgement.OPEN: Tone.NEUTRAL, Judgement.SILENT: Tone.NEUTRAL,
}  # fmt: skip


class SandboxPanel(Reactive, QWidget):
    """Nothing is written by it; what was found stays until rules are tried anew."""

    publish_requested = Signal(bool)
    """True: on trial with one team."""
    shown = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.trial: Trial | None = None
        self._rule = ""
        """Of which rule alone it is listed when it fires; empty: of all."""
        self._listed: list[TrialLine] = []
        self._rules: tuple[Document[object], ...] = ()
        self._published = RuleSet()
        self._token: CancelToken | None = None
        self.progress, self.message = ProgressStrip(), InlineMessage()
        self.tiles = [MetricTile(Metric("", "–")) for _ in range(4)]
        self.bar = SandboxBar()
        self.table, self.loads = FactTable(), BarList(label_width=72)
        self.verdict = label("", Role.STRONG, wrap=True)
        self._loads_card, self._about = Card(), label("", Role.SMALL, wrap=True)
        self.again = GhostButton("", "sync")
        self.one_team, self.publish = GhostButton("", "person"), PrimaryButton("", "check")
        self.empty = EmptyState("history", "", "")
        self._stack = QStackedWidget()
        self._lay_out()
        self.progress.cancelled.connect(self.stop)
        self.again.clicked.connect(self._run)
        self.empty.action_triggered.connect(self._run)
        self.table.row_opened.connect(self._open)
        self.bar.side_chosen.connect(self._list_all)
        self.bar.team_chosen.connect(self._run)
        self.one_team.clicked.connect(lambda: self.publish_requested.emit(True))
        self.publish.clicked.connect(lambda: self.publish_requested.emit(False))
        self.retranslate()

    def retranslate(self) -> None:
        self.again.setText(self.tr("Try again"))
        self.one_team.setText(self.tr("Try with one team…"))
        self.publish.setText(self.tr("Publish…"))
        self._loads_card.set_heading(self.tr("Tasks a week, by person"))
        self.table.setAccessibleName(self.tr("What would have fired"))
        self.empty.set_text(
            self.tr("Try rules on your own history"),
            self.tr("Automations, clocks, scores, routes, gates, approvals and limits are worked "
                    "out anew over the last twelve months on this device: what would have fired, "
                    "on whom, and whether people had seen to it anyway. Nothing is changed."),
            action=self.tr("Try the whole draft"),
        )  # fmt: skip
        self._show()

    def _head_columns(self) -> None:
        if self.bar.by_rule:
            columns = (
                FactColumn(self.tr("Rule"), 31), FactColumn(self.tr("Times"), 12),
                FactColumn(self.tr("Records"), 12), FactColumn(self.tr("False alarms"), 18,
                                                               chips=True),
                FactColumn(self.tr("Newly fires"), 12),
                FactColumn(self.tr("No longer fires"), 15),
            )  # fmt: skip
        else:
            columns = (
                FactColumn(self.tr("When"), 15), FactColumn(self.tr("Rule"), 16),
                FactColumn(self.tr("Record"), 19), FactColumn(self.tr("Why"), 22),
                FactColumn(self.tr("Worth"), 14, chips=True),
                FactColumn(self.tr("Fires"), 14, chips=True),
            )  # fmt: skip
        self.table.set_columns(columns)

    def offer(self, rules: Sequence[Document[object]], published: RuleSet) -> None:
        """What is tried when somebody asks for it here: all of the draft."""
        self._rules = tuple(one for one in rules if can_be_tried(one))
        self._published = published
        workspace = self._session.workspace
        self._session.ask(lambda: teams_of(workspace), self.bar.offer_teams, owner=self)

    def attempt(self, rules: Sequence[Document[object]], published: RuleSet) -> None:
        """Try these, against those of the same ids that are in force."""
        self._rules, self._published = tuple(rules), published
        self._run()

    @Slot()
    def stop(self) -> None:
        """Give up; what was found before stays."""
        if self._token is not None:
            self._token.cancel()

    # -- building ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        shown = QWidget()
        body = column(shown, gap=12)
        head = row(None, gap=12)
        for tile in self.tiles:
            head.addWidget(tile, 1)
        body.addLayout(head)
        body.addWidget(self.verdict)
        body.addWidget(self.bar)
        frame = QFrame()
        set_role(frame, Role.CARD)
        inside = column(frame, margins=(1, 1, 1, 1), gap=0)
        inside.addWidget(self.table)
        self._loads_card.setFixedWidth(268)
        self._loads_card.body.addWidget(self.loads)
        self._loads_card.body.addStretch(1)
        self._loads_card.body.addWidget(self._about)
        halves = row(None, gap=12)
        halves.addWidget(frame, 1)
        halves.addWidget(self._loads_card)
        body.addLayout(halves, 1)
        acts = row(None, gap=8)
        acts.addWidget(self.again)
        acts.addStretch(1)
        acts.addWidget(self.one_team)
        acts.addWidget(self.publish)
        body.addLayout(acts)
        self._stack.addWidget(shown)
        self._stack.addWidget(self.empty)
        outer = column(self, margins=(24, 0, 24, 16), gap=8)
        outer.addWidget(self.progress)
        outer.addWidget(self.message)
        outer.addWidget(self._stack, 1)
        self.progress.hide()

    # -- running -------------------------------------------------------------------------------

    @Slot()
    def _run(self) -> None:
        if self._token is not None or not self._rules:
            return
        self._token = token = CancelToken()
        self.bar.teams.setEnabled(False)
        self.message.show_message("", Tone.NEUTRAL)
        self.progress.set_progress(self.tr("Replaying twelve months…"), 0.0)
        self.progress.show()
        report = self._session.tasks.reporter(self._progressed, owner=self)
        self._session.tasks.free(
            partial(try_rules, team=self.bar.team),
            self._session.workspace, self._rules, self._published, token, report,
            on_done=self._arrived, on_error=self._failed, owner=self, cancel=token,
        )  # fmt: skip

    def _progressed(self, share: float) -> None:
        if self._token is not None:
            self.progress.set_progress(self.tr("Replaying twelve months…"), share)

    def _arrived(self, trial: Trial) -> None:
        self.trial, self._token = trial, None
        self.bar.teams.setEnabled(True)
        self.progress.hide()
        self._show()
        self.shown.emit()

    def _failed(self, error: KnownError) -> None:
        self._token = None
        self.bar.teams.setEnabled(True)
        self.progress.hide()
        tone = Tone.NEUTRAL if isinstance(error, Cancelled) else Tone.WARN
        self.message.show_message(error.sentence(self._session.language), tone)

    # -- what is shown -------------------------------------------------------------------------

    def _show(self) -> None:
        trial = self.trial
        self._stack.setCurrentIndex(0 if trial is not None else 1)
        if trial is None:
            return
        report = trial.report
        judged = [one.judgement for one in report.judged]
        wrong, right = judged.count(Judgement.FALSE_ALARM), judged.count(Judgement.RIGHT)
        share = f"{wrong / (wrong + right):.0%}" if wrong + right else "–"
        records = len({(one.fired.entity, one.fired.record) for one in report.judged})
        said = (
            (self.tr("Would have fired"), f"{len(judged):,}"),
            (self.tr("Records"), f"{records:,}"),
            (self.tr("False alarms"), share),
            (self.tr("New / no longer"), f"+{report.newly:,} / −{len(report.no_longer):,}"),
        )
        for tile, (name, value) in zip(self.tiles, said, strict=True):
            tile.set_metric(Metric(name, value))
        self.verdict.setText(self._verdict(trial))
        self._list()
        self.loads.set_bars(
            [
                Bar(trial.people.get(one.person, "—"), one.a_week, self._load(one))
                for one in report.loads[:_MOST_PEOPLE]
            ]
        )
        self._about.setText(self._caveats(trial))

    def _verdict(self, trial: Trial) -> str:
        """What publishing would change, in one sentence."""
        report = trial.report
        if not report.newly and not report.no_longer:
            return self.tr("The draft does exactly what is in force does.")
        now = sum(one.a_week for one in report.loads)
        before = sum(one.before for one in report.loads)
        return self.tr(
            "Published, it fires {0} times more and {1} times less in twelve months; tasks a week "
            "go from {2} to {3}."
        ).format(f"{report.newly:,}", f"{len(report.no_longer):,}", f"{before:.1f}", f"{now:.1f}")

    @staticmethod
    def _load(one: Load) -> str:
        before, week = f"{one.before:.1f}", f"{one.a_week:.1f}"
        return f"{before} → {week}" if before != week else week

    @Slot()
    def _list_all(self) -> None:
        self._rule = ""
        self._list()

    def _list(self) -> None:
        trial, language = self.trial, self._session.language
        self._head_columns()
        if trial is None:
            return
        if self.bar.by_rule:
            rules = by_rule(trial.report)
            self.table.show_rows([(one.rule, self._rule_cells(one, language)) for one in rules])
            return
        found = lines_of(trial.report, self.bar.side)
        self._listed = [one for one in found if self._rule in ("", one.fired.rule)][:_MOST_LISTED]
        rows = [(str(n), self._cells(one, language)) for n, one in enumerate(self._listed)]
        self.table.show_rows(rows)

    def _rule_cells(self, one: RuleTrial, language: str) -> tuple[Fact, ...]:
        assert self.trial is not None
        name, share = self.trial.rules.get(one.rule), one.false_share
        wrong = Fact("—", Tone.NEUTRAL)
        if share is not None:
            tone = Tone.WARN if share > _OFTEN else Tone.GOOD
            wrong = Fact(f"{share:.0%} ({one.false_alarms:,})", tone)
        return (
            Fact(name.text(language) if name is not None else one.rule),
            Fact(f"{one.fired:,}"), Fact(f"{one.records:,}"), wrong,
            Fact(f"+{one.newly:,}" if one.newly else "—"),
            Fact(f"−{one.gone:,}" if one.gone else "—"),
        )  # fmt: skip

    def _worth(self, one: TrialLine, language: str) -> Fact:
        if one.fired.result is not None:
            return Fact(one.fired.result.text(language), Tone.NEUTRAL)
        if one.judgement is None:
            return Fact("—")
        words = {
            Judgement.RIGHT: self.tr("Right"), Judgement.FALSE_ALARM: self.tr("False alarm"),
            Judgement.OPEN: self.tr("Not known yet"), Judgement.SILENT: self.tr("Nobody told"),
        }  # fmt: skip
        return Fact(words[one.judgement], _TONES[one.judgement])

    def _cells(self, one: TrialLine, language: str) -> tuple[Fact, ...]:
        assert self.trial is not None
        fired, name = one.fired, self.trial.rules.get(one.fired.rule)
        sides = {
            Side.NEW: (self.tr("Newly"), Tone.ACCENT),
            Side.BOTH: (self.tr("As before"), Tone.NEUTRAL),
            Side.GONE: (self.tr("No longer"), Tone.WARN),
        }  # fmt: skip
        return (
            Fact(self._when(fired.at.astimezone(CHINA))),
            Fact(name.text(language) if name is not None else fired.rule),
            Fact(self._about_what(fired, language)),
            Fact(fired.why.text(language)),
            self._worth(one, language),
            Fact(*sides[one.side]),
        )

    def _about_what(self, fired: Fired, language: str) -> str:
        assert self.trial is not None
        if fired.entity == MEASURE:
            name = self.trial.measures.get(fired.record)
            return name.text(language) if name is not None else fired.record
        return self.trial.records.get((fired.entity, fired.record), "—")

    def _when(self, at: datetime) -> str:
        this_year = self._session.workspace.clock.now().astimezone(CHINA).year
        return f"{at:%m-%d %H:%M}" if at.year == this_year else f"{at:%Y-%m-%d}"

    def _caveats(self, trial: Trial) -> str:
        report = trial.report
        said = [self.tr("{0} changes replayed.").format(f"{report.operations:,}")]
        busiest = max(report.loads, key=lambda one: one.peak, default=None)
        if busiest is not None and busiest.peak:
            name = trial.people.get(busiest.person, "—")
            said.insert(0, self.tr("The busiest week: {0}, {1} tasks.").format(name, busiest.peak))
        said.append(
            self.tr("A false alarm: somebody had seen to the record within 24 hours, untold.")
        )
        if report.partial.estimated:
            said.append(
                self.tr("The history of {0} records is not on this device; their times are "
                        "believed, the rest is as it is now.").format(report.partial.estimated)
            )  # fmt: skip
        return " ".join(said)

    @Slot(int)
    def _open(self, place: int) -> None:
        if self.bar.by_rule:  # From a rule to when it fires, from there to the record.
            self._rule = self.table.facts.key_at(place)
            self.bar.show_all()
            self._list()
        elif 0 <= place < len(self._listed):
            fired = self._listed[place].fired
            if fired.entity == MEASURE:
                self._session.board_requested.emit(fired.record)
            else:
                self._session.open_requested.emit(fired.entity, fired.record)

    def take_focus(self) -> None:
        """Let the keyboard be in the list."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
