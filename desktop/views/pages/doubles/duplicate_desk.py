"""Where one group of doubles is looked at: heads, values side by side, what can be done."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.services.duplicates import Review
from desktop.viewmodels.records.duplicate_review import DuplicateReview, why_alike
from desktop.viewmodels.session import Session
from desktop.views.pages.doubles.duplicate_grid import DuplicateGrid
from desktop.views.pages.doubles.duplicate_heads import DuplicateHeads, Head
from desktop.views.theme.roles import Role
from desktop.views.widgets.buttons import GhostButton, PrimaryButton, QuietButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.layouts import label, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.toast import IN_REACH


class DuplicateDesk(Reactive, Card):
    """Shows what `show_review` gives it, and says what the person decides."""

    merge_wanted = Signal()
    apart_wanted = Signal(int)
    skip_wanted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._session = session
        self.model = DuplicateReview(self)
        self.heads = DuplicateHeads()
        self.grid = DuplicateGrid(self.model)
        self._hint = label("", Role.SMALL, wrap=True)
        self.merge, self.apart, self.skip, self.open = (
            PrimaryButton("", "merge"), GhostButton(), QuietButton(), QuietButton()
        )  # fmt: skip
        self.merge.setObjectName(IN_REACH)  # One decision follows the other.
        self.heads.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.body.addWidget(self.heads)
        self.body.addWidget(self.grid, 1)
        self.body.addWidget(self._hint)
        line = row(None, gap=8)
        for button in (self.merge, self.apart, self.skip):
            line.addWidget(button)
        line.addStretch(1)
        line.addWidget(self.open)
        self.body.addLayout(line)
        self._connect()
        self.retranslate()

    def show_review(self, review: Review | None) -> None:
        """Show another group; the keyboard stays in the values."""
        had = self.grid.hasFocus()
        self.model.show_review(review, self._session.language)
        for part in (
            self.heads,
            self.grid,
            self._hint,
            self.merge,
            self.apart,
            self.skip,
            self.open,
        ):
            part.setVisible(review is not None)
        self._show_heads()
        if review is not None:
            self.grid.setCurrentIndex(self.model.index(0, self.model.survivor))
            if had:
                self.take_focus()

    @Slot()
    def take_focus(self) -> None:
        """Let the keyboard work on the values."""
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        self.merge.setText(self.tr("Merge (Enter)"))
        self.apart.setText(self.tr("Not the same (N)"))
        self.skip.setText(self.tr("Later (S)"))
        self.open.setText(self.tr("Open the record"))
        self.grid.setAccessibleName(self.tr("Values side by side"))
        self._show_heads()

    def _connect(self) -> None:
        self.heads.chosen.connect(self._keep)
        self.grid.kept.connect(self._keep)
        self.grid.merge_wanted.connect(self.merge_wanted)
        self.grid.apart_wanted.connect(self.apart_wanted)
        self.grid.skip_wanted.connect(self.skip_wanted)
        self.merge.clicked.connect(self.merge_wanted)
        self.skip.clicked.connect(self.skip_wanted)
        self.apart.clicked.connect(self._say_apart)
        self.open.clicked.connect(self._open)

    @Slot(int)
    def _keep(self, place: int) -> None:
        self.model.keep(place)
        self._show_heads()
        self.take_focus()

    @Slot()
    def _say_apart(self) -> None:
        self.apart_wanted.emit(max(0, self.grid.currentIndex().column()))

    @Slot()
    def _open(self) -> None:
        review = self.model.review
        record = self.model.record_id(max(0, self.grid.currentIndex().column()))
        if review is not None and record:
            self._session.open_requested.emit(review.cluster.entity, record)

    def _show_heads(self) -> None:
        review, language = self.model.review, self._session.language
        if review is None:
            self.heads.show_heads((), 0, "")
            return
        heads = []
        for place, member in enumerate(review.members):
            owner = review.titles.get(("user", review.owners[place]), "")
            related = self.tr("{0} related").format(member.related)
            about = " · ".join(part for part in (owner, related) if part)
            title = str(member.record.get(review.entity.title) or "")
            heads.append(Head(title, about, why_alike(review, place, language)))
        self.heads.show_heads(heads, self.model.survivor, self.tr("stays"))
        differing = self.tr("{0} fields differ").format(self.model.differing())
        keys = self.tr("1 2 3: which stays   ·   arrows and Space: take this value")
        self._hint.setText(f"{differing}   ·   {keys}")
