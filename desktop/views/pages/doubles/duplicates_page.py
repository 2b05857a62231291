"""Duplicates: look for them in everything on this device, and decide about each group (row 5.8)."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QStackedWidget, QWidget

from crm_core.errors import KnownError
from crm_core.model.number_words import counted
from crm_core.store.indexes.match_clusters import Cluster
from desktop.bus import Change
from desktop.services.cancelling import CancelToken
from desktop.services.commands.duplicates import do_keep_apart
from desktop.services.commands.merge import do_merge
from desktop.services.commands.verbs import Done
from desktop.services.duplicates import Review, groups, review, scan, scanned_before
from desktop.services.merge_certain import certain, do_merge_certain
from desktop.tasks import Ticket
from desktop.viewmodels.records.duplicate_review import titles_of
from desktop.viewmodels.records.likeness_words import percent
from desktop.viewmodels.session import Session
from desktop.views.pages.doubles.duplicate_desk import DuplicateDesk
from desktop.views.pages.records.record_picker import HitCell
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.buttons import GhostButton, QuietButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.cell_face import SUBTITLE_ROLE
from desktop.views.widgets.feedback import EmptyState
from desktop.views.widgets.header import PageHeader
from desktop.views.widgets.layouts import column, row
from desktop.views.widgets.progress import ProgressStrip
from desktop.views.widgets.reactive import Reactive

_LIST_WIDTH = 300


class DuplicatesPage(Reactive, QWidget):
    """Groups at the left, the one that is looked at at the right."""

    back_requested = Signal()
    counted = Signal(int)
    """How many groups wait."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.groups: tuple[Cluster, ...] = ()
        self._asked = 0
        self._settled: frozenset[str] = frozenset()
        """Of the group that was decided about last: taken back, it is looked at again."""
        self._ticket: Ticket | None = None
        self._before = False
        self._header = PageHeader("")
        self.back, self.again = GhostButton("", "chevron-left"), GhostButton("", "sync")
        self.certain = QuietButton()
        self._certain, self._merging = 0, False
        self._stop_merging: Callable[[], object] = lambda: None
        self.strip = ProgressStrip()
        self.list = QListWidget()
        self.list.setItemDelegate(HitCell(self.list))
        self.desk = DuplicateDesk(session)
        self.empty = EmptyState("merge", "", "")
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self.retranslate()

    def current(self) -> Cluster | None:
        """The group that is looked at."""
        place = self.list.currentRow()
        return self.groups[place] if 0 <= place < len(self.groups) else None

    @property
    def scanning(self) -> bool:
        """Whether a scan is under way."""
        return self._ticket is not None

    @Slot()
    def refresh(self) -> None:
        """Read the groups again in the background."""
        self._asked += 1
        asked, workspace = self._asked, self._session.workspace

        def answer(found: tuple[list[Cluster], bool, int]) -> None:
            if asked == self._asked:
                self._before, self._certain = found[1:]
                self._show(tuple(found[0]))

        self._session.ask(
            lambda: (groups(workspace), scanned_before(workspace), len(certain(workspace))),
            answer, self,
        )  # fmt: skip

    @Slot()
    def scan_all(self) -> None:
        """Look at everything again."""
        self._scan(whole=True)

    def retranslate(self) -> None:
        self._header.set_text(self.tr("Duplicates"), self._about())
        self.back.setText(self.tr("Back"))
        self.again.setText(self.tr("Look through everything"))
        self._offer_certain()
        self.list.setAccessibleName(self.tr("Groups of records that may be one"))
        self._teach()
        self._say_progress(None)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._scan(whole=False)
        self.refresh()

    # -- building ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        set_role(self, Role.PAGE)
        body = column(self, gap=0)
        for button in (self.back, self.again, self.certain):
            self._header.add_action(button)
        body.addWidget(self._header)
        told = column(None, margins=(24, 0, 24, 8))
        told.addWidget(self.strip)
        body.addLayout(told)
        shown = QWidget()
        halves = row(shown, margins=(24, 0, 24, 16), gap=12)
        left = Card()
        left.body.setContentsMargins(4, 4, 4, 4)
        left.setFixedWidth(_LIST_WIDTH)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        left.body.addWidget(self.list, 1)
        halves.addWidget(left)
        halves.addWidget(self.desk, 1)
        self._stack.addWidget(shown)
        self._stack.addWidget(self.empty)
        body.addWidget(self._stack, 1)
        self.strip.hide()

    def _connect(self) -> None:
        self.back.clicked.connect(self.back_requested)
        self.again.clicked.connect(self.scan_all)
        self.certain.clicked.connect(self.merge_certain)
        self.empty.action_triggered.connect(self.scan_all)
        self.strip.cancelled.connect(self._stop)
        self.list.currentRowChanged.connect(self._look)
        self.list.itemActivated.connect(self.desk.take_focus)
        self.desk.merge_wanted.connect(self._merge)
        self.desk.apart_wanted.connect(self._keep_apart)
        self.desk.skip_wanted.connect(self._skip)
        self._session.changed.connect(self._heard)
        self._session.language_changed.connect(self.retranslate)
        self._session.closed.connect(self._stop)

    # -- looking -------------------------------------------------------------------------------

    def _scan(self, *, whole: bool) -> None:
        if self._ticket is not None or self._session.over:
            return
        workspace, token, tasks = self._session.workspace, CancelToken(), self._session.tasks
        report = tasks.reporter(self._say_progress, owner=self)
        self._say_progress(0.0)
        self.strip.show()
        self._ticket = tasks.free(
            lambda: scan(workspace, token, report, whole=whole),
            on_done=self._scanned, on_error=self._failed, owner=self, cancel=token,
        )  # fmt: skip
        self._teach()

    def _say_progress(self, share: float | None) -> None:
        self.strip.set_progress(self.tr("Looking for duplicates…"), share)

    def _scanned(self, _complete: bool) -> None:
        self._ticket = None
        self.strip.hide()
        self.refresh()

    def _failed(self, error: KnownError) -> None:
        self._ticket = None
        self.strip.hide()
        self._teach()
        if error.code != "cancelled":
            self._session.failed.emit(error)

    @Slot()
    def _stop(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
        if self._merging:
            self._stop_merging()

    # -- showing -------------------------------------------------------------------------------

    def _show(self, found: tuple[Cluster, ...]) -> None:
        place = max(0, self.list.currentRow())
        kept, back = self.current(), self._taken_back(found)
        self.groups = found
        self.list.blockSignals(True)
        self.list.clear()
        for one in found:
            item = QListWidgetItem(titles_of(one.titles))
            item.setData(SUBTITLE_ROLE, self._subtitle(one))
            self.list.addItem(item)
        same = (n for n, one in enumerate(found) if kept is not None and one.number == kept.number)
        place = next(same, min(place, len(found) - 1)) if back < 0 else back
        self.list.setCurrentRow(place)
        self.list.blockSignals(False)
        self._header.set_text(self.tr("Duplicates"), self._about())
        self._offer_certain()
        self.counted.emit(len(found))
        self._teach()
        self._stack.setCurrentIndex(0 if found else 1)
        self._look()

    def _taken_back(self, found: tuple[Cluster, ...]) -> int:
        """Where the group that was decided about last is, if it is there again; else -1."""
        ids, before = self._settled, {frozenset(one.ids) for one in self.groups}
        if not ids or ids in before:
            return -1
        places = (place for place, one in enumerate(found) if frozenset(one.ids) == ids)
        return next(places, -1)

    def _subtitle(self, one: Cluster) -> str:
        registry = self._session.workspace.replica.registry
        kind = registry.entity(one.entity).label.text(self._session.language)
        sure = self.tr("almost certain") if one.band == "merge" else self.tr("to be looked at")
        number = counted(self.tr("{0} records").format(len(one.ids)))
        return f"{kind} · {number} · {percent(one.likely)} · {sure}"

    def _about(self) -> str:
        if self.groups:
            words = self.tr("{0} groups of records that may be one").format(len(self.groups))
            return counted(words)
        return self.tr("Records that may be one and the same")

    def _teach(self) -> None:
        title = self.tr("No duplicates") if self._before else self.tr("Not looked yet")
        title = self.tr("Looking for duplicates…") if self.scanning else title
        words = self.tr(
            "Customers, contacts and leads on this device are compared by name, number, code and "
            "address; nothing is merged before you say so."
        )
        action = "" if self._before or self.scanning else self.tr("Look through everything")
        self.empty.set_text(title, words, action=action)

    @Slot()
    def _look(self) -> None:
        cluster, workspace = self.current(), self._session.workspace
        if cluster is None:
            self.desk.show_review(None)
            return

        def answer(found: Review | None) -> None:
            if self.current() == cluster:
                self.desk.show_review(found)
                if self.hasFocus():
                    self.desk.take_focus()

        self._session.ask(lambda: review(workspace, cluster), answer, self)

    # -- deciding ------------------------------------------------------------------------------

    def _decided(self) -> Cluster | None:
        """The group a key is about: none while the desk shows one that is not chosen any more."""
        cluster, shown = self.current(), self.desk.model.review
        if cluster is None or shown is None or shown.cluster.ids != cluster.ids:
            return None
        self._settled = frozenset(cluster.ids)
        return cluster

    @Slot()
    def _merge(self) -> None:
        cluster, model = self._decided(), self.desk.model
        if cluster is not None and model.loser_ids:
            self._session.run(
                do_merge, cluster.entity, model.survivor_id, model.loser_ids, model.changes(),
                on_done=self._dealt_with, initiator=self,
            )  # fmt: skip

    @Slot()
    def merge_certain(self) -> None:
        """Merge every group beyond doubt, in one act."""
        if self._merging or not self._certain:
            return
        token = CancelToken()
        self._merging, self._stop_merging = True, token.cancel
        self._offer_certain()
        self.strip.show()
        report = self._session.tasks.reporter(self._say_merging, owner=self)
        self._session.run(
            do_merge_certain, token, report, on_done=self._merged, on_error=self._not_merged,
            initiator=self,
        )  # fmt: skip

    def _say_merging(self, share: float) -> None:
        if self._merging:
            self.strip.set_progress(self.tr("Merging…"), share)

    def _merged(self, done: Done) -> None:
        self._end_merging()
        self._dealt_with(done)

    def _not_merged(self, error: KnownError) -> None:
        self._end_merging()
        self._failed(error)

    def _end_merging(self) -> None:
        self._merging = False
        self.strip.hide()
        self._offer_certain()

    def _offer_certain(self) -> None:
        """The button says how many groups it would merge, and is there only where it may."""
        self.certain.setText(self.tr("Merge {0} certain groups").format(self._certain))
        self.certain.setToolTip(
            self.tr("All groups marked “almost certain”, in one act that can be taken back")
        )
        self.certain.setVisible(self._certain > 0)
        self.certain.setEnabled(not self._merging)

    @Slot(int)
    def _keep_apart(self, place: int) -> None:
        cluster, model = self._decided(), self.desk.model
        record = model.record_id(place)
        if cluster is not None and record:
            others = [one for one in cluster.ids if one != record]
            self._session.run(
                do_keep_apart, cluster.entity, record, others, on_done=self._dealt_with,
                initiator=self,
            )  # fmt: skip

    @Slot()
    def _skip(self) -> None:
        if self.groups:
            self.list.setCurrentRow((self.list.currentRow() + 1) % len(self.groups))
            self.desk.take_focus()

    def _dealt_with(self, _done: Done) -> None:
        self.refresh()
        self.desk.take_focus()

    @Slot(object)
    def _heard(self, change: Change) -> None:
        if self.isVisible() and any(
            change.touches(name) for name in ("customer", "contact", "lead", "distinction")
        ):
            self.refresh()
            self._scan(whole=False)
