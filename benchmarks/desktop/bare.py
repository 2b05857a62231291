"""The limit of a start: a process that shows an empty table in a window, and is done."""

from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QApplication, QMainWindow, QTableView


def main() -> None:
    """Show it, say so, end."""
    qt = QApplication([])
    window, table = QMainWindow(), QTableView()
    table.setModel(QStandardItemModel(0, 6))
    window.setCentralWidget(table)
    window.resize(1280, 800)
    window.show()
    for _ in range(5):
        qt.processEvents()
    print("usable", flush=True)


if __name__ == "__main__":
    main()
