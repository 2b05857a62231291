"""What a bare Linux lacks: found by the loader, named as packages, installed or printed."""

import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

import pytest

from installers.bootstrap import system
from installers.bootstrap.console import Stop
from installers.bootstrap.system import (
    FONT_PACKAGE,
    PACKAGES,
    SOUND_PACKAGE,
    Lacks,
    command_for,
    inspect,
    missing_in,
    provide,
)

LDD = """/opt/libqxcb.so:
\tlinux-vdso.so.1 (0x00007fbc3eee6000)
\tlibxcb-icccm.so.4 => not found
\tlibX11.so.6 => /lib/x86_64-linux-gnu/libX11.so.6 (0x00007fbc3d320000)
\tlibQt6XcbQpa.so.6 => not found
\tlibEGL.so.1 => not found
/opt/libqoffscreen.so:
\tlibEGL.so.1 => not found
"""


def test_the_loaders_answer_is_read() -> None:
    assert missing_in(LDD) == ("libxcb-icccm.so.4", "libEGL.so.1")


def test_libraries_become_debian_packages() -> None:
    lacks = Lacks(("libEGL.so.1", "libnew.so.9"), ("libxcb-cursor.so.0",), font=True, sound=True)
    assert lacks.packages == ("libegl1", "libxcb-cursor0", FONT_PACKAGE, SOUND_PACKAGE)
    assert lacks.unknown == ("libnew.so.9",)
    assert command_for(("libegl1",)) == ("sudo apt-get update && sudo apt-get install -y libegl1")


@pytest.mark.skipif(shutil.which("apt-cache") is None, reason="needs Debian or Ubuntu")
def test_every_package_name_exists_here() -> None:
    names = sorted({*PACKAGES.values(), FONT_PACKAGE, SOUND_PACKAGE})
    shown = subprocess.run(
        ["apt-cache", "pkgnames"], capture_output=True, text=True, check=True
    ).stdout.split()
    if len(shown) < 10_000:
        pytest.skip("apt has no package lists; run apt-get update")
    provided = [name for name in names if name not in shown and f"{name}t64" not in shown]
    assert provided == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems bring it all")
def test_every_library_qt_asks_for_here_has_a_package() -> None:
    """Everything the shipped Qt needs from the system, other than the C library and its kin."""
    qt = Path(sysconfig.get_path("platlib")) / "PySide6" / "Qt"
    listed = subprocess.run(
        ["ldd", str(qt / "plugins/platforms/libqxcb.so"), str(qt / "lib/libQt6Widgets.so.6")],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    needed = {line.split()[0] for line in listed.splitlines() if "=>" in line}
    assert {"libxcb-cursor.so.0", "libEGL.so.1", "libxkbcommon-x11.so.0"} <= needed
    direct = {name for name in needed if name.startswith(("libxcb-", "libxkb", "libEGL", "libGL."))}
    assert direct - PACKAGES.keys() == set()


def test_this_computer_is_inspected() -> None:
    lacks = inspect(Path(sysconfig.get_path("platlib")))
    assert lacks.essential == ()


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[str]]:
    """What would have been installed; apt itself needs root and a network."""
    calls: list[Sequence[str]] = []
    monkeypatch.setattr(system, "_apt", calls.append)
    return calls


def as_root(monkeypatch: pytest.MonkeyPatch, is_root: bool) -> None:
    monkeypatch.setattr(system, "_can_install", lambda: is_root)


def test_root_gets_what_is_lacking_installed(
    monkeypatch: pytest.MonkeyPatch,
    installed: list[Sequence[str]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    as_root(monkeypatch, True)
    answers = iter([Lacks(("libEGL.so.1",), font=True), Lacks()])
    provide(lambda: next(answers), screen=True)
    assert installed == [("libegl1", FONT_PACKAGE)]
    assert capsys.readouterr().out == ""


def test_others_get_the_exact_command_and_a_stop_where_qt_cannot_start(
    monkeypatch: pytest.MonkeyPatch,
    installed: list[Sequence[str]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    as_root(monkeypatch, False)
    with pytest.raises(Stop, match=r"libEGL\.so\.1"):
        provide(lambda: Lacks(("libEGL.so.1",)), screen=False)
    assert "sudo apt-get install -y libegl1" in capsys.readouterr().out
    assert installed == []


@pytest.mark.parametrize("screen", [True, False])
def test_window_libraries_stop_only_those_who_open_windows(
    monkeypatch: pytest.MonkeyPatch, screen: bool
) -> None:
    as_root(monkeypatch, False)
    lacks = Lacks((), ("libxcb-cursor.so.0",), font=True, sound=True)
    if screen:
        with pytest.raises(Stop, match="xcb-cursor"):
            provide(lambda: lacks, screen=True)
    else:
        provide(lambda: lacks, screen=False)


def test_a_system_without_apt_is_told_what_the_packages_must_contain(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    provide(lambda: Lacks((), ("libxcb-cursor.so.0",), font=True, sound=True), screen=False)
    said = capsys.readouterr().out
    assert "libxcb-cursor.so.0, a CJK font, libportaudio.so.2" in said
