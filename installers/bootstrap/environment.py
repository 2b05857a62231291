"""The project's virtual environment: made once, filled from pinned and hashed requirements.

A stamp remembers what it was filled from, so that a second call costs nothing. Stdlib only.
"""

import hashlib
import importlib.util
import json
import os
import platform
import subprocess
import sys
from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from installers.bootstrap.console import Stop, say, say_in_place

_TAIL_LINES = 12
_CAUSES = (
    (
        "DO NOT MATCH THE HASHES",
        "下载的包与锁定的校验和不符，没有安装。请检查代理或镜像后重试。"
        " / A package differs from its pinned checksum and was not installed;"
        " check your proxy or mirror and try again.",
    ),
    (
        "No space left",
        "磁盘空间不足。请腾出约 2 GB 后重试。 / The disk is full; free about 2 GB and try again.",
    ),
    (
        "No matching distribution",
        "找不到适合本机 Python 或系统的包。请用 64 位的 Python 3.11–3.13，并检查网络。"
        " / No package fits this Python or system: use a 64-bit Python 3.11-3.13 and check the"
        " network.",
    ),
    (
        "onnection",
        "网络连不上。请检查网络或设置代理（HTTPS_PROXY）后重试，已下载的会复用。"
        " / The network cannot be reached: check it or set HTTPS_PROXY, then try again.",
    ),
)


class Kind(StrEnum):
    """How much is installed: what running takes, or also what developing takes."""

    RUN = "run"
    DEV = "dev"


@dataclass(frozen=True, slots=True)
class Environment:
    """The virtual environment of the checkout at `root`."""

    root: Path

    @property
    def folder(self) -> Path:
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The environment's interpreter, whether or not it exists yet."""
        if os.name == "nt":
            return self.folder / "Scripts" / "python.exe"
        return self.folder / "bin" / "python"

    @property
    def _stamp(self) -> Path:
        return self.folder / "suixing-setup.json"

    def is_current(self, kind: Kind) -> bool:
        """Whether the environment was filled from exactly today's requirements."""
        if not self.python.exists() or not self._stamp.exists():
            return False
        stamped = self._read_stamp()
        kinds = (Kind.DEV,) if kind is Kind.DEV else (Kind.RUN, Kind.DEV)
        return any(stamped.get(k) == self._digest(k) for k in kinds)

    def ensure(self, kind: Kind) -> None:
        """Make and fill the environment where it is not current; raises Stop with a sentence."""
        if self.is_current(kind):
            return
        self._create()
        say("[2/3] 安装依赖（首次约需几分钟） / Installing pinned dependencies")
        files = [argument for path in self._files(kind) for argument in ("-r", str(path))]
        self._pip("--require-hashes", *files, expected=_count(self._files(kind)))
        say("[3/3] 安装随行 / Installing Suixing itself (editable)")
        self._pip("--no-deps", "--no-build-isolation", "-e", str(self.root), expected=1)
        stamped = self._read_stamp() | {kind: self._digest(kind)}
        self._stamp.write_text(json.dumps(stamped, indent=1), encoding="utf-8")

    def _create(self) -> None:
        if self._starts():
            return
        require_venv()
        say(f"[1/3] 创建 .venv（Python {platform.python_version()}） / Creating .venv")
        command = [sys.executable, "-m", "venv", "--clear", str(self.folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            detail = (done.stdout + done.stderr).strip()
            raise Stop(
                f"无法创建 {self.folder}。请确认有写权限和磁盘空间，且装有 venv 模块。"
                f" / {self.folder} could not be created: check permissions, disk space and that"
                f" Python's venv module is installed.\n{detail}"
            )

    def _starts(self) -> bool:
        """Whether the environment is whole and of the Python that runs make.py."""
        if not self.python.exists():
            return False
        code = "import pip, sys; print(*sys.version_info[:2])"
        try:
            done = subprocess.run(
                [self.python, "-c", code], capture_output=True, text=True, check=False
            )
        except OSError:
            return False
        return done.stdout.split() == [str(number) for number in sys.version_info[:2]]

    def _pip(self, *arguments: str, expected: int) -> None:
        quiet = ("--no-input", "--disable-pip-version-check", "--progress-bar", "off")
        with subprocess.Popen(
            [self.python, "-m", "pip", "install", *quiet, *arguments],
            cwd=self.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        ) as process:
            tail = _follow(process, expected)
        if process.returncode != 0:
            raise Stop(_explain(tail))

    def _files(self, kind: Kind) -> tuple[Path, ...]:
        folder = self.root / "requirements"
        return (folder / f"{kind}.txt", folder / "build.txt")

    def _digest(self, kind: Kind) -> str:
        digest = hashlib.sha256(f"{platform.python_version()} {platform.machine()}".encode())
        for path in (*self._files(kind), self.root / "pyproject.toml"):
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def _read_stamp(self) -> dict[str, str]:
        try:
            stamped: dict[str, str] = json.loads(self._stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return stamped


def require_venv() -> None:
    """Raise Stop where this Python cannot make virtual environments (bare Debian and Ubuntu)."""
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        return
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    raise Stop(
        "这个 Python 缺少 venv/ensurepip 模块。"
        f"Debian/Ubuntu 请运行：sudo apt-get install python{version}-venv"
        " / This Python lacks its venv/ensurepip module. On Debian or Ubuntu run:"
        f" sudo apt-get install python{version}-venv"
    )


def _count(files: tuple[Path, ...]) -> int:
    """How many packages the files pin; an upper bound, as markers exclude some."""
    return sum(
        "==" in line for path in files for line in path.read_text(encoding="utf-8").splitlines()
    )


def _follow(process: subprocess.Popen[str], expected: int) -> list[str]:
    """Show what pip is at while it works; its last lines, for an error."""
    tail: deque[str] = deque(maxlen=_TAIL_LINES)
    seen = 0
    for line in process.stdout or ():
        tail.append(line.rstrip())
        if line.startswith("Collecting "):
            seen += 1
            say_in_place(f"      {seen}/{expected} {line.split()[1]}")
        elif line.startswith(("Installing collected", "Successfully")):
            say_in_place(f"      {line.split(':')[0].strip()[:70]}")
    process.wait()
    say_in_place("      完成 / done" if process.returncode == 0 else "", last=True)
    return list(tail)


def _explain(tail: list[str]) -> str:
    text = "\n".join(tail)
    cause = next((sentence for sign, sentence in _CAUSES if sign in text), None)
    return f"{cause or '安装依赖失败。 / Installing the dependencies failed.'}\n{text}"
