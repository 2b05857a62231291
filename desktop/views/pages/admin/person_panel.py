"""One person's data: find them, see all there is, take it out for them, or erase it for good."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QCheckBox, QFileDialog, QScrollArea, QWidget

from crm_core.errors import KnownError
from desktop.services.online.person_client import (
    PEOPLE,
    Candidate,
    DueFound,
    ErasedFacts,
    PersonFacts,
    Place,
    Target,
    Wanted,
    count,
    due,
    erase,
    export_person,
    look,
)
from desktop.viewmodels.session import Session
from desktop.views.pages.admin.plain_table import Fact, FactColumn, FactTable
from desktop.views.pages.admin.server_panel import ServerPanel
from desktop.views.pages.admin.sheets import ConfirmSheet
from desktop.views.theme.roles import Role
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.buttons import DangerButton, GhostButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.retiring import retire
from desktop.views.widgets.search_field import SearchField

_LIST_WIDTH = 400
_MOST_HITS = 50


class PersonPanel(ServerPanel):
    """People found, or proposed for erasure, on the left; the chosen one on the right."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.facts: PersonFacts | None = None
        self.same: dict[Target, QCheckBox] = {}
        self.named: dict[Place, QCheckBox] = {}
        self._rows: list[tuple[str, list[Fact]]] = []
        self._gone: set[str] = set()
        """Rows of whom the server has erased: this device forgets them at its next contact."""
        self.search, self.table = SearchField(), FactTable()
        self.export, self.erase = GhostButton("", "download"), DangerButton("", "trash")
        self._title, self._summary = label("", Role.HEADING), label("", Role.BODY, wrap=True)
        self._holders = label("", Role.MUTED, wrap=True)
        self._same_head, self._named_head = label("", Role.OVERLINE), label("", Role.OVERLINE)
        self._same_box, self._named_box = QWidget(), QWidget()
        self._card = Card()
        self._lay_out()
        self.search.searched.connect(self._typed)
        self.stale.connect(self.refresh)
        self.table.current_changed.connect(self._chosen)
        self.export.clicked.connect(self._export)
        self.erase.clicked.connect(self._count)
        self.retranslate()
        self._show()

    def retranslate(self) -> None:
        self.search.set_placeholder(self.tr("Find a person: name, pinyin, last four digits"))
        self.export.setText(self.tr("Export all of it…"))
        self.erase.setText(self.tr("Erase for good…"))
        self._same_head.setText(self.tr("Also this person?"))
        self._named_head.setText(self.tr("Named in these texts: tick those to be rewritten"))
        self.table.setAccessibleName(self.tr("People"))
        self.table.set_columns(
            [
                FactColumn(self.tr("Name"), 40),
                FactColumn(self.tr("Record"), 20),
                FactColumn(self.tr("Why"), 40, chips=True),
            ]
        )
        self.table.show_rows(self._rows)

    @Slot()
    def refresh(self) -> None:
        """Who is searched for, or proposed for erasure."""
        workspace = self.session.workspace
        if self.search.text().strip():
            self._typed()
        else:
            self.ask(lambda: due(workspace), self._proposed)

    # -- building ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        parts = row(None, gap=16)
        left = QWidget()
        left.setFixedWidth(_LIST_WIDTH)
        listed = column(left, gap=8)
        listed.addWidget(self.search)
        listed.addWidget(self.table, 1)
        parts.addWidget(left)
        inner = QWidget()
        body = column(inner, margins=(0, 0, 8, 0), gap=8)
        for part in (
            self._title, self._summary, self._holders, self._same_head, self._same_box,
            self._named_head, self._named_box,
        ):  # fmt: skip
            body.addWidget(part)
        body.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        self._card.body.addWidget(area, 1)
        foot = row(None, gap=8)
        foot.addWidget(self.export)
        foot.addStretch(1)
        foot.addWidget(self.erase)
        self._card.body.addLayout(foot)
        parts.addWidget(self._card, 1)
        self.body.addLayout(parts, 1)

    # -- finding -------------------------------------------------------------------------------

    @Slot()
    def _typed(self) -> None:
        typed, workspace = self.search.text().strip(), self.session.workspace
        if not typed:
            self.refresh()
            return
        self.session.ask(
            lambda: workspace.search(typed, entities=PEOPLE, limit=_MOST_HITS),
            lambda hits: self._list(
                [((hit.entity, hit.id), hit.title, Fact("")) for hit in hits], typed
            ),
            owner=self,
        )

    def _proposed(self, found: DueFound) -> None:
        words = {
            "withdrawn": Fact(self.tr("Consent withdrawn"), Tone.BAD),
            "retention": Fact(self.tr("No activity for long"), Tone.WARN),
        }
        self._list(
            [
                (one.target, one.title, words.get(one.reasons[0], Fact(one.reasons[0])))
                for one in found.people
                if one.reasons
            ],
            "",
        )

    def _list(self, found: list[tuple[Target, str, Fact]], typed: str) -> None:
        if typed != self.search.text().strip():
            return
        registry, language = self.session.workspace.replica.registry, self.session.language
        self._rows = [
            (
                _key(target),
                [Fact(title), Fact(registry.entity(target[0]).label.text(language)), why],
            )
            for target, title, why in found
            if _key(target) not in self._gone
        ]
        self.table.show_rows(self._rows)

    # -- one person ----------------------------------------------------------------------------

    @Slot(str)
    def _chosen(self, key: str) -> None:
        entity, _, record = key.partition(":")
        self.facts = None
        self._show()
        if record:
            workspace = self.session.workspace
            self.ask(
                lambda: look(workspace, [(entity, record)]), self._arrived,
                on_error=partial(self._not_found, key),
            )  # fmt: skip

    def _not_found(self, key: str, error: KnownError) -> None:
        if key not in self._gone:  # Else asked for while being erased, which is said.
            self.failed(error)

    def _arrived(self, found: PersonFacts) -> None:
        if self.table.current_key() == _key(found.target):
            self.facts = found
            self._show()

    def _show(self) -> None:
        facts = self.facts
        for button in (self.export, self.erase):
            button.setEnabled(facts is not None)
        for part in (self._same_head, self._same_box):
            part.setVisible(facts is not None and bool(facts.candidates))
        for part in (self._named_head, self._named_box):
            part.setVisible(facts is not None and bool(facts.mentions))
        if facts is None:
            self._title.setText("")
            self._holders.setText("")
            self._summary.setText(
                self.tr("Choose a person. Whoever asked not to be kept any more stands here first.")
            )
            return
        self._title.setText(facts.title)
        self._summary.setText(self._counted(facts.records, facts.files))
        names = [f"{one.name}（{one.user}）" for one in facts.holders]
        self._holders.setText(self.tr("On these devices: {0}").format("、".join(names) or "—"))
        self.same = {
            one.target: QCheckBox(f"{one.title}（{self._why(one)}）") for one in facts.candidates
        }
        self.named = {one.place: QCheckBox(f"{one.title}：{one.excerpt}") for one in facts.mentions}
        self._same_box = _filled(self._same_box, list(self.same.values()))
        self._named_box = _filled(self._named_box, list(self.named.values()))

    def _why(self, one: Candidate) -> str:
        words = {
            "phone": self.tr("same phone"),
            "email": self.tr("same e-mail"),
            "name": self.tr("same name and customer"),
        }
        return "、".join(words.get(why, why) for why in one.why)

    def _counted(self, records: object, files: int) -> str:
        registry, language = self.session.workspace.replica.registry, self.session.language
        said = [
            f"{registry.entity(name).label.text(language) if name in registry else name} {number}"
            for name, number in dict(records).items()  # type: ignore[call-overload]
        ]
        if files:
            said.append(self.tr("{0} files").format(files))
        return " · ".join(said)

    def _roots(self) -> list[Target]:
        if self.facts is None:
            return []
        return [self.facts.target, *(t for t, box in self.same.items() if box.isChecked())]

    # -- doing ---------------------------------------------------------------------------------

    @Slot()
    def _export(self) -> None:
        if self.facts is None:
            return
        chosen, _ = QFileDialog.getSaveFileName(
            self, self.tr("Export"), f"{self.facts.title}.zip", "ZIP (*.zip)"
        )
        if chosen:
            self.export_to(Path(chosen))

    def export_to(self, path: Path) -> None:
        """Write everything about the person to a file."""
        workspace, roots = self.session.workspace, self._roots()
        self.message.show_message(self.tr("Exporting…"), Tone.NEUTRAL)
        self.act(
            partial(export_person, workspace, roots, path),
            self.tr("Exported to {0}").format(path),
        )

    @Slot()
    def _count(self) -> None:
        """Say what would go before it does."""
        workspace, wanted = self.session.workspace, self._wanted()
        self.ask(lambda: count(workspace, wanted), partial(self._confirm, wanted))

    def _wanted(self) -> Wanted:
        texts = [place for place, box in self.named.items() if box.isChecked()]
        return Wanted(self._roots(), texts)

    def _confirm(self, wanted: Wanted, found: ErasedFacts) -> None:
        words = self.tr(
            "This takes out {0}, with all history, on the server at once and on every device at "
            "its next contact. {1} texts are rewritten. It cannot be undone."
        ).format(self._counted(found.records, found.files), found.texts)
        ConfirmSheet(
            self.tr("Erase this person for good?"), words, self.tr("Erase for good"),
            lambda: self._erase(wanted),
            self.window(),
        ).open()  # fmt: skip

    def _erase(self, wanted: Wanted) -> None:
        workspace = self.session.workspace

        def erased() -> None:
            erase(workspace, wanted)
            self._gone.update(map(_key, wanted.roots))

        self.message.show_message(self.tr("Erasing…"), Tone.NEUTRAL)
        self.act(erased, self.tr("Erased. Devices drop it at their next contact."))
        self.session.send_now_requested.emit()


def _key(target: Target) -> str:
    """What the table knows a row by."""
    return f"{target[0]}:{target[1]}"


def _filled(box: QWidget, lines: list[QCheckBox]) -> QWidget:
    """Another widget with these lines in the place of `box`."""
    fresh = QWidget()
    body = column(fresh, gap=4)
    for line in lines:
        body.addWidget(line)
    owner = box.parentWidget()
    layout = owner.layout() if owner is not None else None
    if layout is not None:
        layout.replaceWidget(box, fresh)
    fresh.setVisible(bool(lines))
    retire(box)
    return fresh
