"""Logs say where and what kind, and never what a message quotes."""

import io
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from crm_core.clock import new_node_id
from crm_core.discretion import DiscreetFormatter, kind_of, told
from crm_core.errors import KnownError
from tests.builders import FakeClock, a_replica

NAME = "欧阳绝密"


def fails() -> None:
    """With a cause and a context that quote the name as well."""
    try:
        try:
            raise KeyError(NAME)  # noqa: TRY301 - the chain is what is looked at
        except KeyError as error:
            raise ValueError(f"no customer {NAME}") from error
    except ValueError:
        raise RuntimeError(NAME)  # noqa: B904 - the context is what is looked at


def raised(work: Callable[[], object]) -> BaseException:
    """What `work` raises."""
    try:
        work()
    except Exception as error:  # noqa: BLE001 - whatever it is
        return error
    raise AssertionError("nothing was raised")


def logged(log: Callable[[logging.Logger], None]) -> str:
    """What is written of it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(DiscreetFormatter("%(name)s %(message)s"))
    logger = logging.Logger("log.test")
    logger.addHandler(handler)
    log(logger)
    return stream.getvalue()


def test_where_it_happened_and_every_cause_are_told_and_no_message() -> None:
    said = told(raised(fails))
    assert NAME not in said
    assert "in fails" in said
    assert [kind in said for kind in ("KeyError", "ValueError", "RuntimeError")] == [True] * 3
    assert said.count("because of") == 2


def test_an_error_that_is_its_own_cause_ends() -> None:
    error = raised(fails)
    error.__cause__ = error
    assert told(error)


def test_a_known_error_is_named_by_its_code() -> None:
    assert kind_of(KnownError(f"{NAME}不见了", NAME, code="gone")) == (
        "crm_core.errors.KnownError [gone]"
    )


@pytest.mark.parametrize(
    "log",
    [
        lambda logger: logger.error("failed", exc_info=raised(fails)),
        lambda logger: logger.warning("failed: %s", raised(fails)),
        lambda logger: logger.warning(raised(fails)),
        lambda logger: logger.warning("known: %s", KnownError(NAME, NAME)),
    ],
)
def test_no_way_of_logging_an_error_quotes_it(log: Callable[[logging.Logger], None]) -> None:
    said = logged(log)
    assert NAME not in said
    assert "Error" in said


def test_what_another_formatter_left_is_not_used() -> None:
    record = logging.LogRecord("log.test", logging.ERROR, "", 1, "failed", (), None)
    record.exc_text = f"ValueError: {NAME}"
    assert NAME not in DiscreetFormatter().format(record)


def test_a_failing_statement_does_not_quote_its_values(tmp_path: Path) -> None:
    replica = a_replica(tmp_path / "replica.db", time=FakeClock(), node=new_node_id())

    def insert() -> None:
        with replica.engine.connect() as connection:
            connection.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": NAME})

    error = raised(insert)
    replica.close()
    assert "nowhere" in str(error)
    assert NAME not in str(error)
