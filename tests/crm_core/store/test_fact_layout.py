"""Facts on PostgreSQL, and in databases that an earlier version laid out otherwise."""

import random
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from crm_core.insight.catalogue import MEASURES
from crm_core.insight.declared import Period, Question
from crm_core.store.engines import meta
from crm_core.store.engines.engine_postgres import open_postgres
from crm_core.store.measures.measuring import answers
from crm_core.store.replica import Replica
from tests.builders import log_of
from tests.crm_core.store.fact_dump import facts_of
from tests.measures_proof.organisation import an_organisation
from tests.postgres import Postgres


def test_a_server_on_postgresql_counts_as_a_laptop_does(postgres: Postgres, tmp_path: Path) -> None:
    """The facts row by row, then what measures say by some group; also after an older layout."""
    address = postgres.database()
    with an_organisation(tmp_path, 3) as made:
        made.grow(60)
        clock, now = made.time.clock, made.time.clock.now()
        server = Replica(open_postgres(address, schema="public"), clock=clock, lean=True)
        server.receive(log_of(made.replica))
        laptop = facts_of(made.replica)
        assert facts_of(server) == laptop
        dice, period = random.Random(3), Period(now - timedelta(days=40), now)
        asked = [
            Question(one.id, period, group_by=tuple(dice.sample(sorted(one.groups), many)))
            for one in MEASURES.values()
            for many in (0, 1, 2)
            if many <= len(one.groups)
        ]
        told = [[one.values for one in answers(r, asked, now, {})] for r in (made.replica, server)]
        assert told[0] == told[1]

        with server.engine.begin() as connection:
            meta.put(connection, server.tables, "facts_layout", "older")
            connection.execute(text("ALTER TABLE fact_stage DROP COLUMN operator"))
            connection.execute(text("DROP INDEX ix_fact_event_at"))
        server.close()
        server = Replica(open_postgres(address, schema="public"), clock=clock, lean=True)
        assert facts_of(server) == laptop
        server.close()
