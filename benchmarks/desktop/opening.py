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
    kept = import_lightly()
    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QApplication

    from benchmarks.desktop.clockwork import CLOCK, ENVIRON
    from desktop.config import find_profile
    from desktop.kept_modules import keep_modules
    from desktop.starting import start_desktop

    desktop = start_desktop(find_profile(sys.argv[1], os.environ), ENVIRON, CLOCK)
    deadline = time.monotonic() + _PATIENCE
    while desktop.window is None or desktop.window.today.day is None:
        # Asleep until something comes, as Qt's own loop is; turning round would keep the
        # interpreter from the threads that read.
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if desktop.signing_in is not None or time.monotonic() > deadline:
            raise SystemExit("the first page did not come")
    for _ in range(5):
        QApplication.processEvents()
    print("usable", flush=True)
    if desktop.session is not None:  # The clock stands: minutes paid ahead would add up.
        desktop.session.workspace.lease.end()
    keep_modules()  # As spare time does, and
    kept.keep()  # as an orderly end does; the first start is not counted.
    os._exit(0)


if __name__ == "__main__":
    main()
