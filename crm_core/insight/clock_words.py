"""By which moment a measure counts something into a period, in words. Pure."""

from collections.abc import Mapping

from crm_core.insight.declared import Fact, Measure, Shape
from crm_core.model.schema import Label

_CLOCKS: Mapping[str, Label] = {
    "assigned": Label("按分配时间", "by when it was assigned"),
    "received": Label("按获取时间", "by when it was received"),
    "closed": Label("按结束时间", "by when it ended"),
    "contacted": Label("按首次触达时间", "by the first contact"),
    "second_at": Label("按第二次有效联系的时间", "by the second effective contact"),
    "until": Label("按离开阶段的时间", "by when the stage was left"),
    "at": Label("按发生、提出或到期的时间", "by when it happened, was asked or is due"),
}
_STANDING = Label("截至期末的状态", "as it stands at the end of the period")
_TALKED = Label("期末前 7 天内发生的", "what happened in the 7 days before the end")


def clock_words(measure: Measure) -> Label | None:
    """The words; None for what is made of other measures, which have clocks of their own."""
    if measure.shape in (Shape.COMPOSITE, Shape.ABSENT):
        return None
    if measure.clock:
        return _CLOCKS[measure.clock]
    return _TALKED if measure.fact is Fact.EVENT else _STANDING
