"""Who of a role is on duty when (row 4.16); as data only, like `entities`.

What follows from it at a moment is in `rules.duty`.
"""

from crm_core.model.declaring import SECTIONS, choice, field, items, ref, text
from crm_core.model.schema import Choice, EntitySpec, Kind, Label

DUTY_KIND = (
    Choice("weekly", Label("每周固定", "Every week"), "good"),
    Choice("cover", Label("替班", "Stands in"), "warn"),
    Choice("off", Label("不值守", "Not on duty")),
)
WEEKDAYS = tuple(
    Choice(str(number), Label(zh, en))
    for number, (zh, en) in enumerate(
        (
            ("周一", "Monday"), ("周二", "Tuesday"), ("周三", "Wednesday"), ("周四", "Thursday"),
            ("周五", "Friday"), ("周六", "Saturday"), ("周日", "Sunday"),
        )
    )
)  # fmt: skip
"""Monday is 0, as everywhere in rules."""

DUTY = EntitySpec(
    name="duty",
    label=Label("值守安排", "Duty"),
    fields=(
        # As a stage calls whoever has to help in it: 技术支持.
        text("role", "值守角色", "Role on duty", required=True, max_length=60, indexed=True),
        choice("kind", "安排", "Kind", DUTY_KIND, required=True),
        # Empty with `off`: nobody is on duty.
        ref("user", "user", "值守人", "On duty"),
        ref("covers", "user", "替谁", "Stands in for"),
        items("weekdays", "星期", "Weekdays", choices=WEEKDAYS),
        # Spans of the day, `rules.timekeeping.working_time.hours_from`; empty: office hours.
        text("hours", "时段", "Hours", max_length=80),
        field("from_on", Kind.DATE, "从", "From"),
        # The last day, included.
        field("until_on", Kind.DATE, "到", "Until"),
        field("holidays", Kind.BOOL, "节假日也值守", "On holidays too"),
        text("remark", "备注", "Remark", max_length=200),
    ),
    title="role",
    subtitle=("kind", "user"),
    list_fields=("role", "kind", "user", "weekdays", "hours", "from_on", "until_on"),
    sections=SECTIONS,
)  # fmt: skip
"""One line of a roster: a weekly pattern, somebody standing in on some days, or days without."""
