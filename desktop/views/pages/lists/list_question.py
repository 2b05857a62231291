"""What a list asks for: its query, narrowed by filters and by what the search index finds."""

from dataclasses import replace

from PySide6.QtCore import QObject

from crm_core.model.query import Query, Sort, asked_by
from crm_core.model.schema import EntitySpec
from desktop.viewmodels.lists.columns import Narrowing, narrowed
from desktop.viewmodels.lists.record_list import RecordListModel
from desktop.viewmodels.session import Session

_MOST_HITS = 400
"""What the search index is asked for; more matches than this are not told apart by it."""


def asked(session: Session, base: Query, entity: EntitySpec, by: Narrowing) -> Query:
    """The query of what is left, for the person at work."""
    query, actor = narrowed(base, entity, by), session.workspace.actor
    return replace(query, where=asked_by(query.where, actor.user_id, actor.circles.team))


class ListQuestion(QObject):
    """Keeps a list model at what is asked for; a later question overtakes an earlier one."""

    def __init__(
        self, session: Session, entity: EntitySpec, base: Query, model: RecordListModel
    ) -> None:
        super().__init__(model)
        self._session = session
        self._entity = entity
        self._base = base
        self._model = model
        self._asked = 0
        self.cut_off = False
        """Whether the search index may know more than it answered with."""

    def ask(self, by: Narrowing, *, sort: tuple[Sort, ...] | None = None) -> None:
        """List what is left of the query; what was typed is looked up in the background.

        `sort`: the order from now on, () the one the list came with; None leaves it as it is.
        """
        if sort is not None:
            self._model.order_by(sort or self._base.sort)
        self._asked += 1
        turn, entity = self._asked, self._entity
        if not by.typed.strip():
            self.cut_off = False
            self._model.show_query(asked(self._session, self._ordered(), entity, by))
            return
        workspace = self._session.workspace

        def found(hits: tuple[str, ...]) -> None:
            if turn == self._asked:
                self.cut_off = len(hits) >= _MOST_HITS
                by_hits = replace(by, found=hits)
                self._model.show_query(asked(self._session, self._ordered(), entity, by_hits))

        self._session.ask(
            lambda: tuple(
                h.id for h in workspace.search(by.typed, entities=(entity.name,), limit=_MOST_HITS)
            ),
            found,
            self,
        )

    def _ordered(self) -> Query:
        """The query the page was opened with, in the order asked for since."""
        return replace(self._base, sort=self._model.query.sort)
