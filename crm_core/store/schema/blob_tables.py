"""The local table of attachments' bytes: what is here, what waits to be sent. Never synced."""

from sqlalchemy import BigInteger, Boolean, Column, MetaData, Table, Text


def blob_table(metadata: MetaData) -> Table:
    """One row for each content address this device has had to do with."""
    return Table(
        "blob",
        metadata,
        Column("address", Text, primary_key=True),
        Column("size", BigInteger, nullable=False),
        Column("here", Boolean, nullable=False),
        Column("safe", Boolean, nullable=False),
        Column("wanted", Boolean, nullable=False),
        Column("sent", BigInteger, nullable=False),
        Column("used_ms", BigInteger, nullable=False),
        Column("refused", Text),
    )
