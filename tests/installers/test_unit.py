"""The systemd unit: what it takes from the server, and that the server needs none of it."""

import ctypes
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import Surroundings, begin, text_of
from tests.sync_server.live import suixing_server

UNIT = Path(__file__).parents[2] / "installers" / "linux" / "suixing-server.service"
TAKEN = {
    "User=suixing", "NoNewPrivileges=yes", "PrivateTmp=yes", "PrivateDevices=yes", "UMask=0077",
    "ProtectSystem=strict", "ProtectHome=yes", "CapabilityBoundingSet=", "StateDirectory=suixing",
    "StateDirectoryMode=0700", "MemoryDenyWriteExecute=yes", "RestrictNamespaces=yes",
    "SystemCallFilter=@system-service", "RestrictSUIDSGID=yes", "ProtectKernelTunables=yes",
}  # fmt: skip
MOST_EXPOSED = 2.0
"""Of ten; what is left is the network, which a server needs."""
_PR_SET_MDWE, _REFUSE_EXEC_GAIN = 65, 1


def test_the_unit_takes_from_the_server_what_it_does_not_need() -> None:
    lines = set(UNIT.read_text(encoding="utf-8").splitlines())
    assert lines >= TAKEN


def test_systemd_understands_the_unit_and_finds_it_little_exposed(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not here")
    text = UNIT.read_text(encoding="utf-8").replace("/opt/suixing/suixing-server", "/bin/true")
    unit = tmp_path / UNIT.name
    unit.write_text(text, encoding="utf-8")
    verified = subprocess.run(
        [analyze, "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False
    )
    said = verified.stdout + verified.stderr
    assert verified.returncode == 0, said
    assert UNIT.name not in said
    judged = subprocess.run(
        [analyze, "security", "--offline=yes", str(unit)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = re.search(r"exposure level for [^:]+: ([\d.]+)", judged.stdout)
    if found is None:
        pytest.skip("this systemd cannot judge a unit that is not installed")
    assert float(found[1]) <= MOST_EXPOSED


def without_new_code(*arguments: str) -> None:
    """The command line where no memory can be made executable any more; code 77: no such system."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_MDWE, _REFUSE_EXEC_GAIN, 0, 0, 0):
        sys.exit(77)
    suixing_server(*arguments)


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_the_server_needs_no_memory_that_is_writable_and_executable(tmp_path: Path) -> None:
    said = str(tmp_path / "said")
    process = begin(
        without_new_code, "init", "--organisation", "甲", "--admin", "boss",
        "--data", str(tmp_path / "data"), within=Surroundings({}, "", said, said),
    )  # fmt: skip
    process.join(60)
    if process.exitcode == 77:
        pytest.skip("this kernel cannot refuse it")
    assert process.exitcode == 0, text_of(Path(said))
    assert (tmp_path / "data" / "suixing.db").exists()
