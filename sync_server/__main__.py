"""Entry point of `suixing-server` and of `python -m sync_server`."""

import gc

from sync_server.cli import app

_YOUNG_OBJECTS = 50_000
"""A batch of operations is that many objects, none of them in a cycle."""


def main() -> None:
    """Run the command line."""
    # Looking for cycles after every 700 objects, in everything imported as well, took a third of
    # the time of a push.
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS, 20, 50)
    app(prog_name="suixing-server")


if __name__ == "__main__":
    main()
