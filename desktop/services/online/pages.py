"""Pages of a pull: fetched a few ahead, and taken in together where nothing in them forbids it.

Many people's edits of one record come in pages one after the other. Taken in together, the record
is read, merged, written and encrypted once. How many are fetched ahead does not depend on how long
anything takes, so that the same exchange is always the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from crm_core.errors import KnownError
from crm_core.sync.protocol import PullReply

MOST = 4
"""Pages taken in at once: for so long whoever saves has to wait."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page, and whether the replica has yet to see everything once, its own old work included."""

    page: PullReply
    filling: bool


@dataclass(frozen=True, slots=True)
class Ahead:
    """What arrived, in order, and why no more did."""

    pages: Sequence[Fetched]
    error: KnownError | None = None


def fetch(ask: Callable[[int, bool], PullReply], cursor: int, filling: bool, most: int) -> Ahead:
    """The next pages after `cursor`, at most so many, one at a time while the replica is filled."""
    pages: list[Fetched] = []
    try:
        while not pages or (pages[-1].page.more and not filling and len(pages) < most):
            page = ask(cursor, filling)
            # Sent back to the beginning: everything comes again.
            filling = filling or (page.cursor == 0 and cursor > 0)
            cursor = page.cursor
            pages.append(Fetched(page, filling))
    except KnownError as error:
        return Ahead(pages, error)
    return Ahead(pages)


def joined(pages: Sequence[Fetched]) -> list[Fetched]:
    """The same as fewer and larger pages. What leaves does so after its own page and before the
    next, which may bring it again."""
    found: list[Fetched] = []
    for one in pages:
        if found and _goes_on(found[-1], one):
            before, page = found[-1].page, one.page
            found[-1] = Fetched(
                replace(page, operations=(*before.operations, *page.operations)), filling=False
            )
        else:
            found.append(one)
    return found


def _goes_on(before: Fetched, after: Fetched) -> bool:
    filled = before.filling or after.filling
    turned = before.page.views is not None or after.page.views is not None
    same = before.page.lineage == after.page.lineage
    return same and not (filled or turned or before.page.leave)
