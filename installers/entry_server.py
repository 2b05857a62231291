"""Where the frozen server starts."""

import sys

from sync_server.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
