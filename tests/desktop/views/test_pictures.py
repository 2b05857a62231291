"""Pictures: every mark has a spot, is reached by the arrow keys, read out and opened by Enter."""

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.viewmodels.pictured import Leg, Mark, Passage, Strip
from desktop.views.theme.apply import apply_theme, colours
from desktop.views.theme.tokens import Scheme
from desktop.views.widgets.pictures.bars import BarPicture, RankingPicture
from desktop.views.widgets.pictures.canvas import Picture
from desktop.views.widgets.pictures.figure import FigurePicture
from desktop.views.widgets.pictures.funnel import FunnelPicture
from desktop.views.widgets.pictures.heat_map import HeatPicture
from desktop.views.widgets.pictures.journey import JourneyPicture
from desktop.views.widgets.pictures.spread import SpreadPicture
from desktop.views.widgets.pictures.trend import TrendPicture

pytestmark = pytest.mark.usefixtures("chinese")

MARKS = [
    Mark("甲", 7.0, "7 条", red=True, told="积压 · 甲\n7 条\n超过红线"),
    Mark("乙", 3.0, "3 条", before=5.0),
    Mark("丙", 0.0, "0 条"),
    Mark("丁", None, "—"),
]


def every_picture() -> list[Picture]:
    """One of each kind, with the same four marks; a figure has one."""
    bars, ranking, heat, funnel = BarPicture(), RankingPicture(), HeatPicture(), FunnelPicture()
    spread, trend, journey, figure = (
        SpreadPicture(),
        TrendPicture(),
        JourneyPicture(),
        FigurePicture(),
    )
    bars.show_marks(MARKS)
    ranking.show_ranking(MARKS)
    heat.show_table(["一", "二"], ["左", "右"], MARKS)
    funnel.show_steps(MARKS, [Passage("", "", worst=n == 1) for n in range(3)])
    spread.show_strips(MARKS, [Strip(3, 9, 4), Strip(0, 0, 0), None, None], legend="")
    trend.show_points(MARKS, [(1, 9), None, (0, 2), None], threshold=5)
    journey.show_legs(MARKS, [Leg(n, n, "李维", 1.5, back=n == 2) for n in range(4)], ends=("", ""))
    figure.show_figure(MARKS[0], unit="条", advice="今天就打电话")
    return [bars, ranking, heat, funnel, spread, trend, journey, figure]


def test_every_mark_is_reached_read_out_and_opened(qtbot: QtBot) -> None:
    for picture in every_picture():
        qtbot.addWidget(picture)
        picture.resize(picture.sizeHint().expandedTo(picture.needed()))
        inside = QRectF(picture.rect()).adjusted(-1, -1, 1, 1)
        spots = [picture.spot(place) for place in range(len(picture.marks))]
        assert all(inside.contains(spot) for spot in spots), picture
        assert "超过红线" in picture.accessibleDescription(), picture
        opened: list[int] = []
        picture.opened.connect(opened.append)
        QTest.keyClick(picture, Qt.Key.Key_Home)
        for place in range(len(spots)):
            QTest.keyClick(picture, Qt.Key.Key_Home)
            for _ in range(len(spots)):
                _towards(picture, place)
            QTest.keyClick(picture, Qt.Key.Key_Return)
            QTest.mouseClick(
                picture, Qt.MouseButton.LeftButton, pos=spots[place].center().toPoint()
            )
        assert opened == [place for place in range(len(spots)) for _ in (0, 1)], picture
        image = picture.image()
        assert image.width() == 2 * picture.width()
        assert len({image.pixel(x, y) for x in range(0, image.width(), 3)
                    for y in range(0, image.height(), 3)}) > 1, picture  # fmt: skip


def _towards(picture: Picture, place: int) -> None:
    """One arrow key nearer to a mark."""
    way = picture.spot(place).center() - picture.spot(picture.current).center()
    if picture.current == place:
        return
    sideways = abs(way.x()) > abs(way.y())
    keys = (Qt.Key.Key_Left, Qt.Key.Key_Right) if sideways else (Qt.Key.Key_Up, Qt.Key.Key_Down)
    QTest.keyClick(picture, keys[(way.x() if sideways else way.y()) > 0])


def test_a_ranking_shows_five_and_oneself(qtbot: QtBot) -> None:
    picture = RankingPicture()
    qtbot.addWidget(picture)
    marks = [Mark(f"第{n}", 9.0 - n, "", mine=n == 7) for n in range(9)]
    assert picture.show_ranking(marks) == [0, 1, 2, 3, 4, 7]
    assert picture.show_ranking(marks[:5]) == [0, 1, 2, 3, 4]
    assert picture.show_ranking([]) == []


def test_what_leaves_the_program_is_on_light_ground(qtbot: QtBot, qapp: QApplication) -> None:
    picture = BarPicture()
    qtbot.addWidget(picture)
    picture.show_marks(MARKS)
    picture.resize(400, 130)
    light = picture.image()
    apply_theme(qapp, Scheme.DARK)
    try:
        assert picture.image().pixel(1, 1) == light.pixel(1, 1)
        assert colours().dark, "the screen is as it was"
    finally:
        apply_theme(qapp, Scheme.LIGHT)


def test_red_is_seen_without_colour(qtbot: QtBot) -> None:
    """The same value, red or not, differs in grey too."""
    greys = []
    for red in (False, True):
        picture = BarPicture()
        qtbot.addWidget(picture)
        picture.show_marks([Mark("甲", 7.0, "7", red=red)])
        picture.resize(400, 40)
        grey = picture.image().convertToFormat(picture.image().Format.Format_Grayscale8)
        row = grey.height() // 2 - 4
        greys.append({grey.pixel(x, row) & 0xFF for x in range(grey.width())})
    assert len(greys[1]) > len(greys[0]) + 3, "hatching and the triangle have greys of their own"
