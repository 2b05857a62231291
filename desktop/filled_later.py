"""Modules that PySide carries as text and runs before its first class, run when they are asked for.

They word the signatures of its functions, for help, type stubs and errors: 100 KB of text with
their patterns, which nobody asks for in a program that makes no mistake. Where a later PySide has
them no longer, or under other names, nothing changes.
"""

from threading import RLock
from typing import Any

_NAMES = (
    "errorhandler", "layout", "parser", "lib/enum_sig", "lib/pyi_generator", "lib/tool",
)  # fmt: skip
_MEANWHILE = f"""
from {__name__} import fill

def __getattr__(name):
    return fill(globals(), name)
"""
# Not `mapping`: PySide looks into that without asking.
MEANWHILE = {f"shibokensupport/signature/{name}.py": _MEANWHILE for name in _NAMES}
"""File name → the text that is run in place of the module's own."""
_FILLING = RLock()


def fill(module: dict[str, Any], name: str) -> Any:
    """Run the module's own text where that has not been done; what it has under that name.

    AttributeError where it has no such name.
    """
    if name.startswith("__"):  # What the import system asks of every module.
        raise AttributeError(name)
    with _FILLING:
        if module.pop("__getattr__", None) is not None:
            file = module["__file__"]
            text = module["__loader__"].zfile.read(file)
            exec(compile(text, file, "exec", dont_inherit=True), module)  # noqa: S102 - PySide's
    try:
        return module[name]
    except KeyError:
        raise AttributeError(name) from None
