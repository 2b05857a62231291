"""Beside the fields of a visit: check-in and check-out, where it was, photos, how much is said.

A map link or coordinates typed as the place become coordinates; a dropped photo proposes where and
when it was taken. Nothing is taken over from a photo unasked.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QWidget

from crm_core.clock import CHINA, iso_moment, parse_moment
from crm_core.model.entities import VISIT
from crm_core.model.values import display
from desktop.services.commands.visits import Form
from desktop.services.papers.photo_facts import PhotoFacts, photo_facts
from desktop.services.places import Place, is_short_link, read_place
from desktop.viewmodels.session import Session
from desktop.viewmodels.visits.visit_dimensions import ENOUGH, Dimension, filled
from desktop.viewmodels.visits.visit_draft import VisitDraftModel
from desktop.views.pages.visits.visit_fields import VisitFields
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import IconButton, QuietButton
from desktop.views.widgets.chips import Chip
from desktop.views.widgets.feedback import InlineMessage
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.reactive import Reactive

PHOTO_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".heic", ".tif", ".tiff", ".bmp"})
MOST_PHOTOS = 20


class PhotoDrops(QObject):
    """Takes photos dropped anywhere on a widget; other files are left to others."""

    dropped = Signal(list)
    """Paths."""

    def __init__(self, target: QWidget) -> None:
        super().__init__(target)
        target.setAcceptDrops(True)
        target.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop):
            paths = _photos(event)
            if paths:
                event.acceptProposedAction()  # type: ignore[attr-defined]
                if event.type() == QEvent.Type.Drop:
                    self.dropped.emit(paths)
                return True
        return super().eventFilter(watched, event)


class VisitExtras(Reactive, QWidget):
    """One line of small buttons, what they led to, and the progress "3 / 12"."""

    def __init__(
        self,
        session: Session,
        model: VisitDraftModel,
        fields: VisitFields,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._model, self._fields = session, model, fields
        self._facts = PhotoFacts()
        self.check_in, self.check_out = QuietButton("", "clock"), QuietButton("", "check")
        self.add_photos = QuietButton("", "attachment")
        self.point, self.photos = Chip(""), Chip("")
        self.drop_point, self.drop_photos = IconButton("close", ""), IconButton("close", "")
        self._kept = QWidget()
        self.progress = label("", Role.SMALL)
        self.said = InlineMessage()
        self._lay_out()
        self.check_in.clicked.connect(self.begin)
        self.check_out.clicked.connect(self.end)
        self.add_photos.clicked.connect(self._choose)
        self.drop_point.clicked.connect(self._forget_point)
        self.drop_photos.clicked.connect(self._forget_photos)
        self.said.action_triggered.connect(self._take_facts)
        fields.place.changed.connect(self._place_typed)
        for signal in (model.cards_changed, model.header_changed):
            signal.connect(self.refresh)
        for editor in (fields.minutes, fields.purpose, fields.place, fields.started):
            editor.changed.connect(self.refresh)
        session.language_changed.connect(self.retranslate)
        self.retranslate()

    def bind(self, dialog: QWidget) -> None:
        """F6 and F7 anywhere in the dialog; photos dropped anywhere on it."""
        QShortcut(QKeySequence("F6"), dialog).activated.connect(self.begin)
        QShortcut(QKeySequence("F7"), dialog).activated.connect(self.end)
        PhotoDrops(dialog).dropped.connect(self.add)

    def retranslate(self) -> None:
        self.check_in.setText(self.tr("Arrive (F6)"))
        self.check_out.setText(self.tr("Leave (F7)"))
        self.add_photos.setText(self.tr("Photos…"))
        self.drop_point.set_name(self.tr("Without coordinates"))
        self.drop_photos.set_name(self.tr("Without photos"))
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show what the model holds."""
        header = self._model.header
        visit = header.form == Form.VISIT
        if self.parentWidget() is not None or not visit:
            self.setVisible(visit)  # Without a parent it would be a window for a moment.
        datum = display(VISIT.field_spec("datum"), header.datum, self._session.language)
        point = ", ".join(_short(n) for n in (header.latitude, header.longitude) if n)
        short = datum.replace("（", " (").partition(" (")[0]
        self.point.set_text(" · ".join(part for part in (point, short) if part), Tone.NEUTRAL)
        self.point.setToolTip(datum or self.tr("Nobody said in which datum."))
        count = self.tr("%n photo(s)", "", len(header.photos))
        self.photos.set_text(count, Tone.NEUTRAL)
        self.photos.setToolTip("\n".join(Path(photo).name for photo in header.photos))
        for part, there in (
            (self.point, bool(point)), (self.drop_point, bool(point)),
            (self.photos, bool(header.photos)), (self.drop_photos, bool(header.photos)),
        ):  # fmt: skip
            part.setVisible(there)
        self._kept.setVisible(bool(point) or bool(header.photos))
        self._show_progress()

    # -- time ----------------------------------------------------------------------------------

    @Slot()
    def begin(self) -> None:
        """The visit begins now."""
        self._model.set_header(started_at=iso_moment(self._now()))
        self._model.header_changed.emit()

    @Slot()
    def end(self) -> None:
        """The visit ends now; its minutes are counted from its beginning."""
        try:
            started = parse_moment(self._model.header.started_at)
        except ValueError:
            self.said.show_message(self.tr("When did it begin? Write that first."), Tone.WARN)
            return
        minutes = round((self._now() - started).total_seconds() / 60)
        if not 0 <= minutes <= 24 * 60:
            words = self.tr("It began on another day; write the minutes yourself.")
            self.said.show_message(words, Tone.WARN)
            return
        self._model.set_header(minutes=max(minutes, 1))
        self._model.header_changed.emit()

    # -- place ---------------------------------------------------------------------------------

    @Slot()
    def _place_typed(self) -> None:
        typed = str(self._fields.place.value() or "")
        found = read_place(typed)
        if found is not None:
            self._take_place(found)
        elif is_short_link(typed):
            self.said.show_message(
                self.tr(
                    "A short link holds no coordinates. Open it in a browser and copy the long "
                    "address, or write the place."
                ),
                Tone.WARN,
            )

    def _take_place(self, place: Place) -> None:
        header = self._model.header
        kept = "" if read_place(header.place) is not None else header.place
        name = place.name or kept
        self._model.set_header(
            place=name, latitude=f"{place.latitude:.6f}", longitude=f"{place.longitude:.6f}",
            datum=place.datum,
        )  # fmt: skip
        self._fields.place.setValue(name)
        self.said.show_message("", Tone.NEUTRAL)
        self._model.header_changed.emit()

    @Slot()
    def _forget_point(self) -> None:
        self._model.set_header(latitude=None, longitude=None, datum=None)
        self._model.header_changed.emit()

    # -- photos --------------------------------------------------------------------------------

    @Slot(list)
    def add(self, paths: Sequence[Path]) -> None:
        """Photos to be attached; the first one that knows where it was proposes it."""
        have = self._model.header.photos
        fresh = [str(path) for path in paths if str(path) not in have]
        self._model.set_header(photos=(*have, *fresh)[:MOST_PHOTOS])
        self._model.header_changed.emit()
        chosen = list(paths)[:MOST_PHOTOS]
        self._session.tasks.free(
            lambda: next((f for f in map(photo_facts, chosen) if f.place or f.taken_at), None),
            on_done=self._propose, owner=self,
        )  # fmt: skip

    @Slot()
    def _choose(self) -> None:
        kinds = " ".join(f"*{suffix}" for suffix in sorted(PHOTO_SUFFIXES))
        pictures = self.tr("Pictures")
        names, _ = QFileDialog.getOpenFileNames(
            self.window(), self.tr("Photos…"), "", f"{pictures} ({kinds})"
        )
        if names:
            self.add([Path(name) for name in names])

    @Slot()
    def _forget_photos(self) -> None:
        self._model.set_header(photos=())
        self._model.header_changed.emit()

    def _propose(self, facts: PhotoFacts | None) -> None:
        if facts is None:
            return
        self._facts = facts
        when = f"{facts.taken_at.astimezone(CHINA):%m-%d %H:%M}" if facts.taken_at else ""
        where = facts.place.written if facts.place else ""
        known = " · ".join(part for part in (when, where) if part)
        self.said.show_message(
            self.tr("The photo was taken: {0}").format(known), Tone.ACCENT,
            action=self.tr("Take over"),
        )  # fmt: skip

    @Slot()
    def _take_facts(self) -> None:
        facts, self._facts = self._facts, PhotoFacts()
        self.said.show_message("", Tone.NEUTRAL)
        if facts.taken_at is not None:
            self._model.set_header(started_at=iso_moment(facts.taken_at))
        if facts.place is not None:
            self._take_place(facts.place)
        self._model.header_changed.emit()

    # -- inside --------------------------------------------------------------------------------

    def _now(self) -> datetime:
        return self._session.workspace.clock.now()

    def _show_progress(self) -> None:
        have = filled(self._model.header, self._model.cards)
        more = max(ENOUGH - len(have), 0)
        said = self.tr("{0} / 12").format(len(have))
        rest = self.tr("%n more will do", "", more) if more else self.tr("enough")
        self.progress.setText(f"{said} · {rest}")
        names = self._names()
        marks = [("✓ " if one in have else "· ") + names[one] for one in Dimension]
        self.progress.setToolTip("\n".join(marks))
        self.progress.setAccessibleName(self.tr("Dimensions of the visit") + f" {said}")

    def _names(self) -> dict[Dimension, str]:
        return {
            Dimension.DURATION: self.tr("How long it took"),
            Dimension.OBJECTIONS: self.tr("Objections"),
            Dimension.COMPETITORS: self.tr("Competitors mentioned"),
            Dimension.CONTACT: self.tr("Who was there"),
            Dimension.PURPOSE: self.tr("What for"),
            Dimension.PLACE: self.tr("Where"),
            Dimension.PRODUCTS: self.tr("Products of interest"),
            Dimension.BUDGET: self.tr("Budget"),
            Dimension.CONCERNS: self.tr("What matters to them"),
            Dimension.SENTIMENT: self.tr("Mood"),
            Dimension.NEXT: self.tr("Promises and next steps"),
            Dimension.PHOTOS: self.tr("Photos taken"),
        }

    def _lay_out(self) -> None:
        body = column(self, gap=4)
        line = row(None, gap=0)
        for part in (self.check_in, self.check_out, self.add_photos):
            line.addWidget(part)
        line.addStretch(1)
        line.addWidget(self.progress)
        body.addLayout(line)
        kept = row(self._kept, margins=(8, 0, 0, 0), gap=2)
        for chip, away in ((self.point, self.drop_point), (self.photos, self.drop_photos)):
            kept.addWidget(chip)
            kept.addWidget(away)
            kept.addSpacing(8)
        kept.addStretch(1)
        body.addWidget(self._kept)
        body.addWidget(self.said)


def _short(number: str) -> str:
    """Five digits after the point are a metre."""
    return f"{float(number):.5f}"


def _photos(event: QEvent) -> list[Path]:
    urls = event.mimeData().urls()  # type: ignore[attr-defined]
    paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    return [path for path in paths if path.suffix.lower() in PHOTO_SUFFIXES]
