"""The program's icon in the sizes and formats of each system, from resources/icons/brand.svg.

python -m installers.icons FOLDER: suixing-SIZE.png for Linux, suixing.ico, suixing.icns.
"""

import sys
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from desktop.views.theme.tokens import LIGHT

SOURCE = Path(__file__).resolve().parent.parent / "resources" / "icons" / "brand.svg"
PNG_SIZES = (16, 32, 48, 64, 128, 256, 512)
ICO_SIZE = 256
ICNS_SIZE = 512
EDGE, RADIUS, MARK = 1 / 16, 1 / 4, 1 / 6


def main() -> int:
    """Render every format into the folder given; 0 if all were written."""
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    wanted = {target / f"suixing-{size}.png": size for size in PNG_SIZES}
    wanted |= {target / "suixing.ico": ICO_SIZE, target / "suixing.icns": ICNS_SIZE}
    failed = [path for path, size in wanted.items() if not render(size).save(str(path))]
    for path in failed:
        print(f"could not write {path}", file=sys.stderr)
    return 1 if failed else 0


def render(size: int) -> QImage:
    """The mark on its tile, in a transparent square of `size` pixels."""
    image = QImage(QSize(size, size), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(LIGHT.accent))
    painter.drawRoundedRect(inside(size, EDGE), size * RADIUS, size * RADIUS)
    drawn = SOURCE.read_text(encoding="utf-8").replace("currentColor", LIGHT.on_accent)
    QSvgRenderer(drawn.encode()).render(painter, inside(size, MARK))
    painter.end()
    return image


def inside(size: int, margin: float) -> QRectF:
    """The square that leaves this share of `size` free on every side."""
    edge = size * margin
    return QRectF(edge, edge, size - 2 * edge, size - 2 * edge)


if __name__ == "__main__":
    sys.exit(main())
