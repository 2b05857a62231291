"""The chapter of what channels cost: entered by the manager on the first of each month."""

from datetime import date, time, timedelta

from sync_server.services.sample.office_hours import at_china, china_date
from sync_server.services.sample.scene import Scene

_FEN = 100
_SWING = (80, 130)
"""Per cent of the usual month."""


def write_costs(scene: Scene) -> None:
    """Write each channel's cost of every month of the story (row 6.16)."""
    month = china_date(scene.opened).replace(day=1)
    while (entered := at_china(month, time(9, 30))) <= scene.now:
        if entered > scene.opened:
            for words in scene.words.values():
                for channel in words.parts("channels"):
                    swing = scene.rng.randint(*_SWING)
                    scene.book.create(
                        entered,
                        scene.staff.manager,
                        "channel_cost",
                        {
                            "source": channel.text("source"),
                            "starts_on": month.isoformat(),
                            "amount": channel.number("monthly")
                            * _FEN
                            * swing
                            // 100
                            // 1000
                            * 1000,
                        },
                    )
        month = _next_month(month)


def _next_month(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)
