"""Moving cards: what is refused, why, and how what is missing gets there (rows 4.2, 4.13)."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from crm_core.errors import KnownError
from crm_core.rules.gates import Missing
from crm_core.rules.stage_plan import StagePlan
from desktop.services.commands.duty import do_ask_duty
from desktop.services.commands.stage import do_move_stage, may_overrule
from desktop.services.rules.stage_gates import GateClosed, lacking_to
from desktop.viewmodels.pipeline import Card, Pipeline
from desktop.viewmodels.session import Session
from desktop.views.pages.plans.pipeline_refusal import RefusalBar, Refused
from desktop.views.pages.records.stage_remedies import put_right


class Moving(QObject):
    """Moves the cards of one page, and fills its refusal bar."""

    moved = Signal(str)
    """The id of a card that has gone where it was to go."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._page = session, parent
        self.pipeline: Pipeline | None = None
        self.bar = RefusalBar()
        self.bar.remedy_wanted.connect(self._remedy)
        self.bar.overruled.connect(partial(self._again, overruling=True))
        self.bar.go_wanted.connect(partial(self._again, overruling=False))
        self.bar.help_wanted.connect(self._ask)

    def card(self, card_id: str) -> Card | None:
        """A card that is shown."""
        shown = self.pipeline.columns if self.pipeline is not None else ()
        return next((card for one in shown for card in one.cards if card.id == card_id), None)

    def move(self, card: Card, stage: str, *, overruling: bool = False) -> None:
        """Move a card to a stage, or say why it stays."""
        pipeline = self.pipeline
        if pipeline is None or stage not in pipeline.plan.codes(pipeline.entity):
            return
        if stage == card.record.get("stage"):
            return
        entity = pipeline.entity
        verdict = self._session.workspace.may_write(entity, card.record, "stage")
        if not verdict.allowed:
            words = self._session.say(verdict.chinese, verdict.english)
            self._refuse(card, Refused(card.id, stage, words))
            return

        def refused(error: KnownError) -> None:
            lacking, help_ = (
                (error.lacking, error.help) if isinstance(error, GateClosed) else ((), None)
            )
            words = error.sentence(self._session.language)
            self._refuse(card, Refused(card.id, stage, words, lacking, help_))

        self._session.run(
            partial(do_move_stage, overruling=overruling), entity, card.id, stage,
            on_done=lambda _done: self._moved(card.id), on_error=refused, initiator=self,
        )  # fmt: skip

    def look_again(self, pipeline: Pipeline) -> None:
        """Whether what a refused card lacked is there now."""
        self.pipeline = pipeline
        refused = self.bar.refused
        card = self.card(refused.card_id) if refused is not None else None
        if refused is None or not refused.lacking or card is None:
            return
        workspace, entity, plan = self._session.workspace, pipeline.entity, pipeline.plan
        self._session.ask(
            lambda: lacking_to(workspace, entity, card.record, refused.stage),
            partial(self._answer, plan, entity, card, refused),
            self,
        )

    def _answer(
        self, plan: StagePlan, entity: str, card: Card, refused: Refused,
        lacking: tuple[Missing, ...],
    ) -> None:  # fmt: skip
        if self.bar.refused is not refused or lacking:
            return
        name = plan.named(entity, refused.stage).label.text(self._session.language)
        self.bar.show_open(
            self.tr("Everything is there: “{0}” can go to “{1}”.").format(card.title, name)
        )

    def _moved(self, card_id: str) -> None:
        self.bar.clear()
        self.moved.emit(card_id)

    def _refuse(self, card: Card, refused: Refused) -> None:
        stays = self.tr("“{0}” stays where it is. {1}").format(card.title, refused.sentence)
        self.bar.show_refusal(
            replace(refused, sentence=stays),
            language=self._session.language,
            may_overrule=may_overrule(self._session.workspace),
        )

    def _again(self, *, overruling: bool) -> None:
        refused = self.bar.refused
        card = self.card(refused.card_id) if refused is not None else None
        if refused is not None and card is not None:
            self.move(card, refused.stage, overruling=overruling)

    @Slot(str)
    def _ask(self, user: str) -> None:
        refused, pipeline = self.bar.refused, self.pipeline
        if refused is not None and pipeline is not None:
            self._session.run(do_ask_duty, pipeline.entity, refused.card_id, user)

    # -- remedies ------------------------------------------------------------------------------

    @Slot(object)
    def _remedy(self, lacking: Missing) -> None:
        refused, pipeline = self.bar.refused, self.pipeline
        card = self.card(refused.card_id) if refused is not None else None
        if card is None or pipeline is None:
            return
        put_right(
            self._session, self._page.window(), pipeline.entity, card.record, lacking.requirement
        )
