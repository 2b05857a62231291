"""What the first window does not need is not imported before it: that was a third of the wait."""

import subprocess
import sys

LATER = ("numpy", "xlsxwriter", "httpx", "soundfile", "soxr", "vosk", "pydantic", "PIL", "typst")
"""Libraries of sound, spreadsheets, pictures and the line to the server."""
ASKED = f"import sys, desktop.app; print(sorted(set({LATER!r}) & set(sys.modules)))"


def test_heavy_libraries_are_not_imported_before_the_first_window() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASKED], capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert done.stdout.strip() == "[]"
