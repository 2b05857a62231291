"""A file that was wiped while somebody read is not made anew."""

from pathlib import Path

import pytest
from sqlalchemy import text

from crm_core.errors import KnownError
from crm_core.store.engines.engine import reading
from crm_core.store.engines.engine_sqlite import open_sqlite


def test_a_reader_that_comes_after_the_wipe_finds_nothing_and_leaves_nothing(
    tmp_path: Path,
) -> None:
    path = tmp_path / "replica.db"
    engine = open_sqlite(path, key=b"k" * 32)
    with reading(engine) as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1
    engine.dispose()
    for left in tmp_path.glob("replica.*"):
        left.unlink()
    with pytest.raises(KnownError) as caught, reading(engine):
        pass
    assert caught.value.code == "gone"
    assert not path.exists()
