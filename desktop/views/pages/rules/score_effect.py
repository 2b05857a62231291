"""What other points would do, beside the sliders: distribution, grades, who moves (row 2.1)."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QWidget

from crm_core.rules.score_outlook import Outlook
from crm_core.rules.scoring import Scoring
from desktop.services.rules.score_desk import DAYS
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.histogram import Histogram, Mark
from desktop.views.widgets.layouts import column, label
from desktop.views.widgets.reactive import Reactive

_MOST = 200
_ID = Qt.ItemDataRole.UserRole + 1


class ScoreEffect(Reactive, QFrame):
    """Kept up to date while sliders move; a lead in the list is opened with Enter."""

    opened = Signal(str)
    """Id of a lead."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, Role.CARD)
        self._shown: tuple[Outlook, Scoring, bool] | None = None
        self.heading, self.note = label("", Role.HEADING), label("", Role.SMALL, wrap=True)
        self.picture = Histogram()
        self.grades = label("", Role.BODY, wrap=True)
        self.moving = label("", Role.STRONG)
        self.list = QListWidget()
        body = column(self, margins=(16, 14, 16, 14), gap=8)
        for part in (self.heading, self.note, self.picture, self.grades, self.moving):
            body.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)
        body.addWidget(self.list, 1)
        self.list.itemActivated.connect(self._open)
        self.retranslate()

    def retranslate(self) -> None:
        self.heading.setText(self.tr("On the leads of the last {0} days").format(DAYS))
        self.list.setAccessibleName(self.tr("Leads whose grade would change"))
        self.list.setToolTip(self.tr("Enter opens the lead"))
        self.picture.setAccessibleName(self.tr("How many leads have how many points"))
        if self._shown is not None:
            self.show_outlook(*self._shown)

    def show_outlook(self, outlook: Outlook, model: Scoring, in_force: bool) -> None:
        """Show what a model would do; `in_force`: beside the published one, else beside the
        grades as they stand."""
        self._shown = outlook, model, in_force
        many = len(outlook.scores_after)
        was = self.tr("what is in force") if in_force else self.tr("the grades they have")
        words = self.tr("{0} leads. Filled: these points. Outline: {1}.").format(many, was)
        if outlook.decided:
            decided = self.tr("{0} were graded by hand and stay.").format(outlook.decided)
            words = f"{words} {decided}"
        self.note.setText(words if many else self.tr(
            "No lead of the last month is scored by this model. Its effect shows as leads come in."
        ))  # fmt: skip
        marks = [Mark(one.least, one.code) for one in model.grades]
        grades = self._grade_words(outlook, model)
        before = outlook.scores_before if in_force else ()
        self.picture.show_values(before, outlook.scores_after, marks, grades)
        self.picture.setVisible(bool(many))
        self.grades.setText(grades)
        self._show_moves(outlook)

    def _grade_words(self, outlook: Outlook, model: Scoring) -> str:
        codes = [one.code for one in sorted(model.grades, key=lambda one: -one.least)]
        if outlook.before.get("") or outlook.after.get(""):
            codes.append("")
        said = []
        for code in codes:
            was, now = outlook.before.get(code, 0), outlook.after.get(code, 0)
            name = code or self.tr("none")
            moved = f"{was} → {now}" if was != now else f"{now}"
            said.append(f"{name}  {moved}")
        return "      ".join(said)

    def _show_moves(self, outlook: Outlook) -> None:
        moves = outlook.moves
        if moves:
            self.moving.setText(self.tr("{0} would change their grade").format(len(moves)))
        else:
            self.moving.setText(self.tr("Nobody's grade would change"))
        self.list.setEnabled(bool(moves))
        self.list.setUpdatesEnabled(False)
        self.list.clear()
        none = self.tr("none")
        for one in moves[:_MOST]:
            words = f"{one.before or none} → {one.after or none}    {one.name}"
            item = QListWidgetItem(words)
            item.setData(_ID, one.id)
            self.list.addItem(item)
        if len(moves) > _MOST:
            more = QListWidgetItem(self.tr("and {0} more").format(len(moves) - _MOST))
            more.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(more)
        self.list.setUpdatesEnabled(True)

    @Slot(QListWidgetItem)
    def _open(self, item: QListWidgetItem) -> None:
        if item.data(_ID):
            self.opened.emit(str(item.data(_ID)))
