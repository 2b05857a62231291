"""One import under way: the file, how its columns become fields, what it would do, what it did.

Pages show it and tell it what a person chose. Whatever takes time is asked in the background; only
the newest answer counts.
"""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from crm_core.errors import KnownError
from crm_core.intake.cleaning import Sentence
from crm_core.intake.guessing import COMPANIONS, CONSTANTS
from crm_core.intake.keys import usual_keys
from crm_core.intake.mapping import Cleaning, ColumnMapping, Mapping, OnTwin
from crm_core.intake.preparing import Prepared, Preparer
from crm_core.store.imports.import_ledger import Entry
from crm_core.store.imports.importing import Foretold, Progress
from desktop.services.cancelling import CancelToken
from desktop.services.commands.verbs import Done
from desktop.services.papers import imports
from desktop.services.papers.imports import Choices, Imported, Looked, SavedMapping
from desktop.viewmodels.session import Session

_DRAFT_MS = 500
SAMPLE = 8


class Stage(StrEnum):
    """Which step of the wizard is on."""

    FILE = "file"
    MAPPING = "mapping"
    CHECK = "check"
    RUN = "run"


class ImportFlow(QObject):
    """What the four steps share."""

    moved = Signal()
    """Another step is on."""
    looked_at = Signal()
    """The file was looked at: sheets, heading and mapping are there anew."""
    mapped = Signal()
    """A column, a key or what becomes of twins is another."""
    checking = Signal(object)
    """Progress of the dry run."""
    checked = Signal()
    running = Signal(object)
    """Progress of the import."""
    ran = Signal()
    taking_back = Signal(float)
    """The share of the import that was taken back so far."""
    failed = Signal(object)
    """KnownError: it ended before it began; what was chosen stays."""
    saved_listed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.stage = Stage.FILE
        self.looked: Looked | None = None
        self.foretold: Foretold | None = None
        self.imported: Imported | None = None
        self.before: Entry | None = None
        """An earlier import of the same content in the same way, known once it was checked."""
        self.saved: list[SavedMapping] = []
        self.draft: tuple[Choices, Mapping] | None = None
        self.busy = False
        self.undone = False
        """The import shown was taken back."""
        self.back: Done | None = None
        """What of it was taken back, in words."""
        self.leaves_alike = False
        """New rows that may be there already are left out."""
        self._mapping: Mapping | None = None
        self._token = CancelToken()
        self._asked = 0
        self._draft_soon = QTimer(self, singleShot=True, interval=_DRAFT_MS)
        self._draft_soon.timeout.connect(self._keep_draft)

    @property
    def mapping(self) -> Mapping:
        """How columns become fields, as it stands."""
        assert self._mapping is not None
        return self._mapping

    # -- the file ------------------------------------------------------------------------------

    def open(self, choices: Choices, mapping: Mapping | None = None) -> None:
        """Look at a file, or at the same one in another way."""
        self._token.cancel()
        self._asked += 1
        asked, workspace = self._asked, self._session.workspace
        self.busy = True

        def arrived(found: Looked) -> None:
            if asked == self._asked:
                self._looked(found)

        def refused(error: KnownError) -> None:
            if asked == self._asked:
                self.busy = False
                self.failed.emit(error)

        self._session.tasks.free(
            imports.look, workspace, choices, mapping,
            on_done=arrived, on_error=refused, owner=self,
        )  # fmt: skip

    def open_path(self, path: Path, entity: str = "") -> None:
        """Look at a file nobody has said anything about."""
        self.open(Choices(path, entity=entity))

    def use(self, saved: SavedMapping) -> None:
        """Take a saved mapping for this table."""
        if self.looked is not None:
            self.open(replace(self.looked.choices, entity=saved.mapping.entity), saved.mapping)

    def read_saved(self) -> None:
        """Read what mappings and drafts there are."""
        workspace = self._session.workspace

        def arrived(
            found: tuple[list[SavedMapping], tuple[Choices, Mapping] | None],
        ) -> None:
            self.saved, self.draft = found
            self.saved_listed.emit()

        self._session.ask(
            lambda: (imports.saved_mappings(workspace), imports.draft(workspace)),
            arrived, owner=self,
        )  # fmt: skip

    def take_up_draft(self) -> None:
        """Go on with what was left."""
        if self.draft is not None:
            self.open(*self.draft)

    def save(self, name: str) -> None:
        """Keep the mapping under a name."""
        self._session.run(
            imports.do_save_mapping, name, self.mapping, on_done=lambda _done: self.read_saved()
        )

    def start_over(self) -> None:
        """Another file."""
        self._token.cancel()
        self._asked += 1
        self.looked = self._mapping = self.foretold = self.imported = self.before = None
        self.busy = False
        self._go(Stage.FILE)

    # -- the mapping ---------------------------------------------------------------------------

    def column(self, title: str) -> ColumnMapping | None:
        """What becomes of a column; None where it is left out."""
        return next((one for one in self.mapping.columns if one.title == title), None)

    def set_field(self, title: str, entity: str, field: str) -> None:
        """Let a column become a field; no field: it is left out. Another column of it gives way
        where the field holds one value."""
        kept = [
            one
            for one in self.mapping.columns
            if one.title != title and (one.entity, one.field) != (entity, field)
        ]
        if field:
            kept.append(ColumnMapping(title, entity, field))
        self._set(replace(self.mapping, columns=self._ordered(kept)))

    def set_cleanings(self, title: str, cleanings: Sequence[Cleaning]) -> None:
        """Clean a column's texts in these steps. KnownError for a pattern that is none."""
        for cleaning in cleanings:
            cleaning.check()
        self._change(title, cleanings=tuple(cleanings))

    def set_translations(self, title: str, pairs: Sequence[tuple[str, str]]) -> None:
        """What the words of a column mean."""
        self._change(title, translations=tuple(pairs))

    def set_on_twin(self, way: OnTwin) -> None:
        """What becomes of rows whose record is there already."""
        self._set(replace(self.mapping, on_twin=way))

    def set_keys(self, keys: Sequence[str]) -> None:
        """By which fields a record is known to be there already."""
        self._set(replace(self.mapping, keys=tuple(keys)))

    def prepared(self) -> list[Prepared]:
        """What the first rows come to, as the mapping stands."""
        if self.looked is None or self._mapping is None:
            return []
        registry = self._session.workspace.replica.registry
        try:
            preparer = Preparer(self.mapping, self.looked.table.heading, registry)
            return [preparer.prepare(n, cells) for n, cells in self.looked.rows[:SAMPLE]]
        except KnownError as error:
            said = Sentence(error.chinese, error.english)
            return [Prepared(self.looked.rows[0][0], problems=[said])] if self.looked.rows else []

    def untranslated(self, title: str) -> dict[str, int]:
        """What of a column of options no option is called, in the first rows, with how often."""
        if self.looked is None:
            return {}
        registry = self._session.workspace.replica.registry
        preparer = Preparer(self.mapping, self.looked.table.heading, registry)
        return preparer.untranslated(imports.cells_of(self.looked.rows), title)

    # -- checking and running ------------------------------------------------------------------

    def check(self) -> None:
        """Foretell what would happen."""
        assert self.looked is not None
        self.foretold, self.before, self.leaves_alike = None, None, False
        self._go(Stage.CHECK)
        self._token = CancelToken()
        self._asked += 1
        asked, token, looked, mapping = self._asked, self._token, self.looked, self.mapping
        workspace, tasks = self._session.workspace, self._session.tasks
        self.busy = True

        def work() -> tuple[Foretold, Entry | None]:
            told = imports.foretell(workspace, looked.choices, mapping, token, report)
            return told, imports.earlier(workspace, looked.choices, mapping)

        def arrived(found: tuple[Foretold, Entry | None]) -> None:
            if asked == self._asked:
                self.busy = False
                self.foretold, self.before = found
                self.checked.emit()

        def tell(progress: Progress) -> None:
            if asked == self._asked and self.busy:
                self.checking.emit(progress)

        report = tasks.reporter(tell, owner=self)
        tasks.free(work, on_done=arrived, on_error=self._back_to_mapping, owner=self, cancel=token)

    def left_out(self) -> frozenset[int]:
        """Numbers of the rows that are left out because they may be there already."""
        if self.foretold is None or not self.leaves_alike:
            return frozenset()
        return frozenset(one.number for one in self.foretold.verdicts if one.alike)

    def set_leaves_alike(self, *, on: bool) -> None:
        """Leave out new rows that may be there already, or not."""
        self.leaves_alike = on
        self.checked.emit()

    def run(self, *, anew: bool = False) -> None:
        """Import. `anew`: from the first row, also where an earlier import was cut short."""
        assert self.looked is not None
        self.imported, self.undone = None, False
        self._go(Stage.RUN)
        self._token = CancelToken()
        self._asked += 1
        total = self.foretold.tally.rows if self.foretold is not None else 0
        checked = self.foretold.seen if self.foretold is not None else None
        self.busy = True
        report = self._session.tasks.reporter(self.running.emit, owner=self)
        self._session.tasks.free(
            imports.do_import, self._session.workspace, self.looked.choices, self.mapping,
            self._token, report, total=total, anew=anew, leave=self.left_out(),
            checked=checked,
            on_done=self._ran, on_error=self._back_to_mapping, owner=self, cancel=self._token,
        )  # fmt: skip

    @Slot()
    def stop(self) -> None:
        """Stop what is under way at its next convenient point."""
        self._token.cancel()
        if self.stage is Stage.CHECK and self.foretold is None:
            self._asked += 1
            self.busy = False
            self._go(Stage.MAPPING)

    def go_back(self) -> None:
        """One step back; not out of an import under way."""
        if self.stage is Stage.CHECK:
            self.stop()
            self._go(Stage.MAPPING)
        elif self.stage is Stage.MAPPING:
            self._go(Stage.FILE)

    def take_back(self) -> None:
        """Undo the whole import."""
        if self.imported is None:
            return
        self.busy = True
        report = self._session.tasks.reporter(self.taking_back.emit, owner=self)
        self._session.tasks.free(
            imports.do_take_back, self._session.workspace, self.imported.outcome.entry, report,
            on_done=self._taken_back, on_error=self._not_taken_back, owner=self,
        )  # fmt: skip

    # -- inside --------------------------------------------------------------------------------

    def _taken_back(self, made: Done) -> None:
        self.busy, self.undone, self.back = False, True, made
        self._session.bus.changed(made.changed, None)
        self._session.finished.emit(made)
        self.ran.emit()

    def _not_taken_back(self, error: KnownError) -> None:
        self.busy = False
        self._session.failed.emit(error)
        self.ran.emit()

    def _looked(self, found: Looked) -> None:
        self.busy = False
        self.looked, self._mapping, self.foretold = found, found.mapping, None
        self.looked_at.emit()
        self._go(Stage.MAPPING)

    def _go(self, stage: Stage) -> None:
        self.stage = stage
        self.moved.emit()

    def _change(self, title: str, **parts: object) -> None:
        columns = [
            replace(one, **parts) if one.title == title else one  # type: ignore[arg-type]
            for one in self.mapping.columns
        ]
        self._set(replace(self.mapping, columns=tuple(columns)))

    def _set(self, mapping: Mapping) -> None:
        beside = COMPANIONS.get(mapping.entity, "")
        used = any(one.entity == beside for one in mapping.columns) if beside else False
        registry = self._session.workspace.replica.registry
        self._mapping = replace(
            mapping,
            companion=beside if used else "",
            companion_keys=usual_keys(registry.entity(beside)) if used else (),
            constants=_constants(mapping, beside if used else ""),
        )
        self.mapped.emit()
        self._draft_soon.start()

    def _ordered(self, columns: Sequence[ColumnMapping]) -> tuple[ColumnMapping, ...]:
        assert self.looked is not None
        order = {one.title: one.place for one in self.looked.table.heading.columns}
        return tuple(sorted(columns, key=lambda one: order.get(one.title, 0)))

    def _ran(self, imported: Imported) -> None:
        self.busy = False
        self.imported = imported
        self._session.bus.changed(imported.done.changed, None)
        if imported.done.changed:
            self._session.finished.emit(imported.done)
        if imported.outcome.entry.done:
            workspace = self._session.workspace
            self._draft_soon.stop()
            self._session.ask(lambda: imports.drop_draft(workspace), lambda _: None, owner=self)
        self.ran.emit()

    def _back_to_mapping(self, error: KnownError) -> None:
        self.busy = False
        if error.code not in ("cancelled",):
            self._go(Stage.MAPPING)
            self.failed.emit(error)

    @Slot()
    def _keep_draft(self) -> None:
        if self.looked is None or self._mapping is None or self._session.over:
            return
        workspace, choices, mapping = self._session.workspace, self.looked.choices, self.mapping
        self._session.ask(
            lambda: imports.keep_draft(workspace, choices, mapping), lambda _: None, owner=self
        )


def _constants(mapping: Mapping, beside: str) -> tuple[tuple[str, str, str], ...]:
    """What required fields hold where no column says anything; a person's own stay."""
    mapped = {(one.entity, one.field) for one in mapping.columns}
    own = {one[:2]: one for one in mapping.constants}
    usual = {one[:2]: one for one in CONSTANTS if one[0] in (mapping.entity, beside)}
    return tuple(one for place, one in {**usual, **own}.items() if place not in mapped)
