"""What the benchmark of the desktop stands on: the same records, a profile that opens."""

from pathlib import Path

import pytest

from benchmarks.desktop import company, records
from benchmarks.desktop.raw import Raw
from benchmarks.desktop.sizes import Sizes
from crm_core.model.entities import builtin_registry
from crm_core.model.query import Query
from crm_core.model.values import problems
from desktop.services.workspace import open_workspace

TINY = Sizes(40, 10, 60, 5, 5, 10)


def test_the_records_are_what_the_product_would_accept() -> None:
    registry = builtin_registry()
    for entity, rows in (
        ("customer", records.customers(TINY)), ("contact", records.contacts(TINY)),
        ("lead", records.leads(TINY)), ("opportunity", records.opportunities(TINY)),
        ("visit", records.visits(TINY)), ("follow_up", records.follow_ups(TINY)),
        ("task", records.tasks(TINY)),
    ):  # fmt: skip
        spec = registry.entity(entity)
        for row in rows:
            values = {name: value for name, value in row.items() if name != "id"}
            assert not problems(spec, values), (entity, values)
    assert list(records.visits(TINY)) == list(records.visits(TINY))


def test_a_profile_is_made_once_and_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(company, "user_cache_path", lambda *_, **__: tmp_path)
    said: list[str] = []
    kept = company.a_profile(TINY, said.append)
    assert said
    said.clear()
    assert company.a_profile(TINY, said.append) == kept
    assert said == []
    folder = company.copy(kept, tmp_path / "copy")
    workspace = open_workspace(company.a_setup(folder))
    assert workspace.replica.count(Query("customer")) == TINY.customers
    name = str(next(iter(records.customers(TINY)))["name"])
    assert workspace.search(name)[0].title == name
    raw = Raw(folder, workspace.secrets)
    assert raw.first_rows("visit") > 0
    workspace.close()
