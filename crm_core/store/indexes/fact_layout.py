"""The shape of the tables of facts, looked at whenever a file is opened: loads nothing else."""

import hashlib

from sqlalchemy import Engine, inspect

from crm_core.store.engines import meta
from crm_core.store.engines.engine import writing
from crm_core.store.schema.tables import Tables

STATE = "facts"
"""Where in `meta` stands how far facts are made (see `facts`)."""
FACTS_AT_ONCE = 2_000
"""Records whose facts are made in one go."""
_LAYOUT = "facts_layout"


def lay_out(engine: Engine, tables: Tables) -> None:
    """Make the tables of facts anew where an earlier version laid them out otherwise.

    They hold nothing that cannot be made again, which then happens bit by bit. Other tables only
    ever get more (`growing.bring_up_to_date`).
    """
    facts = tables.facts
    laid = (facts.journey, facts.stage, facts.event, facts.about)
    made = {table.name: tables.creation(table.name, engine.dialect) for table in laid}
    said = "\n".join(statement for table in laid for statement in made[table.name])
    wanted = hashlib.sha256(said.encode()).hexdigest()[:16]
    with engine.connect() as connection:
        known = meta.get(connection, tables, _LAYOUT)
        if known == wanted:
            return
        found = {table: {one["name"] for one in inspect(connection).get_columns(table.name)}
                 for table in laid}  # fmt: skip
    with writing(engine) as connection:
        if known or any(names != set(table.columns.keys()) for table, names in found.items()):
            for table in laid:
                table.drop(connection)
                for statement in made[table.name]:
                    connection.exec_driver_sql(statement)
            meta.put(connection, tables, STATE, {})
        meta.put(connection, tables, _LAYOUT, wanted)
