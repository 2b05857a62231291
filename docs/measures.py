"""Writes measures.md from the measures in crm_core.insight: python -m docs.measures."""

from pathlib import Path

from crm_core.insight.catalogue import MEASURES
from crm_core.insight.clock_words import clock_words
from crm_core.insight.declared import Measure, Shape, Threshold
from crm_core.insight.standards import SHIPPED

PAGE = Path(__file__).parent / "measures.md"
HEAD = """# Measures 指标

Written from `crm_core/insight/catalogue_*.py` by `python -m docs.measures`; edit them there. How
they are computed is in decision 056. Each opens the records it was made of.

"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(map(_section, MEASURES.values())) + _standards()


def _section(measure: Measure) -> str:
    lines = [
        f"## {measure.label.zh} · {measure.label.en}\n",
        f"`{measure.id}` · rows {', '.join(measure.rows)}\n",
    ]
    if measure.shape is Shape.ABSENT:
        lines.append(
            f"**Not measured 暂无数据.** {measure.definition.zh} {measure.definition.en}\n"
        )
        return "\n".join(lines) + "\n"
    unit = f" ({measure.unit.zh} / {measure.unit.en})" if measure.unit.en else ""
    lines.append(f"{measure.definition.zh}\n")
    lines.append(f"{measure.definition.en}\n")
    lines.append(f"- Formula 公式{unit}: {measure.formula.zh} · {measure.formula.en}")
    clock = clock_words(measure)
    if clock is not None:
        lines.append(f"- Clock 时间口径: {clock.zh} · {clock.en}")
    lines.append(f"- Red 标红: {_red(measure.threshold)}")
    if measure.suggestion.zh:
        lines.append(f"- Next step 下一步: {measure.suggestion.zh} · {measure.suggestion.en}")
    if measure.parts:
        lines.append(f"- Made of 由此合成: {', '.join(f'`{one}`' for one in measure.parts)}")
    if measure.groups:
        lines.append(f"- By 可分组: {', '.join(sorted(one.value for one in measure.groups))}")
    return "\n".join(lines) + "\n\n"


def _red(threshold: Threshold) -> str:
    if threshold.above is not None:
        return f"{'>' if threshold.strict else '≥'} {threshold.above:g}"
    if threshold.below is not None:
        return f"{'<' if threshold.strict else '≤'} {threshold.below:g}"
    return "—"


def _standards() -> str:
    rows = (f"| {entity} | {stage} | {hours:g} |\n" for (entity, stage), hours in _hours())
    weights = (
        f"| `{name}` | {', '.join(f'`{part}` {points}' for part, points in parts.items())} |\n"
        for name, parts in SHIPPED.weights.items()
    )
    return (
        "## Standards as shipped 出厂标准\n\n| record | stage | hours |\n|---|---|---|\n"
        + "".join(rows)
        + "\n| composite | points |\n|---|---|\n"
        + "".join(weights)
    )


def _hours() -> list[tuple[tuple[str, str], float]]:
    return list(SHIPPED.hours.items())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
