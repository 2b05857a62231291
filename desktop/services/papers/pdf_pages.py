"""Pages of a PDF as pixels, from memory to memory; no Qt, no file, no scripts, no forms.

A PDF comes from anywhere. What it may cost is bounded: pixels by what is drawn, whatever its pages
claim to be, and time by a deadline that PDFium asks about while it draws.
"""

import ctypes
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from crm_core.errors import KnownError

MOST_PIXELS = 8_000_000
"""32 MB a page, and one page at a time."""
MOST_SECONDS = 8.0
MOST_PAGES = 5_000


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page, drawn."""

    number: int
    """From 0."""
    pages: int
    width: int
    height: int
    pixels: bytes
    """BGRx, 4 bytes a pixel, rows without padding."""


def draw_page(
    content: bytes, number: int, *, width: int, clock: Callable[[], float] = time.monotonic
) -> PageImage:
    """Page `number` (kept within what there is), `width` pixels wide or less.

    KnownError: "pdf_unreadable", "pdf_locked", "pdf_too_costly". Any thread; PDFium takes one at a
    time.
    """
    with _turn():
        document = _opened(content)
        try:
            return _drawn(document, number, width, clock() + MOST_SECONDS, clock)
        except pdfium.PdfiumError as error:
            raise _unreadable() from error
        finally:
            document.close()


def _opened(content: bytes) -> Any:
    try:
        return pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise KnownError(
                "这个 PDF 设了密码，不能在这里预览。可以另存一份，用 PDF 软件打开。",
                "This PDF is protected by a password and cannot be shown here. Save a copy and "
                "open it in a PDF program.",
                code="pdf_locked",
            ) from error
        raise _unreadable() from error


def _drawn(
    document: Any, number: int, width: int, deadline: float, clock: Callable[[], float]
) -> PageImage:
    pages = min(len(document), MOST_PAGES)
    if not pages:
        raise _unreadable()
    place = min(max(number, 0), pages - 1)
    page = document[place]
    claimed: tuple[float, float] = page.get_size()
    wide, high = _fitting(claimed[0], claimed[1], width)
    bitmap = pdfium.PdfBitmap.new_native(wide, high, pdfium_c.FPDFBitmap_BGRx)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, wide, high)
    pause = pdfium_c.IFSDK_PAUSE()
    pause.version = 1
    asked = type(pause.NeedToPauseNow)(lambda _: int(clock() > deadline))
    pause.NeedToPauseNow = asked
    status = pdfium_c.FPDF_RenderPageBitmap_Start(
        bitmap, page, 0, 0, wide, high, 0, pdfium_c.FPDF_ANNOT, ctypes.byref(pause)
    )
    pdfium_c.FPDF_RenderPage_Close(page)
    if status != pdfium_c.FPDF_RENDER_DONE:
        raise KnownError(
            "这一页画得太久，已经停下。可以另存一份，用 PDF 软件打开。",
            "This page took too long to draw and was given up. Save a copy and open it in a PDF "
            "program.",
            code="pdf_too_costly",
        )
    stride = bitmap.stride
    raw = bytes(bitmap.buffer)
    rows = raw if stride == wide * 4 else b"".join(
        raw[line * stride : line * stride + wide * 4] for line in range(high)
    )  # fmt: skip
    return PageImage(place, pages, wide, high, rows)


def _fitting(wide: float, high: float, width: int) -> tuple[int, int]:
    """Pixels for a page of that many points; a page may claim to be a kilometre long."""
    if not (0 < wide < 1e6 and 0 < high < 1e6):
        raise _unreadable()
    scale = min(width / wide, (MOST_PIXELS / (wide * high)) ** 0.5)
    return max(int(wide * scale), 1), max(int(high * scale), 1)


def _unreadable() -> KnownError:
    return KnownError(
        "这个 PDF 读不了，可能已损坏。附件没有改动；可以另存一份，用别的软件试试。",
        "This PDF cannot be read; it may be damaged. The attachment is unchanged; save a copy and "
        "try another program.",
        code="pdf_unreadable",
    )


@lru_cache(maxsize=1)
def _turn() -> threading.Lock:
    """PDFium keeps state of its own and bears one thread at a time."""
    return threading.Lock()
