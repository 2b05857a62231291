"""What making facts reads and writes: records by what they name, the facts there are, and their
keeping. What facts say is made in `fact_building` and `fact_journeys`."""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, select

from crm_core.model.merging import MERGED_INTO
from crm_core.rules.stocked.automations_shipped import LETTER
from crm_core.store.log import aliases
from crm_core.store.reading.records import chunks
from crm_core.store.reading.rows import as_list, ask, insert, listed
from crm_core.store.schema.fact_tables import ABOUT, KIND, of_kind
from crm_core.store.schema.tables import Tables

MANY = 5_000
"""Values a statement takes at once."""


class FactRows:
    """Reads and writes within one transaction that may write."""

    def __init__(self, connection: Connection, tables: Tables) -> None:
        self.connection = connection
        self.tables = tables
        self._merged: dict[str, bool] = {}
        self._read = dict[str, tuple[int, str, str]]()
        """Row, industry and city of customers by id, those that were asked for so far."""

    # -- records -------------------------------------------------------------------------------

    def ids_of(self, entity: str, recs: Sequence[int]) -> set[str]:
        """Ids by row id."""
        table = self.tables.of(entity)
        return {row[0] for row in self.rows(table.c.rid, recs, table.c.id)}

    def recs_of(self, entity: str, ids: Collection[str]) -> set[int]:
        """Row ids by id."""
        table = self.tables.of(entity)
        return {row[0] for row in self.rows(table.c.id, sorted(ids), table.c.rid)}

    def customers_of(self, entity: str, recs: Sequence[int]) -> set[str]:
        """The customers that records name."""
        table = self.tables.of(entity)
        return {row[0] for row in self.rows(table.c.rid, recs, table.c.customer) if row[0]}

    def with_aliases(self, entity: str, ids: Collection[str]) -> set[str]:
        """These and what was merged into them."""
        if not ids or not self._some_merged(entity):
            return set(ids)
        return {*ids, *aliases.aliases_of(self.connection, self.tables, entity, ids)}

    def _roots(self, entity: str, ids: Collection[str]) -> Mapping[str, str]:
        """Where each of these records is met (`aliases.roots`)."""
        if not self._some_merged(entity):
            return {one: one for one in ids}
        return aliases.roots(self.connection, self.tables, entity, ids)

    def _some_merged(self, entity: str) -> bool:
        """Whether there is any alias; most databases have none."""
        if entity not in self._merged:
            table = self.tables.of(entity)
            some = select(table.c.rid).where(table.c[MERGED_INTO].is_not(None)).limit(1)
            self._merged[entity] = self.connection.scalar(some) is not None
        return self._merged[entity]

    def customers(self, ids: Collection[str]) -> dict[str, tuple[str, str]]:
        """(industry, city) of customers, by the id something points at."""
        roots = self._roots("customer", ids)
        there = self._customers({*roots.values()})
        return {one: there[root][1:] for one, root in roots.items() if root in there}

    def rids(self, customers: Collection[str]) -> dict[str, int]:
        """The rows of customers by id, where an alias is a row of its own."""
        there = self._customers(customers)
        return {one: there[one][0] for one in customers if one in there}

    def _customers(self, ids: Collection[str]) -> Mapping[str, tuple[int, str, str]]:
        """Those are read once: many events and journeys are about the same."""
        table = self.tables.of("customer").c
        columns = (table.id, table.rid, table.industry, table.city)
        for one, rec, industry, city in self.rows(
            table.id, sorted({*ids}.difference(self._read)), *columns
        ):
            self._read[one] = rec, industry or "", city or ""
        return self._read

    # -- facts ---------------------------------------------------------------------------------

    def about(self, entity: str, recs: Sequence[int]) -> dict[str, set[str]]:
        """Whom exemptions, ticks of check lists and tasks for a letter are, or were, about: kind
        of record → ids. Whose they are now is kept, so that whoever they are taken from is made
        anew however that came about."""
        fact, table = self.tables.facts.about, self.tables.of(entity)
        names = ABOUT[entity]
        title = [table.c.title] if entity == "task" else []
        columns = (table.c.rid, table.c.alive, *(table.c[name] for name in names), *title)
        made = [
            (KIND[entity], rec, KIND[name], named)
            for rec, alive, *about in self.rows(table.c.rid, recs, *columns)
            for name, named in zip(names, about, strict=False)
            if alive and named and (not title or LETTER in (about[-1] or ""))
        ]
        stood = self.keep(fact, entity, recs, made)
        every = [*stood, *made]
        return {name: {row[-1] for row in every if row[-2] == KIND[name]} for name in names}

    def rows(self, column: Any, values: Sequence[Any], *wanted: Any) -> list[tuple[Any, ...]]:
        """`wanted` columns of the rows whose `column` has one of the values."""
        key = ("rows", column.table.name, column.name, *(one.name for one in wanted))
        return self._asked(key, lambda: select(*wanted), column, values)

    def facts_of(
        self, entity: str, fact: Table, recs: Sequence[int], *wanted: Any
    ) -> list[tuple[Any, ...]]:
        """`wanted` columns of the facts of records of one kind."""
        kind = KIND[entity]
        key = ("facts", kind, fact.name, *(one.name for one in wanted))
        return self._asked(
            key, lambda: select(*wanted).where(of_kind(fact, kind)), fact.c.rec, recs
        )

    def _asked(
        self, key: tuple[Hashable, ...], begun: Callable[[], Select[Any]], column: Any,
        values: Sequence[Any],
    ) -> list[tuple[Any, ...]]:  # fmt: skip
        found: list[tuple[Any, ...]] = []

        def make() -> Select[Any]:
            return begun().where(listed(self.connection, column, "values"))

        for part in chunks(values, MANY) if values else ():
            given = as_list(self.connection, part)
            found += ask(self.connection, self.tables, key, make, values=given)
        return found

    def keep(
        self, fact: Table, entity: str, recs: Sequence[int], made: Sequence[tuple[Any, ...]]
    ) -> set[tuple[Any, ...]]:
        """Have exactly the `made` facts of these records; what they had. What stays as it was is
        not written.

        A lead that moves on changes one or two of its stays, and each row costs two trees.
        """
        old = set(self.facts_of(entity, fact, recs, *fact.columns))
        names = [column.name for column in fact.columns]
        keys = [(column, names.index(column.name)) for column in fact.primary_key]
        anew = [row for row in made if row not in old]
        places = [at for _, at in keys]
        replaced = {tuple(row[at] for at in places) for row in anew}
        gone = [key for row in old.difference(made)
                if (key := tuple(row[at] for at in places)) not in replaced]  # fmt: skip
        if gone:
            named = (column == bindparam(f"old_{column.name}") for column, _ in keys)
            self.connection.execute(
                fact.delete().where(*named),
                [{f"old_{column.name}": one for (column, _), one in zip(keys, key, strict=True)}
                 for key in gone],
            )  # fmt: skip
        insert(self.connection, self.tables, fact, anew, replace=True)
        return old
