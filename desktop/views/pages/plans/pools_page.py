"""Pools of leads: what waits, for how long and until when; claim, give back, take over, why here.

`C` claims the current lead, `W` tells why it is here (rows 2.7, 2.9, 2.12, 2.13).
"""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from crm_core.rules.routing import ROUTED
from crm_core.rules.wording.clock_faces import span_words
from crm_core.rules.wording.speaking import Speaker
from desktop.bus import Change
from desktop.services.commands.pools import do_claim, do_give_back, do_take_over
from desktop.services.rules.lead_pools import MOST, LeadLine, PoolDesk, read_pools
from desktop.viewmodels.session import Session
from desktop.views.pages.admin.plain_table import Fact, FactColumn, FactTable
from desktop.views.pages.admin.sheets import NameSheet
from desktop.views.pages.records.why_sheet import WhySheet
from desktop.views.theme.roles import Role, set_role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton, IconButton, PrimaryButton
from desktop.views.widgets.editors.choice import ChoiceBox, Option
from desktop.views.widgets.feedback import EmptyState
from desktop.views.widgets.header import PageHeader, with_way_back
from desktop.views.widgets.layouts import column, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.segments import Segments

WAITING, HELD = "waiting", "held"
_SETTLE_MS, _MINUTE_MS = 150, 60_000
_WATCHED = (ROUTED, "rule_version", "absence", "user")


