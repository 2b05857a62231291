"""Pages of coverage name every row that rules are about, and tests that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
RULES, BOARDS = (ROOT / "docs" / f"{name}-coverage.md" for name in ("rules", "boards"))
ROWS = {"1.10", "1.12", "1.13", "3.2", "3.9", "3.10", "3.13", "3.17", "5.2", "6.10", "6.18", "6.24",
        "6.25", *(f"2.{n}" for n in range(1, 19)), *(f"4.{n}" for n in range(1, 18))}  # fmt: skip

BOARD_ROWS = {"2.14", "2.17", "4.11", "4.12", *(f"6.{n}" for n in range(1, 11)),
              *(f"6.{n}" for n in range(14, 21)), "6.25", "6.28", "7.6"}  # fmt: skip


@pytest.mark.parametrize(("page", "rows"), [(RULES, ROWS), (BOARDS, BOARD_ROWS)])
def test_every_row_is_there_and_every_test_that_holds_one_exists(
    page: Path, rows: set[str]
) -> None:
    text = page.read_text(encoding="utf-8")
    lines = {cells[1].strip(): line for line in text.splitlines()
             if re.match(r"\| \d+\.\d+ \|", line) and (cells := line.split("|"))}  # fmt: skip
    assert set(lines) == rows
    silent = [row for row, line in lines.items() if "::" not in line and "not built" not in line]
    assert not silent
    _all_exist(text)


def test_every_test_that_holds_a_line_of_the_everyday_app_exists() -> None:
    _all_exist((ROOT / "docs" / "everyday-coverage.md").read_text(encoding="utf-8"))


def test_every_test_that_holds_a_promise_of_voice_notes_exists() -> None:
    _all_exist((ROOT / "docs" / "voice-coverage.md").read_text(encoding="utf-8"))


def _all_exist(text: str) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text)
    missing = [f"{path}::{test}" for path, test in named
               if f"def {test}(" not in (ROOT / path).read_text(encoding="utf-8")]  # fmt: skip
    assert named
    assert not missing
