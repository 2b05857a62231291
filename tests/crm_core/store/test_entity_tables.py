"""Tables made when first asked for, of which the names are known before."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from crm_core.model.entities import builtin_registry
from crm_core.store.schema.tables import Schema


@pytest.mark.parametrize("lean", [False, True])
def test_what_is_said_of_a_table_that_is_not_made_is_so(lean: bool) -> None:
    schema = Schema(builtin_registry(), lean=lean)
    said, columns = schema.names, schema.columns
    assert "customer" in schema.entities
    assert said == set(schema.metadata.tables)
    assert columns == {name: set(table.columns.keys()) for name, table in schema.entities.items()}


def test_threads_that_ask_at_once_get_the_same() -> None:
    schema = Schema(builtin_registry())
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(schema.of, list(schema.entities) * 8))
    assert len({id(table) for table in found}) == len(schema.entities)
