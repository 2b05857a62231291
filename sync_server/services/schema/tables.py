"""The server's own tables, in the file of the records: accounts, devices, tokens, scopes."""

from sqlalchemy import BigInteger, Boolean, Column, Integer, MetaData, Table, Text

from crm_core.store.schema.tables import JsonText
from sync_server.services.schema.blob_tables import backing_table
from sync_server.services.schema.brief_tables import BriefTables
from sync_server.services.schema.clock_tables import ClockTables
from sync_server.services.schema.quarantine_tables import QuarantineTables
from sync_server.services.schema.webhook_tables import webhook_table


class ServerTables:
    """Tables only the server has. Moments are milliseconds since 1970."""

    def __init__(self) -> None:
        self.metadata = MetaData()
        self.account = Table(
            "server_account",
            self.metadata,
            Column("user_id", Text, primary_key=True),
            Column("login", Text, unique=True, nullable=False),
            Column("password_hash", Text, nullable=False),
            Column("active", Boolean, nullable=False),
        )
        # Beside the account, because tables of earlier versions gain no columns.
        self.account_state = Table(
            "server_account_state",
            self.metadata,
            Column("user_id", Text, primary_key=True),
            Column("must_change", Boolean, nullable=False),
            Column("last_sign_in", BigInteger, nullable=False),
        )
        # Counted by login, not by account: an unknown login must lock exactly as a known one does.
        self.attempt = Table(
            "server_attempt",
            self.metadata,
            Column("login_print", Text, primary_key=True),
            Column("failures", Integer, nullable=False),
            Column("locked_until", BigInteger, nullable=False),
        )
        self.device = Table(
            "server_device",
            self.metadata,
            Column("node", Text, primary_key=True),
            Column("user_id", Text, nullable=False),
            Column("name", Text, nullable=False),
            Column("created", BigInteger, nullable=False),
            Column("last_contact", BigInteger, nullable=False),
            Column("revoked", Boolean, nullable=False),
        )
        self.device_state = Table(
            "server_device_state",
            self.metadata,
            Column("node", Text, primary_key=True),
            Column("program", Text, nullable=False),
            Column("platform", Text, nullable=False),
        )
        # Devices by which an administrator looks at what somebody else is sent; they write nothing.
        self.guest = Table(
            "server_guest",
            self.metadata,
            Column("node", Text, primary_key=True),
            Column("by", Text, nullable=False),
        )
        self.token = Table(
            "server_token",
            self.metadata,
            Column("print", Text, primary_key=True),
            Column("node", Text, nullable=False, index=True),
            Column("kind", Text, nullable=False),
            Column("expires", BigInteger, nullable=False),
            Column("spent", Boolean, nullable=False),
        )
        # The last renewal of a session whose new tokens have not been used: its reply may be lost.
        self.renewal = Table(
            "server_renewal",
            self.metadata,
            Column("node", Text, primary_key=True),
            Column("spent_print", Text, nullable=False),
            Column("access_print", Text, nullable=False),
            Column("refresh_print", Text, nullable=False),
        )
        self.scope = Table(
            "server_scope",
            self.metadata,
            Column("node", Text, primary_key=True),
            Column("people", JsonText, nullable=False),
            Column("ever", JsonText, nullable=False),
            Column("fill_until", BigInteger, nullable=False),
        )
        # How far along the log each device is known to be.
        self.progress = Table(
            "server_progress",
            self.metadata,
            Column("node", Text, primary_key=True),
            Column("cursor", BigInteger, nullable=False),
            Column("noted", BigInteger, nullable=False),
        )
        self.backing = backing_table(self.metadata)
        self.left = QuarantineTables(self.metadata)
        self.clocks = ClockTables(self.metadata)
        self.briefs = BriefTables(self.metadata)
        self.webhook = webhook_table(self.metadata)
