"""The composition root of the desktop: one profile, its services, its windows.

Everything that has an identity is made here and handed down; nothing is global, so that several
desktops can live in one process (the demo and the end-to-end tests do that).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QLockFile, QObject, Signal, Slot
from PySide6.QtWidgets import QMessageBox
from shiboken6 import isValid

from crm_core.clock import Clock
from crm_core.errors import KnownError, SyncCode
from desktop.beside import Beside
from desktop.bus import Bus
from desktop.collecting import Collector
from desktop.config import Language, Profile, Settings, load_settings
from desktop.entrance import Entrance
from desktop.going_online import go_online_later
from desktop.guest import Guests
from desktop.services.online.blob_sync import BlobNews, BlobSync
from desktop.services.online.secrets import no_passphrase, open_secrets
from desktop.services.online.sync_client import SyncReport
from desktop.services.online.sync_loop import SyncLoop
from desktop.services.online.sync_status import SyncState, SyncStatus
from desktop.services.rules.program_rules import ProgramRules
from desktop.services.workspace import Setup, Workspace
from desktop.settings_file import SettingsFile
from desktop.tasks import Tasks
from desktop.viewmodels.folder_watch import FolderWatch
from desktop.viewmodels.lease_watch import LeaseWatch
from desktop.viewmodels.session import Session
from desktop.views.idle import IdleWatch
from desktop.views.main_window import MainWindow
from desktop.views.tray import Tray
from desktop.views.voice_notes import VoiceNotes
from desktop.views.window_memory import Memory

if TYPE_CHECKING:
    from desktop.views.pages.settings.settings_page import SettingsPage
    from desktop.views.sign_in import SignInWindow


class Desktop(QObject):
    """One profile at work: first signing in, then the main window and the sync loop."""

    window_opened = Signal()
    """`window` and `session` are there."""

    def __init__(
        self,
        profile: Profile,
        *,
        environ: Mapping[str, str],
        clock: Clock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.profile = profile
        self.settings = load_settings(profile.settings_path, stamp=clock.utc().strftime("%y%m%d"))
        self.collector = Collector(self)
        self.collector.rested.connect(self._rest)
        self.bus = Bus()
        self.tasks = Tasks(self, bus=self.bus)
        self._settings_file = SettingsFile(
            profile, lambda write: self.tasks.free(write, on_error=lambda _: None)
        )
        self.setup = Setup(
            profile=profile,
            secrets=open_secrets(profile, environ),
            clock=clock,
            rules=ProgramRules(),
        )
        self.session: Session | None = None
        self.window: MainWindow | None = None
        self._idle: IdleWatch | None = None
        self.loop: SyncLoop | None = None
        self.files: BlobSync | None = None
        self.entrance = Entrance(
            self.setup, self.tasks, lambda: (self.settings, self.language), parent=self
        )
        self.entrance.entered.connect(self._entered)
        self.entrance.language_chosen.connect(self._keep_language)
        self._closed = self._said_signed_out = False
        self._in_use = QLockFile(str(profile.folder / "in-use.lock"))

    @property
    def language(self) -> str:
        """The language of the interface: chosen, or the system's, Chinese unless English."""
        if self.settings.language is not Language.SYSTEM:
            return self.settings.language.value
        system = QLocale.system().language()
        return Language.ENGLISH.value if system == QLocale.Language.English else "zh_CN"

    def start(self) -> None:
        """Open the replica if there is one, without the network; else ask to sign in.

        KnownError("in_use") where another window works on the profile.
        """
        self.take_profile()
        self.entrance.open()

    def take_profile(self) -> None:
        """Keep the profile to this process: two would give out the same stamps."""
        self.profile.make()
        self._in_use.setStaleLockTime(0)
        locked = self._in_use.tryLock(0)
        if not locked and self._in_use.error() is QLockFile.LockError.LockFailedError:
            raise KnownError(
                "这个数据文件夹已经在另一个随行窗口中打开，请切换到那个窗口。",
                "This profile is already open in another Suixing window; switch to that one.",
                code="in_use",
            )

    @property
    def signing_in(self) -> "SignInWindow | None":
        """The sign-in window, while it is there."""
        return self.entrance.signing_in

    def open(self, workspace: Workspace) -> MainWindow:
        """Go to work: session, main window, sync."""
        self.session = Session(
            workspace=workspace, tasks=self.tasks, bus=self.bus, language=self.language, parent=self
        )
        self.tasks.on_known_error = self.session.failed.emit
        self.loop = SyncLoop(
            workspace,
            on_status=self._status_heard,
            on_report=self._report_heard,
            paused=self.settings.work_offline,
            metered=self.settings.metered,
        )
        self.files = self.session.transfers = BlobSync(
            workspace, on_news=self._file_news, budget=self.settings.attachments_mb << 20
        )
        self.session.set_status(self.loop.status)
        self._listen(self.session)
        memory = Memory(lambda: self.settings, self.remember)
        self.window = MainWindow(self.session, memory, parent=self)
        self.window.shell.scheme_chosen.connect(self._keep_theme)
        self.window.shell.sign_out_requested.connect(self._sign_out)
        Guests(self.session, self.window)
        Tray(self.session, self.window, self)
        VoiceNotes(self.session, self.window)
        Beside(self.session, self.window, memory)
        FolderWatch(self.session)
        watch = LeaseWatch(self.session)
        watch.over.connect(self._lease_over)
        watch.passphrase_missing.connect(self.window.ask_for_passphrase)
        self._watch_idleness(self.window)
        self.window.shell.show()
        self.window_opened.emit()
        go_online_later(self.session, self.loop, self.files)
        return self.window

    def _listen(self, session: Session) -> None:
        session.send_now_requested.connect(self._send_now)
        session.offline_chosen.connect(self.work_offline)
        session.metered_chosen.connect(self.work_metered)
        session.language_changed.connect(self._keep_language)
        session.scheme_chosen.connect(self._keep_theme)
        session.scale_percent = self.settings.scale_percent
        session.scale_chosen.connect(self._keep_scale)
        session.sign_out_requested.connect(self._sign_out)

    @Slot(bool)
    def work_offline(self, offline: bool) -> None:
        """Stop or resume exchanging, and remember the choice."""
        self.remember(work_offline=offline)
        if self.loop is not None:
            (self.loop.pause if offline else self.loop.resume)()

    @Slot(bool)
    def work_metered(self, metered: bool) -> None:
        """Go easy on a line that costs money, or not any more, and remember the choice."""
        self.remember(metered=metered)
        if self.loop is not None:
            self.loop.set_metered(metered)

    def remember(self, **chosen: object) -> None:
        """Keep a choice in the settings file."""
        self.settings = _with(self.settings, chosen)
        self._settings_file.keep(self.settings)

    def close(self) -> None:
        """Stop syncing, finish what is being written, let go of the files."""
        if self._closed:
            return
        self._closed = True
        self._stop_syncing()
        workspace = self.session.workspace if self.session is not None else None
        self._close_window()
        self.entrance.close()
        self.tasks.shutdown()
        self._settings_file.finish()
        if workspace is not None:
            workspace.close()
        self._in_use.unlock()

    # -- inside --------------------------------------------------------------------------------

    @Slot()
    def _rest(self) -> None:
        """Nobody works: hold less, until somebody does."""
        if self.session is not None:
            done = self.collector.give_back
            self.tasks.db(self.session.workspace.replica.rest, on_done=lambda _: done())

    @Slot(object)
    def _entered(self, workspace: Workspace) -> None:
        account = workspace.account
        if (account.server, account.login) != (self.settings.server, self.settings.last_login):
            self.remember(server=account.server, last_login=account.login)
        window = self.open(workspace)
        if workspace.rescue is not None:
            rescue = workspace.rescue
            said = rescue.chinese if self.language.startswith("zh") else rescue.english
            window.shell.show_toast(said)

    def _stop_syncing(self) -> None:
        """Records first: that ends the connections the files travel on as well."""
        if self.loop is not None:
            self.loop.stop()
        if self.files is not None:
            self.files.stop()

    def _file_news(self, news: BlobNews) -> None:
        """On the thread that moves files."""
        if self.session is not None:
            self.tasks.to_main(lambda: self._show_file_news(news))

    def _show_file_news(self, news: BlobNews) -> None:
        if not self._closed and self.session is not None:
            self.session.file_news.emit(news)

    def _status_heard(self, status: SyncStatus) -> None:
        """On the loop's thread."""
        if self.files is not None:
            self.files.heard(status)
        if self.session is not None:
            self.tasks.to_main(lambda: self._show_status(status))

    def _show_status(self, status: SyncStatus) -> None:
        if self._closed or self.session is None or self.window is None:
            return
        self.session.set_status(status)
        if status.state is not SyncState.SIGNED_OUT or status.error is None:
            self._said_signed_out &= status.state is SyncState.SYNCING
            return
        if status.error.code == SyncCode.DEVICE_REVOKED:
            self._revoked(status.error)
        elif not self._said_signed_out:  # Once, not after every try.
            self._said_signed_out = True
            toast = self.window.shell.show_toast(
                status.error.sentence(self.language), action=self.tr("Sign in")
            )
            toast.action_triggered.connect(self._sign_out)

    def _watch_idleness(self, window: MainWindow) -> None:
        """Lock when the person says so, or has been away for as long as they chose."""
        self._idle = idle = IdleWatch(window)
        window.session.lock_requested.connect(self._lock_now)
        idle.idle.connect(self._lock_idle)
        idle.set_minutes(self.settings.auto_lock_minutes)
        window.settings_made.connect(self._offer_auto_lock)

    @Slot(object)
    def _offer_auto_lock(self, page: "SettingsPage") -> None:
        card = page.passphrase
        card.auto_lock.set_value(str(self.settings.auto_lock_minutes))
        card.auto_lock_chosen.connect(self._keep_auto_lock)

    @Slot(int)
    def _keep_auto_lock(self, minutes: int) -> None:
        self.remember(auto_lock_minutes=minutes)
        if self._idle is not None and isValid(self._idle):
            self._idle.set_minutes(minutes)

    @Slot()
    def _lock_idle(self) -> None:
        if self.setup.secrets.has_passphrase:
            self._lock_now()

    @Slot()
    def _lock_now(self) -> None:
        """Close the database and forget its key; drafts are kept."""
        if self.session is None:
            return
        if not self.setup.secrets.has_passphrase:
            self.session.failed.emit(no_passphrase())
            return
        self._stop_syncing()
        workspace = self.session.workspace
        self._close_window()
        self.entrance.lock(workspace)

    @Slot(object)
    def _lease_over(self, error: KnownError) -> None:
        """Offline use ends while somebody works: drafts are kept, the database is closed."""
        if self.session is not None:
            self._stop_syncing()
            self._leave(error)

    def _revoked(self, error: KnownError) -> None:
        """The device may not keep its data any longer; say why (design promise 9)."""
        if self.session is not None:
            self._stop_syncing()
            workspace = self.session.workspace
            self._close_window()
            self.entrance.part(workspace, error)

    def _report_heard(self, report: SyncReport) -> None:
        """On the loop's thread."""
        if self.files is not None:
            self.files.look()
        self.tasks.to_main(lambda: self._hear(report))

    def _hear(self, report: SyncReport) -> None:
        if not self._closed:
            self.bus.changed(report.changed)

    @Slot()
    def _send_now(self) -> None:
        if self.loop is not None:
            self.loop.send_now()

    @Slot(str)
    def _keep_language(self, language: str) -> None:
        self.remember(language=Language(language))

    @Slot(str)
    def _keep_theme(self, scheme: str) -> None:
        self.remember(theme=type(self.settings.theme)(scheme))

    @Slot(int)
    def _keep_scale(self, percent: int) -> None:
        self.remember(scale_percent=percent)

    @Slot()
    def _sign_out(self) -> None:
        if self.session is None or self.loop is None or self.window is None:
            return
        if not self._really_sign_out(self.session.status, self.window):
            return
        workspace = self.session.workspace
        self._stop_syncing()
        self.tasks.free(
            workspace.sign_out, on_done=lambda _: self._leave(), on_error=lambda _: self._leave()
        )

    def _really_sign_out(self, status: SyncStatus, window: MainWindow) -> bool:
        """Without a connection nobody can sign in again; ask before shutting oneself out."""
        if status.state in (SyncState.IDLE, SyncState.SYNCING) and not status.waiting:
            return True
        said = self.tr(
            "%n change(s) are not sent yet. They stay on this computer, but signing in again "
            "needs a connection to the server. Sign out all the same?",
            "",
            status.waiting,
        )
        buttons = QMessageBox.StandardButton
        chosen = QMessageBox.question(
            window.shell, self.tr("Sign out"), said, buttons.Yes | buttons.Cancel, buttons.Cancel
        )
        return chosen == buttons.Yes

    def _leave(self, reason: KnownError | None = None) -> None:
        if self.session is not None:
            workspace = self.session.workspace
            self._close_window()
            self.entrance.leave(workspace, reason)

    def _close_window(self) -> None:
        """Take the window apart here, on the Qt thread, and let no page ask for anything more."""
        self.tasks.on_known_error = None
        if self.window is not None:
            self.window.keep_drafts()
        if self.session is not None:
            self.session.close()
        if self.window is not None:
            self.window.close()
            self.window.shell.deleteLater()
            self.window.deleteLater()
        self.window = self.session = self.loop = self.files = None


def _with(settings: Settings, chosen: Mapping[str, object]) -> Settings:
    return replace(settings, **chosen)  # type: ignore[arg-type]
