"""One column of the file: its title, what it holds, and which field it becomes."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from crm_core.intake.cells import Row, plain
from crm_core.intake.headings import Column
from crm_core.intake.mapping import Clean, Cleaning
from crm_core.model.number_words import counted
from crm_core.model.schema import Kind
from desktop.viewmodels.import_flow import ImportFlow
from desktop.viewmodels.session import Session
from desktop.views.theme.roles import Role
from desktop.views.widgets.buttons import IconButton, QuietButton
from desktop.views.widgets.editors.choice import ChoiceBox, Option
from desktop.views.widgets.layouts import label, row
from desktop.views.widgets.reactive import Reactive

_TITLE_WIDTH = 180
_FIELD_WIDTH = 220
_SHOWN_VALUES = 3
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class FieldOption:
    """One field a column may become."""

    entity: str
    field: str
    label: str

    @property
    def code(self) -> str:
        """How the box knows it."""
        return f"{self.entity}.{self.field}"


class ColumnLine(Reactive, QWidget):
    """Choosing nothing leaves the column out."""

    chosen = Signal(str, str, str)
    """(title of the column, entity, field); empty for none."""

    def __init__(
        self,
        session: Session,
        column: Column,
        rows: Sequence[Row],
        options: Sequence[FieldOption],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._options = {one.code: one for one in options}
        self._flow: ImportFlow | None = None
        self.title = column.title
        self.field = ChoiceBox()
        self._name = label("", Role.STRONG)
        self._values = label("", Role.MUTED)
        self.words = QuietButton("", "tag")
        self.clean = IconButton("edit", "")
        self._menu = QMenu(self)
        self._acts: dict[Clean, QAction] = {}
        self._place = column.place
        self._lay_out(rows)
        self.field.changed.connect(self._choose)
        self.words.clicked.connect(self._translate)
        self.retranslate()

    def retranslate(self) -> None:
        self.field.setAccessibleName(self.tr("Field for “{0}”").format(self.title))
        line = self.field.lineEdit()
        if line is not None:
            line.setPlaceholderText(self.tr("not imported"))
        self.clean.set_name(self.tr("Clean “{0}”").format(self.title))
        for how, words in (
            (Clean.NO_TITLES, self.tr("Without 先生, 女士 and other titles")),
            (Clean.DIGITS, self.tr("Digits only")),
            (Clean.UPPER, self.tr("Capitals, without spaces")),
            (Clean.REPLACE, self.tr("Replace by a regular expression…")),
        ):
            self._acts[how].setText(words)

    def show_mapping(self, flow: ImportFlow) -> None:
        """Show what becomes of the column now."""
        self._flow = flow
        mapped = flow.column(self.title)
        code = f"{mapped.entity}.{mapped.field}" if mapped is not None else ""
        if self.field.value() != (code or None):
            self.field.setValue(code or None)
        cleanings = {one.how for one in mapped.cleanings} if mapped is not None else set()
        for how, action in self._acts.items():
            action.setChecked(how in cleanings)
        self.clean.setEnabled(mapped is not None)
        self.clean.set_icon("check" if cleanings else "edit")
        self._show_words(flow)

    def _show_words(self, flow: ImportFlow) -> None:
        """Offer to translate what no option is called."""
        mapped = flow.column(self.title)
        spec = None
        if mapped is not None:
            registry = self._session.workspace.replica.registry
            spec = registry.find(mapped.entity, mapped.field)
        wanted = spec is not None and spec.kind is Kind.CHOICE
        unknown = len(flow.untranslated(self.title)) if wanted else 0
        translated = bool(mapped is not None and mapped.translations)
        self.words.setVisible(bool(unknown) or (wanted and translated))
        words = self.tr("{0} values to match").format(unknown) if unknown else self.tr("Values…")
        words = counted(words)
        self.words.setText(words)
        self.words.setAccessibleName(f"{self.title}: {words}")

    # -- inside --------------------------------------------------------------------------------

    def _lay_out(self, rows: Sequence[Row]) -> None:
        self._name.setText(self.title)
        self._name.setToolTip(self.title)
        self._name.setFixedWidth(_TITLE_WIDTH)
        held = [plain(cells[self._place]) for _, cells in rows if self._place < len(cells)]
        shown = list(dict.fromkeys(one for one in held if one))[:_SHOWN_VALUES]
        text = " · ".join(one[:_LONGEST] for one in shown) or "—"
        self._values.setText(text)
        self._values.setToolTip(text)
        self._values.setTextFormat(Qt.TextFormat.PlainText)
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._values.setMinimumWidth(80)
        self.field.set_options([Option(one.code, one.label) for one in self._options.values()])
        self.field.setFixedWidth(_FIELD_WIDTH)
        for how in (Clean.NO_TITLES, Clean.DIGITS, Clean.UPPER, Clean.REPLACE):
            action = self._menu.addAction("")
            action.setCheckable(True)
            action.triggered.connect(self._cleaner(how))
            self._acts[how] = action
        self.clean.setMenu(self._menu)
        self.clean.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        line = row(self, gap=12)
        line.addWidget(self._name)
        line.addWidget(self._values, 1)
        line.addWidget(self.words)
        line.addWidget(self.field)
        line.addWidget(self.clean)

    def _cleaner(self, how: Clean) -> "_Toggle":
        return _Toggle(self, how)

    def toggle(self, how: Clean, *, on: bool) -> None:
        """Turn one way of cleaning on or off."""
        flow = self._flow
        mapped = flow.column(self.title) if flow is not None else None
        if flow is None or mapped is None:
            return
        kept = [one for one in mapped.cleanings if one.how is not how]
        if how is Clean.REPLACE and on:
            from desktop.views.pages.importing.replace_sheet import ReplaceSheet

            sheet = ReplaceSheet(self._session, flow, self.title, self.window())
            sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            sheet.finished.connect(lambda: self.show_mapping(flow))
            sheet.open()
            return
        flow.set_cleanings(self.title, [*kept, Cleaning(how)] if on else kept)

    @Slot()
    def _choose(self) -> None:
        value = str(self.field.value() or "")
        option = self._options.get(value)
        if option is not None:
            self.chosen.emit(self.title, option.entity, option.field)
        elif not value:
            self.chosen.emit(self.title, "", "")

    @Slot()
    def _translate(self) -> None:
        if self._flow is None:
            return
        from desktop.views.pages.importing.words_sheet import WordsSheet

        sheet = WordsSheet(self._session, self._flow, self.title, self.window())
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()


class _Toggle:
    """What a menu's action does to its line."""

    def __init__(self, line: ColumnLine, how: Clean) -> None:
        self._line, self._how = line, how

    def __call__(self, on: bool) -> None:
        self._line.toggle(self._how, on=on)
