"""`suixing` and `python -m desktop`."""

import gc
import sys
from collections.abc import Sequence

from crm_core.errors import KnownError

_YOUNG_OBJECTS = 50_000
"""A page of received operations is that many objects, none of them in a cycle."""


def main() -> int:
    """Run the command line; the exit code."""
    collect_rarely()
    if _only_opens(sys.argv[1:]):
        return _open(*sys.argv[2:])
    from desktop.cli import command_line

    command_line()
    return 0


def collect_rarely() -> None:
    """Look for cycles among new objects, and now and then: after every 700 of them, as Python does,
    took a third of the time of receiving a page."""
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS, 20, 50)


def _only_opens(words: Sequence[str]) -> bool:
    """Whether the window is wanted and nothing else: people wait for it, and reading a whole
    command line first would take a tenth of a second."""
    return not words or (len(words) == 2 and words[0] == "--profile")


def _open(profile: str | None = None) -> int:
    from desktop.lightly import import_lightly

    kept = import_lightly()
    from desktop.starting import run_desktop

    try:
        return run_desktop(profile=profile)
    except KnownError as error:
        from desktop.cli import tell

        tell(error)
        return 1
    finally:
        kept.keep()


if __name__ == "__main__":
    sys.exit(main())
