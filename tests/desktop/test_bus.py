"""The bus: who hears what, and that nobody keeps anybody else from hearing."""

import gc

import pytest

from desktop.bus import Bus, Change


class Page:
    def __init__(self) -> None:
        self.heard: list[Change] = []

    def hear(self, change: Change) -> None:
        self.heard.append(change)


def test_everyone_hears_of_a_change_with_its_initiator() -> None:
    bus, one, two = Bus(), Page(), Page()
    bus.subscribe(one.hear)
    bus.subscribe(two.hear)
    bus.changed({"customer": {"c1"}, "task": set()}, one)
    assert one.heard == two.heard == [Change({"customer": {"c1"}}, one)]
    assert one.heard[0].touches("customer", "c1")
    assert one.heard[0].touches("customer")
    assert not one.heard[0].touches("customer", "c2")
    assert not one.heard[0].touches("task")


def test_nothing_is_said_when_nothing_changed() -> None:
    bus, page = Bus(), Page()
    bus.subscribe(page.hear)
    bus.changed({})
    bus.changed({"customer": ()})
    assert page.heard == []


def test_a_page_that_is_gone_is_forgotten() -> None:
    bus, page = Bus(), Page()
    heard = page.heard
    bus.subscribe(page.hear)
    del page
    gc.collect()
    bus.changed({"customer": {"c1"}})
    assert heard == []


def test_a_plain_function_hears_until_it_is_cancelled() -> None:
    bus, heard = Bus(), list[Change]()
    subscription = bus.subscribe(lambda change: heard.append(change))
    bus.changed({"customer": {"c1"}})
    bus.unsubscribe(subscription)
    subscription.cancel()
    bus.changed({"customer": {"c2"}})
    assert len(heard) == 1


def test_one_that_fails_keeps_no_other_from_hearing_and_is_not_hidden() -> None:
    bus, page = Bus(), Page()

    def fails(_change: Change) -> None:
        raise RuntimeError("a bug")

    bus.subscribe(fails)
    bus.subscribe(page.hear)
    with pytest.raises(RuntimeError):
        bus.changed({"customer": {"c1"}})
    assert len(page.heard) == 1


def test_cancelling_while_news_is_told_takes_effect_at_once() -> None:
    bus, page = Bus(), Page()
    bus.subscribe(lambda _change: later.cancel())
    later = bus.subscribe(page.hear)
    bus.changed({"customer": {"c1"}})
    assert page.heard == []


def test_listeners_hear_in_the_order_they_came() -> None:
    bus, order = Bus(), list[int]()
    bus.subscribe(lambda _change: order.append(1))
    bus.subscribe(lambda _change: order.append(2))
    bus.changed({"customer": {"c1"}})
    assert order == [1, 2]
