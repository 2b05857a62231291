"""PDFs drawn from memory: pages, bounds on pixels and time, and files that are none."""

from contextlib import suppress
from itertools import count

import pytest

from crm_core.errors import KnownError
from desktop.services.papers.pdf_pages import MOST_PIXELS, draw_page
from tests.desktop.services.files import a_pdf

RED = "1 0 0 rg 0 0 595 842 re f "


def test_a_page_is_drawn_at_the_width_that_is_asked() -> None:
    page = draw_page(a_pdf(3, drawn=RED), 1, width=300)
    assert (page.number, page.pages, page.width) == (1, 3, 300)
    assert abs(page.height - 424) <= 1
    assert len(page.pixels) == page.width * page.height * 4
    middle = (page.height // 2 * page.width + page.width // 2) * 4
    assert page.pixels[middle : middle + 3] == b"\x00\x00\xff", "blue, green, red"


def test_a_number_beyond_the_end_is_the_last_page() -> None:
    assert draw_page(a_pdf(2), 99, width=50).number == 1
    assert draw_page(a_pdf(2), -1, width=50).number == 0


@pytest.mark.parametrize("size", [(14_000, 14_000), (14_000, 3), (3, 14_000)])
def test_pixels_are_bounded_whatever_a_page_claims(size: tuple[int, int]) -> None:
    page = draw_page(a_pdf(1, size=size), 0, width=5_000)
    assert page.width * page.height <= MOST_PIXELS * 1.1


def test_a_page_that_draws_for_ever_is_given_up() -> None:
    ticks = count(0, 1_000_000)
    with pytest.raises(KnownError) as given_up:
        draw_page(a_pdf(1, drawn=RED * 5_000), 0, width=300, clock=lambda: float(next(ticks)))
    assert given_up.value.code == "pdf_too_costly"
    assert draw_page(a_pdf(1), 0, width=50).pages == 1, "the next one is drawn"


def test_what_is_no_pdf_is_said() -> None:
    whole = a_pdf(1, drawn=RED)
    for content in (b"", b"no pdf at all", b"%PDF-1.7\n" + bytes(500), a_pdf(0)):
        with pytest.raises(KnownError) as refused:
            draw_page(content, 0, width=100)
        assert refused.value.code == "pdf_unreadable"
    for cut in range(0, len(whole), 37):
        # A reader may repair what is cut; whatever else it meets, it says so.
        with suppress(KnownError):
            draw_page(whole[:cut], 0, width=60)
