"""What a stage asks for, as lines: how it is met, what it is called, how many, of which action."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crm_core.model.schema import Label
from desktop.viewmodels.session import Session
from desktop.viewmodels.stage_drafts import TICKED, Ask, Kind, fields_for, records_for
from desktop.views.theme.roles import Role
from desktop.views.widgets.buttons import IconButton, QuietButton
from desktop.views.widgets.editors.choice import ChoiceBox, Option
from desktop.views.widgets.editors.text import TextLine
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.retiring import retire

_KIND_WIDTH, _DETAIL_WIDTH, _LEAST_WIDTH = 132, 168, 52


class AskLine(QWidget):
    """One thing a stage asks for."""

    changed = Signal()
    removed = Signal()

    def __init__(self, session: Session, entity: str, ask: Ask) -> None:
        super().__init__()
        self._session, self._entity, self._ask = session, entity, ask
        self.kind = ChoiceBox(self._kinds(ask))
        self.name, self.action, self.least = TextLine(), TextLine(), TextLine()
        self.detail = ChoiceBox()
        self.remove = IconButton("close", self.tr("Take this away"))
        self.kind.setFixedWidth(_KIND_WIDTH)
        self.least.setFixedWidth(_LEAST_WIDTH)
        self.detail.setFixedWidth(_DETAIL_WIDTH)
        self.action.setFixedWidth(_DETAIL_WIDTH)
        self.action.setPlaceholderText(self.tr("Action (none: touchpoint)"))
        self.name.setPlaceholderText(self.tr("What must be there"))
        for part, name in (
            (self.kind, self.tr("How it is met")), (self.name, self.tr("What must be there")),
            (self.detail, self.tr("Field or records")), (self.action, self.tr("Action")),
            (self.least, self.tr("At least")),
        ):  # fmt: skip
            part.setAccessibleName(name)
        line = row(self, gap=6)
        line.addWidget(self.kind)
        line.addWidget(self.name, 1)
        for widget in (self.detail, self.least, self.action, self.remove):
            line.addWidget(widget)
        self.kind.setValue(ask.kind.value)
        self.name.setValue(ask.name)
        self.action.setValue(ask.action)
        self.least.setValue(str(ask.least))
        self._fill()
        self.detail.setValue(ask.detail)
        self.kind.changed.connect(self._kind_chosen)
        for part in (self.kind, self.name, self.detail, self.action, self.least):
            part.changed.connect(self.changed)
        self.remove.clicked.connect(self.removed)

    @property
    def ask(self) -> Ask:
        """What the line says."""
        kind, least = self._kind(), str(self.least.value() or "1").strip()
        return Ask(
            kind, str(self.name.value() or "").strip(),
            detail=self._chosen() if kind not in TICKED else "",
            least=int(least) if least.isdigit() and len(least) < 4 else 1,
            action=str(self.action.value() or "") if kind in TICKED else "",
            exit=self._ask.exit if kind not in TICKED else None,
            item=self._ask.item if kind in TICKED else None,
        )  # fmt: skip

    def _kinds(self, ask: Ask) -> list[Option]:
        words = {
            Kind.TICK: self.tr("Ticked off"), Kind.NOTE: self.tr("With a note"),
            Kind.FILE: self.tr("With a file"), Kind.FIELD: self.tr("Field filled"),
            Kind.RECORDS: self.tr("Records there"), Kind.WHEN: self.tr("Condition"),
        }  # fmt: skip
        offered = [one for one in Kind if one is not Kind.WHEN or ask.kind is Kind.WHEN]
        return [Option(one.value, words[one]) for one in offered]

    def _kind(self) -> Kind:
        value = str(self.kind.value())
        return Kind(value) if value in set(Kind) else self._ask.kind

    def _chosen(self) -> str:
        """The field or kind of record picked; empty for text that is none of those offered."""
        value = str(self.detail.value() or "")
        return value if self.detail.findData(value) >= 0 else ""

    @Slot()
    def _kind_chosen(self) -> None:
        self._fill()

    def _fill(self) -> None:
        kind = self._kind()
        registry, language = self._session.workspace.replica.registry, self._session.language
        offered: Sequence[tuple[str, Label]] = ()
        if kind is Kind.FIELD:
            offered = fields_for(registry.entity(self._entity))
        elif kind is Kind.RECORDS:
            offered = records_for(self._entity, registry)
        self.detail.set_options([Option(code, name.text(language)) for code, name in offered])
        if kind not in (Kind.FIELD, Kind.RECORDS) or not self._chosen():
            self.detail.setValue(None)
        self.detail.setVisible(kind in (Kind.FIELD, Kind.RECORDS))
        self.least.setVisible(kind is Kind.RECORDS)
        self.action.setVisible(kind in TICKED)


class AskList(QWidget):
    """All of them, and a button for a further one."""

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self._entity = session, "opportunity"
        self.lines: list[AskLine] = []
        self._body: QVBoxLayout = column(self, gap=6)
        self._heading = label("", Role.OVERLINE)
        self._nothing = label("", Role.MUTED, wrap=True)
        self.add = QuietButton("", "plus")
        self._body.addWidget(self._heading)
        self._body.addWidget(self._nothing)
        foot = row(None)
        foot.addWidget(self.add)
        foot.addStretch(1)
        self._body.addLayout(foot)
        self.add.clicked.connect(self._add)

    def retranslate(self) -> None:
        """Say it in the language that is on."""
        self._heading.setText(self.tr("Before it is left forwards"))
        self._nothing.setText(self.tr("Nothing is asked for: a record may go on at any time."))
        self.add.setText(self.tr("Ask for something"))

    def show_asks(self, entity: str, asks: Sequence[Ask], *, may: bool) -> None:
        """Show these."""
        self._entity = entity
        for line in self.lines:
            self._body.removeWidget(line)
            retire(line)
        self.lines = []
        for one in asks:
            self._append(one)
        self.setEnabled(may)
        self._nothing.setVisible(not self.lines)

    @property
    def asks(self) -> list[Ask]:
        """What the lines say."""
        return [line.ask for line in self.lines]

    @Slot()
    def _add(self) -> None:
        made = self._append(Ask(Kind.TICK, ""))
        made.name.setFocus()
        self._nothing.hide()
        self.changed.emit()

    def _append(self, one: Ask) -> AskLine:
        made = AskLine(self._session, self._entity, one)
        made.changed.connect(self.changed)
        made.removed.connect(partial(self._take_away, made))
        self.lines.append(made)
        self._body.insertWidget(len(self.lines) + 1, made)
        return made

    def _take_away(self, line: AskLine) -> None:
        self.lines.remove(line)
        self._body.removeWidget(line)
        retire(line)
        self._nothing.setVisible(not self.lines)
        self.changed.emit()
