"""What every test stands on: Qt drawn offscreen. Qt's own warnings fail tests (see pyproject)."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
