"""Writes sync-errors.md from the table in crm_core.errors: python -m docs.sync_errors."""

from pathlib import Path

from crm_core.errors import SYNC_CODES

PAGE = Path(__file__).parent / "sync-errors.md"
HEAD = """# What the sync server may answer

Written from `crm_core/errors.py` by `python -m docs.sync_errors`; edit the table there.

Every refusal carries one of these codes, for a whole request or for one operation of a batch. The
sentences are what the person at the desktop reads: what happened, what was kept, what to do.

| code | HTTP | 中文 | English |
|---|---|---|---|
"""


def page() -> str:
    """The whole page."""
    rows = (
        f"| `{code}` | {text.http_status} | {text.chinese} | {text.english} |\n"
        for code, text in SYNC_CODES.items()
    )
    return HEAD + "".join(rows)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
