"""The databases the contract suite runs on. Another backend is another line in `BACKENDS`."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crm_core.permissions import Actor
from crm_core.store.replica import Replica
from tests.builders import KEY, FakeClock, a_replica, an_actor

BACKENDS = {"plain": None, "encrypted": KEY}

Opener = Callable[[str], Replica]


@pytest.fixture
def time() -> FakeClock:
    return FakeClock()


@pytest.fixture
def me() -> Actor:
    return an_actor()


@pytest.fixture(params=sorted(BACKENDS))
def opened(request: pytest.FixtureRequest, tmp_path: Path, time: FakeClock) -> Iterator[Opener]:
    """Opens the named database of one backend; asked again, the same one again."""
    key, replicas = BACKENDS[request.param], list[Replica]()

    def opener(name: str) -> Replica:
        node = f"{sum(name.encode()):016x}"
        replicas.append(a_replica(tmp_path / f"{name}.db", time=time, node=node, key=key))
        return replicas[-1]

    yield opener
    for replica in replicas:
        replica.close()


@pytest.fixture
def replica(opened: Opener) -> Replica:
    return opened("mine")
