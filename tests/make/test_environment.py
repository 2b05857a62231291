"""The virtual environment: really created, really filled, and skipped when it is current."""

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from installers.bootstrap.console import Stop
from installers.bootstrap.environment import Environment, Kind


def a_wheel(folder: Path, name: str) -> str:
    """Build a package of one module; the requirement line that pins it by place and checksum."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", "ANSWER = 42\n")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    checksum = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"{name} @ {path.as_uri()} \\\n    --hash=sha256:{checksum}\n"


BACKEND = """
import pathlib, zipfile

def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    name, info = "sample-1.0-py3-none-any.whl", "sample-1.0.dist-info"
    with zipfile.ZipFile(pathlib.Path(wheel_directory, name), "w") as archive:
        archive.writestr("sample.pth", str(pathlib.Path.cwd()))
        archive.writestr(info + "/METADATA", "Metadata-Version: 2.1\\nName: sample\\n"
                                             "Version: 1.0\\n")
        archive.writestr(info + "/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\n"
                                          "Tag: py3-none-any\\n")
        archive.writestr(info + "/RECORD", "")
    return name
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout of a tiny project with its own build backend and two pinned packages."""
    checkout = tmp_path / "结账 checkout"
    requirements = checkout / "requirements"
    requirements.mkdir(parents=True)
    (checkout / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "sample_backend"\nbackend-path = ["."]\n'
        '[project]\nname = "sample"\nversion = "1.0"\n'
    )
    (checkout / "sample_backend.py").write_text(BACKEND)
    run, extra = a_wheel(tmp_path, "tiny_run"), a_wheel(tmp_path, "tiny_dev")
    (requirements / "run.txt").write_text(run)
    (requirements / "dev.txt").write_text(run + extra)
    (requirements / "build.txt").write_text("")
    return checkout


def imports(environment: Environment, module: str) -> bool:
    done = subprocess.run(
        [environment.python, "-c", f"import {module}"], capture_output=True, check=False
    )
    return done.returncode == 0


@pytest.mark.long
def test_it_is_made_over_a_broken_one_then_skipped_and_takes_no_other_checksum(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = Environment(root)
    assert not environment.is_current(Kind.RUN)
    environment.python.parent.mkdir(parents=True)
    environment.python.write_text("not a program")
    environment.ensure(Kind.RUN)
    assert environment.is_current(Kind.RUN)
    assert not environment.is_current(Kind.DEV)
    assert imports(environment, "tiny_run, sample_backend")
    assert not imports(environment, "tiny_dev")
    assert "[3/3]" in capsys.readouterr().out

    environment.ensure(Kind.DEV)
    assert imports(environment, "tiny_dev")

    with monkeypatch.context() as patch:
        patch.setattr(subprocess, "Popen", None)
        environment.ensure(Kind.RUN)
        environment.ensure(Kind.DEV)

    (root / "requirements" / "dev.txt").write_text((root / "requirements/run.txt").read_text())
    assert not environment.is_current(Kind.DEV)
    assert environment.is_current(Kind.RUN)

    pinned = root / "requirements" / "run.txt"
    line = a_wheel(root.parent, "tiny_other")
    pinned.write_text(pinned.read_text() + line[: line.rindex(":") + 1] + "0" * 64 + "\n")
    with pytest.raises(Stop, match="校验和不符"):
        environment.ensure(Kind.RUN)
    assert not environment.is_current(Kind.RUN)
    assert not imports(environment, "tiny_other")


def test_a_folder_that_cannot_be_written_gets_a_sentence(root: Path) -> None:
    (root / ".venv").write_text("a file is in the way")
    with pytest.raises(Stop, match="无法创建"):
        Environment(root).ensure(Kind.RUN)


def test_a_python_without_ensurepip_gets_the_exact_command() -> None:
    """Debian and Ubuntu ship such a Python."""
    code = (
        "import sys; sys.modules['ensurepip'] = None\n"
        "from installers.bootstrap.console import Stop\n"
        "from installers.bootstrap.environment import require_venv\n"
        "try: require_venv()\n"
        "except Stop as stop: print(stop.sentence)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"sudo apt-get install python{version}-venv" in done.stdout
