"""The interface's language: installing a translation, and keeping the catalogue up to date.

Source strings are English; Chinese, the shipped default, comes from
`resources/translations/suixing_zh_CN.qm`. After adding a `tr()` string run
`python -m desktop.views.language update`, fill in the Chinese in the `.ts` (any text editor or
`pyside6-linguist`) and run it again: it rewrites the `.ts` and compiles the `.qm`.
"""

import sys
from enum import StrEnum
from importlib.resources import files
from pathlib import Path

from PySide6.QtCore import QT_TRANSLATE_NOOP, QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

_OWN = "suixingTranslator"
_PROPERTY = "suixingLanguage"
QT_LACKS = (
    QT_TRANSLATE_NOOP("QFileDialog", "&Look in:"),
    QT_TRANSLATE_NOOP("QFileDialog", "Files of &type:"),
)
"""What Qt says in its own sheets (where the system has none) and its Chinese no longer covers."""


class Language(StrEnum):
    """The languages the interface speaks."""

    CHINESE = "zh_CN"
    ENGLISH = "en"


def install_language(app: QApplication, language: str) -> None:
    """Switch `app` to `language`; open windows get QEvent.LanguageChange. Unknown: ValueError.

    Where it is spoken already, nothing happens.
    """
    chosen = Language(language)
    if app.property(_PROPERTY) == chosen.value:
        return
    for old in app.findChildren(QTranslator, _OWN):
        app.removeTranslator(old)
        old.setParent(None)
    app.setProperty(_PROPERTY, chosen.value)
    QLocale.setDefault(QLocale(chosen.value))
    if chosen is Language.CHINESE:
        qt_folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        _install(app, Path(qt_folder) / "qtbase_zh_CN.qm")
        _install(app, catalogue("suixing_zh_CN.qm"))


def current_language() -> Language:
    """The language that was installed last; Chinese before that."""
    app = QApplication.instance()
    return Language(str((app.property(_PROPERTY) if app else "") or Language.CHINESE))


def catalogue(name: str) -> Path:
    """The path of a file in resources/translations."""
    return Path(str(files("resources") / "translations" / name))


def extract(target: Path) -> None:
    """Collect the tr() strings of desktop/ in the `.ts` file `target`, keeping its Chinese."""
    root = Path(__file__).parent.parent
    sources = sorted(str(p) for p in root.rglob("*.py"))
    flags = ["-no-obsolete", "-locations", "none", "-source-language", "en_US"]
    _run("pyside6-lupdate", *sources, *flags, "-target-language", "zh_CN", "-ts", str(target))


def update() -> None:
    """Rewrite the `.ts` from the sources and compile the `.qm`."""
    extract(catalogue("suixing_zh_CN.ts"))
    source, binary = catalogue("suixing_zh_CN.ts"), catalogue("suixing_zh_CN.qm")
    _run("pyside6-lrelease", "-silent", str(source), "-qm", str(binary))


def _install(app: QApplication, path: Path) -> None:
    translator = QTranslator(app)
    translator.setObjectName(_OWN)
    if not translator.load(str(path)):
        raise FileNotFoundError(path)
    app.installTranslator(translator)


def _run(tool: str, *arguments: str) -> None:
    import shutil
    import subprocess

    beside = shutil.which(tool, path=str(Path(sys.executable).parent))
    found = beside or shutil.which(tool)
    if found is None:
        raise FileNotFoundError(tool)
    subprocess.run([found, *arguments], check=True, capture_output=True)


if __name__ == "__main__":
    if sys.argv[1:] != ["update"]:
        sys.exit("usage: python -m desktop.views.language update")
    update()
