"""What the monkey plays on: records to touch, drafts to lose, a world it cannot harm."""

import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol
from unittest.mock import patch

from PySide6.QtGui import QDesktopServices
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import QFileDialog, QMessageBox

from desktop.viewmodels.follow_up import forget_draft
from desktop.viewmodels.records.unsaved_forms import drop_form
from desktop.viewmodels.visits import note_keeping
from desktop.viewmodels.visits.unsaved_visits import forget_unsaved
from desktop.views.main_window import MainWindow
from desktop.views.pages.records import draft_keeper
from desktop.views.pages.records.record_dialog import RecordDialog, Subject
from desktop.views.pages.visits import follow_up_sheet
from desktop.views.widgets.editors.contract import LineEditor
from tests.builders import an_actor
from tests.desktop.views.desk import Desk

RECORDS = 20
"""Of each kind."""


class Waits(Protocol):
    """Plays on until something holds."""

    def __call__(self, holds: Callable[[], bool], what: str, /) -> None:
        """`what` is said where it never does."""


class Drafts:
    """Typed, and then looked for; what the monkey itself saves or gives up is not lost."""

    def __init__(self, desk: Desk, until: Waits) -> None:
        self._desk, self._until = desk, until
        self._given_up: set[str] = set()
        self._planted: frozenset[str] = frozenset()

    def plant(self, window: MainWindow, words: str) -> None:
        """In a form, a visit and a follow-up, written down by their own timers."""
        form = RecordDialog(self._desk.session, Subject("customer"), window.shell)
        form.open()
        name = form.row("name").editor
        assert isinstance(name, LineEditor)
        name.setText(words)
        name.textEdited.emit(words)
        self._until(lambda: self._holding(words) == 1, "the draft of a form")
        visit = window.log_visit("customer-0")
        visit.note.insertPlainText(words)
        self._until(lambda: self._holding(words) == 2, "the draft of a visit")
        window.follow_up.close()
        self._until(lambda: window.follow_up.sheet is None, "the sheet to go")
        window.follow_up.open_for("customer", "customer-0")
        sheet = window.follow_up.sheet
        assert sheet is not None
        sheet.fields.conclusion.insertPlainText(words)
        self._until(lambda: self._holding(words) == 3, "the draft of a follow-up")
        self._planted = frozenset(key for key, said in self._drafts().items() if words in said)

    def lost(self) -> int:
        """How many of those planted last are neither there nor given up."""
        return len(self._planted - self._given_up - set(self._drafts())) + 3 - len(self._planted)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """What is given up is noticed."""

        def seen(act: Callable[[Any, str], None]) -> Callable[[Any, str], None]:
            def forget(workspace: Any, key: str) -> None:
                self._given_up.add(key)
                act(workspace, key)

            return forget

        with (
            patch.object(draft_keeper, "drop_form", seen(drop_form)),
            patch.object(follow_up_sheet, "forget_draft", seen(forget_draft)),
            patch.object(note_keeping, "forget_unsaved", seen(forget_unsaved)),
        ):
            yield

    def _drafts(self) -> dict[str, str]:
        """Every draft in the replica: its key and what it says."""
        meta = self._desk.workspace.replica.meta
        forms: Any = meta("draft_forms")
        visits: Any = meta("draft_visit")
        follow_ups: Any = meta("draft_follow_ups")
        found = {str(one[3]): repr(one) for one in forms or () if len(one) == 5}
        found |= {str(key): repr(one) for key, one in (visits or {}).items()}
        return found | {str(key): repr(one) for key, one in (follow_ups or {}).items()}

    def _holding(self, words: str) -> int:
        return sum(words in said for said in self._drafts().values())


@contextmanager
def harmless(chance: random.Random) -> Iterator[None]:
    """No printer, no other program; windows of the system answer at once, mostly with "no"."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:

        def path(*_: object, **__: object) -> tuple[str, str]:
            chosen = chance.random() < 0.3
            return (str(Path(name) / f"{chance.randrange(9)}.txt") if chosen else "", "")

        def paths(*_: object, **__: object) -> tuple[list[str], str]:
            one = Path(name) / "attached.txt"
            one.write_text("附件")
            return ([str(one)] if chance.random() < 0.3 else [], "")

        def no(*_: object, **__: object) -> int:
            return 0

        def cancel(*_: object, **__: object) -> QMessageBox.StandardButton:
            return QMessageBox.StandardButton.Cancel

        for owner, attribute, instead in (
            (QFileDialog, "getSaveFileName", path), (QFileDialog, "getOpenFileName", path),
            (QFileDialog, "getOpenFileNames", paths), (QPrintDialog, "exec", no),
            (QDesktopServices, "openUrl", no), (QMessageBox, "question", cancel),
            (QMessageBox, "warning", cancel), (QMessageBox, "critical", cancel),
        ):  # fmt: skip
            stack.enter_context(patch.object(owner, attribute, instead))
        yield


def furnish(desk: Desk, each: int = RECORDS) -> None:
    """Records of each kind with ids that can be guessed, so that there is something to touch."""
    for number in range(each):
        customer, lead = f"customer-{number}", f"lead-{number}"
        rows: tuple[tuple[str, dict[str, object]], ...] = (
            ("customer", {"name": f"苏州协和医院{number}", "kind": "organisation"}),
            ("contact", {"name": f"王{number}", "customer": customer, "phone": "13800001234"}),
            ("lead", {"name": f"李女士{number}", "stage": "captured", "phone": "13900001234"}),
            ("opportunity", {"name": "质谱仪", "customer": customer, "stage": "contact"}),
            ("task", {"title": "回电", "kind": "todo", "state": "open", "customer": customer}),
            ("visit", {"customer": customer, "started_at": "2026-03-01T02:00:00Z"}),
        )
        for entity, values in rows:
            record_id = {"customer": customer, "lead": lead}.get(entity, f"{entity}-{number}")
            owned = values if entity == "visit" else values | {"owner": "wang"}
            with desk.workspace.replica.write(an_actor()) as (unit, _):
                unit.create(entity, owned, record_id=record_id)
