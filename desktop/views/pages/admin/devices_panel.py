"""Every laptop: whose it is, when it was heard of, and the way to have it wiped."""

from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from crm_core.clock import CHINA
from desktop.services.online.administration import (
    DeviceFacts,
    devices,
    rename_device,
    revoke_device,
)
from desktop.viewmodels.session import Session
from desktop.views.pages.admin.plain_table import Fact, FactColumn, FactTable
from desktop.views.pages.admin.server_panel import ServerPanel
from desktop.views.pages.admin.sheets import ConfirmSheet, NameSheet
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import DangerButton, GhostButton

_SILENT_DAYS = 30


def moment_text(millis: int) -> str:
    """A moment of the server for reading, "—" for never."""
    if not millis:
        return "—"
    return datetime.fromtimestamp(millis / 1000, UTC).astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


class DevicesPanel(ServerPanel):
    """Revoking ends a laptop's access at once; it wipes itself when it next asks."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.devices: dict[str, DeviceFacts] = {}
        self.table = FactTable()
        self.revoke, self.rename = DangerButton("", "trash"), GhostButton("")
        self.again = GhostButton("")
        for button in (self.rename, self.again):
            self.bar.addWidget(button)
        self.bar.addStretch(1)
        self.bar.addWidget(self.revoke)
        self.body.addWidget(self.table, 1)
        self.stale.connect(self.refresh)
        self.table.current_changed.connect(self._chosen)
        self.revoke.clicked.connect(self._revoke)
        self.rename.clicked.connect(self._rename)
        self.again.clicked.connect(self.refresh)
        self.retranslate()
        self._chosen("")

    def retranslate(self) -> None:
        self.revoke.setText(self.tr("Revoke and wipe…"))
        self.rename.setText(self.tr("Rename…"))
        self.again.setText(self.tr("Refresh"))
        self.table.setAccessibleName(self.tr("Devices"))
        self.table.set_columns(
            [
                FactColumn(self.tr("Person"), 16),
                FactColumn(self.tr("Device"), 20),
                FactColumn(self.tr("State"), 14, chips=True),
                FactColumn(self.tr("Last contact"), 16),
                FactColumn(self.tr("Signed in first"), 16),
                FactColumn(self.tr("Program"), 12),
                FactColumn(self.tr("Number"), 16),
            ]
        )
        self._show()

    @Slot()
    def refresh(self) -> None:
        """Ask the server."""
        workspace = self.session.workspace
        self.ask(lambda: devices(workspace), self._arrived)

    def _arrived(self, found: list[DeviceFacts]) -> None:
        self.devices = {one.node: one for one in found}
        self._show()

    def _show(self) -> None:
        self.table.show_rows(
            [
                (
                    one.node,
                    [
                        Fact(one.user_name or one.login), Fact(one.name), self._state(one),
                        Fact(moment_text(one.last_contact)), Fact(moment_text(one.created)),
                        Fact(one.program or "—"), Fact(one.node),
                    ],
                )
                for one in self.devices.values()
            ]
        )  # fmt: skip

    def _state(self, one: DeviceFacts) -> Fact:
        if one.wiped:
            return Fact(self.tr("Wiped"), Tone.NEUTRAL)
        if one.revoked:
            return Fact(self.tr("Revoked, not yet wiped"), Tone.WARN)
        if one.node == self.session.workspace.account.node:
            return Fact(self.tr("This computer"), Tone.ACCENT)
        silent = self.session.workspace.clock.millis() - one.last_contact
        if silent > _SILENT_DAYS * 86_400_000:
            return Fact(self.tr("Silent"), Tone.WARN)
        return Fact(self.tr("In use"), Tone.GOOD)

    @Slot(str)
    def _chosen(self, key: str) -> None:
        one = self.devices.get(key)
        own = key == self.session.workspace.account.node
        self.rename.setEnabled(one is not None)
        self.revoke.setEnabled(one is not None and not one.revoked and not own)

    @Slot()
    def _revoke(self) -> None:
        one = self.devices.get(self.table.current_key())
        if one is None:
            return
        words = self.tr(
            "{0} of {1} loses access at once, and wipes its data at the next contact. What it had "
            "not sent is kept in quarantine for you to decide about."
        ).format(one.name, one.user_name or one.login)
        workspace = self.session.workspace
        ConfirmSheet(
            self.tr("Revoke this device?"), words, self.tr("Revoke and wipe"),
            lambda: self.act(
                partial(revoke_device, workspace, one.node),
                self.tr("{0} was revoked.").format(one.name),
            ),
            self.window(),
        ).open()  # fmt: skip

    @Slot()
    def _rename(self) -> None:
        one = self.devices.get(self.table.current_key())
        if one is None:
            return
        workspace = self.session.workspace
        NameSheet(
            self.tr("Rename"), self.tr("Name"),
            lambda name: self.act(
                partial(rename_device, workspace, one.node, name), self.tr("Renamed.")
            ),
            self.window(),
            text=one.name,
        ).open()  # fmt: skip
