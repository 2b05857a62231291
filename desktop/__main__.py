"""`suixing` and `python -m desktop`."""

import sys

from desktop.cli import command_line


def main() -> int:
    """Run the command line; the exit code."""
    command_line()
    return 0


if __name__ == "__main__":
    sys.exit(main())