class PoolsPage(Reactive, QWidget):
    """Only who sees leads is offered to."""

    back_requested = Signal()
    shown = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.desk: PoolDesk | None = None
        self.lines: dict[str, LeadLine] = {}
        self._header, self._back = PageHeader(""), IconButton("chevron-left", "")
        self.which, self.pool = Segments((WAITING, HELD)), ChoiceBox()
        self.which.set_value(WAITING)
        self.claim, self.why = PrimaryButton("", "check"), GhostButton("", "info")
        self.back_to, self.take = GhostButton("", "undo"), GhostButton("", "handshake")
        self.table, self.empty = FactTable(), EmptyState("inbox", "", "")
        self._stack = QStackedWidget()
        self._soon = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._minute = QTimer(self, interval=_MINUTE_MS)
        self._lay_out()
        self._connect()
        self.retranslate()

    @property
    def current(self) -> LeadLine | None:
        """The lead the keyboard is on."""
        return self.lines.get(self.table.current_key())

    def retranslate(self) -> None:
        self._back.set_name(self.tr("Back (Alt+Left)"))
        self.which.set_labels(
            [self.tr("Waiting"), self.tr("Given out, not answered")], name=self.tr("Shown")
        )
        self.pool.setAccessibleName(self.tr("Pool"))
        self.claim.setText(self.tr("Claim"))
        self.claim.setToolTip("C")
        self.why.setText(self.tr("Why here"))
        self.why.setToolTip("W")
        self.back_to.setText(self.tr("Give back…"))
        self.take.setText(self.tr("Take over…"))
        self.table.setAccessibleName(self.tr("Leads in pools"))
        self.table.set_columns(
            (
                FactColumn(self.tr("Lead"), 24), FactColumn(self.tr("Pool"), 20),
                FactColumn(self.tr("Grade"), 8), FactColumn(self.tr("Owner"), 12),
                FactColumn(self.tr("Since"), 16), FactColumn(self.tr("Time left"), 20, chips=True),
            )
        )  # fmt: skip
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.reload()
        self._minute.start()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def reload(self) -> None:
        """Read the pools again in the background."""
        if not self.isVisible():
            self._minute.stop()
            return
        workspace, language = self._session.workspace, self._session.language
        self._session.ask(lambda: read_pools(workspace, language), self._came, owner=self)

    # -- building ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        set_role(self, Role.PAGE)
        head = with_way_back(self._back, self._header)
        for button in (self.why, self.back_to, self.take, self.claim):
            self._header.add_action(button)
        tools = row(None, margins=(24, 0, 24, 0), gap=12)
        tools.addWidget(self.which)
        tools.addStretch(1)
        self.pool.setMinimumWidth(240)
        tools.addWidget(self.pool)
        frame = QFrame()
        set_role(frame, Role.CARD)
        inside = column(frame, margins=(1, 1, 1, 1), gap=0)
        inside.addWidget(self.table)
        self._stack.addWidget(frame)
        self._stack.addWidget(self.empty)
        under = column(None, margins=(24, 0, 24, 16), gap=0)
        under.addWidget(self._stack, 1)
        body = column(self, gap=8)
        body.addLayout(head)
        body.addLayout(tools)
        body.addLayout(under, 1)

    def _connect(self) -> None:
        self._back.clicked.connect(self.back_requested)
        self.which.chosen.connect(lambda _: self._show())
        self.pool.changed.connect(self._show)
        self.claim.clicked.connect(self.do_claim)
        self.why.clicked.connect(self.explain)
        self.back_to.clicked.connect(self.ask_back)
        self.take.clicked.connect(self.ask_over)
        self.table.row_opened.connect(self._open)
        self.table.current_changed.connect(lambda _: self._offer())
        self._soon.timeout.connect(self.reload)
        self._minute.timeout.connect(self.reload)
        self._session.changed.connect(self._heard)
        self._session.language_changed.connect(lambda _: self.reload())
        acts: dict[str, Callable[[], object]] = {"C": self.do_claim, "W": self.explain}
        for keys, act in acts.items():
            shortcut = QShortcut(QKeySequence(keys), self.table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(act)

    # -- showing -------------------------------------------------------------------------------

    def _came(self, desk: PoolDesk) -> None:
        self.desk = desk
        kept, language = self.pool.value(), self._session.language
        self.pool.blockSignals(True)
        self.pool.set_options(
            [Option(p.id, f"{p.label.text(language)} · {p.waiting}") for p in desk.pools]
        )
        self.pool.setValue(kept)
        self.pool.blockSignals(False)
        self._show()
        self.shown.emit()

    @Slot()
    def _show(self) -> None:
        line = self.pool.lineEdit()
        if line is not None:
            line.setPlaceholderText(self.tr("All pools"))
        desk, waiting = self.desk, self.which.value() == WAITING
        if desk is None:
            self._header.set_text(self.tr("Lead pools"), self.tr("Reading…"))
            return
        every, pool = desk.waiting if waiting else desk.held, self.pool.value()
        shown = [one for one in every if not pool or one.pool == pool]
        self.lines = {one.id: one for one in shown}
        self.table.show_rows([(one.id, self._cells(one, desk)) for one in shown])
        said = self.tr("{0} wait, {1} are over their time").format(
            f"{len(desk.waiting):,}", f"{sum(one.over for one in desk.waiting):,}"
        )
        if len(every) >= MOST:
            said += " · " + self.tr("the first {0} are shown").format(f"{MOST:,}")
        self._header.set_text(self.tr("Lead pools"), said)
        self._teach(waiting=waiting)
        self._stack.setCurrentIndex(0 if shown else 1)
        self._offer()

    def _teach(self, *, waiting: bool) -> None:
        if waiting:
            self.empty.set_text(
                self.tr("Nobody waits here"),
                self.tr("Leads without an owner come here by the routing rules. Claim one with C; "
                        "the first claim wins. Whoever leads hears of what nobody claims in time."),
            )  # fmt: skip
        else:
            self.empty.set_text(
                self.tr("Every lead has been answered"),
                self.tr("Leads somebody got and has not answered yet stand here: to be given back, "
                        "or taken over with a reason."),
            )  # fmt: skip

    def _cells(self, one: LeadLine, desk: PoolDesk) -> tuple[Fact, ...]:
        language = self._session.language
        label = next((p.label.text(language) for p in desk.pools if p.id == one.pool), "—")
        registry = self._session.workspace.replica.registry
        speaker = Speaker(registry, language, lambda *_: None)
        since = span_words(desk.now - one.since, speaker) if one.since is not None else "—"
        left = Fact(one.left, Tone.BAD if one.over else Tone.NEUTRAL) if one.left else Fact("")
        name = f"{one.name}（{one.source}）" if one.source else one.name
        return (Fact(name), Fact(label), Fact(one.grade), Fact(one.owner or "—"), Fact(since), left)

    def _offer(self) -> None:
        one = self.current
        self.claim.setVisible(self.which.value() == WAITING)
        self.claim.setEnabled(one is not None and one.claimable)
        self.why.setEnabled(one is not None)
        self.back_to.setVisible(one is not None and one.returnable)
        self.take.setVisible(one is not None and one.takeable)

    # -- doing ---------------------------------------------------------------------------------

    @Slot()
    def do_claim(self) -> None:
        """Take the current lead."""
        one = self.current
        if one is not None and one.claimable:
            self._session.run(do_claim, one.id)

    @Slot()
    def explain(self) -> None:
        """Why the current lead is here."""
        one = self.current
        if one is not None:
            WhySheet(self._session, one.id, one.name, self.window()).open()

    @Slot()
    def ask_back(self) -> None:
        """Give the current lead back, with a reason."""
        one = self.current
        if one is not None and one.returnable:
            NameSheet(
                self.tr("Give “{0}” back to its pool").format(one.name), self.tr("Reason"),
                lambda reason: self._session.run(do_give_back, one.id, reason), self.window(),
            ).open()  # fmt: skip

    @Slot()
    def ask_over(self) -> None:
        """Take the current lead over, with a reason."""
        one = self.current
        if one is not None and one.takeable:
            NameSheet(
                self.tr("Take “{0}” over from {1}").format(one.name, one.owner), self.tr("Reason"),
                lambda reason: self._session.run(do_take_over, one.id, reason), self.window(),
            ).open()  # fmt: skip

    @Slot(int)
    def _open(self, place: int) -> None:
        key = self.table.facts.key_at(place)
        if key:
            self._session.open_requested.emit(ROUTED, key)

    @Slot(object)
    def _heard(self, change: Change) -> None:
        if self.isVisible() and any(change.touches(name) for name in _WATCHED):
            self._soon.start()
