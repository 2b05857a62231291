"""Visit or call: what the talk is written down as, proposed from the words, switched by F8."""

from PySide6.QtCore import Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from desktop.services.commands.visits import Form
from desktop.viewmodels.session import Session
from desktop.viewmodels.visits.visit_draft import VisitDraftModel
from desktop.views.theme.roles import Role
from desktop.views.widgets.layouts import label, row
from desktop.views.widgets.reactive import Reactive
from desktop.views.widgets.segments import Segments


class FormBar(Reactive, QWidget):
    """Follows the model; says why it stands where it stands."""

    def __init__(
        self, session: Session, model: VisitDraftModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self.segments = Segments([Form.VISIT.value, Form.FOLLOW_UP.value])
        self._why = label("", Role.SMALL)
        line = row(self, gap=10)
        line.addWidget(self.segments)
        line.addWidget(self._why, 1)
        self.segments.chosen.connect(model.set_form)
        model.header_changed.connect(self.refresh)
        session.language_changed.connect(self.retranslate)
        self.retranslate()

    def bind(self, dialog: QWidget) -> None:
        """F8 anywhere in the dialog."""
        QShortcut(QKeySequence("F8"), dialog).activated.connect(self.switch)

    def retranslate(self) -> None:
        names = [self.tr("Visit"), self.tr("Call or message")]
        self.segments.set_labels(names, name=self.tr("Write it down as"))
        self.segments.setToolTip(self.tr("Visit or call (F8)"))
        self.refresh()

    @Slot()
    def switch(self) -> None:
        """The other one."""
        visit = self._model.header.form == Form.VISIT
        self._model.set_form(Form.FOLLOW_UP if visit else Form.VISIT)

    @Slot()
    def refresh(self) -> None:
        """Show what the model holds."""
        header = self._model.header
        self.segments.set_value(header.form)
        proposed = "form" not in header.decided and self._model.form_said is not None
        hint = self.tr("as the note says · F8 switches") if proposed else self.tr("F8 switches")
        self._why.setText(hint)
