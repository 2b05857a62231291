"""Keeps the sound of a note with the record the note becomes."""

from PySide6.QtCore import QObject, Slot

from desktop.services.commands.verbs import Done
from desktop.services.voice.recording_care import do_attach_recordings, link, to_be_synced
from desktop.viewmodels.session import Session


class RecordingLink(QObject):
    """Collects the recordings of one note; `saved` says what they became."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self.names: list[str] = []

    def add(self, name: str) -> None:
        """This recording is part of the note."""
        if name and name not in self.names:
            self.names.append(name)

    @Slot(object)
    def saved(self, done: Done) -> None:
        """The note was saved: its record keeps them, as far as the policy goes."""
        entity = next((e for e, ids in done.changed.items() if done.record_id in ids), "")
        if self.names and entity:
            self._keep(tuple(self.names), entity, done.record_id)
        self.names.clear()

    def _keep(self, names: tuple[str, ...], entity: str, record_id: str) -> None:
        # The sheet may be gone by then, and what it kept must still find its record.
        session = self._session
        workspace, tasks = session.workspace, session.tasks

        def keep() -> list[tuple[str, bytes]]:
            # Encoded first: a policy of no days erases the sound here. In one go, so that a
            # program which is closing meanwhile still finishes it.
            files = to_be_synced(workspace, names)
            link(workspace, names, entity, record_id)
            return files

        def kept(files: list[tuple[str, bytes]]) -> None:
            session.bus.changed({entity: frozenset({record_id})}, None)
            if files:
                tasks.do(
                    do_attach_recordings, workspace, files, entity, record_id,
                    on_error=session.failed.emit,
                )  # fmt: skip

        tasks.free(keep, on_done=kept, on_error=session.failed.emit)
