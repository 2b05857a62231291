"""What the proof stands on: a copy of the founded world, and the profile Hypothesis runs in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.sync_proof.story import Story
from tests.sync_proof.template import template

settings.register_profile(
    "proof",
    # The same examples every time: a build must not fail by chance. Chance is for `make.py soak`.
    derandomize=True, database=None, deadline=None, max_examples=5, stateful_step_count=20,
    suppress_health_check=list(HealthCheck), print_blob=False,
)  # fmt: skip


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    """A world of this test's own."""
    office = template().copy(tmp_path)
    yield Story(office)
    office.close()
