"""The sample organisation, as a server is founded with it."""

import time
from pathlib import Path

import httpx
import pytest

from crm_core.model.entities import CUSTOMER
from crm_core.sync.change import Verb
from crm_core.sync.history import as_of
from tests.sync_server.live import LiveDevice, LiveServer


@pytest.mark.slow
@pytest.mark.long
def test_the_sample_signs_in_syncs_and_has_a_true_history(
    tmp_path: Path, client: httpx.Client
) -> None:
    server, began = LiveServer(tmp_path / "data"), time.monotonic()
    said = server.cli("init", "--sample")
    assert time.monotonic() - began < 30
    accounts = dict(line.split("\t") for line in said.splitlines() if "\t" in line)
    server.start()
    try:
        login, password = next(iter(accounts.items()))
        device = LiveDevice(server, login, client)
        device.sign_in(password)
        operations = device.pull()
    finally:
        server.stop()
    sets = [o for o in operations if o.verb is Verb.SET]
    assert sets
    assert all(o.base < o.hlc for o in operations)
    assert [o.hlc for o in operations] == sorted(o.hlc for o in operations)
    assert len({o.group for o in operations}) > 1000
    _bases_are_what_was_seen(device)


def _bases_are_what_was_seen(device: LiveDevice) -> None:
    """Every edit of a customer saw the value that stood there just before."""
    edits = [o for o in device.held.values() if o.entity == "customer" and o.verb is Verb.SET]
    assert edits
    for edit in edits[:200]:
        history = [o for o in device.held.values() if o.id == edit.id]
        seen = as_of(
            [o for o in history if o.hlc < edit.hlc and o.group != edit.group], CUSTOMER, edit.hlc
        )
        assert seen.values.get(edit.field) == edit.before
