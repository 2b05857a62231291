"""Search everywhere (Ctrl+K): records of every kind, and what can be gone to or done by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Slot

from crm_core.matching.pinyin import reading
from crm_core.store.search import Hit
from desktop.viewmodels.session import Session
from desktop.views.widgets.command_palette import CommandPalette, Result, ResultSection

_MOST_VERBS = 6
_MOST_OF_A_KIND = 8


@dataclass(frozen=True, slots=True)
class Verb:
    """Something that can be gone to or done."""

    key: str
    name: Callable[[], str]
    """In the language of the moment."""
    act: Callable[[], object]


class Palette(QObject):
    """Asks the search index while somebody types, and does what they choose."""

    def __init__(
        self, session: Session, line: CommandPalette, icons: Mapping[str, str], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._line = line
        self._icons = icons
        self._verbs: dict[str, Verb] = {}
        self._typed = ""
        line.query_changed.connect(self._search)
        line.chosen.connect(self._chosen)

    def offer(self, key: str, name: Callable[[], str], act: Callable[[], object]) -> None:
        """Let people find and do `act` by its name; they are listed in the order offered."""
        self._verbs[key] = Verb(key, name, act)

    @Slot(str)
    def _search(self, typed: str) -> None:
        self._typed = typed
        workspace = self._session.workspace
        self._session.ask(
            lambda: (typed, workspace.search(typed, limit=30)), self._found, owner=self
        )

    def _found(self, answer: tuple[str, list[Hit]]) -> None:
        typed, hits = answer
        if typed != self._typed:
            return
        registry = self._session.workspace.replica.registry
        sections = [
            ResultSection(
                registry.entity(entity).label.text(self._session.language),
                tuple(self._result(hit) for hit in hits if hit.entity == entity)[:_MOST_OF_A_KIND],
            )
            for entity in dict.fromkeys(hit.entity for hit in hits)
        ]
        verbs = self._matching(typed)
        # What a person names outright is what they want first.
        self._line.set_results([*verbs, *sections] if typed else verbs)

    def _matching(self, typed: str) -> list[ResultSection]:
        wanted = typed.strip().lower()
        named = ((verb.key, verb.name()) for verb in self._verbs.values())
        matching = tuple(
            Result(key, name, icon_name="chevron-right")
            for key, name in named
            if not wanted or wanted in name.lower() or wanted in reading(name).initials
        )
        if not matching:
            return []
        return [ResultSection(self.tr("Go to or do"), matching[:_MOST_VERBS])]

    @Slot(str)
    def _chosen(self, key: str) -> None:
        verb = self._verbs.get(key)
        if verb is not None:
            verb.act()
            return
        entity, _, record_id = key.partition(":")
        self._session.open_requested.emit(entity, record_id)

    def _result(self, hit: Hit) -> Result:
        return Result(
            key=f"{hit.entity}:{hit.id}",
            title=hit.title,
            subtitle=hit.subtitle,
            icon_name=self._icons.get(hit.entity, "note"),
        )
