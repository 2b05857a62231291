"""Saved views of one list: shown, saved, named, shared, deleted; Alt+1 to Alt+9 switch."""

from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from crm_core.model.schema import EntitySpec
from crm_core.permissions import ADMIN
from desktop.bus import Change
from desktop.services.commands.verbs import Done, do_change, do_create, do_delete
from desktop.viewmodels.lists.columns import Narrowing
from desktop.viewmodels.lists.saved_views import (
    ENTITY,
    MOST_TABS,
    SavedView,
    asked_in_view,
    default_view,
    differs,
    keep_default,
    labels_of,
    read_views,
    teams_of,
    view_values,
)
from desktop.viewmodels.session import Session
from desktop.views.pages.lists.list_columns import ListColumns
from desktop.views.pages.lists.list_filters import ListFilters
from desktop.views.pages.lists.list_question import ListQuestion
from desktop.views.pages.lists.save_view_sheet import SaveViewSheet
from desktop.views.pages.lists.view_bar import ViewBar


class ListViews(QObject):
    """Stands between the bar and the list: what a view says is asked, what is asked is saved."""

    def __init__(
        self,
        session: Session,
        entity: EntitySpec,
        page: QWidget,
        *,
        filters: ListFilters,
        columns: ListColumns,
        question: ListQuestion,
    ) -> None:
        super().__init__(page)
        self._session, self._entity, self._page = session, entity, page
        self._filters, self._columns, self._question = filters, columns, question
        self._plain = filters.narrowing
        self._default = default_view(session.workspace, entity.name)
        self._wanted = self._default
        self.views: tuple[SavedView, ...] = ()
        self.current: SavedView | None = None
        self.bar = ViewBar()
        self.bar.chosen.connect(self.show)
        self.bar.save_asked.connect(self.save)
        self.bar.save_as_asked.connect(self.save_as)
        self.bar.back_asked.connect(self._show_again)
        self.bar.edit_asked.connect(self._edit)
        self.bar.delete_asked.connect(self._delete)
        self.bar.default_asked.connect(self._turn_default)
        filters.save_view.clicked.connect(self.save_as)
        filters.narrowed.connect(self._compare)
        columns.changed.connect(self._compare)
        session.changed.connect(self._heard)
        session.language_changed.connect(self._say_note)
        for number in range(1, MOST_TABS + 1):
            self._key(number)
        self.read()

    def read(self) -> None:
        """Ask for the views of this list."""
        workspace, entity = self._session.workspace, self._entity
        self._session.ask(lambda: read_views(workspace, entity), self._arrived, self)

    @Slot(str)
    def show(self, view_id: str) -> None:
        """Show a view, or the whole list for an empty id."""
        if self.current is None:
            self._plain = self._filters.narrowing
        self.current = next((view for view in self.views if view.id == view_id), None)
        view, columns = self.current, self._columns
        columns.in_view = view is not None
        shape = columns.plain
        if view is not None:
            shape = replace(view.shape, widths=shape.widths, frozen=shape.frozen)
        columns.take(shape)
        self._filters.show_narrowing(self._plain if view is None else view.narrowing)
        self._question.ask(self._filters.narrowing, sort=shape.sort)
        self.bar.show_views(self.views, view)
        self._compare()
        self._say_note()

    @Slot()
    def save(self) -> None:
        """Keep in the view what the list shows now."""
        if self.current is not None:
            self._session.run(do_change, ENTITY, self.current.id, self._values())

    @Slot()
    def save_as(self) -> None:
        """Ask for a name, and keep what the list shows now as another view."""
        self._with_teams(self._open_new)

    # -- inside --------------------------------------------------------------------------------

    @property
    def _mine(self) -> bool:
        actor = self._session.workspace.actor
        return self.current is not None and (
            self.current.author == actor.user_id or actor.role == ADMIN
        )

    def _values(self) -> dict[str, object]:
        where = asked_in_view(self._filters.narrowing, self._entity)
        return view_values(where, self._columns.shape)

    def _key(self, number: int) -> None:
        shortcut = QShortcut(QKeySequence(f"Alt+{number}"), self._page)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(lambda: self._show_number(number))

    def _show_number(self, number: int) -> None:
        if number - 1 <= len(self.views):
            self.show("" if number == 1 else self.views[number - 2].id)

    def _arrived(self, views: tuple[SavedView, ...]) -> None:
        altered, before = self._altered(), self.current
        self.views = views
        wanted, self._wanted = self._wanted, ""
        if wanted and any(view.id == wanted for view in views):
            self.show(wanted)
            return
        if before is not None:
            now = next((view for view in views if view.id == before.id), None)
            if now is None or (now != before and not altered):
                self.show(before.id)
                return
            self.current = now
        self.bar.show_views(views, self.current)
        self._compare()
        self._say_note()

    def _altered(self) -> bool:
        if self.current is None:
            return False
        where = asked_in_view(self._filters.narrowing, self._entity)
        typed = bool(self._filters.narrowing.typed.strip())
        return typed or differs(self.current, where, self._columns.shape)

    @Slot()
    def _compare(self) -> None:
        default = self.current is not None and self.current.id == self._default
        self.bar.show_state(mine=self._mine, changed=self._altered(), default=default)
        narrowed = asked_in_view(self._filters.narrowing, self._entity)
        worth = narrowed != asked_in_view(Narrowing(), self._entity)
        own = self.current is not None and not self._altered()
        self._filters.save_view.setVisible(worth and not own)

    @Slot()
    def _say_note(self) -> None:
        view = self.current
        language = self._session.language
        if view is not None and view.unreadable:
            words = self.tr("This view was saved by a newer version: its conditions are left out.")
        elif view is not None and view.unseen:
            whole = self._session.workspace.replica.registry.entity(self._entity.name)
            names = "、".join(labels_of(view.unseen, whole, language))
            words = self.tr(
                "This view uses fields your role may not see ({0}). They are left out, so your "
                "list may be longer than your colleague's."
            ).format(names)
        else:
            words = ""
        self.bar.show_note(words)
        self.bar.note.setVisible(bool(words))

    @Slot(object)
    def _heard(self, change: Change) -> None:
        if change.touches(ENTITY) or change.touches("grant") or change.touches("team"):
            self.read()

    @Slot()
    def _show_again(self) -> None:
        if self.current is not None:
            self.show(self.current.id)

    def _with_teams(self, opened: object) -> None:
        workspace = self._session.workspace
        self._session.ask(lambda: teams_of(workspace), opened, self)  # type: ignore[arg-type]

    def _open_new(self, teams: dict[str, str]) -> None:
        me = self._session.workspace.actor.user_id
        sheet = SaveViewSheet(self._session, teams, self._page.window(), audience=me)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.named.connect(self._create)
        sheet.open()

    @Slot(str, object)
    def _create(self, name: str, audience: str | None) -> None:
        me = self._session.workspace.actor.user_id
        values = {
            "name": name, "entity": self._entity.name, "author": me, "audience": audience,
            **self._values(),
        }  # fmt: skip
        self._session.run(do_create, ENTITY, values, on_done=self._created)

    def _created(self, done: Done) -> None:
        self._wanted = done.record_id
        self.read()

    @Slot()
    def _edit(self) -> None:
        if self._mine:
            self._with_teams(self._open_edit)

    def _open_edit(self, teams: dict[str, str]) -> None:
        view = self.current
        if view is None:
            return
        sheet = SaveViewSheet(
            self._session, teams, self._page.window(), name=view.name, audience=view.audience
        )
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.named.connect(self._rename)
        sheet.open()

    @Slot(str, object)
    def _rename(self, name: str, audience: str | None) -> None:
        if self.current is not None:
            changes = {"name": name, "audience": audience}
            self._session.run(do_change, ENTITY, self.current.id, changes)

    @Slot()
    def _delete(self) -> None:
        if self.current is not None:
            self._session.run(do_delete, ENTITY, self.current.id)

    @Slot()
    def _turn_default(self) -> None:
        if self.current is None:
            return
        own, workspace, entity = self.current.id, self._session.workspace, self._entity.name
        self._default = "" if self._default == own else own
        chosen = self._default
        self._session.ask(lambda: keep_default(workspace, entity, chosen), lambda _: None, self)
        self._compare()
