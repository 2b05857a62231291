"""What a bare Linux lacks for Qt, sound and Chinese: found by asking the loader, not by guessing.

Other systems bring all of it along. As root on Debian or Ubuntu the packages are installed;
otherwise the exact command is printed. Stdlib only.
"""

import ctypes.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from installers.bootstrap.console import Stop, say

PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libbrotlidec.so.1": "libbrotli1",
    "libbrotlicommon.so.1": "libbrotli1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
FONT_PACKAGE = "fonts-noto-cjk"
SOUND_PACKAGE = "libportaudio2"
_ALWAYS = ("plugins/platforms/libqoffscreen.so", "lib/libQt6Widgets.so.6", "lib/libQt6Svg.so.6")
_WITH_SCREEN = (
    "plugins/platforms/libqxcb.so",
    "plugins/xcbglintegrations/libqxcb-glx-integration.so",
)
_FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
_FONT_SIGNS = ("cjk", "sourcehan", "wqy", "droidsansfallback", "uming", "ukai", "simsun", "msyh")


@dataclass(frozen=True, slots=True)
class Lacks:
    """What the system lacks: shared libraries by name, and whether fonts or PortAudio are absent.

    Without `essential` nothing of Qt starts; without `screen` only windows on a display do not.
    """

    essential: tuple[str, ...] = ()
    screen: tuple[str, ...] = ()
    font: bool = False
    sound: bool = False

    @property
    def packages(self) -> tuple[str, ...]:
        """The Debian packages that bring it all, without repeats, in a stable order."""
        names = [PACKAGES[so] for so in (*self.essential, *self.screen) if so in PACKAGES]
        extra = [FONT_PACKAGE] * self.font + [SOUND_PACKAGE] * self.sound
        return tuple(dict.fromkeys((*sorted(names), *extra)))

    @property
    def unknown(self) -> tuple[str, ...]:
        """Libraries for which no Debian package is known here."""
        return tuple(so for so in (*self.essential, *self.screen) if so not in PACKAGES)


def inspect(site_packages: Path) -> Lacks:
    """Ask the loader what Qt, in this environment's site-packages, cannot find."""
    if not sys.platform.startswith("linux"):
        return Lacks()
    qt = site_packages / "PySide6" / "Qt"
    essential = _not_found(qt / name for name in _ALWAYS)
    screen = tuple(so for so in _not_found(qt / n for n in _WITH_SCREEN) if so not in essential)
    return Lacks(
        essential, screen, not has_cjk_font(), ctypes.util.find_library("portaudio") is None
    )


def provide(find: Callable[[], Lacks], *, screen: bool) -> None:
    """Install what is lacking where that is possible, else print the exact command.

    Raises Stop only where the program cannot start without it (`screen`: windows on a display).
    """
    lacks = find()
    if lacks.packages and _can_install():
        _apt(lacks.packages)
        lacks = find()
    if lacks.packages:
        say(f"缺少系统组件，请运行 / Please run:\n    {command_for(lacks.packages)}")
    if lacks.unknown or (lacks.packages and shutil.which("apt-get") is None):
        wanted = [*lacks.essential, *lacks.screen, *["a CJK font"] * lacks.font]
        wanted += ["libportaudio.so.2"] * lacks.sound
        say(f"其他发行版请安装提供这些的包 / Elsewhere, the packages with: {', '.join(wanted)}")
    if lacks.font:
        say("没有中文字体，界面文字会显示为方框。 / Without a CJK font Chinese shows as boxes.")
    if lacks.sound:
        say(
            "没有 PortAudio，麦克风不可用，仍可识别录音文件。 / Without PortAudio the microphone is"
            " off; recordings still work."
        )
    blocking = lacks.essential + (lacks.screen if screen else ())
    if blocking:
        raise Stop(
            f"Qt 缺少这些系统库，无法启动：{', '.join(blocking)}"
            f" / Qt cannot start without these system libraries: {', '.join(blocking)}"
        )


def command_for(packages: Sequence[str]) -> str:
    """The command a person without root rights in this process copies and runs."""
    return f"sudo apt-get update && sudo apt-get install -y {' '.join(packages)}"


def missing_in(ldd_output: str) -> tuple[str, ...]:
    """The shared libraries which `ldd` reports as not found, without repeats."""
    names = (line.split()[0] for line in ldd_output.splitlines() if "=> not found" in line)
    return tuple(dict.fromkeys(n for n in names if not n.startswith(("libQt6", "libicu"))))


def has_cjk_font() -> bool:
    """Whether fontconfig, or else a look into the font folders, finds a Chinese font."""
    if shutil.which("fc-list"):
        listed = subprocess.run(
            ["fc-list", ":lang=zh", "family"], capture_output=True, text=True, check=False
        )
        return bool(listed.stdout.strip())
    return any(
        sign in path.name.lower().replace("-", "").replace("_", "")
        for folder in _FONT_FOLDERS
        for path in Path(folder).expanduser().rglob("*.[ot]t[fc]")
        for sign in _FONT_SIGNS
    )


def _not_found(binaries: Iterable[Path]) -> tuple[str, ...]:
    ldd = shutil.which("ldd")
    present = [str(path) for path in binaries if path.exists()]
    if ldd is None or not present:
        return ()
    return missing_in(
        subprocess.run([ldd, *present], capture_output=True, text=True, check=False).stdout
    )


def _can_install() -> bool:
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return is_root and shutil.which("apt-get") is not None


def _apt(packages: Sequence[str]) -> None:
    say(f"安装系统组件 / Installing system packages: {' '.join(packages)}")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
    ):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            say(f"apt-get 失败 / apt-get failed:\n{(done.stdout + done.stderr).strip()[-800:]}")
