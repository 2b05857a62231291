"""When nobody works, connections give up the pages they keep, and answer as before."""

import ctypes
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from crm_core.store.engines.engine import reading, writing
from crm_core.store.engines.engine_sqlite import ease, open_sqlite

ROWS, BYTES = 6_000, 3_000


def resident() -> int:
    """Bytes of this process in memory, after what is free has gone back."""
    ctypes.CDLL(None).malloc_trim(0)
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) << 12


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts pages as Linux tells them")
def test_pages_that_only_make_questions_quicker_go(tmp_path: Path) -> None:
    engine = open_sqlite(tmp_path / "replica.db", key=b"k" * 32)
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE big (rid INTEGER PRIMARY KEY, body BLOB)"))
        one = text("INSERT INTO big (body) VALUES (randomblob(:size))")
        connection.execute(one, [{"size": BYTES}] * ROWS)

    def total() -> int | None:
        with reading(engine) as connection:
            found: int | None = connection.execute(
                text("SELECT sum(length(body)) FROM big")
            ).scalar()
            return found

    assert total() == ROWS * BYTES
    held = resident()
    ease(engine)
    assert resident() < held - ROWS * BYTES // 4
    assert total() == ROWS * BYTES
    assert resident() > held - ROWS * BYTES // 4, "a connection keeps as many pages as before"
    engine.dispose()
