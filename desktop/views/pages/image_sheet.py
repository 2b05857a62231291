"""A picture shown from memory: nothing of it is written anywhere."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImageReader, QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from desktop.views.widgets.sheet import Sheet

_LARGEST = QSize(960, 640)


def can_show(media_type: str) -> bool:
    """Whether this kind of file is a picture Qt can draw."""
    known = {bytes(kind.data()).decode() for kind in QImageReader.supportedMimeTypes()}
    return media_type.startswith("image/") and media_type in known


class ImageSheet(Sheet):
    """`submitted` asks for a copy; `picture` is null where the bytes are no picture."""

    def __init__(self, name: str, content: bytes, parent: QWidget | None = None) -> None:
        self.picture = _decoded(content)
        super().__init__(name, "", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        shown = QLabel()
        shown.setPixmap(self.picture)
        shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        shown.setAccessibleName(name)
        self.body.addWidget(shown)
        self.retranslate()

    def retranslate(self) -> None:
        super().retranslate()
        self.primary.setText(self.tr("Save a copy…"))
        self.cancel.setText(self.tr("Close"))


def _decoded(content: bytes) -> QPixmap:
    """The picture, upright, no larger than the sheet; null where there is none."""
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    image = reader.read()
    if image.isNull():
        return QPixmap()
    fitting = image.size().scaled(_LARGEST, Qt.AspectRatioMode.KeepAspectRatio)
    if fitting.width() < image.width():
        image = image.scaled(
            fitting, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    return QPixmap.fromImage(image)
