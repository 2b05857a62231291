"""The administrator's page: one tab each for people, places, roles, devices and so on."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from crm_core.model.query import Query, Sort
from desktop.viewmodels.session import Session
from desktop.views.pages.admin.devices_panel import DevicesPanel
from desktop.views.pages.admin.layout_panel import LayoutPanel
from desktop.views.pages.admin.people_panel import PeoplePanel
from desktop.views.pages.admin.person_panel import PersonPanel
from desktop.views.pages.admin.places_panel import PlacesPanel
from desktop.views.pages.admin.policy_panel import PolicyPanel
from desktop.views.pages.admin.quarantine_panel import QuarantinePanel
from desktop.views.pages.admin.roles_panel import RolesPanel
from desktop.views.pages.lists.list_page import ListPage
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.header import PageHeader
from desktop.views.widgets.layouts import column, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.segments import Segments

TABS = (
    "people",
    "places",
    "roles",
    "fields",
    "devices",
    "quarantine",
    "policy",
    "privacy",
    "audit",
)


class AdminPage(Reactive, QWidget):
    """For the admin role only; what it changes is judged again by the server."""

    view_requested = Signal(str)
    """See the app as this person (user id)."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._header = PageHeader("")
        self.tabs = Segments(TABS)
        self.people, self.places = PeoplePanel(session), PlacesPanel(session)
        self.roles, self.devices = RolesPanel(session), DevicesPanel(session)
        self.fields = LayoutPanel(session)
        self.quarantine, self.policy = QuarantinePanel(session), PolicyPanel(session)
        self.privacy = PersonPanel(session)
        newest = Query("audit_entry", sort=(Sort("at", descending=True),))
        self.audit = ListPage(session, "audit_entry", newest)
        self._stack = QStackedWidget()
        set_role(self, Role.PAGE)
        body = column(self, gap=0)
        body.addWidget(self._header)
        line = row(None, margins=(24, 0, 24, 12))
        line.addWidget(self.tabs)
        line.addStretch(1)
        body.addLayout(line)
        body.addWidget(self._stack, 1)
        for panel in (
            self.people, self.places, self.roles, self.fields, self.devices, self.quarantine,
            self.policy, self.privacy, self.audit,
        ):  # fmt: skip
            self._stack.addWidget(panel)
        self.tabs.chosen.connect(self.show_tab)
        self.people.view_requested.connect(self.view_requested)
        session.language_changed.connect(self._speak)
        self.retranslate()
        self.show_tab(TABS[0])

    def title(self) -> str:
        """The name of the page."""
        return self.tr("Administration")

    def retranslate(self) -> None:
        organisation = self._session.workspace.account.organisation
        self._header.set_text(self.tr("Administration"), organisation)
        labels = [
            self.tr("People"), self.tr("Teams and territories"), self.tr("Roles"),
            self.tr("Fields"), self.tr("Devices"), self.tr("Quarantine"), self.tr("Policy"),
            self.tr("Personal data"), self.tr("Audit log"),
        ]  # fmt: skip
        self.tabs.set_labels(labels, name=self.tr("Administration"))

    @Slot(str)
    def show_tab(self, name: str) -> None:
        """Show one of the tabs."""
        self.tabs.set_value(name)
        self._stack.setCurrentIndex(TABS.index(name))

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.retranslate()
