"""What the first window does not need is not imported before it: that was a third of the wait."""

import subprocess
import sys

from desktop.views.lazy_pages import load_ahead

LATER = (
    "numpy", "xlsxwriter", "httpx", "soundfile", "soxr", "vosk", "pydantic", "PIL", "typst",
    "rapidfuzz", "cryptography", "crm_core.insight.journeys", "crm_core.notes.dates",
    "crm_core.notes.types", "asyncio", "importlib.metadata", "email", "greenlet", "socket", "ssl",
    "opencc",
    "crm_core.rules.firing.deciding", "crm_core.rules.verdict", "crm_core.store.ruling.stage_gates",
    "desktop.views.widgets.month_calendar", "desktop.views.pages.records.record_dialog",
    "desktop.views.tour", "chinese_calendar",
)  # fmt: skip
"""Libraries of sound, tables, pictures, likeness, sealed files and the line to the server; and what
of ours belongs to boards, notes, forms and the tour. What SQLAlchemy would bring for what nobody
asks of it."""
ASKED = f"""import sys; from desktop.lightly import import_lightly; import_lightly()
import desktop.starting, desktop.views.pages.plans.today_page
import linecache; texts = [name for name in linecache.cache if name.endswith(".py")]
print(len(texts) < 9, sorted(set({LATER!r}) & set(sys.modules)))
from desktop.filled_later import MEANWHILE
from PySide6.QtCore import QSize
named = [sys.modules[name.removesuffix(".py").replace("/", ".")] for name in MEANWHILE]
print(all("__getattr__" in vars(one) for one in named))
try:
    QSize("wide", "high")
except TypeError as error:
    print("QSize.__init__(w: int, h: int, /)" in str(error), QSize.width.__doc__)
print(["__getattr__" in vars(one) for one in named].count(True))"""


def test_heavy_libraries_are_not_imported_before_the_first_window() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASKED], capture_output=True, text=True, encoding="utf-8", check=True
    )
    found, waiting, worded, left = done.stdout.splitlines()
    assert found == "True []"  # Nor are the texts of modules kept.
    assert waiting == "True"
    assert worded == "True width(self, /) -> int"  # What errors and help ask for is there then.
    assert left == "2"


def test_what_is_loaded_ahead_is_where_it_is_looked_for() -> None:
    load_ahead()
    assert sys.modules["desktop.views.pages.lists.list_page"]
