"""Search everywhere (Ctrl+K): records of every kind, and what can be gone to or done by name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from PySide6.QtCore import QObject, Slot

from crm_core.errors import KnownError
from crm_core.matching.pinyin import reading
from crm_core.store.indexes.search import Hit
from desktop.viewmodels.session import Session
from desktop.views.widgets.command_palette import CommandPalette, Result, ResultSection

_MOST_VERBS = 6
_MOST_OF_A_KIND = 8
_OTHERWISE = "otherwise:"


@dataclass(frozen=True, slots=True)
class Verb:
    """Something that can be gone to or done."""

    key: str
    name: Callable[[], str]
    """In the language of the moment."""
    act: Callable[[], object]


@dataclass(frozen=True, slots=True)
class _Found:
    """What one question brought."""

    typed: str
    hits: Sequence[Hit]
    verbs: Sequence[tuple[str, str]]
    """Key and name of what can be done."""


def matching(
    names: Iterable[tuple[str, str]], typed: str, others: Mapping[str, str] = MappingProxyType({})
) -> list[tuple[str, str]]:
    """Those whose name, its pinyin or its initials hold what was typed; all for nothing typed.
    After them those that people call otherwise: `others` has such words by key.

    Reading names loads a dictionary: not for the Qt thread.
    """
    wanted, every = typed.strip().lower(), list(names)
    if not wanted:
        return every
    named = [one for one in every if _holds(one[1], wanted)]
    called = (one for one in every if one not in named)
    return named + [
        one
        for one in called
        if any(_holds(word, wanted) for word in others.get(one[0], "").split())
    ]


def _holds(name: str, wanted: str) -> bool:
    said = reading(name)
    inside = wanted in name.lower() or wanted in said.initials
    return inside or "".join(said.syllables).startswith(wanted)


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
        self._otherwise: Verb | None = None
        self._others: Callable[[], Mapping[str, str]] = dict
        self._typed = ""
        self._asking = False
        session.open_requested.connect(self._opened)
        line.query_changed.connect(self._search)
        line.chosen.connect(self._chosen)

    def offer(self, key: str, name: Callable[[], str], act: Callable[[], object]) -> None:
        """Let people find and do `act` by its name; they are listed in the order offered."""
        self._verbs[key] = Verb(key, name, act)

    def call_also(self, words: Callable[[], Mapping[str, str]]) -> None:
        """By what else people look for what is offered: words by its key, parted by spaces."""
        self._others = words

    def offer_otherwise(self, name: Callable[[], str], act: Callable[[str], object]) -> None:
        """Where nothing is found, offer to do `act` with what was typed; "{0}" in its name."""
        verb = Verb(_OTHERWISE, name, lambda: act(self._typed.strip()))
        self._otherwise = self._verbs[_OTHERWISE] = verb

    @Slot(str)
    def _search(self, typed: str) -> None:
        self._typed = typed
        if not self._asking:
            self._ask()

    def _ask(self) -> None:
        """One question at a time: what was typed meanwhile is asked when the answer is there."""
        if self._session.over:
            return
        self._asking, typed, workspace = True, self._typed, self._session.workspace
        verbs = (verb for verb in self._verbs.values() if verb is not self._otherwise)
        names, others = [(verb.key, verb.name()) for verb in verbs], self._others()
        self._session.tasks.look(
            lambda: _Found(
                typed, workspace.search(typed, limit=30), matching(names, typed, others)
            ),
            on_done=self._found, on_error=self._failed, owner=self,
        )  # fmt: skip

    def _failed(self, error: KnownError) -> None:
        self._asking = False
        self._line.set_results(())  # Nobody waits for an answer any more.
        self._session.failed.emit(error)

    def _found(self, found: "_Found") -> None:
        self._asking = False
        if found.typed != self._typed:
            self._ask()
            return
        registry, hits = self._session.workspace.replica.registry, found.hits
        sections = [
            ResultSection(
                registry.entity(entity).label.text(self._session.language),
                tuple(self._result(hit) for hit in hits if hit.entity == entity)[:_MOST_OF_A_KIND],
            )
            for entity in dict.fromkeys(hit.entity for hit in hits)
        ]
        verbs = [self._section(found.verbs)] if found.verbs else []
        if not hits and not verbs and self._otherwise is not None and len(found.typed.strip()) > 1:
            verbs = [self._instead(self._otherwise, found.typed.strip())]
        others, typed = self._others(), found.typed.strip().lower()
        outright = any(
            name.lower().startswith(typed) or typed in others.get(key, "").lower().split()
            for key, name in found.verbs
        )
        # What a person names outright is what they want first; a record comes before a guess.
        self._line.set_results([*verbs, *sections] if outright else [*sections, *verbs])

    def _section(self, verbs: Sequence[tuple[str, str]]) -> ResultSection:
        results = (Result(key, name, icon_name="chevron-right") for key, name in verbs)
        return ResultSection(self.tr("Go to or do"), tuple(results)[:_MOST_VERBS])

    def _instead(self, verb: Verb, typed: str) -> ResultSection:
        heading = self.tr("Nothing found; initials or the last four digits may help")
        result = Result(verb.key, verb.name().format(typed[:40]), icon_name="plus")
        return ResultSection(heading, (result,))

    @Slot(str, str)
    def _opened(self, entity: str, record_id: str) -> None:
        """From wherever: what somebody opens is what they will look for again."""
        workspace = self._session.workspace
        if not workspace.read_only:
            self._session.ask(
                lambda: workspace.own_use.note(entity, record_id), lambda _: None, owner=self
            )

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
