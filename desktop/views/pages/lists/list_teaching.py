"""What a list says in words: how many there are, and what to do where there are none."""

from dataclasses import dataclass

from PySide6.QtCore import QObject

from crm_core.model.schema import EntitySpec
from desktop.viewmodels.lists.columns import heading
from desktop.viewmodels.session import Session
from desktop.views.widgets.feedback import EmptyState


@dataclass(frozen=True, slots=True)
class Drill:
    """The list behind a number: its title and what the number counts."""

    title: str
    definition: str = ""


class ListTeaching(QObject):
    """Words for one list, in the language of the moment."""

    def __init__(
        self, session: Session, entity: EntitySpec, drill: Drill | None, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._entity = entity
        self._drill = drill

    @property
    def title(self) -> str:
        """What the page lists."""
        if self._drill is not None:
            return self._drill.title
        return heading(self._entity, self._session.language)

    @property
    def name(self) -> str:
        """One record of it, inside a sentence."""
        name = self._entity.label.text(self._session.language)
        return name if self._session.language.startswith("zh") else name.lower()

    def count(self, number: int, *, narrowed: bool, cut_off: bool) -> str:
        """How many records there are; `cut_off`: at least."""
        words = self.tr("1 record") if number == 1 else self.tr("{0} records").format(f"{number:,}")
        if cut_off:
            words = self.tr("{0} or more, type on to narrow it down").format(words)
        return self.tr("{0} after filters").format(words) if narrowed else words

    def arranging(self) -> str:
        """The order of names is not the last word yet."""
        return self.tr("names are still being sorted…")

    def selected(self, number: int) -> str:
        """What is selected and can be done with it; empty for a single row."""
        if number < 2:
            return ""
        return self.tr("{0} selected, Ctrl+B edits them").format(f"{number:,}")

    def teach(self, empty: EmptyState, *, narrowed: bool, may_create: bool) -> None:
        """Say why nothing is listed, and what to do about it."""
        many = heading(self._entity, self._session.language).lower()
        if narrowed:
            empty.set_text(
                self.tr("No {0} match").format(many),
                self.tr("Try fewer letters, pinyin initials or the last four digits of a phone."),
                action=self.tr("Clear filters"),
            )
            return
        if self._drill is not None:
            empty.set_text(
                self.tr("No records behind this number"),
                self.tr("Nothing fits it at the moment; the list fills by itself. Esc goes back."),
                action=self.tr("Back"),
            )
            return
        teaching = self._teaching()
        action = self.tr("New {0} (N)").format(self.name) if may_create else ""
        empty.set_text(self.tr("No {0} yet").format(many), teaching, action=action)

    def _teaching(self) -> str:
        if self._entity.name == "channel_cost":
            return self.tr(
                "Write down what each channel or campaign cost, with the source named as its leads "
                "name it; boards then show cost per lead and return. Excel lists can be imported."
            )
        if self._entity.name == "rating":
            return self.tr(
                "Ask customers how likely they are to recommend you, 0 to 10, and write it down or "
                "import the answers from Excel; boards show NPS by month."
            )
        return self.tr("What you and your colleagues record appears here, offline too.")
