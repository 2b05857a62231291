"""House rules that no linter checks: docstrings of modules, sizes of modules and functions."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted(
    p for room in ("crm_core", "desktop", "sync_server") for p in (ROOT / room).rglob("*.py")
)
MOST_LINES, MOST_FUNCTION_LINES = 400, 40
_ONE_AFTER_THE_OTHER = "declares the tables one after the other; no branch"
LONGER = {
    "crm_core/store/schema/tables.py:__init__": _ONE_AFTER_THE_OTHER,
    "sync_server/services/schema/tables.py:__init__": _ONE_AFTER_THE_OTHER,
}
"""Functions over the limit, and why they are better whole."""


def functions(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every function with its lines, from `def` to the last."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_says_what_it_is_and_is_not_too_long(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), "a module docstring says what lives here"
    assert len(text.splitlines()) <= MOST_LINES


def test_functions_are_short_except_those_listed_with_a_reason() -> None:
    longer = {
        f"{path.relative_to(ROOT).as_posix()}:{name}"
        for path in MODULES
        for name, lines in functions(ast.parse(path.read_text(encoding="utf-8")))
        if lines > MOST_FUNCTION_LINES
    }
    assert longer == set(LONGER)
