"""What a tile says beside its picture: why there is none, and what is red about it."""

from PySide6.QtCore import QCoreApplication

from crm_core.insight.catalogue import MEASURES
from crm_core.insight.composites import kinds_of
from crm_core.insight.declared import Fact, Measure
from crm_core.insight.declared import Shape as Kind
from desktop.viewmodels.board.board_asking import TileAnswer
from desktop.viewmodels.board.board_scene import Scene
from desktop.viewmodels.board.board_words import limit_words


def why_empty(answer: TileAnswer, language: str) -> str:
    """Why there is nothing to see, and what would change that; empty where there is a picture."""
    measure, scene = answer.measure, answer.scene
    if answer.problem is not None:
        return answer.problem.sentence(language)
    if answer.withheld:
        return QCoreApplication.translate(
            "TileWords", "Your role does not see these records. An administrator can change that."
        )
    if measure is None:
        return QCoreApplication.translate(
            "TileWords",
            "This tile was made by a newer version. It is kept; update the program to see it.",
        )
    if measure.shape is Kind.ABSENT and measure.needs is not None:
        return QCoreApplication.translate("TileWords", "Not measured yet: {0}").format(
            measure.needs.text(language)
        )
    return _nothing(measure) if scene is None or scene.empty else ""


def _nothing(measure: Measure) -> str:
    """Why a measure has no value, and what brings one."""
    by_hand = written_by_hand(measure)
    if measure.fact is Fact.STAGE:
        return QCoreApplication.translate(
            "TileWords",
            "Nothing moved between stages in this period. Choose a longer period or fewer "
            "filters; what moves from now on is counted by itself.",
        )
    if by_hand == "rating":
        return QCoreApplication.translate(
            "TileWords",
            "No customer was asked in this period. Write ratings of 0 to 10 down, or import them "
            "from Excel.",
        )
    if by_hand:
        return QCoreApplication.translate(
            "TileWords",
            "Nothing to compute in this period: it takes channel costs, and leads or deals of the "
            "same source. Enter what is missing, or choose a longer period.",
        )
    return QCoreApplication.translate(
        "TileWords",
        "No data in this period. Choose a longer period or fewer filters; figures appear by "
        "themselves as people work.",
    )


def written_by_hand(measure: Measure) -> str:
    """The kind of record that somebody has to write down before the measure says anything, as
    costs of channels are (row 6.16); empty where people's work brings it by itself."""
    counted = kinds_of(measure, MEASURES)
    return next((one for one in ("channel_cost", "rating") if one in counted), "")


def first_sentence(words: str) -> str:
    """The first sentence of several."""
    for end in ("。", ". "):
        if end in words:
            return words[: words.index(end) + 1]
    return words


def red_words(scene: Scene, language: str) -> str:
    """How many values are past the limit, and the suggested next step; empty where none is."""
    if not scene.reds:
        return ""
    said = QCoreApplication.translate("TileWords", "▲ {0} past the limit ({1}).").format(
        scene.reds, limit_words(scene.measure, language)
    )
    suggestion = scene.measure.suggestion.text(language)
    return f"{said} {suggestion}".strip()
