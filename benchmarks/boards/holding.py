"""For how long the page of boards holds the Qt thread: the longest turn of its loop in each act."""

import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtWidgets import QApplication

from benchmarks.desktop.clockwork import CLOCK, ENVIRON
from benchmarks.sync.figures import Figure
from crm_core.insight.boards import Narrowed
from crm_core.insight.boards_shipped import SHIPPED_BOARDS
from desktop.app import Desktop
from desktop.config import Profile, Settings
from desktop.process import prepare_qt
from desktop.services.online.account import Account, save_account
from desktop.services.online.secrets import open_secrets
from desktop.views.lazy_pages import is_loaded

_PATIENCE, _BREATH = 120.0, 0.001
_MS = 1000.0
LIMIT_MS = 50
_AHEAD = "desktop.views.pages.records.customer_page"
"""What is loaded last of what is loaded in spare time after a start."""


def held(replica: Path, key: bytes, node: str) -> Iterator[Figure]:
    """Open the desktop on this file, which is moved into a profile, and use its boards."""
    profile = Profile(replica.parent / "profile")
    profile.folder.mkdir()
    open_secrets(profile, ENVIRON).keep_database_key(key)
    replica.rename(profile.replica_path)
    account = Account(
        server="http://127.0.0.1:9", organisation="bench", user_id="user-0000", user_name="顾问0",
        role="admin", login="r0", node=node, lineage=secrets.token_hex(4),
    )  # fmt: skip
    save_account(profile, account)
    desktop = Desktop(profile, environ=ENVIRON, clock=CLOCK)
    desktop.settings = Settings(work_offline=True)
    qt = prepare_qt(desktop.settings, "zh_CN")
    desktop.start()
    try:
        yield from _acts(desktop, qt)
    finally:
        desktop.close()


def _acts(desktop: Desktop, qt: QApplication) -> Iterator[Figure]:
    window = desktop.window
    assert window is not None
    _longest(qt, lambda: None, lambda: window.today.day is not None)
    # Whoever is quicker waits for the threads that load the pages most people open first.
    _longest(qt, lambda: None, lambda: is_loaded(_AHEAD))
    shown: list[str] = []

    def there() -> bool:
        return bool(shown) and not page.body.reader.busy

    came: list[str] = []
    window.shell.page_shown.connect(came.append)
    making = _longest(qt, lambda: window.shell.show_page("board"), lambda: came)
    page = window.board
    page.shown.connect(shown.append)
    yield _figure("Qt thread held: making the page, once", making)
    yield _figure("… its first board", _longest(qt, lambda: None, there))
    for board in SHIPPED_BOARDS:
        shown.clear()
        hold = _longest(qt, lambda board=board: page.show_board(board), there)  # type: ignore[misc]
        yield _figure(f"… board {board.id}", hold)
    shown.clear()
    narrowed = Narrowed(days=30, team="team-1")
    yield _figure("… a filter", _longest(qt, lambda: page.filters.narrowed.emit(narrowed), there))
    drilled: list[object] = []
    window.session.drill_requested.connect(lambda *found: drilled.append(found))
    card = next(card for card in page.body.cards if card.groups)
    opening = _longest(qt, lambda: card.opened.emit(card.scene, card.groups[0]), lambda: drilled)
    yield _figure("… a drill-down", opening)


Spent = tuple[float, float]
"""Seconds by the clock and of the processor, of the Qt thread alone."""


def _figure(name: str, spent: Spent) -> Figure:
    held, worked = (seconds * _MS for seconds in spent)
    note = f"{worked:.0f} ms of the processor"
    return Figure(name, held, "ms", target=LIMIT_MS, note=note)


def _spent(act: Callable[[], object]) -> Spent:
    begun, worked = time.perf_counter(), time.thread_time()
    act()
    return time.perf_counter() - begun, time.thread_time() - worked


def _longest(qt: QApplication, act: Callable[[], object], ready: Callable[[], object]) -> Spent:
    """The longest turn of the loop from the act until it is so, the act too."""
    turns = [_spent(act)]
    deadline = time.monotonic() + _PATIENCE
    while not ready():
        time.sleep(_BREATH)
        turns.append(_spent(qt.processEvents))
        if time.monotonic() > deadline:
            raise RuntimeError("no answer")
    return max(*turns, _spent(qt.processEvents))
