"""What wiped devices had not sent: look at it in words, take it, or let it go."""

from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from crm_core.model.query import Query
from desktop.services.online.administration import (
    LeftChange,
    Parcel,
    accept_parcel,
    discard_parcel,
    parcel_changes,
    parcels,
)
from desktop.viewmodels.session import Session
from desktop.views.pages.admin.devices_panel import moment_text
from desktop.views.pages.admin.plain_table import Fact, FactColumn, FactTable
from desktop.views.pages.admin.server_panel import ServerPanel
from desktop.views.pages.admin.sheets import ConfirmSheet
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import DangerButton, PrimaryButton
from desktop.views.widgets.feedback import EmptyState


class QuarantinePanel(ServerPanel):
    """Parcels above, what is in the current one below."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.parcels: dict[str, Parcel] = {}
        self.changes: list[LeftChange] = []
        self._names: dict[str, str] = {}
        self.table, self.inside = FactTable(), FactTable()
        self.empty = EmptyState("inbox", "", "")
        self.accept, self.discard = PrimaryButton("", "check"), DangerButton("", "trash")
        self.bar.addStretch(1)
        self.bar.addWidget(self.discard)
        self.bar.addWidget(self.accept)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.inside, 2)
        self.body.addWidget(self.empty, 1)
        self.stale.connect(self.refresh)
        self.table.current_changed.connect(self._chosen)
        self.accept.clicked.connect(self._accept)
        self.discard.clicked.connect(self._discard)
        self.retranslate()
        self._show()

    def retranslate(self) -> None:
        self.accept.setText(self.tr("Accept"))
        self.discard.setText(self.tr("Discard…"))
        self.empty.set_text(
            self.tr("Nothing in quarantine"),
            self.tr(
                "When a revoked device wipes itself, what it had not sent comes here first. You "
                "decide whether it is taken."
            ),
        )
        self.table.setAccessibleName(self.tr("Quarantine"))
        self.inside.setAccessibleName(self.tr("Changes"))
        self.table.set_columns(
            [
                FactColumn(self.tr("Person"), 20),
                FactColumn(self.tr("Received"), 20),
                FactColumn(self.tr("Changes"), 34),
                FactColumn(self.tr("State"), 16, chips=True),
                FactColumn(self.tr("Taken / refused"), 14),
            ]
        )
        self.inside.set_columns(
            [
                FactColumn(self.tr("When"), 16),
                FactColumn(self.tr("Record"), 26),
                FactColumn(self.tr("What"), 40),
                FactColumn(self.tr("Why not"), 18),
            ]
        )
        self._show()

    @Slot()
    def refresh(self) -> None:
        """Ask the server."""
        workspace = self.session.workspace

        def people() -> dict[str, str]:
            return {str(u["id"]): str(u["name"]) for u in workspace.replica.find(Query("user"))}

        self.session.ask(people, self._named, owner=self)
        self.ask(lambda: parcels(workspace), self._arrived)

    def _named(self, names: dict[str, str]) -> None:
        self._names = names
        self._show()

    def _arrived(self, found: list[Parcel]) -> None:
        self.parcels = {one.node: one for one in found}
        self._show()

    def _show(self) -> None:
        there = bool(self.parcels)
        for part in (self.table, self.inside, self.accept, self.discard):
            part.setVisible(there)
        self.empty.setVisible(not there)
        self.table.show_rows([(key, self._facts(one)) for key, one in self.parcels.items()])
        self._show_inside()

    def _facts(self, one: Parcel) -> list[Fact]:
        registry, language = self.session.workspace.replica.registry, self.session.language
        counts = [
            f"{registry.entity(n).label.text(language) if n in registry else n} {number}"
            for n, number in one.counts.items()
        ]
        if one.files:
            counts.append(self.tr("{0} files").format(one.files))
        words = {
            "waiting": Fact(self.tr("To be decided"), Tone.WARN),
            "accepted": Fact(self.tr("Accepted"), Tone.GOOD),
            "discarded": Fact(self.tr("Discarded"), Tone.NEUTRAL),
        }
        return [
            Fact(self._names.get(one.user_id, one.user_id)), Fact(moment_text(one.received)),
            Fact(" · ".join(counts)), words.get(one.state, Fact(one.state)),
            Fact(f"{one.accepted} / {one.refused}"),
        ]  # fmt: skip

    def _show_inside(self) -> None:
        self.inside.show_rows(
            [
                (
                    str(place),
                    [
                        Fact(one.at[:16].replace("T", " ")),
                        Fact(f"{one.entity} {one.title}"),
                        Fact("；".join(f"{k}：{v}" for k, v in one.values.items())),
                        Fact(one.detail),
                    ],
                )
                for place, one in enumerate(self.changes)
            ]
        )

    @Slot(str)
    def _chosen(self, key: str) -> None:
        one = self.parcels.get(key)
        waiting = one is not None and one.state == "waiting"
        self.accept.setEnabled(waiting)
        self.discard.setEnabled(waiting)
        if one is None:
            self.changes = []
            return
        workspace = self.session.workspace
        self.ask(lambda: parcel_changes(workspace, one.node), self._read)

    def _read(self, found: list[LeftChange]) -> None:
        self.changes = found
        self._show_inside()

    @Slot()
    def _accept(self) -> None:
        key = self.table.current_key()
        said = self.tr("Accepted; what was refused says why.")
        self.act(partial(accept_parcel, self.session.workspace, key), said)

    @Slot()
    def _discard(self) -> None:
        key, workspace = self.table.current_key(), self.session.workspace
        ConfirmSheet(
            self.tr("Discard this work?"),
            self.tr("Nothing of it is taken. It is deleted for good after some days."),
            self.tr("Discard"),
            lambda: self.act(partial(discard_parcel, workspace, key), self.tr("Discarded.")),
            self.window(),
        ).open()
