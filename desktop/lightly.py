"""Importing without a copy of every source text, and without what nobody asks for.

PySide asks of each module that is imported afterwards whether its text mentions PySide, for a
feature we do not use (`from __feature__ import snake_case`). Python's line cache then keeps the
text of 600 modules: 20 MB, and a tenth of the time a start takes.

httpx brings its own command line where click and rich are installed: 170 modules, and a third of
a second in which the window waits for the interpreter. It does without where that is missing.
"""

import gc
import sys

from desktop.kept_code import KeptCode, keep_dataclass_code


def import_lightly() -> KeptCode:
    """Answer for PySide, which goes on working the same: no module has asked for a feature.

    Does nothing where a later PySide has no such question any more. What is given back wants to
    `keep` what it learnt when the program ends.
    """
    kept = keep_dataclass_code()
    gc.disable()  # Modules stay: looking through them found nothing. The Collector goes on.
    # None stands for "not to be found".
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
    import PySide6.QtCore  # noqa: F401 - Its loading brings the question.

    feature = sys.modules.get("shibokensupport.feature")
    if feature is not None and hasattr(feature, "_mod_uses_pyside"):
        feature._mod_uses_pyside = _yes  # type: ignore[attr-defined]
    return kept


def _yes(_module: object) -> bool:
    return True
