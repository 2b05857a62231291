"""Who is told when records change or the sync state moves: plain calls, on the main thread.

No threads, no Qt, no storage. Whoever works elsewhere hands its news to the main thread first.
"""

from collections.abc import Callable, Collection, Mapping, MutableMapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from weakref import WeakMethod

T = TypeVar("T")
Listener = Callable[[T], object]


@dataclass(frozen=True, slots=True)
class Change:
    """Which records changed: entity → ids. `initiator` is whoever asked for it, or None."""

    kinds: Mapping[str, Collection[str]]
    initiator: object | None = None

    def touches(self, entity: str, record_id: str = "") -> bool:
        """Whether a record of `entity` (or exactly the one with this id) is among them."""
        ids = self.kinds.get(entity, ())
        return record_id in ids if record_id else bool(ids)


class Topic(Generic[T]):
    """One kind of news. Bound methods are held weakly, anything else until it is cancelled."""

    def __init__(self) -> None:
        self._listeners: dict[int, Callable[[], Listener[T] | None]] = {}
        self._given = 0

    def subscribe(self, listener: Listener[T]) -> "Subscription":
        """Call `listener` with each piece of news until the subscription is cancelled."""
        self._given += 1
        self._listeners[self._given] = _hold(listener)
        return Subscription(self._listeners, self._given)

    def publish(self, news: T) -> None:
        """Tell everyone subscribed now; one that fails keeps no other from hearing."""
        with ExitStack() as calls:
            for number, held in reversed(list(self._listeners.items())):
                listener = held()
                if listener is None:
                    self._listeners.pop(number, None)
                else:
                    calls.callback(self._tell, number, listener, news)

    def _tell(self, number: int, listener: Listener[T], news: T) -> None:
        if number in self._listeners:
            listener(news)


def _hold(listener: Listener[T]) -> Callable[[], Listener[T] | None]:
    if getattr(listener, "__func__", None) is None:
        return lambda: listener
    return WeakMethod(listener)


class Subscription:
    """The way to stop listening; cancelling twice is harmless."""

    def __init__(self, listeners: MutableMapping[int, Any], number: int) -> None:
        self._listeners = listeners
        self._number = number

    def cancel(self) -> None:
        """Hear nothing more."""
        self._listeners.pop(self._number, None)


class Bus:
    """The topics of the application: changed records, and the state of sync."""

    def __init__(self) -> None:
        self.changes: Topic[Change] = Topic()
        self.sync: Topic[object] = Topic()
        """Carries `services.sync_status.SyncStatus`, which this room may not know."""

    def changed(
        self, kinds: Mapping[str, Collection[str]], initiator: object | None = None
    ) -> None:
        """Say that these records changed; says nothing when none did."""
        touched = {entity: ids for entity, ids in kinds.items() if ids}
        if touched:
            self.changes.publish(Change(touched, initiator))

    def subscribe(self, listener: Listener[Change]) -> Subscription:
        """Hear of every change of records."""
        return self.changes.subscribe(listener)

    def unsubscribe(self, subscription: Subscription) -> None:
        """Hear nothing more through this subscription."""
        subscription.cancel()
