"""The people of the organisation: who they are, how they sign in, and what an administrator does.

Who they are is in the replica and shown offline; accounts are the server's own.
"""

from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from crm_core.model.query import Query, Sort
from crm_core.model.values import Record
from desktop.bus import Change
from desktop.services.online.administration import (
    AccountFacts,
    Given,
    accounts,
    close_account,
    reopen_account,
    reset_password,
    unlock_account,
)
from desktop.viewmodels.roles import role_names
from desktop.viewmodels.session import Session
from desktop.views.pages.admin.devices_panel import moment_text
from desktop.views.pages.admin.leaver_sheet import LeaverSheet
from desktop.views.pages.admin.person_sheet import PersonSheet
from desktop.views.pages.admin.plain_table import Fact, FactColumn, FactTable
from desktop.views.pages.admin.server_panel import ServerPanel
from desktop.views.pages.admin.sheets import ConfirmSheet, PasswordSheet
from desktop.views.pages.records.record_dialog import RecordDialog, Subject
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import GhostButton, PrimaryButton


class PeoplePanel(ServerPanel):
    """One row a person; the buttons are about the current one."""

    view_requested = Signal(str)
    """See the app as this person (user id)."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.people: dict[str, Record] = {}
        self.accounts: dict[str, AccountFacts] = {}
        self._places: dict[str, str] = {}
        self._roles: dict[str, str] = {}
        self.table = FactTable()
        self.add = PrimaryButton("", "plus")
        self.edit, self.reset, self.unlock = GhostButton(""), GhostButton(""), GhostButton("")
        self.see_as, self.leave, self.reopen = GhostButton(""), GhostButton(""), GhostButton("")
        for button in (self.edit, self.reset, self.unlock, self.see_as, self.leave, self.reopen):
            self.bar.addWidget(button)
        self.bar.addStretch(1)
        self.bar.addWidget(self.add)
        self.body.addWidget(self.table, 1)
        self._connect()
        self.retranslate()
        self._chosen("")

    def retranslate(self) -> None:
        self.add.setText(self.tr("Add person"))
        self.edit.setText(self.tr("Edit…"))
        self.reset.setText(self.tr("Reset password…"))
        self.unlock.setText(self.tr("Unlock"))
        self.see_as.setText(self.tr("See as this person"))
        self.leave.setText(self.tr("Leaves the company…"))
        self.reopen.setText(self.tr("Open again…"))
        self.table.setAccessibleName(self.tr("People"))
        self.table.set_columns(
            [
                FactColumn(self.tr("Name"), 16),
                FactColumn(self.tr("Account"), 14),
                FactColumn(self.tr("Role"), 14),
                FactColumn(self.tr("Team"), 16),
                FactColumn(self.tr("Territory"), 14),
                FactColumn(self.tr("State"), 16, chips=True),
                FactColumn(self.tr("Last sign-in"), 18),
            ]
        )
        self._show()

    @Slot()
    def refresh(self) -> None:
        """Read the people here, and the accounts at the server."""
        workspace, language = self.session.workspace, self.session.language
        replica = workspace.replica

        def read() -> tuple[list[Record], dict[str, str], dict[str, str]]:
            people: list[Record] = list(replica.find(Query("user", sort=(Sort("name"),))))
            places = {
                str(one["id"]): str(one["name"])
                for name in ("team", "territory")
                for one in replica.find(Query(name))
            }
            return people, places, role_names(replica, language)

        self.session.ask(read, self._read_here, owner=self)
        self.ask(lambda: accounts(workspace), self._arrived)

    # -- inside --------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.stale.connect(self.refresh)
        self.table.current_changed.connect(self._chosen)
        self.add.clicked.connect(self.add_person)
        self.edit.clicked.connect(self._edit)
        self.reset.clicked.connect(self._reset)
        self.unlock.clicked.connect(self._unlock)
        self.leave.clicked.connect(self._leave)
        self.reopen.clicked.connect(self._reopen)
        self.see_as.clicked.connect(self._see_as)
        self.session.changed.connect(self._heard)

    def _read_here(self, found: tuple[list[Record], dict[str, str], dict[str, str]]) -> None:
        people, self._places, self._roles = found
        self.people = {str(one["id"]): one for one in people}
        self._show()

    def _arrived(self, found: list[AccountFacts]) -> None:
        self.accounts = {one.user_id: one for one in found}
        self._show()

    def _show(self) -> None:
        self.table.show_rows([(key, self._facts(key, one)) for key, one in self.people.items()])
        self._chosen(self.table.current_key())

    def _facts(self, key: str, person: Record) -> list[Fact]:
        account = self.accounts.get(key)
        return [
            Fact(str(person["name"])),
            Fact(str(person.get("login") or "")),
            Fact(self._roles.get(str(person.get("role")), str(person.get("role")))),
            Fact(self._places.get(str(person.get("team")), "—")),
            Fact(self._places.get(str(person.get("territory")), "—")),
            self._state(person, account),
            Fact(moment_text(account.last_sign_in) if account else ""),
        ]

    def _state(self, person: Record, account: AccountFacts | None) -> Fact:
        if person.get("active") is False or (account is not None and not account.active):
            return Fact(self.tr("Left"), Tone.NEUTRAL)
        if account is None:
            return Fact(self.tr("No account known"), Tone.NEUTRAL)
        if account.locked_until > self.session.workspace.clock.millis():
            return Fact(self.tr("Locked"), Tone.BAD)
        if account.must_change:
            return Fact(self.tr("First sign-in awaited"), Tone.WARN)
        return Fact(self.tr("Active"), Tone.GOOD)

    @Slot(str)
    def _chosen(self, key: str) -> None:
        account, person = self.accounts.get(key), self.people.get(key)
        own = key == self.session.workspace.actor.user_id
        here = bool(account and account.active and person)
        for button in (self.reset, self.see_as):
            button.setEnabled(here)
        self.edit.setEnabled(person is not None)
        self.leave.setVisible(not (account is not None and not account.active))
        self.leave.setEnabled(here and not own)
        self.reopen.setVisible(account is not None and not account.active)
        locked = account is not None and account.locked_until > self._now()
        self.unlock.setVisible(locked)

    def _now(self) -> int:
        return self.session.workspace.clock.millis()

    @Slot(object)
    def _heard(self, change: Change) -> None:
        if self.isVisible() and any(change.touches(n) for n in ("user", "team", "territory")):
            self.refresh()

    @Slot()
    def add_person(self) -> None:
        """Open the sheet for somebody new."""
        sheet = PersonSheet(self.session, self.window())
        sheet.added.connect(self._added)
        sheet.open()

    @Slot(object)
    def _added(self, given: Given) -> None:
        self.session.send_now_requested.emit()
        self.refresh()
        PasswordSheet(given, self.window()).open()

    @Slot()
    def _edit(self) -> None:
        person = self.people.get(self.table.current_key())
        if person is not None:
            RecordDialog.over(self.session, Subject("user", person), self.window())

    @Slot()
    def _reset(self) -> None:
        account = self.accounts.get(self.table.current_key())
        if account is None:
            return
        workspace, window = self.session.workspace, self.window()

        def given(found: Given) -> None:
            self.refresh()
            PasswordSheet(found, window).open()

        ConfirmSheet(
            self.tr("Reset the password of {0}?").format(account.login),
            self.tr("They are signed out everywhere and need the new one-time password."),
            self.tr("Reset"),
            lambda: self.ask(partial(reset_password, workspace, account.user_id), given),
            window,
        ).open()

    @Slot()
    def _unlock(self) -> None:
        key = self.table.current_key()
        self.act(partial(unlock_account, self.session.workspace, key), self.tr("Unlocked."))

    @Slot()
    def _leave(self) -> None:
        person = self.people.get(self.table.current_key())
        if person is None:
            return
        key, workspace = str(person["id"]), self.session.workspace
        sheet = LeaverSheet(self.session, person, list(self.people.values()), self.window())
        sheet.handed_over.connect(
            lambda: self.act(
                partial(close_account, workspace, key),
                self.tr("The account is closed and every device of it revoked."),
            )
        )
        sheet.open()

    @Slot()
    def _reopen(self) -> None:
        key = self.table.current_key()
        self.act(
            partial(reopen_account, self.session.workspace, key),
            self.tr("The account is open again; its devices stay revoked."),
        )

    @Slot()
    def _see_as(self) -> None:
        self.view_requested.emit(self.table.current_key())
