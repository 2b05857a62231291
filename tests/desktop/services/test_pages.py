"""Pages of a pull fetched ahead and taken in together."""

from crm_core.clock import ZERO_STAMP
from crm_core.errors import SyncCode, SyncError
from crm_core.sync.change import Operation, Verb
from crm_core.sync.protocol import PullReply
from desktop.services.online.pages import Ahead, Fetched, fetch, joined

NODE = "00000000000000aa"


def page(cursor: int, *, leave: bool = False, more: bool = True, lineage: str = "l") -> PullReply:
    """A page that ends at `cursor` with the one operation of that number."""
    operation = Operation(
        replica=NODE, replica_seq=max(cursor, 1), entity="customer", id="c", verb=Verb.SET,
        field="name", value="甲", before=None, hlc=f"{cursor:012x}-0000-{NODE}", base=ZERO_STAMP,
        group="g", actor="u",
    )  # fmt: skip
    gone = (("customer", f"gone{cursor}"),) if leave else ()
    return PullReply((operation,), gone, cursor, lineage, more)


def fetched(pages: list[PullReply | None], *, most: int = 4, filling: bool = False) -> Ahead:
    """What arrives of a server that has these pages; None where the line breaks."""
    by_cursor = [0, *(one.cursor for one in pages if one)]

    def ask(cursor: int, _: bool) -> PullReply:
        found = pages[by_cursor.index(cursor)]
        if found is None:
            raise SyncError(SyncCode.SERVER_UNREACHABLE)
        return found

    return fetch(ask, 0, filling, most)


def seen(pages: list[Fetched]) -> list[tuple[list[int], int, int]]:
    """Of each: the numbers of its operations, how many leave, its cursor."""
    return [
        ([o.replica_seq for o in p.page.operations], len(p.page.leave), p.page.cursor)
        for p in pages
    ]


def test_pages_are_taken_in_together_as_far_as_they_arrived() -> None:
    whole = fetched([page(1), page(2), page(3, more=False)])
    assert whole.error is None
    assert seen(joined(whole.pages)) == [([1, 2, 3], 0, 3)]
    assert joined(whole.pages)[0].page.more is False
    assert len(fetched([page(1), page(2), page(3)], most=2).pages) == 2
    broken = fetched([page(1), page(2), None])
    assert seen(joined(broken.pages)) == [([1, 2], 0, 2)]
    assert broken.error is not None


def test_what_leaves_does_so_before_the_next_page_may_bring_it_again() -> None:
    pages = fetched([page(1), page(2, leave=True), page(3), page(4, more=False)]).pages
    assert seen(joined(pages)) == [([1, 2], 1, 2), ([3, 4], 0, 4)]
    changed = [Fetched(page(1), filling=False), Fetched(page(2, lineage="m"), filling=False)]
    assert len(joined(changed)) == 2


def test_a_replica_that_is_filled_takes_page_by_page() -> None:
    assert len(fetched([page(1), page(2), page(3, more=False)], filling=True).pages) == 1
    back = fetch(lambda *_: page(0), 7, False, 4)
    assert [one.filling for one in back.pages] == [True]
    assert len(joined([*back.pages, *back.pages])) == 2
