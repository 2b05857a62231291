"""The page of a customer: fields, what happened, what is open, who is there, and "log a visit"."""

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from crm_core.model.query import All, Op, Query, Sort, Test
from desktop.services.commands.tasks import do_finish_task
from desktop.viewmodels.records.standing import health, short_id, ties
from desktop.viewmodels.session import Session
from desktop.views.keys import VISIT_KEYS
from desktop.views.pages.records.record_dialog import RecordDialog, Subject
from desktop.views.pages.records.record_page import RecordPage
from desktop.views.pages.records.side_cards import ContactCard, TaskCard
from desktop.views.pages.records.standing_line import StandingLine
from desktop.views.widgets.buttons import GhostButton, PrimaryButton

COPY_KEYS = "Ctrl+Shift+C"
_COPIED_MS = 1_500


class CustomerPage(RecordPage):
    """One customer at a glance."""

    copied = Signal(str)
    """A phone number is on the clipboard."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        registry = session.workspace.replica.registry
        self.tasks = TaskCard(registry.entity("task"))
        self.contacts = ContactCard(registry.entity("contact"))
        self.phone = GhostButton("", "phone")
        self.visit = PrimaryButton("", "visit")
        self.standing = StandingLine()
        super().__init__(session, "customer", parent)
        self.cards.insertWidget(0, self.tasks, 1)
        self.cards.insertWidget(1, self.contacts, 1)
        self.action_bar.insertWidget(0, self.phone)
        self.action_bar.addWidget(self.visit)
        self.under_title.addWidget(self.standing)
        self.standing.list_wanted.connect(self._list_related)
        self._copied_shown = QTimer(self, singleShot=True, interval=_COPIED_MS)
        self._copied_shown.timeout.connect(self._show_phone)
        self.phone.clicked.connect(self.copy_phone)
        self.visit.clicked.connect(self.log_visit)
        self.tasks.finished.connect(self._finish_task)
        self.tasks.opened.connect(self._open_task)
        self.tasks.add_requested.connect(self._add_task)
        self.tasks.all_requested.connect(self._list_tasks)
        self.contacts.opened.connect(self._open_contact)
        self.contacts.add_requested.connect(self._add_contact)
        self.contacts.all_requested.connect(self._list_contacts)
        self.contacts.copied.connect(self.copied)
        copy = QShortcut(QKeySequence(COPY_KEYS), self)
        copy.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        copy.activated.connect(self.copy_phone)

    def retranslate(self) -> None:
        super().retranslate()
        native = QKeySequence.SequenceFormat.NativeText
        self.visit.setText(self.tr("Log a visit"))
        self.visit.setToolTip(QKeySequence(VISIT_KEYS).toString(native))
        keys = QKeySequence(COPY_KEYS).toString(native)
        self.phone.setToolTip(self.tr("Copy the number without spaces ({0})").format(keys))
        self.phone.setAccessibleName(self.tr("Copy the phone number"))

    def show_dossier(self) -> None:
        super().show_dossier()
        if self.dossier is None:
            return
        language = self.session.language
        self._show_phone()
        self.phone.setVisible(bool(self.value_of("phone")))
        now = self.session.workspace.clock.now()
        self.tasks.show_tasks(self.dossier.open_tasks, language, now)
        self.contacts.show_records(self.dossier.contacts, language)
        self.standing.show_standing(
            health(self.dossier, now),
            short_id(self.record_id),
            ties(self.dossier.related),
            language,
        )

    @Slot()
    def copy_phone(self) -> None:
        """Put the customer's number on the clipboard, without spaces."""
        number = "".join(str(self.value_of("phone") or "").split())
        if number:
            QGuiApplication.clipboard().setText(number)
            self.copied.emit(number)
            self.phone.setText(self.tr("Copied"))
            self._copied_shown.start()

    @Slot()
    def _show_phone(self) -> None:
        self.phone.setText(self.text_of("phone"))

    @Slot()
    def log_visit(self) -> None:
        """Ask the window for the visit sheet of this customer."""
        self.fields.commit()
        self.session.visit_requested.emit(self.record_id)

    @Slot(str)
    def _finish_task(self, task_id: str) -> None:
        self.session.run(do_finish_task, task_id, initiator=self)

    @Slot(str)
    def _open_task(self, task_id: str) -> None:
        self.session.open_requested.emit("task", task_id)

    @Slot(str)
    def _open_contact(self, contact_id: str) -> None:
        self.session.open_requested.emit("contact", contact_id)

    @Slot()
    def _add_task(self) -> None:
        self._add("task")

    @Slot()
    def _add_contact(self) -> None:
        self._add("contact")

    @Slot()
    def _list_tasks(self) -> None:
        mine = Test("customer", Op.EQ, self.record_id)
        where = All((mine, Test("state", Op.EQ, "open")))
        title = self.tr("Open tasks of {0}").format(self.title())
        self.session.drill_requested.emit(Query("task", where, (Sort("due_at"),)), title, "")

    @Slot()
    def _list_contacts(self) -> None:
        query = Query("contact", Test("customer", Op.EQ, self.record_id))
        self.session.drill_requested.emit(
            query, self.tr("Contacts of {0}").format(self.title()), ""
        )

    @Slot(str)
    def _list_related(self, entity: str) -> None:
        name = self.session.workspace.entity(entity).label.text(self.session.language)
        query = Query(entity, Test("customer", Op.EQ, self.record_id))
        self.session.drill_requested.emit(query, f"{self.title()} · {name}", "")

    def _add(self, entity: str) -> None:
        subject = Subject(entity, initial={"customer": self.record_id})
        RecordDialog.over(self.session, subject, self.window())
