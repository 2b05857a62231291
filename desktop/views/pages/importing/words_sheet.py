"""What the words of a column mean: which option each stands for, or none."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QScrollArea, QWidget

from desktop.viewmodels.import_flow import ImportFlow
from desktop.viewmodels.session import Session
from desktop.views.theme.roles import Role
from desktop.views.widgets.editors.choice import ChoiceBox, Option
from desktop.views.widgets.layouts import column, label, row
from desktop.views.widgets.sheet import Sheet

_EMPTY = "-"
_MOST = 100


class WordsSheet(Sheet):
    """A line for each word no option is called."""

    def __init__(
        self, session: Session, flow: ImportFlow, title: str, parent: QWidget | None = None
    ) -> None:
        self._flow, self._title, self._language = flow, title, session.language
        super().__init__(title, "", parent)
        mapped = flow.column(title)
        assert mapped is not None
        spec = session.workspace.replica.registry.entity(mapped.entity).field_spec(mapped.field)
        known = dict(mapped.translations)
        self.boxes: dict[str, ChoiceBox] = {}
        inner = QWidget()
        lines = column(inner, margins=(0, 0, 8, 0), gap=6)
        words = dict.fromkeys([*known, *flow.untranslated(title)])
        for word in list(words)[:_MOST]:
            box = ChoiceBox(
                [
                    Option(_EMPTY, self.tr("leave empty")),
                    *(Option(c.code, c.label.text(self._language)) for c in spec.choices),
                ]
            )
            box.setAccessibleName(self.tr("“{0}” means").format(word))
            box.setFixedWidth(200)
            if word in known:
                box.setValue(known[word] or _EMPTY)
            self.boxes[word] = box
            line = row(None, gap=12)
            line.addWidget(label(word, Role.BODY), 1)
            line.addWidget(box)
            lines.addLayout(line)
        lines.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(inner)
        area.setMinimumHeight(240)
        self.body.addWidget(area, 1)
        self.primary.setText(self.tr("Use these"))
        self.submitted.connect(self._use)

    @Slot()
    def _use(self) -> None:
        pairs = []
        for word, box in self.boxes.items():
            value = box.value()
            if value is not None:
                pairs.append((word, "" if value == _EMPTY else str(value)))
        self._flow.set_translations(self._title, pairs)
        self.accept()
