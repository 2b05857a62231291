"""`suixing` and `python -m desktop`."""

import gc
import sys

from desktop.cli import command_line

_YOUNG_OBJECTS = 50_000
"""A page of received operations is that many objects, none of them in a cycle."""


def main() -> int:
    """Run the command line; the exit code."""
    # Looking for cycles after every 700 objects took a third of the time of receiving a page.
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS, 20, 50)
    command_line()
    return 0


if __name__ == "__main__":
    sys.exit(main())
