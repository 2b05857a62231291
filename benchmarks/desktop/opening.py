"""A process that opens the desktop on a profile until its first page can be used, and is done.

Takes the way of `python -m desktop`; only waiting for the page and saying so is added.
"""

import os
import sys
import time

from desktop.lightly import import_lightly

_PATIENCE = 120.0


def main() -> None:
    """The profile is the one argument."""
    import_lightly()
    from benchmarks.desktop.clockwork import CLOCK, ENVIRON
    from desktop.app import Desktop
    from desktop.collecting import collect_as_due
    from desktop.config import find_profile
    from desktop.process import prepare_qt

    desktop = Desktop(find_profile(sys.argv[1], os.environ), environ=ENVIRON, clock=CLOCK)
    qt = prepare_qt(desktop.settings, desktop.language)
    desktop.start()
    deadline = time.monotonic() + _PATIENCE
    while desktop.window is None or desktop.window.today.day is None:
        qt.processEvents()
        if time.monotonic() > deadline:
            raise SystemExit("the first page did not come")
    for _ in range(5):
        qt.processEvents()
    print("usable", flush=True)
    collect_as_due()
    os._exit(0)


if __name__ == "__main__":
    main()
