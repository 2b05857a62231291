"""The chapter of what customers think: each month some are asked if they would recommend us."""

from datetime import time, timedelta

from sync_server.services.sample.office_hours import at_china, china_date
from sync_server.services.sample.scene import Scene

_A_MONTH = 14
_SCORES = (10, 10, 9, 9, 9, 8, 8, 7, 7, 6, 5, 3)
_BETTER = 0.05
"""Each month, so many more of the grumblers think better of it."""


def write_ratings(scene: Scene) -> None:
    """Write the ratings of every month of the story, a little better each time (row 6.28)."""
    day = (china_date(scene.opened) + timedelta(days=32)).replace(day=8)
    month = 0
    while (at := at_china(day, time(16, 0))) <= scene.now:
        known = [one for one in scene.customers if one.since < at]
        for customer in scene.rng.sample(known, min(_A_MONTH, len(known))):
            score = scene.rng.choice(_SCORES)
            if score < 9 and scene.chance(_BETTER * month):
                score = 9
            scene.book.create(
                at, customer.owner.id, "rating",
                {"customer": customer.id, "score": score, "scored_on": day.isoformat(),
                 "owner": customer.owner.id},
            )  # fmt: skip
        day = (day + timedelta(days=32)).replace(day=8)
        month += 1
