"""The theme: contrast of every pair used, fonts, icons, switching, and the Chinese catalogue."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTranslator
from PySide6.QtGui import QColor, QRawFont
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from desktop.views.language import (
    Language,
    catalogue,
    current_language,
    extract,
    install_language,
)
from desktop.views.theme.apply import apply_theme, chosen_scheme, colours, effective_scheme
from desktop.views.theme.fonts import app_font, available_stack
from desktop.views.theme.icons import icon_names, icon_pixmap
from desktop.views.theme.stylesheet import stylesheet
from desktop.views.theme.tokens import (
    DARK,
    LIGHT,
    MARK_PAIRS,
    TEXT_PAIRS,
    Colours,
    Scheme,
    Tone,
    colour,
    contrast,
)


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    """The application, put back to light and Chinese afterwards."""
    # A window that was given up but not deleted yet would be spoken to without its data.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    yield qapp
    apply_theme(qapp, Scheme.LIGHT)
    install_language(qapp, "zh_CN")


def test_contrast_of_known_colours() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("pair", TEXT_PAIRS, ids="-on-".join)
def test_text_is_readable(scheme: Colours, pair: tuple[str, str]) -> None:
    assert contrast(colour(scheme, pair[0]), colour(scheme, pair[1])) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("pair", MARK_PAIRS, ids="-on-".join)
def test_marks_and_borders_are_visible(scheme: Colours, pair: tuple[str, str]) -> None:
    assert contrast(colour(scheme, pair[0]), colour(scheme, pair[1])) >= 3.0


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_tone_has_colours(scheme: Colours) -> None:
    assert len({scheme.tone(tone).solid for tone in Tone}) == len(Tone)


def test_the_stylesheet_uses_colours_of_the_tokens_only() -> None:
    allowed = {QColor(value).name() for value in _all_colours(LIGHT)}
    words = stylesheet(LIGHT).replace(";", " ").replace("}", " ").split()
    used = {word.lower() for word in words if word.startswith("#") and len(word) == 7}
    assert used
    assert used <= allowed


def test_the_first_font_present_is_chosen() -> None:
    assert available_stack(["Arial", "Noto Sans CJK SC", "Microsoft YaHei UI"]) == [
        "Microsoft YaHei UI",
        "Noto Sans CJK SC",
    ]
    assert available_stack(["Arial"]) == []


def test_the_font_on_this_machine_has_chinese(qapp: QApplication) -> None:
    assert QRawFont.fromFont(app_font()).supportsCharacter(ord("随"))


def test_every_icon_is_drawn_in_the_colour_asked_for(qapp: QApplication) -> None:
    for name in icon_names():
        image = icon_pixmap(name, "#ff0000", size=24, ratio=1.0).toImage()
        inked = [
            image.pixelColor(x, y)
            for x in range(image.width())
            for y in range(image.height())
            if image.pixelColor(x, y).alpha() > 60
        ]
        assert inked, name
        assert all(pixel.red() > 240 and pixel.green() < 10 for pixel in inked), name


def test_an_unknown_icon_is_an_error(qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError):
        icon_pixmap("no-such-icon", "#000000")


def test_schemes_are_put_on_and_remembered(app: QApplication) -> None:
    apply_theme(app, Scheme.DARK)
    assert (chosen_scheme(), effective_scheme(), colours()) == (Scheme.DARK, Scheme.DARK, DARK)
    assert app.palette().window().color().name() == DARK.canvas
    apply_theme(app, Scheme.LIGHT)
    assert colours() is LIGHT
    assert LIGHT.accent in app.styleSheet()


def test_the_system_scheme_is_followed(app: QApplication) -> None:
    apply_theme(app, Scheme.SYSTEM)
    assert chosen_scheme() is Scheme.SYSTEM
    app.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert effective_scheme() is Scheme.DARK
    app.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert effective_scheme() is Scheme.LIGHT


def test_a_chosen_scheme_stays_when_the_system_changes(app: QApplication) -> None:
    apply_theme(app, Scheme.LIGHT)
    app.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert effective_scheme() is Scheme.LIGHT


def test_languages_switch(app: QApplication, qtbot: QtBot) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    install_language(app, "zh_CN")
    assert (current_language(), app.translate("Sheet", "Cancel")) == (Language.CHINESE, "取消")
    install_language(app, "en")
    assert (current_language(), app.translate("Sheet", "Cancel")) == (Language.ENGLISH, "Cancel")
    with pytest.raises(ValueError, match="klingon"):
        install_language(app, "klingon")


def test_qts_own_sheets_speak_chinese(app: QApplication, qtbot: QtBot) -> None:
    """Its own translation lags behind its words: what is new in these is for `QT_LACKS`."""
    install_language(app, "zh_CN")
    sheet = QFileDialog(options=QFileDialog.Option.DontUseNativeDialog)
    qtbot.addWidget(sheet)
    said = [label.text() for label in sheet.findChildren(QLabel)]
    said += [button.text() or button.toolTip() for button in sheet.findChildren(QAbstractButton)]
    assert len(said) > 8
    assert [words for words in said if words.isascii()] == []


def test_the_chinese_catalogue_is_finished_and_compiled(qapp: QApplication) -> None:
    compiled = QTranslator()
    assert compiled.load(str(catalogue("suixing_zh_CN.qm")))
    messages = _messages(catalogue("suixing_zh_CN.ts"))
    assert len(messages) > 40
    for (context, source, comment), chinese in messages.items():
        assert chinese, f"no Chinese for {context}: {source}"
        assert compiled.translate(context, source, comment) == chinese, "run: language update"


def test_every_source_string_is_in_the_catalogue(tmp_path: Path) -> None:
    target = tmp_path / "now.ts"
    extract(target)
    missing = set(_messages(target)) - set(_messages(catalogue("suixing_zh_CN.ts")))
    assert not missing, "run: python -m desktop.views.language update"


def _text_of(translation: ET.Element) -> str:
    """The text, or for a message that counts its first form."""
    return translation.findtext("numerusform") or translation.text or ""


def _messages(path: Path) -> dict[tuple[str, str, str], str]:
    found = {}
    for context in ET.parse(path).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            finished = translation is not None and translation.get("type") != "unfinished"
            key = (
                context.findtext("name", ""),
                message.findtext("source", ""),
                message.findtext("comment", ""),
            )
            found[key] = _text_of(translation) if finished and translation is not None else ""
    return found


def _all_colours(scheme: Colours) -> list[str]:
    names = [name for name in Colours.__slots__ if name != "dark" and not name.endswith("_tone")]
    plain = [colour(scheme, name) for name in names]
    tones = [scheme.tone(tone) for tone in Tone]
    return plain + [value for t in tones for value in (t.solid, t.soft, t.ink)]
