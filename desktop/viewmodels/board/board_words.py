"""Values of measures in words: figures, units, what is behind them, what made them red.

Sentences are pairs (Chinese, English) like those of the measures themselves.
"""

from collections.abc import Sequence

from crm_core.insight.declared import Better, Measure, Shape, Value
from crm_core.model.number_words import counted
from crm_core.model.schema import Label

NOTHING = "—"


def figure(measure: Measure, value: float | None) -> str:
    """The value for reading, without its unit; a dash where there is no data."""
    if value is None:
        return NOTHING
    shown = f"{value:,.{measure.digits}f}"
    return shown.removeprefix("-") if float(shown.replace(",", "")) == 0 else shown


def with_unit(measure: Measure, value: float | None, language: str) -> str:
    """The value with its unit."""
    unit = measure.unit.text(language)
    shown = figure(measure, value)
    return shown if value is None or not unit else counted(f"{shown} {unit}")


def limit_words(measure: Measure, language: str) -> str:
    """From where on it is red; empty where it never is."""
    limit, unit = measure.threshold, measure.unit.text(language)
    bound, above = (limit.above, True) if limit.above is not None else (limit.below, False)
    if bound is None:
        return ""
    sign = (">" if above else "<") if limit.strict else ("≥" if above else "≤")
    said = Label(f"红线 {sign} {bound:g} {unit}", f"red {sign} {bound:g} {unit}")
    return counted(said.text(language).rstrip())


def change_words(measure: Measure, value: Value, language: str) -> str:
    """What became of it since the period before; empty where there is nothing to compare."""
    if value.value is None or value.previous is None:
        return ""
    before = figure(measure, value.previous)
    moved = value.value - value.previous
    if figure(measure, moved) == figure(measure, 0.0):
        return Label(f"与上期持平（{before}）", f"as before ({before})").text(language)
    arrow = "▲" if moved > 0 else "▼"
    if measure.shape is Shape.SHARE or value.change is None:
        amount = figure(measure, abs(moved))
        zh, en = ("个百分点", "points") if measure.shape is Shape.SHARE else ("", "")
    else:
        amount, zh, en = f"{abs(value.change):.0f}", "%", "%"
    said = Label(f"{arrow} {amount} {zh}", f"{arrow} {amount} {en}").text(language).rstrip()
    return f"{said} · " + Label(f"上期 {before}", f"before {before}").text(language)


def got_better(measure: Measure, value: Value) -> bool | None:
    """Whether it moved the way it should; None where it did not move."""
    if value.value is None or value.previous is None or value.value == value.previous:
        return None
    if measure.better is Better.NEITHER:
        return None
    return (value.value > value.previous) is (measure.better is Better.HIGH)


def made_of(measure: Measure, value: Value, language: str) -> str:
    """Numerator and denominator, or how many records; empty where it is the value itself."""
    if measure.shape in (Shape.SHARE, Shape.RATE) and value.denominator is not None:
        above, below = f"{value.numerator or 0:,.0f}", f"{value.denominator:,.0f}"
        return f"{above} ÷ {below}"
    if value.spread is not None:
        n, p90 = value.spread.n, figure(measure, value.spread.p90)
        mean = figure(measure, value.spread.mean)
        said = Label(
            f"{n:,} 条 · P90 {p90} · 平均 {mean}", f"{n:,} records · p90 {p90} · mean {mean}"
        )
        return counted(said.text(language))
    if measure.shape is Shape.COUNT:
        return ""
    return counted(Label(f"{value.count:,} 条记录", f"{value.count:,} records").text(language))


def next_step(measure: Measure, value: Value, language: str) -> str:
    """What is suggested where a value is red; empty where it is not."""
    said = measure.suggestion.text(language) if value.red else ""
    return Label(f"建议：{said}", f"Next: {said}").text(language) if said else ""


def first_words(titles: Sequence[str], language: str) -> str:
    """Who comes first among what is counted; empty without anybody."""
    if not titles:
        return ""
    many = len(titles)
    said = Label(f"前 {many}：{'、'.join(titles)}", f"Top {many}: {', '.join(titles)}")
    return said.text(language)


def told(measure: Measure, value: Value, name: str, language: str) -> str:
    """Everything about one value, for the pointer, the keyboard and a screen reader."""
    title = measure.label.text(language)
    parts = [
        f"{title} · {name}" if name else title,
        with_unit(measure, value.value, language),
        made_of(measure, value, language),
        change_words(measure, value, language),
    ]
    if value.red:
        red = Label("超过红线", "Past the limit").text(language)
        parts.append(f"{red} ({limit_words(measure, language)})")
    return "\n".join(part for part in parts if part)
