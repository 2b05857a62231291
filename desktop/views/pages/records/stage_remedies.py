"""Getting what a stage asks for: the right sheet, filled in as far as it can be (row 4.13)."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from crm_core.model.query import fields_tested
from crm_core.model.values import Record
from crm_core.rules.gates import Requirement, anchor_of
from desktop.viewmodels.session import Session
from desktop.views.pages.records.record_dialog import RecordDialog, Subject
from desktop.views.pages.records.tick_sheet import TickSheet

APPROVAL = "approval"


def put_right(
    session: Session, window: QWidget, entity: str, record: Record, asked: Requirement
) -> None:
    """Open what a requirement is met with, over `window`."""
    if asked.item is not None:
        target = (entity, str(record["id"]))
        TickSheet(session, target, asked.item, stage=asked.stage, parent=window).open()
    elif asked.entity == "follow_up":
        session.follow_up_requested.emit(entity, str(record["id"]))
    elif asked.entity == APPROVAL:
        from desktop.views.pages.approval_sheet import AskSheet

        AskSheet(session, (entity, record), window).open()
    elif asked.entity:
        link, anchor = anchor_of(entity, record, asked.entity)
        open_sheet(session, window, Subject(asked.entity, initial={link: anchor, **asked.initial}))
    else:
        open_sheet(session, window, Subject(entity, record=record), _field_of(asked))


def open_sheet(session: Session, window: QWidget, subject: Subject, field: str = "") -> None:
    """Open a record's sheet with the keyboard in one of its fields."""
    sheet = RecordDialog.over(session, subject, window)
    if field and sheet.has_row(field):
        editor = sheet.row(field).editor
        QTimer.singleShot(0, editor, editor.setFocus)


def _field_of(asked: Requirement) -> str:
    """The field to be looked at first."""
    if asked.field or asked.when is None:
        return asked.field
    return min(fields_tested(asked.when), default="")
