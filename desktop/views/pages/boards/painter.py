"""Which widget paints which shape, and what of a scene it is given."""

from PySide6.QtWidgets import QWidget

from crm_core.insight.boards import Shape
from crm_core.insight.declared import Shape as Kind
from crm_core.insight.declared import Value
from crm_core.model.number_words import counted, unit_after
from crm_core.model.schema import Label
from desktop.viewmodels.board.board_scene import Scene
from desktop.viewmodels.board.board_words import change_words, got_better, limit_words, made_of
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.pictures.bars import BarPicture, RankingPicture
from desktop.views.widgets.pictures.canvas import Picture
from desktop.views.widgets.pictures.figure import FigurePicture
from desktop.views.widgets.pictures.funnel import FunnelPicture
from desktop.views.widgets.pictures.heat_map import HeatPicture
from desktop.views.widgets.pictures.spread import SpreadPicture
from desktop.views.widgets.pictures.trend import TrendPicture

_KINDS: dict[str, type[Picture]] = {
    Shape.FIGURE: FigurePicture,
    Shape.BARS: BarPicture,
    Shape.RANKING: RankingPicture,
    Shape.HEAT: HeatPicture,
    Shape.FUNNEL: FunnelPicture,
    Shape.SPREAD: SpreadPicture,
    Shape.TREND: TrendPicture,
}


def picture_for(shape: str, parent: QWidget | None = None) -> Picture | None:
    """An empty picture; None for a shape this version does not know."""
    kind = _KINDS.get(shape)
    return None if kind is None else kind(parent)


def paint(picture: Picture, scene: Scene, language: str) -> list[tuple[str, ...]]:
    """Give a picture what it shows; the groups behind each of its marks."""
    limit = scene.measure.threshold
    bound = limit.above if limit.above is not None else limit.below
    groups = list(scene.groups)
    if isinstance(picture, BarPicture):
        full = 100.0 if scene.measure.shape is Kind.SHARE else None
        picture.set_scale(full=full, threshold=bound, legend=_bar_legend(scene, language))
    if isinstance(picture, RankingPicture):
        return [groups[place] for place in picture.show_ranking(scene.marks)]
    if isinstance(picture, BarPicture):
        picture.show_marks(scene.marks)
    elif isinstance(picture, HeatPicture):
        if scene.columns:
            picture.show_table(scene.rows, scene.columns, scene.marks)
        else:
            picture.show_table([mark.label for mark in scene.marks], [""], scene.marks)
    elif isinstance(picture, FunnelPicture):
        picture.show_steps(scene.marks, scene.ways)
    elif isinstance(picture, SpreadPicture):
        legend = Label(
            "▮ 一半在此以内（中位数）  ┤ 九成在此以内（P90）  ◆ 平均",
            "▮ half within (median)  ┤ nine of ten within (p90)  ◆ mean",
        ).text(language)
        picture.show_strips(scene.marks, scene.strips, legend=legend, threshold=bound)
    elif isinstance(picture, TrendPicture):
        legend = scene.band_words.text(language)
        picture.show_points(scene.marks, scene.bands, threshold=bound, legend=legend)
    elif isinstance(picture, FigurePicture):
        _figure(picture, scene, language)
    return groups


def _bar_legend(scene: Scene, language: str) -> str:
    """What the lines across the bars say, and how many groups there was no room for."""
    limit = scene.measure.threshold
    parts: list[Label] = []
    if any(mark.before is not None for mark in scene.marks):
        parts.append(Label("▏上期", "▏before"))
    if limit.above or limit.below:
        parts.append(Label("┊ 红线", "┊ limit"))
    if scene.left_out:
        parts.append(
            Label(f"另有 {scene.left_out} 组未列出", f"{scene.left_out} more groups not shown")
        )
    return counted("    ".join(part.text(language) for part in parts))


def _figure(picture: FigurePicture, scene: Scene, language: str) -> None:
    value = (scene.values[0] if scene.values else None) or Value((), None)
    better = got_better(scene.measure, value)
    tone = {True: Tone.GOOD, False: Tone.BAD}.get(better, Tone.NEUTRAL)  # type: ignore[arg-type]
    said = change_words(scene.measure, value, language)
    unit = unit_after(scene.marks[0].shown, scene.measure.unit.text(language))
    limit = limit_words(scene.measure, language) if value.red else ""
    picture.show_figure(
        scene.marks[0],
        unit="  ".join(part for part in (unit, limit) if part),
        change=said or made_of(scene.measure, value, language),
        tone=tone,
        advice=scene.marks[0].step,
    )
