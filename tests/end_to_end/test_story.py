"""The whole story in its own process: real server, real desktops, real speech model where it is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(300)
def test_every_step_of_the_demo_holds(tmp_path: Path) -> None:
    out = tmp_path / "out"
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "SUIXING_KEYRING": "file"}
    done = subprocess.run(
        [sys.executable, "-m", "desktop", "demo", "--headless", "--out", str(out)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=280,
        check=False,
        env=environ,
    )
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    failed = [
        (step["title"], check)
        for step in report["steps"]
        for check in step["checks"]
        if not check["held"]
    ]
    assert failed == []
    assert done.returncode == 0, done.stdout + done.stderr
    assert [step["number"] for step in report["steps"]] == [1, 2, 3, 4, 5, 6]
    pictures = [name for step in report["steps"] for name in step["pictures"]]
    assert all((out / name).stat().st_size > 10_000 for name in pictures)
    assert (out / "report.md").exists()
