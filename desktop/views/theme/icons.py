"""Line icons: SVG files of resources/icons, coloured when loaded. The files hold `currentColor`."""

from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

ICON_SIZE = 18


def icon_names() -> list[str]:
    """Every icon there is, sorted."""
    folder = files("resources") / "icons"
    return sorted(f.name.removesuffix(".svg") for f in folder.iterdir() if f.name.endswith(".svg"))


def icon_pixmap(name: str, colour: str, *, size: int = ICON_SIZE, ratio: float = 2.0) -> QPixmap:
    """The icon `name` in `colour` (#rrggbb), `size` px square; FileNotFoundError if unknown.

    Drawn once per (name, colour, size, ratio); Qt's pixmap cache keeps it.
    """
    key = f"suixing/{name}/{colour}/{size}/{ratio}"
    found = QPixmap()
    if QPixmapCache.find(key, found):
        return found
    source = (files("resources") / "icons" / f"{name}.svg").read_text("utf-8")
    pixmap = _draw(source.replace("currentColor", colour), size, ratio)
    QPixmapCache.insert(key, pixmap)
    return pixmap


def icon(name: str, colour: str, *, disabled: str = "", size: int = ICON_SIZE) -> QIcon:
    """A QIcon of `name`, with its own colour when disabled if given."""
    made = QIcon()
    made.addPixmap(icon_pixmap(name, colour, size=size))
    if disabled:
        made.addPixmap(icon_pixmap(name, disabled, size=size), QIcon.Mode.Disabled)
    return made


def _draw(svg: str, size: int, ratio: float) -> QPixmap:
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg.encode())).render(
        painter, QRectF(0, 0, pixmap.width(), pixmap.height())
    )
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
