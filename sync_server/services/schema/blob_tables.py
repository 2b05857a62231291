"""The server's table of which attachment records have their bytes here, by somebody's right."""

from sqlalchemy import Column, MetaData, Table, Text


def backing_table(metadata: MetaData) -> Table:
    """A row says: the author of this record has shown that they hold the bytes it names.

    Only such a record lets others have the bytes. Without it, naming the checksum of a file one
    has never seen would be enough to be given the file.
    """
    return Table(
        "server_blob",
        metadata,
        Column("address", Text, primary_key=True),
        Column("record", Text, primary_key=True),
    )
