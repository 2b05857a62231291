"""The machine within the budget of a normal run; `python3 make.py soak` runs it for hours."""

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.sync_proof.machine import SyncMachine


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(600)
def test_whatever_happens_in_whatever_order_every_promise_holds() -> None:
    run_state_machine_as_test(SyncMachine, settings=settings.get_profile("proof"))
