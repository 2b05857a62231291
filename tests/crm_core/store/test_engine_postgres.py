"""PostgreSQL as an engine: snapshots, one writer, failures as sentences. No records yet."""

import threading
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Engine, exc, make_url, text

from crm_core.errors import KnownError
from crm_core.store.engines import engine_postgres
from crm_core.store.engines.engine import guarded, reading, writing
from crm_core.store.engines.engine_postgres import (
    check_settings,
    open_bare,
    open_postgres,
    postgres_url,
    serving_lock,
)
from crm_core.store.engines.failures import known_failure
from tests.postgres import Postgres


@pytest.fixture
def url(postgres: Postgres) -> Iterator[str]:
    made = postgres.database()
    yield made
    postgres.drop(made)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    opened = open_postgres(url, schema="public")
    with writing(opened) as connection:
        connection.execute(text("CREATE TABLE t (n BIGINT NOT NULL)"))
    yield opened
    opened.dispose()


def numbers(engine: Engine) -> list[int]:
    with reading(engine) as connection:
        return list(connection.scalars(text("SELECT n FROM t ORDER BY n")))


def test_a_reader_sees_one_state_throughout(engine: Engine) -> None:
    with reading(engine) as connection:
        before = connection.scalar(text("SELECT count(*) FROM t"))
        with writing(engine) as writer:
            writer.execute(text("INSERT INTO t VALUES (1)"))
        assert connection.scalar(text("SELECT count(*) FROM t")) == before
    assert numbers(engine) == [1]


def test_a_reader_cannot_write(engine: Engine) -> None:
    with pytest.raises(KnownError) as caught, reading(engine) as connection:
        connection.execute(text("INSERT INTO t VALUES (1)"))
    assert caught.value.code == "unwritable"
    with writing(engine) as connection:  # The same pooled connection is a writer again.
        connection.execute(text("INSERT INTO t VALUES (2)"))
    assert numbers(engine) == [2]


def test_a_write_that_fails_leaves_no_trace(engine: Engine) -> None:
    with pytest.raises(exc.IntegrityError), writing(engine) as connection:
        connection.execute(text("INSERT INTO t VALUES (1), (NULL)"))
    assert numbers(engine) == []


def test_writers_of_other_processes_take_turns_from_their_first_statement_on(
    url: str, engine: Engine
) -> None:
    other = open_postgres(url, schema="public")
    order: list[str] = []
    inside, waiting = threading.Event(), threading.Event()

    def second() -> None:
        inside.wait(10)
        waiting.set()
        with writing(other) as connection:
            order.append("second")
            seen = connection.scalar(text("SELECT count(*) FROM t"))
            connection.execute(text("INSERT INTO t VALUES (:seen)"), {"seen": seen})

    thread = threading.Thread(target=second)
    thread.start()
    with writing(engine) as connection:
        inside.set()
        waiting.wait(10)
        connection.execute(text("INSERT INTO t VALUES (100)"))
        order.append("first")
    thread.join(20)
    other.dispose()
    assert order == ["first", "second"]
    assert numbers(engine) == [1, 100], "the second saw what the first had committed"


def test_a_writer_that_hangs_is_waited_for_so_long_and_no_longer(
    url: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(engine_postgres._SETTINGS, "lock_timeout", "50ms")
    hasty = open_postgres(url, schema="public")
    with (
        writing(engine) as holder,
        pytest.raises(KnownError) as caught,
        writing(hasty) as connection,
    ):
        connection.execute(text("INSERT INTO t VALUES (1)"))
    assert caught.value.code == "locked"
    assert holder.closed
    hasty.dispose()


def test_a_process_that_sleeps_in_its_transaction_loses_it_and_the_lock(
    url: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(engine_postgres._SETTINGS, "idle_in_transaction_session_timeout", "50ms")
    sleepy = open_postgres(url, schema="public")

    def oversleep() -> None:
        with writing(sleepy) as connection:
            connection.execute(text("INSERT INTO t VALUES (1)"))
            with writing(engine) as other:  # Gets its turn only when the sleeper is thrown out.
                other.execute(text("INSERT INTO t VALUES (2)"))
            connection.execute(text("INSERT INTO t VALUES (3)"))

    with pytest.raises(KnownError) as caught:
        oversleep()
    assert caught.value.code in ("locked", "database_unreachable")
    assert numbers(engine) == [2]
    with writing(sleepy) as connection:
        connection.execute(text("INSERT INTO t VALUES (4)"))
    assert numbers(engine) == [2, 4], "the next transaction finds a fresh connection"
    sleepy.dispose()


def test_after_a_broken_connection_the_next_transaction_works(url: str, engine: Engine) -> None:
    assert numbers(engine) == []
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    with writing(engine) as connection:
        connection.execute(text("INSERT INTO t VALUES (1)"))
    assert numbers(engine) == [1]


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("53100", "disk_full"),
        ("53300", "locked"),
        ("55P03", "locked"),
        ("40001", "locked"),
        ("40P01", "locked"),
        ("57P01", "database_unreachable"),
        ("08006", "database_unreachable"),
        ("25006", "unwritable"),
        ("XX001", "damaged"),
        ("23505", None),
        ("42601", None),
    ],
)
def test_a_state_becomes_a_sentence_or_stays_a_bug(state: str, code: str | None) -> None:
    raised = psycopg.errors.lookup(state)("told in English")
    found = known_failure(exc.OperationalError("SELECT 1", {}, raised))
    assert (found.code if found else None) == code
    if found:
        assert found.chinese
        assert found.english


def test_a_value_the_driver_cannot_send_is_a_bug_not_a_lost_database(engine: Engine) -> None:
    with pytest.raises(exc.DataError), writing(engine) as connection:
        connection.execute(text("SELECT CAST(:nul AS TEXT)"), {"nul": "a\x00b"})


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ("postgresql://nobody@127.0.0.1:1/none", "database_unreachable"),
        ("mysql://localhost/x", "database_url"),
        ("no address", "database_url"),
    ],
)
def test_a_database_that_cannot_be_had_is_named(broken: str, code: str) -> None:
    with pytest.raises(KnownError) as caught, serving_lock(broken, alone=False):
        pass
    assert caught.value.code == code


def test_a_database_that_does_not_exist_is_named(url: str) -> None:
    other = make_url(url).set(database="suixing_is_not_here")
    address = other.render_as_string(hide_password=False)
    with pytest.raises(KnownError) as caught, serving_lock(address, alone=False):
        pass
    assert caught.value.code == "no_database"


def test_only_a_database_that_compares_bytes_is_taken(url: str) -> None:
    with guarded(), open_bare(postgres_url(url)).connect() as connection, connection.begin():
        connection.execute(text("BEGIN"))
        check_settings(connection)
        unsorted = text("UPDATE pg_database SET datcollate = 'en_US.utf8' "
                        "WHERE datname = current_database()")  # fmt: skip
        connection.execute(unsorted)
        with pytest.raises(KnownError) as caught:
            check_settings(connection)
        connection.execute(text("ROLLBACK"))
    assert caught.value.code == "database_settings"


def test_several_serve_and_one_alone_restores(url: str) -> None:
    with serving_lock(url, alone=False), serving_lock(url, alone=False):
        with pytest.raises(KnownError) as caught, serving_lock(url, alone=True):
            pass
        assert caught.value.code == "server_running"
    with serving_lock(url, alone=True):
        with pytest.raises(KnownError) as caught, serving_lock(url, alone=False):
            pass
        assert caught.value.code == "server_running"
