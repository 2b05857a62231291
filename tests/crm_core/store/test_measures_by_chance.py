"""Organisations made by chance: SQL over facts equals the plain implementation, to the last bit.

A few here; `python3 make.py bench boards --organisations 200` for many.
"""

from pathlib import Path

import pytest

from tests.measures_proof.prove import one_organisation


@pytest.mark.parametrize("seed", [7, 11])
def test_facts_in_sql_equal_the_plain_measures(tmp_path: Path, seed: int) -> None:
    """Empty, with one record, with some; what changed between is made anew each time."""
    one_organisation(tmp_path, seed)
