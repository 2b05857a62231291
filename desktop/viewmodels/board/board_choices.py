"""Which pictures a measure can be shown in, and how large they begin. Pure."""

from crm_core.insight.boards import Shape
from crm_core.insight.declared import TIMES, Better, Group, Measure
from crm_core.insight.declared import Shape as Kind


def fitting_shapes(measure: Measure) -> list[Shape]:
    """Those that tell the truth about it."""
    shapes = [Shape.FIGURE]
    if measure.groups - TIMES:
        shapes.append(Shape.BARS)
    if Group.OWNER in measure.groups:
        shapes.append(Shape.RANKING)
    if Group.STAGE in measure.groups and measure.groups - TIMES - {Group.STAGE}:
        shapes.append(Shape.HEAT)
    lost = measure.shape is Kind.SHARE and measure.better is Better.LOW
    if Group.STAGE in measure.groups and (lost or measure.shape is Kind.COUNT):
        shapes.append(Shape.FUNNEL)
    if measure.shape is Kind.DURATION:
        shapes.append(Shape.SPREAD)
    if measure.groups & TIMES:
        shapes.append(Shape.TREND)
    return shapes


def proposed_size(shape: Shape) -> tuple[int, int]:
    """(wide, high) of a new tile."""
    return {Shape.FIGURE: (3, 1), Shape.HEAT: (12, 3), Shape.TREND: (6, 2)}.get(shape, (6, 3))
