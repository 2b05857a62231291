"""The server's tables of briefs: where they are sent, which were made, how sending them went.

Addresses of channels hold secrets (the key of a robot, a mailbox's password): they stay here and
are never synced.
"""

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text


class BriefTables:
    """Moments are milliseconds since 1970; days are `2026-03-02`, in China."""

    def __init__(self, metadata: MetaData) -> None:
        self.channel = Table(
            "server_brief_channel",
            metadata,
            Column("name", Text, primary_key=True),
            Column("url", Text, nullable=False),
            # Whose brief is sent there.
            Column("person", Text, nullable=False),
            Column("language", Text, nullable=False),
            Column("created", BigInteger, nullable=False),
        )
        # The row is written with the record: of several processes one makes it.
        self.made = Table(
            "server_brief_made",
            metadata,
            Column("day", Text, primary_key=True),
            Column("person", Text, primary_key=True),
            Column("at", BigInteger, nullable=False),
        )
        self.delivery = Table(
            "server_brief_delivery",
            metadata,
            Column("day", Text, primary_key=True),
            Column("channel", Text, primary_key=True),
            Column("person", Text, nullable=False),
            # waiting, sending, sent, failed.
            Column("state", Text, nullable=False),
            Column("tries", Integer, nullable=False),
            Column("next_at", BigInteger, nullable=False),
            # In words of ours, never what the other side answered.
            Column("reason", Text, nullable=False),
        )
