"""The three-field follow-up (rows 3.1, 3.2): one sheet, reached from anywhere, all by keyboard.

What is filled in is in `follow_up_fields`; here are whom it leads to, drafts, and saving.
"""

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QMenu, QWidget

from crm_core.clock import new_id
from crm_core.errors import KnownError
from desktop.services.commands.desk import do_note_use
from desktop.services.commands.follow_up import About, FollowUpEntry, about, do_log_follow_up
from desktop.services.commands.verbs import Done
from desktop.viewmodels.follow_up import (
    Typed,
    Wrong,
    day_meant,
    forget_draft,
    keep_draft,
    problems,
)
from desktop.viewmodels.library import Piece, filled, placeholders, read_library
from desktop.viewmodels.session import Session
from desktop.views.pages.visits.follow_up_fields import FollowUpFields
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.layouts import scrolled
from desktop.views.widgets.sheet import Sheet

_REPLIES = 20
_TITLE_BAR = 40
_KEEP_MS = 400
"""After so long a rest what is typed is written down: a crash costs no more than this."""


class FollowUpSheet(Sheet):
    """One follow-up. `saved` carries its id."""

    saved = Signal(str)
    looked = Signal()
    """Whom it is about has been worked out."""

    def __init__(
        self,
        session: Session,
        *,
        subject: tuple[str, str] = ("", ""),
        draft: tuple[str, Typed] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self._session = session
        super().__init__("", "", parent)
        self._draft_id = draft[0] if draft else new_id(session.workspace.clock)
        self._about: About | None = None
        self._over = self._saves_when_found = False
        self.fields = FollowUpFields(session)
        self._area = scrolled(self.fields)
        self.body.addWidget(self._area)
        self._keep = QTimer(self, singleShot=True, interval=_KEEP_MS)
        self._keep.timeout.connect(self.keep_now)
        self.submitted.connect(self._save)
        self.rejected.connect(self._left)
        self.fields.touched.connect(self._touched)
        self.fields.about.changed.connect(self._picked)
        QShortcut(QKeySequence("Alt+R"), self).activated.connect(self.offer_replies)
        self.setMinimumWidth(700)
        if draft is not None:
            self.fields.restore(draft[1])
        known = (draft[1].entity, draft[1].id) if draft else subject
        self._look_at(*known)
        first = self.fields.action if known[1] else self.fields.about
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def keep_now(self) -> None:
        """Have what is typed written down when the database's turn comes."""
        self._keep.stop()
        typed, workspace, draft_id = self.fields.typed(), self._session.workspace, self._draft_id
        if typed.worth_keeping and not self._over:
            self._session.ask(lambda: keep_draft(workspace, draft_id, typed), lambda _: None)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # As high as its fields; on a low screen they scroll, and the buttons stay in sight.
        around = self.sizeHint().height() - self._area.sizeHint().height()
        wide = max(self.width(), self.minimumWidth())
        inside = wide - self.sizeHint().width() + self._area.sizeHint().width()
        high = self.fields.heightForWidth(inside)
        high = high if high > 0 else self.fields.sizeHint().height()
        room = self.screen().availableSize().height() - _TITLE_BAR
        self.resize(wide, min(around + high, room))

    def put_away(self) -> None:
        """The window closes: what is typed waits as a draft."""
        self.keep_now()
        self._over = True
        self.set_dirty(False)
        self.hide()

    def retranslate(self) -> None:
        super().retranslate()
        self.set_heading(self.tr("Log a follow-up"))
        self.primary.setText(self.tr("Save"))

    def reject(self) -> None:
        self.set_dirty(self._dirty and self.fields.typed().worth_keeping)
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.set_dirty(self._dirty and not self._over and self.fields.typed().worth_keeping)
        super().closeEvent(event)

    # -- whom it is about ----------------------------------------------------------------------

    def _look_at(self, entity: str, record_id: str) -> None:
        """Work out whom a record leads to, and meanwhile learn to read dates."""
        workspace, today = self._session.workspace, self.fields.today()

        def look() -> About | None:
            day_meant("明天", today)
            return about(workspace, entity, record_id) if record_id else None

        self._session.ask(look, self._found, self)

    def _found(self, found: About | None) -> None:
        if found is not None and not self.fields.about.unresolved:
            self._about = found
            self.fields.about.show_subject(found.entity, found.id, found.title)
            self.fields.clear_problem("about")
        elif not self.fields.about.text():
            self.fields.about.setFocus(Qt.FocusReason.OtherFocusReason)
        self.looked.emit()
        if self._saves_when_found:
            self._saves_when_found = False
            if self._about is None:
                self.fields.point_at({"about": Wrong.NOBODY})
            else:
                self._save()

    @Slot()
    def _picked(self) -> None:
        self._about = None
        entity, record_id = self.fields.about.subject()
        if record_id:
            self._look_at(entity, record_id)
            self.activateWindow()  # Where a popup took it.
            self.fields.action.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _touched(self) -> None:
        self.set_dirty(True)
        self.message.show_message("", Tone.NEUTRAL)
        self._keep.start()

    # -- quick replies -------------------------------------------------------------------------

    @Slot()
    def offer_replies(self) -> None:
        """Show the quick replies, most used first, to put one into the conclusion."""
        workspace, language = self._session.workspace, self._session.language
        self._session.ask(
            lambda: read_library(workspace, "quick_reply", "", language=language),
            self._show_replies,
            self,
        )

    def _show_replies(self, pieces: tuple[Piece, ...]) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for piece in pieces[:_REPLIES]:
            action = menu.addAction(" · ".join(x for x in (piece.title, piece.group) if x))
            action.triggered.connect(partial(self.put_in, piece))
        if not pieces:
            menu.addAction(self.tr("No quick replies yet")).setEnabled(False)
        corner = self.fields.conclusion.rect().bottomLeft()
        menu.popup(self.fields.conclusion.mapToGlobal(corner))

    def put_in(self, piece: Piece, _checked: bool = False) -> None:
        """Write a quick reply, filled in, behind the conclusion; the use is counted."""
        workspace, about_whom = self._session.workspace, self._about
        account = workspace.account
        values = placeholders(
            name=about_whom.title if about_whom else "", me=account.user_name,
            organisation=account.organisation, now=workspace.clock.now(),
        )  # fmt: skip
        self.fields.add_to_conclusion(" ".join(filled(piece.body, values).split()))
        whom = (about_whom.entity, about_whom.id) if about_whom else ("", "")
        tasks = self._session.tasks
        tasks.do(do_note_use, workspace, "quick_reply", piece.id, whom, initiator=self)

    # -- saving --------------------------------------------------------------------------------

    @Slot()
    def _save(self) -> None:
        typed, today = self.fields.typed(), self.fields.today()
        wrong = problems(typed, first=self._about is not None and self._about.first, today=today)
        if self._about is None and typed.id:
            # Chosen a moment ago, and not read yet.
            self._saves_when_found = True
            self._look_at(typed.entity, typed.id)
            return
        if wrong or self._about is None:
            self.fields.point_at(wrong or {"about": Wrong.NOBODY})
            return
        day = day_meant(typed.next_day, today) if typed.next_day else None
        entry = FollowUpEntry(
            links=self._about.links, action=typed.action, conclusion=typed.conclusion,
            next_step=typed.next_step, next_on=day.isoformat() if day else None,
        )  # fmt: skip
        self.primary.setEnabled(False)
        self._session.run(
            do_log_follow_up, entry, on_done=self._done, on_error=self._failed, initiator=self
        )

    def _done(self, done: Done) -> None:
        self._end()
        self.saved.emit(done.record_id)
        self.accept()

    def _failed(self, error: KnownError) -> None:
        self.primary.setEnabled(True)
        self.message.show_message(error.sentence(self._session.language), Tone.BAD)

    @Slot()
    def _left(self) -> None:
        if not self._over:
            self._end()

    def _end(self) -> None:
        self._over = True
        self._keep.stop()
        self.set_dirty(False)
        workspace, draft_id = self._session.workspace, self._draft_id
        self._session.ask(lambda: forget_draft(workspace, draft_id), lambda _: None)
