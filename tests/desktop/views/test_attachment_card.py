"""The attachments of a customer and of a visit: added, listed with where they are, shown, saved."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from crm_core.errors import KnownError
from crm_core.store.attachments import blob_ledger as ledger
from crm_core.store.engines.engine import writing
from desktop.services.commands.verbs import do_change, do_create
from desktop.services.online.blob_sync import BlobNews, BlobSync
from desktop.services.papers.attachments import do_attach
from desktop.services.voice.playback import Loudspeaker
from desktop.services.voice.recording_care import as_mp3
from desktop.viewmodels.playing import Playing
from desktop.views.language import install_language
from desktop.views.pages.records.attachment_card import AttachmentCard
from desktop.views.pages.records.customer_page import CustomerPage
from desktop.views.pages.records.record_page import RecordPage
from desktop.views.widgets.chips import Chip
from tests.builders import KEY, START, a_customer
from tests.desktop.services.files import a_pdf, a_photo, address_of
from tests.desktop.views.desk import Desk, a_desk, put
from tests.desktop.views.test_recordings_page import FakeOutput
from tests.speech import SAID


@pytest.fixture
def desk(tmp_path: Path, qapp: QApplication) -> Iterator[Desk]:
    install_language(qapp, "en")
    for made in a_desk(tmp_path / "desk"):
        made.workspace.secrets.keep_database_key(KEY)
        yield made


@pytest.fixture
def customer(desk: Desk) -> str:
    return desk.add("customer", a_customer(name="瑞金医院", owner="wang"))


def card_of(page: RecordPage) -> AttachmentCard:
    assert page.files is not None
    return page.files


@pytest.fixture
def page(desk: Desk, customer: str, qtbot: QtBot) -> CustomerPage:
    made = CustomerPage(desk.session)
    put(qtbot, made)
    with qtbot.waitSignal(made.shown):
        made.show_record(customer)
    return made


def chips(card: AttachmentCard) -> list[str]:
    return [chip.text() for row in card.rows for chip in row.findChildren(Chip)]


def titles(card: AttachmentCard) -> list[str]:
    return [row.accessibleName() for row in card.rows]


def a_picture(folder: Path, name: str = "门头.png") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    image = QImage(1200, 800, QImage.Format.Format_RGB32)
    image.fill(QColor("#3366cc"))
    assert image.save(str(folder / name))
    return folder / name


def test_files_dropped_on_the_card_are_attached(
    page: CustomerPage, desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    card, photo = card_of(page), a_photo(tmp_path / "camera", size=2_000_000)
    dragged = QMimeData()
    dragged.setUrls([QUrl.fromLocalFile(str(photo)), QUrl("https://example.org/x")])
    copy, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(card.rect().center(), copy, dragged, button, none)
    card.dragEnterEvent(entering)
    assert entering.isAccepted()
    with qtbot.waitSignal(desk.session.finished):
        card.dropEvent(QDropEvent(QPointF(5, 5), copy, dragged, button, none))
    qtbot.waitUntil(lambda: titles(card) == ["照片.jpg"])
    assert chips(card) == ["Waiting to be sent 0%"]
    empty = QMimeData()
    empty.setText("just words")
    refused = QDragEnterEvent(card.rect().center(), copy, empty, button, none)
    refused.ignore()
    card.dragEnterEvent(refused)
    assert not refused.isAccepted()


def test_the_button_asks_for_files(
    page: CustomerPage, desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = a_photo(tmp_path / "camera")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(photo)], ""))
    card_of(page).add.click()
    qtbot.waitUntil(lambda: titles(card_of(page)) == ["照片.jpg"])
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([], ""))
    card_of(page).add.click()
    assert len(desk.done) == 1


def test_a_file_that_cannot_be_read_is_said(
    page: CustomerPage, desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    with qtbot.waitSignal(desk.session.failed):
        card_of(page).attach([tmp_path / "missing.pdf"])
    assert desk.failed[-1].code == "file_unreadable"
    assert titles(card_of(page)) == []


def test_a_picture_is_shown_from_memory_and_saved_on_request(
    page: CustomerPage, desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, picture, out = card_of(page), a_picture(tmp_path / "camera"), tmp_path / "copy.png"
    card.attach([picture])
    qtbot.waitUntil(lambda: len(card.rows) == 1)
    card.rows[0].opened.emit(card.rows[0].record_id)
    qtbot.waitUntil(lambda: card.preview is not None and card.preview.isVisible())
    sheet = card.preview
    assert sheet is not None
    qtbot.waitUntil(lambda: not sheet.image.isNull())
    with qtbot.waitActive(sheet):
        sheet.activateWindow()
    assert (sheet.shown.pixmap().width(), sheet.shown.pixmap().height()) == (960, 640)
    QTest.keyClick(sheet, Qt.Key.Key_Plus)
    assert sheet.shown.pixmap().width() == 1440
    QTest.keyClick(sheet, Qt.Key.Key_0)
    assert sheet.shown.pixmap().width() == 960
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    sheet.submitted.emit()
    qtbot.waitUntil(out.exists)
    assert out.read_bytes() == picture.read_bytes()
    sheet.close()
    qtbot.waitUntil(lambda: card.preview is None)


@pytest.mark.parametrize("name", ["合同.pdf", "不是图.png"])
def test_what_cannot_be_shown_says_so_and_offers_a_copy(
    page: CustomerPage, qtbot: QtBot, tmp_path: Path, name: str
) -> None:
    card, paper = card_of(page), a_photo(tmp_path / "desk-top", size=900, name=name)
    card.attach([paper])
    qtbot.waitUntil(lambda: len(card.rows) == 1)
    card.rows[0].opened.emit(card.rows[0].record_id)
    qtbot.waitUntil(lambda: card.preview is not None)
    sheet = card.preview
    assert sheet is not None
    # Qt speaks English here, known errors the session's Chinese.
    said = ("Save a copy", "另存一份")
    qtbot.waitUntil(lambda: any(words in sheet.message.text() for words in said))
    assert sheet.image.isNull()
    sheet.close()
    qtbot.waitUntil(lambda: card.preview is None)


def test_a_pdf_is_shown_page_by_page_and_nothing_of_it_is_written(
    page: CustomerPage, desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    for variable in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(variable, str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    card, paper = card_of(page), tmp_path / "三页.pdf"
    paper.write_bytes(a_pdf(3))
    card.attach([paper])
    qtbot.waitUntil(lambda: len(card.rows) == 1)
    card.rows[0].opened.emit(card.rows[0].record_id)
    qtbot.waitUntil(lambda: card.preview is not None and not card.preview.image.isNull())
    sheet = card.preview
    assert sheet is not None
    assert (sheet.where.text(), sheet.image.width()) == ("1 / 3", 960)
    first = sheet.image

    def press(key: Qt.Key) -> None:
        with qtbot.waitActive(sheet):  # Its keys are shortcuts, and work only there.
            sheet.activateWindow()
        QTest.keyClick(sheet, key)

    press(Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: sheet.image is not first)
    assert sheet.where.text() == "2 / 3"
    press(Qt.Key.Key_End)
    qtbot.waitUntil(lambda: sheet.where.text() == "3 / 3")
    press(Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: sheet.where.text() == "3 / 3")
    press(Qt.Key.Key_Minus)
    qtbot.waitUntil(lambda: sheet.image.width() == 720)
    sheet.close()
    qtbot.waitUntil(lambda: card.preview is None)
    assert desk.failed == []
    assert list(temporary.iterdir()) == []


def test_a_picture_on_the_clipboard_is_pasted_without_a_file(
    page: CustomerPage, desk: Desk, qtbot: QtBot
) -> None:
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(QColor("#3366cc"))
    QApplication.clipboard().setImage(image)
    with qtbot.waitSignal(desk.session.finished):
        card_of(page).paste()
    qtbot.waitUntil(lambda: len(card_of(page).rows) == 1)
    assert titles(card_of(page))[0].startswith("Pasted 2026-03-02 09.30")
    QApplication.clipboard().setText("only words")
    card_of(page).paste()
    assert len(desk.done) == 1


def test_what_others_attached_is_looked_at_and_saved_only_by_who_may_export(
    page: CustomerPage, desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def ask(*_: object) -> tuple[str, str]:
        asked.append(1)
        return "", ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    desk.workspace.refresh_actor()
    assert desk.workspace.actor.role == "rep"
    card = card_of(page)
    card.attach([a_picture(tmp_path / "camera")])
    qtbot.waitUntil(lambda: len(card.rows) == 1)
    card.rows[0].acted.emit(card.rows[0].record_id)
    qtbot.waitUntil(lambda: asked == [1])
    theirs = card.rows[0].record_id
    do_change(desk.workspace, "attachment", theirs, {"owner": "zhao"})
    card.rows[0].acted.emit(theirs)
    qtbot.waitUntil(lambda: [e.code for e in desk.failed] == ["forbidden"])
    assert asked == [1]


@pytest.mark.parametrize("name", ["录音.m4a", "方案.docx"])
def test_anything_else_is_saved_where_the_person_says(
    page: CustomerPage, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    card, paper = card_of(page), a_photo(tmp_path / "desk-top", size=900, name=name)
    out = tmp_path / "copy"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    card.attach([paper])
    qtbot.waitUntil(lambda: len(card.rows) == 1)
    card.rows[0].opened.emit(card.rows[0].record_id)
    qtbot.waitUntil(out.exists)
    assert out.read_bytes() == paper.read_bytes()


def on_the_server_only(desk: Desk, customer: str, photo: Path) -> str:
    """An attachment whose file is not on this computer; its address."""
    workspace, address = desk.workspace, address_of(photo)
    do_attach(workspace, [photo], {"customer": customer})
    workspace.blobs.remove(address)
    with writing(workspace.replica.engine) as connection:
        ledger.note_evicted(connection, workspace.replica.tables, address)
    return address


def test_a_file_that_is_not_here_needs_the_network(
    page: CustomerPage, desk: Desk, customer: str, qtbot: QtBot, tmp_path: Path
) -> None:
    card = card_of(page)
    address = on_the_server_only(desk, customer, a_photo(tmp_path / "camera"))
    transfers = BlobSync(desk.workspace, on_news=lambda _: None, budget=10**9)
    desk.session.transfers = transfers
    page.show_record(customer)
    qtbot.waitUntil(lambda: chips(card) == ["On the server"])
    with qtbot.waitSignal(desk.session.failed):
        card.rows[0].opened.emit(card.rows[0].record_id)
    assert desk.failed[-1].code == "blob_offline"
    # Asked for while online, on its way, and then cancelled by the same button.
    with writing(desk.workspace.replica.engine) as connection:
        tables = desk.workspace.replica.tables
        ledger.want(connection, tables, address, size=300_000, wanted=True)
    desk.session.file_news.emit(BlobNews())
    qtbot.waitUntil(lambda: chips(card) == ["Fetching 0%"])
    card.rows[0].button.click()
    qtbot.waitUntil(lambda: chips(card) == ["On the server"])
    gone = KnownError("还没有传到服务器。", "Not there yet.", code="blob_missing")
    with qtbot.waitSignal(desk.session.failed):
        desk.session.file_news.emit(BlobNews(address, gone))
    assert desk.failed[-1] is gone


def test_a_file_attached_to_a_visit_is_the_customers_too(
    desk: Desk, customer: str, qtbot: QtBot, tmp_path: Path
) -> None:
    visit = do_create(
        desk.workspace, "visit", {"customer": customer, "started_at": START.isoformat()}
    ).record_id
    page = RecordPage(desk.session, "visit")
    put(qtbot, page)
    with qtbot.waitSignal(page.shown):
        page.show_record(visit)
    card_of(page).attach([a_photo(tmp_path / "camera", size=50)])
    qtbot.waitUntil(lambda: len(card_of(page).rows) == 1)
    record = desk.record("attachment", card_of(page).rows[0].record_id)
    assert (record["visit"], record["customer"]) == (visit, customer)
    page.resize(1500, 900)
    other = RecordPage(desk.session, "task")
    qtbot.addWidget(other)
    assert other.files is None


def test_a_long_list_leads_to_all_of_them(
    page: CustomerPage, desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    card = card_of(page)
    card.attach([a_photo(tmp_path / "camera", size=9, name=f"{n}.jpg") for n in range(6)])
    qtbot.waitUntil(lambda: len(card.rows) == 2)
    page.resize(1500, 900)
    qtbot.waitUntil(lambda: len(card.rows) == 4)
    with qtbot.waitSignal(desk.session.drill_requested) as asked:
        card.all_requested.emit()
    assert asked.args is not None
    query = asked.args[0]
    assert desk.workspace.replica.count(query) == 6


def test_a_recording_is_heard_from_memory_and_stopped(
    page: CustomerPage, desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    card, output = card_of(page), FakeOutput()
    card.find_player = lambda: Playing(desk.session.tasks, card, load=lambda: Loudspeaker(output))
    (tmp_path / "voice.mp3").write_bytes(as_mp3([SAID[:32_000]]))
    (tmp_path / "torn.wav").write_bytes(b"RIFF\0\0")
    card.attach([tmp_path / "voice.mp3", tmp_path / "torn.wav"])
    qtbot.waitUntil(lambda: len(card.rows) == 2)
    rows = {row.accessibleName(): row.record_id for row in card.rows}
    card.opened.emit(rows["voice.mp3"])
    assert "Playing; click to stop" in chips(card)
    qtbot.waitUntil(lambda: "Playing; click to stop" not in chips(card))
    assert len(output.heard) == pytest.approx(32_000, rel=0.1)
    output.slow = True
    card.opened.emit(rows["voice.mp3"])
    qtbot.waitUntil(lambda: len(output.heard) > 40_000)
    card.opened.emit(rows["voice.mp3"])
    assert "Playing; click to stop" not in chips(card)
    card.opened.emit(rows["torn.wav"])
    qtbot.waitUntil(lambda: bool(desk.failed))
    assert desk.failed[0].code == "playback.unknown"
