"""A believable organisation for the first ten minutes: half a year of a small sales force's work.

Two business lines, a distributor of laboratory devices and a training school, share one manager.
Everything is invented; the raw material is in `resources/sample`. The chapters are told by the
other modules beside this one; nothing here writes to a database.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random

from sync_server.services.sample.book import Book, SampleEvent
from sync_server.services.sample.channels import write_costs
from sync_server.services.sample.customers import (
    add_duplicates,
    correct_customers,
    open_customers,
)
from sync_server.services.sample.deals import tell_deals
from sync_server.services.sample.demo import tell_demo
from sync_server.services.sample.duties import write_duties
from sync_server.services.sample.leads import tell_leads
from sync_server.services.sample.names import Namer
from sync_server.services.sample.office_hours import at_china, china_date, workday_before
from sync_server.services.sample.paperwork import write_paperwork
from sync_server.services.sample.people import (
    SampleAccount,
    found_organisation,
    write_catalogue,
)
from sync_server.services.sample.ratings import write_ratings
from sync_server.services.sample.rounds import tell_rounds
from sync_server.services.sample.scene import Scene
from sync_server.services.sample.words import load_words

__all__ = ["Sample", "SampleAccount", "SampleEvent", "sample_organisation"]

_HISTORY_DAYS = 184
_LINES = {"medical": 95, "school": 120}
"""Business line → customers it has besides those that come from won leads."""

_TOTAL_CUSTOMERS = 320
_DUPLICATES = 12
_LEADS, _DEALS = 400, 119
_VISITS, _FOLLOW_UPS, _TASKS = 900, 1200, 500


@dataclass(frozen=True, slots=True)
class Sample:
    """Everything needed to fill an empty server: who may sign in, and what happened."""

    organisation: str
    accounts: tuple[SampleAccount, ...]
    events: tuple[SampleEvent, ...]
    """In time order; every reference points at a record created earlier."""


def sample_organisation(*, now: datetime, seed: int = 7) -> Sample:
    """Tell the sample's story up to `now` (aware); the same for the same `now` and `seed`.

    Only due dates, next steps, expected closes and days of the roster lie after `now`.
    """
    rng = Random(seed)
    book = Book(now.astimezone(UTC).replace(microsecond=0), rng)
    plan = load_words("organisation")
    opened = at_china(workday_before(china_date(now) - timedelta(days=_HISTORY_DAYS)), time(8, 30))
    staff = found_organisation(book, plan, opened)
    words = {line: load_words(line) for line in _LINES}
    for line in words.values():
        write_catalogue(book, line, at=opened + timedelta(minutes=10), actor=staff.admin)
    scene = Scene(book, words, Namer(rng, load_words("names")), staff, opened)
    _tell(scene)
    write_duties(scene, plan)  # Last: what chance tells before it stays what it was.
    return Sample(plan.text("name"), staff.accounts, book.events())


def _tell(scene: Scene) -> None:
    """The chapters in the order in which they need each other."""
    tell_demo(scene, load_words("demo"))
    for line, count in _LINES.items():
        open_customers(scene, line, count)
    add_duplicates(scene, _DUPLICATES)
    tell_leads(scene, _LEADS)
    open_customers(scene, "school", max(0, _TOTAL_CUSTOMERS - scene.book.count("customer")))
    correct_customers(scene)
    tell_deals(scene, _DEALS)
    tell_rounds(scene, visits=_VISITS, follow_ups=_FOLLOW_UPS, tasks=_TASKS)
    write_costs(scene)
    write_ratings(scene)
    write_paperwork(scene)
