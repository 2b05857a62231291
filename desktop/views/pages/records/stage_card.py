"""The card of the stage a record is in: what it needs, ticked off here; the way on (row 4.4)."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QWidget

from crm_core.clock import CHINA, parse_moment
from crm_core.errors import KnownError
from crm_core.rules.gates import Missing
from crm_core.rules.stage_plan import span_words
from crm_core.rules.stages import Evidence
from desktop.bus import Change
from desktop.services.commands.duty import do_ask_duty
from desktop.services.commands.stage import do_move_stage, may_overrule
from desktop.services.rules.checklists import do_tick, do_untick
from desktop.services.rules.stage_gates import GateClosed
from desktop.viewmodels.records.stage_standing import Asked, Standing, read_standing
from desktop.viewmodels.session import Session
from desktop.views.pages.approval_sheet import AskSheet
from desktop.views.pages.plans.pipeline_refusal import RefusalBar, Refused
from desktop.views.pages.records.cases_sheet import CasesButton
from desktop.views.pages.records.side_cards import ElidedLabel
from desktop.views.pages.records.stage_remedies import put_right
from desktop.views.pages.records.tick_sheet import TickSheet
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton, IconButton, QuietButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.chips import Chip
from desktop.views.widgets.flow import FlowBox
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.retiring import clear

_WATCHED = ("contact", "visit", "follow_up", "checklist_item", "approval", "rule_version", "duty")
"""What a stage may ask for; the record itself is told of by its page."""

_MARK = 30
"""Width of the mark before each, whatever it is."""


class AskedRow(QFrame):
    """One thing the stage asks for; a file dropped on a check list item is its evidence."""

    pressed = Signal()
    dropped = Signal(object)

    def __init__(self, asked: Asked, language: str, *, writable: bool) -> None:
        super().__init__()
        self.asked = asked
        self.setAcceptDrops(asked.tick is not None and writable)
        words = asked.words(language)
        remedy = "check" if asked.tick is not None else "plus"
        self.button = IconButton("undo" if asked.met else remedy, words)
        if asked.met and asked.tick is None:
            self.button.hide()  # Shown before it has a parent, it would be a window for a moment.
        self.button.setEnabled(writable and not (asked.met and asked.tick is None))
        self.button.clicked.connect(self.pressed)
        chip = Chip("✓" if asked.met else "○", Tone.GOOD if asked.met else Tone.WARN)
        chip.setFixedWidth(_MARK)
        texts = column(None, gap=1)
        texts.addWidget(ElidedLabel(words, Role.BODY))
        detail = self._detail()
        if detail:
            texts.addWidget(ElidedLabel(detail, Role.SMALL))
        line = row(self, margins=(0, 2, 0, 2), gap=8)
        line.addWidget(chip, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addLayout(texts, 1)
        line.addWidget(self.button)
        self.setAccessibleName(words)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        urls = event.mimeData().urls()
        paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
        self.dropped.emit([path for path in paths if path.is_file()])

    def _detail(self) -> str:
        tick = self.asked.tick
        if tick is None:
            return ""
        if tick.record is None or not tick.record.get("done_at"):
            return {
                Evidence.NONE: "",
                Evidence.NOTE: self.tr("with a sentence on what came of it"),
                Evidence.FILE: self.tr("with a file that proves it; drop it here"),
            }[tick.item.evidence]
        when = parse_moment(str(tick.record["done_at"])).astimezone(CHINA)
        parts = (self.asked.by, f"{when:%m-%d %H:%M}", str(tick.record.get("note") or ""))
        return " · ".join(part for part in parts if part)


class StageCard(Reactive, Card):
    """Follows the record it is shown for."""

    def __init__(self, session: Session, entity: str, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._session, self._entity, self._record = session, entity, ""
        self.standing: Standing | None = None
        self.rows: list[AskedRow] = []
        self._count = Chip("")
        self._words = label("", Role.MUTED, wrap=True)
        self.refusal = RefusalBar()
        self.cases = CasesButton(
            session, entity, lambda: self.standing.record if self.standing else None, self
        )
        self.on = GhostButton("", "chevron-right")
        self.ask = QuietButton("", "handshake")
        self.help, self._helper = QuietButton("", "person"), ""
        self.body.removeWidget(self.heading)
        head = row(None, gap=8)
        head.addWidget(self.heading)
        head.addWidget(self._count)
        head.addStretch(1)
        self.body.setContentsMargins(16, 10, 12, 12)
        self.body.setSpacing(4)
        self.body.addLayout(head)
        self.body.addWidget(self._words)
        self._list = column(None, gap=0)
        self.body.addLayout(self._list)
        self.body.addWidget(self.refusal)
        self._lay_out_foot()
        self.setMinimumWidth(248)
        self.on.clicked.connect(self._move_on)
        self.refusal.remedy_wanted.connect(self._remedy)
        self.refusal.overruled.connect(lambda: self._move_on(overruling=True))
        self.refusal.go_wanted.connect(self._move_on)
        self.refusal.help_wanted.connect(self._ask_duty)
        self.ask.clicked.connect(self._ask)
        self.help.clicked.connect(self._ask_help)
        session.changed.connect(self._heard)
        self.hide()

    def _lay_out_foot(self) -> None:
        foot = FlowBox(gap=6)
        for button in (self.on, self.ask, self.help, self.cases):
            foot.flow.addWidget(button)
        self.body.addWidget(foot)
        self.body.addStretch(1)

    def show_for(self, record_id: str) -> None:
        """Read how a record stands, in the background."""
        self._record = record_id
        workspace, entity = self._session.workspace, self._entity

        def answer(found: Standing | None) -> None:
            if record_id == self._record:
                self.show_standing(found)

        self._session.ask(lambda: read_standing(workspace, entity, record_id), answer, self)

    def show_standing(self, standing: Standing | None) -> None:
        """Show it; nothing for a journey that is over and asks for nothing."""
        self.standing = standing
        self._look_again(standing)
        shown = standing is not None and bool(standing.asked or standing.following)
        self.setVisible(shown)
        if standing is None or not shown:
            return
        language = self._session.language
        self.cases.read()
        self._fill(standing, language)
        self.set_heading(standing.stage.label.text(language))
        self._count.set_text(
            f"{standing.met}/{len(standing.asked)}",
            Tone.GOOD if standing.met == len(standing.asked) else Tone.WARN,
        )
        self._count.setVisible(bool(standing.asked))
        self._words.setText(self._time_words(standing, language))
        self._words.setVisible(bool(self._words.text()))
        self._offer_help(standing)
        if standing.following is not None:
            name = standing.following.label.text(language)
            self.on.setText(self.tr("Move on to “{0}”").format(name))
        self.ask.setText(self.tr("Ask for approval"))
        self.on.setVisible(standing.following is not None and standing.writable)

    def retranslate(self) -> None:
        self.show_standing(self.standing)

    def _fill(self, standing: Standing, language: str) -> None:
        clear(self._list)
        self.rows, action = [], ""
        for one in standing.asked:
            named = one.action.text(language)
            if named and named != action:
                self._list.addWidget(label(named, Role.OVERLINE))
            action = named
            made = AskedRow(one, language, writable=standing.writable)
            made.pressed.connect(partial(self._pressed, made))
            made.dropped.connect(partial(self._dropped, made))
            self._list.addWidget(made)
            self.rows.append(made)

    def _time_words(self, standing: Standing, language: str) -> str:
        stage, parts = standing.stage, []
        if standing.hours is not None:
            parts.append(self.tr("here for {0}").format(span_words(standing.hours, language)))
        if stage.standard_hours:
            usual = span_words(stage.standard_hours, language)
            parts.append(self.tr("usually {0}").format(usual))
        if stage.role.text(language):
            parts.append(self.tr("in charge: {0}").format(stage.role.text(language)))
        said = standing.duty_words(language)
        return "\n".join(part for part in (" · ".join(parts), said) if part)

    def _offer_help(self, standing: Standing) -> None:
        """A button for whoever is on duty, or comes next; none for oneself (row 4.16)."""
        me, found = self._session.workspace.actor.user_id, standing.on_duty
        first = next((t for t in (found.first if found else ()) if t.user != me), None)
        self._helper = first.user if first is not None else ""
        if found is not None and first is not None:
            self.help.setText(self.tr("Ask {0} to help").format(found.name(first.user)))
        self.help.setVisible(first is not None)

    @Slot()
    def _ask_help(self) -> None:
        if self._helper:
            self._ask_duty(self._helper)

    @Slot(str)
    def _ask_duty(self, user: str) -> None:
        if self._record:
            self._session.run(do_ask_duty, self._entity, self._record, user)

    def _pressed(self, made: AskedRow) -> None:
        standing, asked = self.standing, made.asked
        if standing is None:
            return
        tick = asked.tick
        if tick is None or (tick.item.evidence is not Evidence.NONE and not asked.met):
            put_right(
                self._session, self.window(), standing.entity, standing.record, asked.requirement
            )
        elif asked.met and tick.record is not None:
            self._session.run(do_untick, str(tick.record["id"]))
        else:
            self._session.run(do_tick, standing.entity, self._record, tick.item)

    def _dropped(self, made: AskedRow, paths: list[Path]) -> None:
        if self.standing is None or made.asked.tick is None or not paths:
            return
        target = (self.standing.entity, self._record)
        sheet = TickSheet(self._session, target, made.asked.tick.item, parent=self.window())
        sheet.take_files(paths)
        sheet.open()

    @Slot(object)
    def _heard(self, change: Change) -> None:
        if self._record and any(change.touches(name) for name in _WATCHED):
            self.show_for(self._record)

    @Slot()
    def _ask(self) -> None:
        if self.standing is not None:
            about = self.standing.entity, self.standing.record
            AskSheet(self._session, about, self.window()).open()

    @Slot()
    def _move_on(self, *, overruling: bool = False) -> None:
        standing = self.standing
        if standing is None or standing.following is None:
            return
        self._session.run(
            partial(do_move_stage, overruling=overruling), standing.entity, self._record,
            standing.following.code, on_error=partial(self._refused, standing.following.code),
        )  # fmt: skip

    def _refused(self, stage: str, error: KnownError) -> None:
        lacking = error.lacking if isinstance(error, GateClosed) else ()
        language = self._session.language
        help_ = error.help if isinstance(error, GateClosed) else None
        refused = Refused(self._record, stage, error.sentence(language), lacking, help_)
        may = may_overrule(self._session.workspace)
        self.refusal.show_refusal(refused, language=language, may_overrule=may)

    def _look_again(self, standing: Standing | None) -> None:
        """A refusal stays until what was missing is there, or the record stands elsewhere."""
        refused, following = self.refusal.refused, standing.following if standing else None
        if refused is None:
            return
        if following is None or (refused.card_id, refused.stage) != (self._record, following.code):
            self.refusal.clear()
        elif standing is not None and standing.met == len(standing.asked):
            name = following.label.text(self._session.language)
            self.refusal.show_open(self.tr("Everything is there: it can go to “{0}”.").format(name))

    @Slot(object)
    def _remedy(self, lacking: Missing) -> None:
        standing = self.standing
        if standing is not None:
            put_right(
                self._session, self.window(), standing.entity, standing.record, lacking.requirement
            )
