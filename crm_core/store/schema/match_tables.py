"""The local tables that duplicates are found from: keys, what was filed when, clusters found.

Never synced. Under which keys a record is filed is decided in `crm_core.matching.keys`; a key is
kept as eight bytes of its hash, so that it takes little room and says nothing by itself.
"""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.types import TypeEngine


def key_table(metadata: MetaData, row_id: TypeEngine[int]) -> Table:
    """Key → the records filed under it."""
    return Table(
        "match_key",
        metadata,
        Column("key", BigInteger, primary_key=True, autoincrement=False),
        Column("entity", Integer, primary_key=True, autoincrement=False),
        Column("rec", row_id, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )


def filed_table(metadata: MetaData, row_id: TypeEngine[int]) -> Table:
    """Record → its keys, eight bytes each, what it is compared by, and a number that grows with
    every filing: what was filed since a scan has a greater one."""
    return Table(
        "match_filed",
        metadata,
        Column("entity", Integer, primary_key=True, autoincrement=False),
        Column("rec", row_id, primary_key=True, autoincrement=False),
        Column("at", BigInteger, nullable=False, index=True),
        Column("held", LargeBinary, nullable=False),
        Column("parts", Text, nullable=False),
        sqlite_with_rowid=False,
    )


def stale_table(metadata: MetaData, name: str, row_id: TypeEngine[int]) -> Table:
    """Records that wait to be taken into an index."""
    return Table(
        name,
        metadata,
        Column("entity", Integer, primary_key=True, autoincrement=False),
        Column("rec", row_id, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )


def cluster_table(metadata: MetaData, row_id: TypeEngine[int]) -> Table:
    """Records that a scan took for one: a row a member, the same number for all of a cluster."""
    return Table(
        "match_cluster",
        metadata,
        Column("entity", Integer, primary_key=True, autoincrement=False),
        Column("rec", row_id, primary_key=True, autoincrement=False),
        Column("cluster", BigInteger, nullable=False, index=True),
        Column("likely", Integer, nullable=False),
        Column("band", Text, nullable=False),
        sqlite_with_rowid=False,
    )
