"""Taking back and doing again: what this window did, last first, on Ctrl+Z and Ctrl+Shift+Z.

Every verb is one undo group (`Done.group`), and taking one back is a verb too; so the way forward
again is to take back the taking back. What others changed since stays theirs.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from crm_core.errors import KnownError
from desktop.services.commands.verbs import Done, do_undo
from desktop.viewmodels.session import Session
from desktop.views.widgets.toast import Toast

_DEPTH = 200
"""How many acts can be taken back one after the other."""


class Undoing(QObject):
    """Says what was done, with a way back, and remembers it in order."""

    def __init__(
        self, session: Session, say: Callable[[str, str], Toast], parent: QObject | None = None
    ) -> None:
        """`say` shows a sentence with the name of an action, or "" for none."""
        super().__init__(parent)
        self._session = session
        self._say = say
        self._acts: deque[Done] = deque(maxlen=_DEPTH)
        self._undone: list[Done] = []
        self._told: dict[str, Toast] = {}
        """The messages that still offer a way back, by undo group."""
        self._way = ""
        """How the verb that is about to be told came to be: "undo", "redo", or a person's act."""
        self._about: Done | None = None
        """What it takes back or does again."""
        session.finished.connect(self._heard)

    @Slot()
    def undo(self) -> None:
        """Take back what was done last."""
        if not self._acts:
            self._say(self.tr("There is nothing to undo in this window."), "")
            return
        act = self._acts.pop()
        self._take_back(act, "undo")
        if act.follows and self._acts and self._acts[-1].record_id == act.record_id:
            self._take_back(self._acts.pop(), "undo")

    @Slot()
    def redo(self) -> None:
        """Do again what was taken back last."""
        if not self._undone:
            self._say(self.tr("There is nothing to redo."), "")
            return
        act = self._undone.pop()
        self._take_back(act, "redo")
        after = self._undone[-1] if self._undone else None
        if after is not None and after.follows and after.record_id == act.record_id:
            self._take_back(self._undone.pop(), "redo")

    @Slot(object)
    def _heard(self, done: Done) -> None:
        way, self._way = self._way, ""
        word = self.tr("Redo") if way == "undo" else self.tr("Undo")
        if not (done.group and done.changed):
            folder = self.tr("Show in folder") if done.path else ""
            toast = self._say(done.sentence(self._session.language), folder)
            if folder:
                toast.action_triggered.connect(partial(_show_folder, done.path))
            return
        if way and self._about is not None:  # It goes on by the name of what a person did.
            about = self._about
            done = replace(
                done, sentence_zh=about.sentence_zh, sentence_en=about.sentence_en,
                record_id=about.record_id, follows=about.follows,
            )  # fmt: skip
        if way == "undo":
            self._undone.append(done)
        else:
            self._acts.append(done)
            if not way:
                self._undone.clear()
        toast = self._say(self._words(done, way), word)
        back = "redo" if way == "undo" else "undo"
        toast.action_triggered.connect(partial(self._take_back_told, done, back))
        toast.closed.connect(partial(self._told.pop, done.group, None))
        self._told[done.group] = toast

    def _words(self, done: Done, way: str) -> str:
        said = done.sentence(self._session.language)
        if not way:
            return said
        form = self.tr("Undone: {0}") if way == "undo" else self.tr("Done again: {0}")
        return form.format(said.removeprefix("已"))

    def _take_back_told(self, done: Done, way: str) -> None:
        """From the message of an act, which need not be the last one."""
        if done in self._acts:
            self._acts.remove(done)
        if done in self._undone:
            self._undone.remove(done)
        self._take_back(done, way)

    def _take_back(self, done: Done, way: str) -> None:
        stale = self._told.pop(done.group, None)
        if stale is not None:
            stale.dismiss()  # It would offer to undo what is undone.
        remember = partial(self._remember_way, way, done)
        self._session.run(do_undo, done.group, on_done=remember, on_error=self._failed)

    def _remember_way(self, way: str, about: Done, _done: Done) -> None:
        # `Session.run` tells `finished` right after this, with nothing in between.
        self._way, self._about = way, about

    def _failed(self, error: KnownError) -> None:
        self._say(error.sentence(self._session.language), "")


def _show_folder(path: str) -> None:
    """Open where a file was put, in the system's own file manager."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(path).parent)))
