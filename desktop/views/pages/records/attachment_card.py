"""The card of a record's attachments: list, add by button or by dropping files, look, save a copy.

Where the bytes are (here, on the server, waiting to be sent, coming) is said on every row.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QLocale, QTimer, Slot
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QHideEvent,
    QImage,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import QFileDialog, QWidget

from crm_core.clock import CHINA
from crm_core.model.query import Op, Query, Test
from crm_core.model.schema import EntitySpec
from crm_core.model.values import Record
from crm_core.permissions import Right
from desktop.bus import Change
from desktop.services.online.blob_sync import BlobNews
from desktop.services.papers.attachments import (
    AttachedFile,
    Place,
    content_of,
    do_attach,
    do_attach_content,
    files_of,
    save_attachment,
    saving_allowed,
)
from desktop.viewmodels.session import Session
from desktop.views.pages.records.preview_sheet import PreviewSheet, can_show
from desktop.views.pages.records.side_cards import ElidedLabel, SideCard, SideRow
from desktop.views.theme.roles import Role, set_state
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.chips import Chip

if TYPE_CHECKING:
    from desktop.viewmodels.playing import Playing

_ENTITY = "attachment"
_HEARD = frozenset(
    f"audio/{kind}" for kind in ("mpeg", "wav", "x-wav", "vnd.wave", "flac", "x-flac", "ogg")
)
"""What is played here; other recordings are saved."""
_GATHER_MS = 120
"""News of bytes come often; they are read together."""


def lists_files(session: Session, entity: EntitySpec) -> bool:
    """Whether attachments are listed under records of this entity."""
    children = session.workspace.replica.registry.children_of(entity.name)
    return any(child.name == _ENTITY for child, _ in children)


class AttachmentCard(SideCard):
    """The newest attachments of one record."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        self._session = session
        self.find_player: Callable[[], Playing] = partial(_loudspeaker, session, self)
        """What sounds recordings, found when the first one is to be heard."""
        self._player: Playing | None = None
        self._sounding = ""
        self._owner = ("", "")
        self._links: Mapping[str, str] = {}
        self._files: dict[str, AttachedFile] = {}
        self._awaited = ""
        self.preview: PreviewSheet | None = None
        super().__init__(session.workspace.replica.registry.entity(_ENTITY), parent)
        self.setAcceptDrops(True)
        self._gather = QTimer(self, singleShot=True, interval=_GATHER_MS)
        self._gather.timeout.connect(self._read)
        pasting = QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self)
        pasting.activated.connect(self.paste)
        self.opened.connect(self._open)
        self.add_requested.connect(self._choose)
        self.all_requested.connect(self._list_all)
        session.changed.connect(self._heard)
        session.file_news.connect(self._file_heard)
        self.retranslate()

    # -- for the page --------------------------------------------------------------------------

    def show_for(self, entity: str, record_id: str, links: Mapping[str, str]) -> None:
        """List the attachments of a record; new ones get `links`."""
        self._owner, self._links = (entity, record_id), links
        may = self._session.workspace.may(Right.CREATE, _ENTITY)
        self.add.setVisible(may.allowed)
        self._read()

    def attach(self, paths: Sequence[Path]) -> None:
        """Attach files to the record."""
        if paths and self._owner[1]:
            self._session.run(do_attach, list(paths), dict(self._links), initiator=self)

    def save(self, record_id: str, target: Path) -> None:
        """Save a plain copy of an attachment."""
        workspace = self._session.workspace
        self._session.ask(
            lambda: save_attachment(workspace, record_id, target), lambda _: None, self
        )

    @Slot()
    def paste(self) -> None:
        """Attach what is on the clipboard: files, or a picture as PNG."""
        held = QGuiApplication.clipboard().mimeData()
        paths = [Path(url.toLocalFile()) for url in held.urls() if url.isLocalFile()]
        if paths or not self._owner[1] or not self.add.isVisibleTo(self):
            self.attach(paths if self.add.isVisibleTo(self) else [])
            return
        image = QGuiApplication.clipboard().image()
        if not image.isNull():
            now = self._session.workspace.clock.now().astimezone(CHINA)
            name = self.tr("Pasted {0}").format(f"{now:%Y-%m-%d %H.%M.%S}") + ".png"
            self._session.tasks.free(
                lambda: _png(image), on_done=lambda c: self._attach_content(name, c), owner=self
            )

    def _attach_content(self, name: str, content: bytes) -> None:
        self._session.run(do_attach_content, name, content, dict(self._links), initiator=self)

    # -- rows ----------------------------------------------------------------------------------

    def make_row(self, record: Record) -> SideRow:
        made = super().make_row(record)
        file = self._files[made.record_id]
        chip = self._chip(file)
        if chip is not None:
            made.second.addWidget(chip)
        size = QLocale().formattedDataSize(
            file.size, 1, QLocale.DataSizeFormat.DataSizeTraditionalFormat
        )
        made.second.addWidget(ElidedLabel(size, Role.SMALL), 1)
        icon, words = self._act_of(file)
        made.button.set_icon(icon)
        made.button.set_name(words.format(file.name))
        made.button.setVisible(file.place is not Place.NONE)
        made.line.addWidget(made.button)
        made.acted.connect(self._acted)
        return made

    def retranslate(self) -> None:
        super().retranslate()
        self.set_heading(self.tr("Attachments"))
        self.add.set_name(self.tr("Attach files; Ctrl+V pastes"))
        self._nothing.setText(self.tr("No files yet. Drop photos, recordings or PDFs here."))

    def _chip(self, file: AttachedFile) -> Chip | None:
        """Where the bytes are, or that they are heard; nothing to say where all is well."""
        if file.record_id == self._sounding:
            return Chip(self.tr("Playing; click to stop"), Tone.ACCENT)
        if file.place is Place.WAITING:
            return Chip(self.tr("Waiting to be sent {0}%").format(self._percent(file)), Tone.WARN)
        if file.place is Place.COMING:
            return Chip(self.tr("Fetching {0}%").format(self._percent(file)), Tone.NEUTRAL)
        words = {
            Place.HERE: self.tr("Here"),
            Place.SERVER: self.tr("On the server"),
            Place.REFUSED: self.tr("Not accepted"),
        }
        tones = {Place.HERE: Tone.GOOD, Place.REFUSED: Tone.BAD}
        text = words.get(file.place, "")
        return Chip(text, tones.get(file.place, Tone.NEUTRAL)) if text else None

    def _act_of(self, file: AttachedFile) -> tuple[str, str]:
        """The icon and the name of the row's button."""
        if file.place is Place.SERVER:
            return "cloud", self.tr("Fetch {0} (Space)")
        if file.place is Place.COMING:
            return "close", self.tr("Do not fetch {0} (Space)")
        return "download", self.tr("Save a copy of {0} (Space)")

    def _percent(self, file: AttachedFile) -> int:
        transfers = self._session.transfers
        moving = transfers.progress(file.address) if transfers is not None else None
        if moving is None or not moving[1]:
            return file.moved
        return min(99, moving[0] * 100 // moving[1])

    # -- reading -------------------------------------------------------------------------------

    @Slot()
    def _read(self) -> None:
        owner, replica = self._owner, self._session.workspace.replica
        if not owner[1]:
            return

        def answer(files: list[AttachedFile]) -> None:
            if owner == self._owner:
                self._arrived(files)

        self._session.ask(lambda: files_of(replica, *owner), answer, self)

    def _arrived(self, files: list[AttachedFile]) -> None:
        self._files = {file.record_id: file for file in files}
        records: list[Record] = [{"id": f.record_id, "name": f.name} for f in files]
        self.show_records(records, self._session.language)
        file = self._files.get(self._awaited)
        if file is not None and file.place in (Place.HERE, Place.WAITING):
            self._awaited = ""
            self._show(file)

    @Slot(object)
    def _heard(self, change: Change) -> None:
        if change.touches(_ENTITY):
            self._gather.start()

    @Slot(object)
    def _file_heard(self, news: BlobNews) -> None:
        ours = {file.address for file in self._files.values()}
        if news.error is not None and news.address in ours:
            self._awaited = ""
            self._session.failed.emit(news.error)
        if (not news.address or news.address in ours) and not self._gather.isActive():
            self._gather.start()

    # -- what is done --------------------------------------------------------------------------

    @Slot(str)
    def _open(self, record_id: str) -> None:
        """A picture is shown from memory; anything else is saved where the person says."""
        file = self._files.get(record_id)
        if file is None or file.place in (Place.NONE, Place.COMING):
            return
        if file.place is Place.SERVER:
            self._fetch(file)
        else:
            self._show(file)

    @Slot(str)
    def _acted(self, record_id: str) -> None:
        file = self._files.get(record_id)
        if file is None:
            return
        if file.place is Place.SERVER:
            self._fetch(file, then_show=False)
        elif file.place is Place.COMING:
            self._cancel(file)
        elif file.place is not Place.NONE:
            self._choose_target(file)

    def _fetch(self, file: AttachedFile, *, then_show: bool = True) -> None:
        transfers = self._session.transfers
        if transfers is None:
            return
        self._awaited = file.record_id if then_show else ""
        self._session.ask(
            lambda: transfers.fetch(file.address, file.size), lambda _: self._read(), self
        )

    def _cancel(self, file: AttachedFile) -> None:
        transfers = self._session.transfers
        if transfers is not None:
            self._awaited = ""
            self._session.ask(
                lambda: transfers.cancel(file.address), lambda _: self._read(), self
            )  # fmt: skip

    def _show(self, file: AttachedFile) -> None:
        if file.media_type in _HEARD:
            self._play(file)
            return
        if not can_show(file.media_type):
            self._choose_target(file)
            return
        workspace = self._session.workspace
        sheet = PreviewSheet(
            self._session, file.name, file.media_type,
            lambda: content_of(workspace, file.address), self.window(),
        )  # fmt: skip
        sheet.submitted.connect(lambda: self._choose_target(file))
        sheet.destroyed.connect(self._preview_gone)
        self.preview = sheet
        sheet.open()

    def _play(self, file: AttachedFile) -> None:
        """Sound it from memory, or stop where it sounds."""
        from desktop.services.voice.attached_sound import samples_of

        if self._player is None:
            self._player = self.find_player()
            self._player.changed.connect(self._sounds)
            self._player.failed.connect(self._session.failed)
        if file.record_id == self._sounding:
            self._player.stop()
            return
        workspace = self._session.workspace
        self._player.play(file.record_id, lambda: samples_of(content_of(workspace, file.address)))

    @Slot(str)
    def _sounds(self, record_id: str) -> None:
        self._sounding = record_id
        self._arrived(list(self._files.values()))

    def hideEvent(self, event: QHideEvent) -> None:
        if self._player is not None:
            self._player.stop()
        super().hideEvent(event)

    @Slot()
    def _preview_gone(self) -> None:
        self.preview = None

    @Slot()
    def _choose(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self.window(), self.tr("Attach files"))
        self.attach([Path(name) for name in names])

    def _choose_target(self, file: AttachedFile) -> None:
        workspace = self._session.workspace
        self._session.ask(
            lambda: saving_allowed(workspace, file.record_id),
            lambda _: self._ask_target(file),
            self,
        )

    def _ask_target(self, file: AttachedFile) -> None:
        safe = file.name.replace("/", "_").replace("\\", "_")
        name, _ = QFileDialog.getSaveFileName(self.window(), self.tr("Save a copy"), safe)
        if name:
            self.save(file.record_id, Path(name))

    @Slot()
    def _list_all(self) -> None:
        query = Query(_ENTITY, Test(self._owner[0], Op.EQ, self._owner[1]))
        self._session.drill_requested.emit(query, self.tr("Attachments"), "")

    # -- dropping files ------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.add.isVisibleTo(self) and _local(event):
            event.acceptProposedAction()
            set_state(self, "dropping", on=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        set_state(self, "dropping", on=False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        set_state(self, "dropping", on=False)
        event.acceptProposedAction()
        self.attach(_local(event))


def _loudspeaker(session: Session, owner: QWidget) -> "Playing":
    from desktop.viewmodels.playing import Playing

    return Playing(session.tasks, owner)


def _local(event: QDropEvent) -> list[Path]:
    """The files of this computer among what is dragged."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())
