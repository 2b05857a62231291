"""Scores: points set with sliders, and what they would do to last month's leads (row 2.1).

What is moved is a draft; it counts once the rules are published.
"""

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QWidget

from crm_core.model.number_words import counted
from crm_core.permissions import Right
from crm_core.rules.documents import Document
from crm_core.rules.score_outlook import Outlook, outlook
from crm_core.rules.scoring import Grade, Scoring, with_points
from desktop.bus import Change
from desktop.services.commands.rules import do_save_rule, do_switch_rule
from desktop.services.rules.score_desk import ScoreDesk, read_scores
from desktop.viewmodels.session import Session
from desktop.views.pages.rules.factor_rows import FactorRows
from desktop.views.pages.rules.opening import RuleOpening
from desktop.views.pages.rules.score_effect import ScoreEffect
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.buttons import GhostButton, IconButton, PrimaryButton, QuietButton
from desktop.views.widgets.header import PageHeader, with_way_back
from desktop.views.widgets.layouts import column, row
from desktop.views.widgets.reactive import Reactive

_SETTLE_MS = 120
_MOVE_MS = 30
_LIST_WIDTH, _EFFECT_WIDTH = 196, 340
_ID = Qt.ItemDataRole.UserRole + 1


class ScorePage(Reactive, QWidget):
    """Models on the left, their sliders in the middle, the effect on the right."""

    back_requested = Signal()
    shown = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.desk: ScoreDesk | None = None
        self.outlook: Outlook | None = None
        self._edited: dict[str, Scoring] = {}
        """What was moved and not saved yet, by model."""
        self._current, self._filling = "", False
        self._header, self._back = PageHeader(""), IconButton("chevron-left", "")
        self.publish, self.parts = GhostButton("", "check"), GhostButton("", "edit")
        self.new, self.opening = GhostButton("", "plus"), RuleOpening(session, self)
        self.save = PrimaryButton("", "check")
        self.reset, self.switch = QuietButton("", "undo"), QuietButton("", "pause")
        self.models, self.rows, self.effect = QListWidget(), FactorRows(), ScoreEffect()
        self._soon = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._moving = QTimer(self, singleShot=True, interval=_MOVE_MS)
        self._lay_out()
        self._connect()
        self.retranslate()

    @property
    def may(self) -> bool:
        """Whether the person may write rules."""
        return self._session.workspace.may(Right.EDIT, "rule").allowed

    @property
    def document(self) -> Document[Scoring] | None:
        """The model that is current, with what was moved."""
        held = self._held()
        if held is None:
            return None
        return replace(held, body=self._edited.get(held.id, held.body))

    @property
    def dirty(self) -> bool:
        """Whether something was moved and not saved."""
        return self._current in self._edited

    def retranslate(self) -> None:
        teaching = self.tr("Move a slider and see who would be graded otherwise")
        self._header.set_text(self.tr("Scores of leads"), teaching)
        self._back.set_name(self.tr("Back (Alt+Left)"))
        self.publish.setText(self.tr("To publishing"))
        self.parts.setText(self.tr("Factors and conditions…"))
        self.new.setText(self.tr("New model"))
        self.save.setText(self.tr("Save draft (Ctrl+S)"))
        self.reset.setText(self.tr("As in force"))
        self.models.setAccessibleName(self.tr("Models"))
        self._say_buttons()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.reload()
        self.models.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.keep()

    @Slot()
    def reload(self) -> None:
        """Read models and leads again in the background."""
        workspace = self._session.workspace
        self._session.ask(lambda: read_scores(workspace), self._came, owner=self)

    # -- building ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        set_role(self, Role.PAGE)
        head = with_way_back(self._back, self._header)
        for part in (self.switch, self.new, self.parts, self.publish):
            self._header.add_action(part)
        self.models.setFixedWidth(_LIST_WIDTH)
        self.effect.setFixedWidth(_EFFECT_WIDTH)
        held, middle = QFrame(), QFrame()
        for card in (held, middle):
            set_role(card, Role.CARD)
        column(held, margins=(8, 10, 8, 10)).addWidget(self.models)
        inside = column(middle, gap=0)
        inside.addWidget(self.rows, 1)
        foot = row(None, margins=(20, 8, 20, 14), gap=8)
        foot.addWidget(self.save)
        foot.addStretch(1)
        foot.addWidget(self.reset)
        inside.addLayout(foot)
        parts = row(None, margins=(24, 0, 24, 16), gap=12)
        parts.addWidget(held)
        parts.addWidget(middle, 1)
        parts.addWidget(self.effect)
        body = column(self, gap=0)
        body.addLayout(head)
        body.addLayout(parts, 1)

    def _connect(self) -> None:
        self._back.clicked.connect(self.back_requested)
        self.models.currentItemChanged.connect(self._chosen)
        self.rows.moved.connect(self._point)
        self.rows.graded.connect(self._grade)
        self.save.clicked.connect(self.keep)
        self.reset.clicked.connect(self._as_in_force)
        self.switch.clicked.connect(self._switch)
        self.publish.clicked.connect(self._to_publishing)
        self.parts.clicked.connect(self._build)
        self.new.clicked.connect(self._begin)
        self.effect.opened.connect(lambda one: self._session.open_requested.emit("lead", one))
        self._soon.timeout.connect(self.reload)
        self._moving.timeout.connect(self._work_out)
        self._session.changed.connect(self._heard)
        self._session.language_changed.connect(self._speak)
        save = QShortcut(QKeySequence("Ctrl+S"), self)
        save.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        save.activated.connect(self.keep)

    # -- showing -------------------------------------------------------------------------------

    def _came(self, desk: ScoreDesk) -> None:
        desk = replace(desk, models=tuple(sorted(desk.models, key=lambda one: not one.active)))
        same = self.desk is not None and self.desk.models == desk.models
        self.desk = desk
        ids = [one.id for one in desk.models]
        if self._current not in ids:
            live = next((one.id for one in desk.models if one.active), "")
            self._current = live or (ids[0] if ids else "")
        self._filling = True
        self.models.clear()
        for one in desk.models:
            item = QListWidgetItem(self._line(one))
            item.setData(_ID, one.id)
            self.models.addItem(item)
        if self._current:
            self.models.setCurrentRow(ids.index(self._current))
        self._filling = False
        if same:  # A lead came in: the sliders stay under the hand.
            self._work_out()
        else:
            self._show_current()
        self.shown.emit()

    def _line(self, one: Document[Scoring]) -> str:
        name, rests = one.label.text(self._session.language), self.tr("not in use")
        return name if one.active else f"{name}\n{rests}"

    def _show_current(self) -> None:
        document, desk = self.document, self.desk
        if document is None or desk is None:
            return
        leads = desk.leads[document.id]
        held = leads.holds.sum(axis=0).tolist() if len(leads) else []
        shares = {
            factor.id: counted(self.tr("{0} leads").format(number))
            for factor, number in zip(document.body.factors, held, strict=False)
        }
        self.rows.show_model(document.body, shares, self._session.language, may=self.may)
        self._work_out()

    @Slot()
    def _work_out(self) -> None:
        document, desk = self.document, self.desk
        if document is None or desk is None:
            return
        old = desk.in_force.get(document.id)
        self.outlook = outlook(desk.leads[document.id], document.body, old)
        self.effect.show_outlook(self.outlook, document.body, old is not None)
        self._say_buttons()

    def _say_buttons(self) -> None:
        document = self.document
        on = document is None or document.active
        self.switch.setText(self.tr("Take out of use") if on else self.tr("Use this one"))
        self.save.setEnabled(self.dirty and self.may)
        self.reset.setEnabled(self.may and document is not None and self._beside() != document.body)
        self.switch.setEnabled(self.may and document is not None)
        self.parts.setEnabled(self.may and document is not None)
        self.new.setEnabled(self.may)
        self.publish.setEnabled(self.may)

    def _held(self) -> Document[Scoring] | None:
        models = self.desk.models if self.desk is not None else ()
        return next((one for one in models if one.id == self._current), None)

    def _beside(self) -> Scoring | None:
        """What the model says where it is in force, else as it was saved."""
        held = self._held()
        if held is None or self.desk is None:
            return None
        return self.desk.in_force.get(held.id, held.body)

    # -- doing ---------------------------------------------------------------------------------

    @Slot()
    def keep(self) -> None:
        """Write what was moved as a draft."""
        document = self.document
        if document is not None and self.dirty and self.may:
            del self._edited[document.id]
            self._session.run(do_save_rule, document)

    @Slot(str, int)
    def _point(self, factor: str, points: int) -> None:
        document = self.document
        if document is not None:
            self._edit(with_points(document.body, {factor: points}))

    @Slot(str, int)
    def _grade(self, code: str, least: int) -> None:
        document = self.document
        if document is not None:
            grades = tuple(
                Grade(one.code, least) if one.code == code else one for one in document.body.grades
            )
            self._edit(replace(document.body, grades=grades))

    def _edit(self, body: Scoring) -> None:
        held = self._held()
        if held is None:
            return
        if body == held.body:
            self._edited.pop(held.id, None)
        else:
            self._edited[held.id] = body
        self._moving.start()

    @Slot()
    def _as_in_force(self) -> None:
        body = self._beside()
        if body is not None:
            self._edit(body)
            self._show_current()

    @Slot()
    def _switch(self) -> None:
        document = self.document
        if document is not None:
            self.keep()
            self._session.run(do_switch_rule, document, not document.active)

    @Slot()
    def _build(self) -> None:
        """Open what the sliders do not show: what each factor looks at, further ones, whom the
        model is for."""
        self.keep()
        self.opening.write_from_draft(self._current)

    @Slot()
    def _begin(self) -> None:
        self.keep()
        self.opening.begin("score")

    @Slot()
    def _to_publishing(self) -> None:
        self.keep()
        self._session.place_requested.emit("rules")

    @Slot()
    def _chosen(self) -> None:
        item = self.models.currentItem()
        if item is None or self._filling:
            return
        self.keep()
        self._current = str(item.data(_ID))
        self._show_current()

    @Slot(object)
    def _heard(self, change: Change) -> None:
        if self.isVisible() and any(map(change.touches, ("rule", "rule_version", "lead"))):
            self._soon.start()

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.retranslate()
        if self.desk is not None:
            self._came(replace(self.desk))
            self._show_current()
