"""An attachment shown from memory, drawn away from the Qt thread: pictures and PDFs, page by page.

Nothing of it is written anywhere; only "Save a copy…" does, where the person says.
"""

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QImage, QImageReader, QKeySequence, QPixmap, QShortcut
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget

from crm_core.errors import KnownError
from desktop.viewmodels.session import Session
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import IconButton
from desktop.views.widgets.layouts import label, row
from desktop.views.widgets.sheet import Sheet

PDF = "application/pdf"
_ZOOMS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
_FIT = 1.0
_ROOM = QSize(960, 640)
_MOST_SIDE = 4096
"""A picture is decoded no larger than this; what a camera makes beyond it nobody sees here."""
_MOST_CLAIMED = 300_000_000
"""Pixels a picture may claim to have; beyond that it is a bomb, not a photo."""
_SETTLE_MS = 150


def can_show(media_type: str) -> bool:
    """Whether this kind of file is a picture Qt can draw, or a PDF."""
    if media_type == PDF:
        return True
    known = {bytes(kind.data()).decode() for kind in QImageReader.supportedMimeTypes()}
    return media_type.startswith("image/") and media_type in known


class PreviewSheet(Sheet):
    """`submitted` asks for a copy. Plus and minus zoom, 0 fits, PgUp and PgDn turn pages."""

    def __init__(
        self,
        session: Session,
        name: str,
        media_type: str,
        fetch: Callable[[], bytes],
        parent: QWidget | None = None,
    ) -> None:
        """`fetch` reads the bytes, on the database thread."""
        self._session, self._media_type = session, media_type
        self._content = b""
        self._asked = 0
        self.page, self.pages, self.zoom = 0, 1, _FIT
        self.image = QImage()
        self._out, self._in = IconButton("minus", ""), IconButton("plus", "")
        self._earlier, self._later = IconButton("chevron-left", ""), IconButton("chevron-right", "")
        self.where, self._percent = label("", Role.SMALL), label("", Role.SMALL)
        self.shown = QLabel()
        super().__init__(name, "", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._soon = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._soon.timeout.connect(self._draw)
        self._fill_body(name)
        self._connect_keys()
        self.retranslate()
        self._say_where()
        self.message.show_message(self.tr("Reading…"), Tone.NEUTRAL)
        session.ask(fetch, self._fetched, owner=self)

    def retranslate(self) -> None:
        super().retranslate()
        self.primary.setText(self.tr("Save a copy…"))
        self.cancel.setText(self.tr("Close"))
        self._out.set_name(self.tr("Smaller (-)"))
        self._in.set_name(self.tr("Larger (+)"))
        self._earlier.set_name(self.tr("Page before (PgUp)"))
        self._later.set_name(self.tr("Next page (PgDown)"))

    def turn(self, by: int) -> None:
        """To another page."""
        wanted = min(max(self.page + by, 0), self.pages - 1)
        if wanted != self.page:
            self.page = wanted
            self._say_where()
            self._soon.start()

    def zoom_by(self, steps: int) -> None:
        """Larger or smaller; 0 fits."""
        here = _ZOOMS.index(self.zoom)
        self.zoom = _ZOOMS[min(max(here + steps, 0), len(_ZOOMS) - 1)] if steps else _FIT
        self._say_where()
        if self._media_type == PDF:
            self._soon.start()
        else:
            self._show_image()

    # -- reading and drawing ---------------------------------------------------------------------

    def _fetched(self, content: bytes) -> None:
        self._content = content
        self._draw()

    @Slot()
    def _draw(self) -> None:
        """Decode or draw in the background; only the answer to the last question counts."""
        self._asked += 1
        asked, content, number = self._asked, self._content, self.page
        width = round(_ROOM.width() * self.zoom)
        pdf = self._media_type == PDF

        def work() -> tuple[QImage, int]:
            return _drawn(content, number, width) if pdf else (_decoded(content), 1)

        self._session.tasks.free(
            work,
            on_done=lambda found: self._arrived(*found) if asked == self._asked else None,
            on_error=self._failed, owner=self,
        )  # fmt: skip

    def _arrived(self, image: QImage, pages: int) -> None:
        self.image, self.pages = image, pages
        self.message.show_message("", Tone.NEUTRAL)
        if image.isNull():
            words = self.tr("This file is no picture that can be shown. Save a copy to open it.")
            self.message.show_message(words, Tone.WARN)
        self._say_where()
        self._show_image()

    def _failed(self, error: KnownError) -> None:
        self.message.show_message(error.sentence(self._session.language), Tone.WARN)

    def _show_image(self) -> None:
        if self.image.isNull():
            return
        room = _ROOM
        if self._media_type == PDF:
            self.shown.setPixmap(QPixmap.fromImage(self.image))
            return
        fits = self.image.size().scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        fits = fits.boundedTo(self.image.size())
        wanted = fits * self.zoom
        self.shown.setPixmap(
            QPixmap.fromImage(self.image).scaled(
                wanted, Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )  # fmt: skip

    def _say_where(self) -> None:
        several = self.pages > 1
        self.where.setText(f"{self.page + 1} / {self.pages}" if several else "")
        for button in (self._earlier, self._later):
            button.setVisible(several)
        self._earlier.setEnabled(self.page > 0)
        self._later.setEnabled(self.page < self.pages - 1)
        self._percent.setText(f"{self.zoom:.0%}")

    # -- building --------------------------------------------------------------------------------

    def _fill_body(self, name: str) -> None:
        self.shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.shown.setAccessibleName(name)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(self.shown)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setMinimumSize(_ROOM / 2)
        around = self.parentWidget()
        room = around.window().size() if around is not None else QSize(1280, 800)
        self.resize((_ROOM + QSize(64, 220)).boundedTo(room.expandedTo(_ROOM / 2)))
        line = row(None, gap=4)
        for part in (self._earlier, self.where, self._later):
            line.addWidget(part)
        line.addStretch(1)
        for part in (self._out, self._percent, self._in):
            line.addWidget(part)
        self.body.addLayout(line)
        self.body.addWidget(area, 1)

    def _connect_keys(self) -> None:
        self._out.clicked.connect(lambda: self.zoom_by(-1))
        self._in.clicked.connect(lambda: self.zoom_by(1))
        self._earlier.clicked.connect(lambda: self.turn(-1))
        self._later.clicked.connect(lambda: self.turn(1))
        keys = {
            "+": lambda: self.zoom_by(1), "=": lambda: self.zoom_by(1),
            "-": lambda: self.zoom_by(-1), "0": lambda: self.zoom_by(0),
            "PgUp": lambda: self.turn(-1), "PgDown": lambda: self.turn(1),
            "Home": lambda: self.turn(-self.pages), "End": lambda: self.turn(self.pages),
        }  # fmt: skip
        for key, act in keys.items():
            QShortcut(QKeySequence(key), self).activated.connect(act)


def _drawn(content: bytes, number: int, width: int) -> tuple[QImage, int]:
    from desktop.services.papers.pdf_pages import draw_page  # PDFium is loaded for the first PDF.

    page = draw_page(content, number, width=width)
    kind = QImage.Format.Format_RGB32
    image = QImage(page.pixels, page.width, page.height, page.width * 4, kind)
    return image.copy(), page.pages


def _decoded(content: bytes) -> QImage:
    """The picture, upright, in bounded memory; null where there is none."""
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        if size.width() * size.height() > _MOST_CLAIMED:
            return QImage()
        largest = QSize(_MOST_SIDE, _MOST_SIDE)
        if size.width() > _MOST_SIDE or size.height() > _MOST_SIDE:
            # A JPEG is then decoded small at once, and never held whole.
            reader.setScaledSize(size.scaled(largest, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()
