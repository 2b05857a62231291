"""The sheet for a company's own field: what it is called, its kind, its options in order."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from crm_core.errors import KnownError
from crm_core.model.schema import EntitySpec, Kind
from crm_core.model.values import Record
from desktop.services.commands.layout import (
    FieldWish,
    do_change_field,
    do_create_field,
    wish_of,
)
from desktop.services.commands.verbs import Done
from desktop.viewmodels.session import Session
from desktop.views.theme.tokens import Tone
from desktop.views.widgets.editors.choice import ChoiceBox, Option
from desktop.views.widgets.editors.text import GrowingText, TextLine
from desktop.views.widgets.field_row import FieldRow
from desktop.views.widgets.sheet import Sheet

_WITH_OPTIONS = frozenset({Kind.CHOICE.value, Kind.SET.value})


class OwnFieldSheet(Sheet):
    """A new field, or one that exists (its kind then stays)."""

    def __init__(
        self,
        session: Session,
        entity: EntitySpec,
        record: Record | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("", "", parent)
        self._session, self._entity, self._record = session, entity, record
        self.name, self.name_en = TextLine(), TextLine()
        self.kind = ChoiceBox([Option(k.value, self._kind(k)) for k in Kind if k is not Kind.REF])
        self.options, self.retired = GrowingText(), GrowingText()
        rows = (
            (self.tr("Name"), self.name, True),
            (self.tr("English name"), self.name_en, False),
            (self.tr("Kind"), self.kind, True),
            (self.tr("Options"), self.options, False),
            (self.tr("No longer offered"), self.retired, False),
        )
        self.rows = [FieldRow(text, editor, required=needed) for text, editor, needed in rows]
        for line in self.rows:
            self.body.addWidget(line)
        hint = self.tr("One a line, in the order in which they are offered")
        self.options.setPlaceholderText(hint)
        self.retired.setPlaceholderText(self.tr("One a line; records that have them keep them"))
        self.kind.changed.connect(self._show_options)
        self.submitted.connect(self._save)
        self._fill()
        kind = entity.label.text(session.language)
        heading = self.tr("New field: {0}") if record is None else self.tr("Edit field: {0}")
        self.set_heading(heading.format(kind))
        self.primary.setText(self.tr("Add") if record is None else self.tr("Save"))

    def wish(self) -> FieldWish:
        """What the sheet says."""
        return FieldWish(
            label=str(self.name.value() or ""),
            label_en=str(self.name_en.value() or ""),
            kind=str(self.kind.value() or ""),
            options=_lines(self.options),
            retired=_lines(self.retired),
        )

    def _fill(self) -> None:
        wish = FieldWish() if self._record is None else wish_of(self._record)
        self.name.setValue(wish.label)
        self.name_en.setValue(wish.label_en)
        self.kind.setValue(wish.kind)
        self.kind.set_read_only(self._record is not None)
        self.options.setValue("\n".join(wish.options))
        self.retired.setValue("\n".join(wish.retired))
        self._show_options()

    @Slot()
    def _show_options(self) -> None:
        offered = self.kind.value() in _WITH_OPTIONS
        self.rows[3].setVisible(offered)
        self.rows[4].setVisible(offered and self._record is not None)

    @Slot()
    def _save(self) -> None:
        wish = self.wish()
        for line in self.rows:
            line.set_error("")
        if not wish.label.strip():
            self.rows[0].set_error(self.tr("This field must not be empty."))
            return
        if wish.kind not in set(Kind):
            self.rows[2].set_error(self.tr("Choose a kind."))
            return
        if wish.kind == Kind.CHOICE and not wish.options:
            self.rows[3].set_error(self.tr("A choice needs options."))
            return
        told = {"on_done": self._done, "on_error": self._failed}
        if self._record is None:
            self._session.run(do_create_field, self._entity.name, wish, **told)  # type: ignore[arg-type]
        else:
            self._session.run(do_change_field, str(self._record["id"]), wish, **told)  # type: ignore[arg-type]

    def _done(self, _done: Done) -> None:
        self.accept()

    def _failed(self, error: KnownError) -> None:
        self.message.show_message(error.sentence(self._session.language), Tone.BAD)

    def _kind(self, kind: Kind) -> str:
        return {
            Kind.TEXT: self.tr("Text"),
            Kind.LONG_TEXT: self.tr("Long text"),
            Kind.PHONE: self.tr("Telephone"),
            Kind.EMAIL: self.tr("E-mail"),
            Kind.INTEGER: self.tr("Whole number"),
            Kind.DECIMAL: self.tr("Number"),
            Kind.MONEY: self.tr("Money"),
            Kind.DATE: self.tr("Date"),
            Kind.MOMENT: self.tr("Date and time"),
            Kind.BOOL: self.tr("Yes or no"),
            Kind.CHOICE: self.tr("One of several"),
            Kind.SET: self.tr("Several"),
        }[kind]


def _lines(editor: GrowingText) -> tuple[str, ...]:
    typed = str(editor.value() or "").splitlines()
    return tuple(dict.fromkeys(line.strip() for line in typed if line.strip()))
