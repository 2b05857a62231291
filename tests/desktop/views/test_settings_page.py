"""The settings: language and theme at once, the speech model in every state, facts to copy."""

import dataclasses
import os
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import httpx
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from crm_core.model.schema import Label
from desktop.services.cancelling import CancelToken
from desktop.services.voice.choices import voice_choices
from desktop.services.voice.keeping_up import Pace
from desktop.services.voice.model_care import ModelCare
from desktop.services.voice.model_specs import DEFAULT_MODEL, bundled_specs
from desktop.services.voice.models import ModelStore
from desktop.services.voice.recognition import Expected
from desktop.views.language import current_language
from desktop.views.pages.settings.model_row import SAMPLE, ModelRow
from desktop.views.pages.settings.settings_page import SettingsPage
from desktop.views.theme.apply import chosen_scheme
from desktop.views.theme.tokens import Scheme
from tests.builders import KEY
from tests.desktop.views.desk import Desk, a_desk, put
from tests.speech import FlakyServer, a_model, a_zip, real_model

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from a_desk(tmp_path / "desk")


def care_of(root: Path, url: str = "") -> ModelCare:
    spec = dataclasses.replace(a_model()[0], url=url or "http://127.0.0.1:9/none.zip")
    return ModelCare(
        lambda http: ModelStore(root, http=http, specs=[spec]),
        open_http=lambda: httpx.Client(trust_env=False),
    )


def a_page(desk: Desk, qtbot: QtBot, care: ModelCare) -> SettingsPage:
    made = SettingsPage(desk.session, care=care)
    put(qtbot, made)
    qtbot.waitUntil(lambda: any(one.isVisible() for one in made.model.rows.values()))
    return made


@pytest.fixture
def page(desk: Desk, qtbot: QtBot, tmp_path: Path) -> SettingsPage:
    return a_page(desk, qtbot, care_of(tmp_path / "models"))


def row_of(page: SettingsPage) -> ModelRow:
    """The one model of these tests."""
    return page.model.rows["tiny-cn"]


def words(page: SettingsPage) -> str:
    return "\n".join(one.text() for one in page.findChildren(QLabel) if one.isVisibleTo(page))


def test_the_language_changes_at_once_and_is_told(
    page: SettingsPage, desk: Desk, qtbot: QtBot
) -> None:
    assert "数据与安全" in words(page)
    with qtbot.waitSignal(desk.session.language_changed) as told:
        QTest.keyClick(page.languages, Qt.Key.Key_Right)
    assert told.args == ["en"]
    assert current_language().value == "en"
    qtbot.waitUntil(lambda: "Data and security" in words(page))
    assert page.languages.value() == "en"


def test_the_theme_changes_at_once_and_is_told(page: SettingsPage, qtbot: QtBot) -> None:
    assert page.schemes.value() == "light"
    with qtbot.waitSignal(page.scheme_chosen) as told:
        QTest.keyClick(page.schemes, Qt.Key.Key_Right)
    assert told.args == ["dark"]
    assert chosen_scheme() is Scheme.DARK


def test_facts_are_shown_and_the_device_number_copied(page: SettingsPage, desk: Desk) -> None:
    said = words(page)
    account = desk.workspace.account
    for fact in (account.server, account.node, str(desk.workspace.profile.folder), "Suixing "):
        assert fact in said
    warning = desk.workspace.secrets.warning
    assert warning is not None
    assert warning.chinese in said
    QGuiApplication.clipboard().clear()
    page.copy_button.click()
    assert QGuiApplication.clipboard().text() == account.node


