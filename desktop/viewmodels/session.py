"""What every page is given: the open workspace, background work, changes, navigation, language.

Pages never hold each other. They ask the session to run a command, to open a record or to drill
into a query, and hear from it what changed.
"""

from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING, Any, TypeGuard, TypeVar

from PySide6.QtCore import QObject, Signal

from crm_core.errors import KnownError
from crm_core.model.query import Query
from desktop.bus import Bus, Change
from desktop.services.commands.verbs import Done
from desktop.services.online.blob_sync import BlobSync
from desktop.services.online.lease import Verdict
from desktop.services.online.sync_status import SyncState, SyncStatus
from desktop.services.workspace import Workspace
from desktop.tasks import Tasks
from desktop.viewmodels.audit_list import AuditListModel
from desktop.viewmodels.lists.record_list import RecordListModel

if TYPE_CHECKING:
    from desktop.services.rules.stage_gates import StepBack

T = TypeVar("T")
ReasonAsked = Callable[["StepBack", Callable[[str], None], Callable[[], object]], object]
"""(what is to be explained, go on with this reason, it stays as it is)."""


class Session(QObject):
    """One signed-in person at work."""

    changed = Signal(object)
    """bus.Change after any commit, local or received."""
    finished = Signal(object)
    """Done: say it, and offer to take it back."""
    failed = Signal(object)
    """KnownError: say it."""
    open_requested = Signal(str, str)
    """(entity, id): show this record."""
    drill_requested = Signal(object, str, str)
    """(Query, title, definition or ""): list the records behind a number."""
    journey_requested = Signal(str, str)
    board_requested = Signal(str)
    """Measure: show the tile of a board that tells it; empty: the boards."""
    report_requested = Signal(str)
    """Which of the reports to show."""
    """(entity, id): show the journey of this lead or opportunity."""
    visit_requested = Signal(str)
    """Customer id, or "" to choose: log a visit."""
    follow_up_requested = Signal(str, str)
    """(entity, id) or empty to choose: log a follow-up with whoever that record leads to."""
    note_requested = Signal(str)
    """Name of a recording whose words are known: open them as a note."""
    form_left = Signal()
    """A form was closed with what is typed kept, to look at another record first."""
    recordings_read = Signal(int, int)
    """(recognised, not recognised): all files that were waiting are over."""
    import_requested = Signal(str, str)
    """(entity or "", path or ""): import records of that kind, from that file."""
    place_requested = Signal(str)
    """Key of a page that is not in the sidebar: show it."""
    language_changed = Signal(str)
    closed = Signal()
    """Nothing more is asked or shown."""
    file_news = Signal(object)
    """BlobNews: an attachment's file came, went or moved on."""
    sync_changed = Signal(object)
    """SyncStatus, whenever it moves."""
    lease_changed = Signal()
    """`lease` says something else than before."""
    send_now_requested = Signal()
    offline_chosen = Signal(bool)
    """The person wants to work offline, or not any more."""
    lock_requested = Signal()
    """The person wants the profile locked; it has a passphrase."""
    metered_chosen = Signal(bool)
    """The line costs money, or not any more."""
    sign_out_requested = Signal()
    scheme_chosen = Signal(str)
    """Light, dark or like the system, chosen in a window beside the first."""
    scale_chosen = Signal(int)
    """How large everything is drawn from the next start, in per cent."""

    def __init__(
        self,
        *,
        workspace: Workspace,
        tasks: Tasks,
        bus: Bus,
        language: str,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.tasks = tasks
        self.bus = bus
        self.transfers: BlobSync | None = None
        """Moves the files of attachments; None where there is no network."""
        self.scale_percent = 100
        """What was chosen last; may hold only from the next start."""
        self.scale_chosen.connect(self._keep_scale)
        self.reason_asked: ReasonAsked | None = None
        """Set by a window: asks why a record is to go back."""
        self._language = language
        self._closed = False
        self._status = SyncStatus(SyncState.OFFLINE)
        self.lease: Verdict | None = None
        """For how long this device may be used without contact, as last looked at."""
        self._subscription = bus.subscribe(self._heard)

    def beside(self) -> "Session":
        """Another session on the same work, for a window beside: what that window opens, says and
        takes back is its own."""
        twin = Session(
            workspace=self.workspace, tasks=self.tasks, bus=self.bus, language=self._language,
            parent=self,
        )  # fmt: skip
        twin.transfers, twin.lease = self.transfers, self.lease
        twin.scale_percent = self.scale_percent
        twin.set_status(self._status)
        self.sync_changed.connect(twin.set_status)
        self.file_news.connect(twin.file_news)
        self.lease_changed.connect(lambda: twin.set_lease(self.lease) if self.lease else None)
        self.language_changed.connect(twin.set_language)
        for theirs, ours in (
            (twin.language_changed, self.set_language),
            (twin.send_now_requested, self.send_now_requested),
            (twin.offline_chosen, self.offline_chosen),
            (twin.metered_chosen, self.metered_chosen),
            (twin.lock_requested, self.lock_requested),
            (twin.scale_chosen, self.scale_chosen),
        ):
            theirs.connect(ours)
        return twin

    def close(self) -> None:
        """Stop listening, and ask nothing more: a timer of a page may still fire."""
        self._closed = True
        self.closed.emit()
        self._subscription.cancel()

    @property
    def over(self) -> bool:
        """Whether it was closed: its data may be gone, and must not be asked for."""
        return self._closed

    @property
    def language(self) -> str:
        """ "zh_CN" or "en"; fits `Label.text` and `display`."""
        return self._language

    def set_language(self, language: str) -> None:
        """Registry labels follow; Qt's own translations are installed by the application."""
        if language != self._language:
            self._language = language
            self.language_changed.emit(language)

    @property
    def status(self) -> SyncStatus:
        """How this device stands with the server, as last heard."""
        return self._status

    def set_status(self, status: SyncStatus) -> None:
        """Take news of the sync loop; called on the Qt thread."""
        self._status = status
        self.sync_changed.emit(status)

    def set_lease(self, verdict: Verdict) -> None:
        """Take what the watch on the lease saw."""
        before, self.lease = self.lease, verdict
        warned = before.warning if before is not None else None
        now = verdict.warning
        if (warned and warned.chinese) != (now and now.chinese):
            self.lease_changed.emit()

    def say(self, chinese: str, english: str) -> str:
        """The sentence in the language of the interface."""
        return chinese if self._language.startswith("zh") else english

    def ask(
        self,
        question: Callable[[], T],
        answer: Callable[[T], object],
        owner: QObject | None = None,
    ) -> None:
        """Read something in the background; the answer comes on the Qt thread, or never once the
        owner is gone."""
        if self._closed:
            return
        self.tasks.db(question, on_done=answer, on_error=self.failed.emit, owner=owner)

    def look_up(
        self,
        question: Callable[[], T],
        answer: Callable[[T], object],
        owner: QObject | None = None,
    ) -> None:
        """`ask` for what is looked up at each key stroke: it does not wait for what is written."""
        if not self._closed:
            self.tasks.look(question, on_done=answer, on_error=self.failed.emit, owner=owner)

    def ask_server(
        self,
        question: Callable[[], T],
        answer: Callable[[T], object],
        *,
        on_error: Callable[[KnownError], object],
        owner: QObject,
    ) -> None:
        """Ask something of the server in the background; `ask` is for this device's own data."""
        if not self._closed:
            self.tasks.free(question, on_done=answer, on_error=on_error, owner=owner)

    def run(
        self,
        command: Callable[..., Done],
        *arguments: Any,
        on_done: Callable[[Done], object] | None = None,
        on_error: Callable[[KnownError], object] | None = None,
        initiator: QObject | None = None,
    ) -> None:
        """Run a `do_*` verb; everyone hears what changed, and the person can take it back.

        `on_error` replaces the general message where the page itself shows what was wrong.
        """

        def done(result: Done) -> None:
            if on_done is not None:
                on_done(result)
            self.finished.emit(result)

        def failed(error: KnownError) -> None:
            tell = on_error or self.failed.emit
            if self.reason_asked is None or not _is_step_back(error):
                tell(error)
                return
            self.reason_asked(
                error,
                lambda reason: self.run(
                    partial(command, reason=reason), *arguments,
                    on_done=on_done, on_error=on_error, initiator=initiator,
                ),
                lambda: tell(error),
            )  # fmt: skip

        self.tasks.do(
            command,
            self.workspace,
            *arguments,
            initiator=initiator,
            on_done=done,
            on_error=failed,
        )

    def list_model(
        self, query: Query, *, columns: Collection[str] = (), parent: QObject | None = None
    ) -> RecordListModel:
        """A virtual list of this workspace's records, kept fresh by `changed`."""
        kind = AuditListModel if query.entity == "audit_entry" else RecordListModel
        model = kind(
            self.workspace.replica,
            query,
            lambda work, done: self.ask(work, done, owner=model),
            columns=tuple(columns),
            language=self._language,
            parent=parent,
        )
        self.language_changed.connect(model.set_language)
        return model

    def _keep_scale(self, percent: int) -> None:
        self.scale_percent = percent

    def _heard(self, change: Change) -> None:
        self.changed.emit(change)


def _is_step_back(error: KnownError) -> "TypeGuard[StepBack]":
    from desktop.services.rules.stage_gates import StepBack  # A window opens without.

    return isinstance(error, StepBack)
