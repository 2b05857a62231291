"""Places of a form: which parts are open, where what is said of one is shown, whose undo it is."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from crm_core.rules import building
from crm_core.rules.bodies import Place

FOLD_FROM = 4
"""A list of so many parts is shown as their sentences; fewer are all open."""


class Folds:
    """Which parts of long lists are open. Parts that are moved take their being open along."""

    def __init__(self) -> None:
        self._open: set[Place] = set()

    def is_open(self, place: Place, many: int) -> bool:
        """Whether the part at a place, one of so many, shows all it says."""
        return many < FOLD_FROM or place in self._open

    def set_open(self, place: Place, *, on: bool) -> None:
        """Open or close one."""
        (self._open.add if on else self._open.discard)(place)

    def reveal(self, place: Place) -> bool:
        """Open every part that holds a place; whether any was closed."""
        holding = {place[: n + 1] for n, step in enumerate(place) if isinstance(step, int)}
        closed = holding - self._open
        self._open |= closed
        return bool(closed)

    def rearrange(self, place: Place, many: int, edit: Callable[..., Sequence[int]]) -> None:
        """The list at a place was edited so; `edit` does the same to the numbers of its parts."""
        before = tuple(range(many))
        order = edit(before)
        inside = [one for one in self._open if one[: len(place)] == place and one != place]
        self._open.difference_update(inside)
        for now, old in enumerate(order):
            was = (*place, old)
            self._open |= {
                (*place, now, *one[len(was) :]) for one in inside if one[: len(was)] == was
            }


def by_place(said: Iterable[tuple[Place, str]], known: Collection[Place]) -> Mapping[Place, str]:
    """What is said of places, at the innermost known place that holds each."""
    found: dict[Place, str] = {}
    for place, words in said:
        here = building.nearest(place, list(known))
        if here is not None:
            found[here] = f"{found[here]}\n{words}" if here in found else words
    return found


class UndoOfTheForm(QObject):
    """Undo is the builder's here, not that of a single line."""

    def watch(self, editor: QWidget) -> None:
        """An editor and the lines in it."""
        for one in (editor, *editor.findChildren(QWidget)):
            if isinstance(one, QLineEdit | QPlainTextEdit):
                one.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            keys = QKeySequence.StandardKey
            if event.matches(keys.Undo) or event.matches(keys.Redo):
                event.ignore()
                return True
        return super().eventFilter(watched, event)