def test_a_missing_model_is_fetched_with_progress(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    body = a_zip(tmp_path / "source.zip", a_model()[1]).read_bytes()
    with FlakyServer(body).running() as server:
        page = a_page(desk, qtbot, care_of(tmp_path / "models", server.url))
        card = row_of(page)
        assert card.fetch_button.isVisible()
        assert not card.verify_button.isVisible()
        card.fetch_button.click()
        assert card.progress.isVisible()
        assert not card.fetch_button.isEnabled()
        qtbot.waitUntil(lambda: not card.working)
    assert card.state.installed
    assert card.message.text() == "模型已就绪，全部文件校验无误。"
    assert card.verify_button.isVisible()
    assert not card.fetch_button.isVisible()


def test_a_model_nobody_has_says_what_to_do_instead(page: SettingsPage, qtbot: QtBot) -> None:
    card = row_of(page)
    card.fetch_button.click()
    qtbot.waitUntil(lambda: not card.working)
    assert "可以向 IT 要模型压缩包后导入" in card.message.text()
    assert card.fetch_button.isEnabled()


def test_a_zip_from_it_is_imported_and_a_bad_one_refused(
    page: SettingsPage, qtbot: QtBot, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.zip"
    bad.write_bytes(b"not a zip")
    card = row_of(page)
    card.import_zip(bad)
    qtbot.waitUntil(lambda: not card.working)
    assert "bad.zip" in card.message.text()
    assert not card.state.installed
    card.import_zip(a_zip(tmp_path / "it.zip", a_model()[1]))
    qtbot.waitUntil(lambda: card.state.installed and not card.working)
    card.remove_button.click()
    qtbot.waitUntil(lambda: not card.working and not card.state.installed)
    assert not (tmp_path / "models/tiny-cn").exists()


def test_the_model_of_a_language_and_the_mirror_are_chosen_and_kept(
    desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    small, content = a_model()
    large = dataclasses.replace(small, id="large-cn", title=Label("大模型", "Large"), large=True)
    care = ModelCare(
        lambda http: ModelStore(tmp_path / "models", http=http, specs=[small, large]),
        open_http=lambda: httpx.Client(trust_env=False),
    )
    for spec in (small, large):
        care.import_zip(spec.id, a_zip(tmp_path / "it.zip", content))
    page = a_page(desk, qtbot, care)
    first, second = page.model.rows.values()
    assert not first._chip.isHidden()
    assert first.use_button.isHidden()
    second.use_button.click()
    qtbot.waitUntil(lambda: not second._chip.isHidden() and first._chip.isHidden())
    assert voice_choices(desk.workspace).models == {"zh-CN": "large-cn"}
    page.model.mirror.setText(" https://mirror.example/models ")
    page.model.mirror.editingFinished.emit()
    qtbot.waitUntil(lambda: voice_choices(desk.workspace).mirror == "https://mirror.example/models")
    second.remove_button.click()
    qtbot.waitUntil(lambda: not first._chip.isHidden())


class Tried(ModelCare):
    """Says what a trial came to without the seconds it takes."""

    def try_out(
        self, model_id: str, sound: Path, token: CancelToken, expected: Expected | None = None
    ) -> Pace:
        assert sound.is_file()
        assert expected is not None
        token.check()
        return Pace(model_id, large=False, sound=8.0, loading=0.3, work=9.0)


def test_trying_says_in_words_how_well_this_computer_keeps_up(
    desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    spec, content = a_model()
    care = Tried(lambda http: ModelStore(tmp_path / "models", http=http, specs=[spec]))
    care.import_zip(spec.id, a_zip(tmp_path / "it.zip", content))
    page = a_page(desk, qtbot, care)
    card = row_of(page)
    card.try_button.click()
    qtbot.waitUntil(lambda: not card.working)
    assert card.message.text().startswith("1 秒语音需要 1.12 秒处理，加载模型 0.3 秒。跟不上")


@pytest.mark.vosk
@pytest.mark.long
def test_a_trial_hears_the_bundled_note_with_the_real_model() -> None:
    real_model()
    care = ModelCare.of_this_computer(os.environ)
    assert [state.id for state in care.states()] == [spec.id for spec in bundled_specs()]
    sample = Path(str(files("resources"))) / SAMPLE
    pace = care.try_out(DEFAULT_MODEL, sample, CancelToken())
    assert pace.sound == pytest.approx(8.0)
    assert pace.factor > 0
    assert len(pace.text) > 10


def test_damage_is_found_by_checking_and_mended_by_fetching(
    desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    body = a_zip(tmp_path / "source.zip", a_model()[1]).read_bytes()
    with FlakyServer(body).running() as server:
        page = a_page(desk, qtbot, care_of(tmp_path / "models", server.url))
        card = row_of(page)
        card.import_zip(tmp_path / "source.zip")
        qtbot.waitUntil(lambda: not card.working)
        part = tmp_path / "models/tiny-cn/am/final.mdl"
        part.write_bytes(bytes(len(part.read_bytes())))
        card.verify_button.click()
        qtbot.waitUntil(lambda: not card.working)
        assert "am/final.mdl" in card.message.text()
        card.show_state(card.state, used=True, alone=True)  # The list was read again meanwhile.
        assert card.fetch_button.isVisible()
        card.fetch_button.click()
        qtbot.waitUntil(lambda: not card.working)
        card.verify()
        qtbot.waitUntil(lambda: not card.working)
    assert card.message.text() == "全部文件校验无误。"


def test_fetching_is_cancelled(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    body = a_zip(tmp_path / "source.zip", a_model()[1]).read_bytes()
    with FlakyServer(body).running() as server:
        page = a_page(desk, qtbot, care_of(tmp_path / "models", server.url))
        card = row_of(page)
        card.fetch()
        card.progress.cancelled.emit()
        qtbot.waitUntil(lambda: not card.working)
    assert "已取消" in card.message.text()
    assert not card.state.installed


def test_what_guards_the_key_is_said_as_it_is_now(
    page: SettingsPage, desk: Desk, qtbot: QtBot
) -> None:
    assert "没有可用的系统密钥环" in words(page)
    secrets = desk.workspace.secrets
    secrets.keep_database_key(KEY)
    secrets.set_passphrase("马 电池 订书钉")
    page.passphrase.show_state()
    assert "密钥只能用您的口令打开" in words(page)
    assert page.passphrase.lock_button.isVisibleTo(page)
    secrets.remove_passphrase()
    page.passphrase.show_state()
    assert "没有可用的系统密钥环" in words(page)
    assert page.passphrase.set_button.isVisibleTo(page)
