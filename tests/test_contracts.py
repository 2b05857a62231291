"""The import contracts of pyproject.toml hold, and the tool that checks them does notice."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
LINT = "from importlinter.cli import lint_imports_command as lint; lint()"


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the configuration in `folder`, as make.py check does."""
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"],
        cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


def test_no_import_goes_against_a_contract() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_broken_contract_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "house").mkdir()
    (tmp_path / "house" / "__init__.py").write_text("")
    (tmp_path / "house" / "cellar.py").write_text("import house.attic\n")
    (tmp_path / "house" / "attic.py").write_text("")
    (tmp_path / "pyproject.toml").write_text(
        '[tool.importlinter]\nroot_packages = ["house"]\n'
        '[[tool.importlinter.contracts]]\nname = "floors"\ntype = "layers"\n'
        'containers = ["house"]\nlayers = ["attic", "cellar"]\n'
    )
    done = lint_imports(tmp_path)
    assert done.returncode != 0
    assert "house.cellar -> house.attic" in done.stdout
