"""The server's tables of work that devices handed over as they were wiped."""

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

from crm_core.store.schema.tables import JsonText


class QuarantineTables:
    """A device is wiped once, so its node id names what it left. Moments: milliseconds."""

    def __init__(self, metadata: MetaData) -> None:
        self.quarantine = Table(
            "server_quarantine",
            metadata,
            Column("node", Text, primary_key=True),
            Column("user_id", Text, nullable=False),
            Column("received", BigInteger, nullable=False),
            Column("skew_ms", BigInteger, nullable=False),
            Column("size", BigInteger, nullable=False),
            Column("state", Text, nullable=False),
            Column("decided", BigInteger, nullable=False),
            Column("decided_by", Text, nullable=False),
        )
        self.operation = Table(
            "server_quarantine_op",
            metadata,
            Column("node", Text, primary_key=True),
            Column("seq", BigInteger, primary_key=True),
            Column("operation", JsonText, nullable=False),
            Column("state", Text, nullable=False),
            Column("reason", Text, nullable=False),
        )
        self.file = Table(
            "server_quarantine_file",
            metadata,
            Column("node", Text, primary_key=True),
            Column("address", Text, primary_key=True),
            Column("size", BigInteger, nullable=False),
        )
        # Said by the device itself as it begins to remove everything.
        self.farewell = Table(
            "server_farewell",
            metadata,
            Column("node", Text, primary_key=True),
            Column("at", BigInteger, nullable=False),
            Column("lost", Integer, nullable=False),
        )
