"""The server's outbox of what other programs are told."""

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text


def webhook_table(metadata: MetaData) -> Table:
    """Written in the transaction of what it tells of; moments are milliseconds."""
    return Table(
        "server_webhook",
        metadata,
        Column("id", Text, primary_key=True),
        Column("rule", Text, nullable=False),
        Column("url", Text, nullable=False),
        Column("body", Text, nullable=False),
        Column("created", BigInteger, nullable=False),
        Column("due", BigInteger, nullable=False, index=True),
        Column("attempts", Integer, nullable=False),
        # waiting, sent, given up; with what went wrong last.
        Column("state", Text, nullable=False),
        Column("problem", Text, nullable=False),
    )
