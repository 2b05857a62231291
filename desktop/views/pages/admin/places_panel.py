"""The trees of teams and territories; double click or Enter changes a node, a button adds one."""

from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QWidget

from crm_core.model.query import Query, Sort
from crm_core.model.values import Record
from desktop.bus import Change
from desktop.viewmodels.session import Session
from desktop.views.pages.records.record_dialog import RecordDialog, Subject
from desktop.views.theme.roles import Role, set_role
from desktop.views.widgets.buttons import GhostButton
from desktop.views.widgets.cards import Card
from desktop.views.widgets.layouts import label, row
from desktop.views.widgets.reactive import Reactive

_TREES = ("team", "territory")


class PlacesPanel(Reactive, QWidget):
    """Two trees side by side, each node with how many people are in it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.trees = {name: QTreeWidget() for name in _TREES}
        self.adds = {name: GhostButton("", "plus") for name in _TREES}
        self._cards = {name: Card() for name in _TREES}
        self._words = {name: label("", Role.SMALL, wrap=True) for name in _TREES}
        set_role(self, Role.PAGE)
        parts = row(self, margins=(24, 4, 24, 24), gap=16)
        for name in _TREES:
            tree, card = self.trees[name], self._cards[name]
            tree.setColumnCount(2)
            tree.setRootIsDecorated(True)
            tree.setFrameShape(QTreeWidget.Shape.NoFrame)
            tree.itemActivated.connect(partial(self._edit, name))
            card.body.addWidget(self._words[name])
            card.body.addWidget(tree, 1)
            card.body.addWidget(self.adds[name], 0, Qt.AlignmentFlag.AlignLeft)
            self.adds[name].clicked.connect(partial(self._add, name))
            parts.addWidget(card, 1)
        session.changed.connect(self._heard)
        session.language_changed.connect(self._speak)
        self.retranslate()

    def retranslate(self) -> None:
        headings = {"team": self.tr("Teams"), "territory": self.tr("Territories")}
        words = {
            "team": self.tr("Who stands above a team sees all of it."),
            "territory": self.tr(
                "A second tree for roles that work by region: people belong to a territory."
            ),
        }
        adds = {"team": self.tr("New team…"), "territory": self.tr("New territory…")}
        for name in _TREES:
            self._cards[name].set_heading(headings[name])
            self._words[name].setText(words[name])
            self.adds[name].setText(adds[name])
            self.trees[name].setHeaderLabels([self.tr("Name"), self.tr("People")])
            self.trees[name].setAccessibleName(headings[name])

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Read both trees and the people."""
        replica = self._session.workspace.replica

        def read() -> dict[str, list[Record]]:
            found: dict[str, list[Record]] = {
                name: list(replica.find(Query(name, sort=(Sort("name"),)))) for name in _TREES
            }
            found["user"] = [u for u in replica.find(Query("user")) if u.get("active") is not False]
            return found

        self._session.ask(read, self._arrived, owner=self)

    def _arrived(self, found: dict[str, list[Record]]) -> None:
        for name in _TREES:
            self._grow(name, found[name], [str(u.get(name)) for u in found["user"]])

    def _grow(self, name: str, nodes: list[Record], members: list[str]) -> None:
        tree = self.trees[name]
        tree.clear()
        ids = {str(one["id"]) for one in nodes}
        items = {}
        for one in nodes:
            number = members.count(str(one["id"]))
            item = QTreeWidgetItem([str(one["name"]), str(number)])
            item.setData(0, Qt.ItemDataRole.UserRole, one)
            items[str(one["id"])] = item
        for one in nodes:
            parent = str(one.get("parent") or "")
            item = items[str(one["id"])]
            if parent in ids and not _above(parent, str(one["id"]), nodes):
                items[parent].addChild(item)
            else:
                tree.addTopLevelItem(item)
        tree.expandAll()
        tree.resizeColumnToContents(0)

    def _edit(self, name: str, item: QTreeWidgetItem, _column: int) -> None:
        record = item.data(0, Qt.ItemDataRole.UserRole)
        RecordDialog.over(self._session, Subject(name, record), self.window())

    def _add(self, name: str, _checked: bool = False) -> None:
        item = self.trees[name].currentItem()
        parent = item.data(0, Qt.ItemDataRole.UserRole)["id"] if item is not None else None
        RecordDialog.over(self._session, Subject(name, initial={"parent": parent}), self.window())

    @Slot(object)
    def _heard(self, change: Change) -> None:
        if self.isVisible() and any(change.touches(name) for name in (*_TREES, "user")):
            self.refresh()

    @Slot(str)
    def _speak(self, _language: str) -> None:
        self.retranslate()


def _above(node: str, root: str, nodes: list[Record]) -> bool:
    """Whether `root` stands above `node`: a tree with a loop in it is shown cut open."""
    parents = {str(one["id"]): str(one.get("parent") or "") for one in nodes}
    seen: set[str] = set()
    while node and node not in seen:
        if node == root:
            return True
        seen.add(node)
        node = parents.get(node, "")
    return False
